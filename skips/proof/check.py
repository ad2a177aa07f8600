"""Checks an instrument over all cases that there can be: joins what the detectors find.

What was found before is taken from a cache, section by section. The rest is proved in steps of a
few sections, each mode on its own; where it pays in several processes.
"""

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instrument.models import Instrument
from skips.compilation import mode_of
from skips.proof.acknowledge import acknowledge
from skips.proof.detectors import Detector, load_detectors, static_findings
from skips.proof.findings import Finding
from skips.proof.kept import Cache
from skips.proof.merge import by_place, merge_modes, section_of
from skips.proof.plan import Plan
from skips.proof.proving import EVERYWHERE, Progress, Tell, prove_here
from skips.proof.workers import is_worth_it, prove_in_processes

if TYPE_CHECKING:
    from skips.proof.settle import Settler


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
    proved: int
    """In how many sections something was proved now, over all modes; the rest was known."""

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
    cache: Cache | None = None,
    fresh: bool = False,
    processes: int = 1,
    detectors: Sequence[Detector] | None = None,
    make_settler: "Callable[[Instrument, str, Tell], Settler] | None" = None,
) -> Report:
    """Look for everything that an author would want to mend.

    Args:
        instrument: to be checked.
        modes: those to look at; None means all.
        sections: names of those to report on; None means all.
        on_progress: told now and then how far it has come.
        cache: findings of former checks, and where those of this one are kept.
        fresh: prove everything, whatever the cache has; what is found is kept there nevertheless.
        processes: how many may be used; they only are where it pays.
        detectors: other ones than those of this package; all stays in this process then.
        make_settler: what settles questions about the cases there can be, as `detectors`.

    Raises:
        RouteError: the instrument does not have such a mode.
        ProofUnavailable: z3 is not installed.
    """
    begun = time.monotonic()
    modes = [mode_of(instrument, one) for one in modes or instrument.modes]
    chosen = tuple(
        one.name for one in instrument.sections if sections is None or one.name in sections
    )
    own = detectors is None and make_settler is None
    detectors = load_detectors() if detectors is None else detectors
    plans = {mode: Plan(instrument, mode, chosen, detectors, cache, fresh=fresh) for mode in modes}
    tell = on_progress or _nobody
    steps = [step for plan in plans.values() for step in plan.steps()]
    proved: set[tuple[str, str]] = set()
    if own and is_worth_it(instrument, steps, processes):
        results = prove_in_processes(instrument, steps, processes, tell)
    else:
        results = prove_here(instrument, steps, detectors, tell, make_settler)
    try:
        with closing(results):
            for one in results:
                plans[one.mode].enter(one)
                if one.section != EVERYWHERE:
                    proved.add((one.mode, one.section))
    finally:
        # Also of a check that is broken off, so that the next one goes on from there.
        for plan in plans.values():
            plan.keep()
    found = {mode: plan.findings for mode, plan in plans.items()}
    every = [*merge_modes(found, tuple(instrument.modes)), *static_findings(instrument)]
    wanted = [one for one in every if section_of(one, instrument) in (None, *chosen)]
    judged = acknowledge(instrument, wanted, modes=modes, sections=chosen)
    reasons = dict(judged.acknowledged)
    return Report(
        instrument,
        tuple(modes),
        chosen,
        by_place(judged.open, instrument),
        tuple((one, reasons[one]) for one in by_place(reasons, instrument)),
        time.monotonic() - begun,
        len(proved),
    )


def _nobody(_: Progress) -> None:
    pass
