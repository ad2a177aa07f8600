"""Faults that were found on the way, each in its smallest form and with what was wrong."""

from decimal import Decimal

from instrument.values import Answer, Instance
from skips import Program, Status, compile_instrument
from skips.case_state import CaseState, RowsKept, route_of, state_of
from skips.fills import spoken
from skips.migration import migrate
from tests.scenario import NOT_SURE, Scenario, inline_instrument, place
from tests.skips import laws
from tests.skips.questionnaires import SECTIONS


def test_a_preview_of_an_equal_number_written_otherwise_leaves_no_trace() -> None:
    """Numbers that are equal were taken for the same: 1.50 stood where 1.5 had been given."""
    interview = Scenario("- {question: rent, kind: decimal}").answer(rent="1.50")
    assert interview.preview(rent="1.5").is_empty
    assert str(interview.counted["rent"]) == "1.50"
    assert str(interview.answer(rent="1.5").counted["rent"]) == "1.5"


def test_a_gate_that_is_no_and_then_unknown_still_gives_everything_back() -> None:
    """What a closed gate had put aside could be lost where it did not open at once again."""
    interview = Scenario(SECTIONS).answer(works="yes", hours=20, commutes="yes", minutes=30)
    interview.answer(hours=5).answer(hours=NOT_SURE)
    assert interview.last.is_empty
    assert interview.status("commutes") is Status.PARKED
    assert "Not asked so far" in interview.why("minutes")
    interview.answer(minutes=45)
    assert "minutes" not in interview.counted
    interview.answer(hours=20)
    assert interview.last.restored == (place("commutes"), place("minutes"))
    assert interview.counted["minutes"] == 45


def test_a_zero_is_read_without_a_sign() -> None:
    """`0 * -2.5` was read as -0."""
    assert spoken(Decimal("-0.0")) == "0"
    assert spoken(Decimal("-0.5")) == "-0.5"


def as_kind(kind: str) -> Program:
    """A version in which a question is of some kind."""
    return compile_instrument(inline_instrument(f"- {{question: rent, kind: {kind}}}"))


def test_what_was_left_behind_may_return_in_the_words_of_the_version_that_took_it() -> None:
    """There and back was said to be the same case to the letter, and is so but for its form.

    Left behind by a text, taken by a decimal number, and back: it is left behind as the decimal
    number that it was last. Nothing is lost by that, and whole numbers take it as it was.
    """
    whole, text, decimal = as_kind("integer"), as_kind("text"), as_kind("decimal")
    answers: dict[Instance, Answer] = {place("rent"): 5}
    case = migrate(CaseState(answers, {}), whole, text).case
    there = migrate(case, text, decimal).case
    returned = migrate(there, decimal, text).case
    laws.there_and_back(case, there, returned)
    assert returned.left_behind[place("rent")].kind == "decimal"
    assert type(migrate(returned, text, whole).case.answers[place("rent")]) is int
    assert migrate(returned, text, whole).case.answers == answers


def with_rows(at_most: int) -> Program:
    """A version in which a roster has room for so many."""
    roster = f"- {{roster: car, at_most: {at_most}, items: [{{question: age, kind: integer}}]}}"
    return compile_instrument(inline_instrument(roster))


def test_rows_that_wait_follow_the_order_of_those_that_there_are() -> None:
    """What waited kept the order of before, so that moving to the same version changed the case.

    A row that stood again was said to wait still.
    """
    wide, narrow = with_rows(2), with_rows(1)
    case = CaseState({}, {"car": RowsKept(2, frozenset({1, 2}), (1, 2))})
    moved = migrate(case, wide, narrow).case
    assert moved.rows_left == {"car": RowsKept(2, frozenset({2}), (1, 2))}
    route = route_of(narrow, moved)
    route.order_rows("car", (2, 1))
    case = state_of(route, moved.left_behind, moved.rows_left)
    assert migrate(case, narrow, narrow).case == case
    assert migrate(case, narrow, wide).case.rows == {"car": RowsKept(2, frozenset({1, 2}), (2, 1))}
    route.remove_row("car", 1)
    route.restore_row("car", 2)
    assert state_of(route, {}, moved.rows_left).rows_left == {}


def test_rows_that_waited_and_stood_elsewhere_return_as_many_as_can() -> None:
    """There and back was said to be the same case, though nobody knows any more which row waited.

    With room for two, rows 2 and 4 stood and row 3 waited; all three stood where there was room.
    """
    narrow, wide = with_rows(2), with_rows(4)
    order = (1, 2, 3, 4)
    case = CaseState(
        {},
        {"car": RowsKept(4, frozenset({2, 4}), order)},
        rows_left={"car": RowsKept(4, frozenset({3}), order)},
    )
    there = migrate(case, narrow, wide).case
    assert there.rows == {"car": RowsKept(4, frozenset({2, 3, 4}), order)}
    returned = migrate(there, wide, narrow).case
    assert returned.rows == {"car": RowsKept(4, frozenset({2, 3}), order)}
    assert returned.rows_left == {"car": RowsKept(4, frozenset({4}), order)}
    laws.there_and_back(case, there, returned)
    assert migrate(returned, narrow, wide).case == there
