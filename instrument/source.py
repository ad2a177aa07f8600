"""Where an element of an instrument stands in its YAML."""

from typing import NamedTuple


class Source(NamedTuple):
    """One place in a file of the instrument, printed as editors understand it."""

    file: str
    """Path relative to the instrument's folder, with `/` between its parts."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
