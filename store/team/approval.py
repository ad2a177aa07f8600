"""Instruments of a study: copied in, approved by an administrator's signature."""

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from store.crypto.keystore import Bundle
from store.errors import InvalidInput
from store.files import replace_folder
from store.record.audit import Deed
from store.study import INSTRUMENTS, MAX_INSTRUMENT_FILE, instrument_is_sound
from store.trust.manifest import Body, InstrumentEntry
from store.trust.mirror import keep_all
from store.values import InstrumentFiles

if TYPE_CHECKING:
    from store.study import Study

MAX_FILES = 500
MAX_TOTAL = 64 * 1024 * 1024

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


def add_instrument(study: "Study", actor: str, keys: Bundle, instrument: InstrumentFiles) -> None:
    """Copy the files into the study and sign the manifest anew; see `Access.add_instrument`."""
    entry = _entry(instrument)
    known = _known(study.body, entry)
    folder = study.folder / INSTRUMENTS / entry.fingerprint
    if known and instrument_is_sound(folder, entry):
        return
    copy_in(folder, instrument)
    keep_all(study.database, _named(entry, instrument))
    if known:
        return

    def change(body: Body) -> Body:
        if _known(body, entry):
            return body
        return body.model_copy(update={"instruments": (*body.instruments, entry)})

    study.change(change, actor, keys.signing, Deed.INSTRUMENT_ADDED, entry.fingerprint)


def _named(entry: InstrumentEntry, instrument: InstrumentFiles) -> dict[str, bytes]:
    """The files by their paths in the study folder."""
    place = f"{INSTRUMENTS}/{entry.fingerprint}"
    return {f"{place}/{path}": content for path, content in instrument.files.items()}


def _entry(instrument: InstrumentFiles) -> InstrumentEntry:
    files = instrument.files
    if not files or len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_TOTAL:
        raise InvalidInput(
            f"An instrument must have 1 to {MAX_FILES} files, together at most 64 MiB."
        )
    for path, content in files.items():
        parts = path.split("/")
        if not all(_PART.fullmatch(part) for part in parts) or len(content) > MAX_INSTRUMENT_FILE:
            raise InvalidInput(
                "A file of the instrument has a path or size that cannot be used: "
                "use relative paths of letters, digits, dots, - and _, and at most 16 MiB."
            )
    try:
        return InstrumentEntry(
            name=instrument.name,
            version=instrument.version,
            fingerprint=instrument.fingerprint,
            files={path: sha256(files[path]).hexdigest() for path in sorted(files)},
        )
    except ValidationError:
        raise InvalidInput(
            "Name, version or fingerprint of the instrument cannot be used: name and version are "
            "one line, the fingerprint 16 to 128 small letters and digits."
        ) from None


def _known(body: Body, entry: InstrumentEntry) -> bool:
    """Whether it is approved already.

    Raises InvalidInput when its fingerprint, or its name and version, mean another instrument: two
    that are called the same could not be told apart by anybody who moves a case or reads data.
    """
    for found in body.instruments:
        if found.fingerprint == entry.fingerprint:
            if found != entry:
                raise InvalidInput(
                    "The study has another instrument under this fingerprint: "
                    "give it a new version."
                )
            return True
    if any((one.name, one.version) == (entry.name, entry.version) for one in body.instruments):
        raise InvalidInput(
            f"The study has another instrument called {entry.name}, version {entry.version}: give "
            "this one a new version."
        )
    return False


def copy_in(folder: Path, instrument: InstrumentFiles) -> None:
    """Put the files in place at once: a folder beside it is filled and then renamed."""
    # What stands there is not approved, or not as approved: remains of an interrupted copy.
    replace_folder(folder, instrument.files.items())
