"""One case put back to an earlier state, by someone who kept an older copy of the database.

The rows of then fit one another; only the audit, which went on, remembers what is missing.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import Access, DamagedCase, StoreError
from store.casework.progress import note, place_of
from store.clock import utc_now
from store.errors import AuditAltered
from store.record.audit import Deed
from tests.store.independent_reader import Reader
from tests.store.made import DOCUMENT, Made, answer, passphrase

PUT_BACK = "put back to an earlier state"


@pytest.fixture
def older(made: Made, tmp_path: Path) -> Path:
    """The database as it was when the begun case had eight events and was released."""
    return Path(shutil.copy(made.folder / "study.db", tmp_path / "older.db"))


def put_back(made: Made, older: Path) -> None:
    """Make every row of the begun case what it was; leave the audit."""
    with made.sql() as sql:
        sql.execute("PRAGMA foreign_keys = OFF")
        sql.execute("ATTACH ? AS older", (str(older),))
        for table, column in (
            ("event", "case_id"),
            ("grant", "case_id"),
            ("sealed", "case_id"),
            ("lease", "case_id"),
            ("case", "id"),
        ):
            of_case = f"WHERE {column} = '{made.begun}'"
            sql.execute(f'DELETE FROM main."{table}" {of_case}')
            sql.execute(f'INSERT INTO main."{table}" SELECT * FROM older."{table}" {of_case}')


def go_on(ina: Access, made: Made) -> None:
    """One more sitting with two more events."""
    case = ina.open_case(made.begun)
    count = len(case.events)
    case.append(answer(count + 1))
    case.append(answer(count + 2))
    case.release()


def problems(made: Made, name: str) -> list[str]:
    """What this person is told about the begun case."""
    with made.unlocked(name) as (person,):
        return [line for line in person.verify().problems if made.begun[:8] in line]


def test_control_a_case_that_only_went_on_is_sound(made: Made, older: Path) -> None:
    for _ in range(2):
        with made.unlocked("ina") as (ina,):
            go_on(ina, made)
    assert problems(made, "dan") == problems(made, "ina") == problems(made, "sue") == []
    put_back(made, Path(shutil.copy(made.folder / "study.db", older)))
    assert problems(made, "dan") == []


def test_a_released_case_put_back_is_noticed_with_and_without_its_key(
    made: Made, older: Path
) -> None:
    with made.unlocked("ina") as (ina,):
        go_on(ina, made)
    put_back(made, older)
    for name in ("dan", "ina", "ivo", "sue", "ada"):
        (line,) = problems(made, name)
        assert PUT_BACK in line
    with made.unlocked("ina") as (ina,), pytest.raises(DamagedCase):
        ina.open_case(made.begun)
    with pytest.raises(AssertionError):
        list(Reader(made.folder, "dan", passphrase("dan")).cases())


def test_a_case_put_back_to_before_the_sitting_that_never_ended_is_noticed(
    made: Made, older: Path
) -> None:
    with made.unlocked("ina") as (ina,):
        go_on(ina, made)
        case = ina.open_case(made.begun)
        case.append(answer(11))
        assert problems(made, "dan") == []  # a case in someone's hands has gone on, and may
        put_back(made, older)
        (line,) = problems(made, "dan")
        assert PUT_BACK in line
        with pytest.raises(StoreError):
            case.append(answer(12))
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)


def test_limit_within_a_sitting_that_never_ended_the_audit_knows_only_its_beginning(
    made: Made, older: Path
) -> None:
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.begun).append(answer(9))
        put_back(made, older)
        assert problems(made, "dan") == []


def test_releasing_does_not_vouch_for_what_was_put_back_meanwhile(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        during = Path(shutil.copy(made.folder / "study.db", made.folder.parent / "during.db"))
        case.append(answer(9))
        put_back(made, during)
        case.release()
    (line,) = problems(made, "sue")
    assert PUT_BACK in line


def test_a_submitted_case_put_back_is_noticed(made: Made, older: Path) -> None:
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.begun).submit(DOCUMENT)
    assert problems(made, "dan") == []
    put_back(made, older)
    assert problems(made, "dan") != []
    assert problems(made, "sue") != []
    with made.unlocked("ina") as (ina,), pytest.raises(DamagedCase):
        ina.open_case(made.begun)


def test_the_same_sealed_case_of_a_shorter_journal_is_noticed(made: Made, older: Path) -> None:
    """The interviewer submits an older state from a copy; who puts that in place is found out."""
    copy = made.copy(made.folder.parent / "copy")
    with copy.unlocked("ina") as (ina,):
        ina.open_case(made.begun).submit({"answers": {}})
    with made.unlocked("ina") as (ina,):
        go_on(ina, made)
        ina.open_case(made.begun).submit(DOCUMENT)
    put_back(made, copy.folder / "study.db")
    assert problems(made, "dan") != []


def test_a_note_by_anyone_but_the_assignee_does_not_count(made: Made, older: Path) -> None:
    with made.unlocked("ina") as (ina,):
        go_on(ina, made)
    put_back(made, older)
    with made.unlocked("ivo", "ina") as (ivo, ina):
        study = ivo.study
        with study.database.write() as connection:
            from store.casework import cases
            from store.record import audit

            case = cases.find(connection, made.begun)
            noted = note(place_of(study.body, case), case.n, case.head)
            signing, now = ivo.keys.signing, utc_now()
            audit.record(
                connection, study.body, ivo.entry.id, signing, Deed.CASE_RELEASED, noted, now
            )
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)
    assert problems(made, "dan") != []


@pytest.mark.parametrize("column", ["object", "actor", "hash", "signature"])
def test_an_altered_note_is_noticed_at_opening(made: Made, column: str) -> None:
    with made.sql() as sql:
        query = "SELECT max(seq) FROM audit WHERE object LIKE ?"
        (seq,) = sql.execute(query, (f"{made.begun} journal %",)).fetchone()
        other = f"(SELECT {column} FROM audit WHERE seq = 1)"
        if column == "object":
            other = f"'{made.begun} journal {'0' * 64}'"
        sql.execute(f"UPDATE audit SET {column} = {other} WHERE seq = ?", (seq,))
    with made.unlocked("ina") as (ina,), pytest.raises((DamagedCase, AuditAltered)):
        ina.open_case(made.begun)
    assert problems(made, "dan") != []


def test_the_audit_tells_nothing_of_how_long_a_journal_was(made: Made) -> None:
    with closing(sqlite3.connect(made.folder / "study.db")) as sql:
        query = "SELECT object FROM audit WHERE object LIKE '% journal %'"
        noted = [row[0].split(" ") for row in sql.execute(query)]
    assert noted
    assert all(len(words) == 3 and len(words[2]) == 64 for words in noted)
