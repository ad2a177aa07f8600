"""What `cati check` found out, before anybody is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from instrument import Instrument
from instrument.problems import Problem
from skips.proof.findings import Severity

if TYPE_CHECKING:
    from skips.proof.check import Report
    from skips.proof.measures.measure import Measures


@dataclass(frozen=True, slots=True)
class Outcome:
    """The parts of a check, as far as it came: reading, export, proof."""

    folder: Path
    """Of the instrument."""
    problems: tuple[Problem, ...] = ()
    """Those that keep it from being read."""
    read: Instrument | None = None
    """The instrument, if it can be read."""
    unfit: tuple[str, ...] = ()
    """Why its answers could not be exported, a sentence each."""
    report: "Report | None" = None
    """What the proof found; None where it was left out."""
    measures: "tuple[Measures, ...]" = ()
    """Its measures by mode, where they were asked for."""

    def is_sound(self, *, strict: bool) -> bool:
        """Whether there is nothing to mend: no problem and no error; when strict, no warning."""
        if self.problems or self.unfit:
            return False
        bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return self.report is None or not any(one.severity in bad for one in self.report.findings)
