"""The study that the tests copy, on a PostgreSQL server instead of in a file."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any, cast

import psycopg

from store.backup import onto_server
from store.databases import server
from store.databases.server import Place
from tests.store.postgres_server import Server


def database_of(folder: Path) -> str:
    """Name of the database that a study's folder names."""
    at = server.named(folder)
    assert at is not None
    return at.database


def move_to_server(folder: Path, target: Path, running: Server) -> None:
    """The same study in another folder, with its rows on a server."""
    copytree(folder, target)
    onto_server.move(target, server.place(running.url(running.new_database())))


def clone(folder: Path, target: Path, running: Server) -> None:
    """A copy of a study on a server: folder and database."""
    copytree(folder, target)
    at = server.named(folder)
    assert at is not None
    server.name(target, replace(at, database=running.new_database(at.database)))


_DIALECT = (
    (r'(?<!")\b(grant)\b(?!")', r'"\1"'),
    (r"(?<!:):([a-z]+)\b", r"%(\1)s"),
    (r"x'([0-9a-f]*)'", r"'\\x\1'::bytea"),
    (r"randomblob\((\d+)\)", r"decode(repeat('5a', \1), 'hex')"),
)


class ServerSql:
    """A superuser's view of a study's database, spoken to as SQLite is in the tests."""

    def __init__(self, at: Place) -> None:
        self._connection = psycopg.connect(at.url, autocommit=True)
        # As on SQLite without foreign keys: who attacks does not keep to them.
        self._connection.execute("SET session_replication_role = replica")
        self.total_changes = 0

    def execute(
        self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> psycopg.Cursor[Any]:
        """Run a statement as SQLite writes it."""
        if statement.startswith("PRAGMA"):
            statement = "SELECT 1"
        text = statement.replace("%", "%%").replace("?", "%s")
        for ours, theirs in _DIALECT:
            text = re.sub(ours, theirs, text)
        done = self._connection.execute(text.encode(), parameters or None)
        if not statement.startswith("SELECT"):
            self.total_changes += done.rowcount
        return done

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def sql_of(folder: Path) -> sqlite3.Connection | None:
    """The database of a study on a server; None when it is in a file."""
    at = server.named(folder)
    return None if at is None else cast(sqlite3.Connection, ServerSql(at))
