"""Grids: one question for each row, with what the grid says of all of them."""

import pytest

from instrument import Instrument, Kind, Question, Roster, Sensitivity, read_files
from instrument.normal import normal_form
from tests.instrument.commuting import WAY, changed, commuting, files
from tests.instrument.household import one_section, problems, question


@pytest.fixture(scope="module")
def survey() -> Instrument:
    return commuting()


def plain(item: Question) -> str:
    """What a question means, without its places in files."""
    section = commuting().sections[0].model_copy(update={"items": (item,)})
    return normal_form(commuting().model_copy(update={"sections": (section,)}))


def rows(survey: Instrument, grid: str) -> list[Question]:
    return [
        item
        for _, _, item in survey.walk()
        if isinstance(item, Question) and item.grid is not None and item.grid.grid == grid
    ]


def test_each_row_is_a_question_in_its_place(survey: Instrument) -> None:
    found = rows(survey, "reasons")
    assert [row.name for row in found] == ["price", "speed", "sleep"]
    assert [(row.grid.number, row.grid.of) for row in found if row.grid] == [(1, 3), (2, 3), (3, 3)]
    assert "reasons" not in survey.items


def test_rows_take_what_the_grid_says(survey: Instrument) -> None:
    for row in rows(survey, "reasons"):
        assert row.kind is Kind.ONE_OF
        assert [one.name for one in row.choices] == ["very", "somewhat", "not_at_all"]
        assert row.no_missing == {"not_sure"}
        assert row.variable.sensitivity is Sensitivity.QUASI_IDENTIFYING
    assert [row.variable.note for row in rows(survey, "reasons")] == [None, None, "Own item"]


def test_the_universe_of_the_grid_comes_before_that_of_the_row(survey: Instrument) -> None:
    assert [str(row.ask_if) for row in rows(survey, "reasons")] == [
        "way != home",
        "way != home and distance > 1 and fit",
        "way != home",
    ]


def test_texts_of_the_grid_stand_where_a_row_has_none(survey: Instrument) -> None:
    price, speed = question(survey, "price"), question(survey, "speed")
    assert str(price.wordings["interview"].instruct) == "Read each one."
    assert str(speed.wordings["record"].instruct) == "Door to door."
    assert price.wordings["interview"].help is None
    assert str(price.wordings["record"].help) == "Page 2."
    assert str(price.wordings["record"].ask) == "The price?"


def test_the_stem_is_worded_by_mode(survey: Instrument) -> None:
    price, sleep = question(survey, "price").grid, question(survey, "sleep").grid
    assert price is not None
    assert sleep is not None
    assert {mode: str(text) for mode, text in price.stem.items()} == {
        "interview": "How important is each of these to you?",
        "record": "Look for these.",
    }
    assert list(sleep.stem) == ["interview"]
    assert price.title == "Reasons"


def test_checks_belong_to_rows(survey: Instrument) -> None:
    assert [one.name for one in question(survey, "speed").checks] == ["speed#1"]


def test_a_grid_can_stand_in_a_roster(survey: Instrument) -> None:
    jobs = survey.items["jobs"]
    assert isinstance(jobs, Roster)
    assert [item.name for item in jobs.items] == ["days_car", "days_bus"]
    assert (question(survey, "days_bus").maximum, question(survey, "days_bus").variable.unit) == (
        5,
        "days",
    )
    assert [
        str(one.expression) for one in question(survey, "days_bus").wordings["record"].ask.fills
    ] == ["days_car"]


WRITTEN_OUT = """\
  - question: price
    kind: one_of
    label: Price
    ask: The price?
    instruct: Read each one.
    record: {help: Page 2.}
    choices: importance
    ask_if: way != home
    no_missing: [not_sure]
    sensitivity: quasi_identifying
  - question: speed
    kind: one_of
    label: Speed
    ask: The time it takes?
    instruct: Door to door.
    record: {help: Page 2.}
    choices: importance
    ask_if: way != home and distance > 1 and fit
    no_missing: [not_sure]
    sensitivity: quasi_identifying
    checks:
      - {soft: speed == price, say: "Less than the price?"}
  - question: sleep
    kind: one_of
    label: Sleep
    ask: More sleep?
    instruct: Read each one.
    modes: [interview]
    note: Own item
    choices: importance
    ask_if: way != home
    no_missing: [not_sure]
    sensitivity: quasi_identifying
"""
"""The rows of the grid `reasons` as questions of their own."""


def test_a_grid_asks_what_its_rows_would_ask_alone(survey: Instrument) -> None:
    start, end = WAY.index("  - grid: reasons"), WAY.index("  - roster: jobs")
    alone = read_files(files(way=WAY[:start] + WRITTEN_OUT + WAY[end:]))
    assert list(alone.items) == list(survey.items)
    for row in rows(survey, "reasons"):
        asked = row.model_copy(update={"grid": None})
        assert plain(asked) == plain(question(alone, row.name))
        assert plain(row) != plain(asked)


def test_each_row_asks_for_the_wording_of_its_choice() -> None:
    survey = read_files(
        one_section(
            "  - grid: means\n    title: Means\n    ask: Which one?\n    choices:\n"
            "      - {name: car, code: 1, label: Car}\n"
            "      - {name: other, code: 2, label: Other, specify: Which?}\n"
            "    items:\n"
            "      - {item: there, ask: There?, label: There}\n"
            "      - {item: back, ask: Back?, label: Back, ask_if: answered(there_specify)}\n"
        )
    )
    assert list(survey.items) == ["there", "there_specify", "back", "back_specify"]
    assert str(question(survey, "back_specify").ask_if) == (
        "answered(there_specify) and back == other"
    )
    assert question(survey, "there_specify").grid is None


WRONG = [
    ("item: sleep", "item: speed", ["there is another item 'speed', at way.yaml:42:15"]),
    ("grid: reasons", "grid: way", ["there is another item 'way', at way.yaml:7:15"]),
    ("grid: reasons", "grid: price", ["there is another item 'price', at way.yaml:41:16"]),
    (
        "    ask_if: way != home",
        "    ask_if: way != hom",
        ["ask_if of 'reasons': 'hom' is not a choice of 'way'"],
    ),
    (
        "    choices: importance",
        "    choices: importance\n    range: 0..9",
        ["'range' does not fit kind one_of"],
    ),
    (
        "    choices: importance",
        "    choices: import",
        ["there is no list of choices 'import'"],
    ),
    (
        "    choices: importance",
        "    kind: long_text",
        ["'kind' of grid 'reasons' cannot be 'long_text'"],
    ),
    (
        "label: Price}",
        "label: Price, kind: yes_no}",
        ["'kind' stands in the grid, not in one of its rows"],
    ),
    ("label: Price}", "lable: Price}", ["row 'price' of grid 'reasons' has no key 'lable'"]),
    (
        "    title: Reasons",
        "    label: Reasons",
        [
            "grid 'reasons' needs the key 'title'",
            "'label' stands in the rows of the grid, not in the grid",
        ],
    ),
    (
        "    sensitivity: quasi_identifying",
        "    sensitivity: secret",
        ["'sensitivity' of row 'price' of grid 'reasons' cannot be 'secret'"],
    ),
    (
        "    no_missing: [not_sure]",
        "    no_missing: [unsure]",
        ["there is no missing reason 'unsure'"],
    ),
    (
        "    no_missing: [not_sure]",
        "    checks: []",
        ["'checks' stands in the rows of the grid, not in the grid"],
    ),
    ("    range: 0..5", "    range: 5..0", ["no value is in the range '5..0'"]),
    (
        "as: way",
        "as: reasons",
        ["'as' of 'usual': 'reasons' is a grid: its rows have answers, and it has none"],
    ),
    (
        "row <= 2 or fit",
        "answered(reasons)",
        ["row_if of 'jobs': 'reasons' is a grid: its rows have answers, and it has none"],
    ),
    (
        "{item: price, ask",
        "{question: price, ask",
        ["a row of grid 'reasons' is called 'item', not 'question'"],
    ),
    ("{item: sleep, ask", "{ask", ["a row of grid 'reasons' needs the key 'item'"]),
]


@pytest.mark.parametrize(("old", "new", "says"), WRONG, ids=str)
def test_mistakes_are_told_once(old: str, new: str, says: list[str]) -> None:
    found = [one.text.split("\n")[0] for one in problems(changed(old, new))]
    assert sorted(found) == sorted(says)


def test_a_condition_that_names_a_grid_is_told_its_rows() -> None:
    (problem,) = problems(changed("as: way", "as: reasons"))
    assert problem.hint == "name a row: price, speed, sleep"


def test_a_choice_may_be_called_like_a_grid() -> None:
    assert problems(changed("grid: reasons", "grid: home")) == ()


def test_a_guide_on_a_grid_is_offered_on_its_rows() -> None:
    guide = (
        "guides:\n  - {guide: how, title: How, items: [speed, reasons, way], text: 1.}\nsections:"
    )
    survey = read_files(changed("sections:", guide))
    assert survey.guides[0].items == ("speed", "price", "sleep", "way")


def test_a_grid_needs_rows() -> None:
    bare = one_section("  - {grid: g, title: G, ask: G?, kind: yes_no, items: []}\n")
    assert [one.text for one in problems(bare)] == ["grid 'g' has no rows"]
