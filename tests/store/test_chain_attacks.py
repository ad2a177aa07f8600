"""What is put back or altered by people without keys, or with those of somebody who was removed.

Each attack has its control: the honest way to the same place works.
"""

import contextlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store import DamagedCase, DamagedStudy, NewPerson, NotAllowed, Role, open_study
from store.backup.known import AuditUnsound
from store.backup.restoring import Consent, Restored, restore
from store.binding import bind
from store.crypto.keys import SealingSecret, SigningSecret
from store.erasing.cleaning import ASIDE
from store.erasing.ledger import Reason
from store.errors import AuditAltered, PutBack
from store.migrations.upgrading import upgrade
from store.moving import packet_file, put_away
from store.moving.arriving import start_study
from store.record import audit, chain
from store.record.audit import Deed
from store.trust import giving, manifest
from tests.store.made import DOCUMENT, Made, add_case, answer, passphrase, rehearse
from tests.store.putting_back import OF_WORK, put_back


class _Undone(Exception):
    """Ends a transaction so that nothing of it remains."""


@pytest.mark.parametrize("altered", [True, False])
def test_notes_taken_out_of_the_middle_leave_a_case_closed(
    made: Made, tmp_path: Path, altered: bool
) -> None:
    """Without a key: rows of then, and its notes since blanked; the audit goes on behind them."""
    older = Path(shutil.copy(made.folder / "study.db", tmp_path / "older.db"))
    with made.sql() as sql:
        (last,) = sql.execute("SELECT max(seq) FROM audit").fetchone()
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        case.append(answer(9))
        case.release()
        ina.open_case(made.other).release()
    if altered:
        put_back(made, older, made.begun, OF_WORK)
        with made.sql() as sql:
            blank = "UPDATE audit SET object = '' WHERE seq > ? AND object LIKE ?"
            assert sql.execute(blank, (last, f"{made.begun} journal %")).rowcount == 2
    with made.unlocked("ina", "dan") as (ina, dan):
        if altered:
            with pytest.raises(AuditAltered):
                ina.open_case(made.begun)
            assert dan.verify().problems
        else:
            ina.open_case(made.begun).submit(DOCUMENT)
            assert dan.verify().problems == ()


def test_behind_a_newer_manifest_only_cases_noted_before_the_damage_stay_closed(made: Made) -> None:
    with made.sql() as sql:
        (last,) = sql.execute("SELECT max(seq) FROM audit").fetchone()
    with made.unlocked("ada", "ina") as (ada, ina):
        ada.people.add(NewPerson("new", frozenset({Role.INTERVIEWER}), passphrase("new")))
        ina.open_case(made.other).release()
    with made.sql() as sql:
        sql.execute("UPDATE audit SET object = '' WHERE seq = ?", (last - 1,))
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.other).release()
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)


def test_the_notes_of_a_person_hold_for_all_that_stood_before_them(made: Made) -> None:
    """Whoever alters an entry and every hash behind it would need the others' signatures."""
    with made.unlocked("ina") as (ina,):
        body = ina.study.body
        with ina.study.database.read() as connection:
            assert chain.cover(connection, body).doubtful == 0
            whole = list(audit.entries(connection))
    with made.sql() as sql:
        previous = whole[5].hash
        for entry in whole[6:]:
            about = "" if entry.seq == 7 else entry.object
            fields = (entry.seq, entry.at, entry.actor, entry.action, about, entry.second)
            previous = chain.digest(body, previous, *fields)
            rewrite = "UPDATE audit SET object = ?, hash = ? WHERE seq = ?"
            sql.execute(rewrite, (about, previous, entry.seq))
    study = open_study(made.folder)
    with study.database.read() as connection:
        assert chain.cover(connection, body).doubtful == whole[-1].seq
    study.close()


def test_a_walk_over_what_was_then_undone_is_begun_anew(made: Made) -> None:

    with made.unlocked("ina") as (ina,):
        study, body = ina.study, ina.study.body
        with study.database.read() as connection:
            before = chain.cover(connection, body).number
        with contextlib.suppress(_Undone), study.database.write() as connection:
            signing, now = ina.keys.signing, study.now()
            audit.record(connection, body, ina.entry.id, signing, Deed.CASE_READ, "", now)
            assert chain.cover(connection, body).number == before + 1
            raise _Undone
        case = ina.open_case(made.begun)
        case.append(answer(9))
        case.release()
        with study.database.read() as connection:
            walked = chain.cover(connection, body)
            assert (walked.number, walked.doubtful) == (before + 2, 0)


def test_a_walk_that_was_broken_off_is_walked_again(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had passed without looking at the signature must not count as looked at."""
    with made.unlocked("ina") as (ina,):
        database, body = ina.study.database, ina.study.body
        ina.open_case(made.begun).release()
        with made.sql() as sql:
            (last,) = sql.execute("SELECT max(seq) FROM audit").fetchone()
            sql.execute("UPDATE audit SET signature = ? WHERE seq = ?", (bytes(64), last))
        with monkeypatch.context() as broken, database.read() as connection:
            broken.setattr(chain, "_entry", _break_off)
            with pytest.raises(_Undone):
                chain.cover(connection, body)
        with database.read() as connection:
            assert chain.cover(connection, body).doubtful == last


def _break_off(*_: object) -> None:
    raise _Undone


@pytest.mark.parametrize("altered", [True, False])
def test_an_older_manifest_whose_successor_was_blanked_in_the_audit_opens_nothing(
    made: Made, altered: bool
) -> None:
    """Without a key: study.yaml of before ivo was removed; the entry of the removal altered."""
    old_yaml = (made.folder / manifest.FILE_NAME).read_bytes()
    old_key = (made.folder / "keys" / "ivo.key").read_bytes()
    with made.unlocked("ada") as (ada,):
        ada.people.remove("ivo")
    (made.folder / "keys" / "ivo.key").write_bytes(old_key)
    if not altered:
        with made.unlocked("dan") as (dan,), pytest.raises(NotAllowed):
            dan.study.unlock("ivo", passphrase("ivo"))
        return
    (made.folder / manifest.FILE_NAME).write_bytes(old_yaml)
    known = manifest.audit_note("", manifest.read(old_yaml)).rpartition(" ")[2]
    with made.sql() as sql:
        (last,) = sql.execute("SELECT max(seq) FROM audit").fetchone()
        blank = (
            "UPDATE audit SET object = 'x' WHERE object LIKE '% manifest %' AND object NOT LIKE ?"
        )
        assert sql.execute(blank + " AND seq > 2", (f"%{known}",)).rowcount == 1
    with made.unlocked("ivo", "dan") as (ivo, dan):
        for opened in (
            lambda: ivo.open_case(made.of_ivo),
            lambda: add_case(dan, "Household 9", "ivo"),
            lambda: dan.read_submitted(made.submitted),
        ):
            with pytest.raises(AuditAltered, match=f"Entry {last}"):
                opened()
        assert any(str(last) in line for line in dan.verify().problems)


def test_keys_that_were_opened_are_overwritten_when_unlocking_is_refused(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[SealingSecret] = []
    real = giving.open_given

    def open_given(*given: Any) -> SealingSecret:
        opened.append(real(*given))
        return opened[-1]

    monkeypatch.setattr(giving, "open_given", open_given)
    with made.unlocked("dan"):
        assert any(opened[0].raw)  # control: they stay while somebody is unlocked
    opened.clear()
    monkeypatch.setattr(giving, "unproved", lambda *_: "data.2")
    with pytest.raises(DamagedStudy, match="no data manager made"), made.unlocked("dan"):
        pass
    assert opened
    assert not any(any(one.raw) for one in opened)


@pytest.mark.parametrize("attack", ["nothing", "altered", "cut"])
def test_a_restore_does_not_take_the_word_of_an_audit_that_does_not_hold(
    made: Made, tmp_path: Path, attack: str
) -> None:
    """Without a key: the ledger's row deleted, and the deed in the audit renamed or cut off."""
    (tmp_path / "backups").mkdir()
    with made.unlocked("ada", "dan") as (ada, dan):
        backup = ada.backups.make(tmp_path / "backups")
        dan.erasures.erase_case(made.submitted, Reason.WITHDRAWN, ada)
    _look(made.folder, "ada", tmp_path / "seen")
    if attack != "nothing":
        change = {
            "altered": "UPDATE audit SET action = 'submitted case read' WHERE action = ?",
            "cut": "DELETE FROM audit WHERE seq >= (SELECT seq FROM audit WHERE action = ?)",
        }
        with made.sql() as sql:
            sql.execute("DELETE FROM erasure")
            assert sql.execute(change[attack], (Deed.CASE_ERASED.value,)).rowcount

    def restored(to: str, **more: bool) -> Restored:
        return restore(
            backup.path,
            tmp_path / to,
            keys_from=made.folder / "keys",
            name="ada",
            passphrase=passphrase("ada"),
            current=made.folder,
            consent=Consent(older=True, **more),
            seen=tmp_path / "seen",
        )

    if attack == "nothing":
        assert restored("new").erased_again == 1
        return
    with pytest.raises(AuditUnsound, match="cannot tell what was erased"):
        restored("new")
    assert not (tmp_path / "new").exists()
    assert restored("knowingly", altered=True).erased_again == 0


@pytest.fixture
def laptop(made: Made, tmp_path: Path) -> Path:
    """A laptop of ina's, with her cases."""
    (tmp_path / "mail").mkdir()
    with made.unlocked("dan") as (dan,):
        packet, printed = dan.packets.send([], tmp_path / "mail", to="ina"), dan.study.fingerprint
    start_study(
        packet.file,
        tmp_path / "laptop",
        key_file=made.folder / "keys" / "ina.key",
        passphrase=passphrase("ina"),
        expected=printed,
        seen=tmp_path / "seen",
    )
    return tmp_path / "laptop"


def test_another_database_in_place_of_the_offices_is_told(
    made: Made, laptop: Path, tmp_path: Path
) -> None:
    """Without a key: manifest and database of a laptop put into the office's folder."""
    seen = tmp_path / "seen"
    for name in ("dan", "ina"):
        _look(made.folder, name, seen)
    _look(laptop, "ina", seen)  # control: her own, in its own place
    for name in ("study.yaml", "study.db"):
        shutil.copyfile(laptop / name, made.folder / name)
    for name in ("dan", "ina"):  # his it never was; and in that folder she saw another
        with pytest.raises(PutBack):
            _look(made.folder, name, seen)
    with pytest.raises(PutBack):
        _look(made.folder, "ivo", tmp_path / "nothing seen")


def test_a_first_entry_by_anybody_else_makes_no_other_database(made: Made, tmp_path: Path) -> None:
    """Who was removed signs another first entry in the older database, so that nobody saw it."""
    older = made.copy(tmp_path / "older")
    with made.unlocked("ivo") as (ivo,):
        who, secret = ivo.entry.id, SigningSecret(bytes(ivo.keys.signing.raw))
    with made.unlocked("ada") as (ada,):
        body = ada.study.body
        ada.people.remove("ivo")
    _look(made.folder, "dan", tmp_path / "seen")
    for name in ("study.yaml", "study.db"):
        shutil.copyfile(older.folder / name, made.folder / name)
    with pytest.raises(PutBack, match="missing"):
        _look(made.folder, "dan", tmp_path / "seen")  # control: put back as it was
    first = (1, "2026-11-01T09:00:00.000000Z", who, Deed.PACKET_RECEIVED.value, "x")
    digest = chain.digest(body, chain.START, *first, "")
    signature = secret.sign(bind("audit signature", digest))
    with made.sql() as sql:
        names = ("at", "actor", "action", "object", "hash", "signature")
        rewrite = ", ".join(f"{name} = ?" for name in names)
        sql.execute(f"UPDATE audit SET {rewrite} WHERE seq = 1", (*first[1:], digest, signature))
    for seen in ("seen", "nothing seen"):
        with pytest.raises(PutBack):
            _look(made.folder, "dan", tmp_path / seen)


def test_a_folder_that_is_made_anew_on_purpose_is_no_other_database(
    made: Made, laptop: Path, tmp_path: Path
) -> None:
    _look(laptop, "ina", tmp_path / "seen")
    shutil.rmtree(laptop)
    shutil.rmtree(tmp_path / "mail")
    (tmp_path / "mail").mkdir()
    with made.unlocked("dan") as (dan,):
        packet, printed = dan.packets.send([], tmp_path / "mail", to="ina"), dan.study.fingerprint
    key = made.folder / "keys" / "ina.key"
    start_study(
        packet.file,
        laptop,
        key_file=key,
        passphrase=passphrase("ina"),
        expected=printed,
        seen=tmp_path / "seen",
    )
    _look(laptop, "ina", tmp_path / "seen")


def _look(folder: Path, name: str, seen: Path) -> None:
    study = open_study(folder, seen=seen)
    try:
        study.unlock(name, passphrase(name))
    finally:
        study.close()


def test_what_an_upgrade_kept_opens_nothing_for_who_handed_in(tmp_path: Path) -> None:
    releases = Path(__file__).parent / "releases"
    ids = json.loads((releases / "format-1.json").read_text())
    made = Made(tmp_path / "study", **ids)
    shutil.copytree(releases / "format-1", made.folder)
    kept = upgrade(made.folder, "ada", passphrase("ada")).backup
    assert kept is not None

    def granted(case_id: str, person: str) -> int:
        query = 'SELECT count(*) FROM "grant" WHERE case_id = ? AND recipient = ?'
        with closing(sqlite3.connect(kept)) as sql:
            return int(sql.execute(query, (case_id, person)).fetchone()[0])

    study = open_study(made.folder)
    if study.kind == "live":
        rehearse(study)
    study.close()
    with made.unlocked("ina") as (ina,):
        me, case = ina.entry.id, ina.open_case(made.begun)
        with closing(sqlite3.connect(kept)) as sql:
            query = 'SELECT wrap FROM "grant" WHERE case_id = ? AND recipient = ?'
            wraps = [bytes(row[0]) for row in sql.execute(query, (made.begun, me))]
        assert granted(made.begun, me) == 2  # control
        case.submit(DOCUMENT)
        assert granted(made.begun, me) == 0
        assert granted(made.begun, "data") == 2  # a data manager can still go back
        assert granted(made.other, me) == 2
    assert not any(wrap[:64] in kept.read_bytes() for wrap in wraps)


def test_what_packets_brought_too_late_is_put_away_when_the_case_is_handed_in(
    made: Made, tmp_path: Path
) -> None:
    mail = tmp_path / "mail"
    mail.mkdir()
    with made.unlocked("dan") as (dan,):
        first = dan.packets.send(dan.packets.due("ina"), mail, to="ina")
        printed = dan.study.fingerprint
    key = made.folder / "keys" / "ina.key"
    laptop = tmp_path / "laptop"
    start_study(first.file, laptop, key_file=key, passphrase=passphrase("ina"), expected=printed)
    with replace(made, folder=laptop).unlocked("ina") as (ina,):
        late = ina.packets.send([made.begun, made.other], mail).file
    with made.unlocked("dan", "ina") as (dan, ina):
        for case_id in (made.begun, made.other):
            dan.packets.take_back(case_id)
        assert len(dan.packets.receive(late).kept_aside) == 2
        ina.open_case(made.begun).submit(DOCUMENT)
        (away,) = (made.folder / ASIDE).glob("*.sealed")
        (left,) = (made.folder / ASIDE).glob("*.cati-packet")
        assert (made.begun in away.name, made.other in left.name) == (True, True)
        assert put_away.read(dan, away).cases()[0].state == "open"
        with pytest.raises(NotAllowed, match="takes a data manager"):
            ina.packets.receive(away)
        away.write_bytes(away.read_bytes()[:-1])
        with pytest.raises(packet_file.DamagedPacket):
            dan.packets.receive(away)
