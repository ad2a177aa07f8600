"""Migrations: how a database of an earlier format becomes one of this format.

Numbered, forward only. Each is a fixed list of statements, kept for ever as it was released, that
runs in one transaction of the caller. `upgrading` runs them on a study's `study.db`; on a server
whoever owns the schema runs `run` in a transaction of theirs under an advisory lock.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from store.databases.tables import SCHEMA_VERSION
from store.migrations import format_2


@dataclass(frozen=True)
class Migration:
    """The way to one format from the one before it."""

    to: int
    sqlite: tuple[str, ...]
    """Statements for SQLite, in order."""
    postgres: tuple[str, ...]
    """Statements for PostgreSQL, in order; there were no servers before format 2."""


MIGRATIONS = (Migration(to=2, sqlite=format_2.SQLITE, postgres=()),)
"""Oldest first; the format that they begin from is 1."""


def current() -> int:
    """The format that this release writes."""
    return SCHEMA_VERSION


def needed(version: int) -> tuple[Migration, ...]:
    """The migrations that a database of this format still needs, in order; none when it is current.

    Raises:
        ValueError: not a format that was ever released.
    """
    if not 1 <= version <= current():
        raise ValueError("no format of this release or an earlier one")
    return tuple(one for one in MIGRATIONS if one.to > version)


def run(connection: Connection, version: int) -> None:
    """Bring a database from a format to the current one, inside the caller's transaction.

    Marking the new format is part of it on SQLite (`user_version`); on a server it is the caller's.
    """
    sqlite = connection.dialect.name == "sqlite"
    for migration in needed(version):
        for statement in migration.sqlite if sqlite else migration.postgres:
            connection.exec_driver_sql(statement)
    if sqlite:
        connection.exec_driver_sql(f"PRAGMA user_version = {current()}")
