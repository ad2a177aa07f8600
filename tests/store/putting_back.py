"""One case put back to what it was, by somebody who writes the database past the program."""

from collections.abc import Iterable
from pathlib import Path

from tests.store.made import Made

OF_WORK = (
    ("event", "case_id"),
    ("grant", "case_id"),
    ("sealed", "case_id"),
    ("lease", "case_id"),
    ("case", "id"),
)
"""Tables with rows of a case, and the column that names it; without whom it is about."""
TABLES = (("identity", "case_id"), *OF_WORK)


def put_back(
    made: Made, older: Path, case_id: str, tables: Iterable[tuple[str, str]] = TABLES
) -> None:
    """The rows of a case as they were in an older database; the audit stays."""
    with made.sql() as sql:
        sql.execute("PRAGMA foreign_keys = OFF")
        sql.execute("ATTACH ? AS older", (str(older),))
        for table, column in tables:
            sql.execute(f'DELETE FROM main."{table}" WHERE {column} = ?', (case_id,))
            query = f'INSERT INTO main."{table}" SELECT * FROM older."{table}" WHERE {column} = ?'
            sql.execute(query, (case_id,))
