"""Types of columns that mean the same on SQLite and on a server.

On PostgreSQL a whole number takes eight bytes and a text is compared by code point, whatever the
server's language; on SQLite both are so anyway, and the schema reads as it always did.
"""

from typing import Any

import sqlalchemy
from sqlalchemy.ext.compiler import compiles


class Integer(sqlalchemy.BigInteger):
    """A whole number of 64 bits."""


class Text(sqlalchemy.Text):
    """A text compared by code point."""


@compiles(Integer, "sqlite")
def _integer_of_sqlite(*_: Any, **__: Any) -> str:
    return "INTEGER"


@compiles(Text, "postgresql")
def _text_of_a_server(*_: Any, **__: Any) -> str:
    return 'TEXT COLLATE "C"'
