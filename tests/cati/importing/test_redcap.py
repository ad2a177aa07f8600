# ruff: noqa: E501 - tables read best with one entry a line
"""Data dictionaries of REDCap: what two of them become, and files that are none."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cati.commands.importing import app
from cati.importing.errors import ImportingError
from cati.importing.redcap import import_redcap
from cati.importing.redcap.build import build
from cati.importing.redcap.table import MAX_BYTES, Column, parse_dictionary
from cati.importing.settle import Settled, every_loss, settle
from instrument import Instance, PartialDate, Question, Value, read_instrument
from skips import Route, compile_instrument
from tests.cati.importing.redcap_dictionaries import (
    HOUSEHOLD,
    MISSING,
    TRAVEL,
    dictionary,
    field,
)

EXPECTED = Path(__file__).with_name("redcap")


@pytest.mark.parametrize(("name", "missing"), [("household", ""), ("travel", MISSING)])
def test_a_dictionary_becomes_what_it_should(tmp_path: Path, name: str, missing: str) -> None:
    path = tmp_path / f"{name}_DataDictionary_2026-01-31.csv"
    path.write_bytes({"household": HOUSEHOLD, "travel": TRAVEL}[name])
    settled, report = import_redcap(path, missing)
    folder = EXPECTED / name
    assert sorted(settled.files) == sorted(one.name for one in folder.glob("*.yaml"))
    for file, text in settled.files.items():
        expected = (folder / file).read_text(encoding="utf-8")
        # How the lines are broken is the business of the writer and is tested there.
        assert yaml.load(text, yaml.BaseLoader) == yaml.load(expected, yaml.BaseLoader)
    assert report.lines() == (folder / "report.txt").read_text(encoding="utf-8").splitlines()
    assert report.as_json()["carried"] == report.carried < report.total


def test_the_command_writes_the_files_and_prints_the_report(tmp_path: Path) -> None:
    path, folder = tmp_path / "travel.csv", tmp_path / "travel"
    path.write_bytes(TRAVEL)
    words = ["redcap", str(path), "--missing-codes", MISSING, "--output", str(folder)]
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert (report["carried"], report["total"], len(report["lost"])) == (37, 39, 16)
    assert read_instrument(folder).items.keys() >= {"means", "bags"}
    again = CliRunner().invoke(app, words)
    assert isinstance(again.exception, ImportingError)
    assert "not empty" in str(again.exception)


def test_calculations_come_to_what_redcap_makes_of_the_same_answers() -> None:
    outline = build(parse_dictionary(TRAVEL, "travel.csv"), "travel", "Travel", MISSING).outline
    route = Route(
        compile_instrument(settle(outline).instrument), interview_date=PartialDate(2026, 5, 9)
    )
    answers: dict[str, Value] = {
        "born": PartialDate(1990, 5, 10),
        "left": PartialDate(2026, 1, 1),
        "back": PartialDate(2026, 2, 3),
        "means": "plane",
        "why": ("work", "rest"),
        "alone": "no",
        "others": 2,
        "cost": Decimal("100"),
        "luggage": "yes",
        "bags": 3,
    }
    for name, value in answers.items():
        route.answer(Instance(name), value)
    expected: dict[str, Value] = {
        "age": 35,
        "nights": 33,
        "months": 3,
        "group": 2,
        "each": Decimal("33.33"),
        "means_number": 3,
        "score": 9,
        "reasons": 2,
        "word": "with others",
        "ahead": 6,
    }
    assert {name: route.counted(Instance(name)) for name in expected} == expected


def test_what_is_lost_keeps_its_text_in_a_comment_at_its_place() -> None:
    settled = settle(build(parse_dictionary(TRAVEL, "travel.csv"), "travel", "Travel").outline)
    comments = " ".join(
        line.strip(" #")
        for text in settled.files.values()
        for line in text.splitlines()
        if line.strip().startswith("#")
    )
    lost = every_loss(settled.outline)
    assert len(lost) > 10
    for loss in lost:
        assert f"{loss.feature} ({loss.cell})" in comments
        assert " ".join(loss.original.split()) in comments
    lines = settled.files["trip.yaml"].splitlines()
    at = lines.index("  - question: smart")
    assert "#   [user-role] = 'clerk'" in lines[at - 1]


def imported(*rows: list[str], missing: str = "") -> Settled:
    built = build(parse_dictionary(dictionary(*rows), "x.csv"), "x", "X", missing)
    return settle(built.outline)


def test_missing_reasons_keep_clear_of_values_and_have_a_key_each() -> None:
    codes = " | ".join(f"{-900 - n}, Reason {n}" for n in range(13)) + " | -3, Reason 1 | NA, None"
    settled = imported(field("a", "yesno", "A?"), missing=codes)
    reasons = settled.instrument.missing
    assert len({reason.key for reason in reasons}) == len(reasons) == 11
    assert [reason.code for reason in reasons] == list(range(-1, -3, -1)) + list(range(-4, -13, -1))
    features = [loss.feature for loss in settled.outline.lost]
    assert features == [*["missing data code"] * 4, "reason 'Left blank'"]
    cold = field("t", "text", "T?", check="integer", min="-45", max="10")
    reasons = imported(cold).instrument.missing
    assert [reason.code for reason in reasons] == [-46, -47, -48]


def test_a_range_that_holds_codes_of_exports_is_lost_and_said_so() -> None:
    settled = imported(field("a", "text", "A?", check="integer", min="-100", max="100"))
    question = settled.instrument.items["a"]
    assert isinstance(question, Question)
    assert (question.minimum, question.maximum) == (0, None)
    assert [loss.feature for loss in every_loss(settled.outline)] == [
        "reason 'Left blank'",
        "least and greatest value",
    ]


def test_whatever_stands_in_a_column_without_use_is_reported() -> None:
    settled = imported(
        field("a", "text", "A?", choices="BIOPORTAL:LIST", min="1", max="2"),
        field("b", "radio", "B?", choices="1, For [a] | 2, No", check="autocomplete"),
        field("c", "descriptive", "C", note="Note", number="3", tags="@INLINE Text"),
        field("d", "calc", "D", choices="1 + 1", note="Two", tags="@HIDDEN @DEFAULT=3"),
        field("e", "yesno", "E?", matrix="m", tags="@MAXCHECKED=2 @CHARLIMIT='x'"),
        field("f", "text", "F?", check="date_ymd", min="spring", max="2026-13-01"),
        field(
            "g", "descriptive", "<script>x<y</script>G<!-- no --><STYLE>.a{}</style> <b>1 < 2</b>"
        ),
    )
    assert [(loss.cell, loss.feature) for loss in every_loss(settled.outline)] == [
        ("F2", "choices of a text"), ("I2", "least value"), ("J2", "greatest value"),
        ("F3", "piping"), ("H3", "validation autocomplete"),
        ("R4", "annotation"), ("R4", "action tag @INLINE"), ("G4", "field note"), ("O4", "question number"),
        ("R5", "action tag @DEFAULT"),
        ("R6", "action tag @MAXCHECKED"), ("R6", "action tag @CHARLIMIT"), ("P6", "matrix group"),
        ("I7", "least value"), ("J7", "greatest value"),
        ("E8", "HTML <script>, <style>"),
    ]  # fmt: skip
    assert "say: G 1 < 2" in settled.files["home.yaml"]


def test_long_and_strange_names_become_ours() -> None:
    long = "how_many_of_the_neighbors_have_a_garden_of_their_own"
    settled = imported(
        field(long, "yesno", "A?"),
        field(f"{long}_too", "yesno", "B?", **{"if": f"[{long}] = '1'"}),
        field("Count", "yesno", "C?", **{"if": f"[{long}_TOO]='1'"}),
    )
    first, second, third = settled.instrument.items
    assert third == "count_2"
    assert len(first) <= 32
    assert str(settled.instrument.items[second].ask_if) == f"{first} == yes"
    assert str(settled.instrument.items[third].ask_if) == f"{second} == yes"


def test_a_matrix_whose_rows_differ_is_lost_and_its_fields_stay() -> None:
    settled = imported(
        field("a", "radio", "A?", choices="1, x | 2, y", matrix="m"),
        field("b", "radio", "B?", choices="1, x | 3, z", matrix="m"),
    )
    assert [loss.feature for loss in every_loss(settled.outline)] == ["matrix group"] * 2
    assert [getattr(item, "grid", "") for item in settled.instrument.items.values()] == [None, None]


def test_a_row_of_a_matrix_that_is_lost_leaves_the_others_together() -> None:
    settled = imported(
        field("a", "radio", "A?", choices="1, x | 2, y", matrix="m", header="All"),
        field("b", "radio", "B?", choices="1, x | 2, y", matrix="m", tags="@HIDDEN"),
        field("c", "radio", "C?", choices="1, x | 2, y", matrix="m"),
    )
    assert list(settled.instrument.items) == ["a", "c"]
    assert all(getattr(item, "grid", None) for item in settled.instrument.items.values())


def test_fields_of_a_form_come_together_before_any_logic_is_read() -> None:
    settled = imported(
        field("a", "yesno", "A?", form="one"),
        field("b", "yesno", "B?", form="two"),
        field("c", "yesno", "C?", form="one", **{"if": "[b] = '1'"}),
        field("d", "yesno", "", form="two", header="<b></b>D, [b]?"),
    )
    assert list(settled.instrument.items) == ["a", "c", "b", "d"]
    (loss,) = every_loss(settled.outline)
    assert (loss.cell, "comes later" in loss.why) == ("L4", True)
    assert "ask: D, {b}?" in settled.files["two.yaml"]


def test_a_long_chain_of_calculations_is_put_in_order_and_a_ring_beside_it_lost() -> None:
    chain = [field(f"c{n}", "calc", "C", choices=f"[c{n + 1}] + 1") for n in range(60)]
    ring = [
        field("x", "calc", "X", choices="[y] + 1"),
        field("y", "calc", "Y", choices="[x] + [c60] + [z]"),
    ]
    ends = [field("c60", "text", "C?", check="integer"), field("z", "text", "Z?", check="integer")]
    settled = imported(*chain, *ring, *ends)
    assert list(settled.instrument.items) == ["c60", *(f"c{n}" for n in reversed(range(60))), "z"]
    assert {loss.feature for loss in every_loss(settled.outline)} == {
        f"{what} of {name}" for what in ("calculation", "label") for name in "xy"
    }


def test_calculations_in_a_ring_are_lost_and_those_in_a_chain_are_put_in_order() -> None:
    ring = imported(
        field("z", "yesno", "Z?"),
        field("a", "calc", "A", choices="[b] + 1"),
        field("b", "calc", "B", choices="[a] + 1"),
    )
    assert list(ring.instrument.items) == ["z"]
    chain = imported(
        field("a", "calc", "A", choices="[b] + 1"),
        field("b", "calc", "B", choices="[c] + 1"),
        field("c", "text", "C?", check="integer"),
        field("d", "yesno", "D?"),
    )
    assert list(chain.instrument.items) == ["c", "b", "a", "d"]


def test_a_dictionary_of_excel_and_one_with_translated_headings_are_read() -> None:
    rows = [field("a", "yesno", "Größe?"), field("b", "yesno", "B?")]
    plain = dictionary(*rows).decode("utf-8-sig")
    head = plain.splitlines()[0]
    foreign = plain.replace(head, ",".join(f"Ü{n}" for n in range(18)))
    cut = "\n".join(
        ",".join(line.split(",")[:5])
        for line in dictionary(*rows, raw=True).decode("utf-8-sig").splitlines()
    )
    for content in (foreign.encode(), plain.encode("cp1252"), plain.encode("utf-16"), cut.encode()):
        read = parse_dictionary(content, "x.csv")
        assert [one[Column.LABEL] for one in read.fields] == ["Größe?", "B?"]


def test_a_row_whose_quotes_shift_its_cells_is_lost_and_the_others_stay() -> None:
    content = dictionary(field("a", "yesno", "A?"), field("b", "yesno", "B?"))
    broken = content.replace(b"b,home,,yesno,B?", b'b,home,,descriptive,"see <a href="x,y">')
    settled = settle(build(parse_dictionary(broken, "x.csv"), "x", "X").outline)
    assert list(settled.instrument.items) == ["a"]
    (loss,) = every_loss(settled.outline)
    assert "quotes inside are not doubled" in loss.why


BAD = {
    "empty": (b"", "is empty|is no data dictionary"),
    "heading only": (dictionary(), "no fields"),
    "workbook": (b"PK\x03\x04" + bytes(100), "is a workbook"),
    "zeros": (bytes(5_000), "is not a text"),
    "random": (bytes(range(256)) * 20, "is not a text"),
    "prose": (b"Dear colleague,\nhere is the file.\n", "is no data dictionary"),
    "other table": (b"name,age\nAnn,3\n", "2 columns lack 'Variable / Field Name'"),
    "open quote": (dictionary(field("a", "yesno", "A?")) + b'b,home,,"yes', "a quote is opened"),
    "long cell": (dictionary(field("a", "yesno", "A" * 300_000)), "a quote is opened"),
    "many rows": (dictionary(field("a", "yesno", "A?")) + b"a,b\r\n" * 50_000, "more than 40,000 rows"),
    "nothing to ask": (dictionary(field("a", "file", "A"), field("b", "sql", "B")), "No item"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_dictionary_gets_one_sentence(tmp_path: Path, name: str) -> None:
    content, says = BAD[name]
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(ImportingError, match=says) as error:
        import_redcap(path)
    assert "\n" not in str(error.value)


def test_missing_data_codes_without_labels_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(TRAVEL)
    with pytest.raises(ImportingError, match="CODE, LABEL"):
        import_redcap(path, "-999 | -998, Refused")


def test_a_file_of_100_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert path.stat().st_size > MAX_BYTES
    with pytest.raises(ImportingError, match="100 MiB"):
        import_redcap(path)


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
CELLS = st.one_of(
    TEXT,
    st.sampled_from(
        ["1, A | 2, B", "[a] = '1'", "[b(1)] = '0'", "[c]+1", "today", "@HIDDEN", "@CALCTEXT(if([a]='1'",
         "<b>x</b> [a]", "{", "y", "integer", "date_ymd", "m", "99999999999999999999", "-5", "1e9"]
    ),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "D 1", ""]),
            st.sampled_from(["text", "radio", "checkbox", "calc", "slider", "yesno", "notes", "descriptive"]),
            st.dictionaries(
                st.sampled_from(["header", "label", "choices", "note", "check", "min", "max", "if", "matrix", "tags", "number"]),
                CELLS,
            ),
        ),
        min_size=1,
        max_size=6,
    ),
    TEXT,
)  # fmt: skip
def test_whatever_the_cells_hold_it_loads_unless_there_is_nothing(
    rows: list[tuple[str, str, dict[str, str]]], missing: str
) -> None:
    fields = []
    for name, sort, more in rows:
        label = more.pop("label", "Label")
        fields.append(field(name, sort, label, **more))
    try:
        settled = imported(*fields, missing=missing)
    except ImportingError:
        # Every field is then one that nothing can become.
        built = build(parse_dictionary(dictionary(*fields), "x.csv"), "x", "X", missing)
        assert not any(item.keys for section in built.outline.sections for item in section.items)
    else:
        assert settled.instrument.items
