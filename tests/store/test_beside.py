"""What lies beside the database comes back from backups, and is forgotten with its case."""

import shutil
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import JSON, LeaseLost, OpenCase, Reason
from store.backup import backup_file, beside
from store.backup.backup_file import BackupFile
from store.backup.restoring import restore
from store.casework.journal import seal_event
from store.waiting.spool import Record, Spool, Whose
from tests.store.made import DOCUMENT, Made, passphrase

SECRET: dict[str, JSON] = {"e": "set", "q": "street", "v": "Birch Lane"}
OTHER: dict[str, JSON] = {"e": "set", "q": "street", "v": "Elm Road"}


def refused(made: Made, case: OpenCase) -> None:
    """An entry of a case whose hold was ended becomes a draft."""
    with made.unlocked("sue") as (sue,):
        sue.assignments.end_lease(case.card.id)
    with pytest.raises(LeaseLost):
        case.append(SECRET)


def spooled(made: Made, case: OpenCase) -> Path:
    """An entry that a server did not take, as the open case would have kept it."""
    place, keys, seq = case._held.place, case._held.keys, len(case.entries) + 1
    assert keys is not None
    body, end = case._access.study.body, case._held.end.head
    sealed = seal_event(keys, place, seq, end, datetime.now(UTC), uuid.uuid4(), OTHER)
    whose = Whose(place, case._access.entry.id, case.token)
    spool = Spool(made.folder, whose)
    spool.keep(Record(seq, end, sealed.envelope, 0), sealed.head, keys, body)
    return spool.path


def names(folder: Path) -> set[str]:
    inner = ("drafts", "spool", "aside")
    return {f"{one}/{path.name}" for one in inner for path in (folder / one).glob("*")}


def backed_up(made: Made, folder: Path) -> Path:
    folder.mkdir()
    with made.unlocked("dan") as (dan,):
        return dan.backups.make(folder).path


def brought_back(made: Made, file: Path, to: Path, **options: object) -> Made:
    more: dict[str, object] = {"keys_from": made.folder / "keys", "name": "ada", **options}
    restore(file, to, passphrase=passphrase("ada"), **more)  # type: ignore[arg-type]
    return replace(made, folder=to)


def put_aside(made: Made, *ids: str) -> None:
    (made.folder / "aside").mkdir()
    for case_id in ids:
        (made.folder / "aside" / f"{uuid.uuid4().hex}-{case_id}.cati-packet").write_bytes(b"cati")


def test_what_was_saved_here_alone_survives_the_loss_of_the_folder(
    made: Made, tmp_path: Path
) -> None:
    with made.unlocked("ina") as (ina,):
        refused(made, ina.open_case(made.begun))
        spooled(made, ina.open_case(made.other))
        before = [one.entries for one in ina.drafts.of(made.begun)]
    put_aside(made, made.fresh)
    (made.folder / "drafts" / "a stranger").write_text("")
    there = names(made.folder) - {"drafts/a stranger"}
    file = backed_up(made, tmp_path / "backups")
    assert {name for name in BackupFile(file).index.files if name.count("-")} == there
    new = brought_back(made, file, tmp_path / "new")
    assert names(new.folder) == there
    for name in there:
        assert (new.folder / name).read_bytes() == (made.folder / name).read_bytes()
        assert (new.folder / name).stat().st_mode & 0o777 == 0o600
    with new.unlocked("ina", "dan") as (ina, dan):
        # The hold of before has ended, so what waited is in no case: it is a draft from now on.
        assert [one.entries for one in ina.drafts.of(new.begun)] == before
        events = [[one.event for one in draft.entries] for draft in dan.drafts.every()]
        assert events == [[SECRET], [OTHER]]
        assert ina.drafts.every() == dan.drafts.every()


@pytest.mark.parametrize("state", ["submitted", "accepted", "erased"])
def test_a_new_backup_keeps_nothing_that_handing_in_made_its_interviewer_forget(
    made: Made, tmp_path: Path, state: str
) -> None:
    with made.unlocked("ina", "dan", "ada") as (ina, dan, ada):
        refused(made, ina.open_case(made.begun))
        case = ina.open_case(made.begun)
        path = spooled(made, case)
        path.rename(path.with_name(f"{path.name}.0123456789ab.taken"))
        case.submit(DOCUMENT)
        put_aside(made, made.begun)
        kept = shutil.copytree(made.folder, tmp_path / "kept")
        if state == "accepted":
            dan.reviews.accept(made.begun)
        if state == "erased":
            dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada)
    # As where the deed was done on another computer.
    for inner in ("drafts", "spool", "aside"):
        shutil.copytree(kept / inner, made.folder / inner, dirs_exist_ok=True)
    copied = tmp_path / "copied"
    beside.copy_unsaved(made.folder, copied)
    beside.copy_aside(made.folder, copied)
    beside.reduce(copied, {made.begun: state})
    left = {inner.partition("/")[0] for inner in names(copied)}
    assert left == ({"drafts", "spool"} if state == "submitted" else set())
    if state != "submitted":
        return
    new = brought_back(made, backed_up(made, tmp_path / "backups"), tmp_path / "new")
    with new.unlocked("ina", "dan") as (ina, dan):
        assert ina.drafts.every() == ()
        events = [[one.event for one in draft.entries] for draft in dan.drafts.every()]
        assert events == [[SECRET], [OTHER]]
        assert ina.drafts.every() == ()


def test_what_lies_beside_comes_from_the_folder_that_is_replaced_but_not_what_was_erased(
    made: Made, tmp_path: Path
) -> None:
    with made.unlocked("ina", "dan", "ada") as (ina, dan, ada):
        refused(made, ina.open_case(made.begun))
        file = backed_up(made, tmp_path / "backups")
        certificate = dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada)
        certificate.write(tmp_path / "certificate")
        refused(made, ina.open_case(made.other))
    from store.backup.restoring import Consent

    consent = Consent(older=True)
    new = brought_back(
        made, file, tmp_path / "new", certificates=[tmp_path / "certificate"], consent=consent
    )
    assert names(new.folder) == set()
    new = brought_back(made, file, tmp_path / "newer", current=made.folder, consent=consent)
    assert names(new.folder) == names(made.folder) != set()


def test_a_spool_that_is_taken_up_while_it_is_copied_is_copied(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made.unlocked("ina") as (ina,):
        path = spooled(made, ina.open_case(made.other))
    copyfile = shutil.copyfile

    def taken_up(source: Path, target: Path) -> None:
        if path.exists():
            path.rename(path.with_name(f"{path.name}.0123456789ab.taken"))
        copyfile(source, target)

    monkeypatch.setattr(shutil, "copyfile", taken_up)
    beside.copy_unsaved(made.folder, tmp_path / "copied")
    assert names(tmp_path / "copied") == names(made.folder) != set()


def test_a_backup_of_the_format_before_is_restored(made: Made, tmp_path: Path) -> None:
    file = backed_up(made, tmp_path / "backups")
    backup, place = BackupFile(file), tmp_path / "place"
    place.mkdir()
    backup.extract(place)
    old = tmp_path / "old.zip"
    with made.unlocked("dan") as (dan,):
        index = backup.index.model_copy(update={"format": 1})
        backup_file.write(old, place, index, dan.keys.signing)
    assert brought_back(made, old, tmp_path / "new").folder.is_dir()


def test_what_a_failing_disk_left_does_not_replace_what_the_backup_holds(tmp_path: Path) -> None:
    case, person = "ab" * 16, "cd" * 16
    spool, draft = f"spool/{case}-{person}-2", f"drafts/{case}-{person}-9-{'0' * 16}.draft"
    for folder, data in (("current", b"\0" * 40), ("place", b'{"format": 2}')):
        for name in (spool, draft):
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True)
            file.write_bytes(data)
    beside.take_over(tmp_path / "current", tmp_path / "place")
    assert {(tmp_path / "place" / name).read_bytes() for name in (spool, draft)} == {
        b'{"format": 2}'
    }
    # Of two spools that differ both are there: either may hold what the other lacks.
    (other,) = {*(tmp_path / "place/spool").iterdir()} - {tmp_path / "place" / spool}
    assert backup_file.belongs(f"spool/{other.name}")
    assert other.read_bytes() == b"\0" * 40
    # A draft that can be read is the newer one.
    (tmp_path / "current" / draft).write_bytes(b'{"format":3}')
    beside.take_over(tmp_path / "current", tmp_path / "place")
    assert (tmp_path / "place" / draft).read_bytes() == b'{"format":3}'
