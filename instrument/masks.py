r"""Masks of short texts, such as `99999-9999`: what stands at each place of an entry.

`9` stands for a digit, `A` for a letter from A to Z in either case, `X` for one of both; anything
else stands for itself, and so does what follows a `\`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_PLACES: Final = {"9": "[0-9]", "A": "[A-Za-z]", "X": "[A-Za-z0-9]"}
_DIGITS: Final = "1234567890"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _signs(mask: str) -> Iterator[tuple[str, bool]]:
    """The signs of a mask from left to right, each with whether it stands for others."""
    literal = False
    for sign in mask:
        if sign == "\\" and not literal:
            literal = True
            continue
        yield sign, sign in _PLACES and not literal
        literal = False


def has_place(mask: str) -> bool:
    """Whether a mask leaves anything to be entered."""
    return any(place for _, place in _signs(mask))


def length(mask: str) -> int:
    """How many characters an entry has that fits a mask."""
    return sum(1 for _ in _signs(mask))


def fits(mask: str, text: str) -> bool:
    """Whether a text has the form of a mask."""
    return _pattern(mask).fullmatch(text) is not None


@cache
def _pattern(mask: str) -> re.Pattern[str]:
    return re.compile(
        "".join(_PLACES[sign] if place else re.escape(sign) for sign, place in _signs(mask))
    )


def example(mask: str) -> str:
    """A text that fits a mask: `12345-6789`, `AB-123`."""
    digits = letters = 0
    signs: list[str] = []
    for sign, place in _signs(mask):
        if not place:
            signs.append(sign)
        elif sign == "A":
            signs.append(_LETTERS[letters % len(_LETTERS)])
            letters += 1
        else:
            signs.append(_DIGITS[digits % len(_DIGITS)])
            digits += 1
    return "".join(signs)
