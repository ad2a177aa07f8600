"""What looks for findings, and what the findings of each detector depend on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from instrument.models import Instrument
    from skips.proof.findings import Finding
    from skips.proof.settle import Settler

DETECTORS: Final = (
    "reach",
    "universes",
    "reads",
    "unsure",
    "traps",
    "fills",
    "bounds",
    "rosters",
    "branches",
    "ends",
)
"""Modules of `skips.proof.detect` that settle what cases there can be, in the order they run."""


class Scope(StrEnum):
    """What the findings at a place depend on: as long as that is the same, so are they."""

    SECTION = "section"
    """Its section, and what stands before that and is read, however far around."""
    AHEAD = "ahead"
    """The same of every later section that reads it."""
    INSTRUMENT = "instrument"
    """Everything."""


@dataclass(frozen=True, slots=True)
class Detector:
    """One kind of search, over the cases that there can be in one mode."""

    name: str
    find: "Callable[[Settler], Iterable[Finding]]"
    scope: Scope = Scope.SECTION


def load_detectors() -> tuple[Detector, ...]:
    """Every detector that asks what cases there can be."""
    return tuple(_load(name) for name in DETECTORS)


def static_findings(instrument: "Instrument") -> "Iterable[Finding]":
    """What can be seen of an instrument without asking what cases there can be."""
    from skips.proof.detect import static

    return static.find(instrument)


def of_scope(detectors: Sequence[Detector], scope: Scope) -> tuple[Detector, ...]:
    """Those whose findings depend on just that."""
    return tuple(one for one in detectors if one.scope is scope)


def _load(name: str) -> Detector:
    module = import_module(f"skips.proof.detect.{name}")
    return Detector(name, module.find, Scope(getattr(module, "SCOPE", Scope.SECTION)))
