"""Expressions and texts in their place: parsed, looked up, and their problems noted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from instrument.conditions.check import read_condition, read_value, read_whole
from instrument.conditions.errors import ConditionError, EchoError, show
from instrument.conditions.nodes import Node, Type, type_of
from instrument.conditions.scope import Scope, View
from instrument.fields import Said
from instrument.models import Expression, Fill, MissingReason, Sensitivity, Text
from instrument.naming import is_name
from instrument.report import Report
from instrument.yaml_door import clip
from instrument.yaml_nodes import Scalar

_SHORT: Final = 2
"""Characters of a name that stands in conditions by chance."""
_LONGEST: Final = 200
"""Characters of a sentence about a condition: it may quote words of any length."""


def _is_strange(name: str) -> bool:
    """Whether what was meant for a name cannot even be read as one in a condition."""
    return len(name) > _SHORT and not is_name(name)


class FillError(Exception):
    """Braces of a text that do not pair up."""


@dataclass(frozen=True, slots=True)
class Context:
    """What reading an item needs to know of the rest of the instrument."""

    report: Report
    scope: Scope
    modes: tuple[str, ...]
    missing: tuple[MissingReason, ...]
    sensitivities: dict[str, Sensitivity] = field(default_factory=dict)
    """Of the items read so far."""

    def condition(self, scalar: Scalar | None, view: View, what: str) -> Expression | None:
        """The condition that a scalar holds; None when it holds none that can be used."""
        return self.expression(scalar, what, lambda text: read_condition(text, self.scope, view))

    def value(self, scalar: Scalar | None, view: View, what: str) -> Expression | None:
        """The value that a scalar holds."""
        return self.expression(scalar, what, lambda text: read_value(text, self.scope, view))

    def whole(self, scalar: Scalar | None, view: View, what: str) -> Expression | None:
        """The integer that a scalar holds or calculates."""
        return self.expression(scalar, what, lambda text: read_whole(text, self.scope, view))

    def expression(
        self, scalar: Scalar | None, what: str, read: Callable[[str], Node]
    ) -> Expression | None:
        """What a reader makes of the text of a scalar; its problem is noted."""
        if scalar is None:
            return None
        text = scalar.text.strip()
        if any(name in text for name in self.scope.broken if _is_strange(name)):
            return None
        try:
            return Expression(source=scalar.source, text=text, tree=read(text))
        except EchoError:
            return None
        except ConditionError as error:
            says = f"{what}: {clip(error.says, _LONGEST)}\n{show(text, error.at)}"
            self.report.add(error.code, scalar.source, says, clip(error.hint, _LONGEST))
            return None

    def text(self, said: Said | Scalar | None, view: View, what: str) -> Text | None:
        """The text that is written, cut into fixed pieces and fills, in each of its languages."""
        if said is None:
            return None
        if isinstance(said, Scalar):
            return self._cut(said, view, what)
        first = self._cut(said.first, view, what)
        others = {
            language: text
            for language, scalar in said.others.items()
            if (text := self._cut(scalar, view, f"{what} in language '{language}'"))
        }
        if first is None or not others:
            return first
        return first.model_copy(update={"translations": MappingProxyType(others)})

    def _cut(self, scalar: Scalar, view: View, what: str) -> Text | None:
        """The text that a scalar holds."""
        raw = scalar.text.strip()
        if "{" not in raw and "}" not in raw:
            return Text(source=scalar.source, raw=raw, pieces=(raw,))
        try:
            cut = cut_text(raw)
        except FillError as error:
            self.report.add(
                "fill-syntax",
                scalar.source,
                f"{what}: {error}",
                "write {{ or }} for a brace itself",
            )
            return None
        pieces: list[str | Fill] = []
        for piece in cut:
            if isinstance(piece, str):
                pieces.append(piece)
                continue
            inner = Scalar(piece.expression, piece.expression, scalar.source)
            expression = self.value(inner, view, f"a fill of {what}")
            if expression is None:
                continue
            self._refuse_dollar(pieces, piece, expression, scalar, what)
            pieces.append(
                Fill(source=scalar.source, expression=expression, fallback=piece.fallback)
            )
        return Text(source=scalar.source, raw=raw, pieces=tuple(pieces))

    def _refuse_dollar(
        self,
        before: list[str | Fill],
        fill: "RawFill",
        expression: Expression,
        scalar: Scalar,
        what: str,
    ) -> None:
        """Note `${name}`, a fill of other systems; before a number `$` may be meant."""
        if not before or not isinstance(before[-1], str) or not before[-1].endswith("$"):
            return
        if type_of(expression.tree) is not Type.NUMBER:
            name = clip(fill.expression)
            self.report.add(
                "fill-dollar",
                scalar.source,
                f"{what}: the '$' before the fill {{{name}}} would be read aloud",
                f"write {{{name}}}",
            )


@dataclass(frozen=True, slots=True)
class RawFill:
    """A fill before its expression is read."""

    expression: str
    fallback: str | None


def cut_text(raw: str) -> list[str | RawFill]:
    """Cut a text into fixed pieces and fills; `{{` and `}}` become braces.

    Raises:
        FillError: a brace has no partner.
    """
    pieces: list[str | RawFill] = []
    fixed: list[str] = []
    at = 0
    while at < len(raw):
        char = raw[at]
        if char in "{}" and raw[at : at + 2] == char * 2:
            fixed.append(char)
            at += 2
        elif char == "{":
            end = _end_of_fill(raw, at + 1)
            if fixed:
                pieces.append("".join(fixed))
                fixed = []
            pieces.append(_raw_fill(raw[at + 1 : end]))
            at = end + 1
        elif char == "}":
            raise FillError("a '}' closes no fill")
        else:
            fixed.append(char)
            at += 1
    if fixed:
        pieces.append("".join(fixed))
    return pieces


def _end_of_fill(raw: str, start: int) -> int:
    """Where the fill that begins before `start` ends; quoted texts may hold braces."""
    quoted = False
    at = start
    while at < len(raw):
        char = raw[at]
        if quoted and char == "\\":
            at += 1
        elif char == '"':
            quoted = not quoted
        elif char == "}" and not quoted:
            return at
        elif char == "{" and not quoted:
            break
        at += 1
    raise FillError("a '{' opens a fill that is not closed")


def _raw_fill(inner: str) -> RawFill:
    """Expression and fallback; the last bar outside of quotes parts them."""
    quoted = False
    for at, char in enumerate(inner):
        if char == '"':
            quoted = not quoted
        elif char == "|" and not quoted:
            return RawFill(inner[:at].strip(), inner[at + 1 :].strip())
    return RawFill(inner.strip(), None)
