"""The tables as the database has them: strict, and nothing stands there of a case without a row."""

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
