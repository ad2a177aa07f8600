"""Where copies of what was erased may still be: files that the audit knows of, by their names."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from store.clock import from_text
from store.erasing.ledger import Erasure
from store.moving import sent
from store.record.audit import Deed, Entry
from store.trust.manifest import Body

KEPT = timedelta(weeks=5)
"""For how long a scheduled backup is kept at most, with the usual 7 days and 4 weeks."""

_BROUGHT = {
    Deed.CASE_BROUGHT.value,
    Deed.CASE_RECEIVED.value,
    Deed.JOURNAL_RECEIVED.value,
}
_HANDED_IN = {Deed.CASE_SUBMITTED.value, Deed.CASE_RECEIVED.value}
_DELETED = "until somebody deletes it"


def sentences(
    body: Body, erased: Erasure, audit: Sequence[Entry], contents: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """A sentence for each file or reading that may have a copy.

    Args:
        body: the manifest.
        erased: what was erased; made after it was added, and before it was erased, counts.
        audit: all entries.
        contents: cases of packets made here, by packet, as far as that is known for sure.
    """
    added = _first(audit, {Deed.CASE_ADDED.value}, erased)
    handed_in = _first(audit, _HANDED_IN, erased)
    found: list[str] = []
    for entry in audit:
        if entry.at > erased.at:
            continue
        since = entry.seq > (added or 0)
        match entry.action:
            case Deed.BACKUP_MADE.value if since:
                found.append(_backup(body, entry))
            case Deed.PACKET_SENT.value if since and _held(erased, entry, contents):
                found.append(_packet_made(body, entry))
            case Deed.CASES_READ.value if handed_in is not None and entry.seq > handed_in:
                what = f"all submitted cases were read by {_name(body, entry.actor)}"
                found.append(f"{entry.at[:10]}: {what}, as for an export, {_DELETED}.")
    found += [told for at, told in _packets_received(body, erased, audit) if at <= erased.at]
    return tuple(sorted(found, key=lambda told: told[:10]))


def _first(audit: Sequence[Entry], deeds: set[str], erased: Erasure) -> int | None:
    of = (entry for entry in audit if entry.action in deeds)
    return next((entry.seq for entry in of if _about(entry, erased)), None)


def _about(entry: Entry, erased: Erasure) -> bool:
    return erased.case_id in ("", entry.object.partition(" ")[0])


def _held(erased: Erasure, entry: Entry, contents: Mapping[str, frozenset[str]]) -> bool:
    """Whether a packet had something of it; what is not known for sure may have."""
    ids = contents.get(entry.object.partition(" ")[0])
    return ids is None or (bool(ids) if not erased.case_id else erased.case_id in ids)


def _backup(body: Body, entry: Entry) -> str:
    number, purpose, name = (*entry.object.split(" ", 2), "", "")[:3]
    if not name:  # before names were noted
        name = f"cati-{body.id[:8]}-…-{number[:4]}.zip"
    until = _DELETED
    if purpose == "scheduled":
        last = from_text(entry.at) + KEPT
        until = f"until {last:%Y-%m-%d} at the latest, if it is pruned as usual"
    return f"{entry.at[:10]}: backup {name}, {until}."


def _packet_made(body: Body, entry: Entry) -> str:
    packet, *more = entry.object.split(" ")
    out = more[:1] == ["to"]
    name = sent.file_name(packet, _name(body, more[1] if out else entry.actor), out=out)
    return _packet(entry, name)


def _packets_received(
    body: Body, erased: Erasure, audit: Sequence[Entry]
) -> Iterator[tuple[str, str]]:
    """Time and sentence; what a packet brought is noted right behind it."""
    packet: Entry | None = None
    for entry in audit:
        if entry.action == Deed.PACKET_RECEIVED.value:
            packet = entry
        elif packet is not None and entry.action in _BROUGHT and _about(entry, erased):
            here = entry.action == Deed.CASE_BROUGHT.value
            who = entry.actor if here else entry.object.split(" ")[-1]
            number = packet.object.partition(" ")[0]
            name = sent.file_name(number, _name(body, who), out=here)
            yield packet.at, _packet(packet, name)
            packet = None


def _packet(entry: Entry, name: str) -> str:
    return f"{entry.at[:10]}: packet {name}, unless it was named otherwise, {_DELETED}."


def _name(body: Body, person_id: str) -> str:
    person = body.person_by_id(person_id)
    return "someone unknown" if person is None else person.name
