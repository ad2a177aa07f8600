"""Lists of what is asked, open and set aside, against their definitions one item at a time."""

from random import Random

import pytest

from instrument.models import Computed
from instrument.values import Instance
from skips import Route, Status
from tests.skips.oracle import live


def by_definition(route: Route) -> dict[str, list[Instance]]:
    """The lists, from the status of each item alone."""
    items = route.instrument.items
    asked = [one for one in route.instances() if not isinstance(items[one.item], Computed)]
    return {
        "open": [one for one in asked if route.on_route(one) and route.kept(one) is None],
        "aside": [one for one in asked if route.status(one) is Status.PARKED],
    }


def as_listed(route: Route) -> dict[str, list[Instance]]:
    return {"open": route.open_items(), "aside": route.set_aside()}


def test_lists_hold_what_the_statuses_say() -> None:
    met = {"open": 0, "aside": 0, "sections": 0}
    for seed in range(60):
        route = live(Random(seed), 12).route
        assert as_listed(route) == by_definition(route), seed
        met["open"] += len(route.open_items())
        met["aside"] += len(route.set_aside())
        section_of = route.instrument.section_of
        for one in route.route():
            section = section_of[one.item]
            siblings = [other for other in route.route() if section_of[other.item] is section]
            assert route.in_section(one) == siblings
            assert route.place_in_section(one) == (siblings.index(one) + 1, len(siblings))
            met["sections"] += len(siblings) > 1
    assert min(met.values()) > 20, met


def test_control_a_list_that_leaves_out_what_is_set_aside_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Route, "set_aside", lambda route: [])
    with pytest.raises(AssertionError):
        test_lists_hold_what_the_statuses_say()
