"""Studies of every released format: upgraded, read, verified, worked on; before or after."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from store import (
    DamagedStudy,
    NewerFormat,
    NewPerson,
    NotAllowed,
    OlderFormat,
    Role,
    StoreBusy,
    StoreError,
    WrongPassphrase,
    migrations,
    open_study,
)
from store.databases.processes import this_process
from store.migrations.upgrading import format_of, upgrade
from store.record.audit import Deed
from store.trust import tenure
from tests.store.made import DOCUMENT, Made, answer, passphrase, rehearse

RELEASES = Path(__file__).parent / "releases"
RELEASED = sorted(folder.name for folder in RELEASES.glob("format-*") if folder.is_dir())


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """A copy of a store as a release left it."""
    name = str(request.param)
    ids = json.loads((RELEASES / f"{name}.json").read_text())
    folder = tmp_path / "study"
    shutil.copytree(RELEASES / name, folder)
    return Made(folder, **ids)


def test_there_is_a_store_of_each_earlier_format() -> None:
    assert [f"format-{number}" for number in range(1, migrations.current())] == RELEASED
    assert [one.to for one in migrations.MIGRATIONS] == list(range(2, migrations.current() + 1))


def test_an_earlier_study_is_not_opened_and_not_changed(old: Made) -> None:
    before = _files(old.folder)
    with pytest.raises(OlderFormat, match="cati upgrade"):
        open_study(old.folder)
    assert _files(old.folder) == before


def test_an_upgraded_study_is_read_verified_and_worked_on(old: Made) -> None:
    before = _database(old.folder)
    done = upgrade(old.folder, "ada", passphrase("ada"))
    assert (done.after, format_of(old.folder)) == (migrations.current(), migrations.current())
    assert done.backup is not None
    kept = Made(done.backup.parent / "kept", *_ids(old))
    kept.folder.mkdir()
    shutil.copy(done.backup, kept.folder / "study.db")
    assert _database(kept.folder) == before
    with old.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        for person in (ada, dan, ina):
            assert person.verify().problems == ()
        assert dan.read_submitted(old.submitted).document == DOCUMENT
        labels = {card.id: card.label for card in dan.cases()}
        assert labels[old.begun] == "Household 0"
        rehearse(ada.study)
        case = ina.open_case(old.begun)
        assert case.events == [answer(number) for number in range(1, 9)]
        case.append(answer(9))
        case.submit(DOCUMENT)
        fresh = ina.open_case(old.fresh)
        fresh.append(answer(1))
        fresh.release()
        assert dan.read_submitted(old.begun).events == 9
        assert dan.verify().problems == ()
        assert upgrade(old.folder, "ada", passphrase("ada")).backup is None
    with old.sql() as sql:
        noted = sql.execute("SELECT object FROM audit WHERE action = ?", (Deed.MIGRATED.value,))
        assert noted.fetchall() == [(f"format {done.before} to {done.after}",)]


def _hold(old: Made) -> None:
    me = this_process()
    with old.sql() as sql:
        sql.execute(
            "UPDATE lease SET holder='x', boot=?, pid=?, started=?", tuple(vars(me).values())
        )


def _make_newer(old: Made) -> None:
    with old.sql() as sql:
        sql.execute(f"PRAGMA user_version = {migrations.current() + 1}")


def _swap_study(old: Made) -> None:
    with old.sql() as sql:
        sql.execute("UPDATE meta SET study = ?", ("0" * 32,))


def test_an_administrator_whom_format_1_added_goes_on(
    old: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entries did not say as what somebody was added."""
    upgrade(old.folder, "ada", passphrase("ada"))
    with monkeypatch.context() as as_then, old.unlocked("ada") as (ada,):
        as_then.setattr(tenure, "about_roles", lambda about, *_: about)
        ada.people.add(NewPerson("bea", frozenset({Role.ADMINISTRATOR}), passphrase("bea")))
        ada.people.add(NewPerson("eva", frozenset({Role.INTERVIEWER}), passphrase("eva")))
    with old.unlocked("ada") as (ada,):
        ada.people.change_roles("eva", frozenset({Role.SUPERVISOR}))
    with old.unlocked("bea", "dan") as (bea, dan):
        bea.people.change_policy(lock_after_minutes=9)
        assert dan.verify().problems == ()


@pytest.mark.parametrize(
    ("prepare", "name", "secret", "error"),
    [
        (lambda _: None, "ada", "not her passphrase", WrongPassphrase),
        (lambda _: None, "ina", passphrase("ina"), NotAllowed),
        (_hold, "ada", passphrase("ada"), StoreBusy),
        (_make_newer, "ada", passphrase("ada"), NewerFormat),
        (_swap_study, "ada", passphrase("ada"), DamagedStudy),
    ],
)
def test_what_must_not_be_upgraded_is_left_as_it_is(
    old: Made, prepare: Callable[[Made], None], name: str, secret: str, error: type[StoreError]
) -> None:
    prepare(old)
    before = _files(old.folder)
    with pytest.raises(error):
        upgrade(old.folder, name, secret)
    assert _files(old.folder) == before


@pytest.mark.parametrize(
    "loses",
    ["DELETE FROM event WHERE seq = 1", "UPDATE lease SET token = 0", "CREATE TABLE more (a TEXT)"],
)
def test_a_migration_that_loses_or_leaves_something_is_noticed_and_undone(
    old: Made, loses: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = migrations.MIGRATIONS[-1]
    faulty = (*migrations.MIGRATIONS[:-1], replace(last, sqlite=(*last.sqlite, loses)))
    monkeypatch.setattr(migrations, "MIGRATIONS", faulty)
    before = _database(old.folder)
    with pytest.raises(DamagedStudy, match="left as it is"):
        upgrade(old.folder, "ada", passphrase("ada"))
    assert _database(old.folder) == before


def test_an_error_at_any_statement_leaves_the_study_as_it_was(old: Made) -> None:
    before, total = _database(old.folder), 0
    with _at_statement(10**6, _fail) as seen:
        upgrade(old.folder, "ada", passphrase("ada"))
        total = len(seen)
    shutil.copy(old.folder / f"study.db.before-{migrations.current()}", old.folder / "study.db")
    assert total > 60
    for number in range(1, total + 1, 9):
        with _at_statement(number, _fail), pytest.raises(StoreError):
            upgrade(old.folder, "ada", passphrase("ada"))
        assert _database(old.folder) == before, number
    assert not list(old.folder.glob(".*"))


def test_killed_at_any_instant_it_is_before_or_after(old: Made) -> None:
    before, seen = _database(old.folder), set()
    for number in (4, 40, 56, 72, 119, 121, 10**6):
        child = os.fork()
        if child == 0:
            with _at_statement(number, _die):
                upgrade(old.folder, "ada", passphrase("ada"))
            os._exit(0)
        os.waitpid(child, 0)
        seen.add(format_of(old.folder))
        if format_of(old.folder) == migrations.current():
            break
        assert _database(old.folder) == before
    assert seen == {migrations.current() - 1, migrations.current()}
    assert not list(old.folder.glob(".*"))
    with old.unlocked("dan") as (dan,):
        assert dan.verify().problems == ()


def _fail() -> None:
    raise sqlite3.OperationalError("planted")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _at_statement(number: int, do: Callable[[], None]) -> Iterator[list[str]]:
    """Do something instead of the statement of that number, counted over all connections."""
    seen: list[str] = []

    def count(*arguments: object) -> None:
        seen.append(str(arguments[2]))
        if len(seen) == number:
            do()

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def _ids(made: Made) -> tuple[str, ...]:
    return made.begun, made.other, made.submitted, made.fresh, made.of_ivo


def _database(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "study.db")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()
        return [str(version), *connection.iterdump()]
    finally:
        connection.close()


def _files(folder: Path) -> dict[str, str]:
    """What is in the folder, without what SQLite and wrong passphrases leave beside."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".tries", "-journal", ".db.before-2"))
    }
