"""Names of people, places and bodies, found by their capitals, by titles and by lists.

In a clinical summary hardly any word inside a sentence is capitalized for another reason than being
a name; what is (months, platforms, national bodies) stands in `neutral.txt`.
"""

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache
from typing import Final

from cati.identifying.naming import (
    BETWEEN,
    BODIES,
    BODIES_BEFORE_OF,
    TITLES,
    kind_of,
    place,
)
from cati.identifying.patterns import Find
from cati.identifying.tokens import Word, words_of
from cati.identifying.words import places, word_list

_LINKS: Final = frozenset({"de", "la", "del", "van", "von", "der", "st", "y", "bin", "al"})
_INITIALS: Final = re.compile(r"(?<![\w.])(?:[A-Z]\. ?){2,4}(?!\w)")
_NOT_INITIALS: Final = frozenset(
    {"u.s", "u.k", "d.a", "u.s.a", "a.m", "p.m", "d.c", "i.p", "i.d", "p.o", "d.o.b"}
)
_STATES_OF_BEING: Final = frozenset({"was", "is", "had", "has"})
_ORDINARY_ENDINGS: Final = (
    *("tion", "sion", "ment", "ness", "ity", "ism", "ship", "ance", "ence", "ure", "age", "ery"),
    *("ing", "ics", "ogy", "phy", "mail", "ware", "work", "ant", "ist", "ure", "ty", "al", "ed"),
)


def finds(text: str) -> Iterator[Find]:
    """Every name that `text` seems to hold: places of several words, initials, then single runs."""
    for match in _long_places().finditer(text):
        yield Find(*match.span(), *place(match.group().lower()))
    for match in _INITIALS.finditer(text):
        letters = match.group().rstrip()
        if letters.lower().rstrip(".") not in _NOT_INITIALS:
            yield Find(match.start(), match.start() + len(letters), "name", "a person")
    yield from _runs(text)


def _runs(text: str) -> Iterator[Find]:
    plain = _neutral_phrases().sub(lambda match: match.group().lower(), text)
    plain = plain if len(plain) == len(text) else text
    neutral = {at for match in _neutral_phrases().finditer(plain) for at in range(*match.span())}
    words = words_of(plain, frozenset(TITLES))
    shouting = sum(map(str.isupper, text)) > max(20, sum(map(str.islower, text)))
    taken = {
        index
        for index, word in enumerate(words)
        if word.start not in neutral and _is_name(words, index, shouting=shouting)
    }
    # A word that names somebody within a sentence names them at the beginning of one, too.
    seen = {words[index].bare for index in taken if not words[index].opens}
    taken |= {index for index, word in enumerate(words) if word.capital and word.bare in seen}
    index = 0
    while index < len(words):
        stop = _end_of_run(words, index, taken)
        if stop > index:
            run = words[index:stop]
            before = words[index - 1] if index else None
            end = run[-1].end - (2 if run[-1].possessive and run[-1].bare not in BODIES else 0)
            yield Find(run[0].start, end, *kind_of(text, run, before))
        index = max(stop, index + 1)


def _is_name(words: list[Word], index: int, *, shouting: bool) -> bool:
    """Whether a word names somebody or some place."""
    word = words[index]
    bare = word.bare
    given = bare in word_list("first_names")
    if not word.capital:
        return given and len(bare) > 3 and bare not in word_list("small_words")
    if shouting:
        return given or bare in places()
    if given:
        return True
    if bare in TITLES or bare in BODIES or bare in word_list("openers") or len(bare) < 2:
        return False
    if index and words[index - 1].bare in TITLES and words[index - 1].capital and word.adjoins:
        return True
    if bare in word_list("neutral"):
        return False
    return not word.opens or _opener_is_name(words, index)


def _opener_is_name(words: list[Word], index: int) -> bool:
    """Whether an unknown word at the beginning of a sentence names somebody."""
    word = words[index]
    if word.possessive or word.letters or word.bare in word_list("surnames"):
        return True
    if word.bare in places():
        return True
    following = words[index + 1] if index + 1 < len(words) else None
    if following is None or following.opens:
        return False
    if following.capital:
        known = following.bare in word_list("neutral") or following.bare in word_list("openers")
        return following.bare in BODIES or not known
    if following.bare == "and" and _joins(words, index + 2):
        return words[index + 2].capital and words[index + 2].bare not in word_list("neutral")
    if following.bare in _STATES_OF_BEING:
        return not word.bare.endswith(_ORDINARY_ENDINGS)
    return following.bare in word_list("personal_verbs")


def _end_of_run(words: list[Word], index: int, taken: Set[int]) -> int:
    """Where the name that begins at word `index` ends (exclusive); `index` if none begins there."""
    word = words[index]
    stop = index
    if index in taken:
        stop = index + 1
    elif word.capital and _joins(words, index + 1):
        if word.bare in TITLES and index + 1 in taken:
            stop = index + 2
        elif (
            word.bare in BODIES_BEFORE_OF
            and words[index + 1].bare == "of"
            and index + 2 in taken
            and _joins(words, index + 2)
        ):
            stop = index + 3
    while index < stop < len(words) and (longer := _extended(words, stop, taken)) > stop:
        stop = longer
    return stop


def _extended(words: list[Word], stop: int, taken: Set[int]) -> int:
    """Where a name that ends at `stop` so far ends if the next word belongs to it."""
    last, following = words[stop - 1], words[stop]
    if not _joins(words, stop):
        return stop
    belongs = stop in taken or following.bare in BODIES or following.bare in BETWEEN
    if belongs and following.capital == last.capital:
        return stop + 1
    if following.bare in _LINKS and stop + 1 in taken and _joins(words, stop + 1):
        return stop + 2
    return stop


def _joins(words: list[Word], index: int) -> bool:
    """Whether a word continues the sentence right behind the word before."""
    return index < len(words) and words[index].adjoins and not words[index].opens


@cache
def _neutral_phrases() -> re.Pattern[str]:
    return _any_of(word_list("neutral_phrases"))


@cache
def _long_places() -> re.Pattern[str]:
    return _any_of(name for name in places() if " " in name)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    listed = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, listed))})\b", re.IGNORECASE)
