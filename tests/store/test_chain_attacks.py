"""What is put back or altered by people without keys, or with those of somebody who was removed.

Each attack has its control: the honest way to the same place works.
"""

import contextlib
import shutil
from pathlib import Path

import pytest

from store import DamagedCase, audit, chain, open_study
from store.audit import Deed
from tests.store.made import DOCUMENT, Made, answer


class _Undone(Exception):
    """Ends a transaction so that nothing of it remains."""


TABLES = (
    ("event", "case_id"),
    ("grant", "case_id"),
    ("sealed", "case_id"),
    ("lease", "case_id"),
    ("case", "id"),
)


def put_back(made: Made, older: Path, case_id: str) -> None:
    """Make every row of a case what it was; leave the audit."""
    with made.sql() as sql:
        sql.execute("PRAGMA foreign_keys = OFF")
        sql.execute("ATTACH ? AS older", (str(older),))
        for table, column in TABLES:
            sql.execute(f'DELETE FROM main."{table}" WHERE {column} = ?', (case_id,))
            query = f'INSERT INTO main."{table}" SELECT * FROM older."{table}" WHERE {column} = ?'
            sql.execute(query, (case_id,))


@pytest.mark.parametrize("altered", [True, False])
def test_notes_taken_out_of_the_middle_leave_a_case_closed(
    made: Made, tmp_path: Path, altered: bool
) -> None:
    """Without a key: rows of then, and its notes since blanked; the audit goes on behind them."""
    older = Path(shutil.copy(made.folder / "study.db", tmp_path / "older.db"))
    with made.sql() as sql:
        (last,) = sql.execute("SELECT max(seq) FROM audit").fetchone()
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        case.append(answer(9))
        case.release()
        ina.open_case(made.other).release()
    if altered:
        put_back(made, older, made.begun)
        with made.sql() as sql:
            blank = "UPDATE audit SET object = '' WHERE seq > ? AND object LIKE ?"
            assert sql.execute(blank, (last, f"{made.begun} journal %")).rowcount == 2
    with made.unlocked("ina", "dan") as (ina, dan):
        if altered:
            with pytest.raises(DamagedCase):
                ina.open_case(made.begun)
            assert dan.verify().problems
        else:
            ina.open_case(made.begun).submit(DOCUMENT)
            assert dan.verify().problems == ()
        ina.open_case(made.other).release()  # what is noted behind the damage goes on


def test_the_notes_of_a_person_hold_for_all_that_stood_before_them(made: Made) -> None:
    """Whoever alters an entry and every hash behind it would need the others' signatures."""
    with made.unlocked("ina") as (ina,):
        body = ina.study.body
        with ina.study.database.read() as connection:
            assert chain.cover(connection, body).doubtful == 0
            whole = list(audit.entries(connection))
    with made.sql() as sql:
        previous = whole[5].hash
        for entry in whole[6:]:
            about = "" if entry.seq == 7 else entry.object
            fields = (entry.seq, entry.at, entry.actor, entry.action, about, entry.second)
            previous = chain.digest(body, previous, *fields)
            rewrite = "UPDATE audit SET object = ?, hash = ? WHERE seq = ?"
            sql.execute(rewrite, (about, previous, entry.seq))
    study = open_study(made.folder)
    with study.database.read() as connection:
        assert chain.cover(connection, body).doubtful == whole[-1].seq
    study.close()


def test_a_walk_over_what_was_then_undone_is_begun_anew(made: Made) -> None:

    with made.unlocked("ina") as (ina,):
        study, body = ina.study, ina.study.body
        with study.database.read() as connection:
            before = chain.cover(connection, body).number
        with contextlib.suppress(_Undone), study.database.write() as connection:
            signing, now = ina.keys.signing, study.now()
            audit.record(connection, body, ina.entry.id, signing, Deed.CASE_READ, "", now)
            assert chain.cover(connection, body).number == before + 1
            raise _Undone
        case = ina.open_case(made.begun)
        case.append(answer(9))
        case.release()
        with study.database.read() as connection:
            walked = chain.cover(connection, body)
            assert (walked.number, walked.doubtful) == (before + 2, 0)
