"""A settler and a detector that need no prover: for tests of what stands around them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from instrument import Instrument
from instrument.models import Question
from instrument.values import Instance, Missing
from skips import compile_instrument
from skips.proof.detectors import Detector, Scope
from skips.proof.findings import Finding, finding
from skips.proof.witness import Witness

if TYPE_CHECKING:
    from skips.proof.settle import Settler


class PretendedSettler:
    """Has what detectors look at; settles nothing."""

    def __init__(self, instrument: Instrument, mode: str, tell: Callable[[int, int], None]) -> None:
        self.instrument, self.mode, self.tell = instrument, mode, tell
        self.program = compile_instrument(instrument, mode)
        self.sections: frozenset[str] | None = None
        self.undecided: list[Any] = []
        self.doubted: list[Any] = []

    def looks_at(self, section: str) -> bool:
        return self.sections is None or section in self.sections


@dataclass
class Watched:
    """A detector that finds every question whose label begins with BAD, and notes its calls."""

    scope: Scope = Scope.SECTION
    calls: list[tuple[str, frozenset[str] | None]] = field(default_factory=list)
    undecided: frozenset[Any] = frozenset()
    through: tuple[str, ...] | None = None
    """Items that witnesses name besides the one that is found; None for no witnesses."""

    def find(self, settler: "Settler") -> Iterator[Finding]:
        self.calls.append((settler.mode, settler.sections))
        settler.undecided.extend(self.undecided)
        for section, _, item in settler.instrument.walk():
            if not settler.looks_at(section.name) or settler.mode not in item.modes:
                continue
            if isinstance(item, Question) and item.variable.label.startswith("BAD"):
                names = (*(self.through or ()), item.name)
                answers = tuple((Instance(name), Missing("not_sure")) for name in names)
                condition = item.ask_if
                yield finding(
                    "item-unreachable",
                    item.source,
                    item.name,
                    f"'{item.name}' ({item.variable.label}) is asked of nobody",
                    "mend it",
                    witness=None if self.through is None else Witness(settler.mode, answers),
                    shows="" if self.through is None else "Look there.",
                    related=() if condition is None else ((condition.source, "the condition"),),
                )
                settler.tell(1, 1)  # type: ignore[attr-defined]

    @property
    def detector(self) -> Detector:
        return Detector(f"watched-{self.scope}", self.find, self.scope)

    @property
    def asked(self) -> set[str]:
        """Every section that was asked about."""
        return {name for _, sections in self.calls for name in sections or ("everything",)}


def pretend(instrument: Instrument, mode: str, tell: Callable[[int, int], None]) -> "Settler":
    return cast("Settler", PretendedSettler(instrument, mode, tell))
