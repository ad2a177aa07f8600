"""Signatures, keys and seals are over what FORMAT.md says, part for part.

Who writes and who reads with the same function would agree on anything: a label less, or a study
that is not named any more. So each is held against the list of its parts, joined by other code.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from store import notices, study
from store.backup import retention
from store.casework import grants, journal, progress
from store.casework.grants import CaseRecord, Grant
from store.casework.journal import Place
from store.crypto import keystore, sealing, sheets
from store.crypto.keys import CaseKeys, PublicKeys, SealingSecret, data_key_fingerprint
from store.crypto.keystore import Bundle
from store.crypto.sheets import Sheet
from store.erasing import ledger
from store.moving import put_away
from store.record import chain
from store.record.audit import Deed
from store.team import undertakings
from store.trust import giving, seen
from store.trust.entries import Body, PersonEntry, Recovery
from store.values import JournalEntry
from store.waiting import local_drafts, spool
from tests.store.independent_reader import bind, expand, fp

S, K, C, P = "5" * 32, "live", "c" * 32, "d" * 32
PUBLIC = PublicKeys(b"sealing of dan", b"signing of dan")
PF = fp("person", b"sealing of dan", b"signing of dan")
KEYS = {"data": b"first", "data.2": b"second", "review": b"review"}
KF = {name: fp("data key", public) for name, public in KEYS.items()}
WRAPS = {"1-2": "YQ==", "1-3": "Yg==", "2-3": "Yw=="}
PAIR = [cast(Sheet, SimpleNamespace(number=n, value=bytearray(b"v%d" % n))) for n in (1, 2)]
DAN = cast(PersonEntry, SimpleNamespace(id=P, public=PUBLIC))


class _Body:
    """What the messages take from a manifest."""

    id, kind, founder, data_key = S, K, P, "Zmlyc3Q="
    founding: tuple[str, ...] = (P,)
    keys = tuple(SimpleNamespace(name=name) for name in KEYS if name != "data")

    def person_by_id(self, person: str) -> PersonEntry | None:
        return DAN if person == P else None

    def public_key(self, name: str) -> bytes:
        return KEYS[name]

    def key_names(self, family: str) -> tuple[str, ...]:
        return tuple(name for name in KEYS if name.startswith(family))


class _Earlier(_Body):
    """Of a study that comes from format 1."""

    founding = ()


BODY, EARLIER = cast(Body, _Body()), cast(Body, _Earlier())
CASE = CaseRecord(C, "open", "5f", "interview", "a" * 32, P, b"", 2, b"head", 0)
SHEETS = cast(Recovery, SimpleNamespace(key="data.2", signing="Wg=="))
AT = datetime(2026, 11, 22, 9, 30, 1, 250, tzinfo=UTC)
JOURNAL = Place(S, K, C, "5f")
CASE_KEYS = CaseKeys.derive(b"k" * 32)
SECRET = SealingSecret(bytes(range(96)))
SEEN = seen.Place(Path("seen"), BODY, P, ("0f" * 32,), "/home/dan/study")
SHEET = sheets.Place(S, K, "data.2", b"Z")
HEADER: dict[str, Any] = {"study": S, "kind": K, "case": C, "instrument": "5f", "format": 2}
KEY_FILE: dict[str, Any] = {
    "study": S,
    "kind": K,
    "person": P,
    "format": 1,
    "generation": 3,
    "memory_kib": 65536,
    "iterations": 4,
    "lanes": 5,
}


def _sha(*parts: bytes | str | int) -> bytes:
    return sha256(bind(*parts)).digest()


def _mac(key: bytes | bytearray, *parts: bytes | str | int) -> bytes:
    return hmac.digest(key, bind(*parts), "sha256")


@dataclass(frozen=True)
class _Owner:
    """Whose head was seen: only the secret is asked for."""

    sealing: SealingSecret = SECRET


OWNER = cast(Bundle, _Owner())
SEEN_KEY = expand(bytes(range(96)), "seen heads", 32)
H = expand(b"k" * 32, "journal chain", 32)
ERASURE = (7, "case", C, "withdrawn", "2026-11-22T09:30:00Z", P)
AUDIT = (7, "2026-11-22T09:30:00Z", P, "case added", C)

MADE: dict[str, tuple[Callable[[], object], object]] = {
    "person": (lambda: PUBLIC.fingerprint, PF),
    "key of the study": (lambda: data_key_fingerprint(b"first"), fp("data key", b"first")),
    "appointment": (
        lambda: giving.appointment(S, K, P, PUBLIC),
        bind("appointment", S, K, P, PF),
    ),
    "given key, wrapped": (
        lambda: giving._info(S, K, b"second", P, PUBLIC),
        bind("data key", S, K, P, PF, KF["data.2"]),
    ),
    "given key, signed": (
        lambda: giving.given_message(S, K, "data.2", b"second", P, PUBLIC, b"wrap"),
        bind("study key given", S, K, "data.2", P, PF, KF["data.2"], b"wrap"),
    ),
    "founding": (lambda: giving.pin(BODY).hex(), fp("founding", KF["data"], P, PF)),
    "founding of format 1": (lambda: giving.pin(EARLIER).hex(), KF["data"]),
    "study": (
        lambda: study.anchor(BODY),
        fp("study", S, K, PUBLIC.signing, b"first", _sha("founding", KF["data"], P, PF)),
    ),
    "study of format 1": (
        lambda: study.anchor(EARLIER),
        fp("study", S, K, PUBLIC.signing, b"first"),
    ),
    "further key": (
        lambda: giving.key_message(BODY, "data.2", b"second"),
        bind("study key", S, K, "data.2", KF["data.2"], KF["data"]),
    ),
    "further key, the newest so far": (
        lambda: giving.key_message(BODY, "data.3", b"third"),
        bind("study key", S, K, "data.3", fp("data key", b"third"), KF["data.2"]),
    ),
    "first review key": (
        lambda: giving.key_message(BODY, "review", b"review"),
        bind("study key", S, K, "review", KF["review"], ""),
    ),
    "proof of a further key": (
        lambda: giving._proof(SECRET, b"message"),
        hmac.digest(expand(bytes(range(96)), "key that follows", 32), b"message", "sha256"),
    ),
    "sheets": (
        lambda: giving.recovery_message(BODY, "data.2", "2026-11-22", "Wg==", WRAPS),
        bind("recovery", S, K, "data.2", KF["data.2"], "2026-11-22", b"Z", b"a", b"b", b"c"),
    ),
    "sheets, rehearsed": (
        lambda: giving.rehearsal_message(BODY, SHEETS, "2026-11-23"),
        bind("recovery rehearsed", S, K, "data.2", KF["data.2"], b"Z", "2026-11-23"),
    ),
    "sheets, wrapped": (
        lambda: sheets._context(SHEET, "1-3"),
        bind("recovery", S, K, "data.2", sha256(b"Z").digest(), "1-3"),
    ),
    "study on a sheet": (
        lambda: sheets.study_mark(S, K),
        int(bin(int(fp("sheet of study", S, K), 16) | 1 << 256)[3:38], 2),
    ),
    "set on a sheet": (lambda: sheets.set_mark(b"Z"), int(fp("sheet of set", b"Z")[:5], 16)),
    "key file": (
        lambda: keystore._context(KEY_FILE),
        bind("key file", S, K, P, 1, 3, 65536, 4, 5),
    ),
    "case": (
        lambda: grants.record_message(BODY, CASE, b"envelope"),
        bind("case record", S, K, C, "5f", "interview", "a" * 32, P, sha256(b"envelope").digest()),
    ),
    "case, identity erased": (
        lambda: grants.record_message(BODY, CASE, b"e" * 32),
        bind("case record", S, K, C, "5f", "interview", "a" * 32, P, b"e" * 32),
    ),
    "grant, wrapped": (
        lambda: grants._info(BODY, C, "answers", "data.2", b"second"),
        bind("grant", S, K, C, "answers", "data.2", sha256(b"second").digest()),
    ),
    "grant, signed": (
        lambda: grants._message(BODY, C, Grant("answers", P, b"wrap", "a" * 32, b"")),
        bind("grant given", S, K, C, "answers", P, b"wrap"),
    ),
    "grant for a time, signed": (
        lambda: grants._message(BODY, C, Grant("submission", P, b"wrap", "", b"", "2026-12-01")),
        bind("grant given", S, K, C, "submission", P, b"wrap", "2026-12-01"),
    ),
    "journal, begun": (
        lambda: journal.first_head(CASE_KEYS, JOURNAL),
        _mac(H, "journal start", S, K, C, "5f"),
    ),
    "journal, next": (
        lambda: journal._next(CASE_KEYS, JOURNAL, 2, b"link", b"nonce", b"text"),
        _mac(H, "journal link", S, K, C, 2, b"link", b"nonce", b"text"),
    ),
    "event": (
        lambda: journal._context(JOURNAL, 2, b"link", CASE_KEYS, b"header"),
        bind("event", S, K, C, 2, b"link", CASE_KEYS.key_id, "5f", b"header"),
    ),
    "keys of a journal": (
        lambda: (bytes(CASE_KEYS.encrypt), bytes(CASE_KEYS.chain), CASE_KEYS.key_id),
        (
            expand(b"k" * 32, "journal encrypt", 32),
            H,
            expand(b"k" * 32, "journal key id", 8),
        ),
    ),
    "state of a journal": (
        lambda: progress.state(JOURNAL, 2, b"link"),
        fp("journal state", S, K, C, 2, b"link"),
    ),
    "note about a journal": (
        lambda: progress.note(JOURNAL, 2, b"link"),
        f"{C} journal {fp('journal state', S, K, C, 2, b'link')}",
    ),
    "note by somebody else": (
        lambda: progress.note(JOURNAL, 2, b"link", P, "a" * 32),
        f"{C} journal {fp('journal state', S, K, C, 2, b'link')} {P} {'a' * 32}",
    ),
    "note that leaves it": (
        lambda: progress.note_again(progress.Noted(1, Deed.CASE_SUBMITTED, P, "0f", False), CASE),
        f"{C} journal 0f {'a' * 32}",
    ),
    "sealed case": (
        lambda: sealing.case_context(HEADER, b"first"),
        bind("case", S, K, C, "5f", KF["data"]),
    ),
    "sealed case, signed": (
        lambda: sealing._message(b"header", b"document", b"journal"),
        bind("submitted case", b"header", b"document", b"journal"),
    ),
    "journal of a sealed case": (
        lambda: sealing._write_journal([JournalEntry(1, AT, str(UUID(int=5)), {"b": 1, "a": 2})]),
        b'[[1795339801000250,"00000000-0000-0000-0000-000000000005",{"a":2,"b":1}]]',
    ),
    "audit": (
        lambda: chain.digest(BODY, b"previous", *AUDIT, ""),
        _sha("audit", S, K, b"previous", *AUDIT),
    ),
    "audit, confirmed": (
        lambda: chain.digest(BODY, b"previous", *AUDIT, "b" * 32),
        _sha("audit", S, K, b"previous", *AUDIT, "b" * 32),
    ),
    "erasure": (
        lambda: ledger._digest(BODY, b"previous", *ERASURE, "b" * 32),
        _sha("erasure", S, K, b"previous", *ERASURE, "b" * 32),
    ),
    "notice": (
        lambda: notices._message(BODY, "2026-11-22-a", {"b": 1, "a": 2}),
        bind("notice", S, K, "2026-11-22-a", b'{"a":2,"b":1}'),
    ),
    "undertaking": (lambda: undertakings._about("I keep it."), fp("undertaking", "I keep it.")),
    "backup, tried": (
        lambda: retention._message("0f", "2026-11-22", P),
        bind("backup tried", "0f", "2026-11-22", P),
    ),
    "local draft": (
        lambda: local_drafts._info(BODY, C, P),
        bind("local draft", S, K, C, P),
    ),
    "pair of sheets": (
        lambda: bytes(sheets._pair_key(PAIR[1], PAIR[0])),
        expand(b"v1" + b"v2", "recovery sheets", 32),
    ),
    "packet, put away": (lambda: put_away._info(BODY, C), bind("put away", S, K, C)),
    "spool": (
        lambda: spool.Whose(JOURNAL, P, 9).info(),
        bind("spool", S, K, C, "5f", P, 9),
    ),
    "head that was seen": (
        lambda: seen._mac(SEEN, OWNER, (7, b"hash")),
        _mac(SEEN_KEY, "seen head", S, K, P, "0f" * 32, 7, b"hash"),
    ),
    "database of a folder": (
        lambda: seen._folder_mac(SEEN, OWNER, "0f" * 32),
        _mac(SEEN_KEY, "seen in", S, K, P, "/home/dan/study", "0f" * 32),
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_it_is_bound_to_what_the_format_says(name: str) -> None:
    made, said = MADE[name]
    assert made() == said
