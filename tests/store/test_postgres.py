"""A study on a real PostgreSQL server: what that must be like, who may what, what is survived."""

import secrets
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from store import (
    DamagedStudy,
    InvalidInput,
    NewerFormat,
    Reason,
    StoreError,
    StudyInPlace,
    Unwritable,
    create_study,
    open_study,
)
from store.databases import server
from store.databases.postgres import PostgresDatabase, engine, ours
from store.databases.postgres_rules import MISSING_EXTRA, require_tables
from store.values import KdfCost, NewPerson
from tests.store.made import DOCUMENT, PEOPLE, Made, add_case, answer, passphrase
from tests.store.on_server import database_of, move_to_server
from tests.store.postgres_server import Server


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
    with places["administrator"].unlocked("ada", "dan") as (ada, dan):
        ada.people.add(NewPerson("eve", PEOPLE["ina"], passphrase("eve")))
        ada.people.change_policy(dan, review="all")
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
        sue.reviews.give_back(case_id, {"event": "returned", "comment": "a summary is missing"})
    with places["interviewer"].unlocked("ina") as (ina,):
        ina.open_case(case_id).submit(DOCUMENT)
        held = ina.open_case(made.other)
        held.append(answer(6))
    with places["supervisor"].unlocked("sue") as (sue,):
        sue.reviews.accept(case_id)
    with places["administrator"].unlocked("ada", "dan") as (ada, dan):
        ada.people.suspend("ivo")
        ada.study_keys.make_sheets(dan)
    with places["data_manager"].unlocked("dan", "ada") as (dan, ada):
        assert dan.read_submitted(case_id).document == DOCUMENT
        dan.assignments.reassign(made.of_ivo, "ina")
        dan.assignments.reassign(made.begun, "eve")
        dan.study_keys.rotate(ada)
        while dan.study_keys.rewrap().left:
            pass
        dan.erasures.erase_case(made.fresh, Reason.WITHDRAWN, ada)
        dan.erasures.erase_identities(ada)
        assert dan.verify().problems == ()
