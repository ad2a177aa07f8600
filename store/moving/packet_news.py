"""What a packet brings besides cases: manifest, instruments, notices, and what was erased."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store import notices
from store.canonical import JSON
from store.casework import cases
from store.crypto.keys import sha256
from store.erasing import ledger
from store.erasing.confirmed import others
from store.erasing.ledger import Erasure
from store.errors import StoreError
from store.files import PRIVATE_FOLDER, file_errors, read_limited, write_file
from store.moving import packet_file, sent
from store.moving.packet_file import DamagedPacket, Packet
from store.study import INSTRUMENTS, MAX_INSTRUMENT_FILE, instrument_is_sound
from store.team.approval import copy_in
from store.trust.entries import Body, PersonEntry
from store.trust.manifest import FILE_NAME as MANIFEST
from store.trust.manifest import MAX_SIZE
from store.values import InstrumentFiles

if TYPE_CHECKING:
    from store.study import Study


NOTICES = "notices"


def common_parts(
    connection: Connection, study: "Study", person: PersonEntry | None
) -> dict[str, bytes]:
    """Parts of a new packet that are not cases: for those who get cases, all of their study.

    Args:
        connection: in a transaction.
        study: the study.
        person: whom it is for; None on the way back.
    """
    parts = {MANIFEST: read_limited(study.folder / MANIFEST, MAX_SIZE)}
    if person is None:
        return parts
    for entry in study.body.instruments:
        folder = study.instrument_folder(entry.fingerprint)
        for path in entry.files:
            name = f"{INSTRUMENTS}/{entry.fingerprint}/{path}"
            parts[name] = read_limited(folder / path, MAX_INSTRUMENT_FILE)
    for file in sorted((study.folder / NOTICES).glob("*.json")):
        parts[f"{NOTICES}/{file.name}"] = read_limited(file, MAX_SIZE)
    erased: list[JSON] = [entry.as_json() for entry in ledger.entries(connection)]
    parts[packet_file.LEDGER] = packet_file.list_part(erased)
    parts[packet_file.RECEIPTS] = packet_file.list_part(sent.receipts(connection, person))
    return parts


def follow_ledger(
    connection: Connection, packet: Packet, body: Body, before: Body
) -> list[Erasure]:
    """Erase here what was erased where the packet comes from; the entries that were new.

    Args:
        connection: in a transaction.
        packet: the packet.
        body: the manifest that is in force with it.
        before: the manifest that was in force here until now.
    """
    try:
        theirs = [Erasure.from_json(one) for one in packet.listed(packet_file.LEDGER)]
    except (ValueError, TypeError):
        raise DamagedPacket(packet.name, "its erasure ledger is none") from None
    own = ledger.entries(connection)
    if ledger.continues(theirs, own):
        return []
    if ledger.chain_problems(body, theirs) or not ledger.continues(own, theirs):
        raise DamagedPacket(packet.name, "its erasure ledger does not follow the one here")
    for entry in theirs[len(own) :]:
        on = entry.at[:10]
        two = others(before, entry.actor, on) & others(body, entry.actor, on)
        # What happened before there was anything of the study here took two or one, as it was then.
        if two and not entry.second and cases.ids(connection):
            raise DamagedPacket(
                packet.name, "an erasure in it was not confirmed by a second person"
            )
        ledger.insert_entry(connection, entry)
        ledger.destroy(connection, entry)
    return theirs[len(own) :]


def put_instruments(study: "Study", packet: Packet, body: Body) -> None:
    """Copy in the instruments that are missing here."""
    folder = study.folder / INSTRUMENTS
    found = packet.under(INSTRUMENTS)
    for entry in body.instruments:
        start = f"{entry.fingerprint}/"
        files = {
            path.removeprefix(start): content
            for path, content in found.items()
            if path.startswith(start)
        }
        target = folder / entry.fingerprint
        if not files or instrument_is_sound(target, entry):
            continue
        if {path: sha256(content).hex() for path, content in files.items()} != entry.files:
            raise DamagedPacket(packet.name, f"instrument {entry.name} in it is another")
        with file_errors(f"the folder {INSTRUMENTS}"):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        copy_in(target, InstrumentFiles(entry.name, entry.version, entry.fingerprint, files))


def put_notices(study: "Study", packet: Packet) -> None:
    """Notices of the newest packet, each as far as a data manager of today signed it."""
    folder = study.folder / NOTICES
    for name, data in packet.under(NOTICES).items():
        try:
            notices.require_signed(study, name.removesuffix(".json"), data)
        except StoreError:
            continue
        with file_errors(f"the folder {NOTICES}"):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        write_file(folder / name, data)
