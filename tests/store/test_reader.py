"""The reader written from FORMAT.md alone finds what the store wrote."""

import ast
import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from store import open_study
from store.casework.progress import TRANSITIONS
from tests.store import independent_reader
from tests.store.independent_reader import STEPS, Reader
from tests.store.made import DOCUMENT, IDENTITY, Made, answer, passphrase

SOURCE = Path(independent_reader.__file__)


def test_it_is_short_and_imports_nothing_of_ours() -> None:
    text = SOURCE.read_text()
    assert len(text.splitlines()) < 330
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    }
    assert not imported & {"store", "instrument", "skips", "cati", "tests"}


def test_it_opens_live_journals_and_the_sealed_case_of_a_data_manager(made: Made) -> None:
    found = {case["case"]: case for case in Reader(made.folder, "dan", passphrase("dan")).cases()}
    assert found[made.begun]["content"] == [answer(number) for number in range(1, 9)]
    assert found[made.other]["content"] == [answer(number) for number in range(1, 6)]
    assert found[made.fresh]["content"] == []
    assert found[made.submitted]["content"] == DOCUMENT
    assert found[made.submitted]["identity"] == IDENTITY
    assert found[made.submitted]["label"] == "Household 2"


def test_it_opens_for_an_interviewer_what_is_theirs_and_no_more(made: Made) -> None:
    found = {case["case"]: case for case in Reader(made.folder, "ina", passphrase("ina")).cases()}
    assert found[made.begun]["content"] == [answer(number) for number in range(1, 9)]
    assert found[made.submitted]["content"] is None
    assert found[made.of_ivo]["content"] is None


def test_control_it_notices_what_was_changed(made: Made) -> None:
    with made.sql() as sql:
        sql.execute("DELETE FROM event WHERE case_id=? AND seq=8", (made.begun,))
    with pytest.raises(AssertionError):
        list(Reader(made.folder, "dan", passphrase("dan")).cases())
    path = made.folder / "study.yaml"
    path.write_text(path.read_text().replace("Households", "Householdz"))
    with pytest.raises(InvalidSignature):
        Reader(made.folder, "dan", passphrase("dan"))


def test_its_table_of_the_notes_about_a_case_is_the_one_that_is_kept() -> None:
    kept: dict[str, tuple[set[str], set[str]]] = {
        deed.value: (set(rule.after), set(rule.to)) for deed, rule in TRANSITIONS.items()
    }
    assert {deed: (set(after), set(to)) for deed, (_, after, to) in STEPS.items()} == kept


def test_what_the_notes_of_a_case_tell_in_order_is_read(made: Made) -> None:
    """The control: a case that went through many hands."""
    with made.unlocked("ina", "ivo", "dan") as (ina, ivo, dan):
        ina.open_case(made.begun).submit(DOCUMENT)
        dan.reviews.give_back(made.begun, {"cars": "Ask again."})
        dan.assignments.reassign(made.begun, "ivo")
        ivo.open_case(made.begun).submit(DOCUMENT)
        dan.reviews.accept(made.begun)
    found = {case["case"]: case for case in Reader(made.folder, "dan", passphrase("dan")).cases()}
    assert found[made.begun]["content"] == DOCUMENT


@pytest.mark.parametrize(
    ("action", "name", "assignee"),
    [
        ("case resumed", "ina", ""),
        ("case begun", "ina", ""),
        ("case accepted", "ina", "ina"),
        ("accepted case reopened", "dan", "ina"),
        ("case reassigned", "dan", "ivo"),
        ("journal received by a packet", "dan", "ina"),
        ("case returned", "sue", "ivo"),
        ("case brought by a packet", "ina", "ina"),
        ("submitted case read", "dan", ""),
    ],
)
def test_it_notices_a_note_that_cannot_follow(
    made: Made, action: str, name: str, assignee: str
) -> None:
    """Behind the one of a submitted case; the chain of the audit it does not look at."""
    with closing(open_study(made.folder)) as study:
        actor = study.body.person(name).id
        whose = f" {study.body.person(assignee).id}" if assignee else ""
    with made.sql() as sql:
        sql.execute(
            "INSERT INTO audit SELECT (SELECT max(seq) + 1 FROM audit), at, ?, ?, object || ?, "
            "hash, signature, second, second_signature FROM audit WHERE object LIKE ? "
            "ORDER BY seq DESC LIMIT 1",
            (actor, action, whose, f"{made.submitted} journal %"),
        )
    with pytest.raises((AssertionError, KeyError)):
        list(Reader(made.folder, "dan", passphrase("dan")).cases())


def test_a_wrong_passphrase_opens_nothing(made: Made) -> None:
    with pytest.raises((AssertionError, InvalidTag)):
        Reader(made.folder, "dan", passphrase("ina"))


def test_it_opens_a_store_of_the_first_format(tmp_path: Path) -> None:
    releases = SOURCE.parent / "releases"
    ids = json.loads((releases / "format-1.json").read_text())
    shutil.copytree(releases / "format-1", tmp_path / "study")
    reader = Reader(tmp_path / "study", "dan", passphrase("dan"))
    found = {case["case"]: case["content"] for case in reader.cases()}
    assert found[ids["submitted"]] == DOCUMENT
    assert found[ids["begun"]] == [answer(number) for number in range(1, 9)]
    assert found[ids["fresh"]] == []


def test_it_opens_cases_under_a_later_data_key_and_their_journals(made: Made) -> None:
    with made.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        dan.study_keys.rotate(with_=ada)
        dan.study_keys.rewrap()
        dan.reviews.give_back(made.submitted, {"event": "returned"})
        ina.open_case(made.submitted).submit({"answers": {"cars": 3}})
        dan.reviews.accept(made.submitted)
    reader = Reader(made.folder, "dan", passphrase("dan"))
    assert {"data", "data.2"} <= set(reader.holders)
    stored = {case["id"]: case for case in reader.stored()}
    assert stored[made.submitted]["sealed"]["data_key"] == "data.2"
    assert reader.document(stored[made.submitted]) == {"answers": {"cars": 3}}
    expected = [*(answer(number) for number in range(1, 4)), {"event": "returned"}]
    assert stored[made.submitted]["journal"] == expected
    assert reader.journal(stored[made.begun]) == [answer(number) for number in range(1, 9)]


def test_it_opens_the_cases_in_a_packet(made: Made, tmp_path: Path) -> None:
    with made.unlocked("dan") as (dan,):
        file = dan.packets.send(dan.packets.due("ina"), tmp_path, to="ina").file
    for name in ("dan", "ina", "ivo"):
        reader = Reader(made.folder, name, passphrase(name))
        found = {case["case"]: case["content"] for case in reader.cases(reader.carried(file))}
        begun = None if name == "ivo" else [answer(number) for number in range(1, 9)]
        assert found[made.begun] == begun
        assert len(found) == 3
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(AssertionError):
        list(reader.carried(file))
