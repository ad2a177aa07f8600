"""What a form or a dictionary holds is in the instrument or in the report, wherever it stands."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Book

from cati.importing.errors import ImportingError
from cati.importing.names import DEVICES, section_names
from cati.importing.redcap.build import build
from cati.importing.redcap.table import parse_dictionary
from cati.importing.report import ImportReport, report_on
from cati.importing.settle import Settled, every_loss, settle
from cati.importing.writer import write
from cati.importing.xlsform import cells, import_xlsform
from cati.importing.xlsform.build import build as build_form
from cati.importing.xlsform.form import read_form
from cati.importing.xlsform.shop import Shop
from cati.importing.xlsform.workbook import Row, Sheet, Workbook, read_workbook
from instrument import Instrument, Kind, Question, Sensitivity
from tests.cati.importing.redcap_dictionaries import dictionary, field
from tests.cati.importing.workbooks import read_sheets, workbook

FORMS = Path(__file__).with_name("forms")


def sheet_of(path: Path, name: str, placed: Mapping[str, str | int], *others: str) -> Path:
    """A workbook whose sheet holds the given texts by their cells."""
    book = Book()
    sheet: Any = book.active
    sheet.title = name
    for cell, text in placed.items():
        sheet[cell] = text
    for other in others:
        book.create_sheet(other)["A1"] = "text"
    book.save(path)
    return path


def form(tmp_path: Path, **sheets: str) -> tuple[Settled, ImportReport]:
    return import_xlsform(workbook(tmp_path / "form.xlsx", **sheets))


def dictionary_of(*rows: list[str], missing: str = "") -> tuple[Settled, ImportReport]:
    built = build(parse_dictionary(dictionary(*rows), "x.csv"), "x", "X", missing)
    settled = settle(built.outline)
    total = len(built.became)
    return settled, report_on(settled, carried=total, total=total, renamed=built.renamed)


def question(made: Instrument, name: str) -> Question:
    """An item that is a question."""
    found = made.items[name]
    assert isinstance(found, Question)
    return found


def told(report: ImportReport) -> list[tuple[str, str]]:
    return [(one.cell, one.feature) for one in report.lost]


def test_rows_and_columns_are_read_however_far_away(tmp_path: Path) -> None:
    far = {
        "A1": "type", "B1": "name", "AZ1": "label", "DA1": "relevant",
        "A2": "integer", "B2": "age", "AZ2": "Age?",
        "A9000": "text", "B9000": "job", "AZ9000": "Job?", "DA9000": "${age} > 3",
    }  # fmt: skip
    settled, report = import_xlsform(sheet_of(tmp_path / "far.xlsx", "survey", far))
    job: Any = settled.instrument.items["job"]
    assert (job.wordings["interview"].ask.raw, str(job.ask_if)) == ("Job?", "age > 3")
    assert (report.carried, report.total, report.lost) == (2, 2, ())
    row = read_workbook(tmp_path / "far.xlsx").sheets["survey"].rows[-1]
    assert (row.number, row.cells["label"]) == (9000, "Job?")


def test_what_stands_outside_of_the_tables_is_reported_by_its_cells(tmp_path: Path) -> None:
    placed: dict[str, str | int] = {
        "A1": "type", "C1": "name", "A2": "text", "C2": "a", "D2": "see below", "D70": "ask Ann",
        "F1": "  ", "F3": 7,
    }  # fmt: skip
    _, report = import_xlsform(sheet_of(tmp_path / "form.xlsx", "survey", placed, "Survey 2"))
    assert told(report) == [
        ("survey!D2, survey!D70", "cells"), ("survey!F3", "cell"), ("Survey 2!1", "sheet Survey 2"),
    ]  # fmt: skip
    assert report.lost[0].original == "see below; ask Ann"
    _, report = form(
        tmp_path,
        survey="| type | name | relevant |\n| begin group | g | |\n| text | a | |\n"
        "| end group | g | ${a} = 1 |",
        settings="| form_title | form_id |\n| One | one |\n| Two | |",
    )
    assert told(report) == [("settings!A3", "setting title"), ("survey!C4", "relevant")]


def test_cells_beyond_what_can_be_read_are_refused_with_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: dict[str, str | int] = {"A1": "type", "B1": "name", "A2": "text", "B2": "a"}
    monkeypatch.setattr(cells, "MAX_AREA", 40)
    assert import_xlsform(sheet_of(tmp_path / "a.xlsx", "survey", placed))
    with pytest.raises(ImportingError, match=r"sheet 'survey': up to row 3 .* 54 cells wide"):
        import_xlsform(sheet_of(tmp_path / "b.xlsx", "survey", {**placed, "AX3": "x"}))
    monkeypatch.setattr(cells, "MAX_NUMBER", 60)
    with pytest.raises(ImportingError, match="a row is below 60"):
        import_xlsform(sheet_of(tmp_path / "c.xlsx", "survey", {**placed, "A61": "x"}))


TWICE = """
| type        | name   | label         | relevant   | calculation | disabled |
| begin group | g1     | One           |            |             |          |
| integer     | age    | Age?          |            |             |          |
| integer     | km     | Distance?     |            |             |          |
| end group   |        |               |            |             |          |
| begin group | g2     | Two           | ${km} > 1  |             |          |
| integer     | age    | And now?      |            |             |          |
| text        | job    | At ${age}?    | ${age} > 3 |             |          |
| calculate   | double |               |            | ${age} * 2  |          |
| integer     | km     | Not asked     |            |             | yes      |
| text        | why    | After ${km}?  | ${km} > 2  |             |          |
| end group   |        |               |            |             |          |
"""


def test_a_name_that_two_rows_have_is_reported_and_read_by_nothing(tmp_path: Path) -> None:
    settled, report = form(tmp_path, survey=TWICE)
    assert list(settled.instrument.items) == ["age", "km", "age_2", "job", "why"]
    assert [(one.cell, one.foreign, one.name) for one in report.renamed] == [
        ("survey!B7", "age", "age_2"), ("survey!B10", "km", "km_2"),
    ]  # fmt: skip
    lost = {one.cell: one for one in report.lost}
    assert lost.keys() == {"survey!C8", "survey!D8", "survey!A9", "survey!A10"}
    assert lost["survey!D8"].original == "${age} > 3"
    for cell in ("survey!C8", "survey!D8", "survey!A9"):
        assert "several rows are called: survey!B3, survey!B7" in lost[cell].why
    # One that is switched off leaves the other's name alone.
    assert str(settled.instrument.items["why"].ask_if) == "km > 2"


def test_a_read_only_question_with_a_value_is_a_statement_and_not_carried_over(
    tmp_path: Path,
) -> None:
    settled, report = form(
        tmp_path,
        survey="| type | name | label | read_only | default |\n"
        "| integer | price | The price is 5. | yes | 5 |\n| text | told | Hello. | yes | |",
    )
    assert [type(one).__name__ for one in settled.instrument.items.values()] == ["Statement"] * 2
    assert (report.carried, report.total) == (1, 2)
    assert told(report) == [("survey!D2", "read_only"), ("survey!E2", "default")]


def test_texts_and_names_that_change_are_reported(tmp_path: Path) -> None:
    _, report = form(
        tmp_path,
        survey="| type | name | label |\n| begin group | nul | All {x} |\n"
        "| select_one Big | a | A {y} ${a}? |\n| select_one Big | b | B? |\n| end group | | |",
        choices="| list_name | name | label |\n| Big | Dog cat | Dog {z} |\n| Big | 2 | Two |",
        settings="| form_title | form_id |\n| My {form} | My form |",
    )
    remarks = {(one.cell, one.became) for one in report.remarks}
    assert remarks == {
        ("survey!C2", "All (x)"), ("survey!C3", "A (y) …?"), ("choices!C2", "Dog (z)"),
        ("settings!A2", "My (form)"), ("choices!2", ""),
    }  # fmt: skip
    assert [(one.cell, one.foreign, one.name) for one in report.renamed] == [
        ("survey!B2", "nul", "nul_2"), ("settings!B2", "My form", "my_form"),
        ("choices!2", "Big", "big"),
    ]  # fmt: skip
    assert any("'Dog cat' is now dog_cat" in one.why for one in report.remarks)


def test_forms_labels_and_notes_of_a_dictionary_that_change_are_reported() -> None:
    settled, report = dictionary_of(
        field("Car", "radio", "Car {a}?", choices="1, Old {b} | 2, New", form="nul"),
        field("d", "calc", "D", choices="1 + 1", note="{n}", tags="{t}", form="instrument"),
        missing="-8, Unknown {m}",
    )
    assert set(settled.files) == {
        "instrument.yaml", "nul_2.yaml", "instrument_2.yaml",
    }  # fmt: skip
    assert [(one.cell, one.foreign) for one in report.renamed] == [
        ("A2", "Car"), ("B2", "nul"), ("B3", "instrument"),
    ]  # fmt: skip
    assert [one.cell for one in report.remarks if "braces" in one.why] == [
        "", "E2", "F2", "R3", "G3",
    ]  # fmt: skip


def account(book: Workbook) -> str:
    """All that comes of a workbook: what is written, what is reported."""
    try:
        built = build_form(read_form(book), "form")
    except ImportingError as error:
        return str(error)
    outline = built.outline
    said = every_loss(outline), outline.remarks, built.renamed, built.made, built.total
    return repr((write(outline), said))


def without(book: Workbook, name: str, number: int, header: str) -> Workbook:
    """A workbook without one of its cells."""
    sheet = book.sheets[name]
    rows = [
        Row(row.number, {key: text for key, text in row.cells.items() if key != header})
        if row.number == number
        else row
        for row in sheet.rows
    ]
    kept = tuple(row for row in rows if row.cells)
    return Workbook({**book.sheets, name: Sheet(name, sheet.columns, kept)}, book.lost)


def silent(book: Workbook, every: int) -> list[str]:
    """The cells, of every so many, that could be taken away without a trace."""
    whole = account(book)
    cells = [
        (name, row.number, header)
        for name, sheet in book.sheets.items()
        for row in sheet.rows
        for header in row.cells
    ]
    return [
        book.sheets[name].cell(number, header)
        for name, number, header in cells[::every]
        if account(without(book, name, number, header)) == whole
    ]


def test_no_cell_of_a_form_can_be_taken_away_without_a_trace(tmp_path: Path) -> None:
    sheets = read_sheets(FORMS / "losses.txt")
    book = read_workbook(workbook(tmp_path / "losses.xlsx", **sheets))
    assert silent(book, 2) == []


def test_a_field_that_becomes_no_item_is_reported_with_all_it_had() -> None:
    _, report = dictionary_of(
        field("a", "yesno", "A?"),
        field("b", "file", "Sign here", check="signature", note="In ink.", tags="@X"),
        field("c", "calc", "Mean", choices="mean([a])", note="In all."),
    )
    lost = [(one.cell, one.original) for one in report.lost]
    check = "text_validation_type_or_show_slider_number: signature"
    assert lost == [
        ("A3", f"Sign here; field_note: In ink.; {check}; field_annotation: @X"),
        ("F4", "mean([a])"), ("E4", "Mean"), ("G4", "In all."),
    ]  # fmt: skip


def test_control_a_cell_that_is_dropped_in_silence_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = "| type | name | label | appearance |\n| text | one | A? | w1 |\n| text | two | B? | |"
    book = read_workbook(workbook(tmp_path / "form.xlsx", survey=survey))
    assert silent(book, 1) == []
    monkeypatch.setattr(Shop, "lose", lambda *_: None)
    assert silent(book, 1) == ["survey!D2"]


def test_no_file_is_called_like_a_device() -> None:
    names = section_names()
    given = {names.give(device) for device in sorted(DEVICES)}
    assert len(given) == len(DEVICES) == 24
    assert not given & DEVICES


def test_a_date_with_a_time_is_two_questions_from_either_system(tmp_path: Path) -> None:
    seen, _ = form(
        tmp_path,
        survey="| type | name | label | relevant | required |\n| integer | n | N? | | |\n"
        "| dateTime | seen | When? | ${n} > 1 | yes |",
    )
    settled, report = dictionary_of(
        field("n", "text", "N?", check="integer"),
        field("seen", "text", "When?", check="datetime_seconds_ymd", required="y", identifier="y",
              **{"if": "[n] > 1"}),
        field("seen_time", "text", "Another?"),
    )  # fmt: skip
    for made in (seen.instrument, settled.instrument):
        date, time = (question(made, one) for one in ("seen", "seen_time"))
        assert (date.kind, time.kind) == (Kind.DATE, Kind.TIME)
        assert str(date.ask_if) == str(time.ask_if) == "n > 1"
        assert date.no_missing == time.no_missing == {"left_blank"}
    time = question(settled.instrument, "seen_time")
    assert time.variable.sensitivity is Sensitivity.IDENTIFYING
    assert told(report) == [("H3", "validation datetime_seconds_ymd")]
    assert [(one.cell, one.name) for one in report.renamed] == [("A4", "seen_time_2")]


def test_required_fields_do_not_take_left_blank() -> None:
    ways = "1, Bus | 2, Car"
    settled, report = dictionary_of(
        field("a", "yesno", "A?", required="y"),
        field("b", "yesno", "B?"),
        field("c", "radio", "C?", choices=ways, matrix="all", required="y"),
        field("d", "radio", "D?", choices=ways, matrix="all", required="y"),
        field("e", "radio", "E?", choices=ways, matrix="some", required="y"),
        field("f", "radio", "F?", choices=ways, matrix="some"),
        missing="-7, Left blank",
    )
    made = settled.instrument
    refuse = {name: question(made, name).no_missing for name in made.items}
    assert [name for name, refused in refuse.items() if refused] == ["a", "c", "d"]
    assert refuse["a"] == {"left_blank_2"}
    assert [(one.name, one.label) for one in settled.instrument.missing] == [
        ("left_blank", "Left blank"), ("left_blank_2", "Left blank (not required)"),
    ]  # fmt: skip
    assert told(report) == [("M6", "required")]
    # Where every question is required there is nothing to leave blank.
    every, _ = dictionary_of(field("id", "text", "ID"), field("a", "yesno", "A?", required="y"))
    assert [one.name for one in every.instrument.missing] == ["not_sure", "declined"]
    assert every_loss(every.outline)[0].feature.startswith("field id")
