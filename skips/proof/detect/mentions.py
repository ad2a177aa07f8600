"""Whether a text mentions a term, whatever its letters' case and whether it is one or many."""

import re
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(r"\w+")
_ALTERNATIVES: Final = re.compile(r"[(),;/]|\band\b|\bor\b", re.IGNORECASE)
_ADDED: Final = re.compile(r"\b(?:of|for|in|by|with|to)\b", re.IGNORECASE)
_LONG: Final = 5
"""From so many letters on, words that only begin like a term's word mention it, too."""
_IRREGULAR: Final = {
    "children": "child",
    "people": "person",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "wives": "wife",
    "lives": "life",
    "selves": "self",
    "halves": "half",
    "analyses": "analysis",
    "criteria": "criterion",
}
"""Plurals that do not end in s, or not only in s, to their singular."""


def alternatives(term: str) -> tuple[tuple[str, ...], ...]:
    """The ways to say a term, as words in the singular: `minor (child)` is minor, or child.

    What stands in parentheses, between commas, or beside "and" or "or" is a way of its own, and so
    are several words without what "of" or "for" adds: `hourly pay of staff` is hourly pay, too.
    """
    ways: dict[tuple[str, ...], None] = {}
    for part in (term, *_ALTERNATIVES.split(term)):
        short = words_of(_ADDED.split(part, maxsplit=1)[0])
        for way in (words_of(part), *([short] if len(short) > 1 else [])):
            ways.setdefault(way)
    return tuple(way for way in ways if way)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in the singular, in small letters."""
    return tuple(_singular(word) for word in _WORD.findall(text.casefold()))


def mentions(words: tuple[str, ...], ways: tuple[tuple[str, ...], ...]) -> bool:
    """Whether some words (of `words_of`) hold one of the ways to say a term, side by side."""
    return any(
        all(map(_is_form_of, words[at : at + len(way)], way))
        for way in ways
        for at in _starts(words, way)
    )


def _starts(words: tuple[str, ...], way: tuple[str, ...]) -> Iterator[int]:
    return iter(range(len(words) - len(way) + 1))


def _is_form_of(word: str, of: str) -> bool:
    stem = of.removesuffix("ing")
    return word == of or (len(stem) >= _LONG and word.startswith(stem))


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word
