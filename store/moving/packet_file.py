"""The file of a packet: one line that names it, one that lists it, its signature, and the parts.

The list holds size and SHA-256 of every part, and the signature is over the list; nothing in the
file is outside of it, so that every changed, missing or added byte is noticed. Reading trusts
nothing before that, keeps to limits, and meets every kind of damage with one error of our own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError

from store import canonical
from store.binding import bind
from store.crypto.keys import PublicKeys, SigningSecret
from store.errors import NewerFormat, StoreError
from store.files import read_limited
from store.trust.entries import Digest, Fingerprint, Frozen, Id, Line, Moment, pack, unpack
from store.values import Kind

FORMAT = 1
SUFFIX = ".cati-packet"
MAX_FILE = 512 * 1024 * 1024
MAX_INDEX = 16 * 1024 * 1024
MANIFEST, LEDGER, RECEIPTS = "study.yaml", "ledger.json", "receipts.json"

_START = b"cati packet "
_TITLE = re.compile(rb"cati packet ([1-9][0-9]{0,3})( cases/[0-9a-f]{32}\.json)?")
_NAME = re.compile(
    r"study\.yaml|ledger\.json|receipts\.json|cases/[0-9a-f]{32}\.json"
    r"|notices/[a-z0-9][a-z0-9._-]{0,150}\.json"
    r"|instruments/[0-9a-z]{16,128}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){1,12}"
)


def _bytes(value: object) -> object:
    return unpack(value) if isinstance(value, str) else value


Blob = Annotated[bytes, BeforeValidator(_bytes), PlainSerializer(pack, when_used="json")]
"""Bytes that stand as base64."""
CarriedState = Literal["fresh", "open", "submitted"]
Number = Annotated[int, Field(ge=0, lt=2**63)]


class Part(Frozen):
    """One part of a packet."""

    name: Annotated[str, Field(max_length=1500)]
    size: Number
    sha256: Digest


class Index(Frozen):
    """What a packet says of itself."""

    format: Literal[1]
    id: Id
    number: Annotated[int, Field(ge=1, lt=2**63)]
    """Grows with every packet that a place makes."""
    study: Id
    kind: Kind
    made_at: Moment
    by: Id
    """Who made and signed it."""
    to: Id | None
    """For whom it brings cases; None when it takes cases back to where they came from."""
    parts: tuple[Part, ...]


class CarriedGrant(Frozen):
    """A grant as it is stored."""

    what: Literal["identity", "answers", "submission"]
    recipient: Annotated[str, Field(max_length=32)]
    wrap: Blob
    granted_by: Id
    signature: Blob
    expires: Annotated[str, Field(max_length=40)]


class CarriedSealed(Frozen):
    """A sealed case as it is stored."""

    data_key: Annotated[str, Field(max_length=16)]
    wrap: Blob
    envelope: Blob


class Carried(Frozen):
    """A case on its way, as it was stored where the packet was made."""

    id: Id
    state: CarriedState
    instrument: Fingerprint
    mode: Line
    assignee: Id
    created_by: Id
    signature: Blob
    n: Number
    head: Blob
    updated: int
    identity: Blob
    grants: tuple[CarriedGrant, ...]
    events: tuple[Blob, ...]
    sealed: CarriedSealed | None
    token: Number
    ticket: Id | None
    """Id of the packet with which it left the place that it goes back to; None on its way out."""
    stays: bool
    """It goes on being written where the packet was made."""
    returned_by: Id | None
    """Who returned it, when nobody has opened it since."""
    ended: Digest | None
    """Where its journal ended, as it was noted last in the audit there."""


class DamagedPacket(StoreError):
    """A file is not a packet, or not as it was made."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"The packet {name} cannot be relied on: {why}; nothing of it was taken, ask for it "
            "again."
        )


@dataclass(frozen=True)
class Packet:
    """A packet whose parts are as its list says; whose list it is, `require_signed_by` tells."""

    name: str
    """Of the file, for messages."""
    index: Index
    line: bytes
    """The list as it stands in the file."""
    signature: bytes
    parts: Mapping[str, bytes]

    def require_signed_by(self, public: PublicKeys) -> None:
        """Raise DamagedPacket unless the owner of these keys signed the list."""
        if not public.verifies(self.signature, bind("packet", self.line)):
            raise DamagedPacket(self.name, "its signature is not that of the person it names")

    def cases(self) -> list[Carried]:
        """The cases in it, in the order of their ids."""
        found: list[Carried] = []
        for name in sorted(self.parts):
            if name.startswith("cases/"):
                carried = self._model(name, Carried)
                if name != case_name(carried.id):
                    raise DamagedPacket(self.name, f"{name} in it is another case")
                found.append(carried)
        return found

    def under(self, folder: str) -> dict[str, bytes]:
        """Path below the folder to content."""
        start = f"{folder}/"
        return {
            name.removeprefix(start): content
            for name, content in self.parts.items()
            if name.startswith(start)
        }

    def listed(self, name: str) -> list[canonical.JSON]:
        """A part that is a JSON list; empty when it is not there."""
        if name not in self.parts:
            return []
        try:
            return _list(self.parts[name])
        except ValueError:
            raise DamagedPacket(self.name, f"{name} in it is not as cati writes it") from None

    def _model(self, name: str, model: type[Carried]) -> Carried:
        try:
            return model.model_validate_json(self.parts[name])
        except ValidationError:
            raise DamagedPacket(self.name, f"{name} in it is not as cati writes it") from None


def case_name(case_id: str) -> str:
    """What the part of a case is called."""
    return f"cases/{case_id}.json"


def part(carried: Carried) -> bytes:
    """The part of a case."""
    return canonical.encode(carried.model_dump(mode="json"))


def list_part(values: list[canonical.JSON]) -> bytes:
    """A part that is a JSON list."""
    return canonical.encode({"list": values})


def write(index: Index, parts: Mapping[str, bytes], signer: SigningSecret) -> bytes:
    """The bytes of a packet; `index.parts` is made from `parts`."""
    names = sorted(parts)
    listed = tuple(
        Part(name=name, size=len(parts[name]), sha256=sha256(parts[name]).hexdigest())
        for name in names
    )
    line = canonical.encode(index.model_copy(update={"parts": listed}).model_dump(mode="json"))
    return _joined(line, signer.sign(bind("packet", line)), parts)


def excerpt(packet: Packet, case_id: str) -> bytes:
    """The bytes of a packet without all other cases; its list and signature stay as they were."""
    only = case_name(case_id)
    parts = {name: packet.parts[name] for name in (MANIFEST, only)}
    return _joined(packet.line, packet.signature, parts, f" {only}".encode())


def read(path: Path) -> Packet:
    """Read a packet and hold every part against its list.

    Raises:
        DamagedPacket: it is not a packet, or was altered or cut off.
        NewerFormat: a newer release made it.
        StoreError: there is no such file, or the disk refuses.
    """
    try:
        data = read_limited(path, MAX_FILE)
    except OSError:
        raise StoreError(
            f"The packet {path.name} cannot be read: check the path and the drive."
        ) from None
    except ValueError:
        raise DamagedPacket(path.name, "it is far too long") from None
    return parse(path.name, data)


def parse(name: str, data: bytes) -> Packet:
    """The packet in these bytes; raises as `read` does."""
    first, _, rest = data[: MAX_INDEX + 1024].partition(b"\n")
    title = _TITLE.fullmatch(first)
    if title is None:
        raise DamagedPacket(name, "it is not a packet of cati")
    if int(title[1]) > FORMAT:
        raise NewerFormat(
            f"The packet {name} was made by a newer release of cati: update cati to receive it."
        )
    line, _, rest = rest.partition(b"\n")
    signature, end, _ = rest.partition(b"\n")
    try:
        index = Index.model_validate_json(line)
        # The list must be in the one form that its signature can be made of again.
        if not end or canonical.encode(index.model_dump(mode="json")) != line:
            raise ValueError("not the list of a packet")
        raw = unpack(signature.decode("ascii"))
        if pack(raw).encode() != signature or int(index.id[:8], 16) != index.number % 2**32:
            raise ValueError("not a signature, or not the number that the id begins with")
    except (ValidationError, ValueError):
        raise DamagedPacket(name, "its list of contents is not as cati writes it") from None
    only = title[2].decode().strip() if title[2] else None
    at = len(first) + len(line) + len(signature) + 3
    parts = _parts(name, index, only, data[at:])
    return Packet(name, index, line, raw, parts)


def _parts(name: str, index: Index, only: str | None, data: bytes) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    at = 0
    names = [part.name for part in index.parts]
    if names != sorted(set(names)) or not all(map(_NAME.fullmatch, names)) or MANIFEST not in names:
        raise DamagedPacket(name, "its list of contents is not as cati writes it")
    chosen = [part for part in index.parts if only in (None, part.name) or part.name == MANIFEST]
    if sum(part.size for part in chosen) != len(data) or (only and only not in names):
        raise DamagedPacket(name, "it is cut off, or something was added to it")
    for part in chosen:
        content = data[at : at + part.size]
        at += part.size
        if sha256(content).hexdigest() != part.sha256:
            raise DamagedPacket(name, f"{part.name} in it was altered")
        parts[part.name] = content
    return parts


def _joined(line: bytes, signature: bytes, parts: Mapping[str, bytes], only: bytes = b"") -> bytes:
    start, content = b"%s%d%s" % (_START, FORMAT, only), [parts[name] for name in sorted(parts)]
    return b"\n".join((start, line, pack(signature).encode(), b"".join(content)))


def _list(data: bytes) -> list[canonical.JSON]:
    found = canonical.decode_object(data).get("list")
    if not isinstance(found, list):
        raise ValueError("not a list")
    return found
