"""The page about moved cases names every column and part that there is, and no other."""

import re
from pathlib import Path

import pytest

from cati.document_moves import moved_parts
from cati.export import moves
from tests.cati.moved import begun, conducted, moved, second

PAGE = Path(__file__).parents[3] / "docs" / "moving-cases.md"


def table(after: str) -> list[str]:
    """The first cells of the first table behind some words."""
    lines = iter(PAGE.read_text(encoding="utf-8").split(after, 1)[1].splitlines())
    rows = []
    for line in lines:
        if line.startswith("| `"):
            rows.append(line.split("|")[1].strip(" `"))
        elif rows:
            break
    return rows


@pytest.mark.parametrize(
    ("words", "head"),
    [
        ("`…-moves.csv`, one line", moves._MOVES_HEAD),
        ("`…-left-behind.csv`, one line", (*moves._LEFT_HEAD, *moves._VALUES)),
    ],
)
def test_it_has_the_columns_of_the_files(words: str, head: tuple[str, ...]) -> None:
    assert tuple(table(words)) == head


def test_it_has_the_parts_of_the_document_and_what_is_in_them() -> None:
    events = conducted()
    moved(events, second(), {"people": "persons"})
    parts = moved_parts(begun(events).record)
    assert table("## In the document") == list(parts)
    page = PAGE.read_text(encoding="utf-8").split("## In the document")[1]
    for name, part in parts.items():
        (told,) = re.findall(rf"^\| `{name}` \| (.*) \|$", page, re.MULTILINE)
        entry = part[0] if isinstance(part, list) else part
        assert isinstance(entry, dict)
        assert set(entry) <= set(re.findall(r"`(\w+)`", told)), name
