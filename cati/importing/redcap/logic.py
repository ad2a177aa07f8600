"""Branching logic and calculations of REDCap: text to parts, by the grammar beside this file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from cati.importing.expressions import deepest, parsed, parser_of

MAX_LENGTH: Final = 20_000
"""Longest logic, in characters."""
MAX_DEPTH: Final = 40
"""Deepest nesting; our own conditions end at 32."""


class Untranslatable(Exception):
    """Logic that has no equal here; the text says why."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A text or number as it was written: REDCap makes no difference between `1` and `'1'`."""

    text: str
    quoted: bool

    @property
    def number(self) -> Decimal | None:
        """Its value, if it is one."""
        text = self.text.strip()
        return Decimal(text) if re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", text, re.ASCII) else None


@dataclass(frozen=True, slots=True)
class Reference:
    """`[field]`, `[field(code)]`, `[field:label]`."""

    field: str
    code: str | None = None
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Bare:
    """A word that is no function, such as `true`."""

    word: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions joined by `and` or `or`."""

    operator: str
    parts: tuple["Logic", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """`not X`"""

    part: "Logic"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`X = Y` and its sisters; the operator is in our spelling."""

    operator: str
    left: "Logic"
    right: "Logic"


@dataclass(frozen=True, slots=True)
class Chain:
    """`X + Y - Z`, or with `*` and `/`."""

    first: "Logic"
    rest: tuple[tuple[str, "Logic"], ...]


@dataclass(frozen=True, slots=True)
class Minus:
    """`-X`"""

    part: "Logic"


@dataclass(frozen=True, slots=True)
class Call:
    """`NAME(…)`, or a power."""

    name: str
    """In small letters."""
    arguments: tuple["Logic", ...] = field(default=())


Logic = Constant | Reference | Bare | Joined | Negated | Comparison | Chain | Minus | Call

_OPERATORS: Final = {"=": "==", "<>": "!="}
_CURLY: Final = str.maketrans("‘’“”", "''\"\"")
_COMMENT: Final = re.compile(r"^[ \t]*(#|//).*$", re.MULTILINE)
_FIELD: Final = re.compile(
    r"\[\s*([A-Za-z][A-Za-z0-9_]*)\s*(?:\(\s*([^()\[\]]*?)\s*\))?\s*((?::[A-Za-z_-]+)*)\s*\]"
)


def parse_logic(text: str) -> Logic:
    """Read branching logic or a calculation.

    Raises:
        Untranslatable: it does not follow the grammar, names a smart variable or a field of another
            event, or is too long or too deep.
    """
    if len(text) > MAX_LENGTH:
        raise Untranslatable(f"it has more than {MAX_LENGTH:,} characters")
    plain = _COMMENT.sub("", text)
    _refuse_depth(plain)
    try:
        return _parse(plain)
    except UnexpectedInput as error:
        straight = plain.translate(_CURLY)
        if straight == plain:
            raise Untranslatable(_said(plain, error)) from None
    try:
        return _parse(straight)
    except UnexpectedInput as error:
        raise Untranslatable(_said(straight, error)) from None


def read_reference(text: str) -> Reference:
    """The field that a reference in square brackets names.

    Raises:
        Untranslatable: it is a smart variable, or a field of another event or instance.
    """
    parts = re.findall(r"\[[^\[\]]*\]", text)
    if len(parts) > 1:
        raise Untranslatable(f"{text} reads another event or instance; a case here has one")
    match = _FIELD.fullmatch(text.strip())
    if match is None:
        raise Untranslatable(f"{text} is no field: it is known to REDCap alone")
    return Reference(match[1].lower(), match[2], match[3].lstrip(":"))


def _parse(text: str) -> Logic:
    logic: Logic = parsed(_parser(), text, Untranslatable)
    return logic


@cache
def _parser() -> Lark:
    return parser_of(Path(__file__).with_name("logic.lark"), _Build())


def _refuse_depth(text: str) -> None:
    """Nothing recursive ever sees more than so many levels."""
    depth = deepest(text)
    if text.count("^") > MAX_DEPTH:
        raise Untranslatable("it has too many powers")
    if depth > MAX_DEPTH:
        raise Untranslatable(f"its parentheses are nested {depth} deep")
    if re.search(r"(?:(?:not\b|!|-|\+)\s*){10}", text, re.IGNORECASE):
        raise Untranslatable("it has one sign many times in a row")


def _said(text: str, error: UnexpectedInput) -> str:
    at = getattr(error, "pos_in_stream", None) or 0
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        at = len(text)
    if text.count("(") != text.count(")"):
        return "its parentheses do not pair up"
    near = " ".join(text[at : at + 12].split())
    return f"it is not understood near '{near}'" if near else "it ends too early"


class _Build(Transformer[Token, Any]):
    """Makes the parts, from the bottom up."""

    def either(self, parts: Sequence[Logic]) -> Logic:
        return Joined("or", tuple(parts))

    def both(self, parts: Sequence[Logic]) -> Logic:
        return Joined("and", tuple(parts))

    def negated(self, parts: Sequence[Logic]) -> Logic:
        return Negated(parts[0])

    def comparison(self, parts: Sequence[Any]) -> Logic:
        return Comparison(_OPERATORS.get(str(parts[1]), str(parts[1])), parts[0], parts[2])

    def chain(self, parts: Sequence[Any]) -> Logic:
        pairs = zip(parts[1::2], parts[2::2], strict=True)
        return Chain(parts[0], tuple((str(sign), part) for sign, part in pairs))

    def minus(self, parts: Sequence[Any]) -> Logic:
        part: Logic = parts[1]
        if isinstance(part, Constant) and not part.quoted and not part.text.startswith("-"):
            return Constant(f"-{part.text}", quoted=False)
        return Minus(part)

    def plus(self, parts: Sequence[Any]) -> Any:
        return parts[1]

    def power(self, parts: Sequence[Logic]) -> Logic:
        return Call("^", tuple(parts))

    def number(self, parts: Sequence[Token]) -> Logic:
        return Constant(str(parts[0]), quoted=False)

    def string(self, parts: Sequence[Token]) -> Logic:
        return Constant(str(parts[0])[1:-1], quoted=True)

    def reference(self, parts: Sequence[Token]) -> Logic:
        return read_reference(str(parts[0]))

    def word(self, parts: Sequence[Token]) -> Logic:
        return Bare(str(parts[0]).lower())

    def call(self, parts: Sequence[Any]) -> Logic:
        return Call(str(parts[0]).lower(), tuple(parts[1:]))
