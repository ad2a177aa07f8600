"""What the reader makes of each construct of the language."""

from decimal import Decimal
from pathlib import Path

import pytest

from instrument import (
    Computed,
    Instrument,
    InstrumentError,
    Kind,
    Measure,
    PartialDate,
    Roster,
    Sensitivity,
    Statement,
    read_files,
    read_instrument,
)
from tests.instrument.household import (
    HOME,
    changed,
    files,
    household,
    one_section,
    problems,
    question,
)


@pytest.fixture(scope="module")
def survey() -> Instrument:
    return household()


def test_the_items_stand_in_the_order_of_the_interview(survey: Instrument) -> None:
    assert list(survey.items) == [
        "intro", "size", "tenure", "tenure_specify", "pets", "crowded",
        "people", "age", "works", "moved", "rent", "home_by", "street", "story",
    ]  # fmt: skip


def test_the_header_is_read(survey: Instrument) -> None:
    assert (survey.name, survey.title, survey.version) == ("household", "Household survey", "1.0.0")
    assert dict(survey.modes) == {
        "interview": "Telephone interview",
        "record": "Record extraction",
    }
    assert survey.record_modes == {"record"}
    assert [(part.name, part.label) for part in survey.summary] == [("who", "Who lives there")]
    assert survey.definitions[0].means == "Everybody who lives together."
    assert survey.guides[0].items == ("size",)


def test_missing_reasons_depend_on_mode_and_question(survey: Instrument) -> None:
    def reasons(name: str, mode: str) -> list[str]:
        return [one.name for one in survey.reasons_for(question(survey, name), mode)]

    assert reasons("size", "interview") == ["not_sure", "declined"]
    assert reasons("size", "record") == ["not_sure", "not_in_record"]
    assert reasons("pets", "interview") == ["not_sure"]
    assert reasons("street", "interview") == []


def test_every_element_knows_its_place(survey: Instrument) -> None:
    assert str(survey.source) == "instrument.yaml:1:1"
    assert str(survey.items["size"].source) == "home.yaml:7:15"
    assert str(question(survey, "size").checks[0].condition.source) == "home.yaml:14:16"


def test_a_mode_can_word_an_item_differently(survey: Instrument) -> None:
    intro = survey.items["intro"]
    assert isinstance(intro, Statement)
    assert str(intro.wordings["interview"].ask) == "These questions are about your home."
    assert str(intro.wordings["record"].ask) == "Look at the first page."


def test_texts_that_a_mode_does_not_change_fall_back() -> None:
    survey = read_files(
        changed(
            "    instruct: Read the list.\n", "    instruct: Read.\n    record: {ask: Tenure?}\n"
        )
    )
    wordings = question(survey, "tenure").wordings
    assert str(wordings["record"].ask) == "Tenure?"
    assert str(wordings["record"].instruct) == "Read."


def test_an_item_can_be_absent_in_a_mode(survey: Instrument) -> None:
    assert question(survey, "home_by").modes == ("interview",)
    assert set(question(survey, "home_by").wordings) == {"interview"}


def test_an_item_worded_in_its_modes_only_needs_no_text_of_its_own() -> None:
    survey = read_files(
        changed(
            "    say: These questions are about your home.\n",
            "    interview: {say: Hello.}\n",
        )
    )
    intro = survey.items["intro"]
    assert isinstance(intro, Statement)
    assert str(intro.wordings["interview"].ask) == "Hello."


def test_shared_choices_are_written_into_their_questions(survey: Instrument) -> None:
    tenure = question(survey, "tenure")
    assert [(one.name, one.code, one.label) for one in tenure.choices] == [
        ("owned", 1, "Owned"), ("rented", 2, "Rented"), ("other", 9, "Another arrangement"),
    ]  # fmt: skip
    assert tenure.read_choices


def test_yes_no_questions_have_their_two_choices(survey: Instrument) -> None:
    assert [(one.name, one.code, one.label) for one in question(survey, "works").choices] == [
        ("yes", 1, "Yes"), ("no", 0, "No"),
    ]  # fmt: skip


def test_a_choice_to_be_specified_brings_its_text_question(survey: Instrument) -> None:
    specify = question(survey, "tenure_specify")
    assert specify.kind is Kind.TEXT
    assert str(specify.ask_if) == "tenure == other"
    assert specify.specifies == "tenure"
    assert specify.variable.label == "Tenure: other, specified"
    assert specify.variable.sensitivity is Sensitivity.FREE_TEXT


def test_the_text_question_can_be_worded_and_follows_any_of_questions() -> None:
    survey = read_files(
        changed(
            "label: Cat}",
            'label: Cat, specify: "What {sort} of cat?"}',
        )
    )
    specify = question(survey, "pets_specify")
    assert str(specify.ask_if) == "pets has cat"
    assert specify.wordings["record"].ask.pieces == ("What {sort} of cat?",)


def test_bounds_are_read_in_the_type_of_their_kind(survey: Instrument) -> None:
    assert (question(survey, "size").minimum, question(survey, "size").maximum) == (1, 20)
    assert question(survey, "rent").maximum == Decimal("99999.99")
    assert question(survey, "moved").minimum == PartialDate(1990, 1, 1)
    assert question(survey, "home_by").minimum is None


@pytest.mark.parametrize(
    ("written", "bounds"),
    [("3..", (3, None)), ("..9", (0, 9)), ("5 .. 6", (5, 6)), ("-200..-100", (-200, -100))],
)
def test_ranges_may_be_open(written: str, bounds: tuple[int, int | None]) -> None:
    survey = read_files(changed("range: 1..20", f"range: {written}"))
    assert (question(survey, "size").minimum, question(survey, "size").maximum) == bounds


def test_numbers_begin_at_zero_unless_the_author_says_otherwise() -> None:
    survey = read_files(changed("    range: 1..20\n", ""))
    assert (question(survey, "size").minimum, question(survey, "size").maximum) == (0, None)


def test_any_of_questions_want_one_choice_unless_told_otherwise(survey: Instrument) -> None:
    assert (question(survey, "pets").at_least, question(survey, "pets").at_most) == (1, 2)
    lenient = read_files(changed("at_most: 2", "at_least: 0"))
    assert (question(lenient, "pets").at_least, question(lenient, "pets").at_most) == (0, None)


def test_texts_have_a_length(survey: Instrument) -> None:
    assert question(survey, "street").max_length == 200
    assert question(survey, "story").max_length == 500


def test_metadata_has_sensible_defaults(survey: Instrument) -> None:
    def described(name: str) -> tuple[Measure, Sensitivity]:
        variable = question(survey, name).variable
        return variable.measure, variable.sensitivity

    assert described("size") == (Measure.SCALE, Sensitivity.NONE)
    assert described("tenure") == (Measure.NOMINAL, Sensitivity.NONE)
    assert described("story") == (Measure.NOMINAL, Sensitivity.FREE_TEXT)
    assert described("street") == (Measure.NOMINAL, Sensitivity.IDENTIFYING)
    assert question(survey, "rent").variable.note == "Table 1"
    assert question(survey, "rent").variable.unit == "dollars"


def test_checks_have_stable_names(survey: Instrument) -> None:
    checks = question(survey, "size").checks
    assert [(one.name, one.severity) for one in checks] == [("size#1", "soft"), ("size#2", "hard")]
    assert [str(fill.expression) for fill in checks[0].say.fills] == ["size"]


def test_rosters_hold_their_items(survey: Instrument) -> None:
    people = survey.items["people"]
    assert isinstance(people, Roster)
    assert [item.name for item in people.items] == ["age", "works"]
    assert (str(people.size), people.rows, people.at_most) == ("size", None, 5)
    assert people.label == "People in the household"
    assert survey.roster_of["age"] is people


def test_rosters_may_be_fixed_or_open() -> None:
    fixed = read_files(changed("    size: size\n    at_most: 5\n", "    rows: 3\n"))
    open_ended = read_files(changed("    size: size\n", ""))
    assert isinstance(one := fixed.items["people"], Roster)
    assert (one.size, one.rows, one.at_most) == (None, 3, 3)
    assert isinstance(other := open_ended.items["people"], Roster)
    assert (other.size, other.rows, other.at_most) == (None, None, 5)


def test_a_row_label_reads_the_items_of_its_row() -> None:
    survey = read_files(changed("Person {row}\n", '"Person {row}, {age | age unknown}"\n'))
    people = survey.items["people"]
    assert isinstance(people, Roster)
    assert [fill.fallback for fill in people.row_label.fills] == [None, "age unknown"]


def test_computed_values_by_branches() -> None:
    survey = read_files(
        one_section(
            """\
  - {question: age, kind: integer, label: Age, ask: How old are you?}
  - compute: group
    kind: one_of
    label: Age group
    measure: ordinal
    choices: [{name: young, code: 1, label: Young}, {name: grown, code: 2, label: Grown up}]
    branches:
      - {when: age < 18, is: young}
      - {otherwise: grown}
  - compute: double
    kind: integer
    label: Twice the age
    branches: [{when: group == grown, is: 2 * age}, {otherwise: 0}]
"""
        )
    )
    group, double = survey.items["group"], survey.items["double"]
    assert isinstance(group, Computed)
    assert isinstance(double, Computed)
    assert [(str(one.when), str(one.value)) for one in group.branches] == [
        ("age < 18", "young"), ("None", "grown"),
    ]  # fmt: skip
    assert group.variable.measure is Measure.ORDINAL
    assert double.kind is Kind.INTEGER


def test_a_computed_condition_is_yes_or_no(survey: Instrument) -> None:
    crowded = survey.items["crowded"]
    assert isinstance(crowded, Computed)
    assert crowded.kind is Kind.YES_NO
    assert [one.name for one in crowded.choices] == ["yes", "no"]


def test_choices_may_stand_in_a_file_of_their_own() -> None:
    split = changed("sections: [home, people]", "sections: [home, people]\nchoice_files: [lists]")
    split = split | {
        "lists.yaml": b"choices:\n  pet_list:\n    - {name: fish, code: 1, label: Fish}\n",
    }
    split["home.yaml"] = (
        HOME.replace("choices: tenures", "choices: pet_list")
        .replace(" and tenure == rented", " and tenure == fish")
        .encode()
    )
    split["people.yaml"] = split["people.yaml"].replace(b"tenure == rented", b"tenure == fish")
    assert [one.name for one in question(read_files(split), "tenure").choices] == ["fish"]


def test_fills_and_braces() -> None:
    survey = read_files(
        changed("ask: What is the rent?", 'ask: "{{x}} {size + 1 | a few} {tenure}"')
    )
    pieces = question(survey, "rent").wordings["interview"].ask.pieces
    shown = [
        piece if isinstance(piece, str) else (str(piece.expression), piece.fallback)
        for piece in pieces
    ]
    assert shown == ["{x} ", ("size + 1", "a few"), " ", ("tenure", None)]


def test_a_quoted_text_in_a_fill_may_hold_braces_and_bars() -> None:
    survey = read_files(
        one_section(
            "  - {question: a, kind: text, label: A, ask: Say.}\n"
            "  - {question: b, kind: text, label: B, ask: '{count(a == \"}|\") | none}'}\n"
        )
    )
    (fill,) = question(survey, "b").wordings["interview"].ask.fills
    assert (str(fill.expression), fill.fallback) == ('count(a == "}|")', "none")


def test_yes_and_no_and_numbers_in_texts_stay_words() -> None:
    survey = read_files(
        one_section(
            """\
  - question: a
    kind: one_of
    label: 2019
    ask: yes
    choices: [{name: yes, code: 0, label: no}, {name: off, code: 7, label: 0777}]
"""
        )
    )
    a = question(survey, "a")
    assert a.variable.label == "2019"
    assert str(a.wordings["interview"].ask) == "yes"
    assert [(one.name, one.label) for one in a.choices] == [("yes", "no"), ("off", "0777")]


def test_a_folder_is_read_like_its_files(tmp_path: Path) -> None:
    for name, content in files().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "notes.txt").write_text("not YAML: [")
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / "case.yaml").write_text("persona: somebody")
    assert read_instrument(tmp_path) == household()


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_an_instrument_is_one_clear_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InstrumentError) as caught:
        read_instrument(tmp_path / name)
    assert str(caught.value).startswith("instrument.yaml:1:1: ")


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "instrument.yaml").mkdir()
    with pytest.raises(InstrumentError, match="not a regular file"):
        read_instrument(tmp_path)


def test_problems_come_in_the_order_of_the_interview() -> None:
    broken = files(
        header=changed("version: ", "versoin: ")["instrument.yaml"].decode(),
        home=HOME.replace("title: Home", "titel: Home").replace("kind: one_of", "kind: one"),
        people="section: people\ntitle: People\nitems: []\n",
    )
    found = [(one.source.file, one.source.line) for one in problems(broken)]
    assert [name for name, _ in found] == sorted(
        [name for name, _ in found], key=["instrument.yaml", "home.yaml", "people.yaml"].index
    )
    assert len({name for name, _ in found}) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: one_of", "kind: oneof"),  # every condition reads tenure
        ("question: tenure", "question: Tenure"),
        ("title: Home", "titel: Home"),
        ("sections: [home, people]", "sections: [hom, people]"),
        ("name: rented, code: 2", "name: rented, code: two"),
        ("section: home", "section: [home"),
        ("  tenures:", "  tenures: nothing\n  tenure_list:"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem(old: str, new: str) -> None:
    found = problems(changed(old, new))
    assert len(found) == 1, [str(one) for one in found]
