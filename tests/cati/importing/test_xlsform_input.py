"""What comes in as an XLSForm and is none, is broken, or is too much."""

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Book
from typer.testing import CliRunner

from cati.importing.errors import ImportingError
from cati.importing.settle import settle
from cati.importing.xlsform import import_xlsform
from cati.importing.xlsform.build import build
from cati.importing.xlsform.form import read_form
from cati.importing.xlsform.terms import Known
from cati.importing.xlsform.translate import Translator
from cati.importing.xlsform.workbook import MAX_ROWS, Row, Sheet, Workbook
from cati.importing.xlsform.xpath import XPathError, parse
from cati.program import app
from instrument import Kind, read_instrument
from tests.cati.importing.workbooks import read_sheets, table, workbook

FORMS = Path(__file__).with_name("forms")


def refused(file: Path) -> str:
    with pytest.raises(ImportingError) as caught:
        import_xlsform(file)
    return str(caught.value).removeprefix(f"{file}: ")


def test_what_is_no_form_gets_one_sentence(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.xlsx") == "no such file."
    assert refused(tmp_path) == "this is not a file; name the workbook itself."
    text = tmp_path / "text.xlsx"
    text.write_text("type,name,label")
    assert refused(text) == "this is no workbook; save the form as .xlsx."
    old = tmp_path / "old.xls"
    old.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))
    assert "old kind (.xls)" in refused(old)
    empty = workbook(tmp_path / "empty.xlsx", other="| a |", more="| b |")
    assert refused(empty) == "an XLSForm has a sheet 'survey'; the sheets are: other, more."
    untyped = workbook(tmp_path / "untyped.xlsx", survey="| name |\n| a |")
    assert refused(untyped) == "the sheet 'survey' has no column 'type'."
    twice = workbook(tmp_path / "twice.xlsx", survey="| type | name | name |\n| text | a | b |")
    assert refused(twice) == "the workbook cannot be read: Duplicate column header: name."
    nothing = workbook(tmp_path / "nothing.xlsx", survey="| type | name |\n| geopoint | a |")
    assert refused(nothing) == "No item of it could be carried over, so nothing was written."
    for kind, what in (("begin group", "what begins here is never ended"), ("end group", "ends")):
        odd = workbook(tmp_path / "odd.xlsx", survey=f"| type | name |\n| {kind} | a |")
        assert what in refused(odd)


def repacked(file: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Path:
    """A workbook with its parts changed: `change` takes name to bytes, and returns the same."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in change(parts).items():
            archive.writestr(name, content)
    return file


def test_a_workbook_that_is_too_much_is_not_unpacked(tmp_path: Path) -> None:
    def form(name: str) -> Path:
        return workbook(tmp_path / name, survey="| type | name |\n| text | a |")

    sheet = "xl/worksheets/sheet1.xml"
    bomb = repacked(form("bomb.xlsx"), lambda parts: {**parts, "xl/media/a": bytes(65 * 2**20)})
    assert bomb.stat().st_size < 200_000
    assert "it unpacks to 65 MiB" in refused(bomb)
    macros = repacked(form("macros.xlsx"), lambda parts: {**parts, "xl/vbaProject.bin": b"x"})
    assert "macros" in refused(macros)
    rows = b"<row/>" * (MAX_ROWS + 1)
    long = repacked(
        form("long.xlsx"),
        lambda parts: {**parts, sheet: parts[sheet].replace(b"<sheetData>", b"<sheetData>" + rows)},
    )
    assert "a sheet has 20,003 rows" in refused(long)
    many = {f"xl/media/{number}": b"" for number in range(2_001)}
    assert "parts" in refused(repacked(form("many.xlsx"), lambda parts: {**parts, **many}))
    broken = repacked(form("broken.xlsx"), lambda parts: {**parts, sheet: b"<worksheet><row"})
    assert "cannot be read" in refused(broken)
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'
    assert "cannot be read" in refused(
        repacked(form("entities.xlsx"), lambda parts: {**parts, sheet: entities})
    )
    half = form("half.xlsx")
    half.write_bytes(half.read_bytes()[:-60])
    assert refused(half)


def test_formulas_that_no_program_has_worked_out_are_reported(tmp_path: Path) -> None:
    book = Book()
    sheet: Any = book.active
    sheet.title = "survey"
    for row in (["type", None, "name", "label"], ["text", None, "a", '="Your "&"name?"']):
        sheet.append(row)
    book.save(tmp_path / "form.xlsx")
    settled, report = import_xlsform(tmp_path / "form.xlsx")
    assert [(one.cell, one.feature) for one in report.lost] == [("survey!D2", "formula")]
    asked: Any = settled.instrument.items["a"]
    assert asked.wordings["interview"].ask.raw == "a"


def test_the_command_writes_a_folder_that_loads_and_prints_the_report(tmp_path: Path) -> None:
    form = workbook(tmp_path / "losses.xlsx", **read_sheets(FORMS / "losses.txt"))
    run = CliRunner().invoke(app, ["import", "xlsform", str(form), "-o", str(tmp_path / "new")])
    assert run.exit_code == 0
    assert "Not carried over (40):" in run.output
    assert "survey!A4: type geopoint" in run.output
    assert "told" in read_instrument(tmp_path / "new").items
    again = CliRunner().invoke(app, ["import", "xlsform", str(form), "-o", str(tmp_path / "new")])
    assert "the folder is not empty" in str(again.exception)
    to = ["-o", str(tmp_path / "other"), "--json"]
    report = json.loads(CliRunner().invoke(app, ["import", "xlsform", str(form), *to]).stdout)
    assert (report["carried"], report["total"], len(report["lost"])) == (11, 27, 40)


ITEMS = {
    "a": Known("a", Kind.INTEGER),
    "b": Known("b", Kind.ONE_OF, {"1": ("one",), "2": ("two", "two_2")}),
    "c": Known("c", Kind.ANY_OF, {"x": ("x",), "y": ("y",)}),
    "d": Known("d", Kind.DATE),
    "e": Known("e", Kind.TEXT),
    "f": Known("f", Kind.DECIMAL, roster="r"),
    "r": Known("r", is_roster=True),
    "y": Known("y", Kind.YES_NO),
    "z": Known("z", why_not="which is not carried over"),
}
TRANSLATED = {
    "${a} = 5 or ${a} > -.5 and ${a} != 3.": "a == 5 or a > -0.5 and a != 3",
    "(${a} = 5 or ${a} = 6) and ${b} = '1'": "(a == 5 or a == 6) and b == one",
    "5 < ${a}": "5 < a",
    "${b} = 2 or ${b} != '2'": "b in (two, two_2) or b not in (two, two_2)",
    "${b} >= 2": "b in (two, two_2)",
    "${b} > 0": "answered(b)",
    "selected(${b}, '1')": "b == one",
    "${c} = 'x'": "c has x and taken(c) == 1",
    "not(selected(${c}, 'x') or ${e} = '')": "not (c has x or not answered(e))",
    "not(${e} != '')": "not answered(e)",
    "${e}": "answered(e)",
    "${y} and ${y} = 'no'": "y and not y",
    "${e} = 5": 'e == "5"',
    '${e} = "a\\b"': 'e == "a\\\\b"',
    "${d} >= '2019-03-19' and ${d} <= date('2020-01-01')": "d >= 2019-03-19 and d <= 2020-01-01",
    "today() - ${d} > 30": "days_between(d, interview_date) > 30",
    "floor((today() - ${d}) div 365) < 18": "years_between(d, interview_date) < 18",
    "${a} - (${a} - 1) * 2 > 0": "a - (a - 1) * 2 > 0",
    "${a} div 2 - 1 = round(${a} * 2, 1)": "a / 2 - 1 == round(a * 2, 1)",
    "sum(${f}) > 5 and count(${r}) = 2": "sum(r, f) > 5 and count(r) == 2",
    "max(${a}, 3) = 3 and count(${f}) > 0": "max(a, 3) == 3 and count(r where answered(f)) > 0",
    "true() and ${a} = 1 or false()": "a == 1",
    "if(${a} = 1, ${y}, ${a} = 2)": "a == 1 and y or a != 1 and a == 2",
    "coalesce(${a}, 0) + number('2') = 2": "first(a, 0) + 2 == 2",
    "string-length(${e}) = 5": "length(e) == 5",
    "../a > 1 and current()/../a < 3": "a > 1 and a < 3",
    "${b} * 2 > 2": "if(b == one, 1, 2) * 2 > 2",
    "int(${a}) = once(${a})": "a == a",
}
REFUSED = {
    "${nope} = 1": "there is no 'nope' in the form",
    "${z} = 1": "it reads 'z', which is not carried over",
    "${f} = 1": "one value in each row",
    "${b} = '3'": "'3' is none of the choices of b",
    "${a} mod 2 = 0": "mod",
    "int(${a} div 2) = 1": "rounds down",
    "${c} = ${b}": "all choices taken",
    "${d} + 1 > 3": "adds to a date",
    "${e} < 'b'": "orders texts",
    "pulldata('a', 'b')": "pulldata",
    "regex(${e}, 'a+')": "mask",
    "${last-saved#a} = 1": "last saved",
    "indexed-repeat(${f}, ${r}, 1)": "indexed-repeat",
    "position(..) = 1": "row of a repeat",
    "instance('x')/root/item[a=1]": "not understood",
    "${a} = ": "not understood",
    "concat(${a}, 'x') = 'ax'": "concat",
    "((((" * 20 + "1" + "))))" * 20: "too deep",
    "1" + " + 1" * 300: "too long",
    "": "not understood",
}  # fmt: skip


def test_expressions_mean_the_same_or_are_refused_with_a_reason() -> None:
    translator = Translator(ITEMS)
    for original, ours in TRANSLATED.items():
        assert translator.condition(original).text == ours, original
    for original, why in REFUSED.items():
        with pytest.raises(XPathError) as caught:
            translator.condition(original)
        assert why in str(caught.value), original
    own = Translator(ITEMS, ITEMS["f"], roster="r")
    assert own.condition(". > position(..)").text == "f > row"
    with pytest.raises(XPathError, match="stands for no answer"):
        translator.condition(". > 1")


SNIPPETS = st.sampled_from(
    [*TRANSLATED, *REFUSED, "${", "}", "'", "(", ")", " and ", " or ", "not(", ".", "..", "*", "-",
     "selected(", ",", "=", "<", "if(", "div", " mod ", "today()", "''", "'x'", "9" * 400, "\x00",
     "${a}", "${b}", "${f}", "‘x’", "é"]
)  # fmt: skip


@given(st.lists(SNIPPETS, max_size=8).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_expression_is_answered_by_anything_but_a_term_or_a_reason(text: str) -> None:
    with suppress(XPathError):
        assert Translator(ITEMS, ITEMS["a"], {"name": "x"}, "r").condition(text).text
        parse(text)


def as_workbook(sheets: dict[str, list[list[str | None]]]) -> Workbook:
    found = {}
    for name, (heads, *rows) in sheets.items():
        columns = {head: chr(65 + place) for place, head in enumerate(heads) if head}
        made = []
        for number, row in enumerate(rows, 2):
            cells = {head: cell for head, cell in zip(heads, row, strict=False) if head and cell}
            made.append(Row(number, cells))
        found[name] = Sheet(name, columns, tuple(made))
    return Workbook(found, ())


CELLS = st.one_of(
    SNIPPETS,
    st.sampled_from(
        ["begin group", "end group", "begin repeat", "end repeat", "text", "integer", "calculate",
         "select_one yn", "select_multiple ways or_other", "note", "yes", "label", "list-nolabel",
         "table-list", "true()", "0", "-5", "{a}", "a b", "and", "row", "count", "1_a", "ключ",
         "range", "dateTime", "start=-5 end=x", "randomize=true", "{", "}}", "a: b", "# x", "- y"]
    ),
    st.text(max_size=20),
)  # fmt: skip


@given(st.sampled_from(["household", "languages", "losses"]), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_stands_in_the_cells_what_comes_out_loads(name: str, data: st.DataObject) -> None:
    sheets = {one: table(text) for one, text in read_sheets(FORMS / f"{name}.txt").items()}
    for _ in range(data.draw(st.integers(0, 12))):
        sheet = sheets[data.draw(st.sampled_from(sorted(sheets)))]
        row = data.draw(st.integers(1, len(sheet) - 1))
        sheet[row][data.draw(st.integers(0, len(sheet[row]) - 1))] = data.draw(CELLS)
    with suppress(ImportingError):
        built = build(read_form(as_workbook(sheets)), name)
        assert len(built.made) <= built.total
        assert settle(built.outline).instrument.items


def test_a_workbook_in_memory_and_on_disk_are_the_same_form(tmp_path: Path) -> None:
    sheets = read_sheets(FORMS / "languages.txt")
    settled, _ = import_xlsform(workbook(tmp_path / "languages.xlsx", **sheets))
    direct = build(
        read_form(as_workbook({one: table(text) for one, text in sheets.items()})), "languages"
    )
    assert settle(direct.outline).files == settled.files
    assert io.BytesIO(settled.files["more.yaml"].encode()).read()
