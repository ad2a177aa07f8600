"""Suggestions for words that were probably mistyped."""

import difflib
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 40
"""Longer words are no typing mistakes, and comparing them takes long."""
_MOST: Final = 60
"""How many suggestions one speller gives: a file full of nonsense must stay quick to refuse."""


class Speller:
    """Finds what was meant, for the first so many unknown words."""

    def __init__(self) -> None:
        self._left = _MOST

    def hint(self, word: str, known: Iterable[str]) -> str:
        """`did you mean 'WORD'?`, or nothing when no known word is close."""
        if self._left <= 0 or len(word) > _LONGEST:
            return ""
        self._left -= 1
        near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
        return f"did you mean '{near[0]}'?" if near else ""
