"""Reading a long table by its key, a page at a time.

In a damaged table a row behind a key can have a smaller key than that, by one changed bit. Whoever
asks for what comes behind the last row would then be given the same rows again, without end. So
keys that do not ascend count as damage, as values of the wrong type do.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select
from sqlalchemy.orm import Mapped

from store.databases.database import damaged, rows

Key = TypeVar("Key", int, str)


def pages(
    connection: Connection, query: Select[*tuple[Any, ...]], key: Mapped[Key], after: Key
) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """The rows behind a key, page by page, until there are no more.

    Args:
        connection: in a transaction.
        query: with its limit, ordered by the key, which is its first column.
        key: the column.
        after: what the keys of all rows are greater than.

    Raises:
        DamagedStudy: they are not, or do not ascend.
    """
    while page := rows(connection, query.where(key > after)):
        require_ascending(connection, (row[0] for row in page), after)
        yield page
        after = page[-1][0]


def require_ascending(connection: Connection, keys: Iterable[Key], after: Key) -> None:
    """Refuse keys of which one is no greater than the one before it; raises DamagedStudy."""
    for key in keys:
        if key <= after:
            raise damaged(connection)
        after = key
