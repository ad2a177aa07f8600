"""What a study on a server survives: cut connections, a killed server, errors, many at once."""

import threading
import traceback
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.exc import DBAPIError, OperationalError

from store import Access, StoreError, Study, Unreachable, open_study
from store.databases import server
from store.databases.postgres import PostgresDatabase
from store.databases.postgres_setup import new_database
from store.databases.tables import EventRow
from store.record.audit import Deed
from tests.store.made import DOCUMENT, Made, answer, passphrase
from tests.store.on_server import move_to_server
from tests.store.postgres_server import Server, own_server

# --- what it survives ----------------------------------------------------------------------------


@contextmanager
def cut(study: Study, *, happens: bool) -> Iterator[None]:
    """Cut the connection of the next COMMIT, after it was done there or before it arrived."""
    database = study.database
    assert isinstance(database, PostgresDatabase)
    done = False

    def end(connection: Any, _cursor: Any, said: str, *_: Any) -> None:
        nonlocal done
        if said == "COMMIT" and not done:
            done = True
            connection.connection.dbapi_connection.close()
            if happens:
                raise OperationalError("", {}, Gone(), connection_invalidated=True)

    class Gone(Exception):
        sqlstate = "08006"

    moment = "after_cursor_execute" if happens else "before_cursor_execute"
    event.listen(database._engine, moment, end)
    try:
        yield
    finally:
        event.remove(database._engine, moment, end)


@pytest.mark.parametrize("happens", [True, False])
def test_an_answer_whose_commit_was_cut_off_is_saved_once(made: Made, happens: bool) -> None:
    given = uuid.uuid4()
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        with cut(ina.study, happens=happens):
            assert case.append(answer(9), event_id=given).where == "here"
        assert case.holds(given), "what waits here is delivered once, also when it had arrived"
        receipt = case.append(answer(9), event_id=given)
        assert (receipt.seq, case.waiting) == (9, 0)
        assert case.append(answer(10)).seq == 10
        with cut(ina.study, happens=happens):
            if happens:
                case.submit(DOCUMENT)
            else:
                with pytest.raises(Unreachable):
                    case.submit(DOCUMENT)
                case.submit(DOCUMENT)
        assert dan.read_submitted(made.begun).events == 10
        assert dan.verify().ok


def test_doubt_waits_until_the_server_has_made_up_its_mind(made: Made) -> None:
    """The way to the server broke, and there the transaction is still under way."""
    at = server.named(made.folder)
    assert at is not None
    with closing(PostgresDatabase(at)) as broken, closing(PostgresDatabase(at)) as ours_now:
        row = insert(EventRow).values(case_id=made.begun, seq=77, envelope=b"")
        count = f"SELECT count(*) FROM event WHERE seq = 77 AND case_id = '{made.begun}'"
        with broken.append() as connection:
            connection.execute(row)
            with ours_now.read() as reading:
                assert reading.exec_driver_sql(count).scalar() == 0, "the control does not wait"
            with ThreadPoolExecutor(1) as threads:
                looking = threads.submit(_count, ours_now, count)
                assert not looking.done()
                broken._commit(connection)
                connection.exec_driver_sql("BEGIN")
                assert looking.result(timeout=30) == 1


def _count(database: PostgresDatabase, query: str) -> int:
    with database.settled() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def test_a_server_that_is_killed_is_found_again(
    made: Made, alone: Server, tmp_path: Path, original: Made
) -> None:
    elsewhere = replace(made, folder=tmp_path / "elsewhere")
    move_to_server(original.folder, elsewhere.folder, alone)
    with elsewhere.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        case.append(answer(9))
        alone.kill()
        given = uuid.uuid4()
        for _ in range(2):
            assert case.append(answer(10), event_id=given).where == "here"
        with pytest.raises(Unreachable):
            ina.cases()
        alone.start()
        assert case.append(answer(10), event_id=given).seq == 10
        alone.kill()
        alone.start()
        assert case.append(answer(11)).seq == 11, "a connection that broke while idle is replaced"
        assert len(ina.cases()) == 5
        assert dan.verify().ok


def test_a_failed_statement_that_nobody_heeded_is_not_taken_for_saved(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        with (
            pytest.raises(StoreError, match="not saved"),
            ina.study.database.write() as connection,
            suppress(DBAPIError),
        ):
            connection.exec_driver_sql("SELECT 1/0")
        assert len(ina.cases()) == 5


def test_messages_carry_nothing_of_what_was_to_be_saved(made: Made) -> None:
    canary = b"canary-7731"
    with made.unlocked("ina") as (ina,):
        database = ina.study.database
        row = insert(EventRow).values(case_id=made.begun, seq=1, envelope=canary)
        with pytest.raises(StoreError) as told, database.write() as connection:
            connection.execute(row)
        chain = "".join(traceback.format_exception(told.value))
        assert "canary" not in chain
        assert "INSERT" not in str(told.value)
        assert "23505" in str(told.value)
        with pytest.raises(DBAPIError) as control, translated_by_nobody(database) as connection:
            connection.execute(row)
        assert "canary" in repr(control.value.params), "the library keeps what was to be saved"


@contextmanager
def translated_by_nobody(database: Any) -> Iterator[Any]:
    """A transaction whose errors come out as the library raises them."""
    connection = database._begin_write()
    try:
        yield connection
    finally:
        connection.exec_driver_sql("ROLLBACK")


def test_many_at_once_leave_one_chain(made: Made) -> None:
    """Every deed notes itself behind the last entry of the audit, whoever writes it meanwhile."""
    studies = [open_study(made.folder) for _ in range(8)]
    try:
        people = [study.unlock("dan", passphrase("dan")) for study in studies]
        with studies[0].database.read() as connection:
            before = connection.exec_driver_sql("SELECT max(seq) FROM audit").scalar_one()
        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(_note_five_times, who) for who in people]:
                done.result()
        dan = people[0]
        with studies[0].database.read() as connection:
            after = connection.exec_driver_sql("SELECT max(seq) FROM audit").scalar_one()
        assert after == before + 40
        assert not [said for said in dan.verify().problems if "audit" in said]
    finally:
        for study in studies:
            study.close()


def _note_five_times(who: Access) -> None:
    for _ in range(5):
        who._note(Deed.CASES_READ, "")


def test_studies_may_be_made_on_a_new_server_at_the_same_moment() -> None:
    """The roles belong to the whole server, and each study makes those that are not there yet."""

    def make(at: server.Place) -> None:
        together.wait(timeout=60)
        with new_database(at):
            pass

    together = threading.Barrier(3)
    with own_server() as fresh, ThreadPoolExecutor(3) as threads:
        places = [server.place(fresh.url(fresh.new_database())) for _ in range(3)]
        assert list(threads.map(make, places)) == [None] * 3
        for at in places:
            PostgresDatabase(at).close()
