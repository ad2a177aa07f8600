"""How single values stand in the YAML of instruments: on one line where they fit, else folded.

Quotes stand only where a text could be read as something other than itself, by our reader or by
an editor that goes by YAML 1.2. A text that is longer than a line is folded (`>-`); one of several
short lines is kept as it is (`|-`).
"""

import json
import re
import textwrap
from collections.abc import Callable
from typing import Final

WIDTH: Final = 100
"""Columns of a line, where words allow."""

_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`~=")
_NUMBERLIKE: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+"
    r"|[-+]?\.(?:inf|nan)",
    re.IGNORECASE,
)
_WORDS: Final = frozenset({"true", "false", "null"})
_DOUBLE: Final = '"'
_IN_FLOW: Final = re.compile(r"[:,?\[\]{}]")
"""Signs that stand in quotes inside of brackets; some readers take `?` there for a key to come."""
_NARROWEST: Final = 40


def quoted(text: str, *, flow: bool = False, always: bool = False) -> str:
    """A text on one line, in quotes where it needs them.

    Args:
        text: any text without characters that YAML files cannot hold.
        flow: whether it stands inside `[ ]` or `{ }`.
        always: put it in quotes even if it needs none.
    """
    if not always and is_plain(text, flow=flow):
        return text
    if _DOUBLE in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether a text needs no quotes."""
    return not (
        text.strip() != text
        or text[:1] in _INDICATORS
        or text == ""
        or text.startswith(("<<", "..."))
        or text.endswith(":")
        or ": " in text
        or " #" in text
        or not text.isprintable()
        or text.lower() in _WORDS
        or _NUMBERLIKE.fullmatch(text)
        or (flow and _IN_FLOW.search(text))
    )


def wrap(text: str, room: int) -> list[str]:
    """A text in lines that are as full as its words allow."""
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)


def text_lines(
    lead: str,
    text: str,
    indent: int,
    behind: str = "",
    fold: Callable[[str, int], list[str]] = wrap,
) -> list[str]:
    """The lines of a text behind its key or dash.

    Args:
        lead: what stands in front, with its columns: `  help:` or `  -`.
        text: the text.
        indent: columns in front of its lines where it is folded.
        behind: a comment that stands behind it, or behind the sign that begins the folding.
        fold: cuts a text into lines of so many columns; joined by spaces they must give it back.
    """
    tail = f"  {behind}" if behind else ""
    line = f"{lead} {quoted(text)}"
    if len(line) <= WIDTH and "\n" not in text:
        return [line + tail]
    block = _block(text, max(WIDTH - indent, _NARROWEST), fold)
    if block is None:
        return [line + tail]
    sign, lines = block
    space = " " * indent
    return [f"{lead} {sign}{tail}", *(space + part if part else "" for part in lines)]


def _block(
    text: str, room: int, fold: Callable[[str, int], list[str]]
) -> tuple[str, list[str]] | None:
    """The sign and the lines of a block scalar; None for a text that only quotes can hold."""
    body = text.removesuffix("\n")
    chomp = "-" if body == text else ""
    if body.strip() != body or not body or "\t" in body or "\r" in body:
        return None
    lines = body.split("\n")
    if (len(lines) > 1 or not chomp) and all(len(line) <= room for line in lines):
        return f"|{chomp}", lines
    folded: list[str] = []
    for line in lines:
        wrapped = fold(line, room)
        # A line that begins with a space would keep its line break.
        if " ".join(wrapped) != line or any(part.strip() != part for part in wrapped):
            return (f"|{chomp}", lines) if len(lines) > 1 else None
        # A line break in a folded text is an empty line more.
        folded += [*([""] if folded else []), *wrapped]
    return f">{chomp}", folded
