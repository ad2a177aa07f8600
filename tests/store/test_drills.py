"""A backup that was restored is another place than the study it was made of, and no way around it.

What each person saw of one says nothing about the other, and an earlier state of either is told.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store import PutBack, Role, open_study
from store.backup.restoring import Consent, restore
from store.clock import utc_now
from store.crypto.keys import SigningSecret
from store.record import audit
from store.record.audit import Deed
from tests.store.forging import signer
from tests.store.made import Made, passphrase


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., None]:
    """Unlock what is in a folder, on a computer that keeps what was seen."""

    def unlock(folder: Path, name: str = "ada", *, accept_older: bool = False) -> None:
        study = open_study(folder, seen=tmp_path / "seen")
        try:
            study.unlock(name, passphrase(name), accept_older=accept_older).lock()
        finally:
            study.close()

    return unlock


def backed_up(made: Made, folder: Path) -> Path:
    """A backup of the study as it is."""
    folder.mkdir()
    with made.unlocked("ada") as (ada,):
        return ada.backups.make(folder).path


def brought_back(file: Path, to: Path, keys: Path) -> Path:
    """Restored by ada, whether it is older or not."""
    consent = Consent(older=True)
    restore(file, to, keys_from=keys, name="ada", passphrase=passphrase("ada"), consent=consent)
    return to


def go_on(folder: Path, times: int = 1) -> None:
    """Something happens that the audit notes."""
    study = open_study(folder)
    ada = study.unlock("ada", passphrase("ada"))
    for _ in range(times):
        ada.people.suspend("dan")
        ada.people.resume("dan")
    study.close()


def put_in_place(source: Path, target: Path) -> None:
    """Whoever can write the folder copies manifest and database."""
    for name in ("study.yaml", "study.db"):
        shutil.copyfile(source / name, target / name)


def test_a_drill_says_nothing_about_the_study_and_hides_nothing_of_it(
    made: Made, tmp_path: Path, look: Callable[..., None]
) -> None:
    file = backed_up(made, tmp_path / "backups")
    earlier = made.copy(tmp_path / "earlier").folder
    go_on(made.folder)
    look(made.folder)
    drill = brought_back(file, tmp_path / "drill", made.folder / "keys")
    with pytest.raises(PutBack):
        look(drill)  # she saw more of the study than the backup holds
    look(made.folder)
    look(drill, accept_older=True)
    go_on(drill, 9)
    look(drill)
    look(made.folder)
    shutil.copytree(drill, tmp_path / "earlier drill")
    go_on(drill)
    look(drill)
    for there, put in ((drill, tmp_path / "earlier drill"), (made.folder, earlier)):
        put_in_place(put, there)
        with pytest.raises(PutBack, match="missing"):
            look(there)


def test_a_restore_that_lacks_nothing_asks_nothing_and_one_in_place_is_told_once(
    made: Made, tmp_path: Path, look: Callable[..., None]
) -> None:
    look(made.folder)
    file = backed_up(made, tmp_path / "backups")
    keys = shutil.copytree(made.folder / "keys", tmp_path / "kept keys")
    look(brought_back(file, tmp_path / "aside", keys))
    # In its own place: what stood there is not there any more, and never comes back unnoticed.
    shutil.move(made.folder, tmp_path / "replaced")
    look(brought_back(file, made.folder, keys))
    look(tmp_path / "replaced")
    put_in_place(tmp_path / "replaced", made.folder)
    with pytest.raises(PutBack, match="others"):
        look(made.folder)
    shutil.rmtree(made.folder)
    go_on(tmp_path / "replaced")
    look(tmp_path / "replaced")
    brought_back(file, made.folder, keys)
    with pytest.raises(PutBack):
        look(made.folder)
    look(made.folder, accept_older=True)
    look(made.folder)


def test_a_drill_in_the_place_of_the_study_is_told(
    made: Made, tmp_path: Path, look: Callable[..., None]
) -> None:
    """Also to who has seen the drill, and took it."""
    file = backed_up(made, tmp_path / "backups")
    go_on(made.folder)
    look(made.folder)
    drill = brought_back(file, tmp_path / "drill", made.folder / "keys")
    look(drill, accept_older=True)
    put_in_place(drill, made.folder)
    with pytest.raises(PutBack):
        look(made.folder)


def test_what_came_into_the_folder_while_somebody_worked_is_not_taken_for_seen(
    made: Made, tmp_path: Path, look: Callable[..., None]
) -> None:
    with made.unlocked("ada") as (ada,):
        me = signer(ada)
    older = made.copy(tmp_path / "older").folder
    with made.unlocked("dan") as (dan,):
        dan.submitted()
    study = open_study(made.folder, seen=tmp_path / "seen")
    ada = study.unlock("ada", passphrase("ada"))
    _as_restored(older, *me)
    with closing(sqlite3.connect(older / "study.db")) as source, made.sql() as target:
        source.backup(target)
    ada.lock()
    study.close()
    with pytest.raises(PutBack):
        look(made.folder)


def _as_restored(folder: Path, who: str, secret: SigningSecret, *, signed: bool = True) -> None:
    """An entry that says the backup was restored, as a program of their own would add it."""
    study = open_study(folder)
    with study.database.write() as connection:
        about, deed = "ab" * 16, Deed.BACKUP_RESTORED
        audit._add(connection, study.body, who, secret, deed, about, utc_now(), None)
        if not signed:
            connection.exec_driver_sql(
                "UPDATE audit SET signature = zeroblob(64) WHERE seq = (SELECT max(seq) FROM audit)"
            )
    study.close()


@pytest.mark.parametrize(
    ("name", "signed", "counts"),
    [
        ("ada", True, True),
        ("ada", False, False),
        ("ivo", True, False),
        ("sue", True, False),
    ],
)
def test_only_an_administrators_restore_makes_another_place(
    made: Made, tmp_path: Path, look: Callable[..., None], name: str, signed: bool, counts: bool
) -> None:
    """And none of them hides that entries are missing."""
    with made.unlocked("ada", name) as (ada, person):
        who, secret = person.entry.id, SigningSecret(bytes(person.keys.signing.raw))
        ada.people.change_roles("sue", frozenset({Role.ADMINISTRATOR}))
        ada.people.change_roles("sue", frozenset({Role.INTERVIEWER}))
        ada.people.remove("ivo")
    older = made.copy(tmp_path / "older").folder
    look(made.folder)
    _as_restored(made.folder, who, secret, signed=signed)
    look(made.folder)
    assert len(list((tmp_path / "seen").glob("*.seen"))) == 1 + counts
    if signed:
        go_on(made.folder)
        look(made.folder)
    for _ in range(2):
        put_in_place(older, made.folder)
        with pytest.raises(PutBack):
            look(made.folder)
        _as_restored(older, who, secret, signed=signed)
