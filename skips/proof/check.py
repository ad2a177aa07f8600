"""Checks an instrument over all cases that there can be: joins what the detectors find."""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instrument.models import Instrument
from skips.compilation import mode_of
from skips.proof.detectors import Detector, load_detectors, static_findings
from skips.proof.findings import Finding
from skips.proof.merge import by_place, merge_modes, section_of

if TYPE_CHECKING:
    from skips.proof.settle import Settler


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check has come."""

    mode: str
    section: str
    """Its title."""
    done: int
    """Questions about the cases there can be that are settled in this mode, of the present step."""
    of: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    instrument: Instrument
    modes: tuple[str, ...]
    """Those that were looked at."""
    sections: tuple[str, ...]
    """The names of those that were looked at."""
    findings: tuple[Finding, ...]
    """Those that nobody acknowledged, in the order of the instrument."""
    acknowledged: tuple[tuple[Finding, str], ...]
    """The others, each with the reason given."""
    seconds: float

    @property
    def items(self) -> int:
        """How many items the sections have that were looked at."""
        names = set(self.sections)
        return sum(one.name in names for one in self.instrument.section_of.values())


def check(
    instrument: Instrument,
    *,
    modes: Sequence[str] | None = None,
    sections: Collection[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    detectors: Sequence[Detector] | None = None,
) -> Report:
    """Look for everything that an author would want to mend.

    Args:
        instrument: to be checked.
        modes: those to look at; None means all.
        sections: names of those to report on; None means all.
        on_progress: told now and then how far it has come.
        detectors: other ones than those of this package.

    Raises:
        RouteError: the instrument does not have such a mode.
        ProofUnavailable: z3 is not installed.
    """
    begun = time.monotonic()
    modes = [mode_of(instrument, one) for one in modes or instrument.modes]
    chosen = tuple(
        one.name for one in instrument.sections if sections is None or one.name in sections
    )
    detectors = load_detectors() if detectors is None else detectors
    found = {mode: _of_mode(instrument, mode, chosen, detectors, on_progress) for mode in modes}
    every = [*merge_modes(found, tuple(instrument.modes)), *static_findings(instrument)]
    wanted = [one for one in every if section_of(one, instrument) in (None, *chosen)]
    return Report(
        instrument,
        tuple(modes),
        chosen,
        by_place(wanted, instrument),
        (),
        time.monotonic() - begun,
    )


def _of_mode(
    instrument: Instrument,
    mode: str,
    sections: Sequence[str],
    detectors: Iterable[Detector],
    on_progress: Callable[[Progress], None] | None,
) -> list[Finding]:
    def tell(done: int, of: int) -> None:
        if on_progress is not None:
            on_progress(Progress(mode, "", done, of))

    settler = _settler(instrument, mode, tell)
    settler.sections = frozenset(sections)
    return [one for detector in detectors for one in detector.find(settler)]


def _settler(instrument: Instrument, mode: str, tell: Callable[[int, int], None]) -> "Settler":
    from skips.proof.settle import Settler

    return Settler(instrument, mode, on_progress=tell)
