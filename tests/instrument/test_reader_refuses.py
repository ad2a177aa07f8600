"""What the reader says of the mistakes that authors make, beyond one example for each code."""

from pathlib import Path

import pytest
import yaml

from instrument.files import MAX_FILES, instrument_files
from instrument.problems import InstrumentError
from tests.instrument.household import changed, files, one_section, problems

AGE = "  - {question: age, kind: integer, label: Age, ask: How old?}\n"
CITY = (
    "  - {question: city, kind: one_of, label: City, ask: Where?, choices: "
    "[{name: north, code: 1, label: N}, {name: south, code: 2, label: S}]}\n"
)


MISTAKES = yaml.safe_load(Path(__file__).with_name("mistakes.yaml").read_text("utf-8"))


def told(of: dict[str, bytes]) -> tuple[str, str]:
    """Sentence and hint of the only problem, without place and caret."""
    (problem,) = problems(of)
    return problem.text.split("\n")[0], problem.hint


def said(of: dict[str, bytes]) -> str:
    """The sentence of the only problem, without place, caret and hint."""
    return told(of)[0]


@pytest.mark.parametrize("row", MISTAKES["computed"], ids=lambda row: row["written"])
def test_computed_values_that_cannot_be(row: dict[str, str]) -> None:
    item = f"  - {{compute: x, label: X, {row['written']}}}\n"
    says, hint = told(one_section(AGE + CITY + item))
    assert (says, row.get("hint", hint)) == (row["says"], hint)


@pytest.mark.parametrize("written", MISTAKES["sound"])
def test_computed_values_that_fit(written: str) -> None:
    assert problems(one_section(f"{AGE}{CITY}  - {{compute: x, label: X, {written}}}\n")) == ()


@pytest.mark.parametrize("row", MISTAKES["changes"], ids=lambda row: row["new"])
def test_mistakes_are_called_what_they_are(row: dict[str, str]) -> None:
    found = problems(changed(row["old"], row["new"]))
    assert row["says"] in [one.text.split("\n")[0] for one in found]


def test_a_name_that_is_given_twice_is_told_with_both_places() -> None:
    found = problems(changed("question: rent", "question: size"))
    assert [str(one.source) for one in found] == ["people.yaml:19:15"]
    assert found[0].text == "there is another item 'size', at home.yaml:7:15"


def test_rosters_do_not_nest() -> None:
    inner = changed("      - {question: age,", "      - {roster: cars}\n      - {question: age,")
    assert said(inner) == "a roster cannot stand inside the roster 'people'"


def test_a_question_to_be_specified_needs_a_short_name() -> None:
    long = "t" * 25
    whole = {
        name: one.replace(b"tenure ==", f"{long} ==".encode()).replace(
            b"question: tenure", f"question: {long}".encode()
        )
        for name, one in files().items()
    }
    assert said(whole) == f"'{long}_specify' is needed for the wording of 'other' and is too long"


def test_shared_lists_have_names_of_their_own() -> None:
    split = changed("sections: [home, people]", "sections: [home, people]\nchoice_files: [lists]")
    split["lists.yaml"] = b"choices:\n  tenures:\n    - {name: a, code: 1, label: A}\n"
    assert said(split) == "there is another list of choices 'tenures'"


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path) -> None:
    for number in range(MAX_FILES + 1):
        (tmp_path / f"s{number}.yaml").touch()
    with pytest.raises(InstrumentError, match="at most 2,000 are read"):
        instrument_files(tmp_path)


@pytest.mark.parametrize("code", [-1, -49, -50, -60, -89, -90, -99])
def test_no_choice_has_a_code_that_data_files_declare_missing(code: int) -> None:
    found = problems(changed("name: rented, code: 2", f"name: rented, code: {code}"))
    assert [one.code for one in found] == ["choice-code"]
    assert said(changed("name: rented, code: 2", f"name: rented, code: {code}")) == (
        f"a choice cannot have the code {code}"
    )


@pytest.mark.parametrize("code", [-100, -1000, 0, 100])
def test_control_other_codes_are_taken(code: int) -> None:
    assert problems(changed("name: rented, code: 2", f"name: rented, code: {code}")) == ()
