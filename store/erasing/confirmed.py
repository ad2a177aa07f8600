"""Whether erasures were confirmed by a second person wherever there was one who could."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlmodel import col

from store.databases.database import rows
from store.databases.tables import AuditRow
from store.record.audit import Deed
from store.trust.entries import Body, PersonEntry
from store.trust.roles import Role

if TYPE_CHECKING:
    from store.erasing.ledger import Erasure

SECOND = frozenset({Role.DATA_MANAGER, Role.ADMINISTRATOR})
"""One of these roles is needed to confirm an erasure."""

_ENDS = (Deed.PERSON_SUSPENDED.value, Deed.PERSON_REMOVED.value)
_COMES = (Deed.PERSON_ADDED.value, Deed.PERSON_REENROLLED.value, Deed.SHEETS_USED.value)
_ABOUT_PEOPLE = (*_ENDS, *_COMES, Deed.PERSON_RESUMED.value, Deed.ROLES_CHANGED.value)
_ERASED = (Deed.CASE_ERASED.value, Deed.IDENTITIES_ERASED.value)
_Row = tuple[int, str, str, str]
"""Number, time, deed and object of an entry of the audit."""


def others(body: Body, actor: str, on: str) -> set[str]:
    """Ids of those who could confirm what `actor` erases, on a day such as `2026-11-21`."""
    return {
        person.id
        for person in body.people
        if person.id != actor
        and person.is_active()
        and (person.expires is None or on <= person.expires)
        and not SECOND.isdisjoint(person.roles)
    }


def unconfirmed(connection: Connection, body: Body, ledger: "Sequence[Erasure]") -> list[int]:
    """Numbers of the erasures by one person alone at a time when there was a second.

    Only what is certain by the audit of this database counts: not what came by a packet, and nobody
    whose roles ever changed.
    """
    alone = [one for one in ledger if not one.second]
    if not alone:
        return []
    query = select(
        col(AuditRow.seq), col(AuditRow.at), col(AuditRow.action), col(AuditRow.object)
    ).order_by(col(AuditRow.seq))
    first = rows(connection, query.limit(1))
    if not first or first[0][2] != Deed.FOUNDED.value:
        return []
    kinds = (*_ABOUT_PEOPLE, *_ERASED, Deed.BACKUP_RESTORED.value)
    found = rows(connection, query.where(col(AuditRow.action).in_(kinds)))
    told = [(row[0], row[1], row[2], row[3]) for row in found]
    return [
        one.seq
        for one in alone
        if (before := _before(told, one)) is not None
        and any(
            person.id != one.actor and _was_there(body, person, told, before, one.at)
            for person in body.people
        )
    ]


def _before(told: list[_Row], erasure: "Erasure") -> int | None:
    """Number of the entry about an erasure; None where this audit has none."""
    for seq, at, deed, about in told:
        case_id = about.partition(" ")[0] if deed == Deed.CASE_ERASED.value else ""
        if deed in _ERASED and case_id == erasure.case_id and at == erasure.at:
            return seq
    return None


def _was_there(body: Body, person: PersonEntry, told: list[_Row], seq: int, at: str) -> bool:
    """Whether this person certainly took part, as one who can confirm, at entry `seq`."""
    about = [(one[0], one[2]) for one in told if person.id in _ids(one[3])]
    deeds = {deed for _, deed in about}
    if SECOND.isdisjoint(person.roles) or Deed.ROLES_CHANGED.value in deeds:
        return False
    if person.expires is not None and at[:10] > person.expires:
        return False
    came = [number for number, deed in about if deed in _COMES]
    restored = any(one[2] == Deed.BACKUP_RESTORED.value for one in told)
    # A restore may have brought a manifest with people that this audit never told of.
    since_founding = person.id == body.founder or not restored
    there = came[0] < seq if came else since_founding
    turns = [
        deed
        for number, deed in about
        if number < seq and deed in (*_ENDS, Deed.PERSON_RESUMED.value)
    ]
    replaced = person.status == "replaced"
    return there and not replaced and (not turns or turns[-1] not in _ENDS)


def _ids(about: str) -> list[str]:
    """The ids that an entry about people begins with: one, or of who was enrolled again two."""
    return about.partition(" ")[0].partition(":")[0].split("/")
