"""What a person saw last tells them that a study was put back; and which study it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store import (
    DamagedStudy,
    InvalidInput,
    NotAllowed,
    PutBack,
    open_study,
)
from store.record import audit
from store.record.audit import Deed
from tests.store.made import Made, passphrase


def test_an_earlier_manifest_put_back_is_told_by_the_audit(made: Made) -> None:
    earlier = (made.folder / "study.yaml").read_bytes()
    with made.unlocked("ada") as (ada,):
        ada.people.remove("ina")
        (made.folder / "study.yaml").write_bytes(earlier)
        for _ in range(2):
            with pytest.raises(DamagedStudy, match="earlier"):
                ada.people.suspend("ivo")
    for name in ("ina", "ada"):
        with pytest.raises(DamagedStudy, match="earlier"), made.unlocked(name):
            pass


def test_a_study_put_back_as_a_whole_is_told_by_what_was_seen(made: Made, tmp_path: Path) -> None:
    seen, before = tmp_path / "seen", tmp_path / "before"
    shutil.copytree(made.folder, before)
    study = open_study(made.folder, seen=seen)
    ada = study.unlock("ada", passphrase("ada"))
    ada.people.remove("ina")
    with pytest.raises(NotAllowed, match="removed"):
        study.unlock("ina", passphrase("ina"))
    ada.people.suspend("ivo")
    study.close()
    shutil.rmtree(made.folder)
    shutil.copytree(before, made.folder)

    with made.unlocked("ina"):  # control: without what was seen it would not be noticed
        pass
    study = open_study(made.folder, seen=seen)
    with pytest.raises(PutBack, match="2 entries of its audit that you have seen are missing"):
        study.unlock("ada", passphrase("ada"))
    with pytest.raises(PutBack, match="1 entry"):
        study.unlock("ina", passphrase("ina"))  # she saw that she was removed
    study.unlock("dan", passphrase("dan")).lock()  # never here before: knows nothing
    # The entries that follow are others than those that were seen.
    for _ in range(3):
        study.unlock("dan", passphrase("dan")).submitted()
    with pytest.raises(PutBack, match="others"):
        study.unlock("ada", passphrase("ada"))
    study.close()

    # It was restored on purpose: ada takes it, which the audit remembers, once and for all.
    study = open_study(made.folder, seen=seen)
    ada = study.unlock("ada", passphrase("ada"), accept_older=True)
    with study.database.read() as connection:
        last = list(audit.entries(connection))[-1]
    assert (last.action, last.actor) == (Deed.OLDER_STATE_ACCEPTED.value, ada.entry.id)
    assert ada.verify().problems == ()
    ada.lock()
    study.unlock("ada", passphrase("ada")).lock()
    study.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-5],
        lambda data: data.replace(b'"seq":', b'"seq":1'),
        lambda data: b"[1]",
        lambda data: b"\xff",
        lambda data: data * 99,
    ],
)
def test_what_was_seen_cannot_be_made_up(
    made: Made, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    study = open_study(made.folder, seen=tmp_path / "seen")
    study.unlock("ina", passphrase("ina")).lock()
    (file,) = (tmp_path / "seen").glob("*.seen")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(PutBack):
        study.unlock("ina", passphrase("ina"))
    study.close()


def test_locking_writes_down_what_was_seen_and_an_unwritable_folder_does_not_hinder(
    made: Made, tmp_path: Path
) -> None:
    study = open_study(made.folder, seen=tmp_path / "seen")
    dan = study.unlock("dan", passphrase("dan"))
    (file,) = (tmp_path / "seen").glob("*.seen")
    first = file.read_bytes()
    dan.submitted()
    dan.lock()
    assert file.read_bytes() != first
    dan = study.unlock("dan", passphrase("dan"))
    shutil.rmtree(tmp_path / "seen")
    (tmp_path / "seen").write_bytes(b"")
    signing = dan.keys.signing.raw
    dan.lock()
    assert not any(signing)
    (tmp_path / "seen").unlink()
    (tmp_path / "seen").symlink_to("/proc/nowhere")
    study.unlock("dan", passphrase("dan")).submitted()
    study.close()


def test_a_fingerprint_is_compared_as_people_type_it(made: Made, other_study: Made) -> None:
    study = open_study(made.folder)
    right = study.fingerprint
    study.close()
    for typed in (right, right.upper(), right.replace(" ", ""), f" {right.replace(' ', '-')}\n"):
        open_study(made.folder, expected=typed).close()
    other = open_study(other_study.folder)
    wrong = other.fingerprint
    other.close()
    swapped = right[1] + right[0] + right[2:] if right[0] != right[1] else "0" + right[1:]
    for typed in (wrong, swapped):
        with pytest.raises(DamagedStudy, match="not the study that was meant"):
            open_study(made.folder, expected=typed)
    for typed in ("", right[:-1], right + "0", right.replace(right[0], "x")):
        with pytest.raises(InvalidInput, match="32"):
            open_study(made.folder, expected=typed)
