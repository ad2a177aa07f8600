"""The fingerprint follows the meaning of an instrument and nothing else."""

import json

import pytest

from instrument import read_files
from instrument.normal import fingerprint, normal_form
from tests.instrument import commuting
from tests.instrument.household import HEADER, HOME, Files, changed, files, household

LISTS = HEADER[HEADER.index("choices:") : HEADER.index("definitions:")]
"""The shared lists, as they stand in instrument.yaml."""
SPLIT = HEADER.replace(LISTS, "").replace(
    "sections: [home, people]", "sections: [home, people]\nchoice_files: [lists]"
)
"""instrument.yaml with its lists in another file."""
INLINE = LISTS.replace("  tenures:\n", "").replace("\n", "\n   ").rstrip(" ")
"""The list of tenures, as a question would write it."""
CROWDED = "size > 5 and tenure == rented"
INTRO = HOME[HOME.index("  - statement") : HOME.index("  - question: size")]
OWNED, RENTED = "owned, code: 1, label: Owned", "rented, code: 2, label: Rented"

SAME: dict[str, Files] = {
    "comments and blank lines": files(home="# about the home\n\n" + HOME),
    "order of keys": changed(
        "    kind: integer\n    label: Persons in the household\n",
        "    label: Persons in the household\n    kind: integer\n",
    ),
    "spaces in a condition": changed(CROWDED, "(size>5)  and (tenure==rented)"),
    "quotes in a condition": changed(CROWDED, 'size > 5 and tenure == "rented"'),
    "spaces in a fill": changed("{size | several}", "{ size|several }"),
    "quotes around a text": changed("title: Household survey", "title: 'Household survey'"),
    "a text folded over lines": changed(
        "    ask: What is the rent?\n", "    ask: >-\n      What is\n      the rent?\n"
    ),
    "a default written out": changed("    at_most: 2\n", "    at_least: 1\n    at_most: 2\n"),
    "a list in a file of its own": files(SPLIT) | {"lists.yaml": LISTS.encode()},
    "a list written where it is used": changed("choices: tenures", INLINE),
    "a list nobody uses": changed(
        "definitions:", "  unused:\n    - {name: a, code: 1, label: A}\ndefinitions:"
    ),
    "line ends of another system": {
        name: one.replace(b"\n", b"\r\n") for name, one in files().items()
    },
}

DIFFERENT: dict[str, Files] = {
    "a word": changed("What is the rent?", "What was the rent?"),
    "the order of items": files(home=HOME.replace(INTRO, "") + INTRO),
    "the order of choices": files(
        HEADER.replace(OWNED, "x").replace(RENTED, OWNED).replace("name: x", f"name: {RENTED}")
    ),
    "a code": changed("name: rented, code: 2", "name: rented, code: 3"),
    "a universe": changed("ask_if: tenure == rented", "ask_if: tenure != rented"),
    "a bound": changed("range: 1..20", "range: 1..21"),
    "a fallback": changed("{size | several}", "{size | some}"),
    "a check's severity": changed("{soft: size <= 10", "{hard: size <= 10"),
    "a sensitivity": changed("sensitivity: identifying", "sensitivity: none"),
    "a missing reason's key": changed("label: Not sure, key: f8", "label: Not sure, key: f7"),
    "the version": changed('version: "1.0.0"', 'version: "1.0.1"'),
    "a guide": changed("1. Those who sleep here.", "1. Those who eat here."),
    "a mode's wording": changed("Look at the first page.", "Look at the last page."),
    "the default mode": changed(
        "{interview: Telephone interview, record: Record extraction}",
        "{record: Record extraction, interview: Telephone interview}",
    ),
    "the most rows": changed("    at_most: 5", "    at_most: 4"),
}


COMMUTING_SAME: dict[str, Files] = {
    "units in data that are the usual ones": commuting.changed(
        "units: [months, years]}", "units: [months, years], unit: months}"
    ),
    "units of a range in the singular": commuting.changed(
        "5 minutes..10 hours", "5.0 minute..10 hours"
    ),
    "keys of choices that say what is usual": commuting.changed(
        "label: By bus}", "label: By bus, read: true, fixed: false}"
    ),
    "a key of a grid that stands with its row, too": commuting.changed(
        "label: Price}", "label: Price, modes: [interview, record]}"
    ),
}
COMMUTING_DIFFERENT: dict[str, Files] = {
    "order of units": commuting.changed("[months, years]", "[years, months]"),
    "unit in data": commuting.changed("    unit: hours", "    unit: minutes"),
    "bound of a duration": commuting.changed("..10 hours", "..600 minutes"),
    "mask": commuting.changed("99999-9999", "99999-999X"),
    "later coding": commuting.changed(", code_later: true", ""),
    "shuffling": commuting.changed("    shuffle: true\n", ""),
    "fixed place": commuting.changed("specify: true, fixed: true", "specify: true"),
    "reading aloud": commuting.changed("Not at all important, read: false", "Not at all important"),
    "condition of a choice": commuting.changed("distance <= 20 or fit", "distance <= 21 or fit"),
    "condition of rows": commuting.changed("row <= 2 or fit", "row <= 1 or fit"),
    "title of a grid": commuting.changed("title: Reasons", "title: The reasons"),
    "stem of a grid": commuting.changed("How important is each", "How important was each"),
    "note of a row": commuting.changed(", note: Own item", ""),
}


@pytest.mark.parametrize("name", SAME)
def test_layout_leaves_no_trace(name: str) -> None:
    assert normal_form(read_files(SAME[name])) == normal_form(household())


@pytest.mark.parametrize("name", DIFFERENT)
def test_meaning_does(name: str) -> None:
    assert read_files(DIFFERENT[name]).fingerprint != household().fingerprint


@pytest.mark.parametrize("name", COMMUTING_SAME)
def test_layout_of_newer_keys_leaves_no_trace(name: str) -> None:
    found = normal_form(read_files(COMMUTING_SAME[name]))
    assert found == normal_form(commuting.commuting())


def test_meaning_of_newer_keys_does() -> None:
    prints = {name: read_files(of).fingerprint for name, of in COMMUTING_DIFFERENT.items()}
    prints["unchanged"] = commuting.commuting().fingerprint
    assert len(set(prints.values())) == len(prints)


def test_each_of_these_changes_is_a_change_of_its_own() -> None:
    prints = {read_files(one).fingerprint for one in DIFFERENT.values()}
    assert len(prints) == len(DIFFERENT)


def test_the_fingerprint_is_a_hash_of_the_normal_form() -> None:
    survey = household()
    assert survey.fingerprint == fingerprint(survey)
    assert len(survey.fingerprint) == 64
    assert json.loads(normal_form(survey))["format"] == 1


def test_the_fingerprint_of_the_household_survey_stays_what_it_is() -> None:
    """Cases keep fingerprints for years: a change here needs a new FORMAT and a decision."""
    assert (
        household().fingerprint
        == "f865cb8517125b12a117173220b72b0eeb4e090b0bf5b9f4541044a51f3654e4"
    )
