"""Durations: typed, judged, converted, shown."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrument import (
    EntryError,
    Instrument,
    Kind,
    check_value,
    from_json,
    read_entry,
    show,
    to_json,
)
from instrument.durations import (
    UNITS,
    DurationError,
    how_to_write,
    read_duration,
    show_duration,
    unit_of,
)
from instrument.values import SECONDS_OF_UNIT, Duration
from tests.instrument.commuting import commuting
from tests.instrument.household import question

SURVEY: Instrument = commuting()

READ = [
    ("commute", "90", "90 minutes"),
    ("commute", "90 min", "90 minutes"),
    ("commute", "90min.", "90 minutes"),
    ("commute", "1 Minute", None),
    ("commute", "1 h 30 min", "90 minutes"),
    ("commute", "1 hour and 30 minutes", "90 minutes"),
    ("commute", "1 hour, 30 minutes", "90 minutes"),
    ("commute", "1h30m", "90 minutes"),
    ("commute", "1:30", "90 minutes"),
    ("commute", "1.5 hours", "1.5 hours"),
    ("commute", ".5 h", "0.5 hours"),
    ("commute", "2 hrs", "2 hours"),
    ("commute", "  7  ", "7 minutes"),
    ("since", "18", "18 months"),
    ("since", "18 m", "18 months"),
    ("since", "1 year 6 mos", "18 months"),
    ("since", "1,200 months", "1200 months"),
]


@pytest.mark.parametrize(("name", "typed", "kept"), READ)
def test_what_is_typed_is_one_amount(name: str, typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(EntryError, match="from 5 minutes to 10 hours"):
            read_entry(question(SURVEY, name), typed)
    else:
        assert str(read_entry(question(SURVEY, name), typed)) == kept


HOW = "Write a duration like 30 minutes or 10 hours."
REFUSED = [
    ("commute", "soon", HOW),
    ("commute", "2 weeks", HOW),
    ("commute", "2 fortnights", HOW),
    ("commute", "1 h 30", HOW),
    ("commute", "-5", HOW),
    ("commute", "1e3", HOW),
    ("commute", "and 5 min", HOW),
    ("commute", "٣", HOW),
    ("commute", "1:30:00", HOW),
    ("commute", "30 min 1 h", f"Write the larger unit first. {HOW}"),
    ("commute", "1 h 2 h", f"Write the larger unit first. {HOW}"),
    ("commute", "1:75", "After the colon come minutes, from 00 to 59."),
    ("commute", "4", "The duration must be from 5 minutes to 10 hours."),
    ("commute", "10 h 1 min", "The duration must be from 5 minutes to 10 hours."),
    ("commute", " ", "Nothing has been entered."),
    ("since", "1:30", "Write a duration like 30 months or 30 years."),
    ("since", "9" * 16, "Write a duration like 30 months or 30 years."),
    ("since", "9" * 15 + " years", None),
    ("since", "9" * 15 + " years 1 month", "That duration is too long."),
]


BOUNDS = [
    ("minutes hours", None, None, "30 minutes or 30 hours"),
    ("minutes hours", "1 minutes", "12 hours", "30 minutes or 10 hours"),
    ("seconds minutes hours", None, "59 minutes", "30 seconds or 30 minutes"),
    ("hours", "1 hours", "1 hours", "1 hour"),
    ("hours weeks", "7 days", None, "300 hours or 30 weeks"),
    ("minutes", "400 minutes", "500 minutes", "400 minutes"),
    ("minutes", "7 hours", "8 hours", "420 minutes"),
    ("minutes", None, "30 seconds", "0.5 minutes"),
]


@pytest.mark.parametrize(("units", "low", "high", "examples"), BOUNDS)
def test_examples_of_durations_are_within_the_bounds(
    units: str, low: str | None, high: str | None, examples: str
) -> None:
    least, most = (Duration.parse(one) if one else None for one in (low, high))
    assert how_to_write(units.split(), least, most) == f"Write a duration like {examples}."
    for example in examples.split(" or "):
        duration = read_duration(example, units.split())
        assert least is None or least <= duration
        assert most is None or duration <= most


@pytest.mark.parametrize(("name", "typed", "sentence"), REFUSED)
def test_what_means_no_duration_is_one_sentence(
    name: str, typed: str, sentence: str | None
) -> None:
    if sentence is None:
        assert read_entry(question(SURVEY, name), typed) is not None
        return
    with pytest.raises(EntryError) as caught:
        read_entry(question(SURVEY, name), typed)
    assert str(caught.value) == sentence


def test_a_letter_that_could_be_two_units_is_neither() -> None:
    assert read_duration("5 m", ["minutes", "hours"]) == Duration(Decimal(5), "minutes")
    with pytest.raises(DurationError):
        read_duration("5 m", ["minutes", "months"])


@pytest.mark.parametrize(
    "value",
    [
        Duration(Decimal(3), "days"),
        Duration(Decimal(4), "minutes"),
        Duration(Decimal("5.0000000001"), "minutes"),
        Duration(Decimal("1e15"), "minutes"),
        "90 minutes",
        90,
    ],
    ids=str,
)
def test_values_that_a_question_does_not_take(value: Duration | str | int) -> None:
    assert check_value(question(SURVEY, "commute"), value) is not None


def exact_seconds(duration: Duration) -> Fraction:
    return Fraction(duration.amount) * SECONDS_OF_UNIT[duration.unit]


UNIT = st.sampled_from(UNITS)
DURATIONS = st.builds(
    Duration,
    st.decimals(min_value=0, max_value=10**15 - 1, places=9, allow_nan=False),
    UNIT,
)
SMALL = st.integers(0, 10**6)


@given(DURATIONS)
def test_a_duration_shown_or_written_and_read_again_is_the_same(duration: Duration) -> None:
    found = read_duration(show_duration(duration), UNITS)
    assert (found.amount, found.unit) == (duration.amount, duration.unit)
    kept = from_json(Kind.DURATION, to_json(duration))
    assert isinstance(kept, Duration)
    assert (kept.amount, kept.unit) == (duration.amount, duration.unit)


@given(st.lists(st.tuples(SMALL, UNIT), min_size=1, unique_by=lambda part: part[1]))
def test_several_parts_last_as_long_as_all_of_them(parts: list[tuple[int, str]]) -> None:
    parts.sort(key=lambda part: -SECONDS_OF_UNIT[part[1]])
    found = read_duration(" ".join(f"{amount} {unit}" for amount, unit in parts), UNITS)
    assert found.unit == parts[-1][1]
    exact = sum(amount * SECONDS_OF_UNIT[unit] for amount, unit in parts)
    # Months are not a whole number of weeks: each part is rounded at the ninth decimal place.
    assert abs(found.seconds - exact) <= len(parts) * SECONDS_OF_UNIT[found.unit] * Decimal("1e-9")


@given(DURATIONS, UNIT)
def test_another_unit_is_the_same_length_to_nine_places(duration: Duration, unit: str) -> None:
    amount = duration.amount_in(unit)
    exact = exact_seconds(duration) / SECONDS_OF_UNIT[unit]
    assert abs(Fraction(amount) - exact) <= Fraction(1, 2 * 10**9)
    assert (Fraction(amount) * 10**9).denominator == 1


@given(st.text(st.sampled_from("0123456789 .,:hmdinosecuraykwt")))
def test_any_text_is_a_duration_or_refused_as_none(typed: str) -> None:
    with suppress(DurationError):
        assert read_duration(typed.strip() or "0", UNITS).amount >= 0


@given(DURATIONS, DURATIONS)
def test_durations_are_ordered_by_their_length(one: Duration, other: Duration) -> None:
    longer = exact_seconds(one) - exact_seconds(other)
    assert (one < other, one == other, one > other) == (longer < 0, longer == 0, longer > 0)
    assert (one <= other, one >= other) == (longer <= 0, longer >= 0)


def test_the_same_length_in_two_units_is_one_duration() -> None:
    hour, minutes = Duration(Decimal("1.50"), "hours"), Duration(Decimal(90), "minutes")
    assert hour == minutes
    assert hash(hour) == hash(minutes)
    assert len({hour, minutes, Duration(Decimal(91), "minutes")}) == 2


def test_durations_are_shown_in_words() -> None:
    commute = question(SURVEY, "commute")
    assert show(commute, Duration(Decimal("90.50"), "minutes")) == "90.5 minutes"
    assert show(commute, Duration(Decimal("1.0"), "hours")) == "1 hour"


def test_units_are_named_in_the_singular_or_the_plural() -> None:
    assert [unit_of(word) for word in ("hour", "hours", "h", "s", "")] == ["hours"] * 2 + [None] * 3


def test_the_question_knows_its_units_and_bounds() -> None:
    commute, since = question(SURVEY, "commute"), question(SURVEY, "since")
    assert (commute.units, commute.variable.unit) == (("minutes", "hours"), "hours")
    assert (str(commute.minimum), str(commute.maximum)) == ("5 minutes", "10 hours")
    assert (since.units, since.variable.unit) == (("months", "years"), "months")
    assert (since.minimum, since.maximum) == (None, None)
    assert commute.variable.measure == "scale"
