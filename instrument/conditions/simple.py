"""The most common conditions, read without the grammar's parser, which takes ten times as long.

`age >= 18 and city in (north, south) and owns`: clauses about one item each, joined by one word.
The grammar alone defines the language: what is read here is read as the grammar reads it, which the
tests compare, and anything else is left to it.
"""

import re
from typing import Final

from instrument.conditions.syntax import Joined, Membership, Number, Pair, Part, Word

_WORD: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_NUMBER: Final = r"[0-9]{1,18}+(?![0-9A-Za-z_])"
_CLAUSE: Final = re.compile(
    rf"""
    [ \t\r\n]*+ (?P<left>{_WORD}) (?:
        \s*+ (?P<sign>==|!=|<=|>=|<|>) \s*+ (?: (?P<word>{_WORD}) | (?P<number>{_NUMBER}) )
      | \s++ (?P<has>has) \s++ (?P<choice>{_WORD})
      | \s++ in \s*+ \( (?P<options> \s*+ {_WORD} \s*+ (?: , \s*+ {_WORD} \s*+ )*+ ) \)
    )?+ [ \t\r\n]*+
    """,
    re.ASCII | re.VERBOSE,
)
_JOINER: Final = re.compile(r"(?:and|or)(?=[ \t\r\n])")
_WORDS: Final = re.compile(_WORD)
_STRANGE: Final = re.compile(r"[^ \t\r\nA-Za-z0-9_<>=!(),]")
"""Among others spaces that the grammar does not know."""


def read_simple(text: str, keywords: frozenset[str], most: int) -> Part | None:
    """A text that is clauses with one word between them; None for any other text.

    Args:
        text: the condition.
        keywords: words that are no names.
        most: the greatest number of parts.
    """
    if _STRANGE.search(text):
        return None
    parts: list[Part] = []
    joiner, at = "", 0
    while True:
        found = _CLAUSE.match(text, at)
        part = None if found is None else _clause(found, keywords)
        if found is None or part is None:
            return None
        parts.append(part)
        at = found.end()
        if at == len(text):
            break
        between = _JOINER.match(text, at)
        if between is None or (joiner and between[0] != joiner):
            return None
        joiner, at = between[0], between.end()
    if len(parts) == 1:
        return parts[0] if parts[0].size <= most else None
    size = sum(part.size for part in parts) + 1
    if size > most:
        return None
    depth = 1 + max(part.depth for part in parts)
    return Joined(at=parts[0].at, operator=joiner, parts=tuple(parts), size=size, depth=depth)


def _clause(found: re.Match[str], keywords: frozenset[str]) -> Part | None:
    """One clause; None when a word in it is no name."""
    left = _word(found, "left")
    if left.name in keywords:
        return None
    operator = found["sign"] or found["has"]
    if operator is not None:
        right = _right(found)
        if isinstance(right, Word) and right.name in keywords:
            return None
        operator_at = found.start("sign" if found["sign"] else "has")
        return Pair(
            at=left.at,
            operator=operator,
            operator_at=operator_at,
            left=left,
            right=right,
            size=3,
            depth=2,
        )
    if found["options"] is None:
        return left
    start = found.start("options")
    options = tuple(
        Word(at=start + word.start(), name=word[0]) for word in _WORDS.finditer(found["options"])
    )
    if any(option.name in keywords for option in options):
        return None
    return Membership(
        at=left.at, left=left, options=options, negated=False, size=2 + len(options), depth=2
    )


def _right(found: re.Match[str]) -> Part:
    if found["number"] is not None:
        return Number(at=found.start("number"), value=int(found["number"]))
    return _word(found, "word" if found["word"] is not None else "choice")


def _word(found: re.Match[str], group: str) -> Word:
    return Word(at=found.start(group), name=found[group])
