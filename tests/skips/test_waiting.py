"""What waits for a version that takes it: why it does, and that nothing of it is forgotten."""

from skips.case_state import CaseState, RowsKept
from skips.migration import migrate, route_of, state_of
from tests.scenario import place, program

INTEGER = "- {question: q, kind: integer}"
TEXT = "- {question: q, kind: text}"
SAID = "- {statement: q, say: Good day.}"
HOME = "- {roster: home, items: [{question: s, kind: text}]}"


def test_what_still_waits_says_why_the_version_in_use_does_not_take_it() -> None:
    first, gone, text = (program(one, "interview") for one in (INTEGER, SAID, TEXT))
    bare = program(INTEGER.replace("q,", "r,"), "interview")
    case = migrate(CaseState({place("q"): 5}, {}), first, bare).case
    assert case.left_behind[place("q")].why == "There is no such question any more."
    for version, why in (
        (text, "It was of the kind integer, and is of the kind text now."),
        (gone, "It is only read aloud now."),
        (bare, "There is no such question any more."),
    ):
        case = migrate(case, bare, version).case
        assert case.left_behind[place("q")].why == why
    assert migrate(case, bare, first).case.answers == {place("q"): 5}


def test_ids_of_rows_that_nobody_misses_are_kept_all_the_same() -> None:
    """Three rows were added, and one stands; a version with two ids does not forget the third."""
    wide, narrow = (
        program(HOME, "interview"),
        program(HOME.replace("home,", "home, at_most: 1,"), "interview"),
    )
    case = CaseState({}, {"home": RowsKept(3, frozenset({1}), (3, 1, 2))})
    moved = migrate(case, wide, narrow).case
    assert moved.rows == {"home": RowsKept(2, frozenset({1}), (1, 2))}
    assert moved.rows_left == {"home": RowsKept(3, frozenset(), (3, 1, 2))}
    assert state_of(route_of(narrow, moved), {}, moved.rows_left) == moved
    assert migrate(moved, narrow, wide).case == case
