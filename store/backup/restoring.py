"""Restoring a study from a backup: into a new folder, whole or not at all.

What was erased after the backup was made is erased again before the folder appears; programs that
still write under leases of before are fenced off; who restores it signs that they did.
"""

import contextlib
import glob
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, update
from sqlmodel import col

from store import migrations
from store.backup import beside, known, onto_server, snapshot
from store.backup.backup_file import BackupFile, DamagedBackup
from store.backup.backups import check_extracted
from store.backup.known import Elsewhere, OlderBackup
from store.clock import Clock, utc_now
from store.crypto.keys import Unopenable, sha256
from store.crypto.keystore import MAX_FILE as MAX_KEY_FILE
from store.databases import server
from store.databases.processes import Process, exists, this_process
from store.databases.server import Place
from store.databases.tables import LeaseRow
from store.erasing import ledger
from store.erasing.cleaning import clean, forget_beside
from store.erasing.ledger import Erasure
from store.errors import InvalidInput, NotAllowed, PutBack, StoreError, StudyInPlace
from store.files import PRIVATE_FOLDER, file_errors, read_limited, sync_folder, write_file
from store.migrations.upgrading import upgrade
from store.record import audit
from store.record.audit import Deed
from store.study import INSTRUMENTS, name_of, open_study
from store.trust import following, manifest, tenure
from store.trust import seen as heads
from store.trust.entries import Body
from store.trust.roles import Action
from store.trust.unlocking import KEYS
from store.values import VerifyReport

if TYPE_CHECKING:
    from store.access import Access

FENCE = 1_000
"""By how much every lease's token grows, so that no program of before writes any more."""


class UnsignedBackup(StoreError):
    """Nobody vouches for the backup as a whole; it has to be said that this is fine."""


@dataclass(frozen=True)
class Restored:
    """A study that was restored."""

    folder: Path
    cases: int
    erased_again: int
    """Erasures known that the backup did not know of."""
    older: str
    """What is known of the study that the backup lacks; empty when nothing."""
    without_keys: tuple[str, ...]
    """Login names of the people whose key file was not found."""
    problems: tuple[str, ...]
    unchecked: tuple[str, ...]


@dataclass(frozen=True)
class Consent:
    """What whoever restores says is fine."""

    older: bool = False
    unsigned: bool = False
    altered: bool = False
    """The audit of the study that is replaced does not hold, so an erasure in it may be hidden."""


NOTHING = Consent()
_MAY_COME = ("active", "suspended")


def restore(
    file: Path,
    to_folder: Path,
    *,
    keys_from: Path,
    name: str,
    passphrase: str,
    current: Path | None = None,
    certificates: Sequence[Path] = (),
    consent: Consent = NOTHING,
    seen: Path | None = None,
    now: Clock = utc_now,
    database: str | None = None,
) -> Restored:
    """Restore a backup into a new folder, by an administrator.

    Args:
        file: the backup.
        to_folder: must not exist yet, or be empty; its parent must exist.
        keys_from: the folder with the key files, which no backup holds.
        name: login name of the administrator.
        passphrase: theirs.
        current: the study folder that the backup replaces, as far as there still is one.
        certificates: of erasures that may be newer than the backup.
        consent: what may be lacking.
        seen: where this computer keeps what each person last saw of each study, only looked at: a
            restore may be a rehearsal. None looks nowhere.
        now: the clock.
        database: URL of an empty database on a PostgreSQL server, onto which the study goes; None
            leaves it in the folder.

    Raises:
        OlderBackup, UnsignedBackup: this has to be consented to.
        AuditUnsound: this, too, unless certificates are given.
        LedgerMissing: erasures are known of that nothing at hand describes.
        DamagedBackup, UnreadableBackup, NotAllowed, WrongPassphrase, StudyInPlace, StoreError:
            nothing was left behind.
    """
    backup = BackupFile(file)
    if backup.index.made_by is None and not consent.unsigned:
        raise UnsignedBackup(
            f"{file.name} was made before an upgrade, by nobody who signed it: be sure where it "
            "comes from, and say that it may be unsigned."
        )
    to_folder = to_folder.absolute()
    if to_folder.is_symlink() or (to_folder.exists() and not _is_empty(to_folder)):
        raise StudyInPlace(f"{to_folder} is not empty: choose a new folder for what is restored.")
    at = None if database is None else server.place(database)
    if at is not None:
        onto_server.require_new(at)
    with _building(to_folder) as place:
        with file_errors(str(to_folder)):
            backup.extract(place)
        problems, _ = check_extracted(backup, place)
        if problems:
            raise DamagedBackup(file, problems[0].rstrip(".").lower())
        of_backup = known.manifest_of(place)
        elsewhere = None if current is None else known.look(current, of_backup)
        with file_errors(str(to_folder)):
            body = _take_newer_manifest(place, of_backup, elsewhere)
            without = _copy_keys(body, keys_from, place / KEYS)
            if elsewhere is not None:
                beside.take_over(elsewhere.folder, place)
        if migrations.needed(backup.index.schema_version):
            _upgrade(place, name, passphrase, now)
        study = open_study(place, now=now)
        study.restoring = True
        try:
            access = study.unlock(name, passphrase)
            access.require(Action.RESTORE)
            older = _require_consent(access, elsewhere, seen, consent)
            if elsewhere is not None and not (certificates or consent.altered):
                known.require_sound(elsewhere, is_less=_is_less(access, elsewhere, seen))
            again = _put_right(access, backup, elsewhere, certificates)
            found = access.verify()
            access.lock()
        finally:
            study.close()
        if at is not None:
            onto_server.move(place, at)
            found = _verified_there(place, at, (name, passphrase), found, now)
        with file_errors(str(to_folder)):
            _sync(place)
            place.rename(to_folder)
            sync_folder(to_folder.parent)
    return Restored(to_folder, found.cases, again, older, without, found.problems, found.unchecked)


def _verified_there(
    place: Path, at: Place, who: tuple[str, str], in_file: VerifyReport, now: Clock
) -> VerifyReport:
    """What a verification finds on the server; it must be what was found in the file."""
    study = open_study(place, now=now)
    try:
        found = study.unlock(*who).verify()
    finally:
        study.close()
    if (found.cases, found.problems) != (in_file.cases, in_file.problems):
        raise onto_server.unverified(at)
    return found


def _require_consent(
    access: "Access", elsewhere: Elsewhere | None, seen: Path | None, consent: Consent
) -> str:
    """What is known to be lacking, as a phrase; OlderBackup unless that is consented to."""
    study, older, where = access.study, "", "what you have seen"
    unknown = " Erasures since are known from that study (--current) and from certificates."
    if elsewhere is not None:
        where, unknown = f"the study in {elsewhere.folder}", ""
        older = "what cannot be read any more"
        if elsewhere.holding is not None:
            older = known.missing(known.hold(study), elsewhere.holding)
        else:
            unknown = " Erasures since are known from certificates."
    elif seen is not None:
        older = _unseen(access, seen)
    if older and not consent.older:
        raise OlderBackup(
            f"This backup is older than {where}: it lacks {older}.{unknown} If that is fine, "
            "restore it with --older-is-fine."
        )
    return older


def _is_less(access: "Access", elsewhere: Elsewhere, seen: Path | None) -> bool:
    """Whether the study that is replaced lacks entries that whoever restores has seen."""
    if seen is None or elsewhere.holding is None:
        return False
    trail = [(seq, digest) for seq, digest, _, _ in elsewhere.holding.audit]
    body, me, restored = access.study.body, access.entry.id, elsewhere.holding.restored
    return heads.is_less(seen, body, me, access.keys, trail, restored)


def _unseen(access: "Access", seen: Path) -> str:
    study = access.study
    try:
        with study.database.read() as connection:
            heads.look(seen, study.body, access.entry.id, access.keys, connection)
    except PutBack as back:
        if back.missing is None:
            return "entries of the audit that you have seen"
        return f"at least {back.missing} of the entries of the audit that you have seen"
    return ""


def _put_right(
    access: "Access",
    backup: BackupFile,
    elsewhere: Elsewhere | None,
    certificates: Sequence[Path],
) -> int:
    """Erase again, fence off, and note it; gives how many erasures the backup did not know of."""
    study = access.study
    before = known.hold(study).erasures
    others: list[tuple[str, Sequence[Erasure]]] = list(known.certified(certificates, study.body))
    if elsewhere is not None and elsewhere.holding is not None:
        others.append((str(elsewhere.folder), elsewhere.holding.erasures))
    newest = known.newest_ledger(study.body, before, others)
    if elsewhere is not None:
        known.require_told(elsewhere, newest)
    with study.database.write() as connection:
        for entry in newest[len(before) :]:
            ledger.insert_entry(connection, entry)
            ledger.destroy(connection, entry)
        _fence_off(connection)
        about = tenure.about_restored(backup.index.id, study.body)
        note = manifest.audit_note(about, study.signed)
        who, signing = access.entry.id, access.keys.signing
        audit.record(connection, study.body, who, signing, Deed.BACKUP_RESTORED, note, study.now())
        _require_followed(connection, access)
    access.known.clear()
    clean(study.database)
    for entry in newest:
        forget_beside(study.folder, entry.case_id)
    return len(newest) - len(before)


def _require_followed(connection: Connection, access: "Access") -> None:
    """See that others will follow who restores: what they are now, the backup may not know."""
    with contextlib.suppress(Unopenable):  # an audit that does not hold, the verification tells of
        entry = following.newest(connection, access.study.signed)
        if entry is None or not following.is_about(entry, access.study.signed):
            raise NotAllowed(
                f"By the backup {access.entry.name} did not take part as an administrator, and "
                "nothing in it says how that changed: let another administrator restore it."
            )


def _fence_off(connection: Connection) -> None:
    connection.execute(
        update(LeaseRow).values(
            token=col(LeaseRow.token) + FENCE,
            holder="",
            boot="",
            pid=0,
            started="",
            since="",
            until=0,
        )
    )


def _take_newer_manifest(place: Path, of_backup: Body, elsewhere: Elsewhere | None) -> Body:
    """People removed since must not come back, nor keys that were changed."""
    if elsewhere is None or elsewhere.newest is None:
        return of_backup
    newest = elsewhere.newest
    if not known.is_newer(newest, of_backup):
        return of_backup
    data = read_limited(elsewhere.folder / manifest.FILE_NAME, manifest.MAX_SIZE)
    signed = manifest.read(data)
    if signed.body != newest:
        raise InvalidInput(f"{elsewhere.folder} was changed meanwhile: repeat.")
    if not following.may_follow(of_backup, signed):
        raise StoreError(
            f"The manifest in {elsewhere.folder} is signed by "
            f"{name_of(newest, signed.signed_by)}, who is no administrator by the backup, or who "
            "put other keys under somebody's name: take a newer backup, or restore this one "
            "without --current, with the certificates of what was erased since."
        )
    write_file(place / manifest.FILE_NAME, data)
    for entry in newest.instruments:
        source = elsewhere.folder / INSTRUMENTS / entry.fingerprint
        target = place / INSTRUMENTS / entry.fingerprint
        if source.is_dir() and not target.exists():
            shutil.copytree(source, target)
    return newest


def _copy_keys(body: Body, source: Path, target: Path) -> tuple[str, ...]:
    """Copy the key files of everyone who takes part or may again; gives the names not found."""
    target.mkdir(mode=PRIVATE_FOLDER)
    without: list[str] = []
    for name in sorted({one.name for one in body.people if one.status in _MAY_COME}):
        try:
            data = read_limited(source / f"{name}.key", MAX_KEY_FILE)
        except (OSError, ValueError):
            without.append(name)
        else:
            write_file(target / f"{name}.key", data)
    return tuple(without)


def _upgrade(place: Path, name: str, passphrase: str, now: Clock) -> None:
    """Bring an older database to this release; the backup itself is the copy of before."""
    upgrade(place, name, passphrase, now=now)
    for copy in place.glob(f"{snapshot.DATABASE}.before-*"):
        copy.unlink()


def _token(process: Process) -> str:
    return sha256(process.boot.encode()).hex()[:8]


def _is_at_work(name: str, me: Process) -> bool:
    """Whether a program that may still run on this computer, or another, is restoring there."""
    boot, _, rest = name.partition("-")
    pid = rest.partition("-")[0]
    if not pid.isdecimal():
        return False
    return boot != _token(me) or exists(int(pid))


@contextlib.contextmanager
def _building(to_folder: Path) -> Iterator[Path]:
    begins = f".{to_folder.name}.restoring-"
    me = this_process()
    place = to_folder.with_name(f"{begins}{_token(me)}-{me.pid}-{secrets.token_hex(6)}")
    with file_errors(str(to_folder)):
        for left in to_folder.parent.glob(f"{glob.escape(begins)}*"):
            if not _is_at_work(left.name.removeprefix(begins), me):
                shutil.rmtree(left, ignore_errors=True)
        place.mkdir(mode=PRIVATE_FOLDER)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Everything in the folder is on the disk before it gets its name."""
    for path in (*folder.rglob("*"), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and next(folder.iterdir(), None) is None
