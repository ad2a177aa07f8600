"""A study on another computer: its folder is made by the first packet, complete or not at all."""

import contextlib
import secrets
import shutil
from pathlib import Path

from sqlalchemy import insert

from store.clock import Clock, utc_now
from store.crypto.keystore import MAX_FILE
from store.databases.sqlite import FILE_NAME as DATABASE
from store.databases.sqlite import SqliteDatabase
from store.databases.tables import MetaRow
from store.errors import DamagedKeyFile, InvalidInput, StoreError, StudyInPlace
from store.files import PRIVATE_FOLDER, file_errors, read_limited, sync_folder, write_file
from store.moving import packet_file
from store.moving.packet_file import DamagedPacket, Packet
from store.moving.reports import PacketReport
from store.study import INSTRUMENTS, Study, require_fingerprint
from store.trust import manifest
from store.trust import seen as heads
from store.trust.entries import Body, PersonEntry
from store.trust.unlocking import KEYS


def start_study(
    packet_path: Path,
    folder: Path,
    *,
    key_file: Path,
    passphrase: str,
    expected: str,
    now: Clock = utc_now,
    seen: Path | None = None,
) -> PacketReport:
    """Make a study folder from the first packet for somebody, and receive the packet in it.

    Args:
        packet_path: the packet.
        folder: must not exist yet, or be empty; its parent must exist.
        key_file: NAME.key of the person whom the packet is for; it travels apart from the packet.
        passphrase: that opens it.
        expected: the study's fingerprint as it was printed or told, typed in any grouping.
        now: the clock.
        seen: as for `open_study`.

    Raises:
        StudyInPlace: the folder holds something.
        InvalidInput: the fingerprint is another, or the packet brings nobody cases.
        StoreError: nothing was left behind.
    """
    packet = packet_file.read(packet_path)
    try:
        body = manifest.read(packet.parts[packet_file.MANIFEST]).body
    except StoreError:
        raise DamagedPacket(packet.name, "the manifest in it does not hold") from None
    person = _addressee(packet, body)
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and not _is_empty(folder)):
        raise StudyInPlace(f"{folder} is not empty: choose a new folder for the study.")
    key = _key(key_file)
    building = folder.with_name(f".{folder.name}.new-{secrets.token_hex(4)}")
    with file_errors(str(folder)):
        try:
            _build(building, packet, body, person, key)
            study = Study(building, now)
            try:
                require_fingerprint(study, expected)
                access = study.unlock(person.name, passphrase)
                report = access.packets.receive(packet_path)
                if seen is not None:  # its audit begins with what was received
                    heads.begin(seen, access, folder)
            finally:
                study.close()
            building.rename(folder)
            sync_folder(folder.parent)
        finally:
            with contextlib.suppress(OSError):
                shutil.rmtree(building)
    return report


def _addressee(packet: Packet, body: Body) -> PersonEntry:
    person = body.person_by_id(packet.index.to or "")
    if person is None:
        raise InvalidInput(
            f"The packet {packet.name} brings nobody cases: a study begins with one that was sent "
            "to its interviewer."
        )
    return person


def _build(building: Path, packet: Packet, body: Body, person: PersonEntry, key: bytes) -> None:
    """Everything that a study has before a case came; receiving the packet brings the rest."""
    building.mkdir(mode=PRIVATE_FOLDER)
    (building / KEYS).mkdir(mode=PRIVATE_FOLDER)
    (building / INSTRUMENTS).mkdir(mode=PRIVATE_FOLDER)
    write_file(building / manifest.FILE_NAME, packet.parts[packet_file.MANIFEST])
    write_file(building / KEYS / f"{person.name}.key", key)
    database = SqliteDatabase.create(building / DATABASE)
    try:
        with database.write() as connection:
            connection.execute(insert(MetaRow).values(study=body.id, kind=body.kind))
    finally:
        database.close()


def _key(path: Path) -> bytes:
    try:
        return read_limited(path, MAX_FILE)
    except (OSError, ValueError):
        raise DamagedKeyFile(
            f"The key file {path.name} cannot be read: bring it from the place where you were "
            "enrolled, apart from the packet."
        ) from None


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and next(folder.iterdir(), None) is None
