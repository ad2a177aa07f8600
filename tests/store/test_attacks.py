"""Someone who has the files and SQLite, and no key, changes things. Each change must be noticed.

An attack is a function over the raw database; after it the interviewer opens case `begun` and the
data manager verifies. At least one of them must notice, and nobody may be handed wrong content.
The control is the same check without an attack.
"""

import sqlite3
from collections.abc import Callable

import pytest

from store import DamagedCase, DamagedStudy, StoreError
from store.casework.grants import What
from tests.store.made import Made, answer

WHATS: tuple[What, ...] = ("identity", "answers")
Attack = Callable[[sqlite3.Connection, Made, Made], None]


def _swap_events_between_cases(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    _swap(
        sql, "event", "envelope", f"case_id='{m.begun}' AND seq=2", f"case_id='{m.other}' AND seq=2"
    )


def _swap_events_inside(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    _swap(
        sql, "event", "envelope", f"case_id='{m.begun}' AND seq=2", f"case_id='{m.begun}' AND seq=3"
    )


def _delete_middle(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM event WHERE case_id=? AND seq=4", (m.begun,))


def _delete_middle_and_close_the_gap(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM event WHERE case_id=? AND seq=4", (m.begun,))
    for seq in range(5, 9):
        sql.execute("UPDATE event SET seq=? WHERE case_id=? AND seq=?", (seq - 1, m.begun, seq))
    sql.execute('UPDATE "case" SET n=7 WHERE id=?', (m.begun,))


def _delete_tail(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM event WHERE case_id=? AND seq=8", (m.begun,))


def _delete_tail_and_fix_the_count(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    _delete_tail(sql, m, m)
    sql.execute('UPDATE "case" SET n=7 WHERE id=?', (m.begun,))


def _empty_the_journal(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM event WHERE case_id=?", (m.begun,))
    sql.execute('UPDATE "case" SET n=0 WHERE id=?', (m.begun,))


def _make_it_fresh_again(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    _empty_the_journal(sql, m, m)
    sql.execute("DELETE FROM grant WHERE case_id=? AND what='answers'", (m.begun,))
    sql.execute("""UPDATE "case" SET state='fresh', head=x'' WHERE id=?""", (m.begun,))


def _duplicate_an_event(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    copy = "INSERT INTO event SELECT case_id, 9, envelope FROM event WHERE case_id=? AND seq=8"
    sql.execute(copy, (m.begun,))
    sql.execute('UPDATE "case" SET n=9 WHERE id=?', (m.begun,))


def _replay_an_older_event(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    older = "(SELECT envelope FROM event WHERE case_id=:c AND seq=1)"
    sql.execute(f"UPDATE event SET envelope={older} WHERE case_id=:c AND seq=8", {"c": m.begun})


def _swap_heads(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    _swap(sql, '"case"', "head", f"id='{m.begun}'", f"id='{m.other}'")


def _swap_whole_journals(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    for table in ("event", "grant"):
        _exchange(sql, table, "case_id", m.begun, m.other)
    _swap(sql, '"case"', "head", f"id='{m.begun}'", f"id='{m.other}'")
    _swap(sql, '"case"', "n", f"id='{m.begun}'", f"id='{m.other}'")


def _swap_identities(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    _exchange(sql, "identity", "case_id", m.begun, m.other)


def _swap_identity_grants(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    at = "what='identity' AND recipient='data' AND case_id="
    for column in ("wrap", "signature"):
        _swap(sql, "grant", column, f"{at}'{m.begun}'", f"{at}'{m.other}'")


def _swap_grants_of_the_two_keys(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    at = f"case_id='{m.begun}' AND recipient<>'data' AND what="
    for column in ("wrap", "signature", "granted_by"):
        _swap(sql, "grant", column, f"{at}'identity'", f"{at}'answers'")


def _swap_recipients(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    at = f"case_id='{m.begun}' AND what='answers' AND recipient"
    for column in ("wrap", "signature"):
        _swap(sql, "grant", column, f"{at}='data'", f"{at}<>'data'")


def _delete_own_grant(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute(
        "DELETE FROM grant WHERE case_id=? AND what='answers' AND recipient<>'data'", (m.begun,)
    )


def _delete_the_grant_to_the_data_key(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute(
        "DELETE FROM grant WHERE case_id=? AND what='answers' AND recipient='data'", (m.begun,)
    )


def _delete_the_identity_grant_of_a_fresh_case(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM grant WHERE case_id=? AND recipient='data'", (m.fresh,))


def _give_the_case_to_someone_else(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    ivo = sql.execute('SELECT assignee FROM "case" WHERE id=?', (m.of_ivo,)).fetchone()[0]
    sql.execute('UPDATE "case" SET assignee=? WHERE id=?', (ivo, m.begun))


def _change_the_mode(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("""UPDATE "case" SET mode='record' WHERE id=?""", (m.begun,))


def _change_the_instrument(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("""UPDATE "case" SET instrument=? WHERE id=?""", ("0" * 64, m.begun))


def _rename_the_case(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    for table, column in (("event", "case_id"), ("grant", "case_id"), ("identity", "case_id")):
        sql.execute(f"UPDATE {table} SET {column}=? WHERE {column}=?", ("e" * 32, m.begun))
    sql.execute("UPDATE lease SET case_id=? WHERE case_id=?", ("e" * 32, m.begun))
    sql.execute('UPDATE "case" SET id=? WHERE id=?', ("e" * 32, m.begun))


def _delete_the_case(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    for table in ("event", "grant", "identity", "lease"):
        sql.execute(f"DELETE FROM {table} WHERE case_id=?", (m.begun,))
    sql.execute('DELETE FROM "case" WHERE id=?', (m.begun,))


def _declare_it_submitted(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("""UPDATE "case" SET state='submitted' WHERE id=?""", (m.begun,))


def _delete_the_lease(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM lease WHERE case_id=?", (m.begun,))


def _flip_a_bit(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    (envelope,) = sql.execute(
        "SELECT envelope FROM event WHERE case_id=? AND seq=8", (m.begun,)
    ).fetchone()
    changed = envelope[:40] + bytes([envelope[40] ^ 1]) + envelope[41:]
    sql.execute("UPDATE event SET envelope=? WHERE case_id=? AND seq=8", (changed, m.begun))


def _text_where_bytes_belong(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("UPDATE event SET envelope=x'' WHERE case_id=? AND seq=8", (m.begun,))


def _row_of_another_study(sql: sqlite3.Connection, m: Made, other: Made) -> None:
    with other.sql() as theirs:
        (envelope,) = theirs.execute(
            "SELECT envelope FROM event WHERE case_id=? AND seq=1", (other.begun,)
        ).fetchone()
    sql.execute("UPDATE event SET envelope=? WHERE case_id=? AND seq=1", (envelope, m.begun))


def _replace_the_sealed_case(sql: sqlite3.Connection, m: Made, other: Made) -> None:
    with other.sql() as theirs:
        row = theirs.execute(
            "SELECT wrap, envelope FROM sealed WHERE case_id=?", (other.submitted,)
        ).fetchone()
    sql.execute("UPDATE sealed SET wrap=?, envelope=? WHERE case_id=?", (*row, m.submitted))


def _move_the_sealed_case(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("UPDATE sealed SET case_id=? WHERE case_id=?", (m.fresh, m.submitted))


def _reopen_the_submitted_case(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("""UPDATE "case" SET state='fresh' WHERE id=?""", (m.submitted,))
    sql.execute("DELETE FROM sealed WHERE case_id=?", (m.submitted,))


def _cut_the_audit(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM audit WHERE seq > 3")


def _cut_the_audit_in_the_middle(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("DELETE FROM audit WHERE seq = 5")


def _rewrite_the_audit(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("UPDATE audit SET at='2020-01-01T00:00:00.000000Z' WHERE seq = 5")


def _change_the_actor(sql: sqlite3.Connection, m: Made, _: Made) -> None:
    sql.execute("UPDATE audit SET actor=(SELECT actor FROM audit WHERE seq=1) WHERE seq = 5")


def _swap(sql: sqlite3.Connection, table: str, column: str, one: str, other: str) -> None:
    (a,) = sql.execute(f"SELECT {column} FROM {table} WHERE {one}").fetchone()
    (b,) = sql.execute(f"SELECT {column} FROM {table} WHERE {other}").fetchone()
    assert a != b
    sql.execute(f"UPDATE {table} SET {column}=? WHERE {one}", (b,))
    sql.execute(f"UPDATE {table} SET {column}=? WHERE {other}", (a,))


def _exchange(sql: sqlite3.Connection, table: str, column: str, one: str, other: str) -> None:
    for old, new in ((one, "between"), (other, one), ("between", other)):
        sql.execute(f"UPDATE {table} SET {column}=? WHERE {column}=?", (new, old))


ATTACKS: list[Attack] = [
    value
    for name, value in list(globals().items())
    if name.startswith("_") and not name.startswith("__") and name not in ("_swap", "_exchange")
]


def noticed(made: Made) -> list[str]:
    """What the interviewer and the data manager are told; wrong content fails the test at once."""
    told: list[str] = []
    try:
        with made.unlocked("ina", "dan") as (ina, dan):
            try:
                case = ina.open_case(made.begun)
                assert case.events == [answer(number) for number in range(1, 9)]
                case.release()
            except StoreError as error:
                told.append(str(error))
            told += dan.verify().problems
    except (DamagedCase, DamagedStudy) as error:
        told.append(str(error))
    return told


def test_control_without_an_attack_nothing_is_reported(made: Made) -> None:
    assert noticed(made) == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__.strip("_"))
def test_every_attack_is_noticed(made: Made, other_study: Made, attack: Attack) -> None:
    with made.sql() as sql:
        sql.execute("PRAGMA foreign_keys = OFF")
        attack(sql, made, other_study)
        assert sql.total_changes > 0
    assert noticed(made) != []


def test_a_damaged_case_is_named_by_its_short_id_only(made: Made, other_study: Made) -> None:
    with made.sql() as sql:
        _flip_a_bit(sql, made, other_study)
    with made.unlocked("ina") as (ina,), pytest.raises(DamagedCase) as damaged:
        ina.open_case(made.begun)
    assert made.begun[:8] in str(damaged.value)
    assert made.begun not in str(damaged.value)
    assert "item" not in str(damaged.value)


def test_one_damaged_case_does_not_hide_the_others(made: Made) -> None:
    with made.sql() as sql:
        sql.execute("UPDATE identity SET envelope=x'00' WHERE case_id=?", (made.other,))
    with made.unlocked("ina", "dan") as (ina, dan):
        for person, readable in (
            (ina, {made.begun, made.fresh}),
            (dan, {made.begun, made.fresh, made.submitted, made.of_ivo}),
        ):
            cards = {card.id: card for card in person.cases()}
            assert len(cards) == 5
            assert cards[made.other].damaged
            assert cards[made.other].label is None
            assert {card.id for card in cards.values() if card.label is not None} == readable


def test_a_grant_made_by_someone_without_the_right_key_does_not_count(made: Made) -> None:
    """The data key is public: anyone can seal a key of their own to it and to ina, but not sign."""
    from store.casework import grants
    from store.crypto.keys import SigningSecret

    with made.unlocked("ina", "dan") as (ina, dan):
        forged = bytearray(b"k" * 32)
        with dan.study.database.write() as connection:
            grants.forget_grants(connection, made.begun, ina.entry.id)
            for what in WHATS:
                grants.grant(
                    connection,
                    dan.study.body,
                    made.begun,
                    what,
                    ina.entry.id,
                    forged,
                    dan.entry.id if what == "identity" else ina.entry.id,
                    SigningSecret.generate(),
                )
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)
        assert not dan.verify().ok


def test_a_case_the_data_manager_could_not_read_is_neither_opened_nor_hidden(made: Made) -> None:
    with made.sql() as sql:
        sql.execute("DELETE FROM grant WHERE case_id=? AND recipient='data'", (made.fresh,))
    with made.unlocked("ina", "dan") as (ina, dan):
        with pytest.raises(DamagedCase):
            ina.open_case(made.fresh)
        assert [card.id for card in dan.cases() if card.damaged] == [made.fresh]
