"""A study on a real PostgreSQL server: what that must be like, who may what, what is survived."""

import secrets
import sys
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

from store import (
    Access,
    CaseInUse,
    DamagedStudy,
    InstrumentFiles,
    InvalidInput,
    LeaseLost,
    NewerFormat,
    StoreError,
    Study,
    StudyInPlace,
    Unreachable,
    Unwritable,
    create_study,
    join_study,
    open_study,
    server,
)
from store.audit import Deed
from store.database import translated
from store.postgres import PostgresDatabase, engine, ours
from store.postgres_rules import MISSING_EXTRA, require_tables
from store.tables import EventRow
from store.values import KdfCost, NewPerson
from tests.store.made import DOCUMENT, FINGERPRINT, PEOPLE, Made, add_case, answer, passphrase
from tests.store.on_server import database_of, move_to_server
from tests.store.postgres_server import Server, own_server


@pytest.fixture(scope="module")
def alone() -> Iterator[Server]:
    """A server that nobody else uses, to be put out of order and killed."""
    with own_server() as server:
        yield server


def as_user(made: Made, user: str, folder: Path) -> Made:
    """The same study from another folder, under another login on the server."""
    copy = made.copy(folder)
    at = server.named(made.folder)
    assert at is not None
    server.name(folder, replace(at, user=user))
    return copy


# --- where it is ---------------------------------------------------------------------------------

VERIFIED = "sslmode=verify-full"
GOOD = {
    f"postgresql://ina@db.example.org/households?{VERIFIED}": ("db.example.org", 5432, "ina"),
    f"postgres://db.example.org:5433/a%20b?{VERIFIED}&sslrootcert=/etc/ca.pem": (
        "db.example.org",
        5433,
        "",
    ),
    "postgresql:///households?host=/run/postgresql": ("/run/postgresql", 5432, ""),
    f"postgresql://[::1]:6000/households?{VERIFIED}": ("::1", 6000, ""),
}
BAD = {
    "mysql://db.example.org/households": "begin with postgresql",
    f"postgresql://ina:secret-word@db.example.org/households?{VERIFIED}": "password",
    f"postgresql://db.example.org/households?{VERIFIED}&password=secret-word": "password",
    "postgresql://db.example.org/households": "verify-full",
    "postgresql://db.example.org/households?sslmode=require": "verify-full",
    "postgresql://localhost/households": "verify-full",
    f"postgresql://db.example.org/?{VERIFIED}": "names no database",
    f"postgresql:///households?{VERIFIED}": "one host",
    f"postgresql://a.example.org,b.example.org/households?{VERIFIED}": "one host",
    f"postgresql://db.example.org/households?{VERIFIED}&host=/run": "one host",
    f"postgresql://db.example.org/households?{VERIFIED}&options=-cfsync%3Doff": "may stand behind",
    f"postgresql://db.example.org/households?{VERIFIED}&hostaddr=192.0.2.1": "may stand behind",
    f"postgresql://db.example.org/households?{VERIFIED}&{VERIFIED}": "twice",
    f"postgresql://db.example.org:port/households?{VERIFIED}": "cannot be read",
    f"postgresql://db.example.org/house%0Aholds?{VERIFIED}": "characters",
}


@pytest.mark.parametrize("url", GOOD)
def test_a_place_is_read_and_written_back(url: str, tmp_path: Path) -> None:
    at = server.place(url)
    assert (at.host, at.port, at.user) == GOOD[url]
    assert server.place(at.url) == at
    server.name(tmp_path, at)
    assert server.named(tmp_path) == at


@pytest.mark.parametrize("url", BAD)
def test_a_place_that_is_not_safe_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(InvalidInput, match=BAD[url]) as refused:
        server.place(url)
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"database: 5\n", b"a: b\n", b"- x\n", b"\xff", b"{{"])
def test_a_database_yaml_that_says_nothing_usable_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "database.yaml").write_bytes(content)
    with pytest.raises(StoreError, match=r"database\.yaml in the study folder cannot be used"):
        server.named(tmp_path)


def test_without_the_extra_it_is_told_plainly(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError) as told:
        open_study(made.folder)
    assert str(told.value) == MISSING_EXTRA


def test_the_environment_does_not_lead_elsewhere(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("PGHOSTADDR", "192.0.2.1"),
        ("PGOPTIONS", "-c synchronous_commit=off"),
        ("PGSSLMODE", "require"),
        ("PGDATABASE", "postgres"),
    ):
        monkeypatch.setenv(name, value)
    with made.unlocked("ina") as (ina,):
        assert len(ina.cases()) == 5


# --- what it must be like ------------------------------------------------------------------------


def refusal(at: server.Place) -> str:
    """Why a server is not used; empty when it is."""
    try:
        PostgresDatabase(at).close()
    except StoreError as error:
        return str(error)
    return ""


def test_a_server_that_may_lose_answers_is_refused(
    alone: Server, original: Made, tmp_path: Path
) -> None:
    move_to_server(original.folder, tmp_path / "study", alone)
    name = database_of(tmp_path / "study")
    at = server.place(alone.url(name))
    assert refusal(at) == "", "the control"
    for setting in ("fsync", "full_page_writes"):
        alone.execute(f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
        said = _until(lambda: refusal(at))
        assert f"{setting}=off" in said
        alone.execute(f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()")
        _until(lambda: "well" if refusal(at) == "" else "")
    alone.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    assert "synchronous_commit=off" in refusal(at)
    alone.execute(f"ALTER DATABASE {name} RESET synchronous_commit")
    with pytest.raises(StudyInPlace, match="not empty"):
        create_study(
            tmp_path / "other",
            title="Households",
            kind="practice",
            people=[NewPerson("ada", PEOPLE["ada"] | PEOPLE["dan"], passphrase("ada"))],
            cost=KdfCost.FLOOR,
            database=at.url,
        )
    assert not (tmp_path / "other").exists()
    latin = f"study_{secrets.token_hex(6)}"
    alone.execute(f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1'")
    assert "not in UTF8" in refusal(replace(at, database=latin))
    assert "nobody_made_it on /" in refusal(replace(at, database="nobody_made_it"))
    assert "refused your login" in refusal(replace(at, user="nobody_knows"))
    assert "holds no study" in refusal(replace(at, database="postgres"))
    # A standby takes no changes, and what is read there may be old.
    alone.stop()
    (alone.data / "standby.signal").touch()
    alone.start()
    assert "standby" in refusal(at)
    alone.stop()
    (alone.data / "standby.signal").unlink()
    assert "cannot be reached" in refusal(at)
    alone.start()
    assert refusal(at) == ""


def _until(look: Any) -> str:
    """What `look` says once it says something; a server takes a moment to read its settings."""
    for _ in range(500):
        if said := look():
            return str(said)
        threading.Event().wait(0.01)
    raise AssertionError("it never happened")


PLANTED = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON audit EXECUTE FUNCTION "
    "suppress_redundant_updates_trigger()",
    "a rule": "CREATE RULE r AS ON DELETE TO event DO INSTEAD NOTHING",
    "a view": "CREATE VIEW v AS SELECT 1",
    "a table": "CREATE TABLE t (a int)",
    "a column": "ALTER TABLE audit ADD COLUMN note text",
    "a default": "ALTER TABLE event ALTER COLUMN seq SET DEFAULT 7",
    "another type": "ALTER TABLE lease ALTER COLUMN token TYPE int",
    "another order of letters": 'ALTER TABLE audit ALTER COLUMN object TYPE text COLLATE "default"',
    "empty values": "ALTER TABLE lease ALTER COLUMN token DROP NOT NULL",
    "no key": "ALTER TABLE event DROP CONSTRAINT event_pkey",
    "no reference": "ALTER TABLE event DROP CONSTRAINT event_case_id_fkey",
    "a check": "ALTER TABLE event ADD CHECK (seq < 9)",
    "an index": "CREATE INDEX i ON event (case_id)",
    "a policy": "CREATE POLICY p ON audit USING (false)",
    "a function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "no table": "DROP TABLE packet",
    "no logging": "ALTER TABLE packet SET UNLOGGED",
    "triggers off": 'ALTER TABLE "case" DISABLE TRIGGER ALL',
    "another version": "COMMENT ON TABLE meta IS 'cati 999'",
    "no version": "COMMENT ON TABLE meta IS 'something'",
}


def test_whatever_was_planted_in_the_tables_is_noticed(made: Made) -> None:
    at = server.named(made.folder)
    assert at is not None
    connections = engine(at)
    missed, told = [], dict[str, StoreError]()
    with connections.connect() as connection:
        require_tables(connection)
        for what, statement in PLANTED.items():
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql(statement)
            try:
                require_tables(connection)
                missed.append(what)
            except NewerFormat as error:
                told[what] = error
            except DamagedStudy as error:
                told[what] = error
            connection.exec_driver_sql("ROLLBACK")
        require_tables(connection)
    connections.dispose()
    assert missed == []
    assert isinstance(told["another version"], NewerFormat)
    assert "holds no study" in str(told["no version"])
    assert "are not those of cati" in str(told["a trigger"])


# --- who may do what -----------------------------------------------------------------------------

FORBIDDEN: dict[str, tuple[str, ...]] = {
    "interviewer": (
        'DELETE FROM "case"',
        "UPDATE \"case\" SET assignee=''",
        "INSERT INTO identity VALUES ('x', '')",
        "DELETE FROM identity",
        "UPDATE event SET envelope=''",
        "UPDATE sealed SET envelope=''",
        "INSERT INTO file VALUES ('study.yaml', '')",
    ),
    "supervisor": ('DELETE FROM "case"', "INSERT INTO sealed VALUES ('x','','','')"),
    "data_manager": ('DELETE FROM "case"', "UPDATE event SET envelope=''", "DELETE FROM erasure"),
    "administrator": (
        "INSERT INTO event VALUES ('x', 1, '')",
        "DELETE FROM sealed",
        'UPDATE "case" SET n=0',
    ),
}
ALWAYS_FORBIDDEN = (
    "UPDATE audit SET at=''",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "DELETE FROM meta",
    "DROP TABLE event",
    "CREATE TABLE public.mine (a int)",
    "ALTER TABLE lease ADD COLUMN a int",
    "SET ROLE cati_owner",
    "CREATE ROLE another",
)


def test_each_login_does_its_work_and_nothing_else(
    made: Made, running: Server, tmp_path: Path
) -> None:
    name, mark = database_of(made.folder), secrets.token_hex(4)
    logins = {role: f"{role}_{mark}" for role in FORBIDDEN}
    for role, login in logins.items():
        running.execute(f"CREATE ROLE {login} LOGIN", f"GRANT cati_{role} TO {login}")
    running.execute(f"CREATE ROLE guest_{mark} LOGIN")
    at = server.place(running.url(name))
    assert "ask whoever runs the server" in refusal(replace(at, user=f"guest_{mark}"))
    allowed = []
    for role, login in logins.items():
        connections = engine(replace(at, user=login))
        with connections.connect() as connection:
            for statement in (*FORBIDDEN[role], *ALWAYS_FORBIDDEN):
                connection.exec_driver_sql("BEGIN")
                try:
                    connection.exec_driver_sql(statement)
                    allowed.append((role, statement))
                except DBAPIError as error:
                    if not isinstance(ours(error), Unwritable):
                        allowed.append((role, statement))
                connection.exec_driver_sql("ROLLBACK")
        connections.dispose()
    assert allowed == []
    places = {role: as_user(made, login, tmp_path / role) for role, login in logins.items()}
    with places["administrator"].unlocked("ada") as (ada,):
        ada.people.add(NewPerson("eve", PEOPLE["ina"], passphrase("eve")))
    with places["data_manager"].unlocked("dan") as (dan,):
        case_id = add_case(dan, "Household 9", "ina")
        dan.publish("pace", {"seconds": 3})
    with places["interviewer"].unlocked("ina") as (ina,):
        case = ina.open_case(case_id)
        case.append(answer(1))
        case.heartbeat()
        case.submit(DOCUMENT)
        ina.open_case(made.begun).release()
        with (
            pytest.raises(Unwritable, match="ask whoever runs the server"),
            ina.study.database.write() as connection,
        ):
            connection.exec_driver_sql("DELETE FROM audit")
    with places["supervisor"].unlocked("sue") as (sue,):
        assert len(sue.cases()) == 6
    with places["data_manager"].unlocked("dan") as (dan,):
        assert dan.read_submitted(case_id).document == DOCUMENT
        assert dan.verify().problems == ()


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
        with cut(ina.study, happens=happens), pytest.raises(Unreachable, match="not known"):
            case.append(answer(9), event_id=given)
        assert case.holds(given) is happens
        receipt = case.append(answer(9), event_id=given)
        assert receipt.seq == 9
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
            with pytest.raises(Unreachable):
                case.append(answer(10), event_id=given)
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
        people = [study.unlock("ina", passphrase("ina")) for study in studies]
        with studies[0].database.read() as connection:
            before = connection.exec_driver_sql("SELECT max(seq) FROM audit").scalar_one()
        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(_note_five_times, who) for who in people]:
                done.result()
        dan = studies[0].unlock("dan", passphrase("dan"))
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


# --- holds on cases ------------------------------------------------------------------------------

ELSEWHERE = "UPDATE lease SET boot='another computer'"


def until(made: Made) -> int:
    """Seconds for which the begun case is still held, by the server's clock."""
    with made.sql() as sql:
        query = "SELECT until - extract(epoch FROM now())::bigint FROM lease WHERE case_id=?"
        return int(sql.execute(query, (made.begun,)).fetchone()[0])


def test_a_hold_ends_by_the_clock_of_the_server_unless_it_is_renewed(made: Made) -> None:
    with made.unlocked("ina") as (ina,), made.unlocked("ina") as (again,):
        case = ina.open_case(made.begun)
        assert 110 < until(made) <= 120
        with made.sql() as sql:
            sql.execute(ELSEWHERE + ", until = until - 100")
        with pytest.raises(CaseInUse):
            again.open_case(made.begun)
        ina.heartbeat()
        assert 110 < until(made) <= 120
        with made.sql() as sql:
            sql.execute("UPDATE lease SET until = until - 121 WHERE holder <> ''")
        assert case.append(answer(9)).seq == 9, "ended, and nobody has taken it"
        taken = again.open_case(made.begun)
        assert taken.token == case.token + 1
        for late in (
            lambda: case.append(answer(10)),
            case.heartbeat,
            lambda: case.submit(DOCUMENT),
        ):
            with pytest.raises(LeaseLost):
                late()
        assert taken.append(answer(10)).seq == 10


def test_no_clock_of_a_client_ends_a_hold(made: Made, clock: Any) -> None:
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.begun)
        with made.sql() as sql:
            sql.execute(ELSEWHERE)
        clock.pass_seconds(10 * 365 * 86_400)
        study = open_study(made.folder, now=clock)
        try:
            with pytest.raises(CaseInUse):
                study.unlock("ina", passphrase("ina")).open_case(made.begun)
        finally:
            study.close()


def test_nobody_is_given_the_same_case_twice(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        ids = [add_case(dan, f"Household {number}", "ina") for number in range(6)]
    studies = [open_study(made.folder) for _ in range(4)]
    try:
        people = [study.unlock("ina", passphrase("ina")) for study in studies]

        def claim(who: Any) -> list[str]:
            given = []
            while (case := who.claim_next([made.submitted, made.of_ivo, *ids])) is not None:
                given.append(case.card.id)
            return given

        with ThreadPoolExecutor(4) as threads:
            given = [one for got in threads.map(claim, people) for one in got]
        assert sorted(given) == sorted(ids)
    finally:
        for study in studies:
            study.close()


def test_what_the_library_raises_comes_out_as_ours() -> None:
    with pytest.raises(StoreError), translated(ours):
        raise OperationalError("", {}, Exception("canary"))


# --- folders of their own ------------------------------------------------------------------------


def joined(made: Made, folder: Path, *names: str) -> Made:
    """The study in a folder of somebody else's, with their key files."""
    at = server.named(made.folder)
    assert at is not None
    with closing(open_study(made.folder)) as study:
        fingerprint = study.fingerprint
    join_study(folder, database=at.url, fingerprint=fingerprint.upper()).close()
    for name in names:
        file = f"keys/{name}.key"
        (folder / file).write_bytes((made.folder / file).read_bytes())
    return replace(made, folder=folder)


def test_who_joins_gets_what_is_common_and_no_key(made: Made, tmp_path: Path) -> None:
    with made.unlocked("dan") as (dan,):
        dan.publish("pace", {"seconds": 3})
    here = joined(made, tmp_path / "here")
    common = {"study.yaml", "notices/pace.json"}
    files = {path.relative_to(here.folder).as_posix() for path in here.folder.rglob("*.*")}
    assert common < files
    assert not [path for path in files if path.startswith("keys/") or "study.db" in path]
    for file in (*common, f"instruments/{FINGERPRINT}/sections/people.yaml"):
        assert (here.folder / file).read_bytes() == (made.folder / file).read_bytes()
    with made.sql() as sql:
        kept = {row[0] for row in sql.execute("SELECT path FROM file")}
    assert not [path for path in kept if "key" in path]
    with joined(made, tmp_path / "ina", "ina").unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        assert case.append(answer(9)).seq == 9
        assert ina.study.notice("pace") == {"seconds": 3}


def test_another_study_than_the_one_that_was_meant_is_not_joined(
    made: Made, tmp_path: Path
) -> None:
    at = server.named(made.folder)
    assert at is not None
    with pytest.raises(DamagedStudy, match="not the study that was meant"):
        join_study(tmp_path / "here", database=at.url, fingerprint="5f" * 16)
    assert list(tmp_path.glob("*here*")) == []


def test_what_changes_in_one_folder_is_known_in_the_others(made: Made, tmp_path: Path) -> None:
    """Also while they are open: somebody added, an instrument, and somebody who is sent away."""
    office = joined(made, tmp_path / "office", "ada", "dan")
    with made.unlocked("ina") as (ina,), office.unlocked("ada", "dan") as (ada, dan):
        case = ina.open_case(made.begun)
        ada.people.add(NewPerson("eve", PEOPLE["dan"], passphrase("eve")), dan)
        files = {"instrument.yaml": b"name: cars\n"}
        ada.add_instrument(InstrumentFiles("cars", "1.0", "7c" * 32, files))
        assert len(ina.cases()) == 5
        assert {person.name for person in ina.study.people} == {*PEOPLE, "eve"}
        assert (ina.study.instrument_folder("7c" * 32) / "instrument.yaml").is_file()
        ada.people.suspend("ina")
        with pytest.raises(StoreError):
            ina.cases()
        with pytest.raises(StoreError):
            ina.open_case(made.fresh)
        with pytest.raises(StoreError):
            case.append(answer(9))
        assert dan.verify().problems == ()


def test_an_older_or_foreign_manifest_on_the_server_is_not_taken(
    made: Made, other_study: Made
) -> None:
    older = (made.folder / "study.yaml").read_bytes()
    with made.unlocked("ada") as (ada,):
        ada.people.suspend("ivo")
    newest = (made.folder / "study.yaml").read_bytes()
    foreign = (other_study.folder / "study.yaml").read_bytes()
    for content, refused in ((older, False), (foreign, True), (newest[:-9], True)):
        with made.sql() as sql:
            sql.execute("UPDATE file SET content=? WHERE path='study.yaml'", (content,))
        if refused:
            with pytest.raises(DamagedStudy):
                open_study(made.folder)
        else:
            open_study(made.folder).close()
        assert (made.folder / "study.yaml").read_bytes() == newest


def test_files_that_nobody_signed_are_not_taken_from_the_server(made: Made, tmp_path: Path) -> None:
    planted = {
        f"instruments/{FINGERPRINT}/instrument.yaml": b"name: other\n",
        "notices/pace.json": b'{"content":{},"signature":"","signed_by":""}',
        "notices/../keys/ina.key": b"x",
        "keys/ina.key": b"x",
        "database.yaml": b"database: x\n",
    }
    with made.sql() as sql:
        for path, content in planted.items():
            sql.execute("DELETE FROM file WHERE path=?", (path,))
            sql.execute("INSERT INTO file VALUES (?, ?)", (path, content))
    here = joined(made, tmp_path / "here")
    for path, content in planted.items():
        file = here.folder / path
        assert not file.exists() or file.read_bytes() != content
    with closing(open_study(here.folder)) as study, pytest.raises(DamagedStudy, match="missing"):
        study.instrument_folder(FINGERPRINT)
