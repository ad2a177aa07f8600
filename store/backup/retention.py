"""Which backups there are, which of them were tried, and which scheduled ones may go."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from store import canonical
from store.backup.backup_file import BackupFile
from store.backup.backups import SUFFIX, BackupMade, BackupReport
from store.binding import bind
from store.clock import from_text, to_text
from store.errors import StoreError
from store.files import read_limited, sync_folder, write_file
from store.trust.entries import Body, pack, unpack

if TYPE_CHECKING:
    from store.access import Access

DAILY, WEEKLY = 7, 4
DUE_AFTER = timedelta(days=1)
_TRIED = ".tried.json"
_MAX_NOTE = 4096


@dataclass(frozen=True)
class BackupCard:
    """A backup in a list, as it says of itself; only its list of contents was read."""

    path: Path
    id: str
    purpose: str
    made_at: datetime
    made_by: str
    """Person id; empty when unsigned."""
    sound: bool
    """Signed, and without a problem when it was made."""
    cases: int
    audit_entries: int
    erasures: int
    tried_at: str
    """When it was last test-restored and found sound (UTC); empty when it never was."""
    tried_by: str
    """Login name."""


def backups_in(folder: Path, body: Body) -> list[BackupCard]:
    """The backups of a study in a folder, newest first. What is not one is passed over.

    Raises:
        StoreError: the folder cannot be read.
    """
    try:
        files = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else None
    except OSError:
        files = None
    if files is None:
        raise StoreError(f"There is no readable folder {folder}: check the path, or its drive.")
    found: list[BackupCard] = []
    for file in files:
        with contextlib.suppress(StoreError, ValueError):
            backup = BackupFile(file)
            if (backup.index.study, backup.index.kind) == (body.id, body.kind):
                found.append(_card(backup, body))
    return sorted(found, key=lambda card: card.made_at, reverse=True)


def try_out(access: "Access", file: Path) -> BackupReport:
    """Test-restore a backup; when it is sound, note so beside it, under one's signature.

    Raises:
        As `Backups.verify`; and Unwritable, DiskFull when the note cannot be written.
    """
    report = access.backups.verify(file)
    if report.ok:
        backup = BackupFile(file)
        at = to_text(access.study.now())
        message = _message(backup.digest, at, access.entry.id)
        note: dict[str, canonical.JSON] = {
            "at": at,
            "by": access.entry.id,
            "signature": pack(access.keys.signing.sign(message)),
        }
        write_file(_note(file), canonical.encode(note))
    return report


def is_due(cards: Sequence[BackupCard], now: datetime) -> bool:
    """Whether the newest backup is older than a day; a clock set back makes one due as well."""
    return not any(timedelta() <= now - card.made_at < DUE_AFTER for card in cards)


def superfluous(
    cards: Sequence[BackupCard], daily: int = DAILY, weekly: int = WEEKLY
) -> list[BackupCard]:
    """The scheduled backups that a plan does not keep.

    Kept are the newest of each of the last `daily` days and `weekly` weeks that have one (in UTC).
    Those that somebody asked for, or that came before an upgrade, are never among them.

    Args:
        cards: newest first.
        daily: how many days.
        weekly: how many weeks.
    """
    scheduled = [card for card in cards if card.purpose == "scheduled"]
    kept: set[str] = set()
    for count, period in ((daily, _day), (weekly, _week)):
        newest: dict[object, str] = {}
        for card in scheduled:
            newest.setdefault(period(card.made_at), card.id)
        kept |= set(list(newest.values())[:count])
    return [card for card in scheduled if card.id not in kept]


def make_scheduled(
    access: "Access", folder: Path, daily: int = DAILY, weekly: int = WEEKLY
) -> BackupMade | None:
    """Make the backup of the day if it is due, then let go of those that the plan does not keep.

    Returns:
        What was made; None when the newest backup is younger than a day.

    Raises:
        As `Backups.make`; then nothing was removed either.
    """
    body = access.study.body
    if not is_due(backups_in(folder, body), access.study.now()):
        return None
    made = access.backups.make(folder, "scheduled")
    prune(folder, body, daily, weekly)
    return made


def prune(folder: Path, body: Body, daily: int = DAILY, weekly: int = WEEKLY) -> list[Path]:
    """Remove the scheduled backups that the plan does not keep, never the newest verified one.

    Returns:
        What was removed.
    """
    cards = backups_in(folder, body)
    going = superfluous(cards, daily, weekly)
    if not going:
        return []
    newest = _newest_verified(cards)
    if newest is None:
        return []  # none can be relied on: better too many than the wrong one gone
    removed: list[Path] = []
    for card in going:
        if card.path == newest:
            continue
        with contextlib.suppress(OSError):
            card.path.unlink()
            removed.append(card.path)
            _note(card.path).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        sync_folder(folder)
    return removed


def _newest_verified(cards: Sequence[BackupCard]) -> Path | None:
    """The newest that was sound when it was made and is whole still, every byte read."""
    for card in cards:
        if card.sound:
            with contextlib.suppress(StoreError):
                BackupFile(card.path).check()
                return card.path
    return None


def _card(backup: BackupFile, body: Body) -> BackupCard:
    index = backup.index
    maker = body.person_by_id(index.made_by or "")
    signed = maker is not None and maker.public.verifies(backup.signature, backup.message)
    tried_at, tried_by = _tried(backup, body)
    return BackupCard(
        path=backup.path,
        id=index.id,
        purpose=index.purpose,
        made_at=from_text(index.made_at),
        made_by=index.made_by or "",
        sound=signed and index.problems == 0,
        cases=sum(index.cases.values()),
        audit_entries=index.audit.seq,
        erasures=index.erasures.seq,
        tried_at=tried_at,
        tried_by=tried_by,
    )


def _tried(backup: BackupFile, body: Body) -> tuple[str, str]:
    """When and by whom it was tried; empty unless somebody of the study signed that."""
    try:
        note = canonical.decode_object(read_limited(_note(backup.path), _MAX_NOTE))
        at, by, signature = str(note["at"]), str(note["by"]), unpack(str(note["signature"]))
    except (OSError, ValueError, KeyError):
        return "", ""
    person = body.person_by_id(by)
    if person is None or not person.public.verifies(signature, _message(backup.digest, at, by)):
        return "", ""
    return at, person.name


def _note(file: Path) -> Path:
    return file.with_name(file.name + _TRIED)


def _message(digest: str, at: str, by: str) -> bytes:
    return bind("backup tried", digest, at, by)


def _day(at: datetime) -> object:
    return at.date()


def _week(at: datetime) -> object:
    return at.isocalendar()[:2]
