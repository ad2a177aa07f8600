"""While the server is gone, answers are saved on this computer, and go to it afterwards."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from store import JSON, Access, DamagedCase, LeaseLost, OpenCase, Unreachable
from store.casework import lease
from store.waiting import outbox, spool
from tests.store.made import DOCUMENT, Made, answer
from tests.store.unsteady import Way, by_way

FIRST = 9
"""Number of the next event of the case that was begun."""


@pytest.fixture
def way(made: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    monkeypatch.setattr(outbox, "SHARE", 0)  # each call asks again whether the server is back
    with by_way(made.folder) as way:
        yield way


def files(made: Made) -> list[Path]:
    return sorted((made.folder / "spool").glob("*"))


def journal(made: Made, case_id: str) -> list[dict[str, JSON]]:
    """The events of a case by a fresh opening; the study verifies."""
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(case_id)
        events = case.events
        case.release()
        assert dan.verify().problems == ()
        return events


def answers(count: int) -> list[dict[str, JSON]]:
    return [answer(number) for number in range(1, count + 1)]


@pytest.mark.parametrize("how", ["cut", "lose_commit", "lose_answer"])
def test_the_interview_goes_on_without_the_server(made: Made, way: Way, how: str) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        assert case.append(answer(FIRST)).where == "there"
        if how == "cut":
            way.cut()
        else:
            setattr(way, how, True)
        ids = [uuid4() for _ in range(3)]
        for number, event_id in enumerate(ids, start=FIRST + 1):
            receipt = case.append(answer(number), event_id=event_id)
            assert (receipt.seq, receipt.where) == (number, "here")
            assert case.append(answer(number), event_id=event_id) == receipt
        assert case.waiting == 3
        assert case.holds(ids[0])
        assert not case.holds(uuid4())
        (file,) = files(made)
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
        with pytest.raises(Unreachable, match="submitted"):
            case.submit(DOCUMENT)
        with pytest.raises(Unreachable, match="cannot be reached"):
            ina.cases()
        with pytest.raises(Unreachable, match="cannot be reached"):
            ina.open_case(made.other)
        way.mend()
        receipt = case.append(answer(FIRST + 4), event_id=uuid4())
        assert (receipt.seq, receipt.where) == (FIRST + 4, "there")
        assert case.append(answer(FIRST + 1), event_id=ids[0]).where == "there"
        assert case.waiting == 0
        assert files(made) == []
        case.release()
    assert journal(made, made.begun) == answers(FIRST + 4)


def test_a_heartbeat_delivers_and_submission_goes_on(made: Made, way: Way) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        way.cut()
        case.append(answer(FIRST))
        ina.heartbeat()
        assert case.waiting == 1
        way.mend()
        _beat_until_delivered(ina, case)
        way.cut()
        case.append(answer(FIRST + 1))
        way.mend()
        assert case.submit(DOCUMENT).seq == FIRST + 1
        assert files(made) == []
        assert dan.read_submitted(made.begun).events == FIRST + 1


def _beat_until_delivered(ina: Access, case: OpenCase) -> None:
    """A server that was waited for long is not asked again at once."""
    until = time.monotonic() + 40
    while case.waiting and time.monotonic() < until:
        ina.heartbeat()
        time.sleep(0.02)
    assert case.waiting == 0


def test_what_an_ended_program_left_is_taken_up_by_the_next(made: Made, way: Way) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        way.lose_answer = True
        case.append(answer(FIRST))
        case.append(answer(FIRST + 1))
        with pytest.raises(Unreachable):
            case.release()
    (file,) = files(made)
    with file.open("ab") as torn:
        torn.write(b"0123 {")
    way.mend()
    with made.unlocked("ina") as (ina,):
        assert ina.drafts.waiting() == {made.begun: 2}
        assert ina.drafts.every() == ()
        case = ina.open_case(made.begun)
        assert case.taken_up == 1  # the other had come through, and only its answer had not
        assert case.events == answers(FIRST + 1)
        case.append(answer(FIRST + 2))
        case.release()
        assert ina.drafts.waiting() == {}
    assert journal(made, made.begun) == answers(FIRST + 2)


def test_what_comes_too_late_becomes_a_draft(made: Made, way: Way) -> None:
    with made.unlocked("ina", "sue") as (ina, sue):
        case = ina.open_case(made.begun)
        case.append(answer(FIRST))
        way.lose_answer = True
        for number in (FIRST + 1, FIRST + 2):
            case.append(answer(number))
        way.mend()
        sue.assignments.end_lease(made.begun)
        with pytest.raises(LeaseLost):
            case.append(answer(FIRST + 3))
        assert files(made) == []
        first, second = ina.drafts.of(made.begun)
        assert [one.event for one in first.entries] == [answer(FIRST + 2)]
        assert [one.event for one in second.entries] == [answer(FIRST + 3)]
        case.release()
    assert journal(made, made.begun) == answers(FIRST + 1)


@pytest.mark.parametrize("first", ["ina", "dan"])
def test_a_spool_of_a_case_that_went_on_elsewhere_is_read_by_its_own_keys(
    made: Made, way: Way, first: str
) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        way.cut()
        case.append(answer(FIRST))
        with pytest.raises(Unreachable):
            case.release()
    way.mend()
    elsewhere = made.folder / "spool"
    put_by = elsewhere.rename(made.folder / "elsewhere")
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        case.append({"event": "set", "item": "other"})
        case.submit(DOCUMENT)
    put_by.rename(elsewhere)
    with made.unlocked("ina", "ivo", "dan") as (ina, ivo, dan):
        assert ivo.drafts.every() == ()
        assert len(files(made)) == 1
        (draft,) = (ina if first == "ina" else dan).drafts.every()
        assert [one.event for one in draft.entries] == [answer(FIRST)]
        assert draft.by == "ina"
        assert files(made) == []
        assert ina.drafts.every() == dan.drafts.every() == (draft,)
        assert dan.verify().problems == ()


def test_a_program_that_slept_writes_where_it_is_found(made: Made, way: Way) -> None:
    """Its file was taken up while it slept: what it adds then is in another, never in none."""
    with made.unlocked("ina") as (ina,), made.unlocked("ina") as (again,):
        slow = ina.open_case(made.begun)
        way.cut()
        slow.append(answer(FIRST))
        lease.forget(made.begun, slow.token)
        way.mend()
        case = again.open_case(made.begun)
        assert case.taken_up == 1
        way.cut()
        assert slow.append(answer(FIRST + 1)).where == "here"
        way.mend()
        with pytest.raises(LeaseLost):
            slow.heartbeat()
        (draft,) = ina.drafts.of(made.begun)
        assert [one.event for one in draft.entries] == [answer(FIRST + 1)]


def test_what_began_while_a_data_manager_settles_is_left_alone(
    made: Made, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading what waits and claiming it, its interviewer opens the case and goes on."""
    claim, going_on = spool.claim, []

    def meanwhile(folder: Path, person: str, case_id: str, *tokens: set[int]) -> list[spool.Left]:
        monkeypatch.setattr(spool, "claim", claim)
        going_on.append(ina.open_case(made.begun))
        way.cut()
        assert going_on[0].append(answer(FIRST + 1)).where == "here"
        way.mend()
        return claim(folder, person, case_id, *tokens)

    with made.unlocked("ina", "dan", "sue") as (ina, dan, sue):
        left = ina.open_case(made.begun)
        way.cut()
        assert left.append(answer(FIRST)).where == "here"
        way.mend()
        sue.assignments.end_lease(made.begun)
        monkeypatch.setattr(spool, "claim", meanwhile)
        dan.drafts.settle()
        (case,) = going_on
        assert [path.suffix for path in files(made)] == [""]
        assert case.append(answer(FIRST + 2)).where == "there"
        case.release()
        (draft,) = dan.drafts.every()
        assert [one.event for one in draft.entries] == [answer(FIRST)]
        assert files(made) == []
    later = [answer(FIRST + 1), answer(FIRST + 2)]
    assert journal(made, made.begun) == [*answers(FIRST - 1), *later]


def test_what_waits_does_not_go_by_a_state_that_stands_in_clear(made: Made, way: Way) -> None:
    """Whoever has the server alone says that the case was erased; no data manager signed that."""

    def say(state: str) -> None:
        with made.sql() as sql:
            values = {"state": state, "id": made.begun}
            sql.execute('UPDATE "case" SET state = :state WHERE id = :id', values)

    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        way.cut()
        assert case.append(answer(FIRST)).where == "here"
        way.mend()
        say("erased")
        with pytest.raises(DamagedCase):
            case.deliver()
        with pytest.raises(DamagedCase):
            case.append(answer(FIRST + 1), within=0.6)
        assert dan.drafts.every() == ()
        assert (case.waiting, len(files(made))) == (1, 1)
        say("open")
        case.deliver()
        assert case.append(answer(FIRST + 1), within=0.6).where == "there"
        case.release()
    assert journal(made, made.begun) == answers(FIRST + 1)
