"""The one filter for everything shown that cati did not write itself.

A terminal obeys what is printed to it: an answer that holds an escape sequence could write the
clipboard, rename the window or hide text. `display_safe` leaves only characters that put a glyph
into a cell, and line breaks. It is applied where texts become content (`cati.widgets.words`), where
text is typed or pasted (`cati.widgets.fields`), to everything the command line prints, and a last
time to every line on its way to the terminal (`cati.widgets.backstop`).
"""

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

MARKS = 4
"""Combining marks kept on one character; more would paint over the lines around it."""

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colors, cursor, modes
    r"|(?:\x1b[P\]X^_]|[\x90\x9d\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,512}(?:\x07|\x1b\\|\x9c)"  # text
    r"|\x1b[ -/]{0,4}[0-~]"  # everything else that ESC begins
)

_DROPPED = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}  # fillers that show nothing
    | set(range(0x180B, 0x1810))  # Mongolian variation selectors
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0000, 0xE1000))  # tags and variation selectors
)

_BY_CATEGORY = {
    "Cc": "",  # control characters, C0 and C1
    "Cf": "",  # bidirectional controls, zero width, soft hyphen
    "Cs": REPLACEMENT,  # half of a surrogate pair
    "Co": REPLACEMENT,  # private use: every font shows something else
    "Cn": REPLACEMENT,  # unassigned
    "Zl": "\n",
    "Zp": "\n",
}


class _Table(dict[int, str]):
    """What becomes of each character; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        shown = (
            "" if code in _DROPPED else _BY_CATEGORY.get(unicodedata.category(character), character)
        )
        self[code] = shown
        return shown


_TABLE = _Table({ord("\n"): "\n", ord("\t"): "    ", ord("\r"): "\n"})


def display_safe(text: str) -> str:
    """`text` with everything removed that a terminal could obey or that hides what is written.

    Removed are control characters and whole escape sequences, bidirectional and zero-width
    characters and surplus combining marks; unassigned and private characters and broken surrogates
    become `�`. Line breaks stay; a tab becomes four spaces. What comes back is unchanged by a
    second pass.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _SEQUENCE.sub("", text.replace("\r\n", "\n"))
    return _fewer_marks(text.translate(_TABLE))


def one_line(text: str) -> str:
    """`display_safe`, with every run of white space made one space: for labels and titles."""
    return " ".join(display_safe(text).split())


def _fewer_marks(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MARKS:
            kept.append(character)
    return "".join(kept)
