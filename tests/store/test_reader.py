"""The reader written from FORMAT.md alone finds what the store wrote."""

import ast
import json
import shutil
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from tests.store import independent_reader
from tests.store.independent_reader import Reader
from tests.store.made import DOCUMENT, IDENTITY, Made, answer, passphrase

SOURCE = Path(independent_reader.__file__)


def test_it_is_short_and_imports_nothing_of_ours() -> None:
    text = SOURCE.read_text()
    assert len(text.splitlines()) <= 260
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
