"""What was exported is what was submitted: read back by other parsers, held against documents."""

import csv
import hashlib
import json
import math
import os
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cati.export import ExportReport, Format, Profile, export_cases
from tests.cati.export import oracle
from tests.cati.export.jobs import case, cases, jobs

COUNT = 200
CASES = cases(COUNT)
EXPECTED = [
    oracle.cells(each.case_id, f"{each.submitted_at:%Y-%m-%dT%H:%M:%SZ}", each.document)
    for each in CASES
]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    folder = tmp_path_factory.mktemp("full")
    return export_cases(jobs(), CASES, folder, profile=Profile.FULL, formats=list(Format))


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    return export_cases(jobs(), CASES, tmp_path_factory.mktemp("analysis"))


def read_csv(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, strict=True))


def as_dicts(path: Path) -> list[dict[str, str]]:
    header, *rows = read_csv(path)
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_sav(path: Path) -> tuple[dict[str, Any], Any]:
    """Columns by name, and what the file says about them."""
    return pyreadstat.read_sav(
        str(path), user_missing=True, output_format="dict", disable_datetime_conversion=True
    )


def same(found: str, wanted: object) -> bool:
    if wanted is None:
        return found == ""
    return found == wanted if isinstance(wanted, str) else Decimal(found) == wanted


def test_every_cell_of_the_csv_is_what_was_submitted(full: ExportReport) -> None:
    header, *rows = read_csv(full.files[0])
    assert header == oracle.columns()
    wrong = [
        (row, column)
        for row, (found, wanted) in enumerate(zip(rows, EXPECTED, strict=True))
        for column, cell, expected in zip(header, found, wanted, strict=True)
        if not same(cell, expected)
    ]
    assert wrong == []


def test_polars_reads_the_same_csv(full: ExportReport) -> None:
    data = polars.read_csv(full.files[0], infer_schema=False, empty_string_is_null=False)
    assert [list(row) for row in data.rows()] == read_csv(full.files[0])[1:]


def test_every_cell_of_the_sav_is_what_was_submitted(full: ExportReport) -> None:
    data, _ = read_sav(full.files[1])
    assert list(data) == oracle.columns()
    compared = 0
    for index, name in enumerate(oracle.columns()):
        for found, wanted in zip(data[name], (row[index] for row in EXPECTED), strict=True):
            if wanted is None:
                assert found is None or math.isnan(found), name
            elif isinstance(wanted, str):
                assert found == wanted, name
            else:
                assert found == float(wanted), name
            compared += 1
    assert compared == COUNT * len(oracle.columns())


def test_every_variable_is_labeled(full: ExportReport) -> None:
    _, meta = read_sav(full.files[1])
    labels = meta.column_names_to_labels
    assert all(labels[name] for name in oracle.columns())
    assert labels["sector"] == 'Sector, "main" job; <é>'
    assert labels["tools__machine"] == "Tools used: Machine"
    assert labels["leg_by_2__bus"] == "Means [row 2]: Bus"
    assert labels["started_month"] == "Start of the job (month)"
    assert labels["title_status"] == "Job title (status)"
    assert labels["rises"] == "Time of rising (seconds since midnight)"


def test_every_code_is_labeled_and_every_code_that_is_no_value_is_user_missing(
    full: ExportReport,
) -> None:
    _, meta = read_sav(full.files[1])
    values = meta.variable_value_labels
    for name in oracle.ITEMS:
        for column in oracle.columns_of(name):
            if oracle.base(name) in oracle.STATUS_BESIDE and not column.endswith("_status"):
                assert column not in values
                assert column not in meta.missing_ranges
                continue
            none = {code: text for code, text in values[column].items() if code < 0}
            wanted = dict(oracle.INTERVIEW_LABELS)
            if oracle.base(name) in {"weekly", "left", "works_long"}:
                wanted = dict(oracle.STATUS_LABELS)
            if oracle.base(name) == "seen":
                del wanted[-3]
            if column.endswith(("_month", "_day")) and oracle.base(name) in oracle.DATES:
                wanted[-93] = "Not known that exactly"
            assert none == wanted, column
            assert meta.missing_ranges[column] == [{"lo": -99.0, "hi": -1.0}]
    assert values["sector"] | oracle.INTERVIEW_LABELS == values["sector"]
    assert {code: text for code, text in values["sector"].items() if code > 0} == {
        1: "Farm",
        2: "Shop, counter",
        90: "Other",
    }
    assert values["has_job"][1] == "Yes"
    assert values["has_job"][0] == "No"
    assert values["cati_mode"] == {1: "Telephone interview", 2: "Record extraction"}


def test_statistical_software_leaves_the_codes_out_by_itself(full: ExportReport) -> None:
    data, _ = pyreadstat.read_sav(str(full.files[1]), output_format="polars")
    hours = [row[oracle.columns().index("hours")] for row in EXPECTED]
    assert [value for value in data["hours"].to_list() if value is not None] == [
        value for value in hours if value >= 0
    ]
    assert min(hours) < 0


def test_measures_come_from_the_instrument(full: ExportReport) -> None:
    _, meta = read_sav(full.files[1])
    assert meta.variable_measure["hours"] == "scale"
    assert meta.variable_measure["sector"] == "nominal"
    assert meta.file_label == "Jobs and journeys 2.1"


def test_no_cell_is_blank_without_a_reason(full: ExportReport) -> None:
    header, *rows = read_csv(full.files[0])
    for row in rows:
        told = dict(zip(header, row, strict=True))
        for name, cell in told.items():
            if cell == "":
                assert told[f"{name}_status"] in {"0", "-1", "-2", "-3", "-90", "-91", "-92"}


def test_an_item_that_the_mode_does_not_have_is_not_applicable(full: ExportReport) -> None:
    header, *rows = read_csv(full.files[0])
    mode, seen = header.index("cati_mode"), header.index("seen")
    assert {row[seen] for row in rows if row[mode] == "2"} == {"-90"}


def test_decimals_keep_the_digits_that_were_entered(tmp_path: Path) -> None:
    some = cases(4)
    for each, pay in zip(some, ["1.5", "1.50", "2", "2.0"], strict=True):
        answers: Any = each.document["answers"]
        entry = next(entry for entry in answers if entry["q"] == "pay")
        entry.clear()
        entry.update(q="pay", r=0, s="answered", v=pay)
    header, *rows = read_csv(export_cases(jobs(), some, tmp_path).files[0])
    assert [row[header.index("pay")] for row in rows] == ["1.5", "1.50", "2", "2.0"]


def test_a_case_from_before_languages_and_seeds_is_exported(tmp_path: Path) -> None:
    old = case(1)
    for key in ("language", "interview_date", "seed"):
        del old.document[key]
    for profile in Profile:
        report = export_cases(jobs(), [old], tmp_path / profile, profile=profile)
        (row,) = as_dicts(report.files[0])
        assert (row["cati_language"], row["cati_date"], row["cati_seed"]) == ("1", "", "")


def test_durations_are_numbers_of_the_unit_of_their_variable(tmp_path: Path) -> None:
    some = cases(3)
    for one, said in zip(some, ("90 minutes", "1.5 hours", "100 minutes"), strict=True):
        answers: Any = one.document["answers"]
        answers[:] = [entry for entry in answers if entry["q"] != "commute"]
        answers.append({"q": "commute", "r": 0, "s": "answered", "v": said})
    report = export_cases(jobs(), some, tmp_path)
    rows = as_dicts(report.files[0])
    assert [row["commute"] for row in rows] == ["1.5", "1.5", "1.666666667"]
    codebook = next(file for file in report.files if "codebook" in file.name)
    line = next(row for row in as_dicts(codebook) if row["item"] == "commute")
    assert (line["unit"], line["note"]) == ("hours", "Both ways")


def test_labels_stand_in_place_of_codes(full: ExportReport) -> None:
    header, *rows = read_csv(full.files[2])
    sector = {row[header.index("sector")] for row in rows}
    assert {"Farm", "Shop, counter", "Other", "Declined", "Not reached"} <= sector
    assert not any(cell.lstrip("-").isdigit() for cell in sector)


def test_no_cell_for_a_spreadsheet_begins_like_a_formula(full: ExportReport) -> None:
    rows = read_csv(full.files[3], "utf-8-sig")
    text_columns = [
        i for i, name in enumerate(rows[0]) if name in {"title", "duties", "summary_work"}
    ]
    risky = [
        row[i] for row in rows for i in text_columns if row[i][:1] in set("=+-@\t\r\n＝＋－＠")
    ]
    assert risky == []
    raw = [
        row[i]
        for row in read_csv(full.files[0])
        for i in text_columns
        if row[i][:1] in set("=+-@＝")
    ]
    assert raw, "the control: codes are written untouched"
    assert full.files[3].read_bytes().startswith(b"\xef\xbb\xbf")


def test_lines_end_as_rfc_4180_says(full: ExportReport) -> None:
    content = full.files[0].read_bytes()
    assert content.startswith(b"case_id,")
    assert content.endswith(b"\r\n")


def test_the_analysis_profile_holds_no_text_no_identity_and_no_exact_date(
    analysis: ExportReport,
) -> None:
    header, *rows = read_csv(analysis.files[0])
    names = set(header)
    assert not names & {"title", "title_status", "duties", "sector_specify", "plate", "leg_note_1"}
    assert not names & {"cati_interviewer", "summary_work", "started_day", "born_month", "born_day"}
    assert {"started_year", "started_month", "born_year", "hours", "sector"} <= names
    assert {row[header.index("cati_submitted")] for row in rows} == {"2026-11"}
    assert {row[header.index("cati_date")] for row in rows} == {"2026-11", "2026-12"}
    assert dict(analysis.left_out) == {
        "sector_specify": "free text",
        "title": "free text",
        "duties": "free text",
        "plate": "identifying",
        "leg_note": "free text",
    }


def test_no_text_of_a_case_is_in_any_file_of_the_analysis_profile(tmp_path: Path) -> None:
    texts = ["Canary one two", "Canary three"]
    some = [case(number, 7, texts) for number in range(40)]
    files = export_cases(jobs(), some, tmp_path / "a", formats=list(Format)).files
    assert not any(b"Canary" in file.read_bytes() for file in files)
    control = export_cases(
        jobs(), some, tmp_path / "f", profile=Profile.FULL, formats=[Format.CSV]
    ).files
    assert b"Canary" in control[0].read_bytes()


def test_the_codebook_lists_every_column_and_every_code(full: ExportReport) -> None:
    header, *rows = read_csv(full.files[-2])
    _, meta = read_sav(full.files[1])
    assert list(dict.fromkeys(row[0] for row in rows)) == oracle.columns()
    told = {(row[0], float(row[7])): row[8] for row in rows if row[7]}
    assert told == {
        (name, code): label
        for name, labels in meta.variable_value_labels.items()
        for code, label in labels.items()
    }
    assert header[:3] == ["variable", "label", "type"]


def test_the_manifest_names_every_file_with_its_hash(full: ExportReport) -> None:
    told = json.loads(full.files[-1].read_text())
    for entry, file in zip(told["files"], full.files[:-1], strict=True):
        assert entry["name"] == file.name
        assert entry["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert told["rows"] == COUNT
    assert told["columns"] == len(oracle.columns())
    assert told["practice"] is False
    assert told["instrument"]["fingerprint"] == jobs().fingerprint


def test_files_are_for_their_owner_alone_and_nothing_else_is_left(full: ExportReport) -> None:
    assert {stat.S_IMODE(file.stat().st_mode) for file in full.files} == {0o600}
    assert sorted(full.folder.iterdir()) == sorted(full.files)


def test_the_report_counts_what_was_compared(full: ExportReport) -> None:
    cells = COUNT * len(oracle.columns())
    assert full.cells_compared == 2 * cells + cells + 2 * cells + 2 * cells
    assert (full.rows, full.columns) == (COUNT, len(oracle.columns()))


def test_practice_says_so_in_names_and_inside(tmp_path: Path) -> None:
    report = export_cases(jobs(), cases(3), tmp_path, practice=True)
    assert all(file.name.startswith("PRACTICE-") for file in report.files)
    assert json.loads(report.files[-1].read_text())["practice"] is True
    _, meta = read_sav(report.files[1])
    assert meta.file_label.startswith("PRACTICE ")


anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
nasty = st.one_of(anything, st.text(st.sampled_from(list("\r\n\",;'=+-@\t \ufeff0a")), max_size=12))


@settings(
    max_examples=int(os.environ.get("CATI_SOAK", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts=st.lists(nasty, min_size=1, max_size=6), seed=st.integers(0, 1_000_000))
def test_any_text_comes_through_unchanged(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], seed: int
) -> None:
    some = [case(number, seed, texts) for number in range(4)]
    report = export_cases(
        jobs(), some, tmp_path_factory.mktemp("any"), profile=Profile.FULL, formats=list(Format)
    )
    header, *rows = read_csv(report.files[0])
    data, _ = read_sav(report.files[1])
    for index, each in enumerate(some):
        expected = oracle.cells(
            each.case_id, f"{each.submitted_at:%Y-%m-%dT%H:%M:%SZ}", each.document
        )
        assert all(map(same, rows[index], expected))
        for name in ("title", "duties", "summary_work"):
            assert data[name][index] == expected[header.index(name)]
