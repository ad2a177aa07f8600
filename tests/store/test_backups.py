"""Backups: what goes in comes out, only for whom it may, and with what was erased since."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import (
    Access,
    InvalidInput,
    LeaseLost,
    NotAllowed,
    PutBack,
    Reason,
    StoreError,
    StudyInPlace,
    Unwritable,
    WrongPassphrase,
    open_study,
)
from store.backup import backups, beside
from store.backup.known import LedgerMissing, OlderBackup
from store.backup.restoring import FENCE, Consent, Restored, restore
from store.backup.retention import (
    BackupCard,
    backups_in,
    make_scheduled,
    prune,
    superfluous,
    try_out,
)
from store.backup.snapshot import copy_database
from store.databases.processes import this_process
from tests.campaigns.backups import ended, in_child
from tests.store.made import Clock, Made, answer, passphrase

OLDER = Consent(older=True)


def content(person: Access) -> list[object]:
    """Everything that this person's keys open."""
    seen: list[object] = [[(card.id, card.state, card.label) for card in person.cases()]]
    if person.data_key is not None:
        seen += [(one.id, one.document, one.identity) for one in person.submitted()]
    for card in person.cases():
        if card.mine and card.state == "open":
            case = person.open_case(card.id)
            seen.append(list(case.entries))
            case.release()
    return seen


def backed_up(made: Made, folder: Path, name: str = "dan") -> Path:
    folder.mkdir(exist_ok=True)
    with made.unlocked(name) as (person,):
        return person.backups.make(folder).path


def brought_back(file: Path, to: Path, made: Made, **options: object) -> Restored:
    named = {
        "keys_from": made.folder / "keys",
        "name": "ada",
        "passphrase": passphrase("ada"),
        **options,
    }
    return restore(file, to, **named)  # type: ignore[arg-type]


def elsewhere(made: Made, folder: Path) -> Made:
    return Made(folder, made.begun, made.other, made.submitted, made.fresh, made.of_ivo)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_restored_study_is_the_one_that_was_backed_up(made: Made, tmp_path: Path) -> None:
    everyone = ("ada", "dan", "ina", "ivo", "sue")
    file = backed_up(made, tmp_path / "backups", "ivo")
    with made.unlocked(*everyone) as people:
        before = [content(person) for person in people]
    done = brought_back(file, tmp_path / "new", made)
    assert (done.problems, done.without_keys, done.older, done.cases) == ((), (), "", 5)
    with elsewhere(made, tmp_path / "new").unlocked(*everyone) as people:
        assert [content(person) for person in people] == before
        assert people[1].verify().problems == ()
    assert (tmp_path / "new" / "study.db").is_file(), "a study of its own, without the server"
    assert left_in(tmp_path / "backups") == [file.name]


def test_leases_of_before_are_fenced_off(made: Made, tmp_path: Path) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        (tmp_path / "backups").mkdir()
        held = ina.open_case(made.begun)
        file = dan.backups.make(tmp_path / "backups").path
        with made.sql() as sql:
            before = dict(sql.execute("SELECT case_id, token FROM lease").fetchall())
        brought_back(file, tmp_path / "new", made)
        with elsewhere(made, tmp_path / "new").sql() as sql:
            after = dict(sql.execute("SELECT case_id, token FROM lease").fetchall())
        assert after == {case_id: token + FENCE for case_id, token in before.items()}
        with elsewhere(made, tmp_path / "new").unlocked("ina") as (again,):
            assert again.open_case(made.begun).token == held.token + FENCE + 1
        # A program of before that finds the restored database in the place of its own.
        if (made.folder / "study.db").exists():
            source = (tmp_path / "new" / "study.db").read_bytes()
            (made.folder / "study.db").write_bytes(source)
            with pytest.raises(LeaseLost):
                held.append(answer(9))


@pytest.mark.parametrize("name", ["dan", "ina", "sue"])
def test_only_an_administrator_restores(made: Made, tmp_path: Path, name: str) -> None:
    file = backed_up(made, tmp_path / "backups")
    with pytest.raises(NotAllowed):
        brought_back(file, tmp_path / "new", made, name=name, passphrase=passphrase(name))
    with pytest.raises(WrongPassphrase):
        brought_back(file, tmp_path / "new", made, passphrase="not the one of anybody")
    assert left_in(tmp_path) == ["backups", "study"]


def test_only_managers_and_administrators_try_a_backup_out(made: Made, tmp_path: Path) -> None:
    file = backed_up(made, tmp_path / "backups")
    with made.unlocked("dan", "ada", "ina", "sue") as (dan, ada, ina, sue):
        assert dan.backups.verify(file).unchecked == ()
        assert len(ada.backups.verify(file).unchecked) == 3
        for person in (ina, sue):
            with pytest.raises(NotAllowed):
                person.backups.verify(file)


def test_what_cannot_be_written_is_told_and_leaves_nothing(made: Made, tmp_path: Path) -> None:
    taken = tmp_path / "a file"
    taken.write_text("")
    with made.unlocked("dan") as (dan,):
        for folder, error, says in (
            (tmp_path / "gone", Unwritable, "make it, or connect its drive"),
            (taken, Unwritable, "make it, or connect its drive"),
            (made.folder, InvalidInput, "lost with it"),
            (made.folder / "keys", InvalidInput, "lost with it"),
        ):
            with pytest.raises(error, match=says):
                dan.backups.make(folder)
    file = backed_up(made, tmp_path / "backups")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "something").write_text("")
    with pytest.raises(StudyInPlace):
        brought_back(file, tmp_path / "new", made)
    with pytest.raises(StoreError, match="cannot be written"):
        brought_back(file, tmp_path / "no" / "new", made)


def test_an_older_backup_takes_consent_and_what_was_erased_stays_erased(
    made: Made, tmp_path: Path
) -> None:
    file = backed_up(made, tmp_path / "backups")
    now = {"current": made.folder}
    assert brought_back(file, tmp_path / "same", made, **now).older == ""
    with made.unlocked("dan", "ada", "ina") as (dan, ada, ina):
        dan.erasures.erase_case(made.submitted, Reason.WITHDRAWN, ada)
        certificate = dan.erasures.erase_case(made.fresh, Reason.ORDERED, ada)
        certificate.write(tmp_path / "certificate.json")
        ada.people.suspend("ivo")
        case = ina.open_case(made.begun)
        for number in (9, 10):
            case.append(answer(number))
        case.submit({"answers": {}})
        case = ina.open_case(made.other)
        case.append(answer(6))
        case.release()
    with pytest.raises(OlderBackup, match=r"lacks 7 entries of the audit, 1 event, 3 cases as"):
        brought_back(file, tmp_path / "new", made, **now)
    assert not (tmp_path / "new").exists()
    done = brought_back(file, tmp_path / "new", made, consent=OLDER, **now)
    assert (done.erased_again, done.problems) == (2, ())
    paper = brought_back(
        file, tmp_path / "paper", made, certificates=[tmp_path / "certificate.json"]
    )
    assert paper.erased_again == 2
    states = {made.submitted: "erased", made.fresh: "erased", made.begun: "open"}
    for folder in (tmp_path / "new", tmp_path / "paper"):
        with elsewhere(made, folder).unlocked("dan") as (dan,):
            found = {card.id: card.state for card in dan.cases()}
            assert {case_id: found[case_id] for case_id in states} == states
            assert dan.verify().problems == ()
            with pytest.raises(NotAllowed, match="was erased"):
                dan.read_submitted(made.submitted)
    # Who was suspended since does not come back with the older manifest.
    with pytest.raises(NotAllowed), elsewhere(made, tmp_path / "new").unlocked("ivo"):
        pass
    # Control: without the study or the certificate the backup is taken as it is.
    assert brought_back(file, tmp_path / "bare", made).erased_again == 0


def test_a_ledger_that_lacks_what_the_audit_knows_stops_a_restore(
    made: Made, tmp_path: Path
) -> None:
    file = backed_up(made, tmp_path / "backups")
    with made.unlocked("dan", "ada") as (dan, ada):
        paper = dan.erasures.erase_case(made.submitted, Reason.WITHDRAWN, ada)
        paper.write(tmp_path / "certificate.json")
    with made.sql() as sql:
        sql.execute("DELETE FROM erasure")
    options = {"consent": OLDER, "current": made.folder}
    with pytest.raises(LedgerMissing, match="give the certificate"):
        brought_back(file, tmp_path / "new", made, **options)
    papers = [tmp_path / "certificate.json"]
    done = brought_back(file, tmp_path / "new", made, certificates=papers, **options)
    assert done.erased_again == 1


def test_seen_heads_tell_that_a_backup_is_older(made: Made, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    file = backed_up(made, tmp_path / "backups")
    study = open_study(made.folder, seen=seen)
    study.unlock("ada", passphrase("ada"))
    study.close()
    with pytest.raises(OlderBackup, match="you have seen"):
        brought_back(file, tmp_path / "new", made, seen=seen)
    brought_back(file, tmp_path / "new", made, seen=seen, consent=OLDER)
    again = open_study(tmp_path / "new", seen=seen)
    with pytest.raises(PutBack):
        again.unlock("ada", passphrase("ada"))
    ada = again.unlock("ada", passphrase("ada"), accept_older=True)
    assert ada.verify().problems == ()
    again.close()


def test_scheduled_backups_are_pruned_and_the_tried_ones_told(
    made: Made, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    asked = backed_up(made, folder)
    clock.time = datetime.now(UTC) + timedelta(days=1)
    study = open_study(made.folder, now=clock)
    dan = study.unlock("dan", passphrase("dan"))
    first = make_scheduled(dan, folder, 2, 1)
    assert first is not None
    assert make_scheduled(dan, folder, 2, 1) is None, "not due again on the same day"
    for _ in range(3):
        clock.pass_seconds(86_400)
        assert make_scheduled(dan, folder, 2, 1) is not None
    cards = backups_in(folder, study.body)
    assert [card.purpose for card in cards] == ["scheduled", "scheduled", "asked"]
    assert cards[2].path == asked
    assert not any(card.tried_at for card in cards)
    assert try_out(dan, cards[0].path).ok
    note = folder / f"{cards[0].path.name}.tried.json"
    cards = backups_in(folder, study.body)
    assert [card.tried_by for card in cards] == ["dan", "", ""]
    # A note beside another file vouches for nothing.
    note.rename(folder / f"{cards[1].path.name}.tried.json")
    assert [card.tried_by for card in backups_in(folder, study.body)] == ["", "", ""]
    # The newest that is whole stays, whatever the plan says; damaged ones do not count as that.
    whole = cards[1].path
    cards[0].path.write_bytes(cards[0].path.read_bytes()[:-200])
    cards = [card for card in backups_in(folder, study.body) if card.purpose == "scheduled"]
    assert [card.path for card in cards] == [whole]
    assert prune(folder, study.body, 0, 0) == []
    # Nor does one that looks sound, and in which a byte of a case is another.
    content = bytearray(whole.read_bytes())
    content[len(content) // 2] ^= 1
    whole.write_bytes(content)
    assert prune(folder, study.body, 0, 0) == [whole]
    study.close()


def test_what_a_backup_is_put_together_of_is_for_its_maker_alone(
    made: Made, tmp_path: Path
) -> None:
    kept = f"{made.begun}-{'a' * 32}-1-{'b' * 16}.draft"
    (made.folder / "drafts").mkdir(exist_ok=True)
    (made.folder / "drafts" / kept).write_bytes(b"sealed")
    copied = tmp_path / "copied"
    copied.mkdir()
    copy_database(made.folder / "study.db", copied / "study.db")
    assert beside._copy(made.folder, copied, "drafts", set()) == 1
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in copied.rglob("*")}
    assert modes == {"study.db": "0o600", "drafts": "0o700", kept: "0o600"}


def test_what_a_backup_that_was_cut_off_left_goes_with_the_next(made: Made, tmp_path: Path) -> None:
    folder, me = tmp_path / "backups", this_process()
    folder.mkdir()

    def cut_off() -> None:
        with backups._building(folder):
            os.kill(os.getpid(), signal.SIGKILL)

    def left(name: str, maker: str | None, hours: float = 0) -> Path:
        place = folder / f".cati-backup-{name}"
        place.mkdir()
        if maker is not None:
            (place / "maker").write_text(maker, encoding="utf-8")
        at = time.time() - hours * 3600
        os.utime(place, (at, at))
        return place

    with backups._building(folder) as at_work:
        assert ended(in_child(cut_off)) == -signal.SIGKILL
        (by_the_killed,) = set(folder.iterdir()) - {at_work}
        maker = (by_the_killed / "maker").read_text(encoding="utf-8")
        elsewhere = maker.replace(me.boot, "another computer")
        goes = {
            by_the_killed,
            left("whose number is another's now", f"{me.boot}\n{me.pid}\n1"),
            left("of yesterday", elsewhere, 25),
            left("of yesterday, by nobody", None, 25),
        }
        stays = {
            at_work,
            left("elsewhere", elsewhere, 23),
            left("by nobody yet", None),
            left("half told", maker.rpartition("\n")[0]),
        }
        assert set(folder.iterdir()) == goes | stays
        made_now = backed_up(made, folder)
        assert set(folder.iterdir()) == stays | {made_now}


@given(
    st.lists(st.integers(0, 60 * 24), max_size=60, unique=True),
    st.integers(1, 10),
    st.integers(0, 5),
)
def test_what_a_plan_keeps(hours: list[int], daily: int, weekly: int) -> None:
    begin = datetime(2026, 10, 1, tzinfo=UTC)
    times = [begin + timedelta(hours=hour) for hour in sorted(hours, reverse=True)]
    cards = [_card(str(number), at) for number, at in enumerate(times)]
    gone = {card.id for card in superfluous(cards, daily, weekly)}
    kept = [card.made_at for card in cards if card.id not in gone]
    days = sorted({at.date() for at in times}, reverse=True)
    weeks = sorted({at.isocalendar()[:2] for at in times}, reverse=True)
    for day in days[:daily]:
        assert max(at for at in times if at.date() == day) in kept
    for week in weeks[:weekly]:
        assert max(at for at in times if at.isocalendar()[:2] == week) in kept
    assert len(kept) <= daily + weekly
    assert len(kept) >= min(len(days), daily)


def _card(name: str, at: datetime) -> BackupCard:
    zero = {"cases": 0, "audit_entries": 0, "erasures": 0, "tried_at": "", "tried_by": ""}
    values = {"path": Path(name), "id": name, "purpose": "scheduled", "made_by": "", **zero}
    return SimpleNamespace(made_at=at, sound=True, **values)  # type: ignore[return-value]
