"""Expressions of XLSForms to trees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, VisitError

from cati.importing.expressions import deepest, parsed, parser_of

MAX_LENGTH: Final = 8_000
"""Longest expression that is read, in characters."""
MAX_DEPTH: Final = 60
"""Deepest nesting of parentheses."""
MAX_OPERATORS: Final = 200
"""Most operators: a chain of them is as deep as it is long."""


class XPathError(Exception):
    """An expression outside of what is translated; the text says why."""


class NoSuchChoice(XPathError):
    """An answer is compared with something that is none of its choices."""


@dataclass(frozen=True, slots=True)
class Number:
    """`5`, `2.5`"""

    text: str


@dataclass(frozen=True, slots=True)
class String:
    """`'a'`"""

    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """`${name}`, or a path to it such as `../name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Own:
    """`.`: the question itself."""


@dataclass(frozen=True, slots=True)
class Parent:
    """`..`: what it stands in."""


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word: in filters of choices a column of their sheet."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`selected(…)`"""

    name: str
    arguments: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """`LEFT OPERATOR RIGHT`, the operator as written: `=`, `div`, `and` …"""

    operator: str
    left: "Part"
    right: "Part"


@dataclass(frozen=True, slots=True)
class Negative:
    """`-x`"""

    part: "Part"


Part = Number | String | Reference | Own | Parent | Name | Call | Binary | Negative


def parse(text: str) -> Part:
    """Read an expression.

    Raises:
        XPathError: it is no expression, or uses more of XPath than is known here.
    """
    text = text.translate(_STRAIGHT)
    if len(text) > MAX_LENGTH or deepest(text) > MAX_DEPTH:
        raise XPathError("it is too long or too deep")
    if len(_OPERATOR.findall(text)) > MAX_OPERATORS:
        raise XPathError("it is too long")
    try:
        part: Part = parsed(_parser(), text, XPathError)
    except VisitError:
        raise
    except LarkError:
        raise XPathError("it is not understood") from None
    return part


def walk(part: Part) -> Iterator[Part]:
    """A part and everything in it."""
    yield part
    match part:
        case Call():
            for one in part.arguments:
                yield from walk(one)
        case Binary():
            yield from walk(part.left)
            yield from walk(part.right)
        case Negative():
            yield from walk(part.part)
        case _:
            pass


_STRAIGHT: Final = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-"})
"""Spreadsheet programs curl quotes while one types."""


_OPERATOR: Final = re.compile(r"[-+*=<>]|\b(?:and|or|div|mod)\b")


@cache
def _parser() -> Lark:
    return parser_of(Path(__file__).with_name("xpath.lark"), _Build())


class _Build(Transformer[Token, Any]):
    """Makes the parts; each method has the name of an alias in the grammar."""

    def number(self, children: list[Token]) -> Part:
        return Number(str(children[0]))

    def string(self, children: list[Token]) -> Part:
        return String(str(children[0])[1:-1])

    def reference(self, children: list[Token]) -> Part:
        name = str(children[0])[2:-1].strip()
        if name.startswith("last-saved#"):
            raise XPathError("values of the last saved form are not kept")
        return Reference(name)

    def path(self, children: list[Token]) -> Part:
        return Reference(str(children[0]).rsplit("/", 1)[-1])

    def own(self, _children: list[Token]) -> Part:
        return Own()

    def parent(self, _children: list[Token]) -> Part:
        return Parent()

    def name(self, children: list[Token]) -> Part:
        return Name(str(children[0]))

    def call(self, children: list[Any]) -> Part:
        return Call(str(children[0]), tuple(one for one in children[1:] if one is not None))

    def negative(self, children: list[Any]) -> Part:
        return Negative(children[1])

    def binary(self, children: list[Any]) -> Part:
        left, operator, right = children
        return Binary(str(operator), left, right)

    def both(self, children: list[Any]) -> Part:
        return Binary("and", children[0], children[1])

    def either(self, children: list[Any]) -> Part:
        return Binary("or", children[0], children[1])
