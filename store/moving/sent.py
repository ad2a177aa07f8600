"""What is known of packets: which were received or made here, and which cases these held.

The audit notes of each packet that was made a hash over the ids of its cases; the ids themselves
stand in the table of packets, and count where the hash is theirs.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from store.binding import fingerprint
from store.canonical import JSON
from store.casework import cases
from store.databases.database import rows
from store.databases.tables import PacketRow
from store.moving.packet_file import SUFFIX
from store.record.audit import Deed, Entry
from store.trust.entries import PersonEntry

_OF = " of "


def is_known(connection: Connection, packet: str) -> bool:
    """Whether the table of packets has this entry."""
    query = select(col(PacketRow.id)).where(col(PacketRow.id) == packet)
    return bool(rows(connection, query))


def keep(connection: Connection, packet: str, case_ids: Iterable[str], at: str) -> None:
    """Put a packet that is made into the table, with its cases."""
    ids = [f"sent {packet}", *(f"sent {packet} {case_id}" for case_id in sorted(case_ids))]
    connection.execute(insert(PacketRow), [{"id": one, "at": at} for one in ids])


def about(packet: str, to: str, case_ids: Iterable[str]) -> str:
    """The object of the audit's entry; `to` is the id of a person, empty on the way back."""
    return (
        f"{packet} to {to}{_OF}{_digest(case_ids)}" if to else f"{packet}{_OF}{_digest(case_ids)}"
    )


def contents(connection: Connection, audit: Sequence[Entry]) -> dict[str, frozenset[str]]:
    """Ids of the cases that packets held, by id of the packet, as far as it is known for sure."""
    query = select(col(PacketRow.id)).where(col(PacketRow.id).like("sent % %"))
    held: dict[str, set[str]] = {}
    for row in rows(connection, query):
        _, packet, case_id = row[0].split(" ", 2)
        held.setdefault(packet, set()).add(case_id)
    found = {}
    for entry in audit:
        noted, _, digest = entry.object.partition(_OF)
        packet = noted.partition(" ")[0]
        ids = held.get(packet, set())
        if entry.action == Deed.PACKET_SENT.value and digest == _digest(ids):
            found[packet] = frozenset(ids)
    return found


def file_name(packet: str, name: str, *, out: bool) -> str:
    """What the file of a packet is called where nobody chose another name.

    Args:
        packet: its id, which begins with its number.
        name: login name of whom it is to, or who it is from.
        out: it takes cases to somebody.
    """
    return f"{'to' if out else 'from'}-{name}-{int(packet[:8], 16):06}{SUFFIX}"


def receipts(connection: Connection, person: PersonEntry) -> list[JSON]:
    """Packet and case for each case of this person that has come back."""
    assigned = {case.id for case in cases.every(connection) if case.assignee == person.id}
    found = rows(connection, select(col(PacketRow.id)).where(col(PacketRow.id).like("% %")))
    pairs = [row[0].partition(" ") for row in found]
    return [[packet, case] for packet, _, case in sorted(pairs) if case in assigned]


def _digest(case_ids: Iterable[str]) -> str:
    return fingerprint("packet cases", *sorted(case_ids))
