"""Packets that were kept aside of a case that is handed in: from then on for data managers alone.

Its interviewer is to open nothing of the case any more, and what a packet brought of it too late is
in no case either, so it is not thrown away: the packet is sealed to the study's data key.
"""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from store import canonical
from store.binding import bind
from store.crypto.keys import Unopenable, seal_to
from store.errors import NotAllowed, StoreError
from store.files import read_limited, write_file
from store.moving import packet_file
from store.moving.packet_file import DamagedPacket, Packet
from store.trust.entries import Body

if TYPE_CHECKING:
    from store.access import Access

SEALED = ".sealed"
_TITLE = b"cati packet put away 1"


def put_away(path: Path, body: Body, case_id: str) -> None:
    """Put a sealed file in the place of a packet that its interviewer could open.

    One in which the case is handed in stays as it is, and what is no packet goes. What cannot be
    written now stays.

    Args:
        path: of the packet in the folder `aside`.
        body: the manifest.
        case_id: the case in it.
    """
    if path.suffix == SEALED:
        return
    with contextlib.suppress(OSError, ValueError, StoreError):
        data = read_limited(path, packet_file.MAX_FILE)
        if is_open(path.name, data):
            key = body.data_key_name
            line = canonical.encode({"case": case_id, "data_key": key})
            sealed = seal_to(body.public_key(key), data, _info(body, case_id))
            write_file(path.with_name(path.name + SEALED), b"\n".join((_TITLE, line, sealed)))
            path.unlink()


def is_open(name: str, data: bytes) -> bool:
    """Whether a packet brings anything that was not handed in; True as well of what is none."""
    try:
        return any(one.state != "submitted" for one in packet_file.parse(name, data).cases())
    except StoreError:
        return True


def read(access: "Access", path: Path) -> Packet:
    """Read a packet, also one that was put away.

    Raises:
        NotAllowed: it was put away, and this is no data manager.
        DamagedPacket, NewerFormat, StoreError: as `packet_file.read`.
    """
    try:
        data = read_limited(path, 2 * packet_file.MAX_FILE)
    except (OSError, ValueError):
        return packet_file.read(path)  # which says what is wrong
    title, _, rest = data.partition(b"\n")
    if title != _TITLE:
        return packet_file.read(path)
    line, _, sealed = rest.partition(b"\n")
    try:
        fields = canonical.decode_object(line)
        case_id, key = str(fields["case"]), str(fields["data_key"])
        secret = access.secrets.get(key)
        if secret is None:
            raise NotAllowed(
                f"The packet {path.name} was put away when its case was submitted: that takes a "
                "data manager."
            )
        opened = secret.open(sealed, _info(access.study.body, case_id))
    except (ValueError, KeyError, Unopenable):
        raise DamagedPacket(path.name, "it was altered since it was put away") from None
    return packet_file.parse(path.name, bytes(opened))


def _info(body: Body, case_id: str) -> bytes:
    return bind("put away", body.id, body.kind, case_id)
