"""Which cases two versions of an instrument ask something of: the same, more, fewer, or others.

Over all cases that both versions can have, with the same answers in both. Three ways, the cheapest
first: a universe that is made of the same conditions cannot differ; random interviews led through
both engines show most differences; the rest is proved, or shown by a case, with z3.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, Protocol

from instrument.changes import Pairs, new_modes
from instrument.changes.signatures import signatures
from instrument.values import Answer, Instance
from skips.compilation import compile_instrument
from skips.proof.apart import Apart, Side, apart_of
from skips.proof.pairing import Compared, Pairing, is_asked
from skips.proof.side_by_side import side_by_side

SIDES: Final[tuple[Side, ...]] = ("old", "new")
_ENOUGH: Final = 4
"""Cases tried for the shortest one that shows a difference."""


class Relation(StrEnum):
    """How the universe of the new version stands to that of the old one."""

    SAME = "the same cases"
    WIDER = "all who were asked, and others"
    NARROWER = "fewer of those who were asked"
    OTHER = "others are asked, and some are not any more"
    DIFFERENT = "other cases"
    """They differ; which of the three it is was not settled."""
    UNDECIDED = "not settled"


@dataclass(frozen=True, slots=True)
class Beyond:
    """An answer that one version alone takes, and with which it asks something."""

    asked_in: Side
    at: Instance
    """Where it is given, by the name in that version."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class Universes:
    """What is so of the universe of an item, or of a section, in two versions."""

    relation: Relation
    by: Literal["writing", "proof", "cases", "nothing"]
    """What settles it: both are written alike, a proof, cases that show it; or nothing does."""
    apart: tuple[Apart, ...] = ()
    """Cases that show the difference: at most one that is asked under each version."""
    beyond: tuple[Beyond, ...] = ()
    """With which answers that one version alone takes it is asked: no part of the comparison."""
    none_left: bool = False
    """Whether no case that both versions can have is asked in both: nobody who was asked can answer
    so any more."""
    unchecked: frozenset[Side] = frozenset()
    """The versions that ask it alone where a hard check of the new one refuses what stands."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a prover says: it cannot be; or a case in which it is; or neither."""

    impossible: bool
    apart: Apart | None = None


class Prover(Protocol):
    """Settles over all cases what random interviews do not show."""

    def __call__(self, instances: Sequence[Compared], side: Side) -> Outcome:
        """Whether any of several instances of one item can be asked under one version alone."""

    def same_own(self, one: Compared) -> bool:
        """Whether an own condition is proved to ask the same wherever both gates let it."""

    def same_value(self, one: Compared) -> bool:
        """Whether a computed value is proved to be the same wherever both work it out."""


@dataclass
class _Found:
    """What is known of one item so far, over all modes and rows."""

    apart: dict[Side, Apart] = field(default_factory=dict)
    open: list[tuple[Pairing, list[Compared]]] = field(default_factory=list)
    """What is not written alike, by mode."""
    tried: Counter[Side] = field(default_factory=Counter)
    proved: bool = False
    undecided: set[Side] = field(default_factory=set)
    same_own: list[bool] = field(default_factory=list)
    """By mode, where it is written otherwise and was tried."""
    same_value: list[bool] = field(default_factory=list)

    def show(self, apart: Apart) -> None:
        """Keep the shortest case that shows a difference."""
        before = self.apart.get(apart.asked_in)
        if before is None or apart.length < before.length:
            self.apart[apart.asked_in] = apart


@dataclass(frozen=True, slots=True)
class Compare:
    """The universes of everything that both versions have, by names of the new version."""

    items: Mapping[str, Universes]
    sections: Mapping[str, Universes]
    same_own: frozenset[str] = frozenset()
    """Items whose own conditions are written otherwise and are proved to ask the same wherever
    their section and roster are asked."""
    same_values: frozenset[str] = frozenset()
    """Computed values that are worked out otherwise and are proved to be the same."""


def pairings(pairs: Pairs) -> tuple[Pairing, ...]:
    """Both versions, compiled for each mode that they share."""
    return tuple(
        Pairing(pairs, compile_instrument(pairs.old, mode), compile_instrument(pairs.new, mode))
        for mode in new_modes(pairs)
    )


def compare_universes(
    both: Sequence[Pairing],
    *,
    prover: Callable[[Pairing], Prover] | None = None,
    interviews: int = 60,
    on_progress: Callable[[int, int], None] | None = None,
) -> Compare:
    """Compare the universes of all items and sections that both versions have.

    Args:
        both: the versions, by mode.
        prover: settles what random interviews do not; None leaves it unsettled.
        interviews: how many random interviews are led through both versions in each mode.
        on_progress: told after each universe in each mode how many of how many are settled.
    """
    found: dict[tuple[bool, str], _Found] = defaultdict(_Found)
    for pairing in both:
        _by_writing(pairing, found)
        _by_cases(pairing, found, interviews)
    if prover is not None:
        of = sum(len(what.open) for what in found.values())
        done = 0
        for pairing in both:
            for _ in _Proof(pairing, found, prover(pairing)).settle():
                done += 1
                if on_progress is not None:
                    on_progress(done, of)
    settled = {key: _settled(one) for key, one in found.items()}
    return Compare(
        {name: one for (is_section, name), one in settled.items() if not is_section},
        {name: one for (is_section, name), one in settled.items() if is_section},
        frozenset(key[1] for key, one in found.items() if one.same_own and all(one.same_own)),
        frozenset(key[1] for key, one in found.items() if one.same_value and all(one.same_value)),
    )


def _by_writing(pairing: Pairing, found: dict[tuple[bool, str], _Found]) -> None:
    """Note what is not made of the same conditions."""
    old, new = signatures(pairing.pairs, pairing.mode)
    differing: dict[tuple[bool, str], list[Compared]] = {}
    for one in pairing.compared:
        key = one.is_section, one.item
        found[key] = found[key]
        here, there = (
            (old.sections, new.sections) if one.is_section else (old.universes, new.universes)
        )
        if here[one.item] != there[one.item]:
            differing.setdefault(key, []).append(one)
    for key, instances in differing.items():
        found[key].open.append((pairing, instances))


def _by_cases(pairing: Pairing, found: dict[tuple[bool, str], _Found], interviews: int) -> None:
    """Look for differences in random interviews."""
    open_ = tuple(
        one
        for what in found.values()
        for there, instances in what.open
        if there is pairing
        for one in instances
    )
    if not open_:
        return
    for seed in range(interviews):
        both = side_by_side(pairing, seed)
        for one in both.differing(open_):
            what = found[one.is_section, one.item]
            side: Side = "old" if is_asked(both.old.state, one.old) else "new"
            if what.tried[side] < _ENOUGH:
                what.tried[side] += 1
                apart = apart_of(pairing, one, both.old, both.new)
                if apart is not None:
                    what.show(apart)


class _Proof:
    """Settles in one mode what no case shows, in the order of the interview.

    What is proved to be the same counts as written alike for all that reads it.
    """

    def __init__(
        self, pairing: Pairing, found: Mapping[tuple[bool, str], _Found], prover: Prover
    ) -> None:
        self.pairing, self.found, self.prover = pairing, found, prover
        self.alike: set[str] = set()
        self.alike_sections: set[str] = set()
        self.alike_values: set[str] = set()
        self.news = True
        self._read()

    def settle(self) -> Iterator[None]:
        """Yields after each item that was not written alike."""
        instances: dict[tuple[bool, str], list[Compared]] = {}
        for one in self.pairing.compared:
            instances.setdefault((one.is_section, one.item), []).append(one)
        for (is_section, name), those in instances.items():
            what = self.found[is_section, name]
            is_open = any(there is self.pairing for there, _ in what.open)
            if is_open:
                what.proved = True
                self._settle(what, those, is_section=is_section)
                yield
            if not is_section and self.old.formulas.get(name) != self.new.formulas.get(name):
                self._settle_value(what, those)

    def _read(self) -> None:
        """Read the signatures again, if anything was proved since."""
        if self.news:
            self.old, self.new = signatures(
                self.pairing.pairs,
                self.pairing.mode,
                self.alike,
                self.alike_sections,
                self.alike_values,
            )
        self.news = False

    def _settle(self, what: _Found, those: Sequence[Compared], *, is_section: bool) -> None:
        name = those[0].item
        as_written = not is_section and self.old.written[name] == self.new.written[name]
        if as_written:
            self._read()
            if self.old.universes[name] == self.new.universes[name]:
                return
        sides = [self._is_impossible(what, those, side) for side in SIDES]
        if all(sides):
            (self.alike_sections if is_section else self.alike).add(name)
            self.news = True
        if not is_section and not as_written:
            what.same_own.append(all(sides) or all(map(self.prover.same_own, those)))

    def _settle_value(self, what: _Found, those: Sequence[Compared]) -> None:
        what.same_value.append(all(map(self.prover.same_value, those)))
        if what.same_value[-1]:
            self.alike_values.add(those[0].item)
            self.news = True

    def _is_impossible(self, what: _Found, those: Sequence[Compared], side: Side) -> bool:
        """Whether nothing is asked under the version of this side alone; notes what is found."""
        if side in what.apart:
            return False
        outcome = self.prover(those, side)
        if outcome.apart is not None:
            what.show(outcome.apart)
        elif not outcome.impossible:
            what.undecided.add(side)
        return outcome.impossible


def _settled(what: _Found) -> Universes:
    if not what.open:
        return Universes(Relation.SAME, "writing")
    shown = tuple(what.apart[side] for side in SIDES if side in what.apart)
    unknown = not what.proved or bool(what.undecided - set(what.apart))
    match len(shown), unknown:
        case 0, True:
            return Universes(Relation.UNDECIDED, "nothing")
        case 0, _:
            return Universes(Relation.SAME, "proof")
        case 2, _:
            return Universes(Relation.OTHER, "cases", shown)
        case _, True:
            return Universes(Relation.DIFFERENT, "cases", shown)
        case _:
            one = shown[0].asked_in == "new"
            return Universes(Relation.WIDER if one else Relation.NARROWER, "proof", shown)
