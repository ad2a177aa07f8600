"""The confidentiality undertaking: a text of the study that everyone accepts before they work.

The policy holds the text, in clear; the audit holds, by its fingerprint, who accepted which text. A
new text has to be accepted anew.
"""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from store.binding import fingerprint
from store.databases.database import rows
from store.databases.tables import AuditRow
from store.record import audit
from store.record.audit import Deed

if TYPE_CHECKING:
    from store.access import Access


def pending(access: "Access") -> str | None:
    """The text that this person has still to accept; None when there is none."""
    text = access.study.body.policy.undertaking
    if text is None:
        return None
    accepted = select(col(AuditRow.seq)).where(
        col(AuditRow.object) == _about(text),
        col(AuditRow.actor) == access.entry.id,
        col(AuditRow.action) == Deed.UNDERTAKING_ACCEPTED.value,
    )
    with access.study.database.read() as connection:
        return None if rows(connection, accepted.limit(1)) else text


def accept(access: "Access", text: str) -> None:
    """Note in the audit that this person accepts the text that they were shown."""
    study = access.study
    with study.database.write() as connection:
        audit.record(
            connection,
            study.body,
            access.entry.id,
            access.keys.signing,
            Deed.UNDERTAKING_ACCEPTED,
            _about(text),
            study.now(),
        )


def _about(text: str) -> str:
    return fingerprint("undertaking", text)
