"""Every problem has a code of the catalog, every code an example, every message a place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import instrument
from instrument import InstrumentError, Problem, Source
from instrument.catalog import TITLES
from instrument.files import instrument_files
from instrument.header import FILE
from instrument.report import MOST_PROBLEMS
from tests.instrument.examples import EXAMPLES
from tests.instrument.household import changed, files, one_section, problems

RAISERS = {"add", "unknown", "Problem", "ConditionError", "_stop", "_problem"}


def codes_in(source: str) -> Iterator[str]:
    """Codes that a module gives to problems."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        first = node.args[0] if node.args else None
        if name in RAISERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def codes_in_package() -> set[str]:
    folder = Path(instrument.__file__).parent
    modules = [*folder.glob("*.py"), *folder.glob("conditions/*.py")]
    found = {code for path in modules for code in codes_in(path.read_text("utf-8"))}
    return {code for code in found if "-" in code}


def test_the_catalog_lists_exactly_the_codes_that_are_raised() -> None:
    assert codes_in_package() == set(TITLES)


def test_the_search_for_codes_would_notice_a_new_one() -> None:
    assert set(codes_in("report.add('brand-new', source, 'text')")) == {"brand-new"}


def test_the_unbroken_survey_has_no_problems() -> None:
    assert problems(files()) == ()


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_message_says_place_and_code_in_its_first_line(code: str) -> None:
    (problem,) = problems(EXAMPLES[code])
    first = str(problem).split("\n")[0]
    assert re.fullmatch(r"[a-z]+\.yaml:[0-9]+:[0-9]+: .+ \[" + code + r"\]", first)
    assert str(InstrumentError([problem])) == str(problem)


def test_a_folder_that_cannot_be_read_has_its_code(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError) as caught:
        instrument_files(tmp_path / "nowhere")
    assert [one.code for one in caught.value.problems] == ["file-unreadable"]
    assert caught.value.problems[0].source == Source(FILE, 1, 1)


def test_reading_stops_when_there_have_been_enough_problems() -> None:
    items = "".join(f"  - {{statement: s{n}, say: '{{=}}', wrong: 1}}\n" for n in range(1000))
    found = problems(one_section(items))
    assert len(found) == MOST_PROBLEMS + 1
    assert [one.code for one in found].count("problems-many") == 1


@pytest.mark.parametrize("word", ["x" * 5_000, "x " * 500, '"' + "x" * 5_000 + '"'])
@pytest.mark.parametrize("place", ["ask_if: tenure == rented", "kind: decimal", "question: rent"])
def test_no_message_repeats_a_long_word_in_full(place: str, word: str) -> None:
    key = place.split(":", maxsplit=1)[0]
    (problem,) = problems(changed(place, f"{key}: {word!r}"))
    assert all(len(line) < 300 for line in str(problem).split("\n"))


def test_titles_are_short_sentences_without_a_stop() -> None:
    assert all(
        title[0].isupper() and title[-1] not in ".!" and len(title) < 80
        for title in TITLES.values()
    )


def test_a_condition_is_shown_with_a_caret_under_its_place() -> None:
    problem = Problem(
        "condition-name", Source("a.yaml", 3, 7), "ask_if of 'x': no\n    a\n    ^", "b"
    )
    assert str(problem).split("\n") == [
        "a.yaml:3:7: ask_if of 'x': no [condition-name]", "    a", "    ^", "    b",
    ]  # fmt: skip
