"""Cases that were moved to another version: where they come from, and what they left behind.

Two CSV files stand beside an export in which cases were moved: one line for each move, and one for
each answer that the version in use has no place for. Both name the case by its id. The values of
such answers are in the profile *full* alone: what an answer to a question of another version can
give away is not judged again here.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from cati.export.columns import Profile
from cati.export.csv_file import guarded
from cati.export.errors import ExportError, ExportMismatch
from cati.export.layout import ExportCase

MOVES: Final = "-moves.csv"
LEFT_BEHIND: Final = "-left-behind.csv"

_MOVES_HEAD: Final = (
    *("case_id", "moved_at", "from_version", "from_fingerprint", "to_version", "to_fingerprint"),
    *("left_behind", "restored"),
)
_LEFT_HEAD: Final = ("case_id", "item", "row", "roster", "label", "version", "kind", "unit", "why")
_VALUES: Final = ("value", "missing_reason")

Line = tuple[str, ...]


class MovedCases:
    """Collects what documents say of moves while they pass by."""

    def __init__(self, profile: Profile) -> None:
        """Begin with no case."""
        self._full = profile is Profile.FULL
        self.cases = 0
        """How many were moved."""
        self.moves: list[Line] = []
        self.left: list[Line] = []

    def passing(self, cases: Iterable[ExportCase]) -> Iterator[ExportCase]:
        """The same cases; raises ExportError for one whose parts cannot be read."""
        for case in cases:
            try:
                self._look_at(case)
            except (LookupError, TypeError, AttributeError):
                raise ExportError(
                    f"Case {case.case_id[:8]} tells of moves in a form that this version of cati "
                    "cannot read; export with the version that it was submitted with."
                ) from None
            yield case

    def files(self, *, safe: bool = False) -> dict[str, tuple[Line, list[Line]]]:
        """Ends of file names to head and lines; empty when no case was moved.

        `safe`: a spreadsheet takes no cell for a formula.
        """
        if not self.cases:
            return {}
        left_head = (*_LEFT_HEAD, *(_VALUES if self._full else ()))
        left = [tuple(map(guarded, line)) for line in self.left] if safe else self.left
        return {MOVES: (_MOVES_HEAD, self.moves), LEFT_BEHIND: (left_head, left)}

    def _look_at(self, case: ExportCase) -> None:
        moves, left = case.document.get("moves"), case.document.get("left_behind")
        if moves is None and left is None:
            return
        self.cases += 1
        for move in _entries(moves):
            old, new = _entry(move["from"]), _entry(move["to"])
            versions = (old["version"], old["fingerprint"], new["version"], new["fingerprint"])
            counts = (move["left_behind"], move["restored"])
            self.moves.append(_line(case.case_id, move["t"], *versions, *counts))
        for one in _entries(left):
            told = [one[name] for name in ("q", "r", "roster", "label", "version")]
            told += [one[name] for name in ("kind", "unit", "why")]
            values = (_shown(one.get("v")), one.get("m")) if self._full else ()
            self.left.append(_line(case.case_id, *told, *values))


def write_lines(path: Path, head: Line, lines: Sequence[Line]) -> int:
    """Write a CSV file and read it back; the number of cells compared.

    Raises ExportMismatch if it does not hold what it should.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([head, *lines])
    with path.open(encoding="utf-8", newline="") as file:
        found = [tuple(line) for line in csv.reader(file, strict=True)]
    if found != [head, *lines]:
        raise ExportMismatch(path.name, "a line is not what was exported")
    return len(head) * len(lines)


def _entries(found: JsonValue) -> Iterator[Mapping[str, JsonValue]]:
    if not isinstance(found, list):
        raise TypeError
    return map(_entry, found)


def _entry(found: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(found, dict):
        raise TypeError
    return found


def _shown(value: JsonValue) -> JsonValue:
    """A value in one cell: choices with semicolons between them."""
    return ";".join(map(str, value)) if isinstance(value, list) else value


def _line(*cells: JsonValue) -> Line:
    return tuple("" if cell is None else str(cell) for cell in cells)
