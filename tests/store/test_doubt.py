"""Writes that reported an error: whether they happened is looked up, never assumed."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import OperationalError

from store import (
    AlreadySubmitted,
    DamagedCase,
    LeaseLost,
    NotAllowed,
    OpenCase,
    StoreError,
    Study,
)
from store.crypto.keys import CaseKeys
from store.databases.postgres import PostgresDatabase
from store.databases.sqlite import SqliteDatabase
from tests.store.made import DOCUMENT, Made, answer


def _as_on_sqlite(begin: str) -> str:
    """How SQLite would begin such a transaction."""
    if "ISOLATION" not in begin:
        return begin
    return "BEGIN" if "READ ONLY" in begin else "BEGIN IMMEDIATE"


def disk_error(study: Study) -> Exception:
    """What the library raises when the disk, or that of the server, reports an error."""
    if study.database.kind == "postgres":
        from psycopg.errors import IoError

        return OperationalError("", {}, IoError("could not write"))
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


@contextmanager
def failing(
    study: Study, *, happens: bool, begun: str = "BEGIN IMMEDIATE", statement: str = "COMMIT"
) -> Iterator[None]:
    """Let a statement of such a transaction report a disk error, after or instead of happening."""
    last = ""

    def fail(_connection: Any, _cursor: Any, said: str, *_: Any) -> None:
        nonlocal last
        if said.startswith("BEGIN"):
            last = said = _as_on_sqlite(said)
        if (last, said) == (begun, statement):
            raise disk_error(study)

    assert isinstance(study.database, SqliteDatabase | PostgresDatabase)
    engine = study.database._engine
    moment = "after_cursor_execute" if happens else "before_cursor_execute"
    sqlalchemy_event.listen(engine, moment, fail)
    try:
        yield
    finally:
        sqlalchemy_event.remove(engine, moment, fail)


@contextmanager
def unreadable(study: Study, *, happens: bool) -> Iterator[None]:
    """The COMMIT reports an error, and afterwards the database cannot even be read."""
    with (
        failing(study, happens=happens),
        failing(study, happens=False, begun="BEGIN", statement="BEGIN"),
    ):
        yield


def stored(made: Made) -> int:
    """Events of the begun case, counted in the file."""
    with made.sql() as sql:
        query = "SELECT count(*) FROM event WHERE case_id=?"
        return int(sql.execute(query, (made.begun,)).fetchone()[0])


# --- append --------------------------------------------------------------------------------------


@pytest.mark.parametrize("happens", [True, False])
def test_an_append_repeated_after_an_error_is_saved_once(made: Made, happens: bool) -> None:
    given = uuid.uuid4()
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        with failing(ina.study, happens=happens), pytest.raises(StoreError, match="disk"):
            case.append(answer(9), event_id=given)
        assert stored(made) == (9 if happens else 8)
        assert len(case.events) == 8
        receipt = case.append(answer(9), event_id=given)
        assert receipt.seq == 9
        assert case.append(answer(9), event_id=given) == receipt
        assert case.append(answer(10)).seq == 10
        assert stored(made) == 10
        case.release()
        assert ina.open_case(made.begun).events == [answer(number) for number in range(1, 11)]
        assert dan.verify().ok


@pytest.mark.parametrize("happens", [True, False])
def test_the_journal_tells_whether_it_holds_an_event_that_failed(made: Made, happens: bool) -> None:
    given, other = uuid.uuid4(), uuid.uuid4()
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with failing(ina.study, happens=happens), pytest.raises(StoreError):
            case.append(answer(9), event_id=given)
        assert case.holds(given) is happens
        assert len(case.events) == (9 if happens else 8)
        assert not case.holds(other)
        assert case.append(answer(10), event_id=other).seq == (10 if happens else 9)
        assert case.holds(other)
        assert all(case.holds(uuid.UUID(entry.event_id)) for entry in case.entries)


@pytest.mark.parametrize("happens", [True, False])
def test_a_case_released_in_doubt_is_noted_where_its_journal_ends(
    made: Made, happens: bool
) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        with failing(ina.study, happens=happens), pytest.raises(StoreError):
            case.append(answer(9))
        case.release()
        assert dan.verify().ok
        assert len(ina.open_case(made.begun).events) == (9 if happens else 8)


def test_while_the_database_cannot_be_read_the_doubt_remains(made: Made) -> None:
    given = uuid.uuid4()
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with unreadable(ina.study, happens=True):
            for _ in range(2):
                with pytest.raises(StoreError, match="disk"):
                    case.append(answer(9), event_id=given)
            with pytest.raises(StoreError, match="disk"):
                case.holds(given)
        assert case.holds(given)
        assert stored(made) == 9


def test_who_lost_the_case_is_not_told_what_it_holds(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with made.sql() as sql:
            sql.execute("UPDATE lease SET token=token+1 WHERE case_id=?", (made.begun,))
        with pytest.raises(LeaseLost):
            case.holds(uuid.uuid4())
        case.release()
        with pytest.raises(NotAllowed):
            case.holds(uuid.uuid4())


def test_a_journal_put_back_under_our_hands_is_not_taken_for_ours(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with made.sql() as sql:
            query = 'SELECT n, head FROM "case" WHERE id=?'
            earlier = sql.execute(query, (made.begun,)).fetchone()
        given = uuid.uuid4()
        case.append(answer(9), event_id=given)
        with made.sql() as sql:
            sql.execute("DELETE FROM event WHERE case_id=? AND seq=9", (made.begun,))
            sql.execute('UPDATE "case" SET n=?, head=? WHERE id=?', (*earlier, made.begun))
        with pytest.raises(DamagedCase):
            case.holds(given)
        with pytest.raises(DamagedCase):
            case.submit({})
        with pytest.raises(DamagedCase):
            case.append(answer(10))


# --- submit --------------------------------------------------------------------------------------


def deeds(made: Made) -> list[str]:
    """What the audit says was done."""
    with made.sql() as sql:
        return [row[0] for row in sql.execute("SELECT action FROM audit ORDER BY seq")]


def test_a_submission_that_happened_counts_whatever_the_disk_reported(made: Made) -> None:
    before = deeds(made)
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        keys = case._held.keys
        assert keys is not None
        with failing(ina.study, happens=True):
            assert case.submit(DOCUMENT).seq == 8
        assert not any(keys.encrypt)
        assert case.submitted
        case.release()
        assert deeds(made) == [*before, "case resumed", "case submitted"]
        assert dan.read_submitted(made.begun).document == DOCUMENT
        assert dan.verify().ok


def test_a_submission_that_did_not_happen_leaves_the_case_open(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        with failing(ina.study, happens=False), pytest.raises(StoreError, match="disk"):
            case.submit({"answers": {}})
        assert not case.submitted
        assert case.append(answer(9)).seq == 9
        assert case.submit(DOCUMENT).seq == 9
        assert dan.read_submitted(made.begun).document == DOCUMENT


def submit_in_the_dark(case: OpenCase, study: Study) -> CaseKeys:
    """Submit so that it happens and nobody can know."""
    keys = case._held.keys
    assert keys is not None
    with unreadable(study, happens=True), pytest.raises(StoreError, match="disk"):
        case.submit(DOCUMENT)
    assert any(keys.encrypt)
    return keys


def test_once_the_database_can_be_read_again_it_tells_that_the_case_is_sealed(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        keys = submit_in_the_dark(case, ina.study)
        assert case.submitted
        assert not any(keys.encrypt)
        assert dan.read_submitted(made.begun).document == DOCUMENT


def test_the_same_submission_repeated_returns_its_receipt(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        keys = submit_in_the_dark(case, ina.study)
        assert case.submit(DOCUMENT).seq == 8
        assert not any(keys.encrypt)
        assert dan.read_submitted(made.begun).submitted_at is not None


def test_another_submission_after_one_that_happened_is_refused(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        keys = submit_in_the_dark(case, ina.study)
        with pytest.raises(AlreadySubmitted):
            case.append(answer(9))
        with pytest.raises(AlreadySubmitted):
            case.submit({"answers": {}})
        assert not any(keys.encrypt)
        assert dan.read_submitted(made.begun).document == DOCUMENT


def test_a_case_sealed_unknowingly_is_not_noted_as_released(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        submit_in_the_dark(case, ina.study)
        case.release()
        assert deeds(made)[-1] == "case submitted"
        assert dan.verify().ok
