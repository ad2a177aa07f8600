"""What an import carried over and what it lost, as text and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cati.importing.outline import Lost, Remark, Renamed
from cati.importing.settle import Settled, every_loss
from instrument.counts import counted


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The account of one import."""

    instrument: str
    """Name of what was written."""
    sections: int
    items: int
    """Items of the instrument, as it loads."""
    carried: int
    """Elements of the original that became an item, a section or a roster."""
    total: int
    """Elements of the original that hold, ask, show or group something."""
    lost: tuple[Lost, ...]
    remarks: tuple[Remark, ...]
    """What should be read again, since it means a little less or something else."""
    renamed: tuple[Renamed, ...] = ()
    """Names that differ from the original's, cell by cell."""

    def lines(self) -> list[str]:
        """The report for a person."""
        came = f"{self.carried} of {counted(self.total, 'element')} carried over"
        made = f"{counted(self.items, 'item')} in {counted(self.sections, 'section')}"
        lines = [f"{self.instrument}: {came}, as {made}."]
        if self.lost:
            lines += ["", f"Not carried over ({len(self.lost)}):"]
            lines += [
                f"  {_at(one.cell)}{one.feature}{_said(one.original)}: {one.why}"
                for one in self.lost
            ]
        if self.remarks:
            lines += ["", f"To be read again ({len(self.remarks)}):"]
            for one in self.remarks:
                became = f" became {_short(one.became)}" if one.became else ""
                lines.append(f"  {_at(one.cell)}{_short(one.original)}{became}: {one.why}")
        if self.renamed:
            lines += ["", f"Names changed ({len(self.renamed)}):"]
            lines += [f"  {_at(one.cell)}{one.foreign} is now {one.name}" for one in self.renamed]
        return lines

    def as_json(self) -> dict[str, Any]:
        """The report for a program."""
        return asdict(self)


def report_on(
    settled: Settled, *, carried: int, total: int, renamed: Sequence[Renamed]
) -> ImportReport:
    """The account of an outline that was settled.

    Args:
        settled: what came out.
        carried: elements of the original that became something.
        total: elements of the original.
        renamed: names that differ from the original's.
    """
    return ImportReport(
        instrument=settled.outline.name,
        sections=len(settled.instrument.sections),
        items=len(settled.instrument.items),
        carried=carried,
        total=total,
        lost=every_loss(settled.outline),
        remarks=settled.outline.remarks,
        renamed=tuple(renamed),
    )


def _at(cell: str) -> str:
    return f"{cell}: " if cell else ""


def _said(original: str) -> str:
    return f" {_short(original)}" if original else ""


def _short(text: str, length: int = 80) -> str:
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= length else f"`{line[: length - 1]}…`"
