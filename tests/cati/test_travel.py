"""Interviews in several languages, with grids, durations, and choices that come and go."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cati.export import ExportCase, export_cases
from cati.hints import hint_of
from cati.interview import CannotAdvance, Interview
from cati.memory import MemoryJournal
from cati.question_view import view_of
from cati.simulate import Habits, simulate
from instrument import EntryError, Question, read_files
from instrument.values import Duration, Instance, Missing, PartialDate
from skips import Route, compile_instrument
from tests.cati.household import Clock
from tests.cati.travel import new_interview, travel

TO_GRID: Mapping[str, str] = {
    "means": "car, bus",
    "usual": "bus",
    "commute": "1 h 15 min",
    "plate": "B-22",
    "since": "2019",
}


def typed(interview: Interview, answers: Mapping[str, str]) -> None:
    """Type answers in their order."""
    for name, text in answers.items():
        assert interview.place == Instance(name)
        interview.type_in(text)
        interview.advance()


def shown(interview: Interview) -> list[str]:
    """The names of the choices of the item in place, in the order shown."""
    assert interview.place is not None
    return [choice.name for choice in view_of(interview, interview.place).choices]


# --- what a case records once --------------------------------------------------------------------


def test_the_first_sitting_settles_seed_date_and_language_and_later_ones_repeat_the_language() -> (
    None
):
    first, journal = new_interview(language="es", seed="abc")
    first.speak("en")
    first.end("later")
    again, later = new_interview(events=journal.events, language="es", seed="other")
    begun = [event for event in later.events if event["e"] == "begin"]
    assert [(one.get("seed"), one.get("date"), one["language"]) for one in begun] == [
        ("abc", "2026-03-02", "es"),
        (None, None, "en"),
    ]
    assert again.language == "en"
    assert again.route.interview_date == PartialDate(2026, 3, 2)
    document = again.document()
    assert [document[key] for key in ("seed", "interview_date", "language")] == [
        "abc",
        "2026-03-02",
        "en",
    ]


def test_seeds_are_made_by_chance_and_the_date_is_that_of_the_zone() -> None:
    one, another = (
        new_interview(zone=timezone(timedelta(hours=offset)))[0] for offset in (-12, 14)
    )
    assert one.record.seed is not None
    assert len(one.record.seed) == 16
    assert one.record.seed != another.record.seed
    assert [str(each.record.interview_date) for each in (one, another)] == [
        "2026-03-02",
        "2026-03-03",
    ]


def test_a_journal_from_before_seeds_and_languages_can_be_taken_up() -> None:
    _, journal = new_interview()
    old = {
        key: value
        for key, value in journal.events[0].items()
        if key not in ("seed", "date", "language")
    }
    old["t"] = "2026-02-27T10:00:00Z"
    interview, later = new_interview(events=[old], zone=UTC)
    assert interview.language == "en"
    assert later.events[1]["date"] == "2026-02-27"  # of the first sitting, not of this one
    assert later.events[1]["seed"] == interview.record.seed
    assert interview.record.seed is not None


def test_a_language_that_the_instrument_has_no_more_gives_way_to_its_first() -> None:
    _, journal = new_interview()
    changed = {"e": "language", "t": "2026-03-02T15:00:00Z", "language": "fr"}
    interview, _ = new_interview(events=[{**journal.events[0], "language": "fr"}, changed])
    assert interview.language == "en"
    assert view_of(interview, Instance("means")).ask == "How do you get around?"


# --- languages -----------------------------------------------------------------------------------


def test_everything_that_is_read_changes_its_language_at_once() -> None:
    interview, journal = new_interview()
    typed(interview, TO_GRID)
    place = interview.place
    assert place is not None
    english = view_of(interview, place)
    interview.speak("es")
    spanish = view_of(interview, place)
    assert (english.section, english.ask) == ("Reasons", "The price?")
    assert (spanish.section, spanish.ask) == ("Razones", "¿El precio?")
    assert spanish.grid is not None
    assert spanish.grid.stem.startswith("¿Qué importancia")
    assert [choice.label for choice in spanish.choices][:2] == ["Muy importante", "Algo importante"]
    assert spanish.choices[3].label == "It depends"  # not translated: the first language
    assert spanish.reasons[0].label == "No sabe"
    assert spanish.choices[3].read is False
    with pytest.raises(CannotAdvance, match="F8 No sabe"):
        interview.advance()
    interview.give(Missing("not_sure"))
    assert interview.speech.kept_answer(place) == "No sabe"
    before = len(journal.events)
    interview.speak("es")
    assert len(journal.events) == before, "the language spoken already is no event"
    with pytest.raises(KeyError):
        interview.speak("fr")


def test_a_check_speaks_the_language_with_its_fills() -> None:
    interview, _ = new_interview(language="es")
    typed(interview, {"means": "coche"})
    interview.type_in("2 hours")
    with pytest.raises(CannotAdvance, match="2 horas es mucho"):
        interview.advance()
    assert [one.sentence for one in interview.obstacles() if one.kind == "check"] == [
        "2 horas es mucho. ¿Es correcto?"
    ]


def test_why_is_told_with_labels_and_in_words() -> None:
    interview, _ = new_interview(language="es")
    interview.give(("bus", "car"))
    why = interview.speech.why
    assert why(Instance("usual")) == (
        "Asked: “Means of travel” is “Autobús” and “Coche”, and this is asked when the number of "
        "choices taken of “Means of travel” is more than 1."
    )
    assert why(Instance("weight_weather")).startswith(
        "Not asked: “Means of travel” is “Autobús” and “Coche”, and this is asked when "
        "“Means of travel” includes “Bicicleta” or"
    )
    interview.advance()
    interview.give(Missing("not_sure"))
    assert why(Instance("plate")).startswith(
        "Not asked so far: “Usual means of travel” is “No sabe”"
    )


# --- choices that come and go --------------------------------------------------------------------


def test_only_choices_that_are_offered_are_shown_and_taken() -> None:
    interview, _ = new_interview()
    typed(interview, {"means": "car, bus"})
    assert shown(interview) == ["bus", "car", "all_alike"]
    with pytest.raises(EntryError, match="not offered now"):
        interview.type_in("bicycle")
    with pytest.raises(EntryError, match="not offered now"):
        interview.give("bicycle")
    assert interview.route.kept(Instance("usual")) is None


def test_why_a_choice_is_withheld_and_why_a_check_fires_is_told() -> None:
    interview, _ = new_interview()
    typed(interview, TO_GRID)
    usual, speech = Instance("usual"), interview.speech
    choices = {choice.name: choice for choice in interview.instrument.items["usual"].choices}  # type: ignore[union-attr]
    assert speech.why_offered(usual, choices["bus"]) == (
        "Offered: “Means of travel” is “Bus” and “Car”, and it is offered when that includes “Bus”."
    )
    assert speech.why_offered(usual, choices["train"]) == (
        "Not offered: “Means of travel” is “Bus” and “Car”, and it is offered when that includes "
        "“Train”."
    )
    interview.jump(Instance("means"))
    interview.give(("car", "train"))
    (failing,) = interview.unsettled(usual)
    assert speech.why_it_fires(failing).startswith(
        "It fires: “Usual means of travel” is “Bus”, “Means of travel” is “Car” and “Train”, and "
    )


def test_an_answer_whose_choice_fell_away_stops_the_way_until_it_is_changed() -> None:
    interview, _ = new_interview()
    typed(interview, TO_GRID)
    interview.jump(Instance("means"))
    interview.give(("car", "train"))
    interview.advance()
    view = view_of(interview, Instance("usual"))
    assert (view.kept, view.fallen) == ("bus", "Bus")
    assert shown(interview) == ["car", "train", "all_alike"]
    with pytest.raises(CannotAdvance, match="no longer fits") as stopped:
        interview.advance()
    assert [one.check.name for one in stopped.value.failing] == ["usual#choices"]
    assert any(one.kind == "check" for one in interview.obstacles())
    interview.give("train")
    interview.advance()
    assert view_of(interview, Instance("usual")).fallen == ""


def test_shuffled_choices_have_one_order_a_case_and_answers_keep_the_authors_order() -> None:
    author = [choice.name for choice in travel().items["means"].choices]  # type: ignore[union-attr]
    orders = set()
    for seed in "abcdef":
        interview, journal = new_interview(seed=seed)
        order = shown(interview)
        assert sorted(order) == sorted(author)
        assert order[-1] == "none_of_these", "an exclusive choice keeps its place"
        again, _ = new_interview(events=journal.events)
        assert shown(again) == order
        orders.add(tuple(order))
        interview.type_in("train, bicycle")
        assert interview.route.kept(Instance("means")) == ("bicycle", "train")
        with pytest.raises(EntryError):
            interview.give(("train", "bicycle"))
    assert len(orders) > 3


# --- grids, durations, masks ---------------------------------------------------------------------


def test_a_grid_shows_its_rows_that_are_asked_with_the_answers_so_far() -> None:
    interview, _ = new_interview()
    typed(interview, TO_GRID)
    typed(interview, {"weight_price": "very", "weight_time": "3"})
    place = interview.place
    assert place is not None
    view = view_of(interview, place)
    assert view.ask == "Comfort?"
    assert view.grid is not None
    assert view.grid.progress == "3 of 4"  # nobody cycles or walks: no row for the weather
    assert [(line.text, line.answer, line.here) for line in view.grid.lines] == [
        ("The price?", "Very important", False),
        ("The time it takes?", "Not important", False),
        ("Comfort?", "", True),
        ("What others do?", "", False),
    ]
    interview.jump(Instance("means"))
    interview.give(("bicycle", "car"))
    again = view_of(interview, place)
    assert again.grid is not None
    assert again.grid.progress == "3 of 5"
    interview.jump(Instance("often_work"))
    other = view_of(interview, Instance("often_work")).grid
    assert other is not None
    assert (other.stem, other.progress) == ("How many times a month do you travel?", "1 of 2")


def test_a_duration_is_kept_as_one_amount_and_survives_the_journal() -> None:
    interview, journal = new_interview()
    typed(interview, {"means": "car"})
    for refused in ("0", "6 hours", "two", "-5", ""):
        with pytest.raises(EntryError):
            interview.type_in(refused)
    interview.type_in("1 h 15 min")
    assert interview.route.kept(Instance("commute")) == Duration(Decimal(75), "minutes")
    assert interview.speech.kept_answer(Instance("commute")) == "75 minutes"
    assert journal.events[-1]["v"] == "75 minutes"
    again, _ = new_interview(events=journal.events)
    assert str(again.route.kept(Instance("commute"))) == "75 minutes"


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ("means", ""),
        ("commute", "a number of minutes, or 1 hour 30 minutes; from 1 minute to 5 hours"),
        ("plate", "in the form A-12"),
        ("weight_price", "read aloud, but not those marked (do not read)"),
    ],
)
def test_a_hint_says_what_may_be_typed(item: str, hint: str) -> None:
    question = travel().items[item]
    assert isinstance(question, Question)
    assert hint_of(question) == hint


def listed(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a case document."""
    return list(document["answers"])


# --- random respondents --------------------------------------------------------------------------


def test_random_respondents_speak_every_language_and_take_what_is_offered() -> None:
    read = travel()
    habits = Habits(second_thought=0.2)
    documents = [simulate(read, "interview", seed, habits=habits) for seed in range(25)]
    assert documents[3] == simulate(read, "interview", 3, habits=habits)
    assert {document["language"] for document in documents} == {"en", "es"}
    assert len({document["seed"] for document in documents}) == len(documents)
    answers = [{one["q"]: one.get("v") for one in listed(each)} for each in documents]
    usual = [one for one in answers if one["usual"] is not None]
    assert usual
    assert all(one["usual"] in [*(one["means"] or ()), "all_alike"] for one in usual)
    lengths = [Duration.parse(str(one["commute"])) for one in answers if one["commute"]]
    assert lengths
    assert all(Duration(Decimal(1), "minutes") <= one for one in lengths)
    assert all(one <= Duration(Decimal(5), "hours") for one in lengths)
    assert {one["plate"] for one in answers} <= {None, "A-12"}


# --- grids in rosters, rows with a condition -----------------------------------------------------


ROWS: Mapping[str, str] = {
    "instrument.yaml": """
instrument: trips
title: Trips
version: "1"
sections: [trips]
""",
    "trips.yaml": """
section: trips
title: Trips
items:
  - roster: trip
    title: Trips
    at_most: 4
    row_label: Trip {row}
    row_if: row != 2
    items:
      - grid: rating
        title: Rating
        ask: How was it?
        kind: integer
        range: 1..5
        items:
          - {item: rating_time, ask: The time?, label: Rating of the time}
          - {item: rating_price, ask: The price?, label: Rating of the price}
      - {question: lasted, kind: duration, label: Length, ask: How long?, units: [hours, days]}
""",
}


def test_a_grid_in_a_roster_has_its_rows_once_per_row_that_is_asked(tmp_path: Path) -> None:
    read = read_files({name: text.encode() for name, text in ROWS.items()})
    documents = [simulate(read, "interview", seed) for seed in range(8)]
    rows: list[Any] = [each["rows"] for each in documents]
    assert {tuple(each["trip"]) for each in rows} == {(), (1,), (1, 3)}
    clock = Clock()
    route = Route(compile_instrument(read, "interview"))
    interview = Interview(read, route, MemoryJournal(clock), by="ines", now=clock, zone=UTC)
    interview.begin()
    for _ in range(3):
        interview.add_row("trip")
    place = Instance("rating_price", 3)
    interview.jump(place)
    view = view_of(interview, place)
    assert (view.row, view.number, view.total) == ("Trip 3", 5, 6)
    assert view.grid is not None
    assert (view.grid.stem, view.grid.progress) == ("How was it?", "2 of 2")
    cases = [
        ExportCase(f"case-{number}", datetime(2026, 3, 2, tzinfo=UTC), document)
        for number, document in enumerate(documents)
    ]
    report = export_cases(read, cases, tmp_path)
    assert report.rows == 8
    assert report.cells_compared > 0
