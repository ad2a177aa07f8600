"""Whether a text mentions a term, whatever its letters' case and whether it is one or many."""

import re
from collections.abc import Hashable, Iterable
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


Words = tuple[str, ...]
"""Words in the singular, in small letters."""


class Texts:
    """Some texts, in which it is quick to find who mentions a term."""

    def __init__(self, texts: Iterable[tuple[Hashable, str]]) -> None:
        """Take texts, each with what it belongs to."""
        self._having: dict[str, dict[Words, set[Hashable]]] = {}
        """Word to the texts that have it, each with all that it belongs to."""
        for owner, text in texts:
            words = words_of(text)
            for word in set(words):
                self._having.setdefault(word, {}).setdefault(words, set()).add(owner)

    def mention(self, term: str, besides: Hashable) -> bool:
        """Whether any of them mentions a term, besides those that belong to something."""
        for way in alternatives(term):
            for word, texts in self._having.items():
                if not _is_form_of(word, way[0]):
                    continue
                if any(owners != {besides} and _says(text, way) for text, owners in texts.items()):
                    return True
        return False


def alternatives(term: str) -> tuple[Words, ...]:
    """The ways to say a term, as words in the singular: `minor (child)` is minor, or child.

    What stands in parentheses, between commas, or beside "and" or "or" is a way of its own, and so
    are several words without what "of" or "for" adds: `hourly pay of staff` is hourly pay, too.
    """
    ways: dict[Words, None] = {}
    for part in (term, *_ALTERNATIVES.split(term)):
        short = words_of(_ADDED.split(part, maxsplit=1)[0])
        for way in (words_of(part), *([short] if len(short) > 1 else [])):
            ways.setdefault(way)
    return tuple(way for way in ways if way)


def words_of(text: str) -> Words:
    """The words of a text in the singular, in small letters."""
    return tuple(_singular(word) for word in _WORD.findall(text.casefold()))


def _says(words: Words, way: Words) -> bool:
    """Whether some words hold others, side by side."""
    return any(
        all(map(_is_form_of, words[at : at + len(way)], way))
        for at in range(len(words) - len(way) + 1)
    )


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
