"""The engine and the naive evaluator side by side, compared on everything after every step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from instrument.cache import dump, load
from instrument.models import Computed, Instrument, Roster
from instrument.values import Answer, Instance
from skips import Change, Failing, Program, Route, RouteError, Truth, compile_instrument
from skips.kept import dump as dump_program
from skips.kept import load as load_program
from tests.naive import Naive, Picture, holds
from tests.random_conditions import MODES
from tests.strategies import (
    Edit,
    Put,
    RowEdit,
    Sit,
    random_edit,
    random_instrument,
)


@dataclass
class Both:
    """One case, kept twice."""

    instrument: Instrument
    mode: str
    compiled: Callable[[Instrument, str], Program] = compile_instrument
    route: Route = field(init=False)
    naive: Naive = field(init=False)
    picture: Picture = field(init=False)
    ever: dict[str, int] = field(default_factory=dict)
    """How many rows each open roster has ever had."""

    def __post_init__(self) -> None:
        self.route = Route(self.compiled(self.instrument, self.mode))
        self.naive = Naive(self.instrument, self.mode)
        self.picture = self.naive.picture()
        self.compare()

    @property
    def askable(self) -> list[Instance]:
        """Everything that can be answered at some time."""
        return [
            one
            for one in self.route.instances()
            if not isinstance(self.instrument.items[one.item], Computed)
        ]

    def step(self, edit: Edit) -> None:
        """Make one edit in both, and compare the change and everything after it."""
        before, kept = self.picture, dict(self.naive.answers)
        previewed = None
        if isinstance(edit, Put):
            previewed = self.foretold(edit)
            change = self.put(edit)
        elif isinstance(edit, Sit):
            self.naive.interview_date = edit.date
            change = self.route.set_interview_date(edit.date)
            assert self.route.interview_date == edit.date
        else:
            done = self.edit_rows(edit)
            if done is None:
                return
            change = done
        self.picture = self.naive.picture()
        self.compare()
        assert change == self.difference(before, kept), "the change is not what was different"
        assert previewed in (None, change), "the preview is not what then happened"

    def foretold(self, edit: Put) -> Change:
        """What a preview says, of which nothing is left afterwards."""
        looks = self.looks()
        previewed = self.route.preview(edit.instance, edit.answer)
        assert self.looks() == looks, "a preview leaves a trace"
        return previewed

    def put(self, edit: Put) -> Change:
        self.keep(edit)
        return self.route.answer(edit.instance, edit.answer)

    def keep(self, edit: Put) -> None:
        """Give the naive evaluator an answer, or take one away."""
        if edit.answer is None:
            self.naive.answers.pop(edit.instance, None)
        else:
            self.naive.answers[edit.instance] = edit.answer

    def edit_rows(self, edit: RowEdit) -> Change | None:
        """A change of rows; None when both agree that it cannot be made."""
        rows = self.naive.rows.setdefault(edit.roster, set())
        roster = self.instrument.items[edit.roster]
        assert isinstance(roster, Roster)
        ever, full = self.ever.get(edit.roster, 0), len(rows) >= roster.at_most
        verbs: dict[str, tuple[bool, Callable[[], Change]]] = {
            "add": (
                not full and ever < 2 * roster.at_most,
                lambda: self.route.add_row(edit.roster),
            ),
            "remove": (edit.row in rows, lambda: self.route.remove_row(edit.roster, edit.row)),
            "restore": (
                not full and edit.row not in rows and edit.row <= ever,
                lambda: self.route.restore_row(edit.roster, edit.row),
            ),
        }
        possible, make = verbs[edit.verb]
        try:
            change = make()
        except RouteError:
            assert not possible
            return None
        assert possible
        if edit.verb == "remove":
            rows.remove(edit.row)
        else:
            rows.add(ever + 1 if edit.verb == "add" else edit.row)
        if edit.verb == "add":
            self.ever[edit.roster] = ever + 1
        return change

    def looks(self) -> Any:
        """Everything that can be seen of the route."""
        route = self.route
        return (
            [
                (
                    one,
                    route.on_route(one),
                    route.status(one),
                    route.counted(one),
                    route.reason(one),
                    route.kept(one),
                )
                for one in route.instances()
            ],
            route.failing(),
            route.route(),
            route.open_count,
            route.first_open(),
            route.minutes_left(),
            route.sections(),
            self.rows(),
        )

    def rows(self) -> list[tuple[int, ...]]:
        return [
            self.route.rows(name)
            for name, item in self.instrument.items.items()
            if isinstance(item, Roster)
        ]

    def compare(self) -> None:
        """Everything the route says is what the naive evaluator says."""
        route, picture = self.route, self.picture
        assert set(picture.statuses) == set(route.instances())
        for one, status in picture.statuses.items():
            assert route.on_route(one) == (picture.truths[one] is Truth.YES), one
            assert route.status(one) is status, one
            assert route.counted(one) == picture.values.get(one), one
            assert route.reason(one) == picture.reasons.get(one), one
            assert route.kept(one) == self.naive.answers.get(one), one
            names = [choice.name for choice in route.offered(one)]
            assert names == picture.offered(one), one
        self.compare_rosters()
        assert route.route() == picture.route
        assert route.failing() == failing(picture)
        assert route.open_count == len(picture.open)
        assert route.first_open() == (picture.open[0] if picture.open else None)
        self.compare_ways()
        self.compare_sections()

    def compare_sections(self) -> None:
        """Counts and sums over the sections are those that one gets by adding everything up."""
        route, picture, items = self.route, self.picture, self.instrument.items
        expected = []
        for section in self.instrument.sections:
            names = {
                one.name
                for item in section.items
                for one in ((item, *item.items) if isinstance(item, Roster) else (item,))
            }
            total = sum(one.item in names for one in picture.route)
            open_ = sum(one.item in names for one in picture.open)
            may_be_asked = any(
                truth is not Truth.NO and one.item in names and self.is_for_the_interviewer(one)
                for one, truth in picture.truths.items()
            )
            if total:
                state = "done" if not open_ else "ahead" if open_ == total else "open"
            else:
                state = "ahead" if may_be_asked else "off"
            if not all(isinstance(items[name], Computed) for name in names):
                expected.append((section.name, state, total - open_, total))
        found = route.sections()
        assert [(one.name, one.state, one.answered, one.total) for one in found] == expected
        assert route.sections(slice(1, 3)) == found[1:3]
        undecided = any(state == "ahead" and not total for _, state, _, total in expected)
        assert route.has_undecided_section() == undecided
        seconds = sum(route.expected_seconds(one) for one in picture.open)
        assert route.minutes_left() == pytest.approx(seconds / 60)

    def is_for_the_interviewer(self, instance: Instance) -> bool:
        """Whether it can be asked, or is a roster to which rows can be added."""
        item = self.instrument.items[instance.item]
        if isinstance(item, Roster):
            return not instance.row and item.size is None and item.rows is None
        return not isinstance(item, Computed)

    def compare_rosters(self) -> None:
        for name, item in self.instrument.items.items():
            if not isinstance(item, Roster):
                continue
            assert self.route.counted(Instance(name)) == self.picture.values.get(Instance(name))
            if item.size is None and item.rows is None:
                expected = [
                    row
                    for row in sorted(self.naive.rows.get(name, ()))
                    if holds(self.picture, item.row_if, {name: row, "row": row}, Truth.YES)
                    is Truth.YES
                ]
            else:
                truths = self.picture.truths
                expected = [
                    row
                    for row in range(1, item.at_most + 1)
                    if truths[Instance(name, row)] is Truth.YES
                ]
            assert self.route.rows(name) == tuple(expected)

    def compare_ways(self) -> None:
        """Going forward and back from anywhere follows the route."""
        route, met = self.route, self.picture.route
        order = list(route.instances())
        places = {one: at for at, one in enumerate(order)}
        on = [places[one] for one in met]
        for one in [*met[:3], *order[::5]]:
            at = places[one]
            following = next((order[place] for place in on if place > at), None)
            preceding = next((order[place] for place in reversed(on) if place < at), None)
            assert route.following(one) == following
            assert route.preceding(one) == preceding
        assert route.following(None) == (met[0] if met else None)
        assert route.preceding(None) == (met[-1] if met else None)

    def difference(self, before: Picture, kept: dict[Instance, Answer]) -> Change:
        """What is different between two pictures, as a change."""
        after, items = self.picture, self.instrument.items
        was, now = set(before.route), set(after.route)
        old_failing = {(one, check.name) for one, check, _ in before.failing}
        return Change(
            entered=tuple(one for one in after.route if one not in was),
            left=tuple(one for one in before.route if one not in now),
            parked=tuple(one for one in before.route if one not in now and one in kept),
            restored=tuple(
                one for one in after.route if one not in was and one in self.naive.answers
            ),
            computed=tuple(
                (one, before.values.get(one), after.values.get(one))  # type: ignore[misc]
                for one in after.statuses
                if isinstance(items[one.item], Computed)
                and before.values.get(one) != after.values.get(one)
            ),
            failing=tuple(
                one for one in failing(after) if (one.instance, one.check.name) not in old_failing
            ),
        )


def failing(picture: Picture) -> list[Failing]:
    """The naive evaluator's checks in the engine's words."""
    return [Failing(*one) for one in picture.failing]


def from_the_cache(instrument: Instrument, mode: str) -> Program:
    """What is opened again of an instrument and its program that were kept."""
    body = dump_program(compile_instrument(load(dump(instrument)), mode))
    return load_program(body, load(dump(instrument)), mode)


def live(
    rng: Random,
    steps: int,
    compiled: Callable[[Instrument, str], Program] = compile_instrument,
) -> Both:
    """A random instrument and a case on it that goes through a number of edits."""
    both = Both(random_instrument(rng), rng.choice((MODES[0], MODES[0], MODES[1])), compiled)
    askable = both.askable
    for _ in range(steps):
        edit = random_edit(rng, both.instrument, askable)
        if edit is not None:
            both.step(edit)
    return both
