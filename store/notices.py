"""Notices: what a data manager works out for the study and everyone in it may read.

A notice is a small file in clear, `notices/NAME.json`, signed by the data manager who wrote it, so
that nobody else can make one up. Whoever reads the folder may have kept earlier ones: neither a
notice nor the difference of two may tell of a single case, and those who publish see to that.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from store import canonical
from store.binding import bind
from store.canonical import JSON
from store.crypto.keystore import Bundle
from store.errors import DamagedNotice, InvalidInput
from store.files import PRIVATE_FOLDER, file_errors, read_limited, sync_folder, write_file
from store.record import audit
from store.record.audit import Deed
from store.trust.manifest import Body, pack, unpack
from store.trust.mirror import keep
from store.trust.roles import Role

if TYPE_CHECKING:
    from store.study import Study

FOLDER = "notices"
MAX_SIZE = 8 * 1024 * 1024

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,150}")


def publish(study: "Study", signer: str, keys: Bundle, name: str, content: dict[str, JSON]) -> None:
    """Write a notice in place of the one that has its name; see `Access.publish`."""
    signature = keys.signing.sign(_message(study.body, name, content))
    data = canonical.encode({"content": content, "signed_by": signer, "signature": pack(signature)})
    if not _NAME.fullmatch(name) or len(data) > MAX_SIZE:
        raise InvalidInput(
            "A notice has a name of small letters, digits, dots, - and _, and at most 8 MiB."
        )
    folder = study.folder / FOLDER
    with file_errors(f"the folder {FOLDER}"):
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        sync_folder(study.folder)
    with study.database.write() as connection:
        path, deed = f"{FOLDER}/{name}.json", Deed.NOTICE_PUBLISHED
        audit.record(connection, study.body, signer, keys.signing, deed, name, study.now())
        keep(connection, path, data)
        write_file(_path(study.folder, name), data)


def read_notice(study: "Study", name: str) -> dict[str, JSON] | None:
    """The content of a notice, verified; see `Study.notice`."""
    try:
        data = read_limited(_path(study.folder, name), MAX_SIZE)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise DamagedNotice(name) from None
    return require_signed(study, name, data)


def require_signed(study: "Study", name: str, data: bytes) -> dict[str, JSON]:
    """The content of a notice's file; DamagedNotice unless a data manager signed it."""
    try:
        content, signer, signature = _parts(canonical.decode_object(data))
    except ValueError:
        raise DamagedNotice(name) from None
    person = study.body.person_by_id(signer)
    if (
        person is None
        or not person.is_active()
        or Role.DATA_MANAGER not in person.roles
        or not person.public.verifies(signature, _message(study.body, name, content))
    ):
        raise DamagedNotice(name)
    return content


def problems(study: "Study") -> list[str]:
    """A sentence for each notice of a study that cannot be relied on."""
    found = []
    for file in sorted((study.folder / FOLDER).glob("*.json")):
        try:
            read_notice(study, file.stem)
        except DamagedNotice as error:
            found.append(str(error))
    return found


def _path(folder: Path, name: str) -> Path:
    return folder / FOLDER / f"{name}.json"


def _parts(found: dict[str, JSON]) -> tuple[dict[str, JSON], str, bytes]:
    """Content, signer and signature of a file; ValueError when they are not there."""
    match found:
        case {"content": dict(content), "signed_by": str(signer), "signature": str(signature)}:
            return content, signer, unpack(signature)
        case _:
            raise ValueError("not a notice")


def _message(body: Body, name: str, content: dict[str, JSON]) -> bytes:
    return bind("notice", body.id, body.kind, name, canonical.encode(content))
