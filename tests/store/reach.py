"""What keys open, asked of the files alone: every wrapped key and every envelope is tried.

Nothing here asks the table of permissions or the services; only the bytes of `study.db` and
`study.yaml` and the secrets that someone holds.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from store.binding import bind
from store.casework.journal import Place, first_head, open_event
from store.crypto.boxes import open_box
from store.crypto.keys import (
    KEY_SIZE,
    SEALING_SECRET_SIZE,
    CaseKeys,
    SealingSecret,
    Unopenable,
    data_key_fingerprint,
    expand,
    sha256,
)
from store.crypto.sealing import open_identity
from store.trust.manifest import Body, unpack

Opened = tuple[str, str]
"""A case, and `identity`, `journal` or `document`."""


@dataclass
class Reach:
    """What was opened, and how often it was tried."""

    opened: set[Opened] = field(default_factory=set)
    tried: int = 0


def reach(database: Path, body: Body, secrets: Iterable[SealingSecret]) -> Reach:
    """Everything that these secrets open, directly or by way of what they open.

    Args:
        database: a file `study.db`.
        body: of the manifest.
        secrets: sealing secrets that somebody holds.
    """
    found, held = Reach(), {bytes(secret.raw): secret for secret in secrets}
    _take_study_keys(body, held, found)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as sql:
        keys = _case_keys(sql, body, list(held.values()), found)
        for case_id, key in keys:
            _open_content(sql, body, case_id, key, found)
    return found


def opens(secret: SealingSecret, wrap: bytes, info: bytes) -> bool:
    """Whether a secret opens a wrapped key as the one that `info` says it is."""
    return unwrapped(secret, wrap, info) is not None


def unwrapped(
    secret: SealingSecret, wrap: bytes, info: bytes, size: int = KEY_SIZE
) -> bytearray | None:
    """The key of `size` bytes, or None where the secret does not open it as the one of `info`."""
    try:
        return secret.open(wrap, info, size)
    except Unopenable:
        return None


def _take_study_keys(body: Body, held: dict[bytes, SealingSecret], found: Reach) -> None:
    """Open every key of the study that was given to anyone, as long as there is something new."""
    before = -1
    while len(held) != before:
        before = len(held)
        for person in body.people:
            for given in person.keys:
                public = data_key_fingerprint(body.public_key(given.key))
                names = (body.id, body.kind, person.id, person.public.fingerprint, public)
                for secret in list(held.values()):
                    found.tried += 1
                    wrap, info = unpack(given.wrap), bind("data key", *names)
                    raw = unwrapped(secret, wrap, info, SEALING_SECRET_SIZE)
                    if raw is not None:
                        held[bytes(raw)] = SealingSecret(raw)


def _case_keys(
    sql: sqlite3.Connection, body: Body, secrets: list[SealingSecret], found: Reach
) -> list[tuple[str, bytearray]]:
    """Every wrapped key of a case, under every name that it could have been wrapped for."""
    publics = {person.id: person.public.sealing for person in body.people}
    study_keys = (*body.key_names("data"), *body.key_names("review"))
    publics |= {name: body.public_key(name) for name in study_keys}
    wrapped = [tuple(row) for row in sql.execute("SELECT case_id, recipient, wrap FROM grant")]
    query = "SELECT case_id, data_key, wrap FROM sealed"
    wrapped += [tuple(row) for row in sql.execute(query)]
    instruments = dict(sql.execute('SELECT id, instrument FROM "case"').fetchall())
    own = {secret.public for secret in secrets}
    holders = {name for name, public in publics.items() if public in own}
    keys = []
    for case_id, recipient, wrap in wrapped:
        infos = [
            bind("grant", body.id, body.kind, case_id, what, name, sha256(publics[name]))
            for what in ("identity", "answers", "submission")
            for name in {recipient, *holders} & publics.keys()
        ]
        context = _context(body, case_id, instruments[case_id])
        for info in (*infos, bind("submission key", context)):
            for secret in secrets:
                found.tried += 1
                key = unwrapped(secret, wrap, info)
                if key is not None:
                    keys.append((case_id, key))
    return keys


def _open_content(
    sql: sqlite3.Connection, body: Body, case_id: str, key: bytearray, found: Reach
) -> None:
    """Turn a key of a case against its identity, its journal and its sealed document."""
    query = 'SELECT instrument FROM "case" WHERE id = ?'
    (instrument,) = sql.execute(query, (case_id,)).fetchone()
    for (envelope,) in _of(sql, "identity", case_id):
        found.tried += 1
        try:
            open_identity(key, (body.id, body.kind, case_id), envelope)
            found.opened.add((case_id, "identity"))
        except Unopenable:
            pass
    keys, place = CaseKeys.derive(key), Place(body.id, body.kind, case_id, instrument)
    for (envelope,) in _of(sql, "event", case_id, "AND seq = 1"):
        found.tried += 1
        try:
            open_event(keys, place, 1, first_head(keys, place), envelope)
            found.opened.add((case_id, "journal"))
        except Unopenable:
            pass
    for (envelope,) in _of(sql, "sealed", case_id):
        context = bind("submission", _context(body, case_id, instrument))
        for tried in (key, expand(key, "identity", KEY_SIZE)):
            found.tried += 1
            try:
                open_box(tried, context, envelope)
                found.opened.add((case_id, "document"))
            except Unopenable:
                pass


def _of(
    sql: sqlite3.Connection, table: str, case_id: str, condition: str = ""
) -> list[tuple[bytes]]:
    query = f"SELECT envelope FROM {table} WHERE case_id = ? {condition}"
    return sql.execute(query, (case_id,)).fetchall()


def _context(body: Body, case_id: str, instrument: str) -> bytes:
    fingerprint = data_key_fingerprint(unpack(body.data_key))
    return bind("case", body.id, body.kind, case_id, instrument, fingerprint)
