"""The reader written from FORMAT.md alone finds what the store wrote."""

import ast
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from tests.store import independent_reader
from tests.store.independent_reader import Reader
from tests.store.made import DOCUMENT, IDENTITY, Made, answer, passphrase

SOURCE = Path(independent_reader.__file__)


def test_it_is_short_and_imports_nothing_of_ours() -> None:
    text = SOURCE.read_text()
    assert len(text.splitlines()) <= 200
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
