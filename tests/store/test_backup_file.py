"""The file of a backup: nothing in it can be changed, left out or added without being noticed."""

import resource
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from store import DiskFull, InvalidInput, NewerFormat, StoreError, backup_before, canonical
from store.backup.backup_file import INDEX, BackupFile, DamagedBackup, UnreadableBackup
from store.backup.backups import check_extracted
from store.backup.restoring import Consent, UnsignedBackup, restore
from store.binding import bind
from store.trust.entries import pack
from tests.campaigns.backup_bytes import change_bytes
from tests.campaigns.backups import Rounds
from tests.store.made import Made, passphrase

RELEASED = Path(__file__).with_name("releases") / "format-1"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def backup(original: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the study that all tests copy; not to be changed."""
    folder = tmp_path_factory.mktemp("backup")
    return backed_up(original.copy(folder / "study"), folder / "backups")


def backed_up(made: Made, folder: Path) -> Path:
    folder.mkdir()
    with made.unlocked("dan") as (dan,):
        return dan.backups.make(folder).path


def files_of(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, files: Files, compress: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compress) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def problems(path: Path, aside: Path) -> tuple[str, ...]:
    """What a reader without keys finds; raises what it raises."""
    backup = BackupFile(path)
    aside.mkdir()
    backup.extract(aside)
    return check_extracted(backup, aside)[0]


def test_it_holds_no_key_and_nothing_but_the_study(made: Made, tmp_path: Path) -> None:
    (made.folder / "keys" / "ina.tries").write_text("{}")
    (made.folder / "study.db-journal").touch()
    (made.folder / "a stranger").write_text("")
    file = backed_up(made, tmp_path / "backups")
    names = set(files_of(file))
    fingerprint = "5f" * 32
    assert names == {
        "study.yaml",
        "study.db",
        f"instruments/{fingerprint}/instrument.yaml",
        f"instruments/{fingerprint}/sections/people.yaml",
        INDEX,
    }
    assert BackupFile(file).index.sound
    with made.unlocked("ada", "dan") as people:
        everything = file.read_bytes()
        for person in people:
            for secret in (person.keys.sealing.raw, person.keys.signing.raw):
                assert bytes(secret) not in everything


def _index(files: Files, change: Callable[[dict[str, canonical.JSON]], None]) -> Files:
    """The index changed; its signature stays."""
    index = canonical.decode_object(files[INDEX])
    body = index["body"]
    assert isinstance(body, dict)
    change(body)
    return {**files, INDEX: canonical.encode(index)}


def _put(name: str, value: canonical.JSON) -> Callable[[Files], Files]:
    return lambda files: _index(files, lambda body: body.update({name: value}))


def _with_hash(files: Files, name: str, content: bytes) -> Files:
    """A file replaced, and the index told of it."""
    from hashlib import sha256

    def change(body: dict[str, canonical.JSON]) -> None:
        listed = body["files"]
        assert isinstance(listed, dict)
        listed[name] = {"size": len(content), "sha256": sha256(content).hexdigest()}

    return _index({**files, name: content}, change)


ATTACKS: dict[str, Callable[[Files], Files]] = {
    "no longer signed": lambda files: {
        **files,
        INDEX: canonical.encode({**canonical.decode_object(files[INDEX]), "signature": ""}),
    },
    "said to be by another": _put("made_by", "0" * 32),
    "older than it is": _put("made_at", "2020-01-01T00:00:00.000000Z"),
    "no time": _put("made_at", "yesterday"),
    "of another study": _put("study", "0" * 32),
    "of the other kind": _put("kind", "live"),
    "sound though it was not": _put("problems", 7),
    "fewer erasures": _put("erasures", {"seq": 1, "head": "00" * 32}),
    "another audit": _put("audit", {"seq": 1, "head": "00" * 32}),
    "another schema": _put("schema_version", 1),
    "an unknown field": _put("note", "x"),
    "a file outside": _put("files", {"../study.db": {"size": 1, "sha256": "00" * 32}}),
    "no files": _put("files", {}),
    "a newer format": _put("format", 3),
    "no index": lambda files: {name: data for name, data in files.items() if name != INDEX},
    "index that is none": lambda files: {**files, INDEX: b"[]"},
    "database left out": lambda files: {
        name: data for name, data in files.items() if name != "study.db"
    },
    "key file added": lambda files: {**files, "keys/ina.key": b"x"},
    "a draft added": lambda files: {
        **files,
        f"drafts/{'a' * 32}-{'b' * 32}-1-{'c' * 16}.draft": b"{}",
    },
    "notice added": lambda files: {**files, "notices/pace-x.json": b"{}"},
    "notice added and told": lambda files: _with_hash(files, "notices/pace-x.json", b"{}"),
    "manifest swapped": lambda files: {**files, "study.yaml": files["study.yaml"] + b"\n"},
    "manifest swapped and told": lambda files: _with_hash(files, "study.yaml", b"body: {}\n"),
    "database swapped and told": lambda files: _with_hash(files, "study.db", b"x" * 4096),
    "instrument swapped": lambda files: {
        name: b"other" if name.endswith("people.yaml") else data for name, data in files.items()
    },
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_whoever_changes_a_backup_is_noticed(
    original: Made, backup: Path, tmp_path: Path, attack: str
) -> None:
    changed = write(tmp_path / "changed.zip", ATTACKS[attack](files_of(backup)))
    with suppress(DamagedBackup, NewerFormat):
        assert problems(changed, tmp_path / "aside") != ()
    with pytest.raises(StoreError):
        restore(
            changed,
            tmp_path / "new",
            keys_from=original.folder / "keys",
            name="ada",
            passphrase=passphrase("ada"),
        )
    assert not (tmp_path / "new").exists()


def test_control_put_together_anew_it_is_what_it_was(backup: Path, tmp_path: Path) -> None:
    assert problems(write(tmp_path / "same.zip", files_of(backup)), tmp_path / "same") == ()


def test_a_backup_that_nobody_signed_takes_consent(
    original: Made, backup: Path, tmp_path: Path
) -> None:
    files = files_of(backup)
    index = canonical.decode_object(files[INDEX])
    body = index["body"]
    assert isinstance(body, dict)
    bare: dict[str, canonical.JSON] = {"body": {**body, "made_by": None}, "signature": ""}
    file = write(tmp_path / "bare.zip", {**files, INDEX: canonical.encode(bare)})
    named = {
        "keys_from": original.folder / "keys",
        "name": "ada",
        "passphrase": passphrase("ada"),
    }
    with pytest.raises(UnsignedBackup):
        restore(file, tmp_path / "new", **named)  # type: ignore[arg-type]
    done = restore(file, tmp_path / "new", consent=Consent(unsigned=True), **named)  # type: ignore[arg-type]
    assert done.problems == ()


def test_an_interviewer_cannot_sign_for_someone_else(
    made: Made, backup: Path, tmp_path: Path
) -> None:
    files = files_of(backup)
    index = canonical.decode_object(files[INDEX])
    body = canonical.encode(index["body"])
    with made.unlocked("ina") as (ina,):
        signature = ina.keys.signing.sign(bind("backup", body))
    forged = canonical.encode({"body": index["body"], "signature": pack(signature)})
    path = write(tmp_path / "forged.zip", {**files, INDEX: forged})
    assert problems(path, tmp_path / "aside") == (
        "The backup is not signed by the person it names.",
    )


def test_what_is_no_plain_zip_is_refused(backup: Path, tmp_path: Path) -> None:
    bomb = write(tmp_path / "bomb.zip", files_of(backup), zipfile.ZIP_DEFLATED)
    twice = tmp_path / "twice.zip"
    shutil.copyfile(backup, twice)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("study.yaml", b"x")
    text = tmp_path / "text.zip"
    text.write_text("not a backup")
    for path in (bomb, twice, text):
        with pytest.raises(DamagedBackup):
            BackupFile(path).check()
    for path in (tmp_path / "gone.zip", tmp_path):
        with pytest.raises(UnreadableBackup):
            BackupFile(path)


def test_another_studys_backup_is_not_this_ones(
    made: Made, other_study: Made, tmp_path: Path
) -> None:
    file = backed_up(other_study.copy(tmp_path / "other"), tmp_path / "backups")
    with made.unlocked("dan") as (dan,), pytest.raises(InvalidInput, match="another study"):
        dan.backups.verify(file)
    with pytest.raises(StoreError, match="another study"):
        restore(
            file,
            tmp_path / "new",
            keys_from=other_study.folder / "keys",
            name="ada",
            passphrase=passphrase("ada"),
            current=made.folder,
        )


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_a_disk_that_takes_no_more_leaves_the_old_backups(
    made: Made, tmp_path: Path, share: float
) -> None:
    file = backed_up(made, tmp_path / "backups")
    before = file.read_bytes()
    with made.unlocked("dan") as (dan,):
        with (
            files_of_at_most(round(len(before) * share)),
            pytest.raises(StoreError, match=r"^[^\n]+\.$"),
        ):
            dan.backups.make(file.parent)
        assert [path.name for path in file.parent.iterdir()] == [file.name]
        assert file.read_bytes() == before
        assert dan.backups.make(file.parent).problems == ()


def test_a_backup_before_an_upgrade_takes_no_key_and_comes_back_in_the_new_format(
    tmp_path: Path,
) -> None:
    study = Path(shutil.copytree(RELEASED, tmp_path / "study"))
    (tmp_path / "backups").mkdir()
    file = backup_before(study, tmp_path / "backups")
    index = BackupFile(file).index
    assert (index.made_by, index.purpose, index.schema_version) == (None, "before upgrade", 1)
    done = restore(
        file,
        tmp_path / "new",
        keys_from=study / "keys",
        name="ada",
        passphrase=passphrase("ada"),
        consent=Consent(unsigned=True),
    )
    assert done.problems == ()
    with sqlite3.connect(tmp_path / "new" / "study.db") as database:
        assert database.execute("PRAGMA user_version").fetchone() == (2,)
    database.close()
    assert not list((tmp_path / "new").glob("study.db.*"))


def test_killed_at_any_step_the_backups_of_before_stand(original: Made, tmp_path: Path) -> None:
    figures = Rounds(tmp_path, 3, made=original).run(1)
    assert figures.faults == []
    assert figures.appended > 0


def test_control_a_backup_written_under_its_own_name_is_caught(
    original: Made, tmp_path: Path
) -> None:
    figures = Rounds(tmp_path, 3, control=True, made=original).run(1)
    assert figures.faults != []


def test_bits_and_lengths_are_noticed_or_mean_nothing(backup: Path, tmp_path: Path) -> None:
    for one in change_bytes(backup, tmp_path, 30):
        assert (one.silent, one.foreign) == (0, {})
        assert one.noticed > 20


def test_control_a_reader_without_hashes_notices_less(backup: Path, tmp_path: Path) -> None:
    bits, lengths = change_bytes(backup, tmp_path, 10, control=True)
    assert bits.silent > 3
    assert lengths.silent > 0


def test_disk_full_is_told_as_such(tmp_path: Path) -> None:
    from errno import ENOSPC

    from store.backup.backups import _told

    error = _told(OSError(ENOSPC, "no space"), tmp_path)
    assert isinstance(error, DiskFull)
    assert "the backups before are as they were" in str(error)
