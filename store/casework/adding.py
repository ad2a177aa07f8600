"""Adding a case: its label and identity sealed, and granted to whoever is to interview."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from store import canonical
from store.canonical import JSON
from store.casework import cases, grants
from store.casework.grants import CaseRecord
from store.clock import quarter
from store.crypto.keys import wipe
from store.crypto.sealing import require_label, seal_identity
from store.errors import InvalidInput, NotAllowed
from store.record import audit
from store.record.audit import Deed
from store.study import find_instrument
from store.trust.leaving import require_active
from store.trust.roles import Role

if TYPE_CHECKING:
    from store.access import Access


def add_case(
    access: "Access",
    *,
    label: str,
    identity: dict[str, JSON],
    instrument: str,
    mode: str,
    assignee: str,
) -> str:
    """Add a case; see `Access.add_case`."""
    study, keys, me = access.study, access.keys, access.entry.id
    require_label(label)
    if not (1 <= len(mode) <= 32 and mode.isidentifier() and mode.isascii()):
        raise InvalidInput("The mode must be one plain word, such as interview.")
    canonical.encode(identity)
    case_key = bytearray(secrets.token_bytes(32))
    now = study.now()
    with study.database.write() as connection:
        # As it is in this transaction: somebody may have been suspended a moment ago.
        body = study.body
        find_instrument(body, instrument)
        to = body.person(assignee)
        require_active(to, study.today())
        if Role.INTERVIEWER not in to.roles:
            raise NotAllowed(f"{assignee} is not an interviewer: assign the case to one.")
        case_id = secrets.token_hex(16)
        while cases.is_short_id_taken(connection, case_id):
            case_id = secrets.token_hex(16)
        sealed = seal_identity(
            case_key, (body.id, body.kind, case_id), {"label": label, "identity": identity}
        )
        case = CaseRecord(
            id=case_id,
            state="fresh",
            instrument=instrument,
            mode=mode,
            assignee=to.id,
            created_by=me,
            signature=b"",
            n=0,
            head=b"",
            updated=quarter(now),
        )
        signature = keys.signing.sign(grants.record_message(body, case, sealed))
        cases.add(connection, replace(case, signature=signature), sealed)
        for recipient in (to.id, body.data_key_name):
            grants.grant(
                connection,
                body,
                case_id,
                "identity",
                recipient,
                case_key,
                me,
                keys.signing,
            )
        audit.record(connection, body, me, keys.signing, Deed.CASE_ADDED, case_id, now)
    wipe(case_key)
    return case_id
