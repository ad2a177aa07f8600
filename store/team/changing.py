"""How a change of people gets into the manifest, and what goes with it in the same transaction.

With somebody new goes their key file, and with somebody's part ends what they have open.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlmodel import col

from store.casework import lease
from store.databases.database import rows
from store.databases.tables import CaseRow, LeaseRow
from store.errors import NotAllowed, StoreError
from store.record import audit
from store.record.audit import Deed
from store.team.enrolling import Enrollment
from store.trust import pending
from store.trust.entries import Body, PersonEntry
from store.trust.giving import Signer

if TYPE_CHECKING:
    from store.access import Access


class Ending:
    """Lets nobody go on who has a case of theirs open, within the change that ends their part."""

    def __init__(self, person: PersonEntry) -> None:
        """For one person; nothing happens before it is called with the connection."""
        self._person = person.id
        self.cases: tuple[str, ...] = ()
        """Short ids of the cases that now wait for somebody else."""

    def __call__(self, connection: Connection) -> None:
        """End the holds, and note which cases wait."""
        held = select(col(LeaseRow.case_id)).where(col(LeaseRow.holder) == self._person)
        for row in rows(connection, held):
            lease.end(connection, row[0])
        waiting = select(col(CaseRow.id)).where(
            col(CaseRow.assignee) == self._person, col(CaseRow.state).in_(("fresh", "open"))
        )
        self.cases = tuple(sorted(row[0][:8] for row in rows(connection, waiting)))


@dataclass(frozen=True)
class Entered:
    """What is entered in the audit about a change, and what comes about with it."""

    deed: Deed
    about: str
    second: Signer | None = None
    """Who confirms what takes two people."""
    within: Ending | None = None


def change_manifest(access: "Access", change: Callable[[Body], Body], entered: Entered) -> None:
    """Change the manifest, signed by who acts; raises as `Study.change`."""
    actor, signing = access.entry.id, access.keys.signing
    deed, about = entered.deed, entered.about
    access.study.change(change, actor, signing, deed, about, entered.second, entered.within)


def change_person(
    access: "Access",
    person: PersonEntry,
    changed: Callable[[Body, PersonEntry], PersonEntry],
    entered: Entered,
) -> None:
    """Change the entry of one person as it is at that moment.

    Raises:
        NotAllowed: they were removed meanwhile.
    """

    def change(body: Body) -> Body:
        return replaced_in(body, changed(body, still(body, person)))

    change_manifest(access, change, entered)


def with_key_file(
    access: "Access", made: Enrollment, change: Callable[[Body], Body], entered: Entered
) -> None:
    """As `change_manifest`; where it does not happen, the key file that was made goes again."""
    try:
        change_manifest(access, change, entered)
    except StoreError:
        # The disk may report an error for what it did nevertheless; while nobody knows, the
        # file is kept, since nobody else has these keys.
        if not _happened(access, entered):
            made.discard()
            raise
        with contextlib.suppress(StoreError):
            pending.settle(access.study.folder, access.study.database)
    except BaseException:
        made.discard()
        raise


def _happened(access: "Access", entered: Entered) -> bool:
    """Whether the audit knows of a change; raises StoreError when that cannot be read."""
    with access.study.database.settled() as connection:
        return audit.knows(connection, entered.deed, f"{entered.about} manifest ")


def copied(person: PersonEntry, **changes: object) -> PersonEntry:
    """The entry with other values in these fields."""
    return person.model_copy(update=changes)


def replaced_in(body: Body, person: PersonEntry) -> Body:
    """The manifest with this entry instead of the one of the same id."""
    people = tuple(person if one.id == person.id else one for one in body.people)
    return body.model_copy(update={"people": people})


def still(body: Body, person: PersonEntry, status: str | None = None) -> PersonEntry:
    """The person as the manifest has them at this moment, with another status if one is given.

    Raises:
        NotAllowed: they are gone by now.
    """
    found = body.person_by_id(person.id)
    if found is None or found.is_gone:
        raise NotAllowed(f"{person.name} was removed at this moment: nothing was changed.")
    return found if status is None else copied(found, status=status)
