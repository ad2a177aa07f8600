"""Text to syntax, by the grammar beside this file.

Parts are made while the parser runs, each only after its limits were looked at, so that nothing
deep is ever built and nothing recursive ever walks it.
"""

import re
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NoReturn

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from instrument.conditions.errors import ConditionError
from instrument.conditions.simple import read_simple
from instrument.conditions.syntax import (
    Call,
    Date,
    Joined,
    Membership,
    Negation,
    Number,
    Pair,
    Part,
    Quoted,
    Span,
    Word,
)
from instrument.values import SECONDS_OF_UNIT, Duration, PartialDate

MAX_LENGTH: Final = 10_000
"""Longest condition, in characters."""
MAX_TOKENS: Final = 1_000
"""Most words and signs of a condition: its parts, and parentheses around them."""
MAX_NODES: Final = 200
"""Most parts of a condition."""
MAX_DEPTH: Final = 32
"""Deepest nesting of a condition."""
MAX_INTEGER: Final = 2**63 - 1
MAX_DECIMALS: Final = 18
KEYWORDS: Final = frozenset({"and", "or", "not", "in", "has", "where"})
"""Words that can name nothing, since conditions need them."""

UNITS: Final = MappingProxyType(
    {word: unit for unit in SECONDS_OF_UNIT for word in (unit, unit.removesuffix("s"))}
)
"""How units of durations are written, for one and for several."""

_CACHED: Final = 4096
_WORD_SEEN: Final = 40
"""Longer words are not looked for when an error is explained."""
_TIED: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([a-z]+)")
_TOKEN: Final = re.compile(r"\"[^\"]*\"|\w+|[<>=!]=|\S")
_BEHIND_NUMBER: Final = re.compile(r"(?:[\s(,]|^)([0-9]+(?:\.[0-9]+)?)\s+([A-Za-z_]\w*)\s*$")
_FOREIGN: Final = re.compile(r"\$?\{\s*(\w+)\s*\}|(?<!in )\[\s*([a-z]\w*)\s*\]")
"""How other systems write the name of an item."""
_SIGNS: Final = {
    "=": ("'=' alone is no comparison", "write =="),
    "&": ("'&' is not part of the language", "write and"),
    "|": ("'|' is not part of the language", "write or"),
    "!": ("'!' is not part of the language", "write not, or != between two values"),
    "'": ("a text stands in double quotes", 'write "…"'),
    '"': ("this quoted text has no end", 'close it with "'),
    **dict.fromkeys("“”„‘’", ("curly quotes are no quotes here", 'write straight ones: "…"')),
    "%": ("'%' is not part of the language", ""),
    "[": ("'[' is not part of the language", "write a list in ( )"),
}


def parse_syntax(text: str) -> Part:
    """Read a condition or calculation.

    Raises:
        ConditionError: it does not follow the grammar, or exceeds a limit.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(
            "condition-limit",
            f"a condition has at most {MAX_LENGTH:,} characters; this one has {len(text):,}",
            0,
            "work parts of it out in computed values",
        )
    if len(text) > MAX_TOKENS and sum(1 for _ in _TOKEN.finditer(text)) > MAX_TOKENS:
        raise ConditionError(
            "condition-limit",
            f"a condition has at most {MAX_TOKENS:,} words and signs",
            0,
            "work parts of it out in computed values",
        )
    return _parse(text)


@lru_cache(maxsize=_CACHED)
def _parse(text: str) -> Part:
    return read_simple(text, KEYWORDS, MAX_NODES) or parse_by_grammar(text)


def parse_by_grammar(text: str) -> Part:
    """Read a condition or calculation whose length has been looked at, by the grammar alone."""
    try:
        part = _parser().parse(text)
    except UnexpectedInput as error:
        _explain(text, error)
    assert isinstance(part, Part)
    return part


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer="basic", transformer=_Build(), maybe_placeholders=False
    )


def _position(error: UnexpectedInput) -> int:
    return getattr(error, "pos_in_stream", None) or 0


def _explain(text: str, error: UnexpectedInput) -> NoReturn:
    """Say what was expected, instead of what the parser says."""
    at = _position(error)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        at = len(text.rstrip())
    if isinstance(error, UnexpectedCharacters) or not isinstance(error, UnexpectedToken):
        sign = text[at : at + 1]
        says, hint = _SIGNS.get(sign, (f"'{sign}' is not expected here", ""))
        if foreign := _FOREIGN.match(text, at):
            says = "the name of an item stands alone"
            hint = f"write {foreign[1] or foreign[2]}"
        if sign.isdigit():
            says, hint = "this is neither a number nor a name", "names begin with a letter"
            tied = _TIED.match(text, at)
            if tied is not None and tied[2] in UNITS:
                hint = f"write {tied[1]} {tied[2]}"
        raise ConditionError("condition-syntax", says, at, hint) from None
    _refuse_unit(text, at)
    if text[max(0, at - 1) : at + 1] == "<>":
        says = "'<>' is not part of the language"
        raise ConditionError("condition-syntax", says, at - 1, "write !=") from None
    raise ConditionError("condition-syntax", _wanted(text, at, error), at, _shouted(text)) from None


def _refuse_unit(text: str, at: int) -> None:
    """Raise if the error is that the word before it, behind a number, is no unit."""
    start = max(0, at - 2 * _WORD_SEEN)
    found = _BEHIND_NUMBER.search(text[start:at])
    if found is not None and found[2] not in KEYWORDS and found[2] not in UNITS:
        raise _no_unit(found[1], found[2], start + found.start(2)) from None


def _no_unit(number: str, word: str, at: int) -> ConditionError:
    hint = _shouted(word) or f"units of durations are {', '.join(SECONDS_OF_UNIT)}"
    says = f"expected and, or, a comparison, or the end after '{number}', not '{word}'"
    return ConditionError("condition-syntax", says, at, hint)


def _shouted(text: str) -> str:
    """A hint when a text has operators in capital letters."""
    words = {*map(str.lower, _TOKEN.findall(text)[:MAX_NODES])} - {*_TOKEN.findall(text)}
    return "and, or, not, in and has are written in small letters" if words & KEYWORDS else ""


def _wanted(text: str, at: int, error: UnexpectedToken) -> str:
    before = _TOKEN.findall(text[:at])
    behind = f" after '{before[-1]}'" if before else ""
    if "NUMBER" in error.expected:
        return f"expected a value{behind}" if before else "expected a condition"
    inside = before.count("(") > before.count(")")
    if error.token.type == "$END":
        return "a ')' is missing" if inside else f"expected more{behind}"
    found = f", not '{error.token}'"
    if error.expected == {"LPAR"}:
        return f"expected a list in ( ){behind}{found}"
    if inside:
        return f"expected ')', and, or, or a comparison{behind}{found}"
    return f"expected and, or, a comparison, or the end{behind}{found}"


def _measured(*parts: Part) -> dict[str, int]:
    """Size and depth of a part made of others; raises when that is too much."""
    size = 1 + sum(part.size for part in parts)
    depth = 1 + max((part.depth for part in parts), default=0)
    if size > MAX_NODES or depth > MAX_DEPTH:
        limit = (
            f"a condition has at most {MAX_NODES} parts"
            if size > MAX_NODES
            else f"a condition is nested at most {MAX_DEPTH} deep"
        )
        raise ConditionError(
            "condition-limit", limit, parts[0].at, "work parts of it out in computed values"
        )
    return {"size": size, "depth": depth}


def _start(token: Token) -> int:
    return token.start_pos or 0


class _Build(Transformer[Token, Part]):
    """One method for each alias of the grammar; children come as the grammar lists them."""

    def or_(self, parts: list[Part]) -> Part:
        return Joined(at=parts[0].at, operator="or", parts=tuple(parts), **_measured(*parts))

    def and_(self, parts: list[Part]) -> Part:
        return Joined(at=parts[0].at, operator="and", parts=tuple(parts), **_measured(*parts))

    def not_(self, children: list[Any]) -> Part:
        token, part = children
        return Negation(at=_start(token), operator="not", part=part, **_measured(part))

    def negate(self, children: list[Any]) -> Part:
        token, part = children
        if isinstance(part, Number):
            return Number(at=_start(token), value=-part.value)
        return Negation(at=_start(token), operator="-", part=part, **_measured(part))

    def compare(self, children: list[Any]) -> Part:
        if len(children) > 3:
            raise ConditionError(
                "condition-syntax",
                "comparisons cannot be chained",
                _start(children[3]),
                "write 1 < x and x < 5",
            )
        return self.arithmetic(children)

    def arithmetic(self, children: list[Any]) -> Part:
        left, token, right = children
        return Pair(
            at=left.at,
            operator=str(token),
            operator_at=_start(token),
            left=left,
            right=right,
            **_measured(left, right),
        )

    has = arithmetic

    def in_(self, children: list[Any]) -> Part:
        parts = [child for child in children if isinstance(child, Part)]
        negated = any(isinstance(child, Token) and child.type == "NOT" for child in children)
        return Membership(
            at=parts[0].at,
            left=parts[0],
            options=tuple(parts[1:]),
            negated=negated,
            **_measured(*parts),
        )

    def call(self, children: list[Any]) -> Part:
        token, *rest = children
        where = rest.pop().part if rest and isinstance(rest[-1], _Where) else None
        parts = [*rest, *([where] if where is not None else [])]
        return Call(
            at=_start(token),
            name=str(token),
            arguments=tuple(rest),
            where=where,
            **_measured(*parts),
        )

    def where(self, children: list[Part]) -> "_Where":
        return _Where(children[0])

    def word(self, children: list[Token]) -> Part:
        return Word(at=_start(children[0]), name=str(children[0]))

    def text(self, children: list[Token]) -> Part:
        value = re.sub(r"\\(.)", r"\1", str(children[0])[1:-1], flags=re.DOTALL)
        return Quoted(at=_start(children[0]), value=value)

    def number(self, children: list[Token]) -> Part:
        token = children[0]
        if "." not in token:
            if len(token) > MAX_DECIMALS + 2 or int(token) > MAX_INTEGER:
                raise ConditionError(
                    "condition-limit", "this number does not fit in 64 bits", _start(token)
                )
            return Number(at=_start(token), value=int(token))
        if len(token) > MAX_DECIMALS + 1:
            raise ConditionError(
                "condition-limit",
                f"a number has at most {MAX_DECIMALS} digits",
                _start(token),
            )
        return Number(at=_start(token), value=Decimal(token))

    def duration(self, children: list[Token]) -> Part:
        number, word = children
        unit = UNITS.get(word)
        if unit is None:
            raise _no_unit(number, word, _start(word))
        try:
            value = Duration.parse(f"{number} {unit}")
        except ValueError:
            raise ConditionError(
                "condition-limit",
                "the amount of a duration has at most 15 digits, and 9 behind the point",
                _start(number),
            ) from None
        return Span(at=_start(number), value=value)

    def date(self, children: list[Token]) -> Part:
        token = children[0]
        try:
            return Date(at=_start(token), value=PartialDate.parse(str(token)))
        except ValueError:
            raise ConditionError(
                "condition-syntax", "there is no such date", _start(token), "write 2019-03-19"
            ) from None


class _Where:
    """Carries a roster function's condition to its call."""

    def __init__(self, part: Part) -> None:
        self.part = part
