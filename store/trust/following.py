"""Whether a newer manifest is followed: only if who signed it was an administrator then.

The signature of a manifest says who made it, and its own list of people says that they may. Someone
who was an administrator once can write such a list. What they cannot take back are the entries of
the audit by which their part ended. So the audit is asked wherever a newer manifest is taken; where
there is none of the place that it comes from, the manifest that was believed before is.
"""

from sqlalchemy import Connection

from store.crypto.keys import Unopenable
from store.errors import AuditAltered, DamagedStudy, NotFollowed
from store.record import audit, chain
from store.record.audit import Deed, Entry
from store.trust import manifest, tenure
from store.trust import signers as trust
from store.trust.entries import Body
from store.trust.manifest import Signed


def newest(connection: Connection, here: Signed) -> Entry | None:
    """The newest entry about a manifest by someone who could sign one then; None without any.

    Args:
        connection: in a transaction.
        here: the manifest in place, or the one that is to be taken.

    Raises:
        Unopenable: the audit was altered, so there may be a newer one.
    """
    if chain.doubt(connection, here.body) is not None:
        raise Unopenable
    notes = audit.about_manifests(connection)
    counted = tenure.about_manifests(here.body, notes)
    keys_hold = tenure.keys_hold(here.body, counted)
    while counted:
        entry = counted.pop()
        if not keys_hold and is_about(entry, here):
            continue
        # What a packet brought, nobody here signed: whose manifest it is, it says itself.
        if entry.action != Deed.PACKET_RECEIVED.value or not is_about(entry, here):
            return entry
        if tenure.stood_behind(here.body, notes, entry, here.signed_by):
            return entry
    return None


def is_about(entry: Entry, signed: Signed) -> bool:
    """Whether an entry names this manifest."""
    return entry.object == manifest.audit_note(entry.object.partition(" ")[0], signed)


def doubt(connection: Connection, here: Signed) -> DamagedStudy | None:
    """Why nobody knows whether the manifest in place is the newest that counts; None when it is.

    Raises:
        DamagedStudy: it is an earlier one, or one that the audit does not know.
    """
    notes = audit.about_manifests(connection)
    if not notes:
        return None
    altered = chain.doubt(connection, here.body)
    try:
        counts = newest(connection, here)
    except Unopenable:
        counts = None
    counted = counts is not None and is_about(counts, here)
    if not counted and not is_about(notes[-1], here):
        if any(is_about(entry, here) for entry in notes):
            if altered is not None:  # anybody with SQL can append one: here may be the newest
                return AuditAltered(altered)
            raise manifest.damaged("an earlier one was put back in its place")
        raise manifest.damaged("the audit does not know of it")
    if altered is not None:
        return AuditAltered(altered)
    return None if counted else NotFollowed(notes[-1].seq)


def may_take(connection: Connection, before: Body, newer: Signed) -> bool:
    """Whether a newer manifest is followed that comes from where this audit is, too.

    Args:
        connection: in a transaction.
        before: the manifest that was believed until now.
        newer: another, which holds by itself.
    """
    if not before.founding:  # the audit does not say who was an administrator from the founding
        return may_follow(before, newer)
    try:
        entry = newest(connection, newer)
    except Unopenable:
        return False
    return entry is not None and is_about(entry, newer)


def may_follow(before: Body, newer: Signed) -> bool:
    """Whether a newer manifest is followed where only the one before it is known."""
    return trust.may_follow(before, newer.body, newer.signed_by)
