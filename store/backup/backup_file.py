"""The file of a backup: an uncompressed zip, so that it can be taken apart without cati.

It holds `study.yaml`, `study.db`, the files under `instruments/` and `notices/`, what was not saved
in a case (`drafts/`, `spool/`) or not taken (`aside/`), and at the end `backup.json`: size and
SHA-256 of every other file, counts, where audit and erasure ledger ended, signed by whoever made
it. Reading trusts nothing before it was held against that list, keeps to limits, and meets every
kind of damage with one error of our own.
"""

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from store import canonical
from store.binding import bind
from store.crypto.keys import SigningSecret
from store.errors import NewerFormat, StoreError
from store.files import PRIVATE_FOLDER
from store.trust.entries import Digest, Id, pack, unpack
from store.values import Kind

FORMAT = 2
"""Format 1 holds nothing of what lies beside the database."""
INDEX = "backup.json"
MAX_INDEX = 16 * 1024 * 1024
MAX_FILES = 50_000
CHUNK = 1024 * 1024
LARGEST_READ = 64 * 1024 * 1024
"""Nothing is read in larger pieces, whatever a damaged file says of itself."""

_CASE = "[0-9a-f]{32}"
_NAME = re.compile(
    r"study\.yaml|study\.db|notices/[a-z0-9][a-z0-9._-]{0,150}\.json"
    r"|instruments/[0-9a-z]{16,128}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){1,12}"
    rf"|drafts/{_CASE}-[0-9a-f]{{32}}-[0-9]{{1,19}}-[0-9a-f]{{16}}\.draft"
    rf"|spool/{_CASE}-[0-9a-f]{{32}}-[0-9]{{1,19}}(\.[0-9a-f]{{12}}(\.taken|\.damaged)|\.damaged)?"
    rf"|aside/[0-9a-f]{{32}}-{_CASE}\.cati-packet(\.sealed)?"
)
_FOREIGN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    struct.error,
    zlib.error,
    ValueError,
    LookupError,
    OverflowError,
    TypeError,
    MemoryError,
)
"""What the library raises for a file that is no zip, or a damaged one; `NotImplementedError` is its
answer to a way of packing that it does not know."""

Purpose = Literal["asked", "scheduled", "before upgrade"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class FileEntry(_Frozen):
    """One file of a backup."""

    size: int = Field(ge=0)
    sha256: Digest


class End(_Frozen):
    """Where a chain ended."""

    seq: int = Field(ge=0)
    head: Digest


class Index(_Frozen):
    """What a backup says of itself; signed."""

    format: Literal[1, 2]
    id: Id
    study: Id
    kind: Kind
    purpose: Purpose
    made_at: Annotated[str, Field(max_length=40)]
    """UTC, as the audit writes times."""
    made_by: Id | None
    """None where nobody was unlocked; then there is no signature either."""
    schema_version: int = Field(ge=1)
    """Of the database."""
    manifest_version: int = Field(ge=1)
    """Of the study's manifest."""
    cases: dict[str, int]
    """State to number of cases."""
    audit: End
    erasures: End
    problems: int = Field(ge=0)
    """How many problems a verification found when it was made; 0 is sound."""
    files: dict[str, FileEntry]

    @property
    def sound(self) -> bool:
        """Signed, and without a problem when it was made."""
        return self.made_by is not None and self.problems == 0


class DamagedBackup(StoreError):
    """A file is not a backup, or not as it was made."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"The backup {file.name} cannot be relied on: {why}; use another backup.")


class UnreadableBackup(StoreError):
    """A backup cannot be read at the moment; says nothing about what is in it."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"The backup {file.name} cannot be read: check the path and the drive.")


class BackupFile:
    """A backup whose index was read; `check` or `extract` before anything in it is used."""

    def __init__(self, path: Path) -> None:
        """Read the index.

        Raises:
            DamagedBackup: it is not a backup or was altered.
            UnreadableBackup: there is no such file, or the disk refuses.
        """
        self.path = path
        with self._opened() as archive:
            raw = b"".join(_chunks(archive, archive.getinfo(INDEX)))
        try:
            found = canonical.decode_object(raw)
            body, signature = found.pop("body"), found.pop("signature")
            if found or not isinstance(signature, str):
                raise ValueError("not an index")
            _refuse_newer(path, body)
            self.index = Index.model_validate_json(canonical.encode(body))
            self.message = bind("backup", canonical.encode(body))
            self.signature = unpack(signature)
            if not all(map(_NAME.fullmatch, self.index.files)):
                raise ValueError("not files of a study")
        except (ValidationError, ValueError, KeyError):
            why = "its list of contents is not as cati writes it"
            raise DamagedBackup(path, why) from None
        self.digest = sha256(self.message).hexdigest()
        """Stands for the whole content of the backup."""

    def check(self) -> None:
        """Hold every file against the index; raises DamagedBackup, UnreadableBackup."""
        self._walk(None)

    def extract(self, folder: Path) -> None:
        """Put every file into an existing folder, checking as `check` does.

        Raises:
            OSError: the folder cannot be written.
            DamagedBackup, UnreadableBackup: what was written so far is of no use.
        """
        self._walk(folder)

    def _walk(self, folder: Path | None) -> None:
        wanted = self.index.files
        with self._opened() as archive:
            members = {member.filename: member for member in archive.infolist()}
            if set(members) != {*wanted, INDEX}:
                raise DamagedBackup(self.path, "files are missing from it, or were added")
            for name, entry in sorted(wanted.items()):
                target = None if folder is None else folder / name
                size, digest = _copy(_chunks(archive, members[name]), target)
                if (size, digest) != (entry.size, entry.sha256):
                    raise DamagedBackup(self.path, f"{name} in it was altered")

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        ours: StoreError | None = None
        try:
            with _Limited(self.path) as file, zipfile.ZipFile(file) as archive:
                _require_plain(archive, file.size)
                yield archive
        except _Unwritable as error:
            raise error.original from None
        except OSError:
            ours = UnreadableBackup(self.path)
        except _FOREIGN:
            ours = DamagedBackup(self.path, "it is not a whole backup file")
        if ours is not None:
            raise ours


def write(path: Path, folder: Path, index: Index, signer: SigningSecret | None) -> None:
    """Write a backup of the files in `folder` that the index lists, and sync it.

    Args:
        path: must not exist.
        folder: holds the files; they are as the index says.
        index: what the backup says of itself.
        signer: of `index.made_by`.

    Raises:
        OSError: the caller removes what was written.
    """
    body = canonical.encode(index.model_dump(mode="json"))
    signature = b"" if signer is None else signer.sign(bind("backup", body))
    end = canonical.encode({"body": canonical.read_object(body), "signature": pack(signature)})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, entry in sorted(index.files.items()):
                with (
                    (folder / name).open("rb") as source,
                    archive.open(_member(name), "w", force_zip64=entry.size >= 1 << 31) as target,
                ):
                    while piece := source.read(CHUNK):
                        target.write(piece)
            archive.writestr(_member(INDEX), end)
        file.flush()
        os.fsync(file.fileno())


def describe_files(folder: Path) -> dict[str, FileEntry]:
    """Name, size and hash of every file under a folder that belongs into a backup."""
    found: dict[str, FileEntry] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and _NAME.fullmatch(name):
            with path.open("rb") as file:
                size, digest = _copy(iter(lambda: file.read(CHUNK), b""), None)
            found[name] = FileEntry(size=size, sha256=digest)
    return found


def belongs(name: str) -> bool:
    """Whether a path in a study folder is one that backups hold."""
    return _NAME.fullmatch(name) is not None


class _Unwritable(Exception):
    """Carries the error of the disk that is written past those of the file that is read."""

    def __init__(self, original: OSError) -> None:
        super().__init__()
        self.original = original


class _Limited(io.FileIO):
    """A file that refuses to be read in huge pieces."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self.size = os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self.size - self.tell() if size is None or size < 0 else size
        if wanted > LARGEST_READ:
            raise ValueError("a part is far too long")
        return super().read(max(0, wanted)) or b""


def _refuse_newer(path: Path, body: canonical.JSON) -> None:
    found = body.get("format") if isinstance(body, dict) else None
    if type(found) is int and found > FORMAT:
        raise NewerFormat(
            f"The backup {path.name} was written by a newer release of cati: update cati to use it."
        )


def _require_plain(archive: zipfile.ZipFile, size: int) -> None:
    """Raise ValueError unless the zip is of the plain kind written here."""
    members = archive.infolist()
    plain = all(
        member.compress_type == zipfile.ZIP_STORED
        and member.compress_size == member.file_size
        and not member.flag_bits & ~0x800
        and (member.filename == INDEX or _NAME.fullmatch(member.filename))
        for member in members
    )
    names = {member.filename for member in members}
    total = sum(member.file_size for member in members)
    if not plain or len(names) != len(members) or len(members) > MAX_FILES or total > size:
        raise ValueError("not a plain zip")
    if archive.getinfo(INDEX).file_size > MAX_INDEX:
        raise ValueError("the index is far too long")


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as source:
        while piece := source.read(CHUNK):
            yield piece


def _copy(pieces: Iterator[bytes], target: Path | None) -> tuple[int, str]:
    """Size and hash of what the pieces make; written and synced to `target` where one is given."""
    size, digest = 0, sha256()
    sink = None if target is None else _create(target)
    try:
        for piece in pieces:
            size += len(piece)
            digest.update(piece)
            if sink is not None:
                _write(sink, piece)
    finally:
        if sink is not None:
            sink.close()
    return size, digest.hexdigest()


def _create(target: Path) -> io.FileIO:
    try:
        target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        return io.FileIO(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise _Unwritable(error) from None


def _write(sink: io.FileIO, piece: bytes) -> None:
    try:
        rest = memoryview(piece)
        while rest:
            rest = rest[sink.write(rest) or 0 :]
    except OSError as error:
        raise _Unwritable(error) from None


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.create_system = 3
    member.external_attr = 0o600 << 16
    return member
