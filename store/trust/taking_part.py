"""Whether someone took part in the study when they signed an entry of the audit, and as what."""

from sqlalchemy import Connection, select
from sqlmodel import col

from store.databases.database import rows
from store.databases.tables import AuditRow
from store.record.audit import Deed, Entry
from store.trust.manifest import Body
from store.trust.roles import Role

_ENDS = (
    Deed.PERSON_SUSPENDED.value,
    Deed.PERSON_REMOVED.value,
    Deed.PERSON_REENROLLED.value,
    Deed.SHEETS_USED.value,
)
_TURNS = (*_ENDS, Deed.PERSON_RESUMED.value)


def had_ended(connection: Connection, body: Body, entry: Entry) -> bool:
    """Whether the actor of an entry had been suspended or removed before, as this audit has it.

    Asked only about those who take no part now, as it means to go through the audit; verification
    looks at everybody.
    """
    person = body.person_by_id(entry.actor)
    if person is None or person.status == "active":
        return False
    found = rows(
        connection,
        select(col(AuditRow.action), col(AuditRow.object))
        .where(
            col(AuditRow.action).in_(_TURNS),
            col(AuditRow.object) >= person.id,
            col(AuditRow.object) < person.id + "g",
            col(AuditRow.seq) < entry.seq,
        )
        .order_by(col(AuditRow.seq)),
    )
    # Who opened keys with sheets, without taking anyone's place, is named alone.
    turns = [
        deed
        for deed, about in found
        if deed != Deed.SHEETS_USED.value or "/" in about.partition(" ")[0]
    ]
    return bool(turns) and turns[-1] in _ENDS


def was(connection: Connection, body: Body, entry: Entry, role: Role) -> bool:
    """Whether the actor of an entry took part with that role then, as this audit has it."""
    person = body.person_by_id(entry.actor)
    if person is None or role not in person.held_roles or had_ended(connection, body, entry):
        return False
    later = rows(
        connection,
        select(col(AuditRow.object))
        .where(
            col(AuditRow.action) == Deed.ROLES_CHANGED.value,
            col(AuditRow.object) >= person.id,
            col(AuditRow.object) < person.id + "g",
            col(AuditRow.seq) > entry.seq,
        )
        .order_by(col(AuditRow.seq))
        .limit(1),
    )
    # The first change after it says what they were until then.
    told = later[0][0].partition(" ")[0].partition(":")[2] if later else ""
    return role in (told.partition(">")[0].split("+") if ">" in told else person.roles)
