"""Handing in a case: what is sealed, and what is deleted, within one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.canonical import JSON
from store.casework import cases, grants, lease, progress
from store.casework.grants import CaseRecord
from store.casework.journal import Opened
from store.casework.rekeying import entries_of
from store.clock import quarter, to_text
from store.crypto.keys import data_key_fingerprint, wipe
from store.crypto.sealing import SealedCase, journal_digest, seal_case
from store.errors import DamagedCase
from store.record import audit
from store.record.audit import Deed
from store.trust.manifest import Body, pack, unpack

if TYPE_CHECKING:
    from store.access import Access


def hand_in(
    connection: Connection,
    access: "Access",
    body: Body,
    opened: tuple[CaseRecord, int, Sequence[Opened], str],
    document: dict[str, JSON],
    at: datetime,
) -> SealedCase:
    """Put the sealed case in the place of its journal, and forget what opened that.

    Args:
        connection: of the transaction that does all of it.
        access: of the interviewer.
        body: the manifest.
        opened: the case's row, the token, its journal as replayed, and the version that ends in.
        document: what is handed in.
        at: when.

    Raises:
        DamagedCase: what opened its identity is gone.
        InvalidInput: the document is too large.
    """
    case, token, journal, in_use = opened
    signing, me = access.keys.signing, access.entry.id
    audited, audit_head = audit.last(connection)
    review = body.review_key_name if body.policy.review == "all" else None
    header: dict[str, JSON] = {
        "format": 2,
        "study": body.id,
        "kind": body.kind,
        "case": case.id,
        "instrument": case.instrument,
        "in_use": in_use,
        "mode": case.mode,
        "journal_head": case.head.hex(),
        "events": len(journal),
        "submitted_by": me,
        "submitted_at": to_text(at),
        "audit_seq": audited,
        "audit_head": audit_head.hex(),
        "data_key": data_key_fingerprint(unpack(body.data_key)),
        "review": review or "",
        "identity_grant": _identity_grant(connection, case, me),
    }
    sealed, key = seal_case(
        header,
        document,
        entries_of(journal),
        signing,
        unpack(body.data_key),
        (body.data_key_name, body.public_key(body.data_key_name)),
    )
    cases.submit(connection, case.id, sealed, quarter(at))
    grants.forget_grants(connection, case.id, me)
    if review is not None:
        grants.grant(connection, body, case.id, "submission", review, key, me, signing)
    wipe(key)
    lease.free(connection, case.id, token)
    digest = journal_digest(entries_of(journal))
    note = progress.note(progress.place_of(body, case), len(journal), digest)
    audit.record(connection, body, me, signing, Deed.CASE_SUBMITTED, note, at)
    return sealed


def _identity_grant(connection: Connection, case: CaseRecord, me: str) -> dict[str, JSON]:
    """What opens the identity for this person, to be put back when the case is returned.

    It is deleted from the database with the submission; in the sealed case it is out of their
    reach, and whoever returns the case need not hold the identity key.
    """
    given = grants.find(connection, case.id, "identity", me)
    if given is None:
        raise DamagedCase(case.short_id)
    return {
        "wrap": pack(given.wrap),
        "granted_by": given.granted_by,
        "signature": pack(given.signature),
    }
