"""Moving a case to another version once more, in the simplest way there is.

Everything that was ever answered is a slip of paper with what stood on the question it was given
to. A move looks at every pile of slips; nothing is shared with `skips.migration`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from instrument.judging import check_value
from instrument.models import Instrument, Kind, Question, Roster, Statement
from instrument.values import Answer, Missing
from skips.case_state import CaseState, LeftBehind

ALIKE = (
    {Kind.YES_NO, Kind.ONE_OF, Kind.ANY_OF},
    {Kind.INTEGER, Kind.DECIMAL},
    {Kind.TEXT, Kind.LONG_TEXT},
)
"""Kinds of which values can be turned into one another."""


@dataclass(frozen=True)
class Slip:
    """An answer, and what it was given to."""

    name: str
    row: int
    answer: Answer
    kind: str
    unit: str | None
    roster: str | None
    placed: bool
    """Whether it has a place in the version in use."""


@dataclass(frozen=True)
class RowSlip:
    """A row of an open roster; rows lie in the order in which they are shown."""

    id: int
    stands: bool
    waits: bool
    """Would stand, if there could be so many."""


@dataclass(frozen=True)
class NaiveCase:
    """All slips, older ones first, and the rows of each roster."""

    slips: tuple[Slip, ...]
    rows: dict[str, tuple[RowSlip, ...]]


def naive_migrate(
    case: NaiveCase, old: Instrument, new: Instrument, mode: str, renamed: dict[str, str]
) -> NaiveCase:
    """The case in the new version."""
    was = {called: name for name, called in renamed.items()}
    piles: dict[tuple[str, int], list[Slip]] = {}
    for slip in case.slips:
        called = renamed.get(slip.name, slip.name)
        roster = renamed.get(slip.roster or "", slip.roster)
        piles.setdefault((called, slip.row), []).append(replace(slip, name=called, roster=roster))
    slips: list[Slip] = []
    for (name, row), pile in piles.items():
        *older, newest = pile
        before = replace(
            newest,
            name=was.get(name, name),
            roster=was.get(newest.roster or "", newest.roster),
        )
        fits, fitted_before = form(newest, new, mode), form(before, old, mode)
        comes = fits is not None and (newest.placed or fitted_before is None)
        slips += older
        if not comes:
            slips.append(replace(newest, placed=False))
            continue
        item = new.items[name]
        slips.append(
            replace(newest, answer=fits, placed=True, kind=kind_of(item), unit=unit_of(item))
        )
        assert row == newest.row
    return NaiveCase(tuple(slips), naive_rows(case, old, new, renamed))


def form(slip: Slip, instrument: Instrument, mode: str) -> Any:
    """The answer as an instrument takes it in the place of that name; None if it does not."""
    item = instrument.items.get(slip.name)
    if not isinstance(item, Question | Statement):
        return None
    roster = instrument.roster_of.get(slip.name)
    if (roster.name if roster else None) != slip.roster or slip.row > most_rows(roster):
        return None
    if isinstance(item, Statement) or slip.kind == "statement":
        return slip.answer if kind_of(item) == slip.kind else None
    if isinstance(slip.answer, Missing):
        reasons = {one.name for one in instrument.reasons_for(item, mode)}
        return slip.answer if slip.answer.reason in reasons else None
    if slip.kind != item.kind and not any({slip.kind, item.kind} <= alike for alike in ALIKE):
        return None
    if slip.unit != unit_of(item):
        return None
    good = [one for one in forms(slip.answer, item) if check_value(item, one) is None]
    return good[0] if good else None


def forms(value: Any, item: Question) -> Iterable[Any]:
    """All ways to write a value that say neither more nor less, in the type that the kind has."""
    match value, item.kind:
        case tuple(), Kind.ANY_OF:
            if set(value) <= set(item.choice):
                yield tuple(one.name for one in item.choices if one.name in value)
        case tuple(), _:
            yield from value if len(value) == 1 else ()
        case str(), Kind.ANY_OF:
            yield (value,)
        case int(), Kind.DECIMAL:
            yield Decimal(str(value))
        case Decimal(), Kind.INTEGER:
            yield from [int(str(value))] if str(value).lstrip("-").isdigit() else ()
        case _:
            yield value


def kind_of(item: object) -> str:
    return item.kind.value if isinstance(item, Question) else "statement"


def unit_of(item: object) -> str | None:
    numeric = isinstance(item, Question) and item.kind in (Kind.INTEGER, Kind.DECIMAL)
    return item.variable.unit if numeric else None  # type: ignore[attr-defined]


def is_open(item: object) -> bool:
    return isinstance(item, Roster) and item.size is None and item.rows is None


def most_standing(item: object) -> int:
    """How many rows the interviewer can add and let stand."""
    return item.at_most if isinstance(item, Roster) and is_open(item) else 0


def most_rows(roster: Roster | None) -> int:
    """The highest row that there can be."""
    return 0 if roster is None else roster.at_most * (2 if is_open(roster) else 1)


def naive_rows(
    case: NaiveCase, old: Instrument, new: Instrument, renamed: dict[str, str]
) -> dict[str, tuple[RowSlip, ...]]:
    """The rows of each roster; those that cannot stand wait."""
    rows = {}
    for name, lying in case.rows.items():
        called = renamed.get(name, name)
        before, after = most_standing(old.items.get(name)), most_standing(new.items.get(called))
        limit = 2 * after
        standing = sorted(one.id for one in lying if one.stands)
        if after > before:
            standing += sorted(one.id for one in lying if one.waits and not one.stands)
        stand = [row for row in standing if row <= limit][:after]
        rows[called] = tuple(
            RowSlip(one.id, one.id in stand, (one.stands or one.waits) and one.id not in stand)
            for one in lying
        )
    return rows


# --- the engine's words ---------------------------------------------------------------------------


def naive_case(case: CaseState, instrument: Instrument) -> NaiveCase:
    """A case of the engine as slips."""
    slips: list[Slip] = []
    for at, left in case.left_behind.items():
        chain: list[LeftBehind] = []
        link: LeftBehind | None = left
        while link is not None:
            chain.insert(0, link)
            link = link.earlier
        slips += [
            Slip(at.item, at.row, one.answer, one.kind, one.unit, one.roster, placed=False)
            for one in chain
        ]
    for at, answer in case.answers.items():
        item, roster = instrument.items[at.item], instrument.roster_of.get(at.item)
        inside = roster.name if roster else None
        slips.append(Slip(*at, answer, kind_of(item), unit_of(item), inside, placed=True))
    rows = {}
    for name in {*case.rows, *case.rows_left}:
        now, waiting = case.rows.get(name), case.rows_left.get(name)
        order = list(now.order) if now else []
        if waiting:
            following = iter(order)
            known = now.added if now else 0
            order = [next(following) if row <= known else row for row in waiting.order]
            order += list(following)
        rows[name] = tuple(
            RowSlip(
                row,
                now is not None and row in now.standing,
                waiting is not None and row in waiting.standing,
            )
            for row in order
        )
    return NaiveCase(tuple(slips), rows)


def told(case: NaiveCase) -> Any:
    """A case in a form that can be compared: piles of slips, by place; and rows."""
    piles: dict[Any, list[Any]] = {}
    for slip in case.slips:
        form = str(slip.answer)
        piles.setdefault((slip.name, slip.row), []).append(
            (form, slip.kind, slip.unit, slip.roster, slip.placed)
        )
    return piles, {name: rows for name, rows in case.rows.items() if rows}
