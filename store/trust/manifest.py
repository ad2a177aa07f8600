"""The manifest of a study: who takes part, with which keys, and which instruments are approved.

`study.yaml` holds a body, the id of the administrator who signed it, and the Ed25519 signature
over the canonical JSON of the body. The rules:

- The founder is an administrator and appoints, by signature, further administrators; these may
  appoint others. A manifest counts when an administrator signed it who takes part and whose chain
  of appointments ends at the founder.
- Data managers count when a data manager gave them a data key, likewise by signature (`trust`).
- Each person's key file pins the founder's key and the first data key, so a manifest made up by
  someone else is noticed when anyone unlocks.

A body of format 1 is lifted in memory after its signature was checked as it stands in the file.
"""

from collections.abc import Mapping

from pydantic import PrivateAttr, ValidationError

from store import canonical, limited_yaml
from store.binding import bind
from store.crypto.keys import SigningSecret, check_sealing_public, sha256
from store.errors import DamagedStudy, NewerFormat
from store.trust import signers as trust
from store.trust.entries import (
    FORMAT_1,
    SUITE,
    Base64,
    Body,
    Frozen,
    GivenKey,
    Id,
    InstrumentEntry,
    KeyEntry,
    PersonEntry,
    Policy,
    Recovery,
    pack,
    unpack,
)
from store.trust.giving import appointment
from store.trust.roles import Role

__all__ = [
    "FILE_NAME",
    "FORMAT",
    "MAX_SIZE",
    "Body",
    "GivenKey",
    "InstrumentEntry",
    "KeyEntry",
    "PersonEntry",
    "Policy",
    "Recovery",
    "Signed",
    "appointment",
    "audit_note",
    "damaged",
    "pack",
    "read",
    "sign",
    "unpack",
    "write",
]

FORMAT = 2
FILE_NAME = "study.yaml"
MAX_SIZE = 8 * 1024 * 1024


class Signed(Frozen):
    """The file: a body and who signed it."""

    body: Body
    signed_by: Id
    signature: Base64
    _as_signed: canonical.JSON = PrivateAttr(default=None)
    """The body as it stands in the file; it differs from `body` when that was lifted."""

    @property
    def message(self) -> bytes:
        """What the signature is over."""
        if self._as_signed is None:
            return _message(self.body.model_dump(mode="json"))
        return _message(self._as_signed)


def sign(body: Body, signer: str, secret: SigningSecret) -> Signed:
    """Sign a body as the administrator with that id."""
    signature = secret.sign(_message(body.model_dump(mode="json")))
    return Signed(body=body, signed_by=signer, signature=pack(signature))


def write(manifest: Signed) -> bytes:
    """The bytes of `study.yaml`; always of the newest format."""
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
        manifest = Signed.model_validate_json(canonical.encode(_lifted(content)))
        for person in manifest.body.people:
            check_sealing_public(person.public.sealing)
        check_sealing_public(unpack(manifest.body.data_key))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        what = f"its part {place}" if place else "it"
        raise damaged(f"{what} is not as cati writes it") from None
    except ValueError:
        raise damaged("a public key in it is not one") from None
    if manifest.body.policy.min_suite > SUITE:
        raise NewerFormat(
            "This study takes records that this release of cati cannot write: update cati to open "
            "it."
        )
    if isinstance(content, dict):
        manifest._as_signed = content["body"]
    _require_distinct(manifest.body)
    _require_signature(manifest)
    _require_given(manifest.body)
    return manifest


def audit_note(about: str, manifest: Signed) -> str:
    """What the audit remembers of a change: whom or what it is about, and the new manifest."""
    return f"{about} manifest {sha256(manifest.message).hex()}"


def damaged(why: str) -> DamagedStudy:
    """The sentence for a manifest that cannot be used."""
    return DamagedStudy(
        f"The manifest study.yaml cannot be relied on: {why}; "
        "restore the study folder from a backup."
    )


def _message(body: canonical.JSON) -> bytes:
    return bind("manifest", canonical.encode(body))


def _refuse_newer(content: canonical.JSON) -> None:
    body = content.get("body") if isinstance(content, Mapping) else None
    found = body.get("format") if isinstance(body, Mapping) else None
    if type(found) is int and found > FORMAT:
        raise NewerFormat(
            "This study was written by a newer release of cati: update cati to open it."
        )


_PERSON_1 = {"id", "name", "roles", "sealing", "signing", "appointed_by", "appointment", "data_key"}
_BODY_1 = {"format", "version", "id", "title", "kind", "founder", "data_key", "policy", "people"}
_BODY_1 |= {"instruments"}


def _lifted(content: canonical.JSON) -> canonical.JSON:
    """A manifest of format 1 as one of format 2; any other unchanged.

    What format 1 did not have is refused in it.
    """
    body = content.get("body") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(body, dict) or body.get("format") != 1:
        return content
    people = body.get("people")
    if not set(body) <= _BODY_1 or not isinstance(people, list):
        raise damaged("it is not of format 1 as it says")
    return content | {"body": body | {"format": 2, "people": [_lift(one) for one in people]}}


def _lift(person: canonical.JSON) -> canonical.JSON:
    if not isinstance(person, dict) or not set(person) <= _PERSON_1:
        raise damaged("it is not of format 1 as it says")
    keys: list[canonical.JSON] = []
    if person.get("data_key") is not None:
        wrap = person["data_key"]
        keys = [{"key": "data", "wrap": wrap, "by": FORMAT_1, "signature": ""}]
    kept = {name: value for name, value in person.items() if name != "data_key"}
    return kept | {"keys": keys}


def _require_distinct(body: Body) -> None:
    for what, values in (
        ("person ids", [person.id for person in body.people]),
        ("person names", [person.name for person in body.people if not person.is_gone]),
        ("instruments", [instrument.fingerprint for instrument in body.instruments]),
    ):
        if len(set(values)) != len(values):
            raise damaged(f"its {what} are not distinct")


def _require_signature(manifest: Signed) -> None:
    body = manifest.body
    signer = body.person_by_id(manifest.signed_by)
    entitled = (
        signer is not None
        and signer.is_active()
        and Role.ADMINISTRATOR in signer.roles
        and trust.is_administrator(body, signer)
    )
    if signer is None or not entitled:
        raise damaged("no administrator of the study signed it")
    try:
        signature = unpack(manifest.signature)
    except ValueError:
        signature = b""
    if not signer.public.verifies(signature, manifest.message):
        raise damaged("its signature does not match its content")


def _require_given(body: Body) -> None:
    try:
        problem = trust.problem(body)
    except ValueError:
        raise damaged("a public key in it is not one") from None
    if problem is not None:
        raise damaged(problem)
