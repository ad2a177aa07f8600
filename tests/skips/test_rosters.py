"""Interviews with rosters: rows that come, go, and come back."""

import pytest

from skips import RouteError, Status
from tests.scenario import DECLINED, Scenario, place
from tests.skips.questionnaires import HOUSEHOLD, OPEN_ROSTER

# --- rosters --------------------------------------------------------------------------------------


def test_rows_follow_the_size_and_no_more_than_at_most() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=2)
    assert interview.route == ["size", "age__1", "age__2"]
    interview.answer(size=9)
    assert interview.route_.rows("people") == (1, 2, 3, 4)


def test_a_smaller_size_parks_rows_and_deletes_nothing() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=2, age__1=70, age__2=40, job__2="yes")
    assert interview.counted["adults"] == 2
    interview.answer(size=1)
    assert interview.last.parked == (place("age__2"), place("job__2"))
    assert interview.counted["adults"] == 1
    assert interview.kept["job__2"] == "yes"
    interview.answer(size=2)
    assert interview.last.restored == (place("age__2"), place("job__2"))
    assert interview.counted["adults"] == 2


def test_each_row_has_its_own_route() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=3, age__1=70, age__2=10, age__3=30)
    assert interview.route == ["size", "age__1", "job__1", "age__2", "age__3", "job__3", "retired"]
    assert interview.status("job__2") is Status.NOT_APPLICABLE
    assert interview.status("age__4") is Status.NOT_APPLICABLE


def test_one_unknown_row_leaves_a_count_unknown_but_settles_any() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=2, age__1=70, age__2=DECLINED)
    assert "adults" not in interview.counted
    assert "retired" in interview.route


def test_rows_of_an_open_roster_are_added_by_hand() -> None:
    interview = Scenario(OPEN_ROSTER).answer(any_pets="yes").add_row("pets")
    assert interview.last.entered == (place("animal__1"),)
    interview.answer(animal__1="cat").add_row("pets")
    assert interview.route_.rows("pets") == (1, 2)
    assert interview.route_.row_label("pets", 1) == "Pet 1: cat"
    assert interview.route_.row_label("pets", 2) == "Pet 2: not named"
    with pytest.raises(RouteError, match="room for 2 and is full"):
        interview.add_row("pets")


def test_a_removed_row_keeps_its_answers_and_its_number() -> None:
    interview = Scenario(OPEN_ROSTER).answer(any_pets="yes").add_row("pets").add_row("pets")
    interview.answer(animal__1="cat", animal__2="dog").remove_row("pets", 1)
    assert interview.status("animal__1") is Status.PARKED
    assert interview.route_.rows("pets") == (2,)
    assert interview.counted == {"any_pets": "yes", "animal__2": "dog"}

    interview.add_row("pets")
    assert interview.route_.rows("pets") == (2, 3)
    assert interview.route_.rows("pets", removed=True) == (1, 2, 3)
    interview.remove_row("pets", 3).restore_row("pets", 1)
    assert interview.last.restored == (place("animal__1"),)
    assert interview.counted == {"any_pets": "yes", "animal__1": "cat", "animal__2": "dog"}


def test_a_roster_off_the_route_parks_all_its_rows() -> None:
    interview = Scenario(OPEN_ROSTER).answer(any_pets="yes").add_row("pets")
    interview.answer(animal__1="cat", any_pets="no")
    assert interview.last.parked == (place("animal__1"),)
    assert interview.answer(any_pets="yes").counted["animal__1"] == "cat"


def test_wrong_use_is_told_in_a_sentence() -> None:
    interview = Scenario(HOUSEHOLD)
    with pytest.raises(RouteError, match="follow from answers"):
        interview.add_row("people")
    with pytest.raises(RouteError, match="'nobody' is not an item of 'scenario'"):
        interview.status("nobody")
    with pytest.raises(RouteError, match="'age' in row 7 is not an item"):
        interview.status("age__7")
    with pytest.raises(RouteError, match="is worked out"):
        interview.route_.answer(place("adults"), 3)
    with pytest.raises(RouteError, match="'size' is not a roster"):
        interview.route_.rows("size")
