"""What the campaigns against the store share: a small study, cheap keys, printing, options."""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from pathlib import Path
from unittest import mock

from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.cursor import CursorResultMetaData
from sqlalchemy.util import LRUCache

from store.crypto.keys import PublicKeys
from store.databases import sqlite
from tests.store.made import Made, make
from tests.store.quick_keys import Known, remembered_keys

_KNOWN: Known = {}


def tell(text: str) -> None:
    """Print a line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def cheap_keys() -> Iterator[None]:
    """Remember what the real key derivation gave for the same file and passphrase.

    A fifth of a second each, and a campaign unlocks thousands of times. The tables of an empty
    database are remembered as well, and the text of each statement: SQLAlchemy puts it together
    once for each database that is opened, which took a third of the time. So is what came of
    checking a signature, a question that has one answer; and rows, which the store reads by their
    places, are not prepared for being read by the columns of a statement.
    """
    with (
        remembered_keys(_KNOWN),
        mock.patch.object(sqlite, "expected_schema", _expected_schema),
        mock.patch.object(sqlite, "_engine", _with_known_statements),
        # Statements are remembered by dialect, and each database has one of its own, all alike.
        mock.patch.object(
            SQLiteDialect_pysqlite, "__eq__", lambda one, two: type(one) is type(two)
        ),
        mock.patch.object(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one))),
        mock.patch.object(CursorResultMetaData, "_adapt_to_context", lambda one, _: one),
        mock.patch.object(PublicKeys, "verifier", property(_known_verifier)),
    ):
        yield


_expected_schema = cache(sqlite.expected_schema)
_engine = sqlite._engine
_statements = LRUCache[object, object](2000)


def _known_verifier(keys: PublicKeys) -> Callable[[bytes, bytes], bool]:
    return partial(_signed, keys.signing)


@lru_cache(100_000)
def _signed(signing: bytes, signature: bytes, message: bytes) -> bool:
    return bool(_verifier(PublicKeys(b"", signing))(signature, message))


_verifier = vars(PublicKeys)["verifier"].fget


def _with_known_statements(path: Path) -> Engine:
    engine = _engine(path)
    vars(engine)["_compiled_cache"] = _statements
    return engine


@cache
def _original() -> tuple[tempfile.TemporaryDirectory[str], Made]:
    folder = tempfile.TemporaryDirectory()
    return folder, make(Path(folder.name) / "study")


def a_study(folder: Path) -> Made:
    """The study of the store's tests; made once in a process and copied."""
    return _original()[1].copy(folder)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder for a while, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def options(doc: str | None, size: int, **flags: str) -> argparse.Namespace:
    """The arguments of a campaign: `--size`, `--seed`, `--control` and its own flags."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=size)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="plant the fault; must be noticed")
    for name, said in flags.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=said)
    return parser.parse_args()
