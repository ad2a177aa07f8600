"""Controls of the verification: a file that differs in any respect is noticed, and named."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

import cati.export.run
from cati.export import ExportMismatch, Format, Profile, export_cases
from cati.export.csv_file import Style, write_csv
from cati.export.frame import Frame, build_frame
from cati.export.layout import layout_of
from cati.export.sav_file import write_sav
from cati.export.verify import verify_csv, verify_sav
from tests.cati.export.jobs import cases, jobs

TITLE = "Jobs and journeys 2.1"


@pytest.fixture(scope="module")
def frame() -> Frame:
    return build_frame(layout_of(jobs(), Profile.FULL), cases(20))


def change_csv(path: Path, change: Callable[[list[list[str]]], Any]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)


def set_cell(row: int, column: str, text: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        at = rows[0].index(column)
        assert rows[row][at] != text
        rows[row][at] = text

    return change


@pytest.mark.parametrize("style", [Style.CODES, Style.LABELS])
@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        (3, "hours", "4711"),
        (20, "title", "something else"),
        (1, "sector", "7"),
        (7, "leg_note_2_status", ""),
        (12, "case_id", "case-00099"),
    ],
)
def test_control_a_changed_cell_is_named(
    frame: Frame, tmp_path: Path, style: Style, row: int, column: str, text: str
) -> None:
    path = tmp_path / "x.csv"
    write_csv(frame, path, style)
    assert verify_csv(frame, path, style) > 0
    change_csv(path, set_cell(row, column, text))
    with pytest.raises(ExportMismatch) as caught:
        verify_csv(frame, path, style)
    assert (caught.value.file, caught.value.row, caught.value.column) == ("x.csv", row, column)
    assert text not in str(caught.value).split() or not text


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.pop(),
        lambda rows: rows.pop(1),
        lambda rows: rows.append(rows[1]),
        lambda rows: rows.__setitem__(slice(1, 3), rows[2:0:-1]),
        lambda rows: rows[0].__setitem__(8, "other"),
        lambda rows: rows[0].reverse(),
        lambda rows: rows[4].pop(),
        lambda rows: rows[4].append("more"),
    ],
)
def test_control_changed_rows_are_noticed(
    frame: Frame, tmp_path: Path, change: Callable[[list[list[str]]], Any]
) -> None:
    path = tmp_path / "x.csv"
    write_csv(frame, path, Style.CODES)
    change_csv(path, change)
    with pytest.raises(ExportMismatch):
        verify_csv(frame, path, Style.CODES)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'case_id,"', b"\x00" * 99])
def test_control_a_ruined_file_is_a_mismatch(frame: Frame, tmp_path: Path, content: bytes) -> None:
    for name in ("x.csv", "x.sav"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ExportMismatch, match=r"x\.csv"):
        verify_csv(frame, tmp_path / "x.csv", Style.CODES)
    with pytest.raises(ExportMismatch, match=r"x\.sav"):
        verify_sav(frame, tmp_path / "x.sav", TITLE)


def rewrite_sav(path: Path, frame: Frame, **changes: Any) -> None:
    """The same file with other descriptions, written without cati's writer."""
    data, meta = pyreadstat.read_sav(
        str(path), user_missing=True, output_format="polars", disable_datetime_conversion=True
    )
    told: dict[str, Any] = {
        "file_label": meta.file_label,
        "column_labels": meta.column_names_to_labels,
        "variable_value_labels": meta.variable_value_labels,
        "missing_ranges": meta.missing_ranges,
        "variable_measure": meta.variable_measure,
        "variable_display_width": meta.variable_display_width,
        "variable_format": meta.original_variable_types,
    }
    for name, change in changes.items():
        if name == "data":
            data = change(data)
        else:
            change(told[name])
    pyreadstat.write_sav(data, str(path), **told)


def test_a_file_that_was_only_rewritten_is_no_mismatch(frame: Frame, tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    write_sav(frame, path, TITLE)
    rewrite_sav(path, frame)
    assert verify_sav(frame, path, TITLE) == 20 * len(frame.columns)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("label", {"column_labels": lambda told: told.update(hours="Other")}),
        ("value labels", {"variable_value_labels": lambda told: told["hours"].update({-1: "Odd"})}),
        ("value labels", {"variable_value_labels": lambda told: told["hours"].pop(-90)}),
        ("value labels", {"variable_value_labels": lambda told: told.pop("hours")}),
        ("codes of missing", {"missing_ranges": lambda told: told.pop("hours")}),
        (
            "codes of missing",
            {"missing_ranges": lambda told: told.update(hours=[{"lo": -99, "hi": -2}])},
        ),
        ("measure", {"variable_measure": lambda told: told.update(hours="nominal")}),
        ("width", {"variable_display_width": lambda told: told.update(hours=3)}),
    ],
)
def test_control_a_changed_description_is_named(
    frame: Frame, tmp_path: Path, what: str, change: dict[str, Any]
) -> None:
    path = tmp_path / "x.sav"
    write_sav(frame, path, TITLE)
    rewrite_sav(path, frame, **change)
    with pytest.raises(ExportMismatch, match=f"x.sav, column hours: its {what}"):
        verify_sav(frame, path, TITLE)


@pytest.mark.parametrize(("column", "value"), [("hours", 4711.0), ("title", "other")])
def test_control_a_changed_cell_of_a_sav_is_named(
    frame: Frame, tmp_path: Path, column: str, value: object
) -> None:
    import polars

    def change(data: polars.DataFrame) -> polars.DataFrame:
        cells = data[column].to_list()
        cells[4] = value
        return data.with_columns(polars.Series(column, cells))

    path = tmp_path / "x.sav"
    write_sav(frame, path, TITLE)
    rewrite_sav(path, frame, data=change)
    with pytest.raises(ExportMismatch) as caught:
        verify_sav(frame, path, TITLE)
    assert (caught.value.row, caught.value.column) == (5, column)
    assert str(value) not in str(caught.value)


def test_control_another_title_is_noticed(frame: Frame, tmp_path: Path) -> None:
    write_sav(frame, tmp_path / "x.sav", TITLE)
    with pytest.raises(ExportMismatch, match="title"):
        verify_sav(frame, tmp_path / "x.sav", "Another")


def test_control_a_writer_that_errs_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def err(frame: Frame, path: Path, style: Style) -> None:
        write_csv(frame, path, style)
        change_csv(path, set_cell(2, "hours", "4711"))

    monkeypatch.setattr(cati.export.run, "write_csv", err)
    with pytest.raises(ExportMismatch, match=r"analysis\.csv, row 2, column hours"):
        export_cases(jobs(), cases(5), tmp_path)
    assert list(tmp_path.iterdir()) == []
    report = export_cases(jobs(), cases(5), tmp_path, formats=[Format.SAV])
    assert len(report.files) == 3
