"""A study that began in a file goes onto a PostgreSQL server by a backup, and back."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import Connection

from store import InvalidInput, Reason, StoreError, StudyInPlace, join_study, open_study
from store.backup import onto_server
from store.backup.restoring import Consent, Restored, restore
from store.databases import server
from tests.store.made import DOCUMENT, Made, answer, found, passphrase
from tests.store.postgres_server import Server
from tests.store.test_backups import backed_up, content


@pytest.fixture
def study(original: Made, tmp_path: Path) -> Made:
    return original.copy(tmp_path / "study")


def moved(made: Made, file: Path, to: Path, url: str | None, **options: object) -> Restored:
    named: dict[str, object] = {"keys_from": made.folder / "keys", "name": "ada", **options}
    named |= {"passphrase": passphrase("ada"), "database": url}
    return restore(file, to, **named)  # type: ignore[arg-type]


def test_a_study_goes_onto_a_server_and_back(study: Made, tmp_path: Path, running: Server) -> None:
    everyone = ("ada", "dan", "ina", "ivo", "sue")
    with study.unlocked("dan") as (dan,):
        dan.publish("pace-x", {"a": 1})
    file = backed_up(study, tmp_path / "backups")
    with study.unlocked("dan", "ada") as (dan, ada):
        dan.erasures.erase_case(study.fresh, Reason.WITHDRAWN, ada)
    with study.unlocked(*everyone) as people:
        before = [content(person) for person in people]
        fingerprint = people[0].study.fingerprint
    url = running.url(running.new_database())
    consent = Consent(older=True)
    done = moved(study, file, tmp_path / "there", url, current=study.folder, consent=consent)
    assert (done.problems, done.without_keys, done.erased_again) == ((), (), 1)
    assert server.named(tmp_path / "there") == server.place(url)
    assert not list((tmp_path / "there").glob("study.db*"))
    there = replace(study, folder=tmp_path / "there")
    with there.unlocked(*everyone) as people:
        assert [content(person) for person in people] == before
        assert people[1].verify().problems == ()
        assert people[1].study.database.kind == "postgres"
    # Someone joins from another computer, and goes on.
    joined = join_study(tmp_path / "joined", database=url, fingerprint=fingerprint)
    joined.close()
    copytree(study.folder / "keys", tmp_path / "joined" / "keys", dirs_exist_ok=True)
    with replace(study, folder=tmp_path / "joined").unlocked("ina", "dan") as (ina, dan):
        assert dan.study.notice("pace-x") == {"a": 1}
        case = ina.open_case(study.begun)
        case.append(answer(9))
        case.submit(DOCUMENT)
    back = moved(study, backed_up(there, tmp_path / "later"), tmp_path / "back", None)
    assert back.problems == ()
    with replace(study, folder=back.folder).unlocked(*everyone) as people:
        home = [content(person) for person in people]
        assert people[1].verify().problems == ()
        assert people[1].study.database.kind == "sqlite"
    with there.unlocked(*everyone) as people:
        assert [content(person) for person in people] == home


def test_a_login_that_owns_the_database_and_makes_roles_is_enough(
    study: Made, tmp_path: Path, alone: Server
) -> None:
    """As docs/postgresql.md has whoever runs the server make it, also for founding."""
    login = "CREATE ROLE ada LOGIN CREATEROLE"
    alone.execute(login, *(f"CREATE DATABASE {one} OWNER ada" for one in ("moved", "founded")))
    done = moved(
        study, backed_up(study, tmp_path / "backups"), tmp_path / "new", alone.url("moved", "ada")
    )
    assert done.problems == ()
    found(tmp_path / "founded", database=alone.url("founded", "ada")).close()
    fingerprint = open_study(study.folder).fingerprint
    alone.execute("CREATE ROLE ina LOGIN", "GRANT cati_interviewer TO ina", database="moved")
    url = alone.url("moved", "ina")
    join_study(tmp_path / "of ina", database=url, fingerprint=fingerprint).close()
    copytree(study.folder / "keys", tmp_path / "of ina" / "keys", dirs_exist_ok=True)
    with replace(study, folder=tmp_path / "of ina").unlocked("ina") as (ina,):
        ina.open_case(study.begun).submit(DOCUMENT)


def test_a_server_that_holds_something_or_a_url_that_is_none_is_refused(
    study: Made, tmp_path: Path, running: Server
) -> None:
    file = backed_up(study, tmp_path / "backups")
    url = running.url(running.new_database())
    moved(study, file, tmp_path / "first", url)
    with pytest.raises(StudyInPlace, match="not empty"):
        moved(study, file, tmp_path / "second", url)
    with pytest.raises(InvalidInput, match="URL"):
        moved(study, file, tmp_path / "second", "sqlite:///x")
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize("how", ["cut off", "altered"])
def test_what_ends_halfway_leaves_nothing(
    study: Made, tmp_path: Path, running: Server, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    file = backed_up(study, tmp_path / "backups")
    url = running.url(running.new_database())
    compare = onto_server._require_same

    def fault(here: Connection, there: Connection) -> None:
        if how == "cut off":
            raise KeyboardInterrupt
        there.exec_driver_sql("UPDATE event SET envelope = envelope || '\\x00' WHERE seq = 2")
        compare(here, there)

    monkeypatch.setattr(onto_server, "_require_same", fault)
    with pytest.raises(KeyboardInterrupt if how == "cut off" else StoreError):
        moved(study, file, tmp_path / "new", url)
    monkeypatch.undo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backups", "study"]
    moved(study, file, tmp_path / "new", url)
    open_study(tmp_path / "new").close()
