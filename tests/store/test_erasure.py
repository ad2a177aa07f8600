"""Erasure: nothing is left, nothing brings it back unseen, and a certificate proves it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from store import (
    DiskFull,
    InvalidInput,
    NotAllowed,
    Reason,
    StoreError,
    UnknownCase,
    Unwritable,
    open_study,
)
from store.backup import ballast
from store.erasing.certificates import read
from tests.campaigns import erasing
from tests.store.made import DOCUMENT, IDENTITY, Made, add_case, answer

ACCEPTED = "accepted"
WHICH = ("fresh", "begun", "submitted", ACCEPTED)


def chosen(made: Made, which: str) -> str:
    return made.submitted if which == ACCEPTED else str(getattr(made, which))


@pytest.mark.parametrize("which", WHICH)
def test_a_case_in_any_state_is_erased(made: Made, which: str) -> None:
    case_id = chosen(made, which)
    with made.unlocked("dan", "ada", "ina") as (dan, ada, ina):
        if which == ACCEPTED:
            dan.reviews.accept(case_id)
        others = [card for card in dan.cases() if card.id != case_id]
        dan.erasures.erase_case(case_id, Reason.WITHDRAWN, ada)
        card = next(card for card in dan.cases() if card.id == case_id)
        assert (card.state, card.label, card.damaged) == ("erased", None, False)
        assert [one for one in dan.cases() if one.id != case_id] == others
        for attempt in (ina.open_case, dan.read_submitted, dan.reviews.accept):
            with pytest.raises(NotAllowed, match="was erased"):
                attempt(case_id)
        assert dan.verify().problems == ada.verify().problems == ()
    with made.sql() as sql:
        for table in ("identity", '"grant"', "event", "sealed", "lease"):
            query = f"SELECT count(*) FROM {table} WHERE case_id = ?"
            assert sql.execute(query, (case_id,)).fetchone()[0] == 0
        query = 'SELECT mode, assignee, created_by, updated FROM "case" WHERE id = ?'
        assert tuple(sql.execute(query, (case_id,)).fetchone()) == ("", "", "", 0)


def test_it_is_asked_for_and_done_by_two_people(made: Made) -> None:
    with made.unlocked("dan", "ada", "ina", "ivo", "sue") as (dan, ada, ina, ivo, sue):
        for person, case_id in ((ina, made.begun), (sue, made.of_ivo), (ina, made.begun)):
            person.erasures.request(case_id)
        assert dan.erasures.requested() == (made.begun, made.of_ivo)
        for person in (dan, ada):
            with pytest.raises(NotAllowed):
                person.erasures.request(made.begun)
        with pytest.raises(NotAllowed, match="your own cases"):
            ivo.erasures.request(made.begun)
        for person in (ada, ina, sue):
            with pytest.raises(NotAllowed, match="that takes a data manager"):
                person.erasures.erase_case(made.begun, Reason.MISTAKE, dan)
        for second in (None, ina, sue, dan):
            with pytest.raises(NotAllowed, match="takes two people"):
                dan.erasures.erase_case(made.begun, Reason.MISTAKE, second)
        with pytest.raises(UnknownCase):
            dan.erasures.erase_case("0" * 32, Reason.MISTAKE, ada)
        held = {table: count for table, count in _counts(made).items() if table != "audit"}
        assert held["erasure"] == 0
        made_out = dan.erasures.erase_case(made.begun, Reason.MISTAKE, ada)
        assert (made_out.by, made_out.second) == ("dan", "ada")
        assert dan.erasures.requested() == (made.of_ivo,)
        with pytest.raises(InvalidInput, match="erased before"):
            dan.erasures.erase_case(made.begun, Reason.MISTAKE, ada)
        assert _counts(made)["erasure"] == 1


def _counts(made: Made) -> dict[str, int]:
    with made.sql() as sql:
        return {
            table: sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("event", "erasure", "audit", "identity")
        }


def test_a_program_that_has_the_case_open_is_told(made: Made) -> None:
    with made.unlocked("ina") as (ina,), made.unlocked("dan", "ada") as (dan, ada):
        case = ina.open_case(made.begun)
        dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada)
        with pytest.raises(NotAllowed, match="was erased"):
            case.append(answer(9))
        with pytest.raises(NotAllowed, match="was erased"):
            case.submit(DOCUMENT)
        case.release()
        assert dan.verify().problems == ()
        assert _counts(made)["event"] == 5, "of the other case alone"


def test_what_lies_beside_the_database_goes_as_well(made: Made) -> None:
    names = (
        f"drafts/{made.begun}-1.draft",
        f"aside/00-{made.begun}.packet",
        "study.db.before-2",
        f"drafts/{made.other}-1.draft",
        f"aside/00-{made.other}.packet",
    )
    for name in names:
        (made.folder / name).parent.mkdir(exist_ok=True)
        (made.folder / name).write_bytes(b"sealed")
    with made.unlocked("dan", "ada") as (dan, ada):
        dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada)
        assert [name for name in names if (made.folder / name).exists()] == list(names[3:])
        # What an erasure that was cut off left there goes when it is cleaned up again.
        (made.folder / names[0]).write_bytes(b"sealed")
        assert dan.erasures.clean()
        assert [name for name in names if (made.folder / name).exists()] == list(names[3:])


def test_what_cannot_be_deleted_beside_it_stops_nothing_and_is_named(made: Made) -> None:
    """A folder stands for whatever the system refuses to delete, whoever asks."""
    stuck = made.folder / "drafts" / f"{made.begun}-1-2.draft"
    late = made.folder / "aside" / f"00-{made.begun}.packet"
    for folder in (stuck, late.parent):
        folder.mkdir(parents=True)
    late.write_bytes(b"sealed")
    with made.unlocked("dan", "ada") as (dan, ada):
        dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada)
        assert (stuck.exists(), late.exists()) == (True, False)
        with pytest.raises(Unwritable, match=f"drafts/{stuck.name}\\. It cannot be deleted"):
            dan.erasures.clean()
    with made.unlocked("dan") as (dan,):
        assert stuck.exists()
        stuck.rmdir()
        stuck.write_bytes(b"sealed")
        assert dan.erasures.clean()
        assert not stuck.exists()
        assert dan.verify().ok


def test_identities_go_and_answers_stay(made: Made) -> None:
    with made.unlocked("dan", "ada", "ina") as (dan, ada, ina):
        before = dan.read_submitted(made.submitted)
        dan.erasures.erase_identities(ada)
        after = dan.read_submitted(made.submitted)
        assert (after.document, after.label, after.identity) == (before.document, "", {})
        assert [one.id for one in dan.submitted()] == [made.submitted]
        assert not any(card.label or card.damaged for card in (*dan.cases(), *ina.cases()))
        for case_id in (made.begun, made.fresh):
            with pytest.raises(NotAllowed, match="can no longer be conducted"):
                ina.open_case(case_id)
        assert dan.verify().problems == ada.verify().problems == ()
        assert dan.verify().journals == 2
        # A case that is added afterwards is like any other.
        later = add_case(dan, "Household 9", "ina")
        assert ina.open_case(later).identity == IDENTITY
        assert dan.verify().problems == ()
    with made.sql() as sql:
        query = "SELECT count(*) FROM \"grant\" WHERE what = 'identity' AND case_id != ?"
        assert sql.execute(query, (later,)).fetchone()[0] == 0


Attack = Callable[[Made, Path], None]


def _sql(*statements: str) -> Attack:
    def attack(made: Made, old: Path) -> None:
        with made.sql() as sql:
            sql.execute(f"ATTACH '{old}' AS old")
            for statement in statements:
                sql.execute(statement.format(made=made))

    return attack


def _back(table: str) -> str:
    return (
        f"INSERT OR REPLACE INTO {table} SELECT * FROM old.{table} WHERE case_id = '{{made.begun}}'"
    )


ATTACKS: dict[str, Attack] = {
    "the ledger's last entry deleted": _sql("DELETE FROM erasure WHERE seq = 2"),
    "its first deleted": _sql("DELETE FROM erasure WHERE seq = 1"),
    "all of it deleted": _sql("DELETE FROM erasure"),
    "another reason": _sql("UPDATE erasure SET reason = 'mistake' WHERE seq = 1"),
    "another case": _sql("UPDATE erasure SET case_id = '{made.other}' WHERE seq = 1"),
    "another time": _sql("UPDATE erasure SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 1"),
    "no second person": _sql("UPDATE erasure SET second = '', second_signature = x''"),
    "signature of another": _sql(
        "UPDATE erasure SET signature = (SELECT second_signature FROM erasure WHERE seq = 1)"
    ),
    "numbers swapped": _sql(
        "UPDATE erasure SET seq = 3 WHERE seq = 1",
        "UPDATE erasure SET seq = 1 WHERE seq = 2",
        "UPDATE erasure SET seq = 2 WHERE seq = 3",
    ),
    "events put back": _sql(_back("event")),
    "identity put back": _sql(_back("identity")),
    "grants put back": _sql(_back('"grant"')),
    "lease put back": _sql(_back("lease")),
    "row put back": _sql(
        'INSERT OR REPLACE INTO "case" SELECT * FROM old."case" WHERE id = \'{made.begun}\''
    ),
    "all of it put back": _sql(
        'INSERT OR REPLACE INTO "case" SELECT * FROM old."case" WHERE id = \'{made.begun}\'',
        *(_back(table) for table in ("event", "identity", '"grant"', "lease")),
    ),
    "a case only said to be erased": _sql(
        "UPDATE \"case\" SET state = 'erased' WHERE id = '{made.other}'"
    ),
    "a case emptied without the ledger": _sql(
        *(
            f"DELETE FROM {table} WHERE case_id = '{{made.other}}'"
            for table in ("event", '"grant"')
        ),
        "UPDATE \"case\" SET state = 'erased' WHERE id = '{made.other}'",
    ),
    "an identity taken away": _sql(
        "UPDATE identity SET envelope = zeroblob(32) WHERE case_id = '{made.other}'"
    ),
}


@pytest.fixture(scope="module")
def erased(original: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The study with two cases erased; to be copied."""
    made = original.copy(tmp_path_factory.mktemp("erased") / "study")
    with made.unlocked("dan", "ada") as (dan, ada):
        for case_id in (made.begun, made.fresh):
            dan.erasures.erase_case(case_id, Reason.WITHDRAWN, ada)
        assert dan.verify().problems == ()
    return made


@pytest.mark.parametrize("name", ATTACKS)
def test_verify_notices_what_is_done_to_ledger_and_erased_cases(
    original: Made, erased: Made, tmp_path: Path, name: str
) -> None:
    made = erased.copy(tmp_path / "study")
    ATTACKS[name](made, original.folder / "study.db")
    with made.unlocked("dan") as (dan,):
        assert dan.verify().problems != ()


def test_a_certificate_can_be_checked_by_anyone_and_by_no_other_study(
    made: Made, other_study: Made, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.json"
    (tmp_path / "backups").mkdir()
    with made.unlocked("dan", "ada", "ina") as (dan, ada, ina):
        backup = dan.backups.make(tmp_path / "backups").path
        list(dan.submitted())
        dan.erasures.erase_case(made.fresh, Reason.MISTAKE, ada)
        dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada).write(file)
        body = dan.study.body
        again = dan.erasures.certificate(2)
        assert again.erasure.case_id == made.begun
        for number in (0, 3):
            with pytest.raises(InvalidInput):
                dan.erasures.certificate(number)
        forger = ina.keys.signing
        held = read(file, body)
        assert (held.erasure.reason, held.by, held.second) == ("withdrawn", "dan", "ada")
        named = f"backup {backup.name}, until somebody deletes it."
        assert [copy[12:] for copy in held.copies] == [named]
        # Only of a case that was handed in an export may have something.
        later = dan.erasures.erase_case(made.submitted, Reason.WITHDRAWN, ada).copies
        exported = "all submitted cases were read by dan, as for an export, until somebody deletes"
        assert [copy[12:] for copy in later] == [named, f"{exported} it."]
        text = file.read_text(encoding="utf-8")
        assert json.loads(text)["body"]["what"] == "erasure certificate"
        assert "Household" not in text
        assert "555-" not in text
        for number, change in enumerate(_changes(json.loads(text))):
            path = tmp_path / f"{number}.json"
            path.write_text(_canonical(change), encoding="utf-8")
            with pytest.raises(InvalidInput, match="certifies nothing"):
                read(path, body)
        assert forger.public != body.person("dan").public.signing
    with other_study.unlocked() as _:
        other = open_study(other_study.folder)
        with pytest.raises(InvalidInput, match="another study"):
            read(file, other.body)
        other.close()
    with pytest.raises(StoreError, match="cannot be read"):
        read(tmp_path / "gone.json", body)


def _changes(found: dict[str, object]) -> list[object]:
    body = found["body"]
    assert isinstance(body, dict)
    ledger = body["ledger"]

    def changed(**values: object) -> object:
        return {**found, "body": {**body, **values}}

    return [
        changed(copies=[]),
        changed(ledger=ledger[1:]),
        changed(ledger=ledger[:1]),
        changed(ledger=[]),
        changed(ledger=[{**ledger[0], "reason": "ordered"}, ledger[1]]),
        changed(destroyed=["nothing"]),
        changed(format=2),
        {**found, "signature": ""},
        {**found, "signed_by": "0" * 32},
        {**found, "signed_by": ledger[0]["second"]},
        [],
        {},
    ]


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_room_is_let_go_of_when_the_disk_is_full_and_taken_again(tmp_path: Path) -> None:
    reserve = tmp_path / ballast.FILE_NAME
    done: list[bool] = []

    def act() -> str:
        done.append(reserve.exists())
        if reserve.exists():
            raise DiskFull("The disk is full.")
        return "done"

    assert ballast.keep(tmp_path)
    assert reserve.stat().st_blocks * 512 >= ballast.SIZE, "room, and not a hole"
    assert ballast.with_room(tmp_path, act) == "done"
    assert done == [True, False]
    assert reserve.stat().st_size == ballast.SIZE

    def never() -> str:
        raise DiskFull("The disk of the server is full.")

    with pytest.raises(DiskFull):
        ballast.with_room(tmp_path, never)
    reserve.unlink()
    with pytest.raises(DiskFull, match="of the server"):
        ballast.with_room(tmp_path, never)
    reserve.unlink(missing_ok=True)
    assert ballast.with_room(tmp_path, lambda: 1) == 1
    assert not reserve.exists()


def test_erased_cases_are_found_nowhere_and_do_not_come_back(
    original: Made, tmp_path: Path
) -> None:
    study = open_study(original.copy(tmp_path / "study").folder)
    figures = erasing.run(tmp_path, 4, study)
    assert erasing.passed(figures), figures
