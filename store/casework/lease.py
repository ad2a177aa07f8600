"""One program at a time writes a case.

Taking a case raises its token; every write checks the token in the same transaction, so a program
that slept while another took over is refused. On SQLite all programs are on one computer, and a
holder whose program no longer runs is replaced. On a server a hold ends by the server's clock
unless it is renewed; there too a holder is replaced at once if its program ran on this computer and
no longer does.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, literal, select, update
from sqlmodel import col

from store.crypto.keys import Unopenable
from store.databases.database import rows
from store.databases.processes import Process, is_running, this_process
from store.databases.tables import CaseRow, LeaseRow
from store.errors import CaseAway

LASTS = 120
"""Seconds for which a hold on a server lasts when it is not renewed."""
HEARTBEAT = 30
"""Seconds after which a program should renew it."""


class Held(Exception):
    """A running program holds the case."""

    def __init__(self, holder: str, since: str) -> None:
        super().__init__()
        self.holder = holder
        self.since = since


_HERE: set[tuple[str, int]] = set()
"""Case and token of every lease that this program holds, over all open studies."""

_COLUMNS = (
    col(LeaseRow.token),
    col(LeaseRow.holder),
    col(LeaseRow.boot),
    col(LeaseRow.pid),
    col(LeaseRow.started),
    col(LeaseRow.since),
    col(LeaseRow.until),
)


def take(connection: Connection, case_id: str, person: str, since: str) -> tuple[int, bool]:
    """Take a case for a person.

    Returns:
        The token, and whether the case was taken from a program that ended without giving it back.

    Raises:
        Held: someone else has it.
        CaseAway: it is on another computer.
        Unopenable: the case has no lease, which every case gets when it is added.
    """
    if away(connection, case_id):
        raise CaseAway(case_id[:8])
    now = _server_seconds(connection)
    query = select(*_COLUMNS, _number(now)).where(col(LeaseRow.case_id) == case_id)
    found = rows(connection, query)
    if not found:
        raise Unopenable
    token, holder, boot, pid, started, held_since, until, at = found[0]
    me = this_process()
    if holder and _is_alive(Process(boot, pid, started), (case_id, token), until, at):
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
            until=0 if now is None else now + LASTS,
        )
    )
    return token + 1, bool(holder)


def first_free(connection: Connection, among: Sequence[str], person: str) -> str | None:
    """The first of these cases of a person that can be opened and nobody holds, or None.

    On a server its row stays locked until the transaction ends, and rows that others have locked
    are passed over.
    """
    query = select(col(LeaseRow.case_id), *_COLUMNS, _number(_server_seconds(connection)))
    query = query.where(
        col(LeaseRow.case_id).in_(among),
        col(LeaseRow.away) == "",
        col(CaseRow.id) == col(LeaseRow.case_id),
        col(CaseRow.state).in_(("fresh", "open")),
        col(CaseRow.assignee) == person,
    ).with_for_update(skip_locked=True, of=LeaseRow)
    held = {
        case_id: bool(holder)
        and _is_alive(Process(boot, pid, started), (case_id, token), until, at)
        for case_id, token, holder, boot, pid, started, _, until, at in rows(connection, query)
    }
    return next((case_id for case_id in among if held.get(case_id) is False), None)


@contextlib.contextmanager
def remembering() -> Iterator[Callable[[str, int], None]]:
    """Around a transaction that takes a case: what it is given is held here, unless it fails.

    Remembered before the commit, so that no other thread takes the holder for dead in between.
    """
    taken: list[tuple[str, int]] = []

    def remember(case_id: str, token: int) -> None:
        taken.append((case_id, token))
        _HERE.add((case_id, token))

    try:
        yield remember
    except BaseException:
        _HERE.difference_update(taken)
        raise


def forget(case_id: str, token: int) -> None:
    """This program no longer writes the case, whatever the database says."""
    _HERE.discard((case_id, token))


def renew(connection: Connection, case_id: str, token: int) -> bool:
    """Let a hold on a server last from now on; False when it is no longer held under this token."""
    now = _server_seconds(connection)
    if now is None:
        return holds(connection, case_id, token)
    done = connection.execute(
        update(LeaseRow)
        .where(
            col(LeaseRow.case_id) == case_id,
            col(LeaseRow.token) == token,
            col(LeaseRow.holder) != "",
        )
        .values(until=now + LASTS)
    )
    return done.rowcount == 1


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


def every_away(connection: Connection) -> frozenset[str]:
    """Ids of the cases that are on another computer."""
    found = rows(connection, select(col(LeaseRow.case_id)).where(col(LeaseRow.away) != ""))
    return frozenset(row[0] for row in found)


def holds(connection: Connection, case_id: str, token: int) -> bool:
    """Whether the token is still the newest, and the case still held."""
    found = rows(
        connection,
        select(col(LeaseRow.token), col(LeaseRow.holder)).where(col(LeaseRow.case_id) == case_id),
    )
    return bool(found) and found[0][0] == token and found[0][1] != ""


def newest(connection: Connection, case_id: str) -> int:
    """The newest token of a case, whether or not it is held; 0 for one without a lease."""
    query = select(col(LeaseRow.token)).where(col(LeaseRow.case_id) == case_id)
    found = rows(connection, query)
    return found[0][0] if found else 0


def _is_alive(holder: Process, held: tuple[str, int], until: int, at: int) -> bool:
    """Whether a holder has to be reckoned with; `until` and `at` are 0 where there is no server."""
    if until < at:
        return False
    me = this_process()
    if holder == me:
        return held in _HERE
    # Of a program on another computer a server can only say when its hold ends.
    return is_running(holder) or (at > 0 and holder.boot != me.boot)


def _server_seconds(connection: Connection) -> ColumnElement[int] | None:
    """Unix time by the server's clock, as part of a statement; None where there is no server."""
    if connection.dialect.name == "sqlite":
        return None
    return cast(func.extract("epoch", func.clock_timestamp()), BigInteger)


def _number(seconds: ColumnElement[int] | None) -> ColumnElement[int]:
    return (literal(0, BigInteger) if seconds is None else seconds).label("now")
