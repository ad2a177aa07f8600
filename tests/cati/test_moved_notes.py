"""Times, remarks, texts begun and confirmations of a case that moves, and moves that cannot be."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from cati import events as ev
from cati.errors import known_errors
from cati.interview import Interview
from cati.moved_notes import FormerConfirmed, asked_of, confirmations_there
from cati.moving import UNTRUE, MovingError
from cati.question_view import view_of
from instrument import READ, Instance, Instrument
from skips import RouteError
from tests.cati.moved import Moving, answer
from tests.cati.trips import HEADER, TRAVEL, read

STORY = TRAVEL + (
    "      - {question: story, kind: long_text, label: Story, ask: Tell me.,\n"
    "         sensitivity: identifying}\n"
)
AGE = "      - {question: age, kind: integer, label: Age, ask: How old?, range: 0..120}\n"
ROWS = STORY[STORY.index("  - roster: people") :]


def version(travel: str, number: str = "2.0.0") -> Instrument:
    return read(travel, HEADER.replace("1.0.0", number))


def conducted(travel: str = STORY) -> Moving:
    """A case with three rows, of which the third has a remark, a text begun and a flag."""
    case = Moving(read(travel))
    interview = case.open()
    answer(interview, "hello", READ)
    answer(interview, "trips", 1)
    answer(interview, "means", ("bus",))
    answer(interview, "often", "no")
    for row in (1, 2, 3):
        interview.add_row("people")
        answer(interview, "age", 30, row)
    interview.remark("Guessed.", Instance("age", 3))
    interview.jump(Instance("story", 3))
    interview.draft("begun text")
    interview.flag("Please look.")
    interview.end("left")
    return case


def shown(interview: Interview) -> dict[str, Any]:
    """All that a screen and the export take from a case; the document."""
    assert interview.minutes_left() >= 0
    for at in interview.route.route():
        view_of(interview, at)
    for at in interview.remarks:
        assert interview.speech.title(at)
    document: dict[str, Any] = json.loads(json.dumps(interview.document()))
    return document


PLACES: Mapping[str, tuple[str, set[str]]] = {
    "fewer rows": (
        STORY.replace("at_most: 4", "at_most: 1"),
        {"times age[3]", "remarks age[3]", "drafts story[3]"},
    ),
    "no roster": (
        STORY.replace(ROWS, ROWS[ROWS.index(AGE) :].replace("      - ", "  - ")),
        {f"times age[{row}]" for row in (1, 2, 3)} | {"remarks age[3]", "drafts story[3]"},
    ),
    "into a roster": (
        STORY.replace("  - {question: trips,", "  - {question: tours,")
        .replace("trips > 9", "tours > 9")
        .replace("as: trips / 2", "as: tours / 2")
        + "      - {question: trips, kind: integer, label: Trips, ask: Trips?, range: 0..50}\n",
        {"times trips"},
    ),
    "a roster of that name": (
        STORY.replace("  - {question: often,", "  - {question: seldom,")
        .replace("ask_if: often", "ask_if: seldom")
        .replace("roster: people", "roster: often"),
        {"times often", "drafts story[3]"},
    ),
    "no place for a long text": (
        STORY.replace("kind: long_text, label: Story", "kind: text, label: Story"),
        {"drafts story[3]"},
    ),
    "the same places": (STORY.replace("Good day.", "Good evening."), set()),
}


def aside_of(document: dict[str, Any]) -> set[str]:
    aside = document["set_aside"]
    found = {f"times {at}" for at in aside["times"]} | {f"drafts {at}" for at in aside["drafts"]}
    return found | {f"remarks {one['q']}[{one['r']}]" for one in aside["remarks"]}


@pytest.mark.parametrize("change", PLACES)
def test_what_has_no_place_is_set_aside_and_comes_back(change: str) -> None:
    travel, expected = PLACES[change]
    case = conducted()
    before = case.open()
    moved = case.to(version(travel))
    document = shown(moved)
    assert aside_of(document) == expected
    assert document["times"].keys() == {str(at) for at in moved.record.times}
    assert not {f"times {at}" for at in document["times"]} & expected
    every = json.dumps(document)
    assert "begun text" in every or moved.record.drafts == before.record.drafts
    assert "Guessed." in every
    after = case.to(read(STORY))
    assert aside_of(shown(after)) == set()
    for notes in ("times", "remarks", "remark_times", "drafts"):
        assert getattr(after.record, notes) == getattr(before.record, notes)


def test_a_text_begun_in_a_row_that_waits_is_in_the_document() -> None:
    case = conducted()
    moved = case.to(version(STORY.replace("at_most: 4", "at_most: 2")))
    assert moved.route.rows("people") == (1, 2)
    assert shown(moved)["set_aside"]["drafts"] == {"story[3]": "begun text"}
    assert shown(case.to(read(STORY)))["set_aside"]["drafts"] == {}


def test_notes_follow_the_new_name_of_their_question() -> None:
    case = conducted()
    travel = STORY.replace("question: story", "question: tale").replace("tion: age", "tion: years")
    said = {"age[3]": "Which?", "story": "Tell more.", "age[x": "Odd.", "gone[1]": "Of nothing."}
    back = ev.Returned(t=datetime(2026, 3, 2, tzinfo=UTC), by="sue", text="Again.", items=said)
    case.journal.events.append(ev.write_event(back))
    moved = case.to(version(travel), {"story": "tale", "age": "years"})
    assert moved.record.comments_on(Instance("years", 3)) == ("Which?",)
    assert moved.record.comments_on(Instance("years", 2)) == ()
    assert moved.record.comments_on(Instance("tale", 3)) == ("Tell more.",)
    assert [str(at) for at in moved.record.commented] == [
        *("tale[1]", "tale[2]", "years[3]", "tale[3]")
    ]
    assert moved.record.drafts == {Instance("tale", 3): "begun text"}
    assert moved.remarks == {Instance("years", 3): "Guessed."}
    document = shown(moved)
    assert [(one["q"], one["r"]) for one in document["flags"]] == [("tale", 3)]
    assert aside_of(document) == set()


# --- confirmations --------------------------------------------------------------------------------

CHECKED = """
section: travel
title: Travel
items:
  - {question: c, kind: integer, label: C, ask: C?}
  - question: a
    kind: integer
    label: A
    ask: A?
    checks:
      - {soft: c <= 10, say: "Many?"}
      - {soft: c <= 12, say: "So many?"}
"""
FIRST, SECOND = CHECKED.splitlines(keepends=True)[-2:]
CHECKS: Mapping[str, tuple[str, int]] = {
    "the same": (CHECKED.replace("ask: A?", "ask: And A?"), 0),
    "another limit": (CHECKED.replace("c <= 10", "c <= 11"), 1),
    "other words": (CHECKED.replace("Many?", "Is that a guess?"), 1),
    "no longer soft": (CHECKED.replace("soft: c <= 12", "hard: c <= 12"), 1),
    "the first is gone": (CHECKED.replace(FIRST, ""), 0),
    "one before them": (CHECKED.replace(FIRST, '      - {soft: c <= 90, say: "C?"}\n' + FIRST), 0),
    "in another order": (CHECKED.replace(FIRST + SECOND, SECOND + FIRST), 0),
    "the same twice": (CHECKED.replace(SECOND, FIRST), 1),
}


def confirmed() -> Moving:
    case = Moving(read(CHECKED))
    interview = case.open()
    answer(interview, "c", 20)
    answer(interview, "a", 1)
    for failing in interview.unsettled(Instance("a")):
        interview.confirm(failing, f"It is so, {failing.check.name}.")
    interview.end("left")
    assert not case.open().unsettled()
    return case


@pytest.mark.parametrize("change", CHECKS)
def test_a_confirmation_goes_with_what_it_confirmed_and_comes_back(change: str) -> None:
    travel, unsettled = CHECKS[change]
    case = confirmed()
    moved = case.to(version(travel))
    assert len(moved.unsettled()) == unsettled
    document = shown(moved)
    texts = {one["text"] for one in [*document["confirmed"], *document["set_aside"]["confirmed"]]}
    assert texts == {"It is so, a#1.", "It is so, a#2."}
    back = case.to(read(CHECKED))
    assert not back.unsettled()
    assert not back.record.former_confirmed
    said = {name: event.text for (name, _), event in back.record.confirmed.items()}
    assert said == {"a#1": "It is so, a#1.", "a#2": "It is so, a#2."}


def test_a_confirmation_follows_new_names_of_its_question_and_of_what_it_read() -> None:
    case = confirmed()
    renamed = CHECKED.replace("question: a", "question: b").replace("c <=", "d <=")
    renamed = renamed.replace("question: c", "question: d")
    moved = case.to(version(CHECKED.replace("question: a", "question: b")), {"a": "b"})
    assert not moved.unsettled()
    assert {event.q for event in moved.record.confirmed.values()} == {"b"}
    there = case.to(version(renamed, "3.0.0"), {"c": "d"})
    # They read another name now and are asked again; what was read is known under its new name.
    assert len(there.unsettled()) == 2
    assert [one.event.of for one in there.record.former_confirmed] == [{"d": 20}, {"d": 20}]
    back = case.to(read(CHECKED), {"b": "a", "d": "c"})
    assert not back.unsettled()


def test_checks_that_are_told_apart_by_their_order_alone_keep_it() -> None:
    twice = CHECKED.replace(SECOND, FIRST)
    case = Moving(read(twice))
    interview = case.open()
    answer(interview, "c", 20)
    answer(interview, "a", 1)
    for failing in interview.unsettled(Instance("a")):
        interview.confirm(failing, failing.check.name)
    interview.end("left")
    once = case.to(version(CHECKED.replace(SECOND, "")))
    assert [one.event.text for one in once.record.former_confirmed] == ["a#2"]
    back = case.to(read(twice)).record
    assert {name: one.text for (name, _), one in back.confirmed.items()} == {
        "a#1": "a#1",
        "a#2": "a#2",
    }


def test_a_confirmation_in_a_row_that_is_gone_is_set_aside_and_comes_back() -> None:
    travel = STORY.replace("range: 0..120}", 'range: 0..120, checks: [{soft: age > 40, say: "?"}]}')
    case = conducted(travel)
    interview = case.open()
    for failing in interview.unsettled():
        interview.confirm(failing, f"Row {failing.instance.row}.")
    interview.end("left")
    document = shown(case.to(version(travel.replace("at_most: 4", "at_most: 1"))))
    assert [one["text"] for one in document["confirmed"]] == ["Row 1."]
    assert [one["text"] for one in document["set_aside"]["confirmed"]] == ["Row 3."]
    assert len(shown(case.to(read(travel)))["confirmed"]) == 3


def test_the_newest_is_taken_where_several_fit_and_none_where_one_counts() -> None:
    case = confirmed()
    record = case.open().record
    counting = record.confirmed["a#1", 0]
    asked = asked_of(record.instrument, counting)
    record.former_confirmed = [FormerConfirmed(counting, asked) for _ in range(2)]
    program = record.route.program
    assert confirmations_there(record, program, {}) == ((), {}, {})
    del record.confirmed["a#1", 0]
    assert confirmations_there(record, program, {}) == ((), {}, {"a#1": 1})


def test_a_check_confirmed_anew_elsewhere_does_not_hide_the_first() -> None:
    case = confirmed()
    interview = case.to(version(CHECKS["another limit"][0]))
    (failing,) = interview.unsettled()
    interview.confirm(failing, "Still so.")
    interview.end("left")
    back = case.to(read(CHECKED))
    assert not back.unsettled()
    assert [one.event.text for one in back.record.former_confirmed] == ["Still so."]
    again = case.to(version(CHECKS["another limit"][0]))
    assert [one.event.text for one in again.record.former_confirmed] == ["It is so, a#1."]


# --- the rest -------------------------------------------------------------------------------------


def test_older_answers_follow_newer_ones_in_the_document() -> None:
    case = conducted()
    interview = case.open()
    answer(interview, "trips", 12)
    answer(case.to(version(STORY.replace("0..50", "0..10"))), "trips", 5)
    document = shown(case.to(version(STORY.replace("0..50", "0..3"), "3.0.0")))
    told = [(one["v"], one["version"], one["why"]) for one in document["left_behind"]]
    assert told == [
        (5, "2.0.0", "The number must be from 0 to 3."),
        (12, "1.0.0", "The question was answered anew."),
    ]


def test_a_language_that_the_version_does_not_have_is_not_spoken() -> None:
    first = read(STORY)
    two = {**first.languages, "zz": "Another"}
    case = Moving(first.model_copy(update={"languages": MappingProxyType(two)}))
    case.open().speak("zz")
    assert case.open().language == "zz"
    moved = case.to(version(STORY))
    assert moved.language in first.languages
    assert shown(moved)["language"] in first.languages


def test_a_move_that_its_event_does_not_tell_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cati.moving.outcome", lambda before, *_: None)
    with pytest.raises(MovingError, match="so it was not moved"):
        conducted().to(version(STORY))
    assert MovingError in known_errors()


FORGED: Mapping[str, dict[str, Any]] = {
    "a version without the mode": {"new": "no such mode"},
    "a row that there cannot be": {"rows": {"people": {"added": 9, "standing": [9], "order": [9]}}},
    "rows of no roster": {"rows": {"trips": {"added": 1, "standing": [1], "order": [1]}}},
    "an answer back that never was": {"back": ["trips"]},
    "an answer turned into no answer": {"turned": {"trips": [[]]}},
    "an answer to a roster": {"turned": {"people": 1}},
    "an answer to nothing": {"turned": {"nothing": 1}},
    "a name for nothing": {"renamed": {"trips": "nothing"}},
    "a wait that never was": {"still": {"Why.": ["trips"]}},
    "a confirmation that never was": {"confirmed_back": {"a#1": 3}},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_move_that_cannot_have_been_is_one_sentence(
    forged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = conducted()
    there = version(STORY)
    case.to(there)
    assert case.open().route.rows("people") == (1, 2, 3)
    real = case.fresh

    def fresh(fingerprint: str) -> Any:
        if fingerprint == "no such mode":
            raise RouteError("The instrument has no such mode.")
        return real(fingerprint)

    monkeypatch.setattr(case, "fresh", fresh)
    event = ev.Moved(
        t=datetime(2026, 3, 2, 15, tzinfo=UTC), by="ines", old=there.fingerprint, new=""
    )
    body = ev.write_event(event) | {"new": case.first.fingerprint} | FORGED[forged]
    case.journal.events.append(body)
    with pytest.raises(MovingError) as told:
        case.open()
    assert str(told.value) == UNTRUE
