"""The fingerprint follows the meaning of an instrument and nothing else."""

import json

import pytest

from instrument import read_files
from instrument.normal import fingerprint, normal_form
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


@pytest.mark.parametrize("name", SAME)
def test_layout_leaves_no_trace(name: str) -> None:
    assert normal_form(read_files(SAME[name])) == normal_form(household())


@pytest.mark.parametrize("name", DIFFERENT)
def test_meaning_does(name: str) -> None:
    assert read_files(DIFFERENT[name]).fingerprint != household().fingerprint


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
