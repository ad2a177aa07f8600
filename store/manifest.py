"""The manifest of a study: who takes part, with which keys, and which instruments are approved.

`study.yaml` holds a body, the id of the administrator who signed it, and the Ed25519 signature
over the canonical JSON of the body. The rules:

- The founder is an administrator and appoints, by signature, further administrators; these may
  appoint others. A manifest counts when an administrator signed it whose chain of appointments ends
  at the founder.
- Each person's key file pins the founder's key and the data key, so a manifest made up by someone
  else is noticed when anyone unlocks.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from store import canonical, limited_yaml
from store.binding import bind
from store.errors import DamagedStudy, NewerFormat, UnknownPerson
from store.keys import PublicKeys, SigningSecret, check_sealing_public, sha256
from store.roles import Role
from store.values import InstrumentCard, KdfCost, Kind

FORMAT = 1
FILE_NAME = "study.yaml"
MAX_SIZE = 8 * 1024 * 1024

Id = Annotated[str, Field(pattern=r"\A[0-9a-f]{32}\z")]
Name = Annotated[str, Field(pattern=r"\A[a-z][a-z0-9_-]{1,31}\z")]
Digest = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
Fingerprint = Annotated[str, Field(pattern=r"\A[0-9a-z]{16,128}\z")]
Base64 = Annotated[str, Field(max_length=4096)]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class PersonEntry(_Frozen):
    """A person with the public halves of their keys."""

    id: Id
    name: Name
    roles: tuple[Role, ...] = Field(min_length=1)
    sealing: Base64
    signing: Base64
    appointed_by: Id | None = None
    """For administrators: who appointed them; the founder appoints themselves."""
    appointment: Base64 | None = None
    """That administrator's signature over the appointment."""
    data_key: Base64 | None = None
    """For data managers: the secret half of the study's data key, sealed to them."""

    @property
    def public(self) -> PublicKeys:
        """The public keys as bytes."""
        return PublicKeys(unpack(self.sealing), unpack(self.signing))


class InstrumentEntry(_Frozen):
    """An approved instrument and the SHA-256 of each of its files."""

    name: Line
    version: Line
    fingerprint: Fingerprint
    files: dict[str, Digest]

    @property
    def card(self) -> InstrumentCard:
        """What everyone may see."""
        return InstrumentCard(self.name, self.version, self.fingerprint)


class Policy(_Frozen):
    """Rules of the study that programs follow."""

    min_suite: int = Field(default=1, ge=1, le=255)
    """Records under an older suite are refused."""
    lock_after_minutes: int = Field(default=5, ge=1, le=15)
    """Idle minutes after which keys are put away."""
    memory_kib: int
    iterations: int
    lanes: int

    @property
    def cost(self) -> KdfCost:
        """The cost for new key files."""
        return KdfCost(self.memory_kib, self.iterations, self.lanes)


class Body(_Frozen):
    """What is signed."""

    format: Literal[1]
    version: int = Field(ge=1)
    """Counts the changes."""
    id: Id
    title: Line
    kind: Kind
    founder: Id
    data_key: Base64
    """Public half of the study's data key."""
    policy: Policy
    people: tuple[PersonEntry, ...]
    instruments: tuple[InstrumentEntry, ...]

    def person(self, name: str) -> PersonEntry:
        """By login name; UnknownPerson when there is none."""
        for person in self.people:
            if person.name == name:
                return person
        raise UnknownPerson(
            "Nobody of that name takes part in this study: check the spelling of the name."
        )

    def person_by_id(self, person_id: str) -> PersonEntry | None:
        """By id, or None."""
        return next((person for person in self.people if person.id == person_id), None)


class Signed(_Frozen):
    """The file: a body and who signed it."""

    body: Body
    signed_by: Id
    signature: Base64


def sign(body: Body, signer: str, secret: SigningSecret) -> Signed:
    """Sign a body as the administrator with that id."""
    signature = secret.sign(_message(body))
    return Signed(body=body, signed_by=signer, signature=pack(signature))


def appointment(body_id: str, kind: str, person: str, public: PublicKeys) -> bytes:
    """The message by which an administrator appoints another."""
    return bind("appointment", body_id, kind, person, public.fingerprint)


def write(manifest: Signed) -> bytes:
    """The bytes of `study.yaml`."""
    return limited_yaml.write(manifest.model_dump(mode="json"))


def read(data: bytes) -> Signed:
    """Read and verify `study.yaml`.

    Raises:
        DamagedStudy: not a manifest, or not signed by an administrator it can rely on.
        NewerFormat: written by a newer release.
    """
    try:
        content = limited_yaml.read(data)
    except limited_yaml.RefusedYaml:
        raise damaged("it is not the YAML that cati writes") from None
    _refuse_newer(content)
    try:
        manifest = Signed.model_validate_json(canonical.encode(content))
        for person in manifest.body.people:
            check_sealing_public(person.public.sealing)
        check_sealing_public(unpack(manifest.body.data_key))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise damaged(f"its part {place} is not as cati writes it") from None
    except ValueError:
        raise damaged("a public key in it is not one") from None
    _require_distinct(manifest.body)
    _require_signature(manifest)
    return manifest


def audit_note(about: str, manifest: Signed) -> str:
    """What the audit remembers of a change: whom or what it is about, and the new manifest."""
    return f"{about} manifest {sha256(_message(manifest.body)).hex()}"


def pack(raw: bytes) -> str:
    """Bytes as they stand in the manifest."""
    return base64.b64encode(raw).decode()


def unpack(text: str) -> bytes:
    """Back to bytes; ValueError when it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None


def damaged(why: str) -> DamagedStudy:
    """The sentence for a manifest that cannot be used."""
    return DamagedStudy(
        f"The manifest study.yaml cannot be relied on: {why}; "
        "restore the study folder from a backup."
    )


def _message(body: Body) -> bytes:
    return bind("manifest", canonical.encode(body.model_dump(mode="json")))


def _refuse_newer(content: canonical.JSON) -> None:
    body = content.get("body") if isinstance(content, Mapping) else None
    found = body.get("format") if isinstance(body, Mapping) else None
    if type(found) is int and found > FORMAT:
        raise NewerFormat(
            "This study was written by a newer release of cati: update cati to open it."
        )


def _require_distinct(body: Body) -> None:
    for what, values in (
        ("person ids", [person.id for person in body.people]),
        ("person names", [person.name for person in body.people]),
        ("instruments", [instrument.fingerprint for instrument in body.instruments]),
    ):
        if len(set(values)) != len(values):
            raise damaged(f"its {what} are not distinct")


def _require_signature(manifest: Signed) -> None:
    body = manifest.body
    signer = body.person_by_id(manifest.signed_by)
    if signer is None or not _is_administrator(body, signer):
        raise damaged("no administrator of the study signed it")
    try:
        signature = unpack(manifest.signature)
    except ValueError:
        signature = b""
    if not signer.public.verifies(signature, _message(body)):
        raise damaged("its signature does not match its content")


def _is_administrator(body: Body, person: PersonEntry) -> bool:
    """Whether the chain of appointments reaches the founder."""
    for _ in range(len(body.people)):
        by = body.person_by_id(person.appointed_by or "")
        if Role.ADMINISTRATOR not in person.roles or by is None or person.appointment is None:
            return False
        message = appointment(body.id, body.kind, person.id, person.public)
        try:
            if not by.public.verifies(unpack(person.appointment), message):
                return False
        except ValueError:
            return False
        if by.id == person.id:
            return person.id == body.founder
        person = by
    return False
