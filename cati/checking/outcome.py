"""What `cati check` found out, before anybody is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from instrument import Instrument
from instrument.problems import Problem
from skips.proof.findings import Finding, Severity

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
    only: frozenset[str] = frozenset()
    """Codes of findings that are wanted; empty means all."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are wanted and that nobody acknowledged."""
        found = () if self.report is None else self.report.findings
        return tuple(one for one in found if self._is_wanted(one))

    @property
    def hidden(self) -> tuple[Finding, ...]:
        """The findings that nobody acknowledged and that are not wanted."""
        found = () if self.report is None else self.report.findings
        return tuple(one for one in found if not self._is_wanted(one))

    @property
    def acknowledged(self) -> tuple[tuple[Finding, str], ...]:
        """The findings that are wanted and were acknowledged, each with the reason."""
        meant = () if self.report is None else self.report.acknowledged
        return tuple(pair for pair in meant if self._is_wanted(pair[0]))

    def _is_wanted(self, one: Finding) -> bool:
        return not self.only or one.code in self.only

    def is_sound(self, *, strict: bool) -> bool:
        """Whether there is nothing to mend: no problem and no error; when strict, no warning.

        What is not shown counts as well: to look at one kind alone makes nothing sound.
        """
        if self.problems or self.unfit:
            return False
        bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return self.report is None or not any(one.severity in bad for one in self.report.findings)
