"""After submission the interviewer's keys open nothing of the case, the data manager's all."""

import sqlite3

from store import Access
from store.crypto.keys import CaseKeys, SealingSecret, Unopenable
from store.crypto.sealing import open_identity
from tests.store.made import DOCUMENT, IDENTITY, Made


def attempts(person: Access, secret: SealingSecret, sql: sqlite3.Connection, case_id: str) -> int:
    """How many of the blobs about a case this secret opens, trying every place it could be for."""
    body, opened = person.study.body, 0
    from store.binding import bind
    from store.crypto.keys import data_key_fingerprint, sha256
    from store.trust.manifest import unpack

    instrument, mode = sql.execute(
        'SELECT instrument, mode FROM "case" WHERE id=?', (case_id,)
    ).fetchone()
    assert mode
    blobs = [row[0] for row in sql.execute("SELECT wrap FROM grant WHERE case_id=?", (case_id,))]
    blobs += [row[0] for row in sql.execute("SELECT wrap FROM sealed WHERE case_id=?", (case_id,))]
    place = bind(
        "case", body.id, body.kind, case_id, instrument, data_key_fingerprint(unpack(body.data_key))
    )
    infos = [bind("submission key", place), b""]
    for what in ("identity", "answers"):
        for recipient, public in (
            (person.entry.id, person.entry.public.sealing),
            ("data", unpack(body.data_key)),
        ):
            infos.append(
                bind("grant", body.id, body.kind, case_id, what, recipient, sha256(public))
            )
    for blob in blobs:
        for info in infos:
            try:
                secret.open(blob, info)
                opened += 1
            except Unopenable:
                pass
    return opened


def test_the_interviewers_keys_open_nothing_of_a_submitted_case(made: Made) -> None:
    with made.unlocked("ina") as (ina,), made.sql() as sql:
        assert attempts(ina, ina.keys.sealing, sql, made.submitted) == 0
        left = {
            table: sql.execute(
                f"SELECT count(*) FROM {table} WHERE case_id=?", (made.submitted,)
            ).fetchone()[0]
            for table in ("event", "grant", "sealed", "identity")
        }
        assert left == {"event": 0, "grant": 1, "sealed": 1, "identity": 1}


def test_control_the_same_attempts_open_what_is_still_hers_and_what_is_the_data_managers(
    made: Made,
) -> None:
    with made.unlocked("ina", "dan") as (ina, dan), made.sql() as sql:
        assert attempts(ina, ina.keys.sealing, sql, made.begun) == 2
        assert dan.data_key is not None
        assert attempts(dan, dan.data_key, sql, made.begun) == 2
        assert attempts(dan, dan.data_key, sql, made.submitted) == 2


def test_the_list_shows_the_interviewer_no_name_of_a_submitted_case(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        cards = {card.id: card for card in ina.cases()}
        assert cards[made.submitted].label is None
        assert cards[made.submitted].identity is None
        case = ina.open_case(made.begun)
        assert cards[made.begun].label == "Household 0"
        case.submit(DOCUMENT)
        assert {card.id: card.label for card in ina.cases()}[made.begun] is None


def test_the_data_manager_reads_exactly_what_was_handed_in(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        case = dan.read_submitted(made.submitted)
        assert (case.document, case.identity, case.events) == (DOCUMENT, IDENTITY, 3)


def test_the_deleted_pages_are_overwritten_in_the_file(made: Made) -> None:
    with made.sql() as sql:
        envelopes = [
            row[0]
            for row in sql.execute("SELECT envelope FROM event WHERE case_id=?", (made.begun,))
        ]
        wraps = [
            row[0]
            for row in sql.execute(
                "SELECT wrap FROM grant WHERE case_id=? AND what='answers'", (made.begun,)
            )
        ]
    file = made.folder / "study.db"
    pieces = [blob[:200] for blob in envelopes + wraps]
    assert all(piece in file.read_bytes() for piece in pieces)
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.begun).submit(DOCUMENT)
    content = file.read_bytes() + (made.folder / "study.db-journal").read_bytes()
    assert not any(piece in content for piece in pieces)


def test_identity_and_answers_are_under_keys_of_their_own(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        from store.casework import cases, grants

        body = dan.study.body
        with dan.study.database.read() as connection:
            case = cases.find(connection, made.begun)
            envelope = cases.identity(connection, made.begun)
            keys = {
                what: grants.case_key(connection, body, case, what, dan.holders())
                for what in ("identity", "answers")
            }
        place = (body.id, body.kind, made.begun)
        assert keys["identity"] is not None
        assert keys["answers"] is not None
        assert open_identity(keys["identity"], place, envelope)["identity"] == IDENTITY
        try:
            open_identity(keys["answers"], place, envelope)
            raise AssertionError("the answers key opened the identity")
        except Unopenable:
            pass
        assert CaseKeys.derive(keys["answers"]).key_id != CaseKeys.derive(keys["identity"]).key_id
