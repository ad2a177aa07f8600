"""A text cut into words, each knowing its place and whether a sentence begins with it."""

import re
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_](?:[^\W_]|[.&'’-](?=[^\W_])){0,40}")
_SENTENCE_BEGINS: Final = re.compile(r"[.!?:;•\n][\"'”’)\]]?[\s*-]{0,5}$|^[\s\"'“‘(*-]{0,5}$")
_GAP: Final = re.compile(r"\.?[ \t]{1,3}|[ \t]?\n[ \t]{0,3}")


class Word(NamedTuple):
    """One word of a text."""

    text: str
    start: int
    end: int
    bare: str
    """In lower case, without a possessive ending."""
    capital: bool
    """Whether it begins with a capital letter."""
    opens: bool
    """Whether a sentence begins with it."""
    adjoins: bool
    """Whether only a space (or the dot of an abbreviation) parts it from the word before."""

    @property
    def possessive(self) -> bool:
        """Whether it ends in `'s`."""
        return self.text[-2:] in {"'s", "’s"}

    @property
    def letters(self) -> bool:
        """Whether it is an abbreviation, written in capitals."""
        bare = self.text.removesuffix("s").replace(".", "")
        return len(bare) > 1 and bare.isupper()


def _is_short(word: Word, abbreviations: frozenset[str]) -> bool:
    """Whether a full stop behind a word may belong to the word: a title, an initial."""
    return word.bare in abbreviations or (len(word.text) == 1 and word.capital and word.text != "I")


def words_of(text: str, abbreviations: frozenset[str]) -> list[Word]:
    """The words of a text; no sentence ends behind an initial or one of `abbreviations`.

    A text of n characters gives at most n words, found in one pass.
    """
    found: list[Word] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        last = found[-1] if found else None
        if last is not None and text[last.end : start] == " ":
            opens, adjoins = False, True
        else:
            opens = _SENTENCE_BEGINS.search(text[max(0, start - 8) : start]) is not None
            adjoins = last is not None and _GAP.fullmatch(text, last.end, start) is not None
        if opens and adjoins and last is not None and _is_short(last, abbreviations):
            opens = "\n" in text[last.end : start]
        word = match.group()
        bare = word.lower().replace("’", "'").removesuffix("'s")
        found.append(Word(word, start, end, bare, word[0].isupper(), opens, adjoins))
    return found
