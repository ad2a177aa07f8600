"""A case in its journal goes on in another version: what counts, what is told, and for how long."""

import json
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cati.events import (
    Drafted,
    Event,
    Given,
    Lacking,
    Remarked,
    RowChanged,
    SittingBegun,
    read_event,
    write_event,
)
from cati.interview import Interview
from cati.memory import MemoryJournal
from cati.moving import case_of, move_event, outcome, propose
from cati.question_view import view_of
from cati.record import CaseRecord
from instrument import READ, Instance, Instrument, Missing
from instrument.entry import to_json
from skips import Route, compile_instrument, migration
from skips.migration import MigrationError, migrate
from tests.cati.household import Clock, household
from tests.cati.moved import begun, conducted, moved, second
from tests.cati.trips import ANSWERS, HEADER, TRAVEL, answered, read
from tests.random_conditions import MODES
from tests.skips.test_migration import edited
from tests.strategies import random_instrument, randoms
from tests.versions import another_version

FAR = "  - {question: far, kind: decimal, label: Distance, ask: How far?, unit: km"
GONE = "There is no such question any more."
CHANGES: Mapping[str, tuple[str, str, dict[str, str], Mapping[str, Any]]] = {
    "nothing": ("Good day.", "Good day.", {}, {}),
    "other words": ("How many trips?", "How many journeys?", {}, {}),
    "too small a range": (
        *("0..50", "0..10"),
        *({"trips": "The number must be from 0 to 10."}, {}),
    ),
    "a smaller range, not too small": ("0..50", "0..12", {}, {}),
    "a whole number becomes a decimal": (
        *("trips, kind: integer", "trips, kind: decimal"),
        *({}, {"trips": Decimal(12)}),
    ),
    "a decimal becomes a whole number": (
        *("kind: decimal, label: Distance", "kind: integer, label: Distance"),
        {"far": "As an answer of the kind integer it would not be the same."},
        {},
    ),
    "another unit": (
        *("unit: km", "unit: miles"),
        *({"far": "It was in km, and is in miles now."}, {}),
    ),
    "another kind": (
        "kind: integer, label: Age, ask: How old?, range: 0..120",
        "kind: text, label: Age, ask: How old?",
        *({"age[1]": "It was of the kind integer, and is of the kind text now."}, {}),
    ),
    "yes/no written out": (
        "kind: yes_no, label: Often, ask: Often?}",
        "kind: one_of, label: Often, ask: Often?, choices: often}",
        *({}, {}),
    ),
    "one choice becomes several": (
        "kind: yes_no, label: Often, ask: Often?}\n" + FAR + ", ask_if: often",
        "kind: any_of, label: Often, ask: Often?, choices: often}\n" + FAR,
        *({}, {"often": ("no",)}),
    ),
    "a choice less": (
        *(", {name: car, code: 2, label: Car}]", "]"),
        *({"means": "A choice that was taken is gone."}, {}),
    ),
    "choices that exclude each other": (
        *("code: 1, label: Bus}", "code: 1, label: Bus, exclusive: true}"),
        *({"means": "What was taken cannot be taken together any more."}, {}),
    ),
    "choices in another order": (
        "[{name: bus, code: 1, label: Bus}, {name: car, code: 2, label: Car}]",
        "[{name: car, code: 2, label: Car}, {name: bus, code: 1, label: Bus}]",
        *({}, {"means": ("car", "bus")}),
    ),
    "another name": ("question: age,", "question: years,", {"age[1]": GONE, "age[3]": GONE}, {}),
    "fewer rows": (
        *("at_most: 4", "at_most: 1"),
        *({"age[3]": "There cannot be so many rows of 'people' any more."}, {}),
    ),
    "a reason less": (
        *("range: 0..120}", "range: 0..120, no_missing: all}"),
        *({"age[3]": "That reason is not accepted any more."}, {}),
    ),
    "a question that is worked out": (
        "{question: often, kind: yes_no, label: Often, ask: Often?}",
        "{compute: often, as: trips > 1, label: Often}",
        *({"often": "It is worked out now, and nobody is asked."}, {}),
    ),
    "a statement that is asked": (
        "{statement: hello, say: Good day.}",
        "{question: hello, kind: text, label: Greeting, ask: Good day?}",
        *({"hello": "It is a question now, and was only read aloud."}, {}),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_fits_goes_along_and_the_rest_says_why(change: str) -> None:
    old, new, left, written = CHANGES[change]
    assert old in TRAVEL
    before = migration.state_of(answered())
    first = compile_instrument(read(), "interview")
    other = compile_instrument(read(TRAVEL.replace(old, new)), "interview")
    moved = migrate(before, first, other)
    assert {str(at): why for at, why in moved.report.left_behind} == left
    assert {str(at): what.why for at, what in moved.case.left_behind.items()} == left
    expected = {at: written.get(str(at), one) for at, one in ANSWERS.items() if str(at) not in left}
    assert moved.case.answers == expected
    assert {str(at) for at in moved.report.converted} <= set(written)
    assert migrate(moved.case, other, first).case == before


def test_a_reason_that_the_mode_does_not_have_stays_behind() -> None:
    narrower = read(header=HEADER.replace("key: f9}", "key: f9, modes: [interview]}"))
    before, first = migration.state_of(answered()), compile_instrument(read(), "interview")
    for mode, left in (("interview", 0), ("record", 1)):
        moved = migrate(before, first, compile_instrument(narrower, mode))
        assert len(moved.report.left_behind) == left


def test_an_answer_stays_behind_where_the_question_was_answered_anew() -> None:
    first = compile_instrument(read(), "interview")
    narrow = compile_instrument(read(TRAVEL.replace("0..50", "0..10")), "interview")
    trips = Instance("trips")
    moved = migrate(migration.state_of(answered()), first, narrow).case
    again = migration.CaseState(
        {**moved.answers, trips: 5}, moved.rows, moved.interview_date, moved.left_behind
    )
    back = migrate(again, narrow, first)
    assert back.case.answers[trips] == 5
    assert back.case.left_behind[trips].answer == 12
    assert not back.report.restored
    # Taken away under a version that takes the older answer, it is not brought back by moving on.
    cleared = {at: one for at, one in back.case.answers.items() if at != trips}
    gone = migration.CaseState(cleared, back.case.rows, None, back.case.left_behind)
    wider = compile_instrument(read(TRAVEL.replace("0..50", "0..90")), "interview")
    assert not migrate(gone, first, wider).report.restored


WRONG_NAMES = {
    "no such item before": ({"tripps": "trips"}, "no item 'tripps'"),
    "no such item now": ({"trips": "tours"}, "no item 'tours'"),
    "a name in use": ({"often": "trips"}, "a name of its own already"),
    "a roster and a question": ({"people": "trips", "trips": "people"}, "not both rosters"),
}


@pytest.mark.parametrize("case", WRONG_NAMES)
def test_names_that_cannot_change_are_told(case: str) -> None:
    names, sentence = WRONG_NAMES[case]
    program = compile_instrument(read(), "interview")
    with pytest.raises(MigrationError, match=sentence):
        migrate(migration.state_of(answered()), program, program, names)


# --- in the journal -------------------------------------------------------------------------------


def test_the_journal_goes_on_in_the_other_version_and_tells_of_it() -> None:
    events = conducted()
    moved(events, second(), {"people": "persons"})
    interview = begun(json.loads(json.dumps(events)))
    persons = Instance("persons")
    assert interview.instrument.version == "2.0.0"
    assert interview.route.counted(persons) == 14
    assert interview.remarks == {persons: "Counted twice."}
    assert interview.record.times.keys() >= {persons, Instance("adults")}
    assert interview.route.shown_rows("visitor") == (2, 1)
    assert interview.record.left_behind[Instance("cars")].answer == 2
    # The check of the renamed question has another condition now; it asks again.
    assert {one.instance for one in interview.unsettled()} == {persons, Instance("visitors_right")}
    interview.begin()
    assert interview.undo() is None
    document: Any = interview.document()
    assert document["instrument"]["version"] == "2.0.0"
    (move,) = document["moves"]
    assert move["from"]["version"] == "1.0.0"
    assert move["to"]["version"] == "2.0.0"
    assert (move["by"], move["left_behind"]) == ("ines", 1)
    (left,) = document["left_behind"]
    assert left == {
        "q": "cars",
        "r": 0,
        "v": 2,
        "kind": "integer",
        "unit": None,
        "roster": None,
        "label": "Cars",
        "version": "1.0.0",
        "why": "The number must be from 1 to 1.",
    }
    aside = document["set_aside"]
    assert aside["summary"] == {"cars": "Two small cars."}
    texts = [one["text"] for one in aside["confirmed"]]
    assert texts == ["A shared house.", "They are."]


def test_moved_back_the_case_is_as_it_was() -> None:
    events = conducted()
    before = begun(events)
    moved(events, second(), {"people": "persons"})
    moved(events, household(), {"persons": "people"})
    after = begun(events)
    assert case_of(after.record) == case_of(before.record)
    assert after.remarks == before.remarks
    assert after.record.times == before.record.times
    assert after.route.route() == before.route.route()


def test_a_case_says_in_its_notes_that_it_was_moved() -> None:
    events = conducted()
    interview = begun(events)
    last = interview.record.last_seen
    assert last is not None
    moved(events, second(), {})
    events[-1]["t"] = last.replace(hour=23).isoformat()
    notes = " ".join(begun(events).changed_since)
    assert "moved from version 1.0.0 to 2.0.0 since; 2 answers have no place" in notes


def test_what_the_event_says_holds_whatever_the_rules_are_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = conducted()
    moved(events, second(), {"people": "persons"})
    before = case_of(begun(events).record)
    for rule in ("cati.moving.migrate", "skips.migration.fit", "skips.fitting.check_value"):
        monkeypatch.setattr(rule, None)
    assert case_of(begun(events).record) == before


def noted(rng: Random, instrument: Instrument, route: Route) -> list[Event]:
    """Events that lead to a case as random edits made it, with times, remarks and texts begun."""
    t, case = Clock()(), migration.state_of(route)
    told: list[Event] = [
        SittingBegun(t=t, by="ines", mode=route.mode, instrument=instrument.fingerprint, seed="aa")
    ]
    for name, rows in case.rows.items():
        for row in range(1, rows.added + 1):
            told.append(RowChanged(t=t, q=name, r=row, change="added"))
            if row not in rows.standing:
                told.append(RowChanged(t=t, q=name, r=row, change="removed"))
    for at, answer in case.answers.items():
        place: dict[str, Any] = {"t": t, "q": at.item, "r": at.row}
        if isinstance(answer, Missing):
            told.append(Lacking(**place, m=answer.reason, ms=100))
        else:
            told.append(Given(**place, v=to_json(answer), ms=100))
        if rng.random() < 0.3:
            told.append(Remarked(**place, text="A remark."))
        if rng.random() < 0.2:
            told.append(Drafted(**place, text="Begun"))
    return told


def journal_agrees(rng: Random) -> None:
    """On random cases, the event alone leads to what was proposed; the whole journal does again."""
    first = random_instrument(rng).model_copy(update={"fingerprint": "v0"})
    known, mode = {"v0": first}, rng.choice(MODES)

    def fresh(fingerprint: str) -> Route:
        return Route(compile_instrument(known[fingerprint], mode))

    route = fresh("v0")
    edited(rng, route)
    record = CaseRecord(first, fresh("v0"), fresh)
    journal = MemoryJournal(Clock())

    used_up: list[Instance] = []

    def play(event: Event) -> None:
        if isinstance(event, Given | Lacking) and event.instance in record.drafts:
            used_up.append(event.instance)
        journal.events.append(json.loads(json.dumps(write_event(event))))
        record.replay(read_event(journal.events[-1]))

    for event in noted(rng, first, route):
        play(event)
    for number in range(1, 4):
        version = another_version(rng, record.instrument)
        made = version.instrument.model_copy(update={"fingerprint": f"v{number}"})
        known[made.fingerprint] = made
        waiting = {at.item for at in record.left_behind} | set(record.rows_left)
        names = {old: new for old, new in version.renamed.items() if new not in waiting}
        program = compile_instrument(made, mode)
        proposed = propose(record, program, names)
        play(move_event(record, program, proposed, names, by="i", t=Clock()()))
        assert case_of(record) == proposed.case
        for at, answer in list(proposed.case.answers.items())[:3]:
            if not isinstance(answer, Missing):
                play(Given(t=Clock()(), q=at.item, r=at.row, v=to_json(answer), ms=50))
    opened = Interview(
        first, fresh("v0"), journal, by="i", now=Clock(), events=journal.events, versions=fresh
    )
    assert case_of(opened.record) == case_of(record)
    opened.begin()
    assert opened.minutes_left() >= 0
    document: Any = json.loads(json.dumps(opened.document()))
    every = [read_event(one) for one in journal.events]
    remarks = sum(1 for one in every if isinstance(one, Remarked))
    assert len(document["remarks"]) + len(document["set_aside"]["remarks"]) == remarks
    begun_texts = sum(1 for one in every if isinstance(one, Drafted)) - len(used_up)
    drafts = {str(at) for at in opened.record.drafts} | document["set_aside"]["drafts"].keys()
    assert len(drafts) == begun_texts
    for at in opened.route.route()[:6]:
        view_of(opened, at)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(randoms)
def test_the_event_alone_tells_the_outcome(rng: Random) -> None:
    journal_agrees(rng)


def search() -> None:
    for seed in range(20):
        journal_agrees(Random(seed))


def test_control_an_outcome_that_forgets_older_answers_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = outcome

    def forgetful(*parts: object) -> migration.CaseState:
        case = real(*parts)  # type: ignore[arg-type]
        return migration.CaseState(case.answers, case.rows, case.interview_date)

    monkeypatch.setattr("cati.record.outcome", forgetful)
    with pytest.raises(AssertionError):
        search()


def test_statements_and_reasons_go_along() -> None:
    program = compile_instrument(read(), "interview")
    kept = migrate(migration.state_of(answered()), program, program).case.answers
    assert kept[Instance("hello")] == READ
    assert kept[Instance("age", 3)] == Missing("declined")
