"""Pieces of our language, with parentheses only where they are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How closely the parts of a piece hold together."""

    OR = 1
    AND = 2
    NOT = 3
    TEST = 4
    SUM = 5
    PRODUCT = 6
    UNARY = 7
    ATOM = 8


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a condition or calculation in our language."""

    text: str
    level: Level = Level.ATOM
    whole: bool = False
    """Of numbers: whether it can only be an integer."""
    blank: bool = False
    """Whether it can be without a value where REDCap has a blank."""

    def within(self, least: Level) -> str:
        """Its text, in parentheses if what it stands in binds more closely."""
        return self.text if self.level >= least else f"({self.text})"


def joined(operator: str, parts: Sequence[Said]) -> Said:
    """Conditions joined by `and` or `or`."""
    level = Level.OR if operator == "or" else Level.AND
    texts = [part.within(level) for part in parts]
    return Said(f" {operator} ".join(texts), level)


def negated(part: Said) -> Said:
    """`not X`; of `not X` its `X`"""
    if part.level is Level.NOT and part.text.startswith("not "):
        return Said(part.text.removeprefix("not "), Level.NOT)
    return Said(f"not {part.within(Level.NOT)}", Level.NOT)


def test(left: Said, operator: str, right: Said) -> Said:
    """A comparison."""
    text = f"{left.within(Level.SUM)} {operator} {right.within(Level.SUM)}"
    return Said(text, Level.TEST)


def call(name: str, *arguments: Said, whole: bool = False) -> Said:
    """`NAME(…)`"""
    blank = any(one.blank for one in arguments)
    return Said(f"{name}({', '.join(one.text for one in arguments)})", whole=whole, blank=blank)


def quoted(text: str) -> Said:
    """A text in quotes."""
    inner = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return Said(f'"{inner}"')
