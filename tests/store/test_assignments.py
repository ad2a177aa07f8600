"""Cases change hands: the former assignee's keys open nothing more, the journal goes on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import JSON, Access, DamagedCase, InvalidInput, LeaseLost, NotAllowed, StoreError
from tests.store.made import Made, answer
from tests.store.reach import reach


def parts(made: Made, who: Access, case_id: str) -> set[str]:
    """Parts of a case that someone's keys open."""
    secrets = [secret for _, secret in who.holders()]
    found = reach(made.folder / "study.db", who.study.body, secrets).opened
    return {part for one, part in found if one == case_id}


def test_a_case_that_nobody_began_goes_to_someone_else(made: Made) -> None:
    with made.unlocked("dan", "ina", "ivo") as (dan, ina, ivo):
        assert parts(made, ina, made.fresh) == {"identity"}
        dan.assignments.reassign(made.fresh, "ivo")
        assert parts(made, ina, made.fresh) == set()
        assert parts(made, ivo, made.fresh) == {"identity"}
        assert not {card.label for card in ina.cases() if card.id == made.fresh} - {None}
        with pytest.raises(NotAllowed, match="assigned to ivo"):
            ina.open_case(made.fresh)
        assert ivo.open_case(made.fresh).append(answer(1)).seq == 1
        assert dan.verify().ok


def test_a_case_that_was_begun_goes_on_with_someone_else(made: Made) -> None:
    with made.unlocked("dan", "ina", "ivo") as (dan, ina, ivo):
        times = [entry.at for entry in ina.open_case(made.begun).entries]
        running = ina.open_cases[0]
        dan.assignments.reassign(made.begun, "ivo")
        with pytest.raises(StoreError):
            running.append(answer(9))
        running.release()
        assert parts(made, ina, made.begun) == set()
        assert dan.verify().ok
        assert ivo.verify().ok
        case = ivo.open_case(made.begun)
        assert case.events == [answer(number) for number in range(1, 9)]
        assert [entry.at for entry in case.entries] == times
        case.append(answer(9))
        case.release()
        assert dan.verify().ok
        dan.assignments.reassign(made.begun, "ina")
        assert ina.open_case(made.begun).events[-1] == answer(9)
        assert parts(made, ivo, made.begun) == set()
        assert dan.verify().ok


def test_the_key_that_a_former_assignee_remembers_opens_nothing_that_comes_after(
    made: Made,
) -> None:
    with made.unlocked("dan", "ina", "ivo") as (dan, ina, ivo):
        case = ina.open_case(made.begun)
        assert case._held.keys is not None
        remembered = bytes(case._held.keys.key_id)
        case.release()
        dan.assignments.reassign(made.begun, "ivo")
        assert key_ids(made) == {remembered}
        ivo.open_case(made.begun).append(answer(9))
        assert remembered not in key_ids(made)
        assert len(key_ids(made)) == 1


def test_a_contact_is_corrected_in_every_state_and_reaches_who_read_the_old_one(
    made: Made,
) -> None:
    new: dict[str, JSON] = {"contact": "Officer A", "telephone": "555-0142"}
    with made.unlocked("dan", "ina", "sue") as (dan, ina, sue):
        running = ina.open_case(made.begun)
        for who in (ina, sue):
            with pytest.raises(NotAllowed):
                who.assignments.correct(made.begun, "Corrected", new)
        with pytest.raises(InvalidInput):
            dan.assignments.correct(made.begun, "", new)
        for case_id in (made.fresh, made.begun):
            dan.assignments.correct(case_id, "Corrected", new)
            assert dan.assignments.contact(case_id) == ("Corrected", new)
        assert dan.verify().ok
        running.append(answer(9))  # the program that holds it goes on
        running.submit({"answers": []})
        dan.assignments.correct(made.begun, "Corrected again", new)
        assert dan.read_submitted(made.begun).label == "Corrected again"
        with pytest.raises(NotAllowed):
            ina.assignments.contact(made.fresh)
        dan.reviews.give_back(made.begun, {"text": "Please look again."})
        assert ina.open_case(made.begun).identity == new
        assert dan.verify().ok


def test_a_case_that_is_away_or_damaged_is_not_corrected(made: Made, tmp_path: Path) -> None:
    with made.unlocked("dan") as (dan,):
        dan.packets.send([made.fresh], tmp_path, to="ina")
        with pytest.raises(NotAllowed, match="away on another computer"):
            dan.assignments.correct(made.fresh, "Corrected", {})
    with closing(sqlite3.connect(made.folder / "study.db")) as sql, sql:
        sql.execute("UPDATE identity SET envelope = zeroblob(300)")
    with made.unlocked("dan") as (dan,), pytest.raises(DamagedCase):
        dan.assignments.correct(made.begun, "Corrected", {})


def key_ids(made: Made) -> set[bytes]:
    """By which keys the events of the begun case are sealed, as their envelopes say."""
    with made.sql() as sql:
        query = "SELECT envelope FROM event WHERE case_id = ?"
        return {row[0][4:12] for row in sql.execute(query, (made.begun,))}


def test_the_hold_of_a_program_is_ended(made: Made) -> None:
    with made.unlocked("sue", "ina", "dan") as (sue, ina, dan):
        case = ina.open_case(made.begun)
        sue.assignments.end_lease(made.begun)
        with pytest.raises(LeaseLost):
            case.append(answer(9))
        case.release()
        with pytest.raises(NotAllowed, match="No program holds"):
            sue.assignments.end_lease(made.begun)
        assert ina.open_case(made.begun).append(answer(9)).seq == 9
        assert dan.verify().ok


@pytest.mark.parametrize(
    ("case", "to", "why"),
    [
        ("fresh", "ina", "assigned to ina already"),
        ("fresh", "sue", "not an interviewer"),
        ("begun", "dan", "not an interviewer"),
        ("begun", "ivo", "does not take part"),
        ("submitted", "ina", "was submitted"),
    ],
)
def test_what_cannot_be_reassigned(made: Made, case: str, to: str, why: str) -> None:
    with made.unlocked("ada", "dan") as (ada, dan):
        ada.people.suspend("ivo")
        with pytest.raises(NotAllowed, match=why):
            dan.assignments.reassign(getattr(made, case), to)
        with pytest.raises(StoreError):
            dan.assignments.reassign(getattr(made, case), "nobody")
        assert dan.verify().ok


def test_an_assignment_that_was_ended_cannot_be_put_back(made: Made, tmp_path: Path) -> None:
    """Record, grants and journal of before fit one another; the audit knows better."""
    older = made.copy(tmp_path / "older")
    with made.unlocked("dan") as (dan,):
        for case_id in (made.fresh, made.begun):
            dan.assignments.reassign(case_id, "ivo")
    with made.sql() as sql:
        sql.execute("PRAGMA foreign_keys = OFF")
        sql.execute("ATTACH ? AS older", (str(older.folder / "study.db"),))
        for table, column in (("event", "case_id"), ("grant", "case_id"), ("case", "id")):
            of_cases = f"WHERE {column} IN ('{made.fresh}', '{made.begun}')"
            sql.execute(f'DELETE FROM main."{table}" {of_cases}')
            sql.execute(f'INSERT INTO main."{table}" SELECT * FROM older."{table}" {of_cases}')
    with made.unlocked("ina", "sue") as (ina, sue):
        for case_id in (made.fresh, made.begun):
            with pytest.raises(DamagedCase):
                ina.open_case(case_id)
        assert len(sue.verify().problems) == 2


def test_a_record_that_an_interviewer_signs_for_themselves_does_not_count(made: Made) -> None:
    from dataclasses import replace

    from store.casework import cases, grants

    with made.unlocked("ivo", "dan") as (ivo, dan):
        body, me = ivo.study.body, ivo.entry.id
        with ivo.study.database.write() as connection:
            case = replace(cases.find(connection, made.fresh), assignee=me, created_by=me)
            envelope = cases.identity(connection, made.fresh)
            signature = ivo.keys.signing.sign(grants.record_message(body, case, envelope))
            cases.reassign(connection, made.fresh, me, me, signature)
        with pytest.raises(DamagedCase):
            ivo.open_case(made.fresh)
        assert not dan.verify().ok
