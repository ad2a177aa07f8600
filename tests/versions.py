"""Other versions of a random instrument: what an author may change between two of them.

What reads an item that is not as it was is taken out, so that every version compiles.
"""

from collections.abc import Callable
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from instrument.conditions.nodes import names_read
from instrument.models import (
    CHOICE_KINDS,
    NUMBER_KINDS,
    TEXT_KINDS,
    Computed,
    Expression,
    Instrument,
    Item,
    Kind,
    Question,
    Roster,
    Section,
    Statement,
)
from instrument.values import SECONDS_OF_UNIT
from skips.case_state import CaseState
from skips.migration import dropped_name, is_dropped
from tests.random_conditions import CHOICES, HERE, REASONS
from tests.strategies import VARIABLE, Maker, choices, text

Part = TypeVar("Part", bound=BaseModel)


class Version(NamedTuple):
    """Another version of an instrument."""

    instrument: Instrument
    renamed: dict[str, str]
    """Old names of items to new ones."""


def another_version(rng: Random, instrument: Instrument, *, changes: int = 4) -> Version:
    """A version with a few changes of any sort."""
    draft = _Draft(rng, instrument)
    for _ in range(rng.randint(1, changes)):
        rng.choice(_CHANGES)(draft)
    made = draft.finish(instrument)
    renamed = {old: new for old, new in draft.renamed.items() if new in made.items}
    return Version(made, renamed)


def back(renamed: dict[str, str], move: int = 1000) -> dict[str, str]:
    """The names for the way back; what has the name of a dropped item by now is dropped itself."""
    names = {new: old for old, new in renamed.items()}
    freed = [old for old, new in renamed.items() if is_dropped(new) and old not in names]
    return names | {name: dropped_name(name, move) for name in freed}


def allowed(case: CaseState, renamed: dict[str, str]) -> dict[str, str]:
    """The new names that are not names of their own already in what is left behind."""
    waiting = {at.item for at in case.left_behind} | set(case.rows_left)
    return {
        old: new
        for old, new in renamed.items()
        if new not in waiting or is_dropped(renamed.get(new, ""))
    }


def remade(part: Part, **changes: Any) -> Part:
    """A copy with changes, and without what was worked out from the fields before."""
    fields = {name: getattr(part, name) for name in type(part).model_fields}
    return type(part)(**fields | changes)


class _Draft:
    """An instrument as lists that can be changed."""

    def __init__(self, rng: Random, instrument: Instrument) -> None:
        self.rng = rng
        self.sections: list[list[Item]] = [list(one.items) for one in instrument.sections]
        self.renamed: dict[str, str] = {}
        self.changed: set[str] = set()
        """Names that nothing may read any more."""
        self.first = frozenset(instrument.items)
        self.count = 1 + max((_number(name) for name in instrument.items), default=0)

    # --- finding and putting ---------------------------------------------------------------------

    def places(self) -> list[tuple[list[Item], int, Roster | None, Any]]:
        """Every item: its section, its place there, its roster, and itself."""
        found: list[tuple[list[Item], int, Roster | None, Any]] = []
        for section in self.sections:
            for at, item in enumerate(section):
                found.append((section, at, None, item))
                if isinstance(item, Roster):
                    found += [(section, at, item, inner) for inner in item.items]
        return found

    def pick(self, *types: type) -> tuple[list[Item], int, Roster | None, Any] | None:
        found = [place for place in self.places() if isinstance(place[3], types)]
        return self.rng.choice(found) if found else None

    def put(self, place: tuple[list[Item], int, Roster | None, Any], *new: Any) -> None:
        """Put items in the place of one."""
        section, at, roster, old = place
        if roster is None:
            section[at : at + 1] = list(new)
            return
        items = [made for item in roster.items for made in (new if item is old else (item,))]
        section[at : at + 1] = [remade(roster, items=tuple(items))] if items else []
        if not items:
            self.changed.add(roster.name)

    # --- changes ---------------------------------------------------------------------------------

    def rename(self) -> None:
        place = self.pick(Question, Statement, Roster, Question)
        if place is None:
            return
        old = place[3].name
        self.changed.add(old)
        self.count += 1
        new = f"n{self.count}"
        was = next((one for one, called in self.renamed.items() if called == old), old)
        if was in self.first:
            self.renamed[was] = new
        self.put(place, remade(place[3], name=new))

    def remove(self) -> None:
        place = self.pick(Question, Statement, Computed, Roster)
        if place is None:
            return
        names = [place[3].name, *(one.name for one in getattr(place[3], "items", ()))]
        self.changed.update(names)
        self.put(place)

    def add(self) -> None:
        maker = Maker(self.rng)
        maker.count = self.count
        made = maker.roster() if self.rng.random() < 0.3 else maker.item()
        self.count = maker.count
        section = self.rng.choice(self.sections)
        section.insert(self.rng.randint(0, len(section)), made)

    def reorder(self) -> None:
        self.rng.shuffle(self.rng.choice(self.sections))

    def move(self) -> None:
        """An item goes into a roster, out of one, or into another."""
        place = self.pick(Question, Statement)
        if place is None:
            return
        self.changed.add(place[3].name)
        item = _bare(place[3])
        self.put(place)
        rosters = [one for one in self.places() if isinstance(one[3], Roster)]
        if rosters and self.rng.random() < 0.7:
            target = self.rng.choice(rosters)
            self.put(target, remade(target[3], items=(*target[3].items, item)))
        else:
            self.rng.choice(self.sections).append(item)

    def kind(self) -> None:
        place = self.pick(Question)
        if place is None:
            return
        item, kind = place[3], self.rng.choice(_NEAR[place[3].kind])
        self.changed.add(item.name)
        made = {} if kind in CHOICE_KINDS and item.choices else {"choices": _choices(kind)}
        if kind is Kind.YES_NO:
            made = {"choices": _choices(kind)}
        units = tuple(SECONDS_OF_UNIT) if kind is Kind.DURATION else ()
        self.put(place, remade(_plain(item), kind=kind, units=units, **made))

    def choose(self) -> None:
        """Choices go, come, change places, exclude each other, or count."""
        place = self.pick(Question)
        if place is None or place[3].kind not in (Kind.ONE_OF, Kind.ANY_OF):
            return
        item, rng = place[3], self.rng
        taken = [one for one in item.choices if rng.random() < 0.8] or list(item.choices)
        if rng.random() < 0.4:
            taken[0] = remade(taken[0], exclusive=True)
        rng.shuffle(taken)
        counts: dict[str, Any] = {}
        if item.kind is Kind.ANY_OF and rng.random() < 0.4:
            counts = {"at_least": rng.choice((0, 1, 2)), "at_most": rng.choice((None, 1, 2))}
        self.changed.add(item.name)
        self.put(place, remade(item, choices=tuple(taken), **counts))

    def limits(self) -> None:
        """A range, a length, missing reasons or a unit."""
        place = self.pick(Question)
        if place is None:
            return
        item, rng = place[3], self.rng
        changed: dict[str, Any] = {"no_missing": frozenset(rng.sample(REASONS, rng.randint(0, 2)))}
        if item.kind in NUMBER_KINDS:
            changed |= {"minimum": rng.choice((None, 0, 1)), "maximum": rng.choice((None, 2))}
            if rng.random() < 0.2:
                unit = rng.choice((None, "km", "miles"))
                changed["variable"] = remade(item.variable, unit=unit)
        elif item.kind in TEXT_KINDS:
            changed["max_length"] = rng.choice((None, 1))
        self.put(place, remade(item, **changed))

    def condition(self) -> None:
        place = self.pick(Question, Statement, Computed, Roster)
        if place is not None:
            self.put(place, remade(place[3], ask_if=None))

    def rows(self) -> None:
        """More rows, fewer, or rows that follow from something else."""
        place = self.pick(Roster)
        if place is None:
            return
        roster, rng = place[3], self.rng
        changed: dict[str, Any] = {"at_most": rng.randint(1, 4)}
        if rng.random() < 0.3:
            changed |= {"size": None, "rows": rng.choice((None, changed["at_most"]))}
        elif roster.rows is not None:
            changed["rows"] = changed["at_most"]
        self.changed.add(roster.name)
        self.put(place, remade(roster, **changed))

    def role(self) -> None:
        """A question is only read aloud, or what was read aloud is asked."""
        place = self.pick(Question, Statement)
        if place is None:
            return
        item = place[3]
        shared = {name: getattr(item, name) for name in ("name", "modes", "wordings")}
        self.changed.add(item.name)
        if isinstance(item, Question):
            self.put(place, Statement(source=HERE, **shared))
        else:
            self.put(place, Question(source=HERE, kind=Kind.TEXT, variable=VARIABLE, **shared))

    # --- the end ---------------------------------------------------------------------------------

    def finish(self, instrument: Instrument) -> Instrument:
        """The instrument, without anything that reads what it cannot."""
        seen: set[str] = set()
        sections = []
        for number, items in enumerate(self.sections):
            was = instrument.sections[number]
            gate = self.kept(was.ask_if, seen)
            made = [one for item in items if (one := self.sound(item, seen)) is not None]
            if made:
                name = f"s{number}"
                sections.append(
                    Section(source=HERE, name=name, title=name, ask_if=gate, items=tuple(made))
                )
        if not sections:
            item = Statement(source=HERE, name=f"t{self.count}", modes=(), wordings=_NONE)
            sections = [Section(source=HERE, name="s0", title="s0", items=(item,))]
        return remade(
            instrument, sections=tuple(sections), version=str(int(instrument.version) + 1)
        )

    def kept(self, expression: Expression | None, seen: set[str]) -> Expression | None:
        """An expression, if everything that it reads stands before it as it was."""
        if expression is None or not names_read(expression.tree) <= seen - self.changed:
            return None
        return expression

    def sound(self, item: Any, seen: set[str]) -> Any:
        changed: dict[str, Any] = {"ask_if": self.kept(item.ask_if, seen)}
        match item:
            case Question():
                changed |= self.sound_question(item, seen)
            case Computed():
                read = [item.expression, *(one.value for one in item.branches)]
                read += [one.when for one in item.branches]
                if any(one is not None and self.kept(one, seen) is None for one in read):
                    self.changed.add(item.name)
                    return None
            case Roster():
                changed["row_if"] = self.kept(item.row_if, seen)
                if item.size is not None and self.kept(item.size, seen) is None:
                    changed |= {"size": None, "rows": item.at_most}
                inner = [self.sound(one, seen) for one in item.items]
                changed["items"] = tuple(one for one in inner if one is not None)
                if not changed["items"]:
                    return None
        seen.add(item.name)
        return remade(item, **changed)

    def sound_question(self, item: Question, seen: set[str]) -> dict[str, Any]:
        checks = [
            remade(one, say=text("Is that so?"))
            for one in item.checks
            if self.kept(one.condition, {*seen, item.name}) is not None
        ]
        offers = [remade(one, ask_if=self.kept(one.ask_if, seen)) for one in item.choices]
        return {"checks": tuple(checks), "choices": tuple(offers)}


_CHANGES: tuple[Callable[[_Draft], None], ...] = (
    *(_Draft.rename, _Draft.remove, _Draft.add, _Draft.reorder, _Draft.move),
    *(_Draft.kind, _Draft.kind, _Draft.kind),
    *(_Draft.choose, _Draft.choose, _Draft.limits, _Draft.limits, _Draft.condition),
    *(_Draft.rows, _Draft.rows, _Draft.role),
)
_NONE: MappingProxyType[str, Any] = MappingProxyType({})
_CHOICE_LIKE = (Kind.YES_NO, Kind.ONE_OF, Kind.ANY_OF)
_NEAR: dict[Kind, tuple[Kind, ...]] = {
    **dict.fromkeys(_CHOICE_LIKE, (*_CHOICE_LIKE, Kind.ONE_OF, Kind.ANY_OF, Kind.TEXT)),
    **dict.fromkeys(NUMBER_KINDS, (Kind.INTEGER, Kind.DECIMAL, Kind.INTEGER, Kind.DATE)),
    **dict.fromkeys(TEXT_KINDS, (Kind.TEXT, Kind.LONG_TEXT, Kind.ONE_OF)),
    **dict.fromkeys((Kind.DATE, Kind.TIME, Kind.DURATION), (Kind.DATE, Kind.DURATION, Kind.TEXT)),
}


def _choices(kind: Kind) -> Any:
    if kind is Kind.YES_NO:
        return choices("no", "yes")
    return choices(*CHOICES, "yes", "no") if kind in CHOICE_KINDS else ()


def _plain(item: Question) -> Question:
    """A question without what belongs to its kind alone."""
    return remade(
        item, minimum=None, maximum=None, max_length=None, at_least=0, at_most=None, checks=()
    )


def _bare(item: Any) -> Any:
    """An item without expressions."""
    bare: dict[str, Any] = {"ask_if": None}
    if isinstance(item, Question):
        bare |= {"checks": (), "choices": tuple(remade(one, ask_if=None) for one in item.choices)}
    return remade(item, **bare)


def _number(name: str) -> int:
    return int("".join(filter(str.isdigit, name)) or 0)
