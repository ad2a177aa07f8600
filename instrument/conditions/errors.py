"""What is wrong with a condition, with the place in its text."""

from dataclasses import dataclass

_WIDTH = 90
"""Columns of a condition that an error shows."""


@dataclass
class ConditionError(Exception):
    """A condition that cannot be used."""

    code: str
    """See `instrument.catalog`."""
    says: str
    at: int
    """Where in the text, counted from 0."""
    hint: str = ""

    def __str__(self) -> str:
        return self.says


class EchoError(Exception):
    """A condition that cannot be read because of something reported already."""


def show(text: str, at: int) -> str:
    """The text of a condition on one line with a caret under one place, as two indented lines."""
    line = "".join(" " if char in "\t\r\n" else char for char in text)
    start = max(0, min(at - _WIDTH // 2, len(line) - _WIDTH))
    cut = line[start : start + _WIDTH]
    if start > 0:
        cut = "…" + cut[1:]
    if start + _WIDTH < len(line):
        cut = cut[:-1] + "…"
    return f"    {cut}\n    {' ' * (at - start)}^"
