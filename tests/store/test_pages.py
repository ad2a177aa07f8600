"""Keys that do not ascend, as one changed bit can make them, end a reading instead of a round."""

import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlmodel import col

from store import DamagedStudy, open_study
from store.casework import cases
from store.databases.pages import pages, require_ascending
from store.databases.tables import AuditRow
from tests.store.made import Made, passphrase

NUMBER = 127
"""More than the audit of the study has, and still one byte long in the file."""


def numbered_anew(path: Path) -> list[int]:
    """Give the last entry of the audit but one a higher number; all numbers, as they come then."""
    with closing(sqlite3.connect(path)) as sql:
        (one, text) = sql.execute(
            "SELECT seq, at || actor FROM audit ORDER BY seq DESC LIMIT 1 OFFSET 1"
        ).fetchone()
    content = bytearray(path.read_bytes())
    at = content.index(text.encode()) - 1  # columns stand in their order, a small number in a byte
    assert content[at] == one < NUMBER
    content[at] = NUMBER
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as sql:
        return [seq for (seq,) in sql.execute("SELECT seq FROM audit ORDER BY seq")]


def test_an_audit_whose_numbers_go_back_is_damaged_and_no_program_goes_in_circles(
    made: Made,
) -> None:
    path = made.folder / "study.db"
    found = numbered_anew(path)
    assert found != sorted(found)
    query = select(col(AuditRow.seq)).order_by(col(AuditRow.seq)).limit(2000)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection, pytest.raises(DamagedStudy, match=r"study\.db is damaged"):
        list(islice(pages(connection, query, col(AuditRow.seq), 0), 100))
    engine.dispose()
    with closing(open_study(made.folder)) as study, pytest.raises(DamagedStudy):
        study.unlock("ina", passphrase("ina"))


def test_cases_whose_ids_go_back_are_damaged(made: Made) -> None:
    path = made.folder / "study.db"
    with closing(sqlite3.connect(path)) as sql:
        ids = [one for (one,) in sql.execute("SELECT id FROM 'case' ORDER BY id")]
    path.write_bytes(path.read_bytes().replace(ids[0].encode(), b"f" * 32))
    with closing(open_study(made.folder)) as study, study.database.read() as connection:
        assert len(cases.every(connection, count=1)) == 1
        with pytest.raises(DamagedStudy, match=r"study\.db is damaged"):
            cases.every(connection)


@pytest.mark.parametrize(
    ("keys", "after", "sound"),
    [
        ([], "", True),
        (["a", "b"], "", True),
        (["b"], "a", True),
        (["a"], "a", False),
        (["b", "b"], "a", False),
        (["c", "b"], "a", False),
    ],
)
def test_keys_ascend_from_the_one_that_was_asked_for(
    keys: list[str], after: str, sound: bool
) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        if sound:
            require_ascending(connection, keys, after)
        else:
            with pytest.raises(DamagedStudy):
                require_ascending(connection, keys, after)
    engine.dispose()
