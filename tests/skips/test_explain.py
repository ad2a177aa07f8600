"""Whatever the instrument and the answers: there is a reason in words, it fits the status, and the
answers that it names decide.
"""

from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from instrument.models import Computed
from instrument.values import Instance
from skips import Status, Truth
from skips.explain import Explainer
from tests.naive import Naive, Picture
from tests.scenario import Scenario, name, place
from tests.skips.oracle import Both, live
from tests.strategies import Put, RowEdit, Sit, random_edit, randoms

STARTS = {
    Status.ANSWERED: ("Asked", "Worked out"),
    Status.MISSING: ("Asked",),
    Status.NOT_APPLICABLE: ("Not asked: ", "Not worked out: "),
    Status.PARKED: ("Not asked",),
    Status.NOT_REACHED: (
        "Asked",
        "Not asked so far: ",
        "Not known so far: ",
        "Not worked out so far: ",
    ),
}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(randoms)
def test_every_item_has_a_reason_that_fits_its_status(rng: Random) -> None:
    both = live(rng, 8)
    for instance in both.route.instances():
        status, words = both.route.status(instance), both.route.explain(instance)
        assert words.startswith(STARTS[status]), (instance, status, words)
        assert words.endswith(".")
        assert ("kept aside" in words) == (status is Status.PARKED)


def reads(picture: Picture, instance: Instance) -> Any:
    """How an item, a roster, a row or the date reads."""
    if instance.item == "interview_date":
        return picture.interview_date
    return (
        picture.truths[instance],
        repr(picture.values.get(instance)),
        picture.reasons.get(instance),
    )


def stands(picture: Picture, instance: Instance) -> Any:
    """What an explanation accounts for: whether it is asked; of a computed value on the route, the
    value. What is not reached may come to be off the route, and not on it.
    """
    truth = picture.truths[instance]
    if isinstance(picture.instrument.items[instance.item], Computed):
        return truth is Truth.YES, repr(picture.values.get(instance))
    return truth is Truth.YES


def broken_by(both: Both, rng: Random, tries: int) -> list[tuple[Instance, str]]:
    """Items that random edits change although all that their explanation names reads the same."""
    instances = list(both.route.instances())
    before = both.picture
    named = {one: both.route.explainer(one).named() for one in instances}
    found = []
    for _ in range(tries):
        other = edited(both, rng)
        for one in instances:
            if any(reads(other, read) != reads(before, read) for read in named[one]):
                continue
            was, now = before.truths[one], other.truths[one]
            if stands(other, one) != stands(before, one) or (
                was != now and Truth.UNKNOWN not in (was, now)
            ):
                found.append((one, both.route.explain(one)))
    return found


def edited(both: Both, rng: Random) -> Picture:
    """How things stand after a few random edits elsewhere; the case itself stays as it is."""
    naive = Naive(both.instrument, both.mode)
    naive.answers, naive.rows = dict(both.naive.answers), deepcopy(both.naive.rows)
    naive.interview_date = both.naive.interview_date
    for _ in range(rng.randint(1, 3)):
        match random_edit(rng, both.instrument, both.askable):
            case Put(instance=instance, answer=None):
                naive.answers.pop(instance, None)
            case Put(instance=instance, answer=answer) if answer is not None:
                naive.answers[instance] = answer
            case Sit(date=date):
                naive.interview_date = date
            case RowEdit(roster=roster, row=row):
                naive.rows.setdefault(roster, set()).symmetric_difference_update({row})
            case _:
                pass
    return naive.picture()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(randoms)
def test_the_answers_that_are_named_decide(rng: Random) -> None:
    assert broken_by(live(rng, 12), rng, 12) == []


def test_an_explanation_that_names_too_little_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the last answer of every explanation is left out."""
    complete = Explainer.named
    monkeypatch.setattr(Explainer, "named", lambda self: complete(self)[:-1])
    rng = Random(1)
    assert any(broken_by(live(rng, 12), rng, 12) for _ in range(10))


HOMES = """
    - {question: a, kind: yes_no}
    - {question: b, kind: yes_no}
    - {question: c, kind: yes_no}
    - {question: n, kind: integer}
    - roster: home
      size: n
      at_most: 3
      items: [{question: rooms, kind: integer}]
    - {compute: sum_of_it, kind: yes_no, as: a or b}
    - {question: z, kind: yes_no, ask_if: "CONDITION"}
"""
TRUTHS = {"a": "no", "b": "yes", "c": "no", "n": 2, "rooms__1": 2, "rooms__2": 5}

BOTH_ROWS = {"home", "home__1", "home__2", "home__3"}


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("a and c", {"a"}),
        ("a or b or c", {"b"}),
        ("a or c", {"a", "c"}),
        ("b and not c", {"b", "c"}),
        ("(a and c) or (n > 5 and b)", {"a", "n"}),
        ("not (a or b)", {"b"}),
        ("not (a and b and c)", {"a"}),
        ("sum_of_it", {"sum_of_it"}),
        ("any(home where rooms >= 5)", {"home__2", "rooms__2"}),
        ("any(home where (rooms == 2 and b) or rooms >= 5)", {"home__2", "rooms__2"}),
        ("any(home where rooms >= 9)", BOTH_ROWS | {"rooms__1", "rooms__2"}),
        ("all(home where rooms >= 3)", {"home__1", "rooms__1"}),
        ("any(home where rooms >= 9 and b)", BOTH_ROWS | {"rooms__1", "rooms__2"}),
        ("count(home) >= 3", BOTH_ROWS),
        ("sum(home, rooms where rooms > 2) > 4", BOTH_ROWS | {"rooms__1", "rooms__2"}),
        ("first(n, 3) > 1", {"n"}),
        ("if(a, n, 3) > 1", {"a"}),
        ("if(b, n, 3) > 1", {"b", "n"}),
        ("asked(b) and answered(c)", {"b", "c"}),
        ("count(a, b, c) == 1", {"a", "b", "c"}),
        ("n in (1, 2)", {"n"}),
    ],
)
def test_what_is_named_is_what_decides_and_no_more(condition: str, named: set[str]) -> None:
    interview = Scenario(HOMES.replace("CONDITION", condition)).answer(**TRUTHS)
    explainer = interview.route_.explainer(place("z"))
    assert {name(one) for one in explainer.named()} == named
    assert explainer.own() == explainer.named(), "nothing stands in front of it"
