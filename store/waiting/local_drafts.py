"""What somebody entered when their case was no longer theirs to write: kept for who may read it.

A program that slept while another took its case over is refused by its token. What had been entered
there is sealed to the person and to the study's data key, and stays in the folder `drafts` of this
computer until it was seen and is thrown away, or the case is accepted or erased. It is never put
into a case by itself. The seal does not say who wrote it: whoever can write into the folder can put
something there, which is shown and does nothing.
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
from store.crypto.keys import Unopenable, seal_to
from store.erasing.cleaning import DRAFTS
from store.errors import StoreError
from store.files import file_errors, private_folder, read_limited, write_file
from store.study import name_of
from store.trust.manifest import Body
from store.values import JournalEntry
from store.waiting import finished, spool

if TYPE_CHECKING:
    from store.access import Access

MAX_SIZE = 256 * 1024 * 1024
SMALLEST = 1024
FORMAT = 2
"""Format 1 was sealed to the person alone."""
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
    by: str
    """Login name of who entered them."""


class LocalDrafts:
    """The drafts on this computer that one person reads; see `Access.drafts`."""

    def __init__(self, access: "Access") -> None:
        self._access = access

    def of(self, case_id: str) -> tuple[LocalDraft, ...]:
        """What this person entered in a case, oldest first; no server is asked."""
        return self._found(f"{case_id}-{self._me}-*{_SUFFIX}")

    def every(self) -> tuple[LocalDraft, ...]:
        """Those of all cases, also what a spool holds that can never be saved any more.

        A data manager gets everybody's, everyone else their own; oldest first.
        """
        with contextlib.suppress(StoreError):
            self.settle()
        whose = "*" if spool.data_secrets(self._access) else self._me
        return self._found(f"*-{whose}-*{_SUFFIX}")

    def waiting(self) -> dict[str, int]:
        """How many entries of each case are saved on this computer alone, by id of the case."""
        left = spool.left(self._access.study.folder, self._me)
        found: dict[str, list[spool.Left]] = {}
        for one in left:
            found.setdefault(one.whose.place.case, []).append(one)
        return {case_id: len(spool.in_order(those)) for case_id, those in found.items()}

    def _found(self, pattern: str) -> tuple[LocalDraft, ...]:
        found = []
        for path in (self._access.study.folder / DRAFTS).glob(pattern):
            with contextlib.suppress(OSError, Unopenable):
                found.append(_read(path, self._access))
        return tuple(sorted(found, key=lambda one: (one.kept_at, one.name)))

    def throw_away(self, draft: LocalDraft) -> None:
        """Delete a draft for good. Harmless when done before."""
        path = self._access.study.folder / DRAFTS / draft.name
        with file_errors(f"the folder {DRAFTS}"):
            path.unlink(missing_ok=True)

    def settle(self) -> None:
        """Make a draft of what waits here under tokens that are refused by now.

        A data manager does it for everybody whose computer this is.

        Raises:
            StoreError: the database was not reached; it waits on.
        """
        access, folder = self._access, self._access.study.folder
        finished.forget(access)
        everybody = bool(spool.data_secrets(access))
        waiting = spool.left(folder, "" if everybody else self._me)
        for case_id, person in dict.fromkeys((w.place.case, w.person) for w in _whose(waiting)):
            with access.study.database.settled() as connection:
                case = cases.find(connection, case_id)
                token = lease.newest(connection, case_id)
                stored = dict(cases.events(connection, case_id))
                erased = finished.is_erased(connection, access.study.body, case_id)
            tokens = {
                w.token for w in _whose(waiting) if (w.place.case, w.person) == (case_id, person)
            }
            if case.state == "open" and token in tokens:
                continue
            if case.state == "erased" and not erased:
                continue  # so says only what stands in clear; it waits on
            claimed = spool.claim(folder, person, case_id, tokens)
            if not erased:
                set_aside(access, claimed, stored)
                continue
            for one in claimed:
                one.forget()

    @property
    def _me(self) -> str:
        return self._access.entry.id


def keep(
    access: "Access",
    case_id: str,
    entries: Sequence[JournalEntry],
    whose: str = "",
    *,
    theirs: bool = True,
) -> None:
    """Seal entries to who made them and to the data key; the same ones again change nothing.

    Args:
        access: of who keeps them.
        case_id: where they belong.
        entries: not in the case.
        whose: id of who made them; empty when it is the person of `access`.
        theirs: they can read them.

    Raises:
        DiskFull, Unwritable: they were not kept.
    """
    if not entries:
        return
    study, body = access.study, access.study.body
    person = body.person_by_id(whose) or access.entry
    content: dict[str, JSON] = {
        "kept_at": to_text(study.now()),
        "entries": [
            {"seq": one.seq, "at": to_text(one.at), "id": one.event_id, "event": one.event}
            for one in entries
        ],
    }
    info, plain = _info(body, case_id, person.id), _pad(canonical.encode(content))
    fields: dict[str, JSON] = {
        "format": FORMAT,
        "case": case_id,
        "person": person.id,
        "sealed": _sealed(person.public.sealing, plain, info) if theirs else "",
        "data_key": body.data_key_name,
        "data": _sealed(body.public_key(body.data_key_name), plain, info),
    }
    folder = study.folder / DRAFTS
    private_folder(folder)
    ids = sha256("".join(one.event_id for one in entries).encode()).hexdigest()[:16]
    name = f"{case_id}-{person.id}-{entries[0].seq}-{ids}{_SUFFIX}"
    write_file(folder / name, canonical.encode(fields))


def set_aside(access: "Access", spools: Sequence[spool.Left], stored: Mapping[int, bytes]) -> None:
    """Make drafts of what spools hold and the journal does not; then delete them.

    Args:
        access: of the person whose spools they are, or of a data manager.
        spools: of one case and one person, claimed.
        stored: number and envelope of each event in its journal.

    Raises:
        DiskFull, Unwritable: the spools are still there.
    """
    for one in spools:
        try:
            read = spool.opened(one, access)
        except Unopenable:
            continue
        there = {r.seq for r in one.records if stored.get(r.seq) == r.envelope}
        kept = [entry for entry in read if entry.seq not in there]
        whose = one.whose
        keep(access, whose.place.case, kept, whose.person, theirs=bool(one.sealed_keys))
        one.forget()


def without_person(data: bytes) -> bytes | None:
    """A draft that only data managers open; None when nobody would.

    Args:
        data: of its file.
    """
    try:
        fields = canonical.decode_object(data)
    except ValueError:
        return None
    return canonical.encode(fields | {"sealed": ""}) if fields.get("data") else None


def _read(path: Path, access: "Access") -> LocalDraft:
    """Open a draft; Unopenable, or what the file system says, when it is not for this person."""
    body = access.study.body
    try:
        fields = canonical.decode_object(read_limited(path, MAX_SIZE))
        case_id, person = fields["case"], fields["person"]
        if fields["format"] not in (1, FORMAT) or not (
            isinstance(case_id, str) and isinstance(person, str)
        ):
            raise Unopenable
        raw = _opened(fields, access, _info(body, case_id, person))
        content = canonical.read_object(bytes(raw).rstrip(b"\0"))
        kept_at, entries = content["kept_at"], content["entries"]
        if not (isinstance(kept_at, str) and isinstance(entries, list)):
            raise Unopenable
        read = tuple(_entry(one) for one in entries)
        return LocalDraft(case_id, from_text(kept_at), read, path.name, name_of(body, person))
    except (ValueError, KeyError):
        raise Unopenable from None


def _opened(fields: dict[str, JSON], access: "Access", info: bytes) -> bytearray:
    """By the keys of who entered it, or by the study's."""
    own = access.keys.sealing if fields["person"] == access.entry.id else None
    study = spool.data_secrets(access).get(str(fields.get("data_key")))
    for secret, sealed in ((own, fields["sealed"]), (study, fields.get("data"))):
        if secret is not None and isinstance(sealed, str) and sealed:
            return secret.open(base64.b64decode(sealed, validate=True), info)
    raise Unopenable


def _sealed(public: bytes, content: bytes, info: bytes) -> str:
    return base64.b64encode(seal_to(public, content, info)).decode()


def _whose(spools: Sequence[spool.Left]) -> list[spool.Whose]:
    return [one.whose for one in spools]


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
