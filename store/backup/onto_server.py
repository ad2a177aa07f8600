"""A restored study onto a PostgreSQL server: all rows in one transaction, read back before it ends.

The study is restored into a file first, where it is put right and verified; then its rows go into a
new database of the server, and its folder names that database in the place of the file.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select
from sqlmodel import SQLModel

from store.databases import server
from store.databases.server import Place
from store.databases.sqlite import FILE_NAME as DATABASE
from store.databases.sqlite import SqliteDatabase
from store.databases.tables import TABLES, FileRow
from store.errors import StoreError
from store.files import file_errors
from store.study import INSTRUMENTS
from store.trust import manifest, mirror

_ROWS = 500


def require_new(at: Place) -> None:
    """Raise StudyInPlace, or what else is wrong, unless a database on a server is empty."""
    from store.databases.postgres_setup import require_empty

    require_empty(at)


def move(folder: Path, at: Place) -> None:
    """Put the database of a study folder, which nobody else uses, onto a server.

    Args:
        folder: with `study.db`; afterwards it names the server.
        at: an empty database.

    Raises:
        StudyInPlace: the database holds something.
        StoreError: nothing was left on the server.
    """
    from store.databases.postgres_setup import new_database

    source = SqliteDatabase(folder / DATABASE)
    try:
        with source.read() as here, new_database(at) as there:
            for table in _tables():
                for page in here.execute(select(table)).mappings().partitions(_ROWS):
                    there.execute(insert(table), [dict(row) for row in page])
            for path, content in _common(folder):
                mirror.keep(there, path, content)
            _require_same(here, there)
    finally:
        source.close()
    with file_errors(str(folder)):
        for file in folder.glob(f"{DATABASE}*"):
            file.unlink()
    server.name(folder, at)


def unverified(at: Place) -> StoreError:
    """What is told where the server's copy does not open as the file did."""
    return StoreError(
        f"The study does not verify in the database {at}, so it was not restored there: have that "
        "database dropped, and a new one made, before you repeat."
    )


def _tables() -> Iterator[Table]:
    for model in TABLES:
        if model is not FileRow:
            yield SQLModel.metadata.tables[str(model.__tablename__)]


def _common(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of the files that every folder of the study has."""
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        is_common = path.parts[0] in (INSTRUMENTS, "notices") or str(path) == manifest.FILE_NAME
        if is_common and file.is_file() and not file.is_symlink():
            yield path.as_posix(), file.read_bytes()


def _require_same(here: Connection, there: Connection) -> None:
    """Hold what the server gives back against what was given, value by value."""
    for table in _tables():
        query = select(table).order_by(*table.primary_key)
        if list(here.execute(query)) != list(there.execute(query)):
            raise StoreError(
                "The server does not give back what was put there: nothing was left on it; tell "
                "whoever runs it."
            )
