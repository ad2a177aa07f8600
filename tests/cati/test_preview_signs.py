"""What the signs of a preview find."""

from collections.abc import Mapping

import pytest

from cati.interview import Interview, NotOnRoute
from cati.memory import MemoryJournal
from cati.walk_signs import named_place, roster_to_extend, worked_out
from instrument import Instance
from tests.cati.household import Clock
from tests.cati.trips import answered, read


def interview() -> Interview:
    clock = Clock()
    found = Interview(read(), answered(), MemoryJournal(clock), by="preview", now=clock)
    found.begin()
    assert found.place == Instance("age", 2)
    return found


PLACES: Mapping[str, str] = {
    "trips": "trips",
    " age ": "age[1]",
    "age 2": "age[2]",
    "age[3]": "age[3]",
    "people": "age[1]",
    "people 3": "age[3]",
    "travel": "hello",
    "far": "",
    "many": "'many' is worked out and asked of nobody: = shows it.",
    "tripps": "There is no item 'tripps'. Did you mean trips?",
    "zebra": "There is no item 'zebra'.",
    "age 4": "",
    "age 9": "'people' has no row 9.",
    "people 4": "'people' has no row 4.",
    "a b c": "Behind ! stands the name of an item, and perhaps a row: !age 2.",
}


@pytest.mark.parametrize("said", PLACES)
def test_an_item_is_found_by_its_name(said: str) -> None:
    begun = interview()
    begun.jump(Instance("trips"))
    try:
        found = str(named_place(begun, said))
    except NotOnRoute as error:
        found = str(error)
    if PLACES[said]:
        assert found == PLACES[said]
    else:
        assert found.endswith(".")


def test_an_item_of_a_roster_is_first_looked_for_in_the_row_in_place() -> None:
    here = interview()
    here.jump(Instance("age", 3))
    assert named_place(here, "age") == Instance("age", 3)
    assert named_place(here, "travel") == Instance("hello")


def test_what_is_worked_out_is_shown_with_its_label_and_unit() -> None:
    shown = interview()
    assert list(worked_out(shown)) == ["many = yes (Yes)", "per_week = 6 trips"]
    shown.jump(Instance("trips"))
    shown.clear()
    assert list(worked_out(shown)) == ["Nothing has been worked out yet."]


def test_the_roster_that_takes_a_row_is_found() -> None:
    assert roster_to_extend(interview(), "") == "people"
    assert roster_to_extend(interview(), "people") == "people"
    with pytest.raises(NotOnRoute, match=r"Say which: \+people"):
        roster_to_extend(interview(), "trips")
