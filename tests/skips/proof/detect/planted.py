"""Small instruments with a planted defect, each beside a sound twin, and what a detector says."""

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType

from skips.proof.findings import Finding
from skips.proof.settle import Settler
from skips.proof.witness import replay
from tests.scenario import inline_instrument

Detect = Callable[[Settler], Iterator[Finding]]


def findings(detector: ModuleType, questionnaire: str, mode: str = "interview") -> list[Finding]:
    """What a detector finds in a questionnaire in short form; every witness is replayed."""
    settler = Settler(inline_instrument(questionnaire), mode)
    found = list(detector.find(settler))
    for one in found:
        if one.witness is not None:
            replay(settler.program, one.witness)
    return found


def places(found: Iterable[Finding]) -> list[str]:
    """`code at place` of each finding."""
    return [f"{one.code} at {one.place}" for one in found]
