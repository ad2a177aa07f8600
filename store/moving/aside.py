"""What was not taken is kept in the folder `aside` of the study, each case in a file of its own."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.casework.grants import CaseRecord
from store.clock import to_text
from store.crypto.keys import sha256
from store.erasing.cleaning import ASIDE
from store.files import PRIVATE_FOLDER, file_errors, sync_folder, write_file
from store.moving import carrying, packet_file
from store.moving.packet_file import SUFFIX, Packet
from store.moving.places import Whereabouts

if TYPE_CHECKING:
    from store.access import Access


class Aside:
    """The folder, while one packet is received."""

    def __init__(self, access: "Access", now: datetime) -> None:
        self._access = access
        self._now = now
        self.kept: list[str] = []
        """Names of the files that were written."""

    def keep(self, packet_id: str, case_id: str, data: bytes) -> None:
        """Keep a packet with one case, so that an erasure takes what is kept of it along."""
        folder = self._access.study.folder / ASIDE
        with file_errors(f"the folder {ASIDE}"):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            sync_folder(folder.parent)
        name = f"{packet_id}-{case_id}{SUFFIX}"
        write_file(folder / name, data)
        self.kept.append(name)

    def keep_own(
        self, connection: Connection, packet: Packet, case: CaseRecord, where: Whereabouts
    ) -> None:
        """Write what stands here of a case that a packet is to replace as a packet of its own."""
        access, index = self._access, packet.index
        carried = carrying.carry(
            connection,
            case,
            None,
            token=where.token,
            ticket=where.came or index.id,
            stays=False,
        )
        packet_id = index.id[:8] + sha256(f"{index.id} {case.id}".encode()).hex()[:24]
        own = index.model_copy(
            update={
                "id": packet_id,
                "by": access.entry.id,
                "to": None,
                "made_at": to_text(self._now),
            }
        )
        parts = {
            packet_file.MANIFEST: packet.parts[packet_file.MANIFEST],
            packet_file.case_name(case.id): packet_file.part(carried),
        }
        self.keep(packet_id, case.id, packet_file.write(own, parts, access.keys.signing))
