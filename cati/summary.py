"""The search of a summary for text that could identify somebody: pure functions over one text.

A mark is a warning and never a verdict: the interviewer replaces the words or explains why they
may stay. It looks for American numbers, addresses and names; `cati.identifying` holds the rules.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cati.identifying import names, patterns
from cati.identifying.patterns import Find
from cati.identifying.words import word_list

KNOWN: Final = "known in this case"
UNTOLD: Final = "the agency"
"""Stands for what is known of a case where no rule tells whether it is a person or a place."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text that may identify somebody."""

    start: int
    end: int
    """In characters of the text, `end` being the first character behind it."""
    text: str
    """The stretch itself."""
    kind: str
    """What it looks like: "telephone number", "name", "place", "known in this case", …"""
    suggestion: str
    """Neutral words that could stand in its place."""


def scan(text: str, known: Sequence[str] = ()) -> list[Mark]:
    """Mark what could identify somebody in `text`; marks stand in order and never overlap.

    `known` holds texts that identify this case, such as the name of its agency and of its contact;
    they are found in any case of letters, as a whole and by each word that is no everyday word.
    """
    kept = _Kept()
    # What is known for sure wins over what has a shape of its own, and that over what looks like a
    # name. Of two that overlap the better one grows over the other, so that nothing stays behind.
    for find in (*_known(text, known), *patterns.finds(text), *names.finds(text)):
        overlapping = kept.overlapping(find)
        if not overlapping:
            kept.put(len(kept.finds), find)
        elif len(overlapping) == 1:
            kept.put(overlapping[0], _merged(kept.finds[overlapping[0]], find))
    return [
        Mark(find.start, find.end, text[find.start : find.end], find.kind, _in_place(text, find))
        for find in _apart(kept.finds.values())
    ]


_ABBREVIATED: Final = re.compile(
    r"\b(?:apt|approx|ave|blvd|capt|cpl|det|dr|ext|gov|ln|lt|mr|mrs|ms|nos?|ofc|ph|rd|ref|sgt|st|tel)"
    r"\.$",
    re.IGNORECASE,
)
"""Words behind whose point a sentence goes on, as in "case no. 7"."""


def _in_place(text: str, find: Find) -> str:
    """The neutral words as they stand there: a sentence goes on beginning with a capital."""
    before = text[: find.start].rstrip()
    begins = not before or (before[-1] in ".!?" and not _ABBREVIATED.search(before))
    return find.suggestion[:1].upper() + find.suggestion[1:] if begins else find.suggestion


class _Kept:
    """Finds by number, and which of them lie near a place: a long text has thousands."""

    _STRETCH: Final = 64
    """Characters that are looked up together."""

    def __init__(self) -> None:
        self.finds: dict[int, Find] = {}
        self._near: defaultdict[int, set[int]] = defaultdict(set)

    def put(self, number: int, find: Find) -> None:
        """Keep a find, in place of the one that had the number before."""
        self.finds[number] = find
        for stretch in self._stretches(find):
            self._near[stretch].add(number)

    def overlapping(self, find: Find) -> list[int]:
        """The numbers of the finds that share a character with this one."""
        near = set().union(*(self._near.get(one, ()) for one in self._stretches(find)))
        return [
            number
            for number in sorted(near)
            if find.start < self.finds[number].end and self.finds[number].start < find.end
        ]

    def _stretches(self, find: Find) -> range:
        return range(find.start // self._STRETCH, find.end // self._STRETCH + 1)


def _merged(better: Find, other: Find) -> Find:
    start, end = min(better.start, other.start), max(better.end, other.end)
    untold = better.kind == KNOWN and better.suggestion == UNTOLD
    return Find(start, end, better.kind, other.suggestion if untold else better.suggestion)


def _apart(finds: Iterable[Find]) -> Iterator[Find]:
    """In order, and joined where growing made two of them overlap."""
    pending: Find | None = None
    for find in sorted(finds, key=lambda find: (find.start, -find.end)):
        if pending is None:
            pending = find
        elif find.start < pending.end:
            pending = _merged(pending, find)
        else:
            yield pending
            pending = find
    if pending is not None:
        yield pending


_TOKEN: Final = re.compile(r"[^\W_](?:[\w'’-]{0,60}\w)?")


def _known(text: str, known: Sequence[str]) -> Iterator[Find]:
    expression = _known_expression(tuple(known))
    if expression is not None:
        for match in expression.finditer(text):
            yield Find(*match.span(), KNOWN, UNTOLD)


@lru_cache(maxsize=8)
def _known_expression(known: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for the known texts and for their telling words, the longest first."""
    wanted: set[str] = set()
    for phrase in known:
        whole = phrase.strip()
        wanted |= {word for word in _TOKEN.findall(whole) if _is_telling(word)}
        if len(whole) >= 3 and any(_is_telling(word) for word in _TOKEN.findall(whole)):
            wanted.add(whole)
        digits = re.sub(r"\D", "", whole)
        if len(digits) >= 7 and len(digits) == len(re.sub(r"[\s().+/-]", "", whole)):
            wanted.add(digits)
    if not wanted:
        return None
    parts = (
        r"\D{0,2}".join(word) if word.isdigit() and len(word) >= 7 else re.escape(word)
        for word in sorted(wanted, key=lambda word: (-len(word), word))
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def _is_telling(word: str) -> bool:
    """Whether a word of a known text identifies on its own."""
    lower = word.lower().replace("’", "'")
    return (
        len(lower) >= 3
        and lower not in word_list("everyday")
        and lower not in word_list("openers")
        and lower not in word_list("neutral")
    )
