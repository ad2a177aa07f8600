"""A text longer than a .sav file takes is whole in the CSV, and its status says what was cut."""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from cati.export import ExportCase, ExportError, ExportReport, Format, Profile, export_cases
from tests.cati.export.jobs import case, cases, jobs

MOST = 32_767
WHOLE, CUT = 0, 1
LONG = {
    "fits": ("x" * MOST, WHOLE, MOST),
    "one too many": ("x" * (MOST + 1), CUT, MOST),
    "two bytes a character": ("é" * 16_383, WHOLE, 16_383),
    "cut within a character": ("é" * 16_384, CUT, 16_383),
    "four bytes a character": ("😀" * 9_000, CUT, 8_191),
    "spaces at the end": ("x" * MOST + "   ", WHOLE, MOST),
    "spaces where it is cut": ("x" * (MOST - 2) + "   y", CUT, MOST - 2),
    "very long": ("word, \n" * 400_000, CUT, MOST),
}
"""Text, status, and how many of its characters a .sav file holds."""


def with_texts(number: int, text: str) -> ExportCase:
    """A case with the same text in an item, in a row of a roster and in the summary."""
    made = case(number, texts=["short"])
    answers: Any = made.document["answers"]
    for entry in answers:
        if (entry["q"], entry["r"]) in {("duties", 0), ("leg_note", 2)}:
            entry.pop("m", None)
            entry.update(s="answered", v=text)
    made.document["summary"] = {"work": text}
    return made


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    some = [with_texts(number, text) for number, (text, _, _) in enumerate(LONG.values())]
    folder = tmp_path_factory.mktemp("long")
    return export_cases(jobs(), some, folder, profile=Profile.FULL, formats=list(Format))


COLUMNS = ["duties", "leg_note_2", "summary_work"]


@pytest.mark.parametrize("column", COLUMNS)
def test_csv_files_hold_all_of_a_text(exported: ExportReport, column: str) -> None:
    csv.field_size_limit(sys.maxsize)
    with exported.files[0].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, (text, status, _) in zip(rows, LONG.values(), strict=True):
        assert row[column] == text.rstrip(" ")
        assert row[f"{column}_status"] == str(status)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_sav_file_holds_what_it_can_and_says_so(exported: ExportReport, column: str) -> None:
    data, meta = pyreadstat.read_sav(
        str(exported.files[1]), user_missing=True, output_format="dict"
    )
    for row, (text, status, length) in enumerate(LONG.values()):
        assert data[column][row] == text[:length]
        assert data[f"{column}_status"][row] == status
    label = meta.variable_value_labels[f"{column}_status"][CUT]
    assert label == "Answered; whole in CSV, cut in the .sav file for its length"


def test_the_report_and_the_manifest_count_what_was_cut(exported: ExportReport) -> None:
    cut = len(COLUMNS) * sum(status == CUT for _, status, _ in LONG.values())
    assert exported.texts_cut == cut
    assert json.loads(exported.files[-1].read_text())["texts_cut_in_sav"] == cut


def test_control_texts_that_fit_are_not_counted(tmp_path: Path) -> None:
    report = export_cases(jobs(), cases(5), tmp_path, profile=Profile.FULL)
    assert report.texts_cut == 0


def test_a_text_is_never_cut_in_the_only_file(tmp_path: Path) -> None:
    some = [case(1, texts=["short"]), with_texts(2, "x" * (MOST + 1))]
    told = r"^Case case-000 has a text in duties of more than 32767 bytes.*export csv, too"
    with pytest.raises(ExportError, match=told):
        export_cases(jobs(), some, tmp_path, profile=Profile.FULL, formats=[Format.SAV])
    assert list(tmp_path.iterdir()) == []
    report = export_cases(
        jobs(), some, tmp_path / "csv", profile=Profile.FULL, formats=[Format.CSV]
    )
    assert report.texts_cut == 0
    for formats in ([Format.SAV], [Format.SAV, Format.LABELS]):
        export_cases(jobs(), some, tmp_path / f"{len(formats)}", formats=formats)


def changed(number: int, item: str, value: Any) -> ExportCase:
    made = case(number, texts=["short"])
    answers: Any = made.document["answers"]
    (entry,) = [entry for entry in answers if entry["q"] == item]
    entry.pop("m", None)
    entry.update(s="answered", v=value)
    return made


def test_large_numbers_are_exact_in_csv_and_the_nearest_in_a_sav_file(tmp_path: Path) -> None:
    numbers = [2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1]
    some = [changed(row, "hours", number) for row, number in enumerate(numbers)]
    report = export_cases(jobs(), some, tmp_path)
    with report.files[0].open(encoding="utf-8", newline="") as file:
        assert [int(row["hours"]) for row in csv.DictReader(file)] == numbers
    data, _ = pyreadstat.read_sav(str(report.files[1]), user_missing=True, output_format="dict")
    assert data["hours"] == [float(number) for number in numbers]
    assert report.numbers_rounded == 2
    assert json.loads(report.files[-1].read_text())["numbers_rounded_in_sav"] == 2


@pytest.mark.parametrize(
    ("text", "wanted"), [("a\0b", "a�b"), ("\ud800", "�"), ("\0" * 20_000, "�" * 20_000)]
)
def test_characters_that_no_file_can_hold_are_replaced(
    tmp_path: Path, text: str, wanted: str
) -> None:
    report = export_cases(jobs(), [changed(1, "duties", text)], tmp_path, profile=Profile.FULL)
    with report.files[0].open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    data, _ = pyreadstat.read_sav(str(report.files[1]), user_missing=True, output_format="dict")
    length = MOST // len("�".encode())
    assert row["duties"] == wanted
    assert data["duties"] == [wanted[:length]]
    assert row["duties_status"] == str(CUT if len(wanted) > length else WHOLE)
