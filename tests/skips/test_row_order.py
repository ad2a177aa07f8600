"""Rows shown in another order: everything else stays as it was."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from instrument.models import Roster
from skips import Route, RouteError
from tests.scenario import Scenario
from tests.skips.oracle import Both
from tests.skips.questionnaires import HOUSEHOLD
from tests.strategies import RowEdit, random_edit, random_instrument, randoms

VISITORS = """
    - roster: visitor
      at_most: 4
      row_label: "{called | not named}"
      items:
        - {question: called, kind: text}
        - {question: nights, kind: integer}
    - {compute: total, kind: integer, as: "sum(visitor, nights)"}
"""


def visitors(count: int) -> Scenario:
    interview = Scenario(VISITORS)
    for _ in range(count):
        interview.add_row("visitor")
    return interview


def test_rows_are_shown_in_the_order_asked_for_and_keep_their_ids() -> None:
    interview = visitors(3).answer(called__1="first", nights__3=2)
    route, before = interview.route_, interview.route
    route.order_rows("visitor", [3, 1, 2])
    assert route.shown_rows("visitor") == (3, 1, 2)
    assert route.rows("visitor") == (1, 2, 3)
    assert interview.route == before
    assert route.row_label("visitor", 1) == "first"
    assert interview.counted["nights__3"] == 2


def test_a_removed_row_returns_to_its_place_and_a_new_one_comes_last() -> None:
    interview = visitors(3)
    route = interview.route_
    route.order_rows("visitor", [3, 1, 2])
    interview.remove_row("visitor", 1)
    assert route.shown_rows("visitor") == (3, 2)
    interview.add_row("visitor")
    assert route.shown_rows("visitor") == (3, 2, 4)
    route.order_rows("visitor", [4, 3, 2])
    assert route.row_order("visitor") == (4, 1, 3, 2)
    interview.restore_row("visitor", 1)
    assert route.shown_rows("visitor") == (4, 1, 3, 2)


def test_removed_rows_can_be_put_in_order_with_the_others() -> None:
    interview = visitors(3).remove_row("visitor", 2)
    interview.route_.order_rows("visitor", [2, 3, 1])
    assert interview.route_.shown_rows("visitor") == (3, 1)
    assert interview.route_.row_order("visitor") == (2, 3, 1)


@pytest.mark.parametrize("order", [[], [1], [1, 1, 2], [1, 2, 3], [1, 2, 2], [0, 1, 2]])
def test_an_order_names_every_shown_row_once(order: list[int]) -> None:
    route = visitors(2).route_
    with pytest.raises(RouteError, match="every row that is shown once"):
        route.order_rows("visitor", order)
    assert route.shown_rows("visitor") == (1, 2)


def test_rows_that_follow_from_answers_have_no_order_of_their_own() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=2)
    assert interview.route_.shown_rows("people") == (1, 2)
    with pytest.raises(RouteError, match="follow from answers"):
        interview.route_.order_rows("people", [2, 1])


def ways(route: Route) -> Any:
    """Where one comes to from everywhere."""
    places = list(route.instances())
    return [(route.following(one), route.preceding(one), route.explain(one)) for one in places]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(randoms)
def test_nothing_but_the_display_follows_the_order(rng: Random) -> None:
    instrument = random_instrument(rng)
    both = Both(instrument, next(iter(instrument.modes)))
    rosters = [
        one.name
        for one in instrument.items.values()
        if isinstance(one, Roster) and one.size is None and one.rows is None
    ]
    for name in rosters:
        for _ in range(3):
            both.step(RowEdit("add", name, 0))
    for _ in range(10):
        edit = random_edit(rng, instrument, both.askable)
        if edit is not None:
            both.step(edit)
        for name in rosters:
            shown = list(both.route.shown_rows(name))
            rng.shuffle(shown)
            looks, way = both.looks(), ways(both.route)
            both.route.order_rows(name, shown)
            assert both.looks() == looks
            assert ways(both.route) == way
            assert both.route.shown_rows(name) == tuple(shown)


def test_an_order_that_reaches_beyond_the_display_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: rows that follow the order are seen by the comparison above."""
    by_id = Route.rows

    def as_shown(route: Route, roster: str, *, removed: bool = False) -> tuple[int, ...]:
        rows = by_id(route, roster, removed=removed)
        return tuple(row for row in route.row_order(roster) if row in rows)

    interview = visitors(3)
    both = Both(interview.instrument, "interview")
    for _ in range(3):
        both.step(RowEdit("add", "visitor"))
    monkeypatch.setattr(Route, "rows", as_shown)
    looks = both.looks()
    both.route.order_rows("visitor", [3, 1, 2])
    assert both.looks() != looks


@settings(max_examples=40, deadline=None)
@given(randoms)
def test_orders_follow_a_plain_list_of_places(rng: Random) -> None:
    """A list in which every row keeps its place, standing or not, says the same."""
    interview, places = visitors(0), list[int]()
    route = interview.route_
    for _ in range(20):
        shown = [row for row in places if row in route.rows("visitor")]
        match rng.choice(("add", "remove", "restore", "order")):
            case "add" if route.has_room("visitor") and len(places) < 8:
                interview.add_row("visitor")
                places.append(len(places) + 1)
            case "remove" if shown:
                interview.remove_row("visitor", rng.choice(shown))
            case "restore" if route.has_room("visitor") and set(places) - set(shown):
                interview.restore_row("visitor", rng.choice(sorted(set(places) - set(shown))))
            case "order":
                wanted = rng.sample(shown, len(shown))
                route.order_rows("visitor", wanted)
                following = iter(wanted)
                places = [next(following) if row in shown else row for row in places]
            case _:
                continue
        assert route.row_order("visitor") == tuple(places)
        assert route.shown_rows("visitor") == tuple(
            row for row in places if row in route.rows("visitor")
        )
