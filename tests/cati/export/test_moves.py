"""Files about moved cases: read back like all others, and refused when they cannot be read."""

import csv
from pathlib import Path
from typing import Any

import pytest

from cati.export import ExportCase, ExportError, Profile
from cati.export.moves import MovedCases, write_lines
from tests.cati.household import Clock

LEFT: dict[str, Any] = {
    "q": "rooms",
    "r": 2,
    "v": ["kitchen", "bath"],
    "kind": "any_of",
    "unit": None,
    "roster": "homes",
    "label": "Rooms, all",
    "version": "1.0",
    "why": "It is a roster now.",
}
VERSIONS: dict[str, Any] = {"version": "1.0", "fingerprint": "ab" * 32}
MOVE: dict[str, Any] = {
    "t": "2026-03-02T14:00:00Z",
    "by": "ines",
    "from": VERSIONS,
    "to": VERSIONS,
    "renamed": {},
    "left_behind": 1,
    "restored": 0,
}


def case(**parts: Any) -> ExportCase:
    return ExportCase("c" * 32, Clock()(), parts)


def test_values_are_in_the_full_profile_alone() -> None:
    for profile, end in ((Profile.ANALYSIS, ()), (Profile.FULL, ("kitchen;bath", ""))):
        moved = MovedCases(profile)
        passed = list(moved.passing([case(moves=[MOVE], left_behind=[LEFT]), case()]))
        assert len(passed) == 2
        assert (moved.cases, len(moved.moves)) == (1, 1)
        (line,) = moved.left
        shared = ("c" * 32, "rooms", "2", "homes", "Rooms, all", "1.0", "any_of", "")
        assert line == (*shared, "It is a roster now.", *end)
        assert {len(head) - len(lines[0]) for head, lines in moved.files().values()} == {0}
    assert not MovedCases(Profile.FULL).files()


def test_any_text_is_written_and_read_back(tmp_path: Path) -> None:
    texts = ("a,b", 'say "no"', "two\nlines", "two\r\nlines", "\r", "", "ñ", "=1+1")
    assert write_lines(tmp_path / "texts.csv", ("text",), [(text,) for text in texts]) == len(texts)


def test_control_a_line_that_differs_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = csv.reader
    monkeypatch.setattr("csv.reader", lambda *parts, **more: list(real(*parts, **more))[:-1])
    with pytest.raises(ExportError, match="a line is not what was exported"):
        write_lines(tmp_path / "texts.csv", ("text",), [("a",), ("b",)])


@pytest.mark.parametrize(
    "parts", [{"moves": "many"}, {"moves": [MOVE], "left_behind": [{"q": "rooms"}]}, {"moves": [1]}]
)
def test_what_cannot_be_read_is_one_sentence(parts: dict[str, Any]) -> None:
    with pytest.raises(ExportError, match="tells of moves in a form"):
        list(MovedCases(Profile.FULL).passing([case(**parts)]))
