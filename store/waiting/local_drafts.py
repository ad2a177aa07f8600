"""What somebody entered when their case was no longer theirs to write: kept for their eyes.

A program that slept while another took its case over is refused by its token. What had been entered
there is sealed to the person and stays in the folder `drafts` of this computer until they have seen
it and throw it away. It is never put into a case by itself. The seal does not say who wrote it:
whoever can write into the folder can put something there, which is shown and does nothing.
"""

import base64
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from store import canonical
from store.binding import bind
from store.canonical import JSON
from store.casework import cases, lease
from store.clock import from_text, to_text
from store.crypto.keys import SealingSecret, Unopenable, seal_to
from store.erasing.cleaning import DRAFTS
from store.errors import StoreError
from store.files import file_errors, private_folder, read_limited, write_file
from store.trust.manifest import Body
from store.values import JournalEntry
from store.waiting import spool

if TYPE_CHECKING:
    from store.access import Access

MAX_SIZE = 256 * 1024 * 1024
SMALLEST = 1024
_FORMAT = 1
_SUFFIX = ".draft"


@dataclass(frozen=True)
class LocalDraft:
    """Entries of one case that were not saved in it."""

    case_id: str
    kept_at: datetime
    entries: tuple[JournalEntry, ...]
    """As they would have been saved, oldest first."""
    name: str
    """Of its file."""


class LocalDrafts:
    """The drafts of one person on this computer; see `Access.drafts`."""

    def __init__(self, access: "Access") -> None:
        self._access = access

    def of(self, case_id: str) -> tuple[LocalDraft, ...]:
        """Those of a case, oldest first; no server is asked."""
        body, found = self._access.study.body, []
        folder = self._access.study.folder / DRAFTS
        for path in folder.glob(f"{case_id or '*'}-{self._me}-*{_SUFFIX}"):
            with contextlib.suppress(OSError, Unopenable):
                found.append(_read(path, body, self._access.keys.sealing, self._me))
        return tuple(sorted(found, key=lambda one: (one.kept_at, one.name)))

    def every(self) -> tuple[LocalDraft, ...]:
        """Those of all cases, also what a spool holds that can never be saved any more."""
        with contextlib.suppress(StoreError):
            self.settle()
        return self.of("")

    def waiting(self) -> dict[str, int]:
        """How many entries of each case are saved on this computer alone, by id of the case."""
        left = spool.left(self._access.study.folder, self._me)
        found: dict[str, list[spool.Left]] = {}
        for one in left:
            found.setdefault(one.whose.place.case, []).append(one)
        return {case_id: len(spool.in_order(those)) for case_id, those in found.items()}

    def throw_away(self, draft: LocalDraft) -> None:
        """Delete a draft for good. Harmless when done before."""
        path = self._access.study.folder / DRAFTS / draft.name
        with file_errors(DRAFTS):
            path.unlink(missing_ok=True)

    def settle(self) -> None:
        """Make a draft of what waits here under tokens that are refused by now.

        Raises:
            StoreError: the database was not reached; it waits on.
        """
        folder, database = self._access.study.folder, self._access.study.database
        waiting = spool.left(folder, self._me)
        for case_id in dict.fromkeys(one.whose.place.case for one in waiting):
            with database.settled() as connection:
                state = cases.find(connection, case_id).state
                token = lease.newest(connection, case_id)
                stored = dict(cases.events(connection, case_id))
            tokens = {one.whose.token for one in waiting if one.whose.place.case == case_id}
            if state == "open" and token in tokens:
                continue
            claimed = spool.claim(folder, self._me, case_id)
            if state != "erased":
                set_aside(self._access, claimed, stored)
                continue
            for one in claimed:
                one.forget()

    @property
    def _me(self) -> str:
        return self._access.entry.id


def keep(access: "Access", case_id: str, entries: Sequence[JournalEntry]) -> None:
    """Seal entries to the person; the same ones again change nothing.

    Raises:
        DiskFull, Unwritable: they were not kept.
    """
    if not entries:
        return
    study, person = access.study, access.entry
    content: dict[str, JSON] = {
        "kept_at": to_text(study.now()),
        "entries": [
            {"seq": one.seq, "at": to_text(one.at), "id": one.event_id, "event": one.event}
            for one in entries
        ],
    }
    info = _info(study.body, case_id, person.id)
    sealed = seal_to(person.public.sealing, _pad(canonical.encode(content)), info)
    fields: dict[str, JSON] = {
        "format": _FORMAT,
        "case": case_id,
        "person": person.id,
        "sealed": base64.b64encode(sealed).decode(),
    }
    folder = study.folder / DRAFTS
    private_folder(folder)
    ids = sha256("".join(one.event_id for one in entries).encode()).hexdigest()[:16]
    name = f"{case_id}-{person.id}-{entries[0].seq}-{ids}{_SUFFIX}"
    write_file(folder / name, canonical.encode(fields))


def set_aside(access: "Access", spools: Sequence[spool.Left], stored: Mapping[int, bytes]) -> None:
    """Make drafts of what spools hold and the journal does not; then delete them.

    Args:
        access: of the person whose spools they are.
        spools: of one case, claimed.
        stored: number and envelope of each event in its journal.

    Raises:
        DiskFull, Unwritable: the spools are still there.
    """
    for one in spools:
        try:
            read = spool.opened(one, access.keys.sealing)
        except Unopenable:
            continue
        there = {r.seq for r in one.records if stored.get(r.seq) == r.envelope}
        keep(access, one.whose.place.case, [entry for entry in read if entry.seq not in there])
        one.forget()


def _read(path: Path, body: Body, secret: SealingSecret, person: str) -> LocalDraft:
    """Open a draft; Unopenable, or what the file system says, when it is none of this person's."""
    try:
        fields = canonical.decode_object(read_limited(path, MAX_SIZE))
        case_id, sealed = fields["case"], fields["sealed"]
        if fields["format"] != _FORMAT or not (
            isinstance(case_id, str) and isinstance(sealed, str) and fields["person"] == person
        ):
            raise Unopenable
        raw = secret.open(base64.b64decode(sealed, validate=True), _info(body, case_id, person))
        content = canonical.read_object(bytes(raw).rstrip(b"\0"))
        kept_at, entries = content["kept_at"], content["entries"]
        if not (isinstance(kept_at, str) and isinstance(entries, list)):
            raise Unopenable
        return LocalDraft(
            case_id, from_text(kept_at), tuple(_entry(one) for one in entries), path.name
        )
    except (ValueError, KeyError):
        raise Unopenable from None


def _entry(fields: JSON) -> JournalEntry:
    match fields:
        case {"seq": int(seq), "at": str(at), "id": str(event_id), "event": dict(event)}:
            return JournalEntry(seq, from_text(at), event_id, event)
    raise Unopenable


def _pad(content: bytes) -> bytes:
    size = SMALLEST
    while size < len(content):
        size *= 4
    return content.ljust(size, b"\0")


def _info(body: Body, case_id: str, person: str) -> bytes:
    return bind("local draft", body.id, body.kind, case_id, person)
