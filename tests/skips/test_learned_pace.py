"""What recorded times teach, tried on invented ones of which the truth is known."""

from math import exp
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skips import Route, compile_instrument
from skips.pace import LONGEST, PRIOR_WEIGHT, TEMPO_WEIGHT, Timing, learned, tempo
from tests.scenario import inline_instrument, place

ITEMS = [f"item{number}" for number in range(60)]

Seconds = dict[str, float]


def invented(rng: Random, cases: int) -> tuple[Seconds, list[Timing], Seconds]:
    """A prior that is wrong, the times of some cases, and the seconds items take without pauses.

    Interviews are slower than the prior by a quarter, items differ from it by a third, respondents
    by a fifth, and times of one item by a third (on the log scale). Of a hundred times three hold a
    pause of five to twenty minutes; every third item is asked in half the cases.
    """
    prior = {item: rng.uniform(3.0, 25.0) for item in ITEMS}
    middle = {item: seconds * 1.25 * exp(rng.gauss(0, 0.33)) for item, seconds in prior.items()}
    timings = []
    for _ in range(cases):
        person = exp(rng.gauss(0, 0.2))
        for number, item in enumerate(ITEMS):
            if number % 3 == 0 and rng.random() < 0.5:
                continue
            pause = rng.uniform(300, 1200) if rng.random() < 0.03 else 0.0
            timings.append(Timing(item, middle[item] * person * exp(rng.gauss(0, 0.33)) + pause))
    spread = exp((0.2**2 + 0.33**2) / 2)
    return prior, timings, {item: seconds * spread for item, seconds in middle.items()}


def mean_times(prior: Seconds, timings: list[Timing]) -> Seconds:
    """The plain means of the times: what `learned` must be better than."""
    own: dict[str, list[float]] = {}
    for item, seconds in timings:
        own.setdefault(item, []).append(seconds)
    return {**prior, **{item: sum(times) / len(times) for item, times in own.items()}}


def errors(cases: int) -> tuple[float, float, float]:
    """Relative errors, over ten studies: of a case's minutes, of an item's seconds, and of the
    minutes by plain means.
    """
    minutes = items = plain = 0.0
    for seed in range(10):
        prior, timings, truth = invented(Random(seed), cases)
        found, whole = learned(prior, timings), sum(truth.values())
        minutes += abs(sum(found.values()) / whole - 1) / 10
        items += sum(abs(found[item] / truth[item] - 1) for item in ITEMS) / len(ITEMS) / 10
        plain += abs(sum(mean_times(prior, timings).values()) / whole - 1) / 10
    return minutes, items, plain


MOST_WRONG = {
    0: (0.36, 0.36),
    2: (0.20, 0.31),
    10: (0.10, 0.17),
    40: (0.06, 0.09),
    160: (0.05, 0.06),
}
"""By number of cases, how far minutes and seconds may be off."""


def test_minutes_come_nearer_to_the_truth_with_every_case() -> None:
    found = {cases: errors(cases) for cases in MOST_WRONG}
    for cases, (minutes, items) in MOST_WRONG.items():
        assert found[cases][0] < minutes, (cases, found)
        assert found[cases][1] < items, (cases, found)
    each = [items for _, items, _ in found.values()]
    assert each == sorted(each, reverse=True)
    assert found[160][2] > 10 * found[160][0], "the control: plain means take pauses for interviews"


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param([], 10.0, id="nothing recorded"),
        pytest.param([0.0, -5.0, float("nan"), float("inf")], 10.0, id="no times at all"),
        pytest.param([10.0] * 50, 10.0, id="as expected"),
        pytest.param([20.0] * 400, 20.0, id="twice as long, often"),
        pytest.param([5.0] * 400, 5.0, id="half as long, often"),
        pytest.param([10.0] * 9 + [3600.0], 10.0, id="a break"),
        pytest.param([10.0] * 9 + [0.001], 10.0, id="a key that was held"),
        pytest.param([3600.0] * 400, 10.0 * LONGEST, id="nothing but breaks"),
    ],
)
def test_one_item(times: list[float], expected: float) -> None:
    found = learned({"one": 10.0}, [Timing("one", seconds) for seconds in times])
    assert found["one"] == pytest.approx(expected, rel=0.02)


def test_the_weights_of_the_prior_are_as_stated() -> None:
    """An item timed once, twice as long, among others that take as long as expected."""
    prior = {"one": 10.0, "other": 10.0, "never": 10.0, "computed": 0.0}
    as_ever = [Timing("other", 10.0)] * 1000
    found = learned(prior, [*as_ever, Timing("one", 20.0), Timing("computed", 9.0)])
    assert found["one"] == pytest.approx(10 * 2 ** (1 / (1 + PRIOR_WEIGHT)), rel=1e-3)
    assert found["never"] == pytest.approx(10.0, rel=1e-3)
    assert found["computed"] == 0.0
    assert tempo([(10.0, 20.0)] * 5) == pytest.approx(2 ** (5 / (5 + TEMPO_WEIGHT)))


def test_an_item_never_timed_follows_the_tempo_of_the_others() -> None:
    prior = {"one": 10.0, "never": 4.0}
    found = learned(prior, [Timing("one", 15.0)] * 1000)
    assert found["never"] == pytest.approx(6.0, rel=0.01)


seconds = st.floats(0.05, 2000)
timings = st.lists(st.builds(Timing, st.sampled_from("abc"), seconds), max_size=25)
PRIOR = {"a": 3.0, "b": 12.0, "c": 60.0, "d": 7.0}


@settings(deadline=None)
@given(timings, st.randoms(use_true_random=False))
def test_estimates_stand_between_prior_and_data_in_whatever_order(
    given_: list[Timing], rng: Random
) -> None:
    found = learned(PRIOR, given_)
    ratios = [1.0] + [min(max(s / PRIOR[i], 1 / LONGEST), LONGEST) for i, s in given_]
    for item, expected in PRIOR.items():
        assert min(ratios) - 1e-9 <= found[item] / expected <= max(ratios) + 1e-9
    shuffled = list(given_)
    rng.shuffle(shuffled)
    assert learned(PRIOR, shuffled) == found


@settings(deadline=None)
@given(timings.filter(bool), st.data(), st.floats(1.0, 50.0))
def test_a_longer_time_never_shortens_an_estimate(
    given_: list[Timing], data: st.DataObject, factor: float
) -> None:
    at = data.draw(st.integers(0, len(given_) - 1))
    item, seconds_ = given_[at]
    longer = [*given_[:at], Timing(item, seconds_ * factor), *given_[at + 1 :]]
    before, after = learned(PRIOR, given_), learned(PRIOR, longer)
    assert all(after[one] >= before[one] * (1 - 1e-12) for one in PRIOR)


def test_a_route_takes_the_pace_that_it_is_given() -> None:
    program = compile_instrument(
        inline_instrument("""
        - {question: works, kind: yes_no}
        - {question: hours, kind: integer, ask_if: works}
        - {question: name, kind: text}
        """)
    )
    plain = Route(program)
    paced = Route(program, pace={"works": 30.0, "hours": 90.0, "gone": 600.0})
    usual = plain.expected_seconds(place("name"))
    assert paced.expected_seconds(place("works")) == 30.0
    assert paced.minutes_left() == pytest.approx((30 + usual) / 60)
    paced.answer(place("works"), "yes")
    assert paced.minutes_left() == pytest.approx((90 + usual) / 60)
    assert plain.minutes_left() == pytest.approx(
        (plain.expected_seconds(place("works")) + usual) / 60
    )


def test_what_counts_as_a_time_and_what_is_left_out() -> None:
    quick = learned({"one": 10.0}, [Timing("one", 0.5)] * 400)
    assert quick["one"] == pytest.approx(10 / LONGEST, rel=0.05)
    assert learned({"one": 1.0}, [Timing("one", 2.0)] * 400)["one"] == pytest.approx(2, rel=0.02)
    assert tempo([(0.0, 5.0), (-1.0, 5.0), (5.0, 0.0)]) == 1.0
    # Of ten times two at each end are left out, of four none.
    ten = [1.0, 1.0, *[10.0] * 6, 70.0, 70.0]
    assert learned({"one": 10.0}, [Timing("one", one) for one in ten])["one"] == pytest.approx(10)
    four = [5.0, 10.0, 10.0, 20.0]
    weight, mean = 4 / (4 + PRIOR_WEIGHT), sum(four) / 40
    overall = mean ** (4 / (4 + TEMPO_WEIGHT))
    assert learned({"one": 10.0}, [Timing("one", one) for one in four])["one"] == pytest.approx(
        10 * overall ** (1 - weight) * mean**weight
    )
