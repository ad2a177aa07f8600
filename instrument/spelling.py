"""Suggestions for words that were probably mistyped."""

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Final

_LONGEST: Final = 40
"""Longer words are no typing mistakes, and comparing them takes long."""
_MOST: Final = 60
"""How many words one speller looks at: a file full of nonsense must stay quick to refuse."""
_MOST_COMPARED: Final = 400
"""How many known words one word is compared with closely."""
_LENGTHS: Final = 3
"""How many letters a mistyped word is longer or shorter at most."""


class Speller:
    """Finds what was meant, for the first so many unknown words."""

    def __init__(self) -> None:
        self._left = _MOST

    def near(self, word: str, known: Iterable[str]) -> str:
        """The known word that was probably meant, or nothing."""
        if self._left <= 0 or len(word) > _LONGEST:
            return ""
        alike = list(islice((one for one in known if _might_be(word, one)), _MOST_COMPARED))
        if not alike:
            return ""
        self._left -= 1
        close = difflib.get_close_matches(word, alike, n=1, cutoff=0.7)
        return close[0] if close else _turned(word, alike)

    def hint(self, word: str, known: Iterable[str]) -> str:
        """`did you mean 'WORD'?`, or nothing when no known word is close."""
        meant = self.near(word, known)
        return f"did you mean '{meant}'?" if meant else ""


def _turned(word: str, known: Iterable[str]) -> str:
    """The known word that has the same letters, such as `say` of `sya`; short words need it."""
    return next((one for one in known if sorted(one) == sorted(word)), "")


def _might_be(word: str, known: str) -> bool:
    """Whether a close look is worth while: similar length, and one end in common."""
    if not word or not known or abs(len(word) - len(known)) > _LENGTHS:
        return False
    return word[0].lower() == known[0].lower() or word[-1] == known[-1]
