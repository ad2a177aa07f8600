"""Where a case is: here, on another computer, or come from one.

Whoever holds the newest token may write. A case that changes places takes the first token of the
next thousand thousands, so that all tokens given out at the place it left, and all that are still
given out there, stay below it.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlmodel import col

from store.databases.database import rows
from store.databases.tables import LeaseRow

STEP = 2**20


@dataclass(frozen=True)
class Whereabouts:
    """What the lease of a case says about places."""

    token: int
    away: str
    """Packet with which it went; empty while it is here. The packet that it came with, once it is
    known to be back where it came from."""
    came: str
    """Packet with which it came; empty where it was added."""


def find(connection: Connection, case_id: str) -> Whereabouts | None:
    """Where a case is; None when it has no lease here."""
    query = select(col(LeaseRow.token), col(LeaseRow.away), col(LeaseRow.came))
    found = rows(connection, query.where(col(LeaseRow.case_id) == case_id))
    return Whereabouts(*found[0]) if found else None


def every(connection: Connection) -> dict[str, Whereabouts]:
    """The same for all cases."""
    query = select(
        col(LeaseRow.case_id), col(LeaseRow.token), col(LeaseRow.away), col(LeaseRow.came)
    )
    return {row[0]: Whereabouts(*row[1:]) for row in rows(connection, query)}


def next_place(token: int) -> int:
    """The first token of the next place."""
    return (token // STEP + 1) * STEP


def fits(where: Whereabouts, ticket: str, token: int) -> bool:
    """Whether a case comes back under the ticket and the tokens that it went out with."""
    return where.away == ticket and where.token // STEP == token // STEP


def put(
    connection: Connection,
    case_id: str,
    token: int,
    *,
    away: str | None = None,
    came: str | None = None,
) -> None:
    """Free the lease of a case under a new token; `away` and `came` stay when they are None."""
    values: dict[str, str | int] = {
        "token": token,
        "holder": "",
        "boot": "",
        "pid": 0,
        "started": "",
        "since": "",
        "until": 0,
    }
    if away is not None:
        values["away"] = away
    if came is not None:
        values["came"] = came
    connection.execute(update(LeaseRow).where(col(LeaseRow.case_id) == case_id).values(**values))
