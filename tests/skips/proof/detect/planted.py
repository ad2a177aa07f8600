"""Small instruments with a planted defect, each beside a sound twin, and what a detector says."""

from collections.abc import Iterable
from textwrap import dedent
from types import ModuleType
from typing import NamedTuple

from skips.proof.findings import Finding
from skips.proof.settle import Settler
from skips.proof.witness import replay
from tests.scenario import inline_instrument


class Planted(NamedTuple):
    """A questionnaire with a defect, what is to be found, and a sound twin."""

    why: str
    wrong: str
    found: tuple[str, ...]
    right: str


def twins(why: str, wrong: str, found: str, changes: dict[str, str]) -> Planted:
    """A sound twin is the wrong one with a few words changed."""
    wrong = dedent(wrong)
    right = wrong
    for old, new in changes.items():
        assert old in right, old
        right = right.replace(old, new)
    return Planted(why, wrong, tuple(found.split(", ")), right)


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
