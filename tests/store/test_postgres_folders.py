"""Holds on cases by the clock of a server, and folders that follow it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from store import (
    CaseInUse,
    DamagedStudy,
    InstrumentFiles,
    LeaseLost,
    Role,
    StoreError,
    join_study,
    open_study,
)
from store.clock import utc_now
from store.databases import server
from store.databases.database import translated
from store.databases.postgres import ours
from store.record import audit
from store.record.audit import Deed
from store.trust import manifest, mirror
from store.values import NewPerson
from tests.store.forging import edited, signer
from tests.store.made import DOCUMENT, FINGERPRINT, PEOPLE, Made, add_case, answer, passphrase

# --- holds on cases ------------------------------------------------------------------------------

ELSEWHERE = "UPDATE lease SET boot='another computer'"


def until(made: Made) -> int:
    """Seconds for which the begun case is still held, by the server's clock."""
    with made.sql() as sql:
        query = "SELECT until - extract(epoch FROM now())::bigint FROM lease WHERE case_id=?"
        return int(sql.execute(query, (made.begun,)).fetchone()[0])


def test_a_hold_ends_by_the_clock_of_the_server_unless_it_is_renewed(made: Made) -> None:
    with made.unlocked("ina") as (ina,), made.unlocked("ina") as (again,):
        case = ina.open_case(made.begun)
        assert 110 < until(made) <= 120
        with made.sql() as sql:
            sql.execute(ELSEWHERE + ", until = until - 100")
        with pytest.raises(CaseInUse):
            again.open_case(made.begun)
        ina.heartbeat()
        assert 110 < until(made) <= 120
        with made.sql() as sql:
            sql.execute("UPDATE lease SET until = until - 121 WHERE holder <> ''")
        assert case.append(answer(9)).seq == 9, "ended, and nobody has taken it"
        taken = again.open_case(made.begun)
        assert taken.token == case.token + 1
        for late in (
            lambda: case.append(answer(10)),
            case.heartbeat,
            lambda: case.submit(DOCUMENT),
        ):
            with pytest.raises(LeaseLost):
                late()
        assert taken.append(answer(10)).seq == 10


def test_no_clock_of_a_client_ends_a_hold(made: Made, clock: Any) -> None:
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.begun)
        with made.sql() as sql:
            sql.execute(ELSEWHERE)
        clock.pass_seconds(10 * 365 * 86_400)
        study = open_study(made.folder, now=clock)
        try:
            with pytest.raises(CaseInUse):
                study.unlock("ina", passphrase("ina")).open_case(made.begun)
        finally:
            study.close()


def test_nobody_is_given_the_same_case_twice(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        ids = [add_case(dan, f"Household {number}", "ina") for number in range(6)]
    studies = [open_study(made.folder) for _ in range(4)]
    try:
        people = [study.unlock("ina", passphrase("ina")) for study in studies]

        def claim(who: Any) -> list[str]:
            given = []
            while (case := who.claim_next([made.submitted, made.of_ivo, *ids])) is not None:
                given.append(case.card.id)
            return given

        with ThreadPoolExecutor(4) as threads:
            given = [one for got in threads.map(claim, people) for one in got]
        assert sorted(given) == sorted(ids)
    finally:
        for study in studies:
            study.close()


def test_what_the_library_raises_comes_out_as_ours() -> None:
    with pytest.raises(StoreError), translated(ours):
        raise OperationalError("", {}, Exception("canary"))


# --- folders of their own ------------------------------------------------------------------------


def joined(made: Made, folder: Path, *names: str) -> Made:
    """The study in a folder of somebody else's, with their key files."""
    at = server.named(made.folder)
    assert at is not None
    with closing(open_study(made.folder)) as study:
        fingerprint = study.fingerprint
    join_study(folder, database=at.url, fingerprint=fingerprint.upper()).close()
    for name in names:
        file = f"keys/{name}.key"
        (folder / file).write_bytes((made.folder / file).read_bytes())
    return replace(made, folder=folder)


def test_who_joins_gets_what_is_common_and_no_key(made: Made, tmp_path: Path) -> None:
    with made.unlocked("dan") as (dan,):
        dan.publish("pace", {"seconds": 3})
    here = joined(made, tmp_path / "here")
    common = {"study.yaml", "notices/pace.json"}
    files = {path.relative_to(here.folder).as_posix() for path in here.folder.rglob("*.*")}
    assert common < files
    assert not [path for path in files if path.startswith("keys/") or "study.db" in path]
    for file in (*common, f"instruments/{FINGERPRINT}/sections/people.yaml"):
        assert (here.folder / file).read_bytes() == (made.folder / file).read_bytes()
    with made.sql() as sql:
        kept = {row[0] for row in sql.execute("SELECT path FROM file")}
    assert not [path for path in kept if "key" in path]
    with joined(made, tmp_path / "ina", "ina").unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        assert case.append(answer(9)).seq == 9
        assert ina.study.notice("pace") == {"seconds": 3}


def test_another_study_than_the_one_that_was_meant_is_not_joined(
    made: Made, tmp_path: Path
) -> None:
    at = server.named(made.folder)
    assert at is not None
    with pytest.raises(DamagedStudy, match="not the study that was meant"):
        join_study(tmp_path / "here", database=at.url, fingerprint="5f" * 16)
    assert list(tmp_path.glob("*here*")) == []


def test_what_changes_in_one_folder_is_known_in_the_others(made: Made, tmp_path: Path) -> None:
    """Also while they are open: somebody added, an instrument, and somebody who is sent away."""
    office = joined(made, tmp_path / "office", "ada", "dan")
    with made.unlocked("ina") as (ina,), office.unlocked("ada", "dan") as (ada, dan):
        case = ina.open_case(made.begun)
        ada.people.add(NewPerson("eve", PEOPLE["dan"], passphrase("eve")), dan)
        files = {"instrument.yaml": b"name: cars\n"}
        ada.add_instrument(InstrumentFiles("cars", "1.0", "7c" * 32, files))
        assert len(ina.cases()) == 5
        assert {person.name for person in ina.study.people} == {*PEOPLE, "eve"}
        assert (ina.study.instrument_folder("7c" * 32) / "instrument.yaml").is_file()
        ada.people.suspend("ina")
        with pytest.raises(StoreError):
            ina.cases()
        with pytest.raises(StoreError):
            ina.open_case(made.fresh)
        with pytest.raises(StoreError):
            case.append(answer(9))
        assert dan.verify().problems == ()


def test_an_older_or_foreign_manifest_on_the_server_is_not_taken(
    made: Made, other_study: Made
) -> None:
    older = (made.folder / "study.yaml").read_bytes()
    with made.unlocked("ada") as (ada,):
        ada.people.suspend("ivo")
    newest = (made.folder / "study.yaml").read_bytes()
    foreign = (other_study.folder / "study.yaml").read_bytes()
    for content, refused in ((older, False), (foreign, True), (newest[:-9], True)):
        with made.sql() as sql:
            sql.execute("UPDATE file SET content=? WHERE path='study.yaml'", (content,))
        if refused:
            with pytest.raises(DamagedStudy):
                open_study(made.folder)
        else:
            open_study(made.folder).close()
        assert (made.folder / "study.yaml").read_bytes() == newest


@pytest.mark.parametrize("who", ["former", "present"])
def test_a_former_administrators_manifest_on_the_server_is_not_followed(
    made: Made, tmp_path: Path, who: str
) -> None:
    """They still have the rights of before on the server, and the control: who is one."""
    here = joined(made, tmp_path / "here", "dan")
    with made.unlocked("ada") as (ada,):
        ada.people.change_roles("sue", frozenset({Role.ADMINISTRATOR}))
        ada.people.change_roles("sue", frozenset({Role.INTERVIEWER}))
    with made.unlocked("ada", "sue") as (ada, sue), here.unlocked("dan") as (dan,):
        by = signer(sue if who == "former" else ada)
        before = (here.folder / "study.yaml").read_bytes()
        policy = ada.study.body.policy.model_copy(update={"lock_after_minutes": 9})
        later = edited(ada.study.body, "sue", roles=(Role.ADMINISTRATOR,))
        if who == "present":
            later = ada.study.body
        version = later.version + 1
        signed = manifest.sign(later.model_copy(update={"policy": policy, "version": version}), *by)
        with ada.study.database.write() as connection:
            note, deed = manifest.audit_note(later.id, signed), Deed.POLICY_CHANGED
            audit._add(connection, later, *by, deed, note, utc_now(), None)
            mirror.keep(connection, "study.yaml", manifest.write(signed))
        add_case(dan, "Household 1", "ina")
        followed = (here.folder / "study.yaml").read_bytes() != before
        assert followed is (who == "present")
        assert (dan.study.lock_after_minutes == 9) is followed
        assert ("signed by sue" in " ".join(dan.verify().problems)) is not followed
        # And the next change by an administrator takes its place.
        ada.people.change_policy(lock_after_minutes=7)
        assert dan.cases()
        assert dan.study.lock_after_minutes == 7


def test_files_that_nobody_signed_are_not_taken_from_the_server(made: Made, tmp_path: Path) -> None:
    planted = {
        f"instruments/{FINGERPRINT}/instrument.yaml": b"name: other\n",
        "notices/pace.json": b'{"content":{},"signature":"","signed_by":""}',
        "notices/../keys/ina.key": b"x",
        "keys/ina.key": b"x",
        "database.yaml": b"database: x\n",
    }
    with made.sql() as sql:
        for path, content in planted.items():
            sql.execute("DELETE FROM file WHERE path=?", (path,))
            sql.execute("INSERT INTO file VALUES (?, ?)", (path, content))
    here = joined(made, tmp_path / "here")
    for path, content in planted.items():
        file = here.folder / path
        assert not file.exists() or file.read_bytes() != content
    with closing(open_study(here.folder)) as study, pytest.raises(DamagedStudy, match="missing"):
        study.instrument_folder(FINGERPRINT)
