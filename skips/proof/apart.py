"""A case in which two versions part: asked under one of them and not under the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from instrument.conditions.nodes import INTERVIEW_DATE, Type, names_read, walk
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Computed, Expression, Instrument, Item, Roster, Section
from instrument.values import Answer, Instance
from skips.case_state import standing_rows
from skips.errors import RouteError
from skips.program import ASKABLE, Program
from skips.proof.pairing import Compared, Pairing, is_asked
from skips.proof.witness import NotReplayed, Witness, replay
from skips.route import Route

Side = Literal["old", "new"]
_SEEDS: Final = range(4)
"""Ways in which what a case leaves out is answered to see that it makes no difference."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The same answers under both versions, and an item that only one of them asks then."""

    mode: str
    asked_in: Side
    row: int
    """Of an item in a roster; 0 outside."""
    old: Witness
    """The answers as the old version has them; what is linked is answered alike in `new`."""
    new: Witness

    @property
    def length(self) -> int:
        """How much there is to read."""
        return len(self.old.answers) + len(self.new.answers)


def cone(instrument: Instrument, name: str, *, is_section: bool = False) -> frozenset[str]:
    """Every item that the universe of an item (or a section) depends on, however far away.

    `interview_date` is among them where it is read.
    """
    found: set[str] = set()
    section = next((one for one in instrument.sections if one.name == name), None)
    waiting = list(
        _reads([section.ask_if])
        if is_section and section is not None
        else _universe(instrument, name)
    )
    while waiting:
        read = waiting.pop()
        if read in found:
            continue
        found.add(read)
        if read != INTERVIEW_DATE:
            waiting += [*_universe(instrument, read), *_value(instrument.items[read])]
    return frozenset(found)


def _universe(instrument: Instrument, name: str) -> Iterator[str]:
    """What the conditions around an item read."""
    section: Section = instrument.section_of[name]
    yield from _reads([section.ask_if, instrument.items[name].ask_if])
    roster = instrument.roster_of.get(name)
    if roster is not None:
        yield roster.name


def _value(item: Item) -> Iterator[str]:
    match item:
        case Computed():
            yield from _reads([item.expression])
            for branch in item.branches:
                yield from _reads([branch.when, branch.value])
        case Roster():
            yield from _reads([item.size, item.row_if])
        case _:
            return


def _reads(expressions: Iterable[Expression | None]) -> Iterator[str]:
    for expression in expressions:
        if expression is not None:
            yield from names_read(expression.tree)
            if ItemNode(INTERVIEW_DATE, Type.DATE) in walk(expression.tree):
                yield INTERVIEW_DATE


def apart_of(pairing: Pairing, one: Compared, old: Route, new: Route) -> Apart | None:
    """What parts two routes of one case at something, told by as few answers as show it.

    Both versions are led through it once more; None when that does not show it.
    """
    cones = [
        cone(program.instrument, _name(pairing, program, one), is_section=one.is_section)
        for program in (pairing.old, pairing.new)
    ]
    # What one version reads and the other does not is answered alike all the same.
    both = cones[1] | {pairing.pairs.called.get(name, name) for name in cones[0]}
    here = cones[0] | {pairing.pairs.was.get(name, name) for name in both}
    asked_in: Side = "old" if is_asked(old.state, one.old) else "new"
    for old_names, new_names in ((here, both), (None, None)):
        found = Apart(
            pairing.mode,
            asked_in,
            one.row,
            _witness(old, one.old, old_names),
            _witness(new, one.new, new_names),
        )
        if shows(pairing, one, found):
            return found
    return None


def apart_of_witnesses(
    pairing: Pairing, one: Compared, asked_in: Side, old: Witness, new: Witness
) -> Apart | None:
    """The same of answers that somebody else found; None where the engines say otherwise."""
    found = Apart(pairing.mode, asked_in, one.row, old, new)
    return found if shows(pairing, one, found) else None


def _name(pairing: Pairing, program: Program, one: Compared) -> str:
    """What it is called in a version."""
    if program is pairing.new:
        return one.item
    if one.is_section:
        return next(here for here, there in pairing.pairs.sections.items() if there == one.item)
    return pairing.pairs.was[one.item]


def _witness(route: Route, before: int, names: frozenset[str] | None) -> Witness:
    """The answers of a case to some items (None: to all) before a slot."""
    program = route.program
    answers = tuple(
        (at, answer)
        for slot, at in enumerate(program.instances[:before])
        if at is not None
        and program.roles[slot] == ASKABLE
        and (names is None or at.item in names)
        and is_asked(route.state, slot)
        and (answer := route.kept(at)) is not None
    )
    rows = tuple(
        (name, len(standing_rows(route, name)))
        for name, place in program.places.rosters.items()
        if place.is_open and place.slot < before and (names is None or name in names)
    )
    dated = names is None or INTERVIEW_DATE in names
    return Witness(program.mode, answers, rows, route.interview_date if dated else None)


def shows(pairing: Pairing, one: Compared, apart: Apart) -> bool:
    """Whether both engines, led through it, agree: asked under one version, not under the other.

    What is linked must be answered alike.
    """
    try:
        old = replay(pairing.old, apart.old, until=one.old)
        new = replay(pairing.new, apart.new, until=one.new)
    except NotReplayed:
        return False
    there = dict(apart.new.answers)
    for at, answer in apart.old.answers:
        slot = pairing.old.slot(at)
        new_slot = pairing.new_of.get(slot)
        if new_slot is None:
            continue
        other = pairing.new.instances[new_slot]
        assert other is not None
        if other in there and there[other] != pairing.in_new(slot, answer):
            return False
    asked = is_asked(old.state, one.old), is_asked(new.state, one.new)
    return asked == ((True, False) if apart.asked_in == "old" else (False, True))


def shortest(pairing: Pairing, one: Compared, apart: Apart) -> Apart:
    """A case without the answers that make no difference to it.

    One can be left out when whatever is tried in its place shows the same, and when without it the
    conditions come to what they came to.
    """
    truths = _truths(pairing, one, apart)
    for at, answer in reversed(apart.new.answers):
        for fewer in _fewer(pairing, apart, at, answer):
            if _truths(pairing, one, fewer) == truths and all(
                _shows_alike(pairing, one, fewer, seed) for seed in _SEEDS
            ):
                apart = fewer
                break
    return apart


def _fewer(pairing: Pairing, apart: Apart, at: Instance, answer: Answer) -> Iterator[Apart]:
    """A case without an answer, or with one choice in place of several."""
    was = _counterpart(pairing, at)
    yield replace(apart, old=_without(apart.old, was), new=_without(apart.new, at))
    if not (isinstance(answer, tuple) and len(answer) > 1):
        return
    for choice in answer:
        alone = None if was is None else pairing.in_old(pairing.new.slot(at), (choice,))
        if was is not None and alone is None:
            continue
        old = apart.old
        if was is not None and alone is not None:
            old = _with(old, was, alone)
        yield replace(apart, old=old, new=_with(apart.new, at, (choice,)))


def _with(witness: Witness, at: Instance, answer: Answer) -> Witness:
    told = tuple((one, answer if one == at else before) for one, before in witness.answers)
    return replace(witness, answers=told)


def _counterpart(pairing: Pairing, at: Instance) -> Instance | None:
    old = pairing.old_of.get(pairing.new.slot(at))
    return None if old is None else pairing.old.instances[old]


def _without(witness: Witness, at: Instance | None) -> Witness:
    return replace(witness, answers=tuple(one for one in witness.answers if one[0] != at))


def _truths(pairing: Pairing, one: Compared, apart: Apart) -> tuple[int, int] | None:
    """What the universes come to with these answers alone; None where one is not asked then."""
    found = []
    for program, witness, slot in (
        (pairing.old, apart.old, one.old),
        (pairing.new, apart.new, one.new),
    ):
        try:
            # Led to where it knows no further; what follows is not answered.
            route = Route(program)
            if witness.interview_date is not None:
                route.set_interview_date(witness.interview_date)
            for name, rows in witness.rows:
                order = range(1, rows + 1)
                route.set_rows(name, order, frozenset(order))
            for at, answer in sorted(witness.answers, key=lambda each: program.slot(each[0])):
                if not is_asked(route.state, program.slot(at)):
                    return None
                route.answer(at, answer)
        except RouteError:
            return None
        found.append(int(route.state.cells.universe[slot]))
    return found[0], found[1]


def _shows_alike(pairing: Pairing, one: Compared, apart: Apart, seed: int) -> bool:
    """Whether a case shows the difference when what it leaves out is answered in some way."""
    try:
        old = replay(pairing.old, apart.old, until=one.old, seed=seed)
        new = replay(pairing.new, apart.new, until=one.new, seed=seed)
    except NotReplayed:
        return False
    asked = is_asked(old.state, one.old), is_asked(new.state, one.new)
    return asked == ((True, False) if apart.asked_in == "old" else (False, True))
