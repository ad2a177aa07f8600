"""Moving cases without a network: packets, files that one computer writes and another one reads.

A case that goes out is away: nobody opens it here until it comes back, or a data manager takes it
back. The id of the packet that it left with is its ticket; it is taken back only with that. What is
in a packet is ciphertext as the study is, and nobody needs more than it says of itself to carry it.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.casework import cases, lease
from store.casework.grants import CaseRecord
from store.clock import to_text
from store.crypto.keys import Unopenable
from store.errors import (
    CaseInUse,
    DamagedCase,
    InvalidInput,
    NotAllowed,
)
from store.files import stage_file
from store.moving import carrying, handing_over, packet_file, places, sent
from store.moving.packet_file import SUFFIX, Carried, Index
from store.moving.packet_news import common_parts
from store.moving.places import Whereabouts
from store.moving.reports import AwayCase, PacketMade, PacketReport
from store.record import audit
from store.record.audit import Deed
from store.study import name_of
from store.trust.entries import PersonEntry
from store.trust.leaving import require_active
from store.trust.roles import Action, Role

if TYPE_CHECKING:
    from store.access import Access


class Packets:
    """Packets of one study, with the keys and roles of one person."""

    def __init__(self, access: "Access") -> None:
        """Use `Access.packets`."""
        self._access = access

    def due(self, to: str | None = None) -> list[str]:
        """Ids of the cases that a packet is for.

        Args:
            to: an interviewer, by login name: their cases that are here and not submitted. None:
                what came from another computer, was begun or submitted here, and is not known to
                have reached the place that it came from.
        """
        access = self._access
        access.require(Action.SEND)
        person = access.entry if to is None else access.study.body.person(to)
        with access.study.database.read() as connection:
            where = places.every(connection)
            return [
                case.id
                for case in cases.every(connection)
                if case.assignee == person.id
                and case.id in where
                and _is_due(case.state, where[case.id], back=to is None)
            ]

    def away(self) -> list[AwayCase]:
        """Cases that went to another computer and have not come back, in the order of their ids."""
        self._access.require(Action.LIST_CASES)
        body = self._access.study.body
        with self._access.study.database.read() as connection:
            where = places.every(connection)
            return [
                AwayCase(case.id, name_of(body, case.assignee), where[case.id].away)
                for case in cases.every(connection)
                if case.id in where and where[case.id].away and not where[case.id].came
            ]

    def send(
        self,
        case_ids: Sequence[str],
        target: Path,
        *,
        to: str | None = None,
        give_back: bool = False,
    ) -> PacketMade:
        """Write a packet.

        With `to`, cases go out to that interviewer, with the study's manifest, instruments and
        notices; nobody can open them here afterwards. Without, cases that came with a packet go
        back: submitted ones for good, others as they stand.

        Args:
            case_ids: which cases; none at all for news of the study alone.
            target: a file that does not exist yet, or a folder.
            to: login name of an interviewer.
            give_back: cases that are not submitted go back for good, too.

        Raises:
            NotAllowed: not for this person, or not a case that may be sent.
            CaseAway, CaseInUse, DamagedCase, UnknownCase, InvalidInput: nothing was changed.
            Unwritable, DiskFull: the packet could not be written; nothing was changed, or the
                message says that the cases are away and where their packet is.
        """
        access, study = self._access, self._access.study
        access.require(Action.SEND)
        person = None if to is None else self._addressee(to)
        if to is None and not case_ids:
            raise InvalidInput("There is nothing to send: no case here came from another computer.")
        handing_over.require_room(handing_over.file_in(target, f"packet{SUFFIX}").parent)
        staged: Path | None = None
        packet_id = ""
        try:
            with study.database.write() as connection:
                number = audit.last(connection)[0] + 1
                packet_id = f"{number:08x}{secrets.token_hex(12)}"
                chosen = [
                    self._out(connection, case_id, packet_id, person)
                    if person is not None
                    else self._back(connection, case_id, packet_id, give_back)
                    for case_id in sorted(set(case_ids))
                ]
                index = Index(
                    format=1,
                    id=packet_id,
                    number=number,
                    study=study.id,
                    kind=study.kind,
                    made_at=to_text(study.now()),
                    by=access.entry.id,
                    to=None if person is None else person.id,
                    parts=(),
                )
                parts = {packet_file.case_name(one.id): packet_file.part(one) for one in chosen}
                parts |= common_parts(connection, study, person)
                data = packet_file.write(index, parts, access.keys.signing)
                file = handing_over.file_in(
                    target, sent.file_name(packet_id, to or access.entry.name, out=to is not None)
                )
                # On the disk of the study: nobody waits for the one that it is to go to.
                staged = stage_file(study.folder / file.name, data)
                ids = [one.id for one in chosen]
                sent.keep(connection, packet_id, ids, index.made_at)
                about = sent.about(packet_id, "" if person is None else person.id, ids)
                audit.record_by(self._access, connection, Deed.PACKET_SENT, about)
        except BaseException:
            # The disk may report an error for what it did nevertheless.
            if staged is None or not self._happened(packet_id):
                handing_over.forget(staged)
                raise
        gone = bool(chosen) and (person is not None or give_back)
        handing_over.hand_over(staged, file, data, away=gone)
        return PacketMade(packet_id, number, file, to, tuple(one.id for one in chosen))

    def take_back(self, case_id: str) -> None:
        """Open a case here again that is away; what its packet brings back is then kept aside.

        Raises:
            NotAllowed: not a data manager, or the case is not away.
        """
        access = self._access
        access.require(Action.REASSIGN_OPEN)
        with access.study.database.write() as connection:
            case = cases.find(connection, case_id)
            where = places.find(connection, case_id)
            if where is None or not where.away or where.came:
                raise NotAllowed(f"Case {case.short_id} is not away.")
            places.put(connection, case_id, places.next_place(where.token), away="")
            audit.record_by(self._access, connection, Deed.CASE_TAKEN_BACK, case_id)

    def receive(self, file: Path, *, let_in: Sequence[str] = ()) -> PacketReport:
        """Take what a packet brings; a second time it changes nothing.

        Args:
            file: the packet.
            let_in: ids of cases that are taken although they come back too late. For data managers;
                what stands here of them is kept aside first.

        Raises:
            DamagedPacket, NewerFormat: it is refused whole.
            NotAllowed, InvalidInput: it is not for this person or study.
            StoreBusy: it has to wait, for what the message says.
            StoreError: nothing was taken.
        """
        from store.moving.receiving import receive

        self._access.require(Action.RECEIVE)
        return receive(self._access, file, frozenset(let_in))

    def _addressee(self, to: str) -> PersonEntry:
        access = self._access
        if Role.DATA_MANAGER not in access.roles:
            raise NotAllowed("You may not send cases to somebody: that takes a data manager.")
        person = access.study.body.person(to)
        require_active(person, access.study.today())
        if Role.INTERVIEWER not in person.roles:
            raise NotAllowed(f"{to} is not an interviewer: cases are sent to their interviewers.")
        return person

    def _out(
        self, connection: Connection, case_id: str, packet: str, person: PersonEntry
    ) -> Carried:
        case, where = _find(connection, case_id)
        if where.came:
            raise NotAllowed(
                f"Case {case.short_id} came from another computer: it is sent back there, without "
                "naming anybody."
            )
        if case.assignee != person.id or case.state not in ("fresh", "open"):
            raise NotAllowed(
                f"Case {case.short_id} is not an open case of {person.name}: only those are sent."
            )
        token = places.next_place(self._taken(connection, case))
        places.put(connection, case_id, token, away=packet)
        return self._carry(connection, case_id, token, None, stays=False)

    def _back(self, connection: Connection, case_id: str, packet: str, give_back: bool) -> Carried:
        case, where = _find(connection, case_id)
        if not where.came:
            raise NotAllowed(f"Case {case.short_id} was added here: say to whom it is to be sent.")
        if case.assignee != self._access.entry.id:
            raise NotAllowed(f"Case {case.short_id} is not yours: its interviewer sends it back.")
        if case.state == "accepted":
            raise NotAllowed(f"Case {case.short_id} was accepted: there is nothing to send.")
        stays = case.state != "submitted" and not give_back and not where.away
        token = where.token
        if give_back and case.state != "submitted" and not where.away:
            token = self._taken(connection, case)
            places.put(connection, case_id, token, away=packet)
        return self._carry(connection, case_id, token, where.came, stays=stays)

    def _taken(self, connection: Connection, case: CaseRecord) -> int:
        """The token of a case after making sure that no program has it open."""
        access = self._access
        try:
            now = to_text(access.study.now())
            return lease.take(connection, case.id, access.entry.id, now)[0]
        except lease.Held as held:
            by = name_of(access.study.body, held.holder)
            raise CaseInUse(case.short_id, by, held.since) from None

    def _carry(
        self, connection: Connection, case_id: str, token: int, ticket: str | None, *, stays: bool
    ) -> Carried:
        body, holders = self._access.study.body, self._access.holders()
        try:
            case, noted = carrying.require_sound(connection, body, case_id, holders)
        except Unopenable:
            raise DamagedCase(case_id[:8]) from None
        return carrying.carry(connection, case, noted, token=token, ticket=ticket, stays=stays)

    def _happened(self, packet_id: str) -> bool:
        with self._access.study.database.settled() as connection:
            return sent.is_known(connection, f"sent {packet_id}")


def _is_due(state: str, where: Whereabouts, *, back: bool) -> bool:
    if not back:
        return state in ("fresh", "open") and not where.away and not where.came
    # What was given back is sent again until it is known to have arrived.
    arrived = where.away == where.came
    given_back = bool(where.away) and not arrived
    return bool(where.came) and not arrived and (state in ("open", "submitted") or given_back)


def _find(connection: Connection, case_id: str) -> tuple[CaseRecord, Whereabouts]:
    case, where = cases.find(connection, case_id), places.find(connection, case_id)
    if case.state == "erased" or where is None:
        raise NotAllowed(f"Case {case.short_id} was erased: nothing of it is left.")
    return case, where
