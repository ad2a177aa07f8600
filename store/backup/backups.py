"""Backups of a study: made whole or not at all, read back before they count.

A backup holds what the study folder holds except the key files, and no more in clear than that: it
is not sealed again, so that an administrator, who holds no content key, can restore it. What lies
beside the database of other computers, where the study is on a server, is in their own backups.
"""

import contextlib
import errno
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.backup import backup_file, ballast, beside, snapshot
from store.backup.backup_file import BackupFile, End, Index, Purpose
from store.clock import Clock, from_text, to_text, utc_now
from store.crypto.keys import SigningSecret
from store.databases.processes import Process, is_running, this_process
from store.errors import DamagedStudy, DiskFull, InvalidInput, StoreError, Unwritable
from store.files import PRIVATE_FOLDER, sync_folder
from store.record import audit
from store.record.audit import Deed
from store.study import Study, name_of, open_study
from store.trust import manifest, pending
from store.trust.roles import Action

if TYPE_CHECKING:
    from store.access import Access

SUFFIX = ".zip"
_BUILDING = ".cati-backup-"
_MAKER = "maker"
_LEFT_OVER = 24 * 3600
"""Seconds after which what an interrupted backup left behind is removed by the next one."""


@dataclass(frozen=True)
class BackupMade:
    """A backup that was written, read back and verified."""

    path: Path
    id: str
    size: int
    """Bytes."""
    cases: int
    audit_entries: int
    problems: tuple[str, ...]
    """What a verification of the copy found, each a sentence; a sound study has none."""


@dataclass(frozen=True)
class BackupReport:
    """What a backup is, and what was found when it was opened in a folder of its own."""

    id: str
    purpose: str
    made_at: datetime
    made_by: str
    """Login name; empty where nobody signed it."""
    cases: int
    audit_entries: int
    erasures: int
    """Entries of its erasure ledger."""
    problems: tuple[str, ...]
    unchecked: tuple[str, ...]
    """What could not be checked with the keys at hand."""

    @property
    def ok(self) -> bool:
        """No problem in what could be checked."""
        return not self.problems


class Backups:
    """Backups through one person's keys; see `Access.backups`."""

    def __init__(self, access: "Access") -> None:
        self._access = access

    def make(self, folder: Path, purpose: Purpose = "asked") -> BackupMade:
        """Write a backup into an existing folder outside of the study.

        Raises:
            DiskFull, Unwritable, StoreBusy, InvalidInput: the backups before are as they were.
            DamagedStudy: the database cannot even be copied whole.
        """
        access, study = self._access, self._access.study
        access.require(Action.BACK_UP)
        signing = access.keys.signing
        if study.database.kind == "sqlite":
            ballast.keep(study.folder)
        _require_outside(folder, study.folder)
        with _building(folder) as place, _building(study.folder) as near:
            # On the study's own disk, so that nobody waits for a slow drive.
            copied = near / "study"
            # Nobody changes manifest and database between the two copies. A server shows one state
            # of both for as long as it is copied, without anybody waiting.
            still = study.database.write if study.database.kind == "sqlite" else study.database.read
            with _writing(study.folder):
                beside.copy_unsaved(study.folder, copied)
            with still() as connection, _writing(study.folder):
                _copy(study, connection, copied)
            with _writing(study.folder):
                beside.copy_aside(study.folder, copied)
                beside.reduce(copied, snapshot.states(copied / snapshot.DATABASE))
            problems = self._verify_copy(copied)
            index = _index(copied, purpose, study.now, access.entry.id, len(problems))
            path = folder / _name(index)
            file = _write(place / "backup", copied, index, signing, folder)
            with study.database.write() as connection:
                about = f"{index.id} {purpose} {path.name}"
                who = access.entry.id
                audit.record(
                    connection, study.body, who, signing, Deed.BACKUP_MADE, about, study.now()
                )
            size = _put_in_place(file, path)
        return BackupMade(
            path, index.id, size, sum(index.cases.values()), index.audit.seq, problems
        )

    def verify(self, file: Path) -> BackupReport:
        """Open a backup of this study in a folder of its own and check all that these keys reach.

        Raises:
            NotAllowed: neither a data manager nor an administrator.
            InvalidInput: it is the backup of another study.
            DamagedBackup, UnreadableBackup, NewerFormat, DiskFull: it is of no use.
        """
        access, study = self._access, self._access.study
        access.require(Action.VERIFY_BACKUP)
        backup = BackupFile(file)
        index = backup.index
        if (index.study, index.kind) != (study.id, study.kind):
            raise InvalidInput(f"{file.name} is a backup of another study.")
        with TemporaryDirectory(prefix=_BUILDING) as place:
            folder = Path(place) / "study"
            with _writing(Path(place)):
                folder.mkdir(mode=PRIVATE_FOLDER)
                backup.extract(folder)
            problems, who = check_extracted(backup, folder)
            if problems:
                return report(backup, who, problems, ())
            with _copy_opened(access, folder) as copy:
                found = copy.verify()
        return report(backup, who, (*problems, *found.problems), found.unchecked)

    def _verify_copy(self, copied: Path) -> tuple[str, ...]:
        with _copy_opened(self._access, copied) as copy:
            return copy.verify().problems


def backup_before(study_folder: Path, folder: Path, now: Clock = utc_now) -> Path:
    """Back up a study that nobody has unlocked, before its database is brought to a new release.

    It is marked `before upgrade` and carries no signature; all else is as in `Backups.make`. The
    database may be of any released format.

    Args:
        study_folder: the study; nobody else should be working on it.
        folder: where the backup goes; must exist, and may be in the study folder here.
        now: the clock.

    Returns:
        The backup, read back.

    Raises:
        StoreError: one sentence; nothing was left behind.
    """
    with _building(folder) as place:
        copied = place / "study"
        with _writing(folder):
            beside.copy_unsaved(study_folder, copied)
            snapshot.copy_files(study_folder, copied)
            snapshot.copy_database(study_folder / snapshot.DATABASE, copied / snapshot.DATABASE)
            beside.copy_aside(study_folder, copied)
            beside.reduce(copied, snapshot.states(copied / snapshot.DATABASE))
        index = _index(copied, "before upgrade", now, None, 0)
        path = folder / _name(index)
        file = _write(place / "backup", copied, index, None, folder)
        _put_in_place(file, path)
    return path


def check_extracted(backup: BackupFile, folder: Path) -> tuple[tuple[str, ...], str]:
    """Hold what was extracted against the signed index.

    Returns:
        Problems, each a sentence, and the login name of who made it, empty when unsigned.
    """
    index = backup.index
    try:
        body = manifest.read((folder / manifest.FILE_NAME).read_bytes()).body
        version, counted, audit_end, ledger_end = snapshot.heads(folder / snapshot.DATABASE)
    except FileNotFoundError:
        return ("A part of the study is missing from the backup.",), ""
    except StoreError as error:
        return (str(error),), ""
    problems = []
    found = (version, counted, audit_end, ledger_end, body.id, body.kind, body.version)
    if found != (
        index.schema_version,
        index.cases,
        (index.audit.seq, index.audit.head),
        (index.erasures.seq, index.erasures.head),
        index.study,
        index.kind,
        index.manifest_version,
    ):
        problems.append("The backup does not hold what its list of contents says.")
    if index.made_by is None:
        return tuple(problems), ""
    maker = body.person_by_id(index.made_by)
    if maker is None or not maker.public.verifies(backup.signature, backup.message):
        problems.append("The backup is not signed by the person it names.")
    return tuple(problems), name_of(body, index.made_by)


def report(
    backup: BackupFile, who: str, problems: tuple[str, ...], unchecked: tuple[str, ...]
) -> BackupReport:
    """What was found, with what the backup says of itself."""
    index = backup.index
    try:
        made_at = from_text(index.made_at)
    except ValueError:
        raise backup_file.DamagedBackup(backup.path, "its time is no time") from None
    return BackupReport(
        id=index.id,
        purpose=index.purpose,
        made_at=made_at,
        made_by=who,
        cases=sum(index.cases.values()),
        audit_entries=index.audit.seq,
        erasures=index.erasures.seq,
        problems=problems,
        unchecked=unchecked,
    )


@contextlib.contextmanager
def _copy_opened(access: "Access", folder: Path) -> Iterator["Access"]:
    """The same person's view of a copy of the study; the keys stay with the first."""
    from store.access import Access

    copy = open_study(folder, now=access.study.now)
    try:
        person = copy.body.person_by_id(access.entry.id)
        if person is None or person.public != access.keys.public:
            raise DamagedStudy(
                "You were not part of the study with these keys when the backup was made: "
                "ask somebody who was to check it."
            )
        other = Access(copy, person, access.keys)
        try:
            yield other
        finally:
            for secret in other.secrets.values():
                secret.wipe()
    finally:
        copy.close()


def _copy(study: Study, connection: Connection, target: Path) -> None:
    """Copy a study while the caller's transaction keeps others from changing it."""
    pending.settle_within(study.folder, connection)
    snapshot.copy_files(study.folder, target)
    database = target / snapshot.DATABASE
    if study.database.kind == "sqlite":
        snapshot.copy_database(study.folder / snapshot.DATABASE, database)
    else:
        snapshot.copy_rows(connection, database)


def _index(folder: Path, purpose: Purpose, now: Clock, who: str | None, problems: int) -> Index:
    """Describe a copied study."""
    body = manifest.read((folder / manifest.FILE_NAME).read_bytes()).body
    version, counted, audit_end, ledger_end = snapshot.heads(folder / snapshot.DATABASE)
    return Index(
        format=2,
        id=secrets.token_hex(16),
        study=body.id,
        kind=body.kind,
        purpose=purpose,
        made_at=to_text(now()),
        made_by=who,
        schema_version=version,
        manifest_version=body.version,
        cases=counted,
        audit=End(seq=audit_end[0], head=audit_end[1]),
        erasures=End(seq=ledger_end[0], head=ledger_end[1]),
        problems=problems,
        files=backup_file.describe_files(folder),
    )


def _name(index: Index) -> str:
    digits = "".join(letter for letter in index.made_at[:19] if letter.isalnum())
    return f"cati-{index.study[:8]}-{digits}Z-{index.id[:4]}{SUFFIX}"


def _write(
    path: Path, copied: Path, index: Index, signing: SigningSecret | None, folder: Path
) -> Path:
    with _writing(folder):
        backup_file.write(path, copied, index, signing)
        written = BackupFile(path)
        written.check()
        if written.index != index:
            raise Unwritable(f"The folder {folder} did not keep the backup as it was written.")
    return path


def _put_in_place(file: Path, path: Path) -> int:
    with _writing(path.parent):
        file.rename(path)
        sync_folder(path.parent)
        return path.stat().st_size


@contextlib.contextmanager
def _building(folder: Path) -> Iterator[Path]:
    """A folder inside of `folder` for what is not a backup yet; gone afterwards."""
    with _writing(folder):
        _clear_left_over(folder)
        place = folder / f"{_BUILDING}{secrets.token_hex(6)}"
        place.mkdir(mode=PRIVATE_FOLDER)
    try:
        me = this_process()
        with _writing(folder):
            maker = f"{me.boot}\n{me.pid}\n{me.started}"
            (place / _MAKER).write_text(maker, encoding="utf-8")
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _clear_left_over(folder: Path) -> None:
    for found in folder.glob(f"{_BUILDING}*"):
        with contextlib.suppress(OSError):
            if _ended(found) or time.time() - found.stat().st_mtime > _LEFT_OVER:
                shutil.rmtree(found)


def _ended(place: Path) -> bool:
    """Whether the program that made a backup there ran on this computer and runs no more."""
    try:
        boot, pid, started = (place / _MAKER).read_text(encoding="utf-8").split("\n")
        maker = Process(boot, int(pid), started)
    except (OSError, ValueError):
        return False
    return boot == this_process().boot and not is_running(maker)


def _require_outside(folder: Path, study: Path) -> None:
    if folder.resolve().is_relative_to(study.resolve()):
        raise InvalidInput(
            "A backup inside of the study folder is lost with it: name a folder elsewhere, best on "
            "another disk."
        )


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn the system's refusal to write a backup into one of our sentences."""
    ours: StoreError | None = None
    try:
        yield
    except OSError as error:
        ours = _told(error, folder)
    if ours is not None:
        raise ours


def _told(error: OSError, folder: Path) -> StoreError:
    kept = "the backups before are as they were"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"There is no room for a backup in {folder}: free some space; {kept}.")
    if not folder.is_dir():
        return Unwritable(
            f"There is no folder {folder} for backups: make it, or connect its drive; {kept}."
        )
    reason = errno.errorcode.get(error.errno or 0, "an unknown reason")
    return Unwritable(f"The backup could not be written to {folder} ({reason}); {kept}.")
