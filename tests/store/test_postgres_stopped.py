"""A server that stops answering while the way to it stands, and what a folder cannot take."""

import os
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from store import Access, NotAllowed, StoreError, Study, open_study
from store.casework.open_case import OpenCase
from store.databases import postgres
from store.databases.postgres import PostgresDatabase
from store.databases.postgres_rules import unreachable
from store.errors import Suspended, Unwritable
from store.trust import mirror
from tests.store.made import Made, answer, passphrase

QUICK = 0.3


@contextmanager
def stopped(study: Study) -> Iterator[None]:
    """The server's process of a study's connection is stopped, and the connection stands."""
    with study.database.read() as connection:
        process = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def is_locked(access: Access, case: OpenCase) -> bool:
    return access._bundle is None and not access._secrets and case._held.keys is None


def test_an_answer_goes_to_this_computer_when_the_server_stops_answering(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ANSWERS_WITHIN", QUICK)
    given = uuid.uuid4()
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with stopped(ina.study):
            assert case.append(answer(9)).where == "there", "by another process of the server"

        def unanswered(database: PostgresDatabase) -> None:
            raise unreachable(database.place)

        with stopped(ina.study), monkeypatch.context() as patch:
            patch.setattr(PostgresDatabase, "_dial", unanswered)
            assert case.append(answer(10), event_id=given).where == "here"
        assert case.append(answer(11)).seq == 11
        assert case.holds(given)


def test_keys_are_put_away_while_the_server_does_not_answer(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.databases.database.HURRY", QUICK)
    hurried = PostgresDatabase.hurried
    monkeypatch.setattr(PostgresDatabase, "hurried", lambda database: hurried(database, QUICK))
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with stopped(ina.study):
            # Another thread waits for the server already, and has the turn.
            beating = threading.Thread(target=ina.heartbeat)
            beating.start()
            ina.lock()
            beating.join(timeout=30)
            assert not beating.is_alive()
        assert is_locked(ina, case)


@pytest.mark.parametrize("broken", [OSError, RuntimeError])
def test_keys_are_put_away_whatever_fails(
    made: Made, monkeypatch: pytest.MonkeyPatch, broken: type[Exception]
) -> None:
    def fail(_: OpenCase) -> None:
        raise broken

    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with monkeypatch.context() as patch:
            patch.setattr(OpenCase, "release", fail)
            with pytest.raises(broken):
                ina.lock()
        assert is_locked(ina, case)


def test_a_newer_manifest_is_followed_where_it_cannot_be_written(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "laptop"
    elsewhere.mkdir()
    for path in made.folder.rglob("*"):
        if path.is_file():
            target = elsewhere / path.relative_to(made.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    before = (elsewhere / "study.yaml").read_bytes()
    study = open_study(elsewhere)
    try:
        ina = study.unlock("ina", passphrase("ina"))
        case = ina.open_case(made.begun)
        with made.unlocked("ada") as (ada,):
            ada.people.suspend("ina")

        def refuse(*_: object) -> None:
            raise Unwritable("study.yaml cannot be written.")

        with monkeypatch.context() as patch:
            patch.setattr(mirror, "write_file", refuse)
            for _ in range(2):
                with pytest.raises(NotAllowed, match="do not take part"):
                    ina.cases()
            assert (elsewhere / "study.yaml").read_bytes() == before
            with pytest.raises(Suspended, match="do not take part"):
                case.append(answer(9))
        with pytest.raises(NotAllowed):
            ina.cases()
        assert (elsewhere / "study.yaml").read_bytes() == (made.folder / "study.yaml").read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(mirror, "read_limited", lambda *_: (_ for _ in ()).throw(OSError()))
            study.database.look()
    finally:
        study.close()


def test_a_reconnect_that_is_refused_its_lock_leaves_no_transaction(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        database = ina.study.database
        assert isinstance(database, PostgresDatabase)
        tries: list[str] = []

        def spoil(
            connection: object, cursor: object, said: str, parameters: object, *_: object
        ) -> tuple[str, object]:
            if said == postgres._WRITE:
                if not tries:
                    connection.connection.dbapi_connection.close()  # type: ignore[attr-defined]
                tries.append(said)
                if len(tries) < 3:
                    return "BEGIN; SELECT 1/0", parameters
            return said, parameters

        event.listen(database._engine, "before_cursor_execute", spoil, retval=True)
        try:
            with pytest.raises(StoreError), database.write():
                pytest.fail("it was begun")
            connection = database._connection
            assert connection is not None
            driver = connection.connection.dbapi_connection
            assert driver.info.transaction_status.name == "IDLE"  # type: ignore[union-attr]
            with database.write() as again:
                assert again.exec_driver_sql("SELECT 1").scalar() == 1
        finally:
            event.remove(database._engine, "before_cursor_execute", spoil)
