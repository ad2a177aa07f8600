"""The certificate of an erasure: signed, checkable with the study's manifest, without content."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from store import canonical
from store.binding import bind
from store.canonical import JSON
from store.casework.grants import was_manager
from store.erasing import ledger
from store.erasing.ledger import Erasure
from store.errors import InvalidInput, StoreError
from store.files import read_limited, write_file
from store.trust.entries import pack, unpack
from store.trust.giving import Signer
from store.trust.manifest import Body

FORMAT = 1
MAX_SIZE = 16 * 1024 * 1024
_DESTROYED: dict[str, list[JSON]] = {
    ledger.CASE: [
        "contact and label",
        "answers and journal",
        "sealed document",
        "all keys to them",
    ],
    ledger.IDENTITIES: ["contacts and labels of all cases", "all keys to them"],
}


@dataclass(frozen=True)
class Certificate:
    """What was destroyed, when, by whom, and where copies may still be."""

    erasure: Erasure
    """The entry of the ledger."""
    by: str
    """Login name of the data manager."""
    second: str
    """Login name of who confirmed it; empty where one person was enough."""
    copies: tuple[str, ...]
    """A sentence for each backup, packet or reading known to the audit that may still hold it."""
    text: bytes
    """The file: one line of JSON with body, signer and signature."""

    def write(self, path: Path) -> None:
        """Write the file; Unwritable or DiskFull when that fails."""
        write_file(path, self.text)


def issue(
    body: Body, signer: Signer, erasures: Sequence[Erasure], copies: tuple[str, ...]
) -> Certificate:
    """Certify the last of these erasures.

    Args:
        body: the manifest.
        signer: a data manager.
        erasures: the ledger up to the entry that is certified.
        copies: where copies may be, as `copies.sentences` tells.
    """
    entry = erasures[-1]
    content: dict[str, JSON] = {
        "format": FORMAT,
        "what": "erasure certificate",
        "study": body.id,
        "kind": body.kind,
        "destroyed": _DESTROYED[entry.scope],
        "by": _name(body, entry.actor),
        "second": _name(body, entry.second),
        "copies": list(copies),
        "ledger": [one.as_json() for one in erasures],
    }
    message = bind("erasure certificate", canonical.encode(content))
    text = canonical.encode(
        {"body": content, "signed_by": signer[0], "signature": pack(signer[1].sign(message))}
    )
    by, second = _name(body, entry.actor), _name(body, entry.second)
    return Certificate(entry, by, second, copies, text + b"\n")


def read(path: Path, body: Body) -> Certificate:
    """Read a certificate and hold it against the manifest of its study.

    Raises:
        InvalidInput: it is not a certificate of this study as its data manager signed it.
        StoreError: the file cannot be read.
    """
    try:
        text = read_limited(path, MAX_SIZE)
    except OSError:
        raise StoreError(f"{path} cannot be read: check the path.") from None
    except ValueError:
        raise _refused(path, "it is far too long") from None
    try:
        found = canonical.decode_object(text.removesuffix(b"\n"))
        content, signed_by, signature = _parts(found)
        erasures = [Erasure.from_json(one) for one in _list(content["ledger"])]
        place = (content["format"], content["study"], content["kind"])
        copies = tuple(str(one) for one in _list(content["copies"]))
        entry = erasures[-1]
        fits = content["destroyed"] == _DESTROYED[entry.scope]
    except (ValueError, LookupError):
        raise _refused(path, "it is not as cati writes it") from None
    if place != (FORMAT, body.id, body.kind):
        raise _refused(path, "it is about another study")
    signer = body.person_by_id(signed_by)
    message = bind("erasure certificate", canonical.encode(content))
    if signer is None or not was_manager(signer) or not signer.public.verifies(signature, message):
        raise _refused(path, "no data manager of the study signed it as it stands")
    if not fits or ledger.chain_problems(body, erasures):
        raise _refused(path, "the ledger in it does not hold")
    by, second = _name(body, entry.actor), _name(body, entry.second)
    return Certificate(entry, by, second, copies, text)


def ledger_of(certificate: Certificate) -> list[Erasure]:
    """The whole ledger up to the entry that is certified."""
    content, _, _ = _parts(canonical.decode_object(certificate.text.removesuffix(b"\n")))
    return [Erasure.from_json(one) for one in _list(content["ledger"])]


def _parts(found: dict[str, JSON]) -> tuple[dict[str, JSON], str, bytes]:
    match found:
        case {"body": dict(content), "signed_by": str(by), "signature": str(signature)}:
            return content, by, unpack(signature)
        case _:
            raise ValueError("not a certificate")


def _list(value: JSON) -> list[JSON]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _name(body: Body, person_id: str) -> str:
    person = body.person_by_id(person_id)
    return "" if person is None else person.name


def _refused(path: Path, why: str) -> InvalidInput:
    return InvalidInput(f"{path.name} certifies nothing: {why}.")
