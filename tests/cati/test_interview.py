from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from unittest.mock import ANY
from uuid import UUID

import pytest
from pydantic import JsonValue

from cati import events as ev
from cati.interview import CannotAdvance, Interview, NotOnRoute
from cati.memory import MemoryJournal, MemoryReceipt
from instrument import EntryError
from instrument.values import Instance, Missing, Value
from skips import RouteError, Status
from tests.cati.household import Clock, new_interview


def answer(interview: Interview, **answers: Value | Missing) -> None:
    """Go on from item to item, giving each the answer that stands under its name."""
    for name, value in answers.items():
        if interview.place == Instance("welcome"):
            interview.read()
            interview.advance()
        assert interview.place is not None
        assert interview.place.item == name
        interview.give(value)
        interview.advance()


def test_an_interview_goes_from_item_to_item_as_the_answers_call_for_them() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no", people=2, adults=2, rooms=("kitchen",))
    assert interview.place is None
    assert interview.first_open() is None


def test_a_returned_case_taken_up_again_goes_on_at_what_is_open_then_at_what_was_asked() -> None:
    interview, journal = new_interview()
    answer(interview, owns_car="no", people=2, adults=2, rooms=("kitchen",))
    interview.end("left")
    again, journal = new_interview(events=journal.events)
    assert again.place is None, "all is answered"
    again.end("left")
    before = datetime(2026, 3, 2, 14, tzinfo=UTC)  # than the sitting that took it up first
    said = ev.Returned(t=before, by="sue", text="Once more.", items={"adults": "All?"})
    journal.events.append(ev.write_event(said))
    for _ in range(2):
        again, journal = new_interview(events=journal.events)
        assert again.place == Instance("adults")
        again.end("left")
    again.jump(Instance("people"))
    again.give(3)
    again.clear()
    again, journal = new_interview(events=journal.events)
    assert again.place == Instance("people"), "what is open comes before what was said once"


def test_nothing_moves_without_an_answer() -> None:
    interview, _ = new_interview()
    with pytest.raises(CannotAdvance, match="Read this aloud"):
        interview.advance()
    interview.read()
    interview.advance()
    with pytest.raises(CannotAdvance, match="F8 Not sure"):
        interview.advance()
    assert interview.place == Instance("owns_car")


def test_an_answer_that_does_not_fit_is_refused_and_not_written() -> None:
    interview, journal = new_interview()
    answer(interview, owns_car="no")
    written = len(journal.events)
    with pytest.raises(EntryError):
        interview.type_in("200")
    with pytest.raises(EntryError):
        interview.type_in("several")
    assert len(journal.events) == written
    assert interview.route.kept(Instance("people")) is None


def test_a_missing_reason_counts_where_the_question_takes_it() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no", people=3, adults=Missing("declined"))
    with pytest.raises(EntryError, match="does not take"):
        interview.give(Missing("declined"))
    with pytest.raises(EntryError, match="does not take"):
        interview.give(Missing("not_in_record"))
    interview.give(Missing("not_sure"))
    assert interview.route.status(Instance("rooms")) is Status.MISSING


def test_an_answer_counts_only_when_the_journal_has_it() -> None:
    class Full(MemoryJournal):
        def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> MemoryReceipt:
            raise OSError("no space")

    interview, _ = new_interview()
    answer(interview, owns_car="no")
    saved = interview.saved_at
    interview._journal = Full(Clock())
    with pytest.raises(OSError, match="no space"):
        interview.give(4)
    assert interview.route.kept(Instance("people")) is None
    assert interview.saved_at == saved


def test_a_hard_check_keeps_the_interviewer_until_it_is_settled() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no", people=2)
    interview.give(5)
    with pytest.raises(CannotAdvance, match="5 adults cannot be more than 2 people") as caught:
        interview.advance()
    with pytest.raises(EntryError, match="settled"):
        interview.confirm(caught.value.failing[0], "it is so")
    interview.give(2)
    interview.advance()
    assert interview.place == Instance("rooms")


def test_a_section_does_not_close_over_an_earlier_item_that_broke_its_check_later() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no", people=4, adults=4, rooms=("bath",))
    interview.jump(Instance("people"))
    interview.give(2)
    interview.jump(Instance("rooms"))
    with pytest.raises(CannotAdvance, match="Before leaving Home: 4 adults"):
        interview.advance()


def test_a_soft_check_is_confirmed_with_a_remark_until_its_answers_change() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no")
    interview.give(15)
    (failing,) = interview.unsettled()
    with pytest.raises(EntryError, match="few words"):
        interview.confirm(failing, "  ")
    interview.confirm(failing, "a shared house")
    assert interview.unsettled() == []
    interview.advance()
    interview.jump(Instance("people"))
    interview.give(16)
    assert [one.instance.item for one in interview.unsettled()] == ["people"]
    interview.give(15)
    assert interview.unsettled() == []


def test_a_change_of_mind_parks_answers_and_undo_brings_them_back() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="yes", people=2, adults=2, rooms=("bath",), cars=2)
    interview.give(1999)
    interview.jump(Instance("owns_car"))
    would = interview.preview("no")
    assert Instance("car_year", 1) in would.parked
    assert interview.route.status(Instance("car_year", 1)) is Status.ANSWERED
    interview.give("no")
    assert interview.route.status(Instance("car_year", 1)) is Status.PARKED
    interview.undo()
    assert interview.place == Instance("owns_car")
    assert interview.route.counted(Instance("car_year", 1)) == 1999


def test_undo_goes_back_change_by_change_and_then_says_there_is_nothing() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no", people=2)
    interview.jump(Instance("people"))
    interview.give(3)
    interview.undo()
    assert interview.route.counted(Instance("people")) == 2
    interview.undo()
    assert interview.route.kept(Instance("people")) is None
    interview.undo()
    interview.undo()
    assert interview.undo() is None


def test_only_items_of_the_route_can_be_jumped_to() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no")
    with pytest.raises(NotOnRoute, match="“Owns a car” is no"):
        interview.jump(Instance("cars"))


def test_a_case_taken_up_again_is_the_same_case() -> None:
    first, journal = new_interview()
    answer(first, owns_car="yes", people=3, adults=2, rooms=("kitchen", "bath"))
    first.give(2)
    first.remark("one is borrowed")
    first.flag("ask about the loan")
    first.write_summary("who", "A couple and a lodger.")
    first.end("respondent had to leave")

    again, _ = new_interview(events=journal.events)
    assert again.place == Instance("car_year", 1)
    assert again.remarks == {Instance("cars"): "one is borrowed"}
    assert again.summary == {"who": "A couple and a lodger."}
    assert [flag.text for flag in again.record.flags] == ["ask about the loan"]
    assert any("respondent had to leave" in note for note in again.changed_since)
    for instance in first.route.instances():
        assert again.route.status(instance) is first.route.status(instance)
        assert again.route.kept(instance) == first.route.kept(instance)
    assert again.undo() is not None
    assert again.route.kept(Instance("cars")) is None


def test_a_sitting_that_was_cut_off_is_told_when_the_case_is_taken_up() -> None:
    first, journal = new_interview()
    answer(first, owns_car="no")
    again, _ = new_interview(events=journal.events)
    assert any("broke off" in note for note in again.changed_since)
    assert new_interview()[0].changed_since == ()


def test_what_stands_between_a_case_and_its_submission_is_listed() -> None:
    interview, _ = new_interview(known=["Kestrel"])
    answer(interview, owns_car="no", people=4)
    kinds = [obstacle.kind for obstacle in interview.obstacles()]
    assert kinds.count("open item") == 2
    assert kinds.count("summary part") == 1


def test_a_case_without_obstacles_gives_a_document_with_one_status_per_item() -> None:
    interview, _ = new_interview(known=["Kestrel"])
    answer(interview, owns_car="no", people=2, adults=Missing("not_sure"), rooms=("neither",))
    interview.write_summary("who", "Two adults at Kestrel lane.")
    assert [one.kind for one in interview.obstacles()] == ["identifying text"]
    mark = interview.obstacles()[0]
    assert "Kestrel" in mark.sentence
    interview.write_summary("who", "Two adults.")
    assert interview.obstacles() == []

    document = interview.document()
    listed = cast("list[dict[str, Any]]", document["answers"])
    answers = {(one["q"], one["r"]): one for one in listed}
    assert answers["people", 0]["v"] == 2
    assert answers["adults", 0] == {"q": "adults", "r": 0, "s": "missing", "m": "not_sure"}
    assert answers["cars", 0]["s"] == "not_applicable"
    assert ("welcome", 0) not in answers
    assert document["summary"] == {"who": "Two adults."}
    assert document["sittings"] == [
        {"by": "ines", "begun": ANY, "ended": ANY, "why": ""},
    ]


def test_from_a_record_nobody_can_decline() -> None:
    interview, _ = new_interview(mode="record")
    interview.read()
    interview.advance()
    with pytest.raises(EntryError):
        interview.give(Missing("declined"))
    interview.give(Missing("not_in_record"))
    assert interview.route.status(Instance("owns_car")) is Status.MISSING


def test_minutes_are_those_of_the_sittings_not_of_the_days_between() -> None:
    first, journal = new_interview()
    first.end("an appointment")
    begun = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    journal.events[0]["t"] = begun.isoformat()
    journal.events[-1]["t"] = (begun + timedelta(minutes=20)).isoformat()
    later, _ = new_interview(events=journal.events)
    later.record.sittings[-1].begun = begun + timedelta(days=3)
    later.record.sittings[-1].ended = begun + timedelta(days=3, minutes=7)
    assert later.document()["minutes"] == 27


def test_a_part_of_the_summary_is_wanted_only_where_its_item_is_yes() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no")
    assert [part.name for part in interview.summary_parts] == ["who"]
    interview.jump(Instance("owns_car"))
    interview.give("yes")
    assert [part.name for part in interview.summary_parts] == ["who", "cars"]


class Flaky(MemoryJournal):
    """Keeps what it had; fails the next appends, each either before or after keeping the event."""

    def __init__(self, before: MemoryJournal, *, after: bool, failures: int = 1) -> None:
        super().__init__(Clock())
        self.events = before.events
        self.after = after
        self.failures = failures

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> MemoryReceipt:
        if self.failures:
            self.failures -= 1
            if self.after:
                super().append(event, event_id)
            raise OSError("no space")
        return super().append(event, event_id)


@pytest.mark.parametrize("after", [False, True], ids=["lost", "kept"])
def test_a_write_that_failed_is_tried_again_for_its_own_item(after: bool) -> None:
    interview, journal = new_interview()
    answer(interview, owns_car="no", people=5)
    interview._journal = Flaky(journal, after=after)
    with pytest.raises(OSError, match="no space"):
        interview.give(4)
    interview.back()
    assert interview.place == Instance("people")
    interview.retry()
    assert interview.unsaved is None
    assert interview.route.counted(Instance("people")) == 5
    assert interview.route.counted(Instance("adults")) == 4
    assert [event["q"] for event in journal.events if event["e"] == "set"].count("adults") == 1
    again, _ = new_interview(events=journal.events)
    assert again.record.changes == interview.record.changes


@pytest.mark.parametrize("after", [False, True], ids=["lost", "kept"])
def test_a_write_given_up_counts_exactly_when_the_journal_holds_it(after: bool) -> None:
    interview, journal = new_interview()
    answer(interview, owns_car="no", people=5)
    interview._journal = Flaky(journal, after=after)
    with pytest.raises(OSError, match="no space"):
        interview.give(4)
    interview.drop()
    kept = 4 if after else None
    assert interview.route.kept(Instance("adults")) == kept
    again, _ = new_interview(events=journal.events)
    assert again.route.kept(Instance("adults")) == kept


def test_the_next_write_settles_the_one_that_failed() -> None:
    interview, journal = new_interview()
    answer(interview, owns_car="no", people=5)
    interview._journal = Flaky(journal, after=True)
    with pytest.raises(OSError, match="no space"):
        interview.give(4)
    interview.give(3)
    assert interview.undo() is not None
    assert interview.route.kept(Instance("adults")) == 4


def test_a_part_of_the_summary_that_is_not_wanted_any_more_stays_behind() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="yes", people=2)
    interview.write_summary("cars", "Jordan Example drives one.")
    interview.jump(Instance("owns_car"))
    interview.give("no")
    assert interview.document()["summary"] == {}
    interview.give("yes")
    assert interview.document()["summary"] == {"cars": "Jordan Example drives one."}


def test_a_part_of_the_summary_has_a_length() -> None:
    interview, journal = new_interview()
    written = len(journal.events)
    with pytest.raises(EntryError, match="4,000"):
        interview.write_summary("who", "x" * 4_001)
    assert len(journal.events) == written


def test_a_sitting_that_broke_off_ends_with_its_last_event() -> None:
    first, journal = new_interview()
    answer(first, owns_car="no")
    last = journal.events[-1]["t"]
    later, _ = new_interview(events=journal.events)
    sittings = cast("list[dict[str, Any]]", later.document()["sittings"])
    assert datetime.fromisoformat(sittings[0]["ended"]) == datetime.fromisoformat(str(last))


def test_a_confirmation_counts_for_the_rows_it_was_given_for() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no", people=2, adults=2, rooms=("kitchen",))
    interview.add_row("visitor")
    interview.add_row("visitor")
    interview.jump(Instance("visitors_right"))
    interview.give("yes")
    (failing,) = interview.unsettled()
    interview.confirm(failing, "two friends")
    assert interview.unsettled() == []
    interview.add_row("visitor")
    assert [one.check.name for one in interview.unsettled()] == [failing.check.name]


def test_a_row_that_cannot_be_is_refused_before_it_is_written() -> None:
    interview, journal = new_interview()
    for _ in range(3):
        interview.add_row("visitor")
    written = len(journal.events)
    with pytest.raises(RouteError, match="full"):
        interview.add_row("visitor")
    with pytest.raises(RouteError, match="no row 7"):
        interview.remove_row("visitor", 7)
    assert len(journal.events) == written
    interview.remove_row("visitor", 2)
    interview.add_row("visitor")
    again, _ = new_interview(events=journal.events)
    assert again.route.rows("visitor") == interview.route.rows("visitor") == (1, 3, 4)


def test_a_text_being_typed_survives_as_a_draft_and_is_no_answer() -> None:
    interview, journal = new_interview()
    answer(interview, owns_car="no")
    interview.draft("four of")
    interview.draft("four of")
    assert [event["e"] for event in journal.events].count("draft") == 1
    again, _ = new_interview(events=journal.events)
    assert again.place == Instance("people")
    assert again.drafted == "four of"
    assert again.route.kept(Instance("people")) is None
    again.give(4)
    assert again.drafted is None


def test_rows_shown_in_another_order_are_so_when_the_case_is_taken_up_again() -> None:
    interview, journal = new_interview()
    roster = "visitor"
    for _ in range(3):
        interview.add_row(roster)
    answered = [dict(event) for event in journal.events]
    interview.order_rows(roster, [2, 3, 1])
    assert journal.events[-1] == {"e": "order", "t": ANY, "q": roster, "rows": [2, 3, 1]}
    interview.remove_row(roster, 3)
    interview.restore_row(roster, 3)
    again, _ = new_interview(events=journal.events)
    assert again.route.shown_rows(roster) == interview.route.shown_rows(roster) == (2, 3, 1)

    plain, _ = new_interview(events=answered)
    with_order, without = interview.document(), plain.document()
    assert with_order.pop("order") == {roster: [2, 3, 1]}
    assert with_order["answers"] == without["answers"]
    assert with_order.keys() == without.keys()
    written = len(journal.events)
    interview.order_rows(roster, [2, 3, 1])
    for wrong in ([2, 3], [2, 3, 1, 4], [2, 2, 1]):
        with pytest.raises(RouteError):
            interview.order_rows(roster, wrong)
    with pytest.raises(RouteError, match="no removed row"):
        interview.restore_row(roster, 1)
    assert len(journal.events) == written


def test_the_first_check_to_settle_is_the_first_of_the_interview() -> None:
    interview, _ = new_interview()
    answer(interview, owns_car="no", people=4, adults=4)
    assert interview.first_unsettled() is None
    interview.jump(Instance("people"))
    interview.give(15)
    soft = interview.first_unsettled()
    assert soft is not None
    assert soft.instance == Instance("people")
    interview.confirm(soft, "a shared house")
    assert interview.first_unsettled() is None
    interview.jump(Instance("adults"))
    interview.give(16)
    hard = interview.first_unsettled()
    assert hard is not None
    assert (hard.instance, hard.check.severity) == (Instance("adults"), "hard")
    interview.jump(Instance("people"))
    interview.give(14)
    again = interview.first_unsettled()
    assert again is not None
    assert again.instance == Instance("people")
