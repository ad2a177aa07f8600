"""What belongs together happens together, and nobody acts by a manifest of a moment ago."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from store import Access, NotAllowed, Role, StoreError, open_study
from store.backup import backups as backups_module
from store.casework import lease
from store.errors import StoreBusy, WrongPassphrase
from store.record import audit
from store.study import Study
from store.trust import pending
from tests.store.made import DOCUMENT, FINGERPRINT, IDENTITY, Made, answer, passphrase

NEW = "another quiet garden of ina"
ENDINGS: dict[str, Callable[[Access, Access], object]] = {
    "suspend": lambda ada, _: ada.people.suspend("ina"),
    "remove": lambda ada, _: ada.people.remove("ina"),
    "enroll": lambda ada, _: ada.people.enroll_again("ina", NEW),
    "roles": lambda ada, dan: ada.people.change_roles("ina", frozenset({Role.SUPERVISOR}), dan),
}


def _busy(*_: object) -> None:
    raise StoreBusy("Another program keeps study.db busy: wait a moment and repeat.")


def _meanwhile(study: Study, work: Callable[[], object], patch: pytest.MonkeyPatch) -> None:
    """Let something happen right before the next transaction that writes begins."""
    write = study.database.write

    @contextlib.contextmanager
    def after_work() -> Iterator[Connection]:
        patch.setattr(study.database, "write", write)
        work()
        with write() as connection:
            yield connection

    patch.setattr(study.database, "write", after_work)


@pytest.mark.parametrize("ending", ENDINGS)
def test_whoever_ends_somebodys_part_ends_what_they_hold_or_nothing(
    made: Made, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made.unlocked("ada", "dan") as (ada, dan), made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with monkeypatch.context() as patch:
            patch.setattr(lease, "end", _busy)
            with pytest.raises(StoreBusy):
                ENDINGS[ending](ada, dan)
        case.append(answer(9))  # nothing was changed
        assert ina.roles == {Role.INTERVIEWER}
        ENDINGS[ending](ada, dan)
        with pytest.raises(StoreError):
            case.append(answer(10))
        with pytest.raises(StoreError):
            case.submit(DOCUMENT)
        case.release()
        assert dan.verify().problems == ()


def test_nothing_is_noted_in_the_name_of_somebody_who_takes_no_part(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = backups_module._write

    def slow(*arguments: object) -> Path:
        with made.unlocked("ada") as (ada,):
            ada.people.suspend("dan")
        return written(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(backups_module, "_write", slow)
    with made.unlocked("dan") as (dan,), pytest.raises(NotAllowed, match="suspended"):
        dan.backups.make(tmp_path)
    with made.unlocked("ada") as (ada,):
        assert ada.verify().problems == ()


def test_new_keys_are_kept_when_only_the_end_of_the_change_fails(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made.unlocked("ada") as (ada,):
        with monkeypatch.context() as patch:
            patch.setattr(pending, "settle", _busy)
            ada.people.enroll_again("ina", NEW)
        with monkeypatch.context() as patch:
            _fail_after(Study.change, patch)
            ada.people.enroll_again("ivo", NEW)
        with monkeypatch.context() as patch:
            patch.setattr(audit, "record", _busy)
            with pytest.raises(StoreBusy):
                ada.people.enroll_again("sue", NEW)
    study = open_study(made.folder)
    try:
        for name, phrase in (("ina", NEW), ("ivo", NEW), ("sue", passphrase("sue"))):
            study.unlock(name, phrase).lock()
        with pytest.raises(WrongPassphrase):
            study.unlock("ina", passphrase("ina"))
    finally:
        study.close()
    assert not list((made.folder / "keys").glob(".*"))


def _fail_after(change: Callable[..., None], patch: pytest.MonkeyPatch) -> None:
    def changed(*arguments: object) -> None:
        change(*arguments)
        _busy()

    patch.setattr(Study, "change", changed)


def test_what_is_written_goes_by_the_manifest_of_its_own_transaction(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def suspend() -> None:
        with made.unlocked("ada") as (ada,):
            ada.people.suspend("ivo")

    def resume() -> None:
        with made.unlocked("ada") as (ada,):
            ada.people.resume("ivo")

    def rotate() -> None:
        with made.unlocked("ada", "dan") as (ada, dan):
            dan.study_keys.rotate(ada)

    with made.unlocked("dan") as (dan,):
        writes: list[Callable[[], object]] = [
            lambda: dan.add_case(
                label="Household 9",
                identity=IDENTITY,
                instrument=FINGERPRINT,
                mode="interview",
                assignee="ivo",
            ),
            lambda: dan.assignments.reassign(made.fresh, "ivo"),
        ]
        for write in writes:
            _meanwhile(dan.study, suspend, monkeypatch)
            with pytest.raises(NotAllowed):
                write()
            resume()
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.other)
        _meanwhile(ina.study, rotate, monkeypatch)
        case.submit(DOCUMENT)
        newest = ina.study.body.data_key_name
    with made.sql() as sql:
        query = "SELECT data_key FROM sealed WHERE case_id = ?"
        assert newest != "data"
        assert list(sql.execute(query, (made.other,))) == [(newest,)]
