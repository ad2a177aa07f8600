"""Where a condition that is longer than a line is broken: between its parts, outermost first."""

import re
from collections.abc import Iterator
from typing import Final

from instrument.layout import wrap

EXPRESSIONS: Final = frozenset(
    {"ask_if", "as", "when", "is", "otherwise", "hard", "soft", "size", "row_if"}
)
"""Keys whose texts are conditions or values."""

_SIGN: Final = re.compile(r'"[^"]*"|[()]| (?=or )| (?=and )|(?<=,) ')
_COMMA, _OR, _AND = range(3)


def condition_lines(text: str, room: int) -> list[str]:
    """A condition in lines that give it back when they are joined by spaces.

    Breaks stand behind commas and in front of `or` and `and`: those outside of all brackets first,
    those inside only of parts that are still too long. As many parts as fit share a line, but of a
    list whose parts have several words each stands on a line of its own.

    Args:
        text: the condition, as its author typed it.
        room: columns of a line.
    """
    lines: list[str] = []
    joins = False
    parts = _parts(text, room)
    apart = any(part.endswith(",") and " " in part for part in parts)
    for part in parts:
        if len(part) > room:
            deeper = condition_lines(part, room) if part != text else wrap(part, room)
            lines += deeper
            joins = False
            continue
        if joins and len(lines[-1]) + 1 + len(part) <= room:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
        joins = not apart
    return lines


def _parts(text: str, room: int) -> list[str]:
    """A condition cut at its outermost breaks; whole if it fits or has none."""
    breaks = list(_breaks(text))
    if len(text) <= room or not breaks:
        return [text]
    outermost = min((depth, kind) for _, depth, kind in breaks)
    places = [place for place, depth, kind in breaks if (depth, kind) == outermost]
    ends = [*places, len(text)]
    starts = [0, *(place + 1 for place in places)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _breaks(text: str) -> Iterator[tuple[int, int, int]]:
    """Every space where a condition can be broken, with its depth in brackets and its kind."""
    depth = 0
    for found in _SIGN.finditer(text):
        sign = found.group()
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == " ":
            behind = text[found.end() :]
            if behind.startswith("or "):
                kind = _OR
            else:
                kind = _AND if behind.startswith("and ") else _COMMA
            yield found.start(), depth, kind
