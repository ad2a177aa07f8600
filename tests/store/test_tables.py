"""The tables as the database has them: strict, and nothing stands there of a case without a row."""

from sqlalchemy import Connection, select
from sqlmodel import col

from store import open_study
from store.casework import lease
from store.databases.tables import LeaseRow
from store.moving import places
from store.record import audit
from tests.store.made import Made

OF_CASE = {"identity", "grant", "event", "sealed", "lease"}


def test_what_belongs_to_a_case_refers_to_its_row(made: Made) -> None:
    with made.sql() as sql:
        tables = sql.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        refer = {
            name: [
                (row[2], row[3], row[4])
                for row in sql.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
            ]
            for name, _ in tables
        }
    assert {name for name, found in refer.items() if found} == OF_CASE
    assert all(refer[name] == [("case", "case_id", "id")] for name in OF_CASE)
    assert [name for name, text in tables if not text.rstrip().endswith("STRICT")] == []


def test_a_case_that_nobody_holds_says_nothing_of_who_held_it(made: Made) -> None:
    case = made.begun
    study = open_study(made.folder)

    def row(connection: Connection) -> tuple[object, ...]:
        found = connection.execute(select(LeaseRow).where(col(LeaseRow.case_id) == case))
        return tuple(found.one())[2:]

    free = ("", "", 0, "", "", 0)
    try:
        with study.database.write() as connection:
            started = lease.newest(connection, case)
            token, dead = lease.take(connection, case, "1" * 32, "2026-11-22T09:30:00Z")
            assert (token, dead) == (started + 1, False)
            held = row(connection)
            assert held[0] == "1" * 32
            assert held[4] == "2026-11-22T09:30:00Z"
            assert lease.holds(connection, case, token)
            assert lease.renew(connection, case, token)
            assert not lease.holds(connection, case, token - 1)
            assert not lease.free(connection, case, token - 1)
            assert lease.free(connection, case, token)
            assert row(connection) == (*free, "", "")
            assert not lease.free(connection, case, token)
            assert not lease.renew(connection, case, token)
            assert not lease.end(connection, case)
            lease.take(connection, case, "1" * 32, "2026-11-22T09:30:00Z")
            assert lease.end(connection, case)
            assert row(connection) == (*free, "", "")
            assert lease.newest(connection, case) == token + 3
            places.put(connection, case, 7 * places.STEP, away="a", came="b")
            assert row(connection) == (*free, "a", "b")
            assert (lease.away(connection, case), lease.every_away(connection)) == (
                "a",
                frozenset({case}),
            )
            places.put(connection, case, 8 * places.STEP, away="")
            assert row(connection) == (*free, "", "b")
            where = places.find(connection, case)
            assert where == places.every(connection)[case]
            assert where == places.Whereabouts(8 * places.STEP, "", "b")
            assert places.find(connection, "0" * 32) is None
            assert lease.newest(connection, "0" * 32) == 0
    finally:
        study.close()
    assert places.next_place(8 * places.STEP - 1) == 8 * places.STEP
    assert places.next_place(8 * places.STEP) == 9 * places.STEP
    assert places.fits(places.Whereabouts(5, "a", ""), "a", places.STEP - 1)
    assert not places.fits(places.Whereabouts(5, "a", ""), "a", places.STEP)
    assert not places.fits(places.Whereabouts(5, "a", ""), "b", 5)


def test_a_long_audit_is_read_to_its_end(made: Made) -> None:
    with made.sql() as sql:
        (count,) = sql.execute("SELECT max(seq) FROM audit").fetchone()
        row = sql.execute("SELECT * FROM audit WHERE seq=?", (count,)).fetchone()
        values = ", ".join("?" * len(row))
        sql.execute("BEGIN")
        sql.executemany(
            f"INSERT INTO audit VALUES ({values})",
            [(seq, *row[1:]) for seq in range(count + 1, 2102)],
        )
        sql.execute("COMMIT")
    study = open_study(made.folder)
    try:
        with study.database.read() as connection:
            assert [one.seq for one in audit.entries(connection)] == list(range(1, 2102))
    finally:
        study.close()
