"""Files kept to save time, and for nothing else: what is not there, or not whole, is made anew."""

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

Made = TypeVar("Made")

ABANDONED_AFTER: Final = 3600
"""Seconds after which a file that is still being written has been given up by its writer."""

_DIGEST: Final = hashlib.sha256().digest_size * 2


class CacheError(Exception):
    """This is not what was kept."""


class Shelf:
    """The files of one kind in a folder, by key; those used longest ago go first.

    A file is the SHA-256 in hex of its key and its body, a line break, and the body. So one that is
    torn, altered or another's is noticed. Files are written beside their place and then moved
    there, so that two programs can keep the same thing at once. Nothing here raises when the folder
    cannot be read or written: that costs time and nothing else.

    The digest tells damage, and not who wrote a file. So a folder or file that belongs to somebody
    else, or that others can write to, is not used: nothing is read from it and nothing kept there.
    """

    def __init__(self, folder: Path, suffix: str, most: int) -> None:
        self.folder = folder
        self.suffix = suffix
        """Of the names of the files, such as `.json`."""
        self.most = most
        """How many files are kept."""

    def take(self, key: str, make: Callable[[bytes], Made]) -> Made | None:
        """What `make` makes of the body kept under a key; None when there is none that is sound.

        `make` raises CacheError for a body that it did not write; the file is then removed.
        """
        place = self.place(key)
        try:
            content = self._content(place)
        except OSError:
            return None
        if content is None:
            return None
        with suppress(OSError):
            os.utime(place)
        try:
            return make(unsealed(key, content))
        except CacheError:
            self.drop(key)
            return None

    def put(self, key: str, body: bytes) -> None:
        """Keep a body under a key."""
        part = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours(self.folder.stat()):
                return
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
                part = Path(file.name)
                file.write(sealed(key, body))
            part.replace(self.place(key))
            self._tidy()
        except OSError:
            if part is not None:
                with suppress(OSError):
                    part.unlink()

    def drop(self, key: str) -> None:
        """Keep nothing under a key any longer."""
        with suppress(OSError):
            self.place(key).unlink()

    def place(self, key: str) -> Path:
        """The file of a key."""
        return self.folder / f"{key}{self.suffix}"

    def _content(self, place: Path) -> bytes | None:
        """What is in a file; None when somebody else could have put it there."""
        if not _is_ours(self.folder.stat()):
            return None
        with place.open("rb") as file:
            return file.read() if _is_ours(os.fstat(file.fileno())) else None

    def _tidy(self) -> None:
        by_age = sorted((_changed(path), path) for path in self.folder.glob(f"*{self.suffix}"))
        for _, path in by_age[: -self.most]:
            path.unlink(missing_ok=True)
        for path in self.folder.glob("*.part"):
            if _changed(path) < time.time() - ABANDONED_AFTER:
                path.unlink(missing_ok=True)


def sealed(key: str, body: bytes) -> bytes:
    """A body as it stands in a file."""
    return _digest(key, body) + b"\n" + body


def unsealed(key: str, content: bytes) -> bytes:
    """The body in a file; CacheError when it is not whole or belongs to another key."""
    body = content[_DIGEST + 1 :]
    if content[: _DIGEST + 1] != _digest(key, body) + b"\n":
        raise CacheError("damaged")
    return body


def code_of(folders: Iterable[Path]) -> str:
    """SHA-256 over the code in some folders: names and contents of its files.

    What was kept by other code is of no use. Sizes and times would not do: packages are built with
    the same time for every file.
    """
    parts = sorted(
        f"{folder.name}/{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for folder in folders
        for path in folder.iterdir()
        if path.suffix in (".py", ".lark")
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _digest(key: str, body: bytes) -> bytes:
    digest = hashlib.sha256(f"{key}\n".encode())
    digest.update(body)
    return digest.hexdigest().encode()


def _is_ours(there: os.stat_result) -> bool:
    """Whether a folder or file is this person's and nobody else can write to it.

    Where the system has no such owners and modes, its own rights have to do.
    """
    if not hasattr(os, "geteuid"):
        return True
    return there.st_uid == os.geteuid() and not there.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _changed(path: Path) -> float:
    """When a file was last used; 0 for one that is gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
