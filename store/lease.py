"""One program at a time writes a case.

Taking a case raises its token; every write checks the token in the same transaction, so a program
that slept while another took over is refused. A holder whose program no longer runs is replaced.
"""

from sqlalchemy import Connection, select, update
from sqlmodel import col

from store.database import rows
from store.keys import Unopenable
from store.processes import Process, is_running, this_process
from store.tables import LeaseRow


class Held(Exception):
    """A running program holds the case."""

    def __init__(self, holder: str, since: str) -> None:
        super().__init__()
        self.holder = holder
        self.since = since


_HERE: set[tuple[str, int]] = set()
"""Case and token of every lease that this program holds, over all open studies."""


def take(connection: Connection, case_id: str, person: str, since: str) -> tuple[int, bool]:
    """Take a case for a person.

    Returns:
        The token, and whether the case was taken from a program that ended without giving it back.

    Raises:
        Held: someone else has it.
        Unopenable: the case has no lease, which every case gets when it is added.
    """
    found = rows(
        connection,
        select(
            col(LeaseRow.token),
            col(LeaseRow.holder),
            col(LeaseRow.boot),
            col(LeaseRow.pid),
            col(LeaseRow.started),
            col(LeaseRow.since),
        ).where(col(LeaseRow.case_id) == case_id),
    )
    if not found:
        raise Unopenable
    token, holder, boot, pid, started, held_since = found[0]
    me = this_process()
    if holder and _is_alive(Process(boot, pid, started), me, case_id, token):
        raise Held(holder, held_since)
    connection.execute(
        update(LeaseRow)
        .where(col(LeaseRow.case_id) == case_id)
        .values(
            token=token + 1,
            holder=person,
            boot=me.boot,
            pid=me.pid,
            started=me.started,
            since=since,
            until=0,
            away="",
        )
    )
    return token + 1, bool(holder)


def remember(case_id: str, token: int) -> None:
    """This program writes the case; to be called once the taking is committed."""
    _HERE.add((case_id, token))


def forget(case_id: str, token: int) -> None:
    """This program no longer writes the case, whatever the database says."""
    _HERE.discard((case_id, token))


def free(connection: Connection, case_id: str, token: int) -> bool:
    """Give a case back; False when it is no longer held under this token."""
    done = connection.execute(
        update(LeaseRow)
        .where(
            col(LeaseRow.case_id) == case_id,
            col(LeaseRow.token) == token,
            col(LeaseRow.holder) != "",
        )
        .values(holder="", boot="", pid=0, started="", since="", until=0)
    )
    return done.rowcount == 1


def end(connection: Connection, case_id: str) -> bool:
    """Fence off whoever holds a case, or nobody; whether it was held."""
    held = (col(LeaseRow.case_id) == case_id, col(LeaseRow.holder) != "")
    was_held = bool(rows(connection, select(col(LeaseRow.token)).where(*held)))
    connection.execute(
        update(LeaseRow)
        .where(col(LeaseRow.case_id) == case_id)
        .values(
            token=col(LeaseRow.token) + 1,
            holder="",
            boot="",
            pid=0,
            started="",
            since="",
            until=0,
        )
    )
    return was_held


def away(connection: Connection, case_id: str) -> str:
    """Id of the packet with which a case went to another computer; empty while it is here."""
    query = select(col(LeaseRow.away)).where(col(LeaseRow.case_id) == case_id)
    found = rows(connection, query)
    return found[0][0] if found else ""


def holds(connection: Connection, case_id: str, token: int) -> bool:
    """Whether the token is still the newest, and the case still held."""
    found = rows(
        connection,
        select(col(LeaseRow.token), col(LeaseRow.holder)).where(col(LeaseRow.case_id) == case_id),
    )
    return bool(found) and found[0][0] == token and found[0][1] != ""


def _is_alive(holder: Process, me: Process, case_id: str, token: int) -> bool:
    if holder == me:
        return (case_id, token) in _HERE
    return is_running(holder)
