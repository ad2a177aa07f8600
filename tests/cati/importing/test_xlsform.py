"""Three forms with every construct: what is asked, on which conditions, and what is reported."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cati.importing.report import ImportReport
from cati.importing.xlsform import import_xlsform
from instrument import Computed, Instrument, Kind, Question, Roster, Statement
from tests.cati.importing.workbooks import read_sheets, workbook

FORMS = Path(__file__).with_name("forms")


def imported(tmp_path: Path, name: str) -> tuple[Instrument, ImportReport, dict[str, str]]:
    sheets = read_sheets(FORMS / f"{name}.txt")
    settled, report = import_xlsform(workbook(tmp_path / f"{name}.xlsx", **sheets))
    return settled.instrument, report, dict(settled.files)


def conditions(instrument: Instrument) -> dict[str, str]:
    """Every condition and calculation by where it stands."""
    found: dict[str, str] = {}
    for section in instrument.sections:
        if section.ask_if:
            found[f"section {section.name}"] = str(section.ask_if)
    for _, _, item in instrument.walk():
        if item.ask_if:
            found[item.name] = str(item.ask_if)
        if isinstance(item, Question):
            found |= {
                check.name: str(check.condition) for check in item.checks if "#c" not in check.name
            }
            found |= {
                f"{item.name}.{choice.name}": str(choice.ask_if)
                for choice in item.choices
                if choice.ask_if
            }
        if isinstance(item, Computed):
            if item.expression:
                found[f"{item.name} ="] = str(item.expression)
            for branch in item.branches:
                found[f"{item.name} if {branch.when}"] = str(branch.value)
        if isinstance(item, Roster) and item.size:
            found[f"{item.name} size"] = str(item.size)
    return found


def test_a_household_form_with_its_conditions_and_rosters(tmp_path: Path) -> None:
    made, report, files = imported(tmp_path, "household")
    assert list(files) == ["instrument.yaml", "home.yaml", "people.yaml", "places.yaml"]
    assert (made.name, made.title, made.version) == ("household_2026", "Household survey", "2026.1")
    assert conditions(made) == {
        "size#1": "size >= 1 and size <= 20",
        "tenure_specify": "tenure == other",
        "rent": "tenure == rented and size > 1",
        "section people": "size > 0",
        "person size": "size",
        "nick#1": "length(nick) <= 10",
        "works": "age >= 16 and row < 9",
        "travel": "works == yes",
        "travel#1": "taken(travel) <= 2 and not (travel has none and taken(travel) > 1)",
        "leaves": "works == yes and not travel has none",
        "leaves#1": 'leaves > "05:00"',
        "adults =": "sum(person, age) / count(person)",
        "oldest =": "max(person, age)",
        "town": "answered(region)",
        "town.north": "region == east",
        "town.south": "region == west",
        "since": "town != north",
        "since#1": "since <= interview_date and since >= 1950-01-01",
        "years =": "years_between(since, interview_date)",
        "zip": "region == east or years >= 5 and years < 20",
        "story": "score > 4",
        "car": "answered(zip)",
        "bye": "count(car) > 0",
    }
    items: Mapping[str, Any] = made.items
    size, tenure, travel, works = (items[one] for one in ("size", "tenure", "travel", "works"))
    assert size.wordings["interview"].instruct.raw == "Count everybody who sleeps here."
    assert size.checks[0].say.raw == "Is {size} right?"
    assert size.no_missing == {"left_blank"}
    assert items["rent"].no_missing == frozenset()
    assert [choice.specify for choice in tenure.choices] == [False, False, True]
    assert [(one.name, one.code) for one in works.choices] == [("yes", 1), ("no", 0)]
    assert travel.shuffle
    assert items["person"].at_most == items["car"].at_most == 99
    assert items["car"].size is None
    assert (items["score"].kind, items["score"].minimum, items["score"].maximum) == (
        Kind.INTEGER,
        0,
        10,
    )
    assert items["zip"].mask == "99999-9999"
    assert items["story"].kind is Kind.LONG_TEXT
    assert [(items[one].kind) for one in ("adults", "oldest", "years")] == [
        Kind.DECIMAL, Kind.INTEGER, Kind.INTEGER,
    ]  # fmt: skip
    assert items["bye"].wordings["interview"].ask.raw == "That was it; {rent} and {{this}}."
    assert "far" not in items["town"].choice
    lost = {(one.cell, one.feature) for one in report.lost}
    assert lost == {
        ("survey!A2", "type start"),
        ("survey!B15", "group"),
        ("survey!L26", "parameter step"),
        ("survey!K25", "choices"),
    }
    assert {remark.cell for remark in report.remarks} == {
        "survey!J11", "survey!E17", "survey!E27", "survey!F27", "survey!I28", "survey!31",
        "survey!1", "survey!K25",
    }  # fmt: skip
    assert (report.carried, report.total) == (27, 28)


def test_a_form_in_two_languages_with_grids_and_calculations(tmp_path: Path) -> None:
    made, report, _ = imported(tmp_path, "languages")
    assert dict(made.languages) == {"en": "English", "es": "Español"}
    items: Mapping[str, Any] = made.items
    trips = items["trips"].wordings["interview"]
    assert trips.ask.in_language("es").raw == "¿Viajó?"
    assert trips.instruct.in_language("es").raw == "La semana pasada."
    assert trips.help.raw == "Any trip counts."
    assert items["means"].choice["train"].said("label", "es") == "En tren"
    assert items["cost"].checks[0].say.in_language("es").raw == "¡No {cost}!"
    assert [items[one].grid.grid for one in ("speed", "price", "seats", "staff")] == [
        "rating", "rating", "head", "head",
    ]  # fmt: skip
    stem = items["seats"].grid.stem["interview"]
    assert (stem.raw, stem.in_language("es").raw) == ("And this?", "¿Y esto?")
    assert "head" not in items
    assert items["speed"].no_missing == {"left_blank"}
    assert isinstance(items["hi"], Statement)
    found = conditions(made)
    assert found == {
        "means": "trips == y",
        "speed": "trips == y and means has car",
        "price": "trips == y",
        "cost#1": "cost < 1000",
        "band if cost >= 100": '"high"',
        "band if cost >= 10": '"low"',
        "points =": "if(means has car, 2, 1) + taken(means) * 3",
        "graded =": (
            "if(speed == good, 1, if(speed == fair, 2, 3)) + "
            "if(price == good, 1, if(price == fair, 2, 3))"
        ),
        "some =": "first(cost, 0)",
        "cheap =": "cost < 10 and trips != n",
        "said": 'cheap or band == "high"',
        "last": "speed in (fair, poor)",
        "last#1": "last == price or last != poor",
    }
    assert "spoken" not in items
    assert items["said"].wordings["interview"].ask.raw == "You said {speed} and {points}."
    assert items["band"].kind is Kind.TEXT
    assert items["cheap"].kind is Kind.YES_NO
    assert [(one.cell, one.feature) for one in report.lost] == [("survey!C2", "styling")]
    assert report.carried == report.total == 19
    assert report.lines()[:4] == [
        "languages: 19 of 19 elements carried over, as 15 items in 2 sections.",
        "",
        "Not carried over (1):",
        "  survey!C2: styling `Good day, **sir**.`: texts are shown without it",
    ]


def test_what_has_no_equivalent_is_reported_by_cell_and_kept_as_a_comment(tmp_path: Path) -> None:
    made, report, files = imported(tmp_path, "losses")
    assert list(made.items) == [
        "agreed", "moment", "moment_time", "color", "second", "mail", "total", "told", "outer",
        "inside", "later", "shown",
    ]  # fmt: skip
    assert conditions(made) == {
        "second.red": "color != red", "second.blue": "color != blue", "total#1": "total > -5",
    }  # fmt: skip
    assert isinstance(made.items["shown"], Statement)
    assert sorted((one.cell, one.feature) for one in report.lost) == sorted(
        [
            ("survey!A2", "type deviceid"), ("survey!A3", "type end"),
            ("survey!A4", "type geopoint"), ("survey!A5", "type image"),
            ("survey!A6", "type barcode"), ("survey!A7", "type file"),
            ("survey!A8", "type rank colors"), ("survey!A9", "type hidden"),
            ("survey!A10", "type acknowledge"), ("survey!D10", "hint"),
            ("survey!I12", "default"), ("survey!N12", "appearance"), ("survey!P12", "my_notes"),
            ("survey!E13", "relevant"), ("survey!M13", "parameter seed"),
            ("survey!A14", "type select_one shapes"),
            ("survey!A15", "type select_one_from_file a.csv"),
            ("survey!E16", "relevant"), ("survey!F16", "constraint"), ("survey!G16", "required"),
            ("survey!N16", "appearance"), ("survey!O16", "image"),
            ("survey!F17", "constraint"), ("survey!H17", "calculation"),
            ("survey!A18", "type calculate"), ("survey!A19", "type calculate"),
            ("survey!A20", "type calculate"),
            ("survey!C21", "value in a text"), ("survey!E21", "relevant"),
            ("survey!K22", "repeat_count"), ("survey!E23", "relevant"),
            ("survey!A24", "type begin repeat"), ("survey!A25", "type text"),
            ("survey!C28", "value in a text"), ("survey!E28", "relevant"),
            ("survey!A30", "type wobble"),
            ("choices!D2", "column image"), ("choices!4", "list unused"), ("choices!5", "choice"),
            ("settings!B2", "setting style"),
        ]
    )  # fmt: skip
    text = re.sub(r"\n *# +", " ", "\n".join(files.values()))
    for one in report.lost:
        assert f"not carried over: {one.feature} ({one.cell}), {one.why}" in text
    for original in ("regex(., '[a-z]+@[a-z]+')", "concat(${mail}, '!')", "${inside} = 'x'"):
        assert original in text
    assert report.as_json()["lost"][0].keys() == {
        "cell",
        "feature",
        "original",
        "why",
    }
    assert report.carried == 11


def test_what_or_other_adds_to_a_filtered_list_is_always_offered(tmp_path: Path) -> None:
    survey = """
| type | name | label | choice_filter |
| select_one yn | one | First? | |
| select_one yn or_other | then | Then? | name != ${one} |
"""
    choices = "| list_name | name | label |\n| yn | y | Yes |\n| yn | n | No |"
    form = workbook(tmp_path / "form.xlsx", survey=survey, choices=choices)
    settled, report = import_xlsform(form)
    then: Any = settled.instrument.items["then"]
    assert [(one.name, str(one.ask_if), one.specify) for one in then.choices] == [
        ("y", "one != y", False), ("n", "one != n", False), ("other", "None", True),
    ]  # fmt: skip
    assert [one.cell for one in report.remarks] == ["survey!D3"]
