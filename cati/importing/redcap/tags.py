"""Action tags in the annotation of a field."""

import re
from dataclasses import dataclass
from typing import Final

_TAG: Final = re.compile(r"@[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Tag:
    """One action tag."""

    name: str
    """With its `@`."""
    value: str
    """What stands behind `=` or in parentheses, without quotes."""
    text: str
    """As it was written."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation: its tags, and what is plain text."""

    tags: tuple[Tag, ...]
    rest: str

    def tag(self, name: str) -> Tag | None:
        """The first tag of a name."""
        return next((tag for tag in self.tags if tag.name == name), None)


def parse_annotation(text: str) -> Annotation:
    """Read the annotation of a field."""
    text = text[:_LONGEST]
    tags: list[Tag] = []
    rest: list[str] = []
    at = 0
    while match := _TAG.search(text, at):
        rest.append(text[at : match.start()])
        at, value = _value(text, match.end())
        tags.append(Tag(match[0], value, text[match.start() : at]))
    rest.append(text[at:])
    return Annotation(tuple(tags), " ".join(" ".join(rest).split()))


def _value(text: str, at: int) -> tuple[int, str]:
    """Where a tag ends, and its value."""
    if match := re.compile(r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s@]+))").match(text, at):
        return match.end(), next(part for part in match.groups() if part is not None)
    if match := re.compile(r"\s*\(").match(text, at):
        end = _closing(text, match.end())
        return end, text[match.end() : end - 1].strip()
    return at, ""


def _closing(text: str, at: int) -> int:
    """Behind the parenthesis that closes the one before `at`; the end when none does."""
    depth, quote = 1, ""
    while at < len(text):
        sign = text[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return at + 1
        at += 1
    return at
