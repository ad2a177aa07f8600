"""From typed text to values and back."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrument import (
    EntryError,
    Instrument,
    Kind,
    PartialDate,
    Value,
    check_value,
    from_json,
    in_order,
    read_entry,
    read_files,
    show,
    to_json,
)
from tests.instrument.household import household, one_section, question

SURVEY: Instrument = household()
BOUNDED: Instrument = read_files(
    one_section(
        """\
  - {question: income, kind: integer, label: Income, ask: Income?}
  - {question: early, kind: date, label: Early, ask: When?, range: ..2019-06}
  - {question: late, kind: date, label: Late, ask: When?, range: 2019-06..}
  - {question: low, kind: decimal, label: Low, ask: How much?, range: ..2.5}
  - question: fruit
    kind: any_of
    label: Fruit
    ask: Which?
    at_least: 2
    choices:
      - {name: apple, code: 1, label: "Apple, red"}
      - {name: pear, code: 2, label: Pear}
      - {name: plum, code: 10, label: Plum}
      - {name: none, code: 3, label: None of these, exclusive: true}
  - question: free
    kind: any_of
    label: Free
    ask: Which?
    at_least: 0
    choices: [{name: a, code: 1, label: A}]
"""
    )
)

READ = [
    ("size", "3", 3),
    ("size", " 20 ", 20),
    ("size", "+7", 7),
    ("rent", "950", Decimal(950)),
    ("rent", "950.50", Decimal("950.5")),
    ("rent", "1,250.75", Decimal("1250.75")),
    ("rent", ".5", Decimal("0.5")),
    ("rent", "12.", Decimal(12)),
    ("tenure", "rented", "rented"),
    ("tenure", "Rented", "rented"),
    ("tenure", "9", "other"),
    ("tenure", "another arrangement", "other"),
    ("works", "yes", "yes"),
    ("works", "Y", "yes"),
    ("works", "0", "no"),
    ("works", "n", "no"),
    ("pets", "cat dog", ("dog", "cat")),
    ("pets", "dog, cat", ("dog", "cat")),
    ("pets", "1", ("dog",)),
    ("pets", "none", ("none",)),
    ("pets", "None of these", ("none",)),
    ("pets", "dog dog", ("dog",)),
    ("moved", "3/19/2019", PartialDate(2019, 3, 19)),
    ("moved", "03-19-2019", PartialDate(2019, 3, 19)),
    ("moved", "3/2019", PartialDate(2019, 3)),
    ("moved", "mar 2019", PartialDate(2019, 3)),
    ("moved", "Sept. 2018", PartialDate(2018, 9)),
    ("moved", "March 19 2019", PartialDate(2019, 3, 19)),
    ("moved", "march 19th, 2019", PartialDate(2019, 3, 19)),
    ("moved", "19 March 2019", PartialDate(2019, 3, 19)),
    ("moved", "2019", PartialDate(2019)),
    ("moved", "2019-03", PartialDate(2019, 3)),
    ("moved", "2019-03-19", PartialDate(2019, 3, 19)),
    ("moved", "2/29/2016", PartialDate(2016, 2, 29)),
    ("home_by", "2:30 pm", datetime.time(14, 30)),
    ("home_by", "2:30PM", datetime.time(14, 30)),
    ("home_by", "14:30", datetime.time(14, 30)),
    ("home_by", "2 p.m.", datetime.time(14)),
    ("home_by", "12 am", datetime.time(0)),
    ("home_by", "12:05 pm", datetime.time(12, 5)),
    ("home_by", "noon", datetime.time(12)),
    ("home_by", "0:05", datetime.time(0, 5)),
    ("street", "  Elm Street ", "Elm Street"),
    ("street", "Cafe\u0301 Road", "Café Road"),
    ("story", "First.\r\nSecond.", "First.\nSecond."),
]


@pytest.mark.parametrize(("name", "typed", "value"), READ)
def test_what_is_typed_is_read(name: str, typed: str, value: Value) -> None:
    found = read_entry(question(SURVEY, name), typed)
    assert (found, type(found)) == (value, type(value))


REFUSED = [
    ("size", "0", "People must be from 1 to 20."),
    ("size", "21", "People must be from 1 to 20."),
    ("size", "three", "People must be a whole number from 1 to 20."),
    ("size", "3.5", "People must be a whole number from 1 to 20."),
    ("size", "٣", "People must be a whole number from 1 to 20."),
    ("size", "9" * 30, "People must be a whole number from 1 to 20."),
    ("size", "  ", "Nothing has been entered."),
    ("rent", "100000", "Dollars must be from 0 to 99999.99."),
    ("rent", "nan", "Dollars must be a number from 0 to 99999.99."),
    ("rent", "1e5", "Dollars must be a number from 0 to 99999.99."),
    ("tenure", "leased", "That is not one of the choices."),
    ("works", "maybe", "That is not one of the choices."),
    ("pets", "dog, bird", "That is not one of the choices."),
    ("pets", "dog none", "“None of these” cannot be taken together with others."),
    ("moved", "13/19/2019", "There is no such date; the month comes first, as in 3/19/2019."),
    ("moved", "2/29/2019", "There is no such date; the month comes first, as in 3/19/2019."),
    ("moved", "3/19/19", "Write a date like 3/19/2019, March 2019 or 2019."),
    ("moved", "ma 2019", "Write a date like 3/19/2019, March 2019 or 2019."),
    ("moved", "2020", "The date must be from January 1, 1990 to December 31, 2019."),
    ("moved", "0000", "There is no such date; the month comes first, as in 3/19/2019."),
    ("home_by", "14", "Write a time like 2:30 pm or 14:30."),
    ("home_by", "14:30 pm", "With am or pm, the hour is from 1 to 12."),
    ("home_by", "25:00", "There is no such time of day; write 2:30 pm or 14:30."),
    ("street", "x" * 201, "The text is 1 characters too long; it may have 200."),
    ("street", "a\nb", "The text contains a control character or line break; delete it."),
    ("story", "a\x1bb", "The text contains a control character; delete it."),
    ("story", "a\u202eb", "The text contains a control character; delete it."),
]


@pytest.mark.parametrize(("name", "typed", "sentence"), REFUSED)
def test_what_cannot_be_read_is_one_sentence(name: str, typed: str, sentence: str) -> None:
    with pytest.raises(EntryError) as caught:
        read_entry(question(SURVEY, name), typed)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("income", "-3", "The number must be 0 or more."),
        ("early", "7/2019", "The date must be June 2019 or earlier."),
        ("late", "5/31/2019", "The date must be June 2019 or later."),
        ("low", "2.51", "The number must be from 0 to 2.5."),
        ("fruit", "pear", "Take at least 2."),
        ("income", "9223372036854775808", "That number is too large."),
    ],
)
def test_open_bounds_are_said_in_words(name: str, typed: str, sentence: str) -> None:
    with pytest.raises(EntryError) as caught:
        read_entry(question(BOUNDED, name), typed)
    assert str(caught.value) == sentence


def test_no_error_repeats_what_was_typed() -> None:
    for name in SURVEY.items:
        if name in ("size", "rent", "tenure", "works", "pets", "moved", "home_by"):
            with pytest.raises(EntryError) as caught:
                read_entry(question(SURVEY, name), "secret-words")
            assert "secret" not in str(caught.value)


def test_a_label_with_a_comma_is_one_choice() -> None:
    assert read_entry(question(BOUNDED, "fruit"), "10, 2") == ("pear", "plum")
    with pytest.raises(EntryError, match="at least 2"):
        read_entry(question(BOUNDED, "fruit"), "apple, red")


def test_an_exclusive_choice_satisfies_at_least() -> None:
    assert check_value(question(BOUNDED, "fruit"), ("none",)) is None


def test_nothing_can_be_taken_where_nothing_is_needed() -> None:
    assert check_value(question(BOUNDED, "free"), ()) is None


def test_a_date_known_in_part_is_taken_if_some_day_of_it_would_do() -> None:
    assert check_value(question(BOUNDED, "early"), PartialDate(2019)) is None
    assert check_value(question(BOUNDED, "late"), PartialDate(2019)) is None
    assert check_value(question(BOUNDED, "late"), PartialDate(2018)) is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", "3"),
        ("size", True),
        ("size", Decimal(3)),
        ("tenure", "nowhere"),
        ("pets", ("cat", "dog")),
        ("pets", ("dog", "dog")),
        ("pets", "dog"),
        ("moved", "2019"),
        ("home_by", "14:30"),
        ("story", ""),
        ("rent", Decimal("NaN")),
        ("rent", Decimal("Infinity")),
        ("size", 2**80),
        ("street", 5),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: Value) -> None:
    assert check_value(question(SURVEY, name), value) is not None


SHOWN = [
    ("size", 3, "3 people"),
    ("rent", Decimal("950.50"), "950.5 dollars"),
    ("rent", Decimal("1E+3"), "1000 dollars"),
    ("tenure", "rented", "Rented"),
    ("works", "yes", "Yes"),
    ("pets", ("dog", "cat"), "Dog; Cat"),
    ("moved", PartialDate(2019, 3, 9), "March 9, 2019"),
    ("moved", PartialDate(2019, 3), "March 2019"),
    ("moved", PartialDate(2019), "2019"),
    ("home_by", datetime.time(0, 5), "12:05 am"),
    ("home_by", datetime.time(14, 30), "2:30 pm"),
    ("street", "Elm Street", "Elm Street"),
]


@pytest.mark.parametrize(("name", "value", "text"), SHOWN)
def test_values_are_shown_in_words(name: str, value: Value, text: str) -> None:
    assert show(question(SURVEY, name), value) == text


@given(st.dates())
def test_a_date_shown_and_typed_again_is_the_same_date(day: datetime.date) -> None:
    moved = question(BOUNDED, "late")
    date = PartialDate(day.year, day.month, day.day)
    if check_value(moved, date) is None:
        assert read_entry(moved, show(moved, date)) == date


@given(st.times())
def test_a_time_shown_and_typed_again_is_the_same_time(time: datetime.time) -> None:
    home_by = question(SURVEY, "home_by")
    minute = time.replace(second=0, microsecond=0, tzinfo=None)
    assert read_entry(home_by, show(home_by, minute)) == minute


VALUES = st.one_of(
    st.tuples(st.just(Kind.INTEGER), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(Kind.DECIMAL), st.decimals(allow_nan=False, allow_infinity=False, places=6)),
    st.tuples(st.just(Kind.ANY_OF), st.lists(st.sampled_from("abc"), unique=True).map(tuple)),
    st.tuples(st.sampled_from([Kind.ONE_OF, Kind.YES_NO, Kind.TEXT, Kind.LONG_TEXT]), st.text()),
    st.tuples(st.just(Kind.DATE), st.dates().map(lambda day: PartialDate(day.year, day.month))),
    st.tuples(st.just(Kind.TIME), st.times()),
)


@given(VALUES)
def test_json_gives_every_value_back(pair: tuple[Kind, Value]) -> None:
    kind, value = pair
    found = from_json(kind, to_json(value))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "json"),
    [
        (Kind.INTEGER, True),
        (Kind.INTEGER, 3.5),
        (Kind.INTEGER, "3"),
        (Kind.DECIMAL, "NaN"),
        (Kind.DECIMAL, 3),
        (Kind.DECIMAL, "x"),
        (Kind.DATE, "2019-02-30"),
        (Kind.DATE, "x"),
        (Kind.TIME, "25:00"),
        (Kind.ANY_OF, "a"),
        (Kind.ANY_OF, [1]),
        (Kind.DURATION, "90"),
        (Kind.DURATION, "90 fortnights"),
        (Kind.DURATION, "-5 minutes"),
        (Kind.DURATION, "1e3 minutes"),
        (Kind.DURATION, "NaN minutes"),
        (Kind.DURATION, 90),
        (Kind.TEXT, None),
        (Kind.ONE_OF, 1),
        (Kind.TEXT, ["a"]),
    ],
)
def test_json_of_another_kind_is_refused(kind: Kind, json: bool | float | str | None) -> None:
    with pytest.raises(ValueError, match="this is not a value of the kind"):
        from_json(kind, json)


def test_choices_are_put_in_the_authors_order() -> None:
    assert in_order(question(SURVEY, "pets"), frozenset({"none", "dog", "zebra"})) == (
        "dog",
        "none",
    )
