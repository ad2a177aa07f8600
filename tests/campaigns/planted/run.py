"""Plants the defects one at a time and compares what is said of the instrument with what must be.

What is said of the base without the mistake is no news: it is left out. So a defect counts as found
when its findings are there and were not there before; whatever else is new and does not follow from
the mistake is *extra*.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from instrument import Instrument, InstrumentError
from skips.proof.check import check
from skips.proof.findings import Finding, Severity
from tests.campaigns.planted.bases import base, read_texts
from tests.campaigns.planted.catalog import Defect, Expected, StaleDefectError

UNDECIDED = "undecided"
Checker = Callable[[Instrument, Collection[str] | None], Sequence[Finding]]
"""What is said of an instrument, or of some of its sections."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one defect."""

    defect: Defect
    missed: tuple[Expected, ...]
    extra: tuple[Finding, ...]
    seconds: float
    """Of processor time, for the one check."""
    trouble: str = ""
    """Why it could not be checked."""

    @property
    def found(self) -> bool:
        """Whether every finding is there that must be."""
        return not self.missed and not self.trouble


@dataclass(frozen=True, slots=True)
class Silence:
    """What was said of a sound instrument."""

    name: str
    alarms: tuple[Finding, ...]
    """Errors and warnings: there must be none."""
    notes: tuple[Finding, ...]
    seconds: float
    trouble: str = ""


def proof(instrument: Instrument, sections: Collection[str] | None = None) -> Sequence[Finding]:
    """What `cati check` says that nobody acknowledged."""
    return check(instrument, sections=sections).findings


def plant(defect: Defect, checker: Checker = proof, *, near: bool = False) -> Outcome:
    """Plant one defect and check.

    Args:
        defect: to be planted.
        checker: what is tested.
        near: look only at the sections in which something must be found, which is quicker.
    """
    begun = time.process_time()
    try:
        instrument = read_texts(defect.texts())
        sections = _sections(defect, instrument) if near else None
        before = _said_of_base(defect.of, checker, sections)
        begun = time.process_time()
        found = [
            one for one in checker(instrument, sections) if (one.code, one.place) not in before
        ]
    except (StaleDefectError, InstrumentError) as error:
        return Outcome(defect, defect.finds, (), 0, f"cannot be planted: {error}")
    except Exception as error:  # noqa: BLE001  (a check that breaks is a miss; the others go on)
        seconds = time.process_time() - begun
        return Outcome(defect, defect.finds, (), seconds, f"{type(error).__name__}: {error}")
    missed = [one for one in defect.finds if not any(one.holds(f.code, f.place) for f in found)]
    known = (*defect.finds, *defect.follows)
    extra = [
        one
        for one in found
        if one.code != UNDECIDED
        and not any(known_one.holds(one.code, one.place) for known_one in known)
    ]
    return Outcome(defect, tuple(missed), tuple(extra), time.process_time() - begun)


def listen(name: str, checker: Checker = proof) -> Silence:
    """Check one sound instrument."""
    begun = time.process_time()
    try:
        said = checker(read_texts(base(name)), None)
    except Exception as error:  # noqa: BLE001  (one that breaks is reported; the others go on)
        seconds = time.process_time() - begun
        return Silence(name, (), (), seconds, f"{type(error).__name__}: {error}")
    alarms = tuple(one for one in said if one.severity is not Severity.NOTE)
    notes = tuple(one for one in said if one.severity is Severity.NOTE)
    return Silence(name, alarms, notes, time.process_time() - begun)


@cache
def _said_of_base(
    name: str, checker: Checker, sections: frozenset[str] | None
) -> frozenset[tuple[str, str]]:
    """Code and place of all that is said of a base without a mistake."""
    said = checker(read_texts(base(name)), sections)
    return frozenset((one.code, one.place) for one in said)


def _sections(defect: Defect, instrument: Instrument) -> frozenset[str] | None:
    """Those of the places where something must be found; None when one can be anywhere."""
    near = set()
    for expected in defect.finds:
        for place in expected.places:
            name = place.partition("#")[0].partition(".")[0]
            if name in instrument.section_of:
                near.add(instrument.section_of[name].name)
            elif name in {section.name for section in instrument.sections}:
                near.add(name)
            else:
                return None
    return frozenset(near)
