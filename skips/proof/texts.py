"""Texts over all cases: each is a token with its length, and what the text says does not matter."""

import hashlib
from functools import cache
from typing import Final

import z3

from skips.proof.terms import TextTerm
from skips.proof.three import TRUE

_FIRST: Final = 1 << 48
"""Tokens of texts that conditions name are greater; any other text has a smaller one."""


@cache
def token(text: str) -> int:
    """The token of a text that a condition names."""
    return _FIRST + int.from_bytes(hashlib.sha256(text.encode()).digest()[:5])


def constant(text: str) -> TextTerm:
    """A text that is always the same."""
    return TextTerm(TRUE, z3.IntVal(token(text)), z3.IntVal(len(text)))
