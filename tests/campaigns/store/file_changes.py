"""What is done to the files of a study: bits flipped, files cut off, pages put elsewhere."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

PAGE = 512
"""Bytes of a page of the database."""
Change: TypeAlias = tuple[str, bytes]
"""What was done, and what became of the bytes."""


@dataclass(frozen=True)
class Target:
    """Bytes that are changed, and how to put others in their place."""

    name: str
    content: bytes
    put: Callable[[bytes], None]


def file_target(path: Path) -> Target:
    """A whole file."""
    return Target(path.name, path.read_bytes(), lambda data: _put(path, data))


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def fitting_key_file(path: Path) -> Target:
    """A key file whose checksum is made to fit, as someone would who means it."""
    lines = path.read_bytes().split(b"\n")
    body = b"\n".join(lines[:2]) + b"\n"

    def put(data: bytes) -> None:
        path.write_bytes(data + hashlib.sha256(data).hexdigest().encode() + b"\n")

    return Target(f"{path.name}, checksum made to fit", body, put)


def sealed_target(folder: Path) -> Target:
    """Key and envelope of the sealed case, as they stand in their row."""
    sql = sqlite3.connect(folder / "study.db")
    wrap, envelope = sql.execute("SELECT wrap, envelope FROM sealed").fetchone()
    sql.close()

    def put(data: bytes) -> None:
        sql = sqlite3.connect(folder / "study.db")
        sql.execute("UPDATE sealed SET wrap=?, envelope=?", (data[: len(wrap)], data[len(wrap) :]))
        sql.commit()
        sql.close()

    return Target("sealed case", wrap + envelope, put)


def flips(content: bytes, size: int, *, all_bits: bool) -> Iterator[Change]:
    """One bit of each byte flipped, which one going around; or all eight."""
    for at in _spread(len(content), size):
        for bit in range(8) if all_bits else (at * 5 % 8,):
            changed = bytearray(content)
            changed[at] ^= 1 << bit
            yield f"byte {at} bit {bit}", bytes(changed)


def cuts(content: bytes, size: int) -> Iterator[Change]:
    """Cut off at each length, and made longer."""
    for length in _spread(len(content), size):
        yield f"cut at {length}", content[:length]
    for more in (b"\0", bytes(PAGE), b"\xff" * PAGE, content):
        yield f"{len(more)} bytes more", content + more


def pages(content: bytes, size: int, chance: Random) -> Iterator[Change]:
    """Pages zeroed, put in the place of others, and swapped."""
    count = len(content) // PAGE
    for page in _spread(count, size):
        yield f"page {page} zeroed", _with_page(content, page, bytes(PAGE))
        other = chance.randrange(count - 1)
        other += other >= page
        here, there = _page(content, page), _page(content, other)
        doubled = _with_page(content, other, here)
        yield f"page {page} also at {other}", doubled
        yield f"pages {page} and {other} swapped", _with_page(doubled, page, there)


def _page(content: bytes, number: int) -> bytes:
    return content[number * PAGE : (number + 1) * PAGE]


def _with_page(content: bytes, number: int, page: bytes) -> bytes:
    return content[: number * PAGE] + page + content[(number + 1) * PAGE :]


def _spread(count: int, size: int) -> list[int]:
    """At most `size` of `count` places, evenly."""
    size = min(size, count)
    return sorted({index * count // size for index in range(size)})
