"""Rosters that grow and shrink: every standing row gets its columns, whatever its id became."""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from cati.export import ExportCase, ExportError, Format, Profile, export_cases, export_problems
from cati.interview import Interview
from cati.memory import MemoryJournal
from instrument import Instrument, read_files
from instrument.values import Instance, Missing
from skips import Route, compile_instrument
from tests.cati.household import Clock

PETS = {
    "instrument.yaml": """
instrument: pets
title: Pets of a household
version: "1.0"
modes: {interview: Telephone interview, record: Record extraction}
record_modes: [record]
missing: [{reason: not_sure, code: -1, label: Not sure, key: f8}]
sections: [home]
""",
    "home.yaml": """
section: home
title: Home
items:
  - {question: walls, kind: integer, label: Walls, ask: How many walls?, range: 0..9}
  - roster: wall
    title: Walls
    label: Walls
    size: walls
    at_most: 2
    row_label: Wall {row}
    items: [{question: height, kind: integer, label: Height, ask: How high?, range: 0..9}]
  - roster: pet
    title: Pets
    label: Pets
    at_most: 3
    modes: [interview]
    row_label: Pet {row}
    items:
      - {statement: next_pet, say: "Now about pet {row}."}
      - {question: name, kind: text, label: Name, ask: What is it called?}
      - {question: age, kind: integer, label: Age, ask: How old is it?, range: 0..99}
      - {compute: number, kind: integer, label: Number, as: row}
""",
}
HEADER = [
    *["walls", "height_1", "height_2"],
    *["pet_1", "name_1", "name_1_status", "age_1", "number_1"],
    *["pet_2", "name_2", "name_2_status", "age_2", "number_2"],
    *["pet_3", "name_3", "name_3_status", "age_3", "number_3"],
]
NONE = ["-90", "", "-90", "-90", "-90"]


@cache
def pets() -> Instrument:
    return read_files({name: text.encode() for name, text in PETS.items()})


def interview(mode: str = "interview") -> Interview:
    """An interview at its beginning; there is one wall, three high."""
    clock = Clock()
    route = Route(compile_instrument(pets(), mode))
    begun = Interview(pets(), route, MemoryJournal(clock), by="ines", now=clock)
    begun.begin()
    begun.give(1)
    begun.jump(Instance("height", 1))
    begun.give(3)
    return begun


def answer(one: Interview, row: int, age: int | Missing) -> None:
    one.jump(Instance("name", row))
    one.give(f"Pet {row}")
    one.jump(Instance("age", row))
    one.give(age)


def grown(changes: Sequence[int]) -> Interview:
    """Rows added (0) and removed (their id); whichever comes up is answered at once."""
    one = interview()
    for change in changes:
        if change:
            one.remove_row("pet", change)
        else:
            one.add_row("pet")
            row = one.route.rows("pet")[-1]
            answer(one, row, 10 * row)
    return one


def case(one: Interview, number: int = 0) -> ExportCase:
    return ExportCase(f"case-{number:04d}", Clock()(), one.document())


def exported(folder: Path, *some: Interview) -> list[list[str]]:
    """The cells of the items, one row a case, after CSV and .sav were held against each other."""
    cases = [case(one, number) for number, one in enumerate(some)]
    report = export_cases(
        pets(), cases, folder, profile=Profile.FULL, formats=[Format.CSV, Format.SAV]
    )
    with report.files[0].open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    begin = header.index("walls")
    assert header[begin:] == HEADER
    data, _ = pyreadstat.read_sav(str(report.files[1]), user_missing=True, output_format="dict")
    for index, name in enumerate(header):
        for row, found in zip(rows, data[name], strict=True):
            assert row[index] == (found if isinstance(found, str) else str(int(found)))
    return [row[begin:] for row in rows]


def cells(row: int) -> list[str]:
    return [str(row), f"Pet {row}", "0", str(10 * row), str(row)]


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ([], []),
        ([0], [1]),
        ([0, 0, 0], [1, 2, 3]),
        ([0, 0, 2, 0, 3, 0], [1, 4]),
        ([0, 0, 0, 1, 2, 3, 0, 0, 0], [4, 5, 6]),
        ([0, 1], []),
    ],
)
def test_standing_rows_stand_in_the_first_columns(
    tmp_path: Path, changes: list[int], standing: list[int]
) -> None:
    one = grown(changes)
    assert list(one.route.rows("pet")) == standing
    (found,) = exported(tmp_path, one)
    wanted = [cells(row) for row in standing] + [NONE] * (3 - len(standing))
    assert found == ["1", "3", "-90", *(cell for row in wanted for cell in row)]


def test_a_row_that_was_brought_back_has_its_answers_again(tmp_path: Path) -> None:
    one = grown([0, 0, 1])
    one.route.restore_row("pet", 1)
    (found,) = exported(tmp_path, one)
    assert found[3:] == [*cells(1), *cells(2), *NONE]


def test_reasons_and_unanswered_items_of_a_standing_row_keep_their_codes(tmp_path: Path) -> None:
    one = grown([0, 1, 0])
    answer(one, 2, Missing("not_sure"))
    one.add_row("pet")
    (found,) = exported(tmp_path, one)
    assert found[3:8] == ["2", "Pet 2", "0", "-1", "2"]
    assert found[8:13] == ["3", "", "-92", "-92", "3"]


def test_cases_with_other_rows_and_modes_share_the_columns(tmp_path: Path) -> None:
    found = exported(tmp_path, grown([0, 1, 0]), interview("record"), grown([0, 0]))
    assert [row[3::5] for row in found] == [["2", "-90", "-90"], ["-90"] * 3, ["1", "2", "-90"]]


def test_the_columns_of_a_growing_roster_are_labeled(tmp_path: Path) -> None:
    assert export_problems(pets()) == []
    report = export_cases(pets(), [case(grown([0]))], tmp_path)
    _, meta = pyreadstat.read_sav(str(report.files[1]), user_missing=True, output_format="dict")
    labels = meta.column_names_to_labels
    assert labels["pet_2"] == "Pets [row 2]: number in the interview"
    assert labels["age_2"] == "Age [row 2]"
    assert meta.variable_value_labels["pet_2"] == {-90: "Not applicable"}
    assert meta.missing_ranges["pet_2"] == [{"lo": -99.0, "hi": -1.0}]
    assert "name_1" not in labels


def put(document: dict[str, Any], item: str, row: int, **entry: Any) -> None:
    found = next(one for one in document["answers"] if (one["q"], one["r"]) == (item, row))
    found.update(entry)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda d: d.pop("rows"), "not a case document"),
        (lambda d: d["rows"].pop("pet"), "not a case document"),
        (lambda d: d["rows"].update(pet=[1, 1]), "not a case document"),
        (lambda d: d["rows"].update(pet=[1, 2, 3, 4]), "not a case document"),
        (lambda d: d["rows"].update(pet=[True]), "not a case document"),
        (lambda d: d["rows"].update(pet=["1"]), "not a case document"),
        (lambda d: d["rows"].update(pet=[1]), "not a case document"),
        (lambda d: d["rows"].update(pet=[1, 2, 9]), r"says nothing about name\[3\]"),
        (lambda d: put(d, "age", 5, s="missing", m="not_sure"), "not a case document"),
        (
            lambda d: d["answers"].append({"q": "height", "r": 3, "s": "parked"}),
            r"an entry for height\[3\]",
        ),
    ],
)
def test_control_no_answer_is_dropped_that_counts(
    tmp_path: Path, damage: Any, sentence: str
) -> None:
    whole = case(grown([0, 0]))
    damage(whole.document)
    with pytest.raises(ExportError, match=sentence):
        export_cases(pets(), [whole], tmp_path, profile=Profile.FULL)


def test_a_name_that_the_number_of_a_row_needs_is_told() -> None:
    files = {
        name: text.replace("question: walls", "question: pet_1").replace(
            "size: walls", "size: pet_1"
        )
        for name, text in PETS.items()
    }
    clash = read_files({name: text.encode() for name, text in files.items()})
    assert any("item pet_1 and item pet[1] both need" in one for one in export_problems(clash))
