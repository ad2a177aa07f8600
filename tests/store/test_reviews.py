"""Submitted cases are read, accepted, returned and lent; errors leave them before or after."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from store import (
    JSON,
    Access,
    AlreadySubmitted,
    DamagedCase,
    InvalidInput,
    NotAllowed,
    StoreError,
    Study,
)
from store.casework import cases, grants, returning
from store.casework.progress import note, place_of
from store.casework.rekeying import put_journal
from store.migrations.upgrading import upgrade
from store.record import audit
from store.record.audit import Deed
from tests.store.made import DOCUMENT, IDENTITY, Clock, Made, answer, passphrase
from tests.store.reach import reach
from tests.store.test_doubt import failing

COMMENTS: dict[str, JSON] = {"event": "returned", "text": "Please check the number of cars."}


@pytest.fixture(scope="module")
def with_review(original: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The usual study, where the begun case was handed in when all was to be reviewed."""
    made = original.copy(tmp_path_factory.mktemp("review") / "study")
    with made.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        ada.people.change_policy(dan, review="all")
        ina.open_case(made.begun).submit(DOCUMENT)
    return made


@pytest.fixture
def due(with_review: Made, tmp_path: Path) -> Made:
    return with_review.copy(tmp_path / "study")


def opened_by(made: Made, who: Access) -> set[str]:
    """Parts of the reviewed case that someone's keys open."""
    secrets = [secret for _, secret in who.holders()]
    found = reach(made.folder / "study.db", who.study.body, secrets).opened
    return {part for case_id, part in found if case_id == made.begun}


def state(made: Made) -> str:
    """The state of the reviewed case."""
    with made.sql() as sql:
        query = 'SELECT state FROM "case" WHERE id = ?'
        return str(sql.execute(query, (made.begun,)).fetchone()[0])


def test_a_supervisor_reads_what_is_due_with_its_journal_and_without_the_contact(due: Made) -> None:
    with due.unlocked("sue", "ina", "dan", "ada") as (sue, ina, dan, ada):
        (one,) = sue.reviews.due()
        assert (one.id, one.submitted_by, one.lent_until) == (due.begun, "ina", "")
        found = sue.reviews.read(due.begun)
        assert (found.document, found.state) == (DOCUMENT, "submitted")
        assert found.journal is not None
        assert [entry.event for entry in found.journal] == [answer(n) for n in range(1, 9)]
        assert opened_by(due, sue) == {"document"}
        assert opened_by(due, dan) == {"document", "identity"}
        assert opened_by(due, ina) == opened_by(due, ada) == set()
        # Handed in before anything was reviewed: not a supervisor's.
        with pytest.raises(NotAllowed, match=r"not yours to review: .+ with `cati review lend`"):
            sue.reviews.read(due.submitted)
        for judge in (sue.reviews.accept, lambda case: sue.reviews.give_back(case, COMMENTS)):
            with pytest.raises(NotAllowed, match="not yours to review: ask a data manager to acc"):
                judge(due.submitted)
        with pytest.raises(NotAllowed):
            sue.read_submitted(due.begun)
        assert dan.verify().ok
        assert sue.verify().ok
        assert "Not reviewed yet: 1 case that was submitted." in sue.verify().unchecked


def test_after_acceptance_a_supervisor_opens_it_no_more(due: Made) -> None:
    with due.unlocked("sue", "dan", "ina") as (sue, dan, ina):
        sue.reviews.accept(due.begun)
        assert state(due) == "accepted"
        assert opened_by(due, sue) == set()
        for again in (sue.reviews.read, sue.reviews.accept):
            with pytest.raises(NotAllowed):
                again(due.begun)
        assert dan.read_submitted(due.begun).state == "accepted"
        assert {case.id for case in dan.submitted()} == {due.begun, due.submitted}
        with pytest.raises(AlreadySubmitted):
            ina.open_case(due.begun)
        assert dan.verify().ok
        sue.reviews.request_reopening(due.begun)
        dan.reviews.reopen(due.begun, COMMENTS)
        assert ina.open_case(due.begun).events[-1] == COMMENTS


@pytest.mark.parametrize("reviewer", ["sue", "dan"])
def test_a_returned_case_goes_on_with_its_times_and_ids_under_keys_of_its_own(
    due: Made, reviewer: str
) -> None:
    with due.unlocked(reviewer, "ina", "dan") as (who, ina, dan):
        journal = who.reviews.read(due.begun).journal
        assert journal is not None
        who.reviews.give_back(due.begun, COMMENTS)
        assert state(due) == "open"
        for other in (ina, dan):
            assert [one.returned_by for one in other.cases(begins=due.begun)] == [reviewer]
            first = other.queue(mine_only=False, count=9).cards
            assert [one.id for one in first if one.returned_by] == [due.begun]
        assert opened_by(due, dan) == opened_by(due, ina) == {"identity", "journal"}
        assert dan.verify().ok
        assert ina.verify().ok
        with due.sql() as sql:
            count = "SELECT count(*) FROM sealed WHERE case_id = ?"
            assert sql.execute(count, (due.begun,)).fetchone() == (0,)
        key = key_of(dan, due.begun)
        case = ina.open_case(due.begun)
        assert [one.id for one in ina.cases() if one.returned_by] == [due.begun]
        for judge, cannot in ((who.reviews.read, "read it"), (who.reviews.accept, "accept it")):
            with pytest.raises(
                NotAllowed, match=f" is open and not submitted, so you cannot {cannot}"
            ):
                judge(due.begun)
        assert case.identity == IDENTITY
        assert tuple(case.entries[:-1]) == journal
        assert case.entries[-1].event == COMMENTS
        # Whoever returned it knew that key; what is written from now on is under another.
        assert key_of(dan, due.begun) != key
        case.append(answer(9))
        assert dan.verify().ok
        assert case.submit(DOCUMENT).seq == 10
        assert not any(one.returned_by for one in ina.cases())
        assert opened_by(due, ina) == set()
        assert dan.verify().ok


def key_of(manager: Access, case_id: str) -> bytes:
    """The answers key of an open case."""
    with manager.study.database.read() as connection:
        case = cases.find(connection, case_id)
        body = manager.study.body
        key = grants.case_key(connection, body, case, "answers", manager.holders())
    assert key is not None
    return bytes(key)


def test_it_can_be_returned_and_handed_in_again_and_again(due: Made) -> None:
    with due.unlocked("sue", "ina", "dan") as (sue, ina, dan):
        for count in (9, 10):
            sue.reviews.give_back(due.begun, COMMENTS)
            assert ina.open_case(due.begun).submit(DOCUMENT).seq == count
            assert opened_by(due, ina) == set()
        sue.reviews.accept(due.begun)
        dan.reviews.reopen(due.begun, COMMENTS)
        assert ina.open_case(due.begun).submit(DOCUMENT).seq == 11
        assert dan.verify().ok


def test_a_case_whose_interviewer_left_is_returned_to_someone_else_by_a_data_manager(
    due: Made,
) -> None:
    with due.unlocked("ada", "sue", "dan", "ivo") as (ada, sue, dan, ivo):
        ada.people.suspend("ina")
        with pytest.raises(NotAllowed, match="ina, who submitted"):
            sue.reviews.give_back(due.begun, COMMENTS)
        with pytest.raises(NotAllowed, match="Only a data manager"):
            sue.reviews.give_back(due.begun, COMMENTS, to="ivo")
        for name in ("ina", "sue"):
            with pytest.raises(NotAllowed):
                dan.reviews.give_back(due.begun, COMMENTS, to=name)
        assert state(due) == "submitted"
        dan.reviews.give_back(due.begun, COMMENTS, to="ivo")
        case = ivo.open_case(due.begun)
        assert (case.identity, len(case.events)) == (IDENTITY, 9)
        case.submit(DOCUMENT)
        assert dan.read_submitted(due.begun).submitted_by == "ivo"
        assert dan.verify().ok


def test_a_case_sealed_by_the_first_release_is_read_and_accepted_but_has_no_journal_to_put_back(
    tmp_path: Path,
) -> None:
    releases = Path(__file__).parent / "releases"
    shutil.copytree(releases / "format-1", tmp_path / "study")
    old = Made(tmp_path / "study", **json.loads((releases / "format-1.json").read_text()))
    upgrade(old.folder, "ada", passphrase("ada"))
    with old.unlocked("dan", "sue") as (dan, sue):
        with pytest.raises(NotAllowed, match="without its journal"):
            dan.reviews.give_back(old.submitted, COMMENTS)
        dan.reviews.lend(old.submitted, "sue", "training", 1)
        found = sue.reviews.read(old.submitted)
        assert (found.document, found.journal) == (DOCUMENT, None)
        dan.reviews.accept(old.submitted)
        assert dan.verify().ok


# --- lending -------------------------------------------------------------------------------------


def test_what_is_lent_can_be_read_for_a_time_by_one_supervisor(made: Made, clock: Clock) -> None:
    from store import open_study

    study = open_study(made.folder, now=clock)
    try:
        dan, sue = (study.unlock(name, passphrase(name)) for name in ("dan", "sue"))
        with pytest.raises(NotAllowed):
            sue.reviews.read(made.submitted)
        dan.reviews.lend(made.submitted, "sue", "question", 2)
        dan.reviews.lend(made.submitted, "sue", "quality", 3)  # in place of the one before
        (one,) = sue.reviews.due()
        assert one.lent_until.startswith("2026-11-24T14:03:22")
        assert sue.reviews.read(made.submitted).document == DOCUMENT
        for judge in (sue.reviews.accept, lambda case: sue.reviews.give_back(case, COMMENTS)):
            with pytest.raises(NotAllowed, match="was lent to you for reading alone: ask a data m"):
                judge(made.submitted)
        assert dan.verify().ok
        clock.pass_seconds(3 * 86_400 + 1)
        assert sue.reviews.due() == []
        with pytest.raises(NotAllowed, match="has ended"):
            sue.reviews.read(made.submitted)
        assert dan.verify().ok
        study.unlock("sue", passphrase("sue"))
        assert lent(made) == 1
        study.unlock("dan", passphrase("dan"))
        assert lent(made) == 0
        assert dan.verify().ok
    finally:
        study.close()


def lent(made: Made) -> int:
    """How many grants of sealed cases there are."""
    with made.sql() as sql:
        query = "SELECT count(*) FROM grant WHERE what = 'submission'"
        return int(sql.execute(query).fetchone()[0])


@pytest.mark.parametrize(
    ("to", "reason", "days", "error"),
    [
        ("sue", "curiosity", 3, InvalidInput),
        ("sue", "quality", 0, InvalidInput),
        ("sue", "quality", 31, InvalidInput),
        ("ina", "quality", 3, NotAllowed),
        ("nobody", "quality", 3, StoreError),
    ],
)
def test_what_cannot_be_lent(
    made: Made, to: str, reason: str, days: int, error: type[StoreError]
) -> None:
    with made.unlocked("dan") as (dan,):
        with pytest.raises(error):
            dan.reviews.lend(made.submitted, to, reason, days)
        with pytest.raises(NotAllowed):
            dan.reviews.lend(made.begun, "sue", "quality", 3)
    assert lent(made) == 0


# --- errors at any point -------------------------------------------------------------------------

Deeds = dict[str, Callable[[Made, Access], object]]
DEEDS: Deeds = {
    "accept": lambda made, dan: dan.reviews.accept(made.begun),
    "give back": lambda made, dan: dan.reviews.give_back(made.begun, COMMENTS),
    "give back to another": lambda made, dan: dan.reviews.give_back(made.begun, COMMENTS, to="ivo"),
    "lend": lambda made, dan: dan.reviews.lend(made.begun, "sue", "quality", 3),
    "reassign": lambda made, dan: dan.assignments.reassign(made.other, "ivo"),
}


@contextmanager
def failing_at(study: Study, number: int) -> Iterator[list[str]]:
    """Let the statement of that number report a disk error instead of happening."""
    said: list[str] = []

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)
        if len(said) == number:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error

    database: Any = study.database
    engine = database._engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", fail)
    try:
        yield said
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", fail)


def content(made: Made) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the database."""
    names = ("case", "grant", "event", "sealed", "lease", "audit", "identity")
    with made.sql() as sql:
        return {name: sql.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


@pytest.mark.parametrize("deed", DEEDS)
def test_an_error_at_any_statement_leaves_everything_as_it_was(due: Made, deed: str) -> None:
    before = content(due)
    with due.unlocked("dan") as (dan,):
        for number in range(1, 200):
            with failing_at(dan.study, number) as said:
                try:
                    DEEDS[deed](due, dan)
                    break
                except StoreError as error:
                    told = str(error)
            assert "disk" in told
            assert content(due) == before, said[-1]
        assert number > 10
        assert content(due) != before
        assert dan.verify().ok


@pytest.mark.parametrize("deed", DEEDS)
def test_a_commit_that_reports_an_error_has_happened_or_not(due: Made, deed: str) -> None:
    before = content(due)
    with due.unlocked("dan") as (dan,):
        with failing(dan.study, happens=False), pytest.raises(StoreError):
            DEEDS[deed](due, dan)
        assert content(due) == before
        with failing(dan.study, happens=True), pytest.raises(StoreError):
            DEEDS[deed](due, dan)
        assert content(due) != before
        assert dan.verify().ok
        if deed != "lend":
            with pytest.raises(NotAllowed):  # it is done already
                DEEDS[deed](due, dan)


# --- who may sign what ---------------------------------------------------------------------------


def forge(
    made: Made, who: Access, case_id: str, what: grants.What, recipient: str, expires: str = ""
) -> None:
    """Put a grant of a key of one's own in the place of the one that is there."""
    with who.study.database.write() as connection:
        values = (case_id, what, recipient)
        sql = "DELETE FROM grant WHERE case_id = ? AND what = ? AND recipient = ?"
        connection.exec_driver_sql(sql, values)
        me = (who.entry.id, who.keys.signing)
        key = bytearray(32)
        grants.grant(connection, who.study.body, *values, key, *me, expires=expires)


@pytest.mark.parametrize("forger", ["ada", "ivo", "sue"])
def test_an_answers_key_by_anyone_else_does_not_count(due: Made, forger: str) -> None:
    with due.unlocked(forger, "ina", "dan") as (who, ina, dan):
        forge(due, who, due.other, "answers", ina.entry.id)
        with pytest.raises(DamagedCase):
            ina.open_case(due.other)
        assert not dan.verify().ok


def test_a_return_that_follows_no_submission_does_not_count(due: Made) -> None:
    """A supervisor cannot put a journal of their making in the place of one that was not handed
    in."""
    from store.casework.rekeying import put_journal

    with due.unlocked("sue", "ina", "dan") as (sue, ina, dan):
        study, me = sue.study, (sue.entry.id, sue.keys.signing)
        with study.database.write() as connection:
            case = cases.find(connection, due.other)
            keys, journal = put_journal(connection, study.body, case, [], me, study.now())
            keys.wipe()
            case = cases.find(connection, due.other)
            assert journal == []
            said = note(place_of(study.body, case), 0, case.head, case.assignee)
            audit.record(connection, study.body, *me, Deed.CASE_RETURNED, said, study.now())
        with pytest.raises(DamagedCase):
            ina.open_case(due.other)
        assert not dan.verify().ok


@pytest.mark.parametrize("forger", ["ada", "ina", "sue"])
def test_a_sealed_case_is_lent_by_data_managers_only(due: Made, forger: str) -> None:
    with due.unlocked(forger, "sue", "dan") as (who, sue, dan):
        forge(due, who, due.submitted, "submission", sue.entry.id, "2036-01-01T00:00:00.000000Z")
        with pytest.raises(DamagedCase):
            sue.reviews.read(due.submitted)
        assert not dan.verify().ok


def test_control_a_lending_without_an_end_does_not_count(due: Made) -> None:
    with due.unlocked("sue", "dan") as (sue, dan):
        forge(due, dan, due.submitted, "submission", sue.entry.id)
        with pytest.raises(DamagedCase):
            sue.reviews.read(due.submitted)
        assert not dan.verify().ok


def test_a_lending_that_is_made_longer_does_not_count(due: Made) -> None:
    with due.unlocked("sue", "dan") as (sue, dan):
        dan.reviews.lend(due.submitted, "sue", "quality", 1)
        with due.sql() as sql:
            longer = "2036-01-01T00:00:00.000000Z"
            sql.execute("UPDATE grant SET expires = ? WHERE expires <> ''", (longer,))
        with pytest.raises(DamagedCase):
            sue.reviews.read(due.submitted)
        assert not dan.verify().ok


def test_a_case_taken_out_of_review_by_deleting_its_grant_is_noticed(due: Made) -> None:
    with due.sql() as sql:
        sql.execute("DELETE FROM grant WHERE recipient = 'review'")
    with due.unlocked("dan", "sue") as (dan, sue):
        assert sue.reviews.due() == []
        (line,) = dan.verify().problems
        assert due.begun[:8] in line


@pytest.mark.parametrize("by", ["sue", "dan"])
@pytest.mark.parametrize("passed_on", [False, True], ids=["to the same", "then to someone else"])
def test_who_returns_a_case_cannot_alter_its_journal(
    due: Made, monkeypatch: pytest.MonkeyPatch, by: str, passed_on: bool
) -> None:
    """With a program of their own, which puts back other events than were handed in."""

    def altered(connection: Any, body: Any, case: Any, entries: Any, *rest: Any) -> Any:
        first, *others = entries
        return put_journal(
            connection, body, case, [replace(first, event=answer(99)), *others], *rest
        )

    with due.unlocked(by, "dan", "ina", "ivo") as (reviewer, dan, ina, ivo):
        with monkeypatch.context() as patch:
            patch.setattr(returning, "put_journal", altered)
            reviewer.reviews.give_back(due.begun, COMMENTS)
        if passed_on:
            dan.assignments.reassign(due.begun, "ivo")
        (problem,) = dan.verify().problems
        assert "does not go on from what was submitted" in problem
        with pytest.raises(DamagedCase):
            (ivo if passed_on else ina).open_case(due.begun)
