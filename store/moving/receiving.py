"""Taking what a packet brings: wholly or not at all, once, and in whatever order packets come.

What comes too late (its case was taken back, or went out again since) is not taken; the packet is
then kept in the folder `aside` of the study, case by case, so that nothing is lost, and a data
manager can let it in.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from store.casework import cases, grants, lease, progress
from store.casework.grants import CaseRecord
from store.casework.handed_in import handed_in
from store.casework.reading import unseal
from store.clock import to_text
from store.crypto.keys import Unopenable
from store.databases.database import rows
from store.databases.tables import PacketRow
from store.erasing import cleaning
from store.erasing.ledger import Erasure
from store.errors import NotAllowed, StoreBusy, StoreError
from store.moving import carrying, packet_file, places, put_away
from store.moving.aside import Aside
from store.moving.packet_file import Carried, DamagedPacket, Packet
from store.moving.packet_news import follow_ledger, put_instruments, put_notices
from store.moving.packet_sides import sides_of
from store.moving.places import Whereabouts
from store.moving.reports import Outcome, PacketReport
from store.moving.sent import is_known
from store.record import audit
from store.record.audit import Deed
from store.study import find_instrument, name_of
from store.trust import manifest, mirror, pending
from store.trust.roles import Role

if TYPE_CHECKING:
    from store.access import Access


def receive(access: "Access", file: Path, let_in: frozenset[str]) -> PacketReport:
    """Read a packet and take it; see `Packets.receive`."""
    packet = put_away.read(access, file)
    if let_in and Role.DATA_MANAGER not in access.roles:
        raise NotAllowed(
            "You may not let in a case that comes too late: that takes a data manager."
        )
    return _Receiving(access, packet, let_in).run()


class _Receiving:
    """One packet being received."""

    def __init__(self, access: "Access", packet: Packet, let_in: frozenset[str]) -> None:
        self._access = access
        self._packet = packet
        self._let_in = let_in
        self._sides = sides_of(access, packet)
        self._now = access.study.now()
        self._aside = Aside(access, self._now)

    def run(self) -> PacketReport:
        """Everything in one transaction; files that are of no use without it before and after."""
        access, packet = self._access, self._packet
        study, index = access.study, packet.index
        carried = packet.cases()
        erased, outcomes = list[Erasure](), list[tuple[str, Outcome]]()
        with study.database.write() as connection:
            pending.settle_within(study.folder, connection)
            self._sides = sides_of(access, packet)
            if is_known(connection, f"sent {index.id}"):
                return self._report(True, [], 0)
            if is_known(connection, index.id) and not self._let_in:
                return self._report(True, [], 0)
            newest = _newest_number(connection)
            if index.to is not None:
                put_instruments(study, packet, self._sides.signed.body)
            self._note(connection)
            if index.to is not None:
                erased = follow_ledger(connection, packet, self._sides.body, study.body)
            for one in carried:
                if not self._let_in or one.id in self._let_in:
                    take = self._bring if index.to is not None else self._take_home
                    outcomes.append((one.id, take(connection, one)))
            if index.to is not None:
                self._acknowledge(connection)
            for case_id, outcome in outcomes:
                if outcome == Outcome.ASIDE:
                    self._aside.keep(index.id, case_id, packet_file.excerpt(packet, case_id))
        pending.settle(study.folder, study.database)
        access.known.clear()
        if index.to is not None and index.number > newest:
            put_notices(study, packet)
        self._forget(erased)
        self._forget_handed_in(carried, outcomes)
        return self._report(False, outcomes, len(erased))

    def _forget(self, erased: list[Erasure]) -> None:
        study = self._access.study
        for entry in erased:
            cleaning.forget_beside(study.folder, entry.case_id)
        if erased:
            cleaning.clean(study.database)

    def _forget_handed_in(
        self, carried: Sequence[Carried], outcomes: Sequence[tuple[str, Outcome]]
    ) -> None:
        folder, body = self._access.study.folder, self._access.study.body
        for one in carried:
            if (one.id, Outcome.SUBMITTED) in outcomes:
                cleaning.forget_handed_in(folder, body, one.id, one.assignee, self._aside.kept)

    def _bring(self, connection: Connection, carried: Carried) -> Outcome:
        """A case that comes here to be worked on."""
        body, access = self._sides.body, self._access
        if carried.assignee != access.entry.id or carried.state == "submitted":
            raise DamagedPacket(self._packet.name, f"case {carried.id[:8]} in it is out of place")
        find_instrument(body, carried.instrument)
        where = places.find(connection, carried.id)
        handed: str | None = None
        if where is None and carried.id in cases.ids(connection, "erased"):
            return Outcome.ERASED
        if where is not None:
            if not where.came:
                raise NotAllowed(
                    f"Case {carried.id[:8]} was added here, and the packet would bring it from "
                    "elsewhere: tell your data manager."
                )
            if carried.token <= where.token:
                return Outcome.OLDER
            self._let_go(connection, carried, where)
            if self._has_arrived(where, carried.id):
                handed = handed_in(connection, body, carried.id)
        carrying.put(connection, carried)
        places.put(connection, carried.id, carried.token, away="", came=self._packet.index.id)
        self._note_case(connection, Deed.CASE_BROUGHT, carried, carried.returned_by or "")
        try:
            case, _ = carrying.require_sound(connection, body, carried.id, access.holders())
            if not carrying.goes_on(connection, body, case, handed, access.holders()):
                raise Unopenable
        except Unopenable:
            raise DamagedPacket(
                self._packet.name, f"case {carried.id[:8]} in it is not as it was given"
            ) from None
        return Outcome.BROUGHT

    def _let_go(self, connection: Connection, carried: Carried, where: Whereabouts) -> None:
        """What stands here of a case that comes anew; kept aside unless it is known to be there."""
        case = cases.find(connection, carried.id)
        self._require_closed(connection, case, where)
        has_arrived = self._has_arrived(where, case.id)
        stored = [envelope for _, envelope in cases.events(connection, case.id)]
        continues = case.state == "open" and list(carried.events[: len(stored)]) == stored
        if (
            case.state != "fresh"
            and not continues
            and not (has_arrived and case.state == "submitted")
        ):
            self._aside.keep_own(connection, self._packet, case, where)

    def _has_arrived(self, where: Whereabouts, case_id: str) -> bool:
        """Whether the packet says that what was done here is there already."""
        return [where.came, case_id] in self._packet.listed(packet_file.RECEIPTS)

    def _take_home(self, connection: Connection, carried: Carried) -> Outcome:
        """A case that comes back to where it was added."""
        ticket = carried.ticket or ""
        access = self._access
        if Role.DATA_MANAGER not in access.roles and access.entry.id != carried.assignee:
            raise NotAllowed(
                f"Case {carried.id[:8]} in this packet is not yours: that takes a data manager, or "
                "the interviewer whose case it is."
            )
        where = places.find(connection, carried.id)
        if where is None:
            known = carried.id in cases.ids(connection, "erased")
            return Outcome.ERASED if known else Outcome.ASIDE
        case = cases.find(connection, carried.id)
        if case.state == "erased":
            return Outcome.ERASED
        if is_known(connection, f"{ticket} {carried.id}"):
            return Outcome.OLDER
        let_in = carried.id in self._let_in
        in_time = places.fits(where, ticket, carried.token)
        if not _is_same(case, carried) or not (let_in or (in_time and self._sides.active)):
            return Outcome.ASIDE
        if in_time and carried.state != "submitted" and carried.n < case.n:
            return Outcome.OLDER
        connection.exec_driver_sql("SAVEPOINT one_case")
        try:
            if not in_time:
                self._make_room(connection, case, where)
            outcome = self._put_home(connection, case, carried, where)
            connection.exec_driver_sql("RELEASE SAVEPOINT one_case")
        except Unopenable:
            # It was signed as it is where it was sent from; the others are none the worse for it.
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one_case")
            connection.exec_driver_sql("RELEASE SAVEPOINT one_case")
            return Outcome.ASIDE
        return outcome

    def _put_home(
        self, connection: Connection, case: CaseRecord, carried: Carried, where: Whereabouts
    ) -> Outcome:
        body, access = self._sides.body, self._access
        if carried.state == "submitted":
            carrying.put_sealed(connection, carried)
            grants.forget_grants(connection, case.id, case.assignee)
            carrying.put_grants(connection, carried, ("submission",))
            self._note_case(connection, Deed.CASE_RECEIVED, carried)
        elif (carried.state, carried.n, carried.head) != (case.state, case.n, case.head):
            if carried.state == "fresh":
                raise Unopenable
            grants.forget_answers(connection, case.id)
            carrying.put_grants(connection, carried, ("answers",))
            carrying.put_journal(connection, carried)
            self._note_case(connection, Deed.JOURNAL_RECEIVED, carried)
        elif carried.stays:
            return Outcome.OLDER
        if not carried.stays:
            token = places.next_place(max(where.token, carried.token))
            places.put(connection, case.id, token, away="")
            self._know(connection, f"{carried.ticket} {case.id}")
        after, _ = carrying.require_sound(connection, body, case.id, access.holders())
        handed = handed_in(connection, body, case.id)
        if after.state == "open" and not carrying.goes_on(
            connection, body, after, handed, access.holders()
        ):
            raise Unopenable  # it was handed in and returned here, and this is from before
        if carried.state == "submitted":
            if access.data_key is not None:
                _unseal(connection, access, after)
            return Outcome.SUBMITTED
        return Outcome.JOURNAL if carried.stays else Outcome.GIVEN_BACK

    def _make_room(self, connection: Connection, case: CaseRecord, where: Whereabouts) -> None:
        """What stands here of a case that is let in, kept aside; raises when it is out of reach."""
        if case.state not in ("fresh", "open"):
            raise NotAllowed(
                f"Case {case.short_id} was submitted: it is not replaced by an earlier state."
            )
        self._require_closed(connection, case, where)
        if case.state == "open":
            self._aside.keep_own(connection, self._packet, case, where)

    def _require_closed(self, connection: Connection, case: CaseRecord, where: Whereabouts) -> None:
        if where.away:
            return
        try:
            lease.take(connection, case.id, self._access.entry.id, to_text(self._now))
        except lease.Held as held:
            by = name_of(self._sides.body, held.holder)
            raise StoreBusy(
                f"Case {case.short_id} is open here, by {by}: close it and receive the packet "
                "again."
            ) from None

    def _acknowledge(self, connection: Connection) -> None:
        """Cases that are known to have reached where they came from need not be sent again."""
        for one in self._packet.listed(packet_file.RECEIPTS):
            match one:
                case [str(ticket), str(case_id)]:
                    where = places.find(connection, case_id)
                    if where is not None and where.came == ticket:
                        places.put(connection, case_id, where.token, away=ticket)
                case _:
                    raise DamagedPacket(self._packet.name, "its list of receipts is none")

    def _note(self, connection: Connection) -> None:
        """The packet itself, and the manifest if it is newer."""
        access, index, sides = self._access, self._packet.index, self._sides
        about = index.id
        if sides.newer:
            about = manifest.audit_note(index.id, sides.signed)
            data = self._packet.parts[packet_file.MANIFEST]
            mirror.keep(connection, manifest.FILE_NAME, data)
            pending.put_beside(access.study.folder, data)
        elif audit.last(connection)[0] == 0:
            about = manifest.audit_note(index.id, access.study.signed)  # the study begins with it
        if not is_known(connection, index.id):
            self._know(connection, index.id)
        self._record(connection, Deed.PACKET_RECEIVED, about)

    def _note_case(
        self, connection: Connection, deed: Deed, carried: Carried, returned_by: str = ""
    ) -> None:
        """Where the journal ends that came; of a sealed case, where it ended says its sender."""
        body = self._sides.body
        place = progress.place_of(body, carrying.record(carried))
        if deed == Deed.CASE_RECEIVED:
            about = f"{carried.id} journal {carried.ended} {carried.assignee}"
        else:
            about = progress.note(place, carried.n, carried.head, carried.assignee, returned_by)
        self._record(connection, deed, about)

    def _record(self, connection: Connection, deed: Deed, about: str) -> None:
        access = self._access
        signing = access.keys.signing
        audit.record(connection, self._sides.body, access.entry.id, signing, deed, about, self._now)

    def _know(self, connection: Connection, packet: str) -> None:
        connection.execute(insert(PacketRow).values(id=packet, at=to_text(self._now)))

    def _report(
        self, already: bool, outcomes: list[tuple[str, Outcome]], erased: int
    ) -> PacketReport:
        index = self._packet.index
        return PacketReport(
            id=index.id,
            number=index.number,
            by=self._sides.sender.name,
            already=already,
            outcomes=tuple(outcomes),
            manifest=self._sides.newer and not already,
            erased=erased,
            kept_aside=tuple(self._aside.kept),
        )


def _is_same(case: CaseRecord, carried: Carried) -> bool:
    """Whether row and carried case are the same but for what may change on the way."""
    other = carrying.record(carried)
    return case == replace(other, state=case.state, n=case.n, head=case.head, updated=case.updated)


def _newest_number(connection: Connection) -> int:
    """Number of the newest packet that was received; the ids begin with it."""
    query = select(col(PacketRow.id)).where(~col(PacketRow.id).like("% %"))
    found = rows(connection, query.order_by(col(PacketRow.id).desc()).limit(1))
    return int(found[0][0][:8], 16) if found else 0


def _unseal(connection: Connection, access: "Access", case: CaseRecord) -> None:
    """Open a sealed case that came; Unopenable when it is not what its interviewer signed."""
    try:
        unseal(connection, access, case, cases.identity(connection, case.id))
    except (StoreError, KeyError, TypeError, ValueError):
        raise Unopenable from None
