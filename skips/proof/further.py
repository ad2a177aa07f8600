"""What lies beyond the cases that two versions share: answers that only one of them takes.

The comparison of universes is of cases that both versions can have. Here stands who is asked with
an answer that the other version does not take, and what hard checks of the new version keep out of
the comparison although open cases can hold it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from instrument.conditions.nodes import names_read
from instrument.models import CHOICE_KINDS, Computed, Expression, Instrument, Question
from instrument.values import Answer, Instance
from skips.program import Program
from skips.proof.apart import Apart, Side, shortest
from skips.proof.compare_universes import SIDES, Beyond, Compare, Universes
from skips.proof.joint import JointProver
from skips.proof.leading import leader_of
from skips.proof.pairing import Compared, Pairing

_MOST: Final = 3
"""Answers to one item that are looked at."""


def with_what_lies_beyond(
    pairings: Sequence[Pairing], found: Compare, prover: Callable[[Pairing], JointProver]
) -> Compare:
    """The universes, together with what only one version takes and with what open cases hold.

    Args:
        pairings: both versions in each mode that they share.
        found: their universes.
        prover: settles who is asked with such answers.
    """
    items, sections = dict(found.items), dict(found.sections)
    none_left: dict[tuple[bool, str], list[bool]] = {}
    for pairing in pairings:
        looked = _Looked(pairing, prover(pairing))
        for those in _by_name(pairing):
            one = those[0]
            known = sections if one.is_section else items
            if one.item not in known:
                continue
            universes = known[one.item]
            beyond = tuple(looked.beyond(one))
            gone = any(each.asked_in == "old" for each in beyond)
            none_left.setdefault((one.is_section, one.item), []).append(
                gone and looked.prover.none_asked_in_both(those)
            )
            known[one.item] = replace(
                universes,
                apart=tuple(_cut(pairing, those, each) for each in universes.apart),
                beyond=tuple(dict.fromkeys([*universes.beyond, *beyond])),
                unchecked=universes.unchecked | looked.unchecked(those, universes),
            )
    for (is_section, name), told in none_left.items():
        known = sections if is_section else items
        known[name] = replace(known[name], none_left=all(told))
    return replace(found, items=items, sections=sections)


def _by_name(pairing: Pairing) -> list[list[Compared]]:
    groups: dict[tuple[bool, str], list[Compared]] = {}
    for one in pairing.compared:
        groups.setdefault((one.is_section, one.item), []).append(one)
    return list(groups.values())


def _cut(pairing: Pairing, those: Sequence[Compared], apart: Apart) -> Apart:
    """A case of this mode without the answers that make no difference."""
    one = next((each for each in those if each.row == apart.row), None)
    return apart if one is None or apart.mode != pairing.mode else shortest(pairing, one, apart)


class _Looked:
    """One pairing, with what differs about its questions."""

    def __init__(self, pairing: Pairing, prover: JointProver) -> None:
        self.pairing, self.prover = pairing, prover
        self._alone: dict[tuple[Side, int], tuple[Answer, ...]] = {}
        self._checked = frozenset(
            name for name, was in pairing.pairs.was.items() if self._is_checked(was, name)
        )

    def beyond(self, one: Compared) -> Iterator[Beyond]:
        """Answers to what a universe reads, with which only one of the versions asks it at all."""
        pairs = self.pairing.pairs
        for side in SIDES:
            program = self.pairing.old if side == "old" else self.pairing.new
            name = one.item
            if side == "old":
                was = {there: here for here, there in pairs.sections.items()}
                name = was[name] if one.is_section else pairs.was[name]
            for read in _reads(program.instrument, name, is_section=one.is_section):
                slot = self._slot(program, read, one.row)
                alone = () if slot is None else self._only_here(side, slot)
                if slot is None or not alone:
                    continue
                for answer in self.prover.asked_with(one, side, slot, alone):
                    at = program.instances[slot]
                    assert at is not None
                    yield Beyond(side, at, answer)

    def unchecked(self, those: Sequence[Compared], universes: Universes) -> frozenset[Side]:
        """Where the versions part when hard checks of the new one are not judged."""
        if not self._checked or those[0].is_section:
            return frozenset()
        shown = {one.asked_in for one in universes.apart}
        slots = self.prover.new.cone([one.new for one in those], those[0].new)
        names = {at.item for slot in slots if (at := self.pairing.new.instances[slot]) is not None}
        if not names & self._checked:
            return frozenset()
        return frozenset(
            side for side in SIDES if side not in shown and self.prover.parts_unchecked(those, side)
        )

    def _slot(self, program: Program, name: str, row: int) -> int | None:
        roster = program.places.roster_of.get(name)
        return program.places.slots.get(Instance(name, (row or 1) if roster else 0))

    def _only_here(self, side: Side, slot: int) -> tuple[Answer, ...]:
        """Answers worth trying that only the version of this side takes."""
        key = side, slot
        if key not in self._alone:
            self._alone[key] = tuple(self._found(side, slot))[:_MOST]
        return self._alone[key]

    def _found(self, side: Side, slot: int) -> Iterator[Answer]:
        pairing = self.pairing
        program, links, moved = (
            (pairing.old, pairing.new_of, pairing.in_new)
            if side == "old"
            else (pairing.new, pairing.old_of, pairing.in_old)
        )
        palette = leader_of(program).palette(slot)
        item = program.items[slot]
        if slot not in links or palette is None or not isinstance(item, Question):
            return
        for answer in palette.answers:
            # Several choices say no more than the one that is new among them.
            several = isinstance(answer, tuple) and len(answer) > 1
            if not (item.kind in CHOICE_KINDS and several) and moved(slot, answer) is None:
                yield answer

    def _is_checked(self, was: str, name: str) -> bool:
        """Whether an item of both versions has other hard checks in the new one."""
        pairs = self.pairing.pairs
        old, new = pairs.old.items[was], pairs.new.items[name]
        if not (isinstance(old, Question) and isinstance(new, Question)):
            return False
        before = [pairs.tree(one.condition) for one in old.checks if one.severity == "hard"]
        after = [one.condition.tree for one in new.checks if one.severity == "hard"]
        return any(one not in before for one in after)


def _reads(instrument: Instrument, name: str, *, is_section: bool) -> Iterator[str]:
    """What the conditions around something read, and what computed values among that do."""
    waiting = list(_conditions(instrument, name, is_section=is_section))
    seen: set[str] = set()
    while waiting:
        expression = waiting.pop(0)
        for read in sorted(names_read(expression.tree)) if expression is not None else ():
            if read in seen:
                continue
            seen.add(read)
            item = instrument.items[read]
            yield read
            if isinstance(item, Computed):
                waiting.append(item.expression)
                waiting += [part for one in item.branches for part in (one.when, one.value)]


def _conditions(
    instrument: Instrument, name: str, *, is_section: bool
) -> Iterator[Expression | None]:
    if is_section:
        yield next(one.ask_if for one in instrument.sections if one.name == name)
        return
    yield instrument.items[name].ask_if
    roster = instrument.roster_of.get(name)
    if roster is not None:
        yield from (roster.ask_if, roster.size, roster.row_if)
    yield instrument.section_of[name].ask_if
