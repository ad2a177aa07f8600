"""A case that lives through everything that can happen to one, held against the naive evaluator.

Steps draw what they do from a `random.Random`. The state machine (`tests.skips.machine`) and the
seeded walk (`tests.skips.campaign`) take the same ones. Beside the evaluator stand laws that need
none (`tests.skips.laws`).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from instrument.judging import check_value
from instrument.models import Instrument, Question
from instrument.values import READ, Answer, Instance, Missing
from skips import Change, Program, Status, compile_instrument
from skips.case_state import CaseState, LeftBehind, RowsKept, standing_rows, state_of
from skips.migration import new_place
from tests.naive import Naive
from tests.naive_migration import (
    NaiveCase,
    RowSlip,
    Slip,
    is_open,
    kind_of,
    most_rows,
    unit_of,
)
from tests.random_conditions import MODES
from tests.skips import laws
from tests.skips.oracle import Both
from tests.strategies import Edit, Put, RowEdit, random_answer, random_instrument
from tests.versions import remade

LARGEST = 40
"""Instances from which on a case moves to no version that could have more."""


@dataclass
class Life(Both):
    """One case, kept twice, and what is known of it otherwise."""

    moves: bool = True
    """Whether it may move to other versions. Then questions are given only what they take."""
    taken: int = 0
    """How often everything was compared."""
    met: Counter[str] = field(default_factory=Counter)
    """What happened, and how often."""
    story: list[object] = field(default_factory=list)
    """Everything that was done, for people who look for a fault."""
    past: list[Put] = field(default_factory=list)
    """What stood where somebody then answered something else, in this version."""
    cursor: Instance | None = None
    confirmed: set[tuple[Instance, str]] = field(default_factory=set)
    """Checks that somebody confirmed: an instance, and the check's name."""

    order: dict[str, list[int]] = field(default_factory=dict)
    """All rows that there ever were in each roster, in the order of their places on show."""
    waits: dict[str, set[int]] = field(default_factory=dict)
    """Rows that would stand, if there could be so many."""
    left: list[Slip] = field(default_factory=list)
    """Answers without a place in this version, older ones first."""
    left_behind: Mapping[Instance, LeftBehind] = field(default_factory=dict)
    rows_left: Mapping[str, RowsKept] = field(default_factory=dict)
    before: list[tuple[Instrument, Program, dict[str, str]]] = field(default_factory=list)
    """The versions that it came from, each with the names for the way back."""

    given: dict[Instance, Answer] = field(default_factory=dict)
    """The newest answer to each question that nobody cleared, wherever it is now."""
    held: int = 0
    """How many answers there must be, wherever they are."""
    places: list[Instance] = field(init=False)
    """Everything that can be answered in this version."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.places = self.askable

    # --- one elementary change -------------------------------------------------------------------

    def step(self, edit: Edit) -> None:
        """Make one edit in both, and compare the change and everything after it."""
        self.story.append(edit)
        if isinstance(edit, Put):
            at, answer = edit
            had = self.naive.answers.get(at)
            self.held += (answer is not None) - (had is not None)
            if answer is not None:
                self.given[at] = answer
            else:
                self.given.pop(at, None)
            self.past.append(Put(at, had))
        super().step(edit)

    def foretold(self, edit: Put) -> Change:
        # That nothing is left of a preview is looked for in a step of its own.
        return self.route.preview(edit.instance, edit.answer)

    def edit_rows(self, edit: RowEdit) -> Change | None:
        change = super().edit_rows(edit)
        if change is not None and edit.verb == "add":
            self.order.setdefault(edit.roster, []).append(self.ever[edit.roster])
        return change

    def compare(self) -> None:
        """Everything is as the naive evaluator says, and as the laws say."""
        super().compare()
        route, picture = self.route, self.picture
        assert route.open_items() == picture.open
        parked = [one for one, status in picture.statuses.items() if status is Status.PARKED]
        assert route.set_aside() == parked
        for name, item in self.instrument.items.items():
            if is_open(item):
                ever = self.ever.get(name, 0)
                order = [row for row in self.order.get(name, ()) if row <= ever]
                rows = route.rows(name)
                assert route.row_order(name) == tuple(order)
                assert route.shown_rows(name) == tuple(row for row in order if row in rows)
                assert route.rows(name, removed=True) == tuple(range(1, ever + 1))
                assert standing_rows(route, name) == self.naive.rows.get(name, set())
        laws.every_item_has_one_status(route)
        laws.nothing_is_lost(self.case, self.given, self.held)
        self.taken += 1

    @property
    def case(self) -> CaseState:
        """The case as values."""
        return state_of(self.route, self.left_behind, self.rows_left)

    def everything(self) -> Any:
        """All that can be seen, the order of rows on show included."""
        return self.looks(), self.shown()

    def shown(self) -> list[tuple[int, ...]]:
        names = [name for name, item in self.instrument.items.items() if is_open(item)]
        return [self.route.row_order(name) for name in names]

    # --- what can be done ------------------------------------------------------------------------

    def somewhere(self, rng: Random) -> Instance | None:
        """An item; more often than not one that is asked now."""
        asked = self.picture.route
        if asked and rng.random() < 0.5:
            return rng.choice(asked)
        return rng.choice(self.places) if self.places else None

    def takes(self, at: Instance, answer: Answer) -> bool:
        """Whether an item can be given an answer."""
        item = self.instrument.items[at.item]
        if not isinstance(item, Question):
            return answer == READ
        if isinstance(answer, Missing):
            accepted = self.instrument.reasons_for(item, self.mode)
            return answer.reason in {one.name for one in accepted}
        return not self.moves or check_value(item, answer) is None

    def another(self, rng: Random, at: Instance) -> Answer | None:
        """Something that an item can be given, or None."""
        answer = random_answer(rng, self.instrument.items[at.item])
        return answer if answer is not None and self.takes(at, answer) else None

    def open_roster(self, rng: Random) -> str | None:
        """A roster to which rows are added by hand."""
        names = [name for name, item in self.instrument.items.items() if is_open(item)]
        return rng.choice(names) if names else None

    # --- other versions --------------------------------------------------------------------------

    def paper(self) -> NaiveCase:
        """The naive evaluator's case, as slips of paper."""
        slips = list(self.left)
        for at, answer in self.naive.answers.items():
            item, roster = self.instrument.items[at.item], self.instrument.roster_of.get(at.item)
            inside = roster.name if roster else None
            slips.append(Slip(*at, answer, kind_of(item), unit_of(item), inside, placed=True))
        rows = {
            name: tuple(
                RowSlip(row, row in self.naive.rows.get(name, ()), row in self.waits.get(name, ()))
                for row in order
            )
            for name, order in self.order.items()
        }
        return NaiveCase(tuple(slips), rows)

    def settle_in(self, paper: NaiveCase, names: dict[str, str]) -> None:
        """Let the naive evaluator live on in another version, too."""
        self.left = [slip for slip in paper.slips if not slip.placed]
        naive = Naive(self.instrument, self.mode)
        naive.interview_date = self.naive.interview_date
        naive.answers = {
            Instance(slip.name, slip.row): slip.answer for slip in paper.slips if slip.placed
        }
        naive.rows = {
            name: {row.id for row in rows if row.stands} for name, rows in paper.rows.items()
        }
        self.order = {name: [row.id for row in rows] for name, rows in paper.rows.items()}
        self.waits = {
            name: {row.id for row in rows if row.waits} for name, rows in paper.rows.items()
        }
        self.ever = {
            name: sum(row <= most_rows(self.instrument.items.get(name)) for row in order)  # type: ignore[arg-type]
            for name, order in self.order.items()
            if is_open(self.instrument.items.get(name))
        }
        self.naive, self.picture = naive, naive.picture()
        self.places, self.past, self.confirmed = self.askable, [], set()
        cursor = None if self.cursor is None else new_place(self.cursor, names)
        self.cursor = cursor if cursor in self.picture.statuses else None
        self.compare()


def begin(
    rng: Random,
    compiled: Callable[[Instrument, str], Program] = compile_instrument,
    *,
    wide: bool = False,
) -> Life:
    """A random instrument, and a case on it to which nothing has happened.

    With `wide`, open rosters have room for more rows, so that more of them wait, return and move.
    """
    instrument = random_instrument(rng)
    # Rosters to which rows are added are rare, and much can happen to them.
    for _ in range(3 if wide else rng.choice((0, 3))):
        if not any(map(is_open, instrument.items.values())):
            instrument = random_instrument(rng)
    mode = rng.choice((MODES[0], MODES[0], MODES[1]))
    if wide:
        instrument = with_room(rng, instrument)
    return Life(instrument, mode, compiled, moves=rng.random() < 0.8)


def with_room(rng: Random, instrument: Instrument) -> Instrument:
    """The same instrument with room for up to five rows in each open roster."""
    sections = [
        remade(
            section,
            items=tuple(
                remade(item, at_most=rng.randint(2, 5)) if is_open(item) else item
                for item in section.items
            ),
        )
        for section in instrument.sections
    ]
    return remade(instrument, sections=tuple(sections))
