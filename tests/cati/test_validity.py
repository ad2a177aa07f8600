"""The share of valid answers: counted by its definition, exported as it was submitted."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, cast
from xml.etree import ElementTree as ET

import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cati.codebook import codebook, to_ddi, to_html
from cati.export import (
    ExportCase,
    ExportError,
    ExportReport,
    Format,
    Profile,
    export_cases,
    export_problems,
)
from cati.export.validity import validity_cells
from cati.interview import Interview
from cati.marginals import shipped_marginals
from cati.simulate import Habits, conduct
from cati.validity import is_enough, valid_share
from instrument import Instrument, Question, read_files
from instrument.models import Roster
from instrument.values import Instance, Missing
from tests.cati.ddi_shape import shape_problems
from tests.cati.validity_survey import VALIDITY, begun, files, give, trips
from tests.instrument.njov4 import njov4

DECLINED_COUNTS = VALIDITY.replace("[not_sure]", "[not_sure, declined]")
NAMES = ("valid_share", "enough_answers")


def counts(document: dict[str, Any]) -> tuple[int, int]:
    """What a case document says."""
    said = cast("dict[str, int]", document["validity"])
    assert set(said) == {"valid", "counted"}
    return said["valid"], said["counted"]


# --- the count ---------------------------------------------------------------------------------


def worked_example() -> Interview:
    """Eight answers that are valid, one that is not, and much that does not count.

    Valid: persons, home_type (not its wording), age of 1 and 2, works of 1 (not sure), far (not
    sure, by_bus hanging on it), like_bus, seats of car 2. Not valid: like_bike. Not counted:
    works of 2, person 3, by_bus, car 1 (answered and removed), computed values, the statement.
    """
    one = begun(trips())
    give(one, "persons", 3)
    give(one, "home_type", "other")
    give(one, "home_type_specify", "A houseboat")
    give(one, "age", 44, 1)
    give(one, "works", "?not_sure", 1)
    give(one, "age", 5, 2)
    give(one, "age", "?declined", 3)
    give(one, "persons", 2)
    for seats in (5, 2):
        one.add_row("car")
        give(one, "seats", seats, one.route.rows("car")[-1])
    one.remove_row("car", 1)
    give(one, "far", "?not_sure")
    give(one, "like_bus", "much")
    give(one, "like_bike", "?declined")
    return one


def test_the_worked_example() -> None:
    document = worked_example().document()
    assert counts(document) == (8, 9)
    assert {"parked", "not_applicable", "not_reached"} <= {
        str(entry["s"]) for entry in cast("list[dict[str, Any]]", document["answers"])
    }


def test_an_instrument_without_the_rule_says_nothing_of_it() -> None:
    assert "validity" not in begun(trips("")).document()


def naive(one: Interview, valid_reasons: set[str]) -> tuple[int, int]:
    """The count, item by item and row by row, from the route and not from the document."""
    found: Counter[bool] = Counter()

    def look(item: object, row: int) -> None:
        if isinstance(item, Question) and one.mode in item.modes and not item.specifies:
            at = Instance(item.name, row)
            kept = one.route.kept(at) if one.route.on_route(at) else None
            if kept is not None:
                found[not isinstance(kept, Missing) or kept.reason in valid_reasons] += 1

    for section in one.instrument.sections:
        for item in section.items:
            if isinstance(item, Roster):
                rows = one.route.rows(item.name) if one.mode in item.modes else ()
                for row in rows:
                    for inner in item.items:
                        look(inner, row)
            else:
                look(item, 0)
    return found[True], found.total()


def simulated(instrument: Instrument, seed: int) -> Interview:
    random = Random(seed)
    one = begun(instrument, random.choice(list(instrument.modes)))
    habits = Habits(
        missing=random.choice([0, 0.1, 0.3, 0.6]),
        second_thought=0.1,
        marginals=shipped_marginals(instrument),
    )
    conduct(one, random, habits)
    return one


@pytest.mark.parametrize(
    ("instrument", "seeds", "reasons", "longest"),
    [
        (trips(), range(60), {"not_sure"}, 14),
        (trips(DECLINED_COUNTS), range(20), {"not_sure", "declined"}, 10),
        (trips(VALIDITY.replace("  valid_reasons: [not_sure]\n", "")), range(20), set(), 10),
        (njov4(), range(40), {"not_sure"}, 100),
    ],
)
def test_the_count_is_that_of_its_definition(
    instrument: Instrument, seeds: range, reasons: set[str], longest: int
) -> None:
    shares, others, most = set(), 0, 0
    for seed in seeds:
        one = simulated(instrument, seed)
        found = counts(one.document())
        assert found == naive(one, reasons), seed
        shares.add(Fraction(*found))
        most = max(most, found[1])
        # The control: with other reasons the same case counts otherwise.
        others += found != naive(one, reasons ^ {"not_sure"})
    assert len(shares) > 3
    assert most >= longest, "long cases are among them"
    assert others


# --- enough ------------------------------------------------------------------------------------


@given(
    st.integers(1, 100),
    st.integers(0, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
def test_both_columns_follow_from_the_count_and_agree(percent: int, pair: tuple[int, int]) -> None:
    """Whatever the count, the flag is that of the exact share and of the share as it is written."""
    valid, counted = pair
    rule = trips().validity
    assert rule is not None
    instrument = trips().model_copy(
        update={"validity": rule.model_copy(update={"percent": percent})}
    )
    said = validity_cells(instrument, {"validity": {"valid": valid, "counted": counted}})
    if not counted:
        assert said == (-92, -92)
        return
    written = [str(cell) for cell in said]
    share, enough = map(Fraction, written)
    exact = Fraction(valid, counted)
    assert enough == (exact >= Fraction(percent, 100)) == (share >= Fraction(percent, 100))
    assert 0 <= exact - share < Fraction(1, 10_000)
    assert len(written[0]) == len("0.1234")


@pytest.mark.parametrize(
    ("percent", "valid", "counted", "enough"),
    [
        (80, 4, 5, True), (80, 80, 100, True), (80, 79, 100, False), (80, 7999, 10_000, False),
        (80, 79_999, 100_000, False), (80, 80_000, 100_000, True), (67, 2, 3, False),
        (66, 2, 3, True), (100, 9, 9, True), (100, 8, 9, False), (1, 0, 9, False),
    ],
)  # fmt: skip
def test_exactly_the_percentage_is_enough(
    percent: int, valid: int, counted: int, enough: bool
) -> None:
    rule = trips(VALIDITY.replace("80", str(percent))).validity
    assert rule is not None
    assert is_enough(rule, valid, counted) is enough


# --- exported ----------------------------------------------------------------------------------


def case(number: int, document: dict[str, Any]) -> ExportCase:
    return ExportCase(f"case-{number:04d}", datetime(2026, 3, 2, tzinfo=UTC), document)


def at_the_boundary(declined: int) -> Interview:
    """Five questions that count, some of them declined."""
    one = begun(trips(), "record")
    give(one, "persons", 1)
    give(one, "home_type", "?declined" if declined > 1 else "house")
    give(one, "age", 12, 1)
    give(one, "far", 1)
    give(one, "like_bus", "?declined" if declined else "much")
    return one


def cases() -> list[ExportCase]:
    played = [worked_example(), at_the_boundary(1), at_the_boundary(2), begun(trips())]
    return [case(number, one.document()) for number, one in enumerate(played)]


EXPECTED = [("0.8888", "1"), ("0.8000", "1"), ("0.6000", "0"), ("-92", "-92")]


def columns(report: ExportReport) -> list[tuple[str, ...]]:
    with report.files[0].open(encoding="utf-8", newline="") as file:
        return [tuple(row[name] for name in NAMES) for row in csv.DictReader(file)]


def test_every_export_has_both_variables(tmp_path: Path) -> None:
    kinds = [Format.CSV, Format.LABELS, Format.SAV]
    for profile in Profile:
        report = export_cases(trips(), cases(), tmp_path, profile=profile, formats=kinds)
        assert columns(report) == EXPECTED
        with report.files[1].open(encoding="utf-8", newline="") as file:
            labeled = [tuple(row[name] for name in NAMES) for row in csv.DictReader(file)]
        assert labeled == [
            ("0.8888", "Yes"), ("0.8000", "Yes"), ("0.6000", "No"), ("Not reached",) * 2,
        ]  # fmt: skip
        data, meta = pyreadstat.read_sav(
            str(report.files[2]), user_missing=True, output_format="dict"
        )
        assert [tuple(pair) for pair in zip(*(data[name] for name in NAMES), strict=True)] == [
            (float(share), float(enough)) for share, enough in EXPECTED
        ]
        labels = meta.column_names_to_labels
        assert [labels[name] for name in NAMES] == [
            "Share of valid answers",
            "Enough answers are valid",
        ]
        assert meta.variable_value_labels["enough_answers"] == {
            1.0: "Yes", 0.0: "No", -92.0: "Not reached",
        }  # fmt: skip
        assert [meta.variable_measure[name] for name in NAMES] == ["scale", "nominal"]
        assert meta.missing_ranges["valid_share"] == [{"lo": -99.0, "hi": -1.0}]
        with report.files[3].open(encoding="utf-8", newline="") as file:
            notes = {row["variable"]: row["note"] for row in csv.DictReader(file)}
        assert "“Not sure”" in notes["valid_share"]
        assert "at least 80 percent" in notes["enough_answers"]
        assert all(notes[name].endswith("Table 3. Rule: not sure is an answer.") for name in NAMES)


def test_a_document_without_the_count_is_counted(tmp_path: Path) -> None:
    old = [
        case(number, {key: value for key, value in one.document.items() if key != "validity"})
        for number, one in enumerate(cases())
    ]
    assert columns(export_cases(trips(), old, tmp_path, formats=[Format.CSV])) == EXPECTED


def test_the_count_of_the_document_is_taken_as_it_was_submitted(tmp_path: Path) -> None:
    """Which shows that the export reads it, and that the test above reads the answers."""
    changed = case(0, cases()[0].document | {"validity": {"valid": 1, "counted": 2}})
    report = export_cases(trips(), [changed], tmp_path, formats=[Format.CSV])
    assert columns(report) == [("0.5000", "0")]


@pytest.mark.parametrize(
    "said",
    [
        {"valid": 2, "counted": 1}, {"valid": -1, "counted": 1}, {"valid": 1}, {"counted": 1}, [],
        {"valid": "1", "counted": 2}, {"valid": True, "counted": True}, 0.8, "80 %",
    ],
)  # fmt: skip
def test_a_count_that_cannot_be_is_refused(tmp_path: Path, said: Any) -> None:
    broken = case(0, cases()[0].document | {"validity": said})
    with pytest.raises(ExportError, match="is not a case document that this version"):
        export_cases(trips(), [broken], tmp_path, formats=[Format.CSV])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        ("case_id", "the column case_id that cati adds and the variable case_id of validity"),
        ("age_2", "the variable age_2 of validity and item age[2]"),
    ],
)
def test_a_name_that_another_column_has_is_told_before_fieldwork(taken: str, says: str) -> None:
    survey = read_files(files(VALIDITY.replace("valid_share", taken)))
    (problem,) = export_problems(survey)
    assert problem == f"{says} both need the column {taken}; rename one of them."
    assert export_problems(trips()) == []


# --- codebook ----------------------------------------------------------------------------------


def test_the_codebook_gives_both_variables_with_their_rule() -> None:
    book = codebook(trips())
    page, document = to_html(book), to_ddi(book)
    assert shape_problems(document) == []
    root = ET.fromstring(document)
    names = {"d": "ddi:codebook:2_5"}
    for column in book.case_columns[-2:]:
        assert column.name in NAMES
        assert f"<code>{column.name}</code>" in page
        (variable,) = root.findall(f".//d:var[@name='{column.name}']", names)
        rule = variable.findtext("d:derivation/d:drvdesc", namespaces=names)
        assert rule == column.rule
        assert variable.findtext("d:notes", namespaces=names) == column.note
        assert column.rule.partition("“")[0] in page
        assert column.note in page
    assert not [column for column in codebook(trips("")).case_columns if column.rule]


def test_the_count_is_the_same_of_a_document_that_was_written_and_read() -> None:
    document = json.loads(json.dumps(worked_example().document()))
    rule = trips().validity
    assert rule is not None
    assert valid_share(trips(), rule, document["answers"]) == (8, 9)
