"""What is known elsewhere of a study that is being restored: its ledger, audit, and manifest."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select
from sqlmodel import col

from store.backup import snapshot
from store.databases.database import rows
from store.databases.tables import CaseRow
from store.erasing import certificates, ledger
from store.erasing.ledger import Erasure
from store.errors import StoreError
from store.record import audit
from store.record.audit import Deed
from store.study import Study, open_study, read_manifest
from store.trust import giving, manifest, seen
from store.trust.entries import Body


class OlderBackup(StoreError):
    """A backup lacks what is known to have happened since; it has to be said that this is fine."""


class LedgerMissing(StoreError):
    """Erasures are known of that no ledger at hand describes; nothing was restored."""


class AuditUnsound(StoreError):
    """The audit of the study that is replaced cannot tell what was erased since."""


@dataclass(frozen=True)
class Holding:
    """What a database says of how far the study was."""

    audit: tuple[tuple[int, bytes, str, str], ...]
    """Number, hash, deed and object of every entry."""
    events: dict[str, int]
    """Case id to the number of events in its journal; 0 once handed in."""
    states: dict[str, str]
    erasures: tuple[Erasure, ...]
    restored: tuple[tuple[int, bytes], ...]
    """Number and hash of every entry that says it was restored; see `seen.restores`."""
    problems: tuple[str, ...]
    """What does not hold in the audit, each as a sentence."""


@dataclass(frozen=True)
class Elsewhere:
    """The study as it is in the folder that the backup is to replace."""

    folder: Path
    newest: Body | None
    """Its manifest, when it can be read."""
    holding: Holding | None
    """None when its database cannot be read."""


def look(folder: Path, same_as: Body) -> Elsewhere:
    """Read what can be read of a study folder, which may be damaged.

    Raises:
        StoreError: it is another study.
    """
    try:
        _, signed = read_manifest(folder)
        body: Body | None = signed.body
    except StoreError:
        body = None
    if body is not None and _anchor(body) != _anchor(same_as):
        raise StoreError(
            f"{folder} holds another study than the backup: name the folder that it was made of."
        )
    return Elsewhere(folder, body, _held_in(folder) or _held_in_copy(folder))


def _held_in(folder: Path) -> Holding | None:
    """What a study folder says of itself; None when its database cannot be used."""
    try:
        study = open_study(folder)
    except StoreError:
        return None
    try:
        return hold(study)
    except StoreError:
        return None
    finally:
        study.close()


def _held_in_copy(folder: Path) -> Holding | None:
    """The same of a folder that can be read and not written, as on a disk that is failing."""
    with TemporaryDirectory(prefix="cati-") as place:
        copy = Path(place) / "study"
        try:
            snapshot.copy_files(folder, copy)
            shutil.copyfile(folder / snapshot.DATABASE, copy / snapshot.DATABASE)
        except OSError:
            return None
        return _held_in(copy)


def hold(study: Study) -> Holding:
    """What an open study says of itself."""
    with study.database.read() as connection:
        return _hold(connection, study.body)


def newest_ledger(
    body: Body, backup: Sequence[Erasure], others: Sequence[tuple[str, Sequence[Erasure]]]
) -> list[Erasure]:
    """The longest of these ledgers.

    Args:
        body: the newest manifest known.
        backup: the backup's.
        others: where another is from, and what it says.

    Raises:
        StoreError: one of them does not hold, or tells another story than the backup.
    """
    newest = list(backup)
    for where, entries in (("the backup", backup), *others):
        if problems := ledger.chain_problems(body, entries):
            raise StoreError(f"The erasure ledger of {where} cannot be relied on: {problems[0]}")
        shorter, longer = sorted((newest, list(entries)), key=len)
        if not ledger.continues(shorter, longer):
            raise StoreError(
                f"The erasure ledger of {where} tells of other erasures than the backup: nothing "
                "was restored; tell the data manager."
            )
        newest = longer
    return newest


def require_told(elsewhere: Elsewhere, newest: Sequence[Erasure]) -> None:
    """Raise LedgerMissing when the other study knows of an erasure that this ledger lacks."""
    if elsewhere.holding is None:
        return
    deeds = ((action, about) for _, _, action, about in elsewhere.holding.audit)
    if untold := ledger.untold(deeds, newest):
        raise LedgerMissing(
            f"{untold[0]} The audit in {elsewhere.folder} knows of it: give the certificate of it "
            "as well; nothing was restored."
        )


def require_sound(elsewhere: Elsewhere, *, is_less: bool) -> None:
    """Raise AuditUnsound where that study's audit was altered, or `is_less` than was seen."""
    problems = () if elsewhere.holding is None else elsewhere.holding.problems
    if problems or is_less:
        why = problems[0] if problems else "Entries of it that you have seen are missing."
        raise AuditUnsound(
            f"The audit in {elsewhere.folder} cannot tell what was erased since the backup: {why} "
            "Give the certificates of all erasures since, or say that an altered one is fine."
        )


def certified(files: Sequence[Path], body: Body) -> list[tuple[str, list[Erasure]]]:
    """The ledgers that certificates of erasure carry; InvalidInput when one certifies nothing."""
    return [(file.name, certificates.ledger_of(certificates.read(file, body))) for file in files]


def is_newer(one: Body | None, other: Body) -> bool:
    """Whether a manifest is a later one of the same study."""
    return one is not None and one.version > other.version


def missing(backup: Holding, elsewhere: Holding) -> str:
    """What the study elsewhere has and the backup lacks, as a phrase; empty when nothing."""
    from instrument.counts import counted

    common = sum(one == other for one, other in zip(backup.audit, elsewhere.audit, strict=False))
    # That a backup was made is noted behind it; no backup has the entry about itself.
    entries = sum(action != Deed.BACKUP_MADE.value for _, _, action, _ in elsewhere.audit[common:])
    events = sum(
        max(0, count - backup.events.get(case_id, 0)) for case_id, count in elsewhere.events.items()
    )
    cases = sum(backup.states.get(case_id) != state for case_id, state in elsewhere.states.items())
    lacking = (
        (entries, "entry of the audit", "entries of the audit"),
        (events, "event", "events"),
        (cases, "case as it stands now", "cases as they stand now"),
    )
    return ", ".join(counted(count, one, several) for count, one, several in lacking if count)


def _hold(connection: Connection, body: Body) -> Holding:
    chain = list(audit.entries(connection))
    cases = rows(connection, select(col(CaseRow.id), col(CaseRow.state), col(CaseRow.n)))
    return Holding(
        audit=tuple((one.seq, one.hash, one.action, one.object) for one in chain),
        events={case_id: count for case_id, _, count in cases},
        states={case_id: state for case_id, state, _ in cases},
        erasures=tuple(ledger.entries(connection)),
        restored=seen.restores(connection, body),
        problems=tuple(audit.problems(body, chain)),
    )


def _anchor(body: Body) -> tuple[str, ...]:
    """What never changes in a study."""
    founder = body.person_by_id(body.founder)
    signing = "" if founder is None else founder.signing
    return (body.id, body.kind, signing, body.data_key, giving.pin(body).hex())


def manifest_of(folder: Path) -> Body:
    """The manifest of an extracted backup."""
    return manifest.read((folder / manifest.FILE_NAME).read_bytes()).body
