"""A soft check that was confirmed: for the answers as they were, and for no others."""

from collections.abc import Callable

import pytest

from cati.interview import Interview
from cati.memory import MemoryJournal
from instrument.values import READ, Answer, Instance, Missing
from skips import Route, compile_instrument
from tests.cati.household import Clock
from tests.scenario import inline_instrument, place

QUESTIONS = """
    - {question: gate, kind: yes_no}
    - {statement: notice, say: Please think of last week., ask_if: gate}
    - {question: a, kind: integer, ask_if: gate}
    - {question: b, kind: integer}
    - {question: c, kind: integer}
    - {compute: sum_of_it, kind: integer, as: a + b}
    - roster: visitor
      at_most: 3
      items:
        - {question: nights, kind: integer}
        - {question: meals, kind: integer, checks: [{soft: meals <= nights, say: "{meals} meals?"}]}
    - {question: last, kind: yes_no, checks: [{soft: "CONDITION", say: "Is that so?"}]}
"""

ANSWERS: dict[str, Answer] = {
    "gate": "yes",
    "notice": READ,
    "a": 5,
    "b": 6,
    "c": Missing("not_sure"),
    "nights__1": 9,
    "nights__2": 9,
    "meals__1": 1,
    "meals__2": 1,
    "last": "yes",
}


def case(condition: str) -> Interview:
    """A case in which the check of the last item fires and was confirmed."""
    instrument = inline_instrument(QUESTIONS.replace("CONDITION", condition))
    clock = Clock()
    journal = MemoryJournal(clock)
    interview = Interview(
        instrument, Route(compile_instrument(instrument)), journal, by="ines", now=clock
    )
    interview.begin()
    interview.add_row("visitor")
    interview.add_row("visitor")
    for name, value in ANSWERS.items():
        give(interview, name, value)
    (failing,) = interview.unsettled()
    interview.confirm(failing, "It is so.")
    assert interview.unsettled() == []
    return interview


def give(interview: Interview, name: str, answer: Answer | None) -> None:
    interview.jump(place(name))
    if answer is None:
        interview.clear()
    else:
        interview.give(answer)


Change = Callable[[Interview], object]


def answers(name: str, answer: Answer | None) -> Change:
    return lambda interview: give(interview, name, answer)


CHANGES: dict[str, tuple[str, Change, Change, bool]] = {
    "an answer": ("a > 5", answers("a", 4), answers("a", 5), True),
    "an answer it does not read": ("a > 5", answers("b", 9), answers("b", 6), False),
    "an answer is parked": (
        "answered(a) and a > 9",
        answers("gate", "no"),
        answers("gate", "yes"),
        True,
    ),
    "an item goes off the route": (
        "asked(a) and b > 9",
        answers("gate", "no"),
        answers("gate", "yes"),
        True,
    ),
    "a statement goes off the route": (
        "asked(notice) and b > 9",
        answers("gate", "no"),
        answers("gate", "yes"),
        True,
    ),
    "a reason becomes another": (
        "not missing(c)",
        answers("c", Missing("declined")),
        answers("c", Missing("not_sure")),
        True,
    ),
    "a reason is taken away": (
        "answered(c)",
        answers("c", None),
        answers("c", Missing("not_sure")),
        True,
    ),
    "a computed value": ("sum_of_it > 11", answers("a", 3), answers("a", 5), True),
    "a row is removed": (
        "count(visitor) > 2",
        lambda one: one.remove_row("visitor", 1),
        lambda one: one.restore_row("visitor", 1),
        True,
    ),
    "an answer in a row": (
        "sum(visitor, nights) > 18",
        answers("nights__2", 8),
        answers("nights__2", 9),
        True,
    ),
    "rows in another order": (
        "count(visitor) > 2",
        lambda one: one.order_rows("visitor", [2, 1]),
        lambda one: one.order_rows("visitor", [1, 2]),
        False,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_confirmation_lapses_with_what_it_read_and_returns_with_it(what: str) -> None:
    condition, change, back, lapses = CHANGES[what]
    interview = case(condition)
    change(interview)
    assert [one.instance.item for one in interview.route.failing()] == ["last"], "it still fires"
    assert bool(interview.unsettled()) == lapses
    assert (interview.first_unsettled() is not None) == lapses
    assert len(interview.document()["confirmed"]) == (0 if lapses else 1)  # type: ignore[arg-type]
    back(interview)
    assert interview.unsettled() == []


def test_checks_of_rows_are_confirmed_row_by_row() -> None:
    interview = case("a > 5")
    give(interview, "meals__1", 10)
    give(interview, "meals__2", 10)
    first, second = interview.unsettled()
    interview.confirm(first, "It is so.")
    assert interview.unsettled() == [second]
    interview.confirm(second, "It is so, too.")
    give(interview, "nights__1", 8)
    assert [one.instance for one in interview.unsettled()] == [Instance("meals", 1)]
    interview.remove_row("visitor", 1)
    assert interview.unsettled() == [], "what is parked is not checked"
    interview.restore_row("visitor", 1)
    assert [one.instance for one in interview.unsettled()] == [Instance("meals", 1)]
    give(interview, "nights__1", 9)
    assert interview.unsettled() == []
