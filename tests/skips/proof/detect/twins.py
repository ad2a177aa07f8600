"""Questionnaires with a planted defect, each beside a sound twin that differs in a few words."""

from collections.abc import Iterator, Mapping
from textwrap import dedent
from types import ModuleType
from typing import Any, NamedTuple

from skips.proof.findings import Finding
from skips.proof.settle import Settler
from skips.proof.witness import replay
from tests.scenario import inline_instrument


class Twins(NamedTuple):
    """A defect, where it is to be found, and the same questionnaire without it."""

    why: str
    wrong: str
    found: tuple[str, ...]
    """`code at place`, of everything that is to be found."""
    right: str


def twins(why: str, found: str, wrong: str, *changes: tuple[str, str]) -> Twins:
    """A questionnaire, and its sound twin by changes of words in it.

    Args:
        why: what is wrong.
        found: `code at place, code at place`
        wrong: the questionnaire in short form.
        changes: words, and what stands there in the sound twin.
    """
    wrong = right = dedent(wrong)
    for old, new in changes:
        assert right.count(old) == 1, old
        right = right.replace(old, new)
    return Twins(why, wrong, tuple(found.split(", ")), right)


def look(
    detector: ModuleType,
    questionnaire: str,
    mode: str = "interview",
    header: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """What a detector finds in a questionnaire in short form."""
    return list(detector.find(Settler(inline_instrument(questionnaire, header), mode)))


def places(found: list[Finding]) -> tuple[str, ...]:
    """`code at place` of each finding."""
    return tuple(f"{one.code} at {one.place}" for one in found)


def names(cases: tuple[Twins, ...]) -> Iterator[str]:
    """What test reports call each pair."""
    return (one.why for one in cases)


def replayed(found: Finding, questionnaire: str, until: str) -> dict[str, Any]:
    """The values that count, once a case is led by a finding's witness up to an item."""
    from skips import compile_instrument
    from tests.scenario import name, place

    instrument = inline_instrument(questionnaire)
    assert found.witness is not None
    program = compile_instrument(instrument, found.witness.mode)
    route = replay(program, found.witness, until=program.slot(place(until)))
    return {
        name(one): value for one in route.instances() if (value := route.counted(one)) is not None
    }
