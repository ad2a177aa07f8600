"""Whose packet it is: what it says of itself, held against what is known where it is received."""

from typing import TYPE_CHECKING, NamedTuple

from store.casework import grants
from store.errors import InvalidInput, NotAllowed, StoreError
from store.moving import packet_file
from store.moving.packet_file import DamagedPacket, Packet
from store.study import anchor, name_of
from store.trust import following, manifest
from store.trust.entries import Body, PersonEntry
from store.trust.leaving import require_active
from store.trust.manifest import Signed
from store.trust.roles import Role

if TYPE_CHECKING:
    from store.access import Access


class Sides(NamedTuple):
    """What a packet says of itself, held against what is known here."""

    signed: Signed
    newer: bool
    """Its manifest is newer than the one here."""
    body: Body
    """The newer of the two manifests."""
    sender: PersonEntry
    active: bool
    """The sender takes part now."""


def sides_of(access: "Access", packet: Packet) -> Sides:
    """Whose packet it is; raises unless it is one that may be received here."""
    study, index = access.study, packet.index
    here = study.body
    if (index.study, index.kind) != (here.id, here.kind):
        raise InvalidInput(f"The packet {packet.name} belongs to another study.")
    try:
        signed = manifest.read(packet.parts[packet_file.MANIFEST])
    except StoreError:
        raise DamagedPacket(packet.name, "the manifest in it does not hold") from None
    if anchor(signed.body) != anchor(here):
        raise DamagedPacket(packet.name, "the manifest in it is that of another study")
    if signed.body.version == here.version and signed.message != study.signed.message:
        raise DamagedPacket(
            packet.name,
            "two different manifests have the same number, so two people changed the "
            "study at two places",
        )
    # What comes back from where cases are worked on changes nobody's part in the study.
    newer = index.to is not None and signed.body.version > here.version
    body = signed.body if newer else here
    today = study.today()
    if newer:
        _require_followed(packet, here, signed)
    sender = body.person_by_id(index.by)
    if sender is None:
        raise DamagedPacket(packet.name, "nobody in the study made it")
    packet.require_signed_by(sender.public)
    if index.to is not None:
        require_active(sender, today)
        if not (Role.DATA_MANAGER in sender.roles and grants.was_manager(sender)):
            raise DamagedPacket(packet.name, "it was not a data manager who made it")
        if index.to != access.entry.id:
            raise NotAllowed(
                f"The packet {packet.name} is for {name_of(body, index.to)}: only they receive it."
            )
    for carried in packet.cases():
        back = carried.ticket is not None
        # What stood here when a case was let in was kept aside by a data manager.
        own = carried.assignee == sender.id or grants.was_manager(sender)
        if back != (index.to is None) or (back and not own):
            raise DamagedPacket(packet.name, f"case {carried.id[:8]} in it is out of place")
    return Sides(signed, newer, body, sender, sender.is_active(today))


def _require_followed(packet: Packet, here: Body, signed: Signed) -> None:
    """A manifest by a former administrator, or by who they appointed, would let them in again."""
    if not following.may_follow(here, signed):
        who = name_of(signed.body, signed.signed_by)
        raise DamagedPacket(
            packet.name,
            f"the manifest in it is signed by {who}, who is no administrator by the one here, or "
            "it puts other keys under somebody's name",
        )
