"""Choices that are offered under a condition, shuffled, or not read aloud; other new keys."""

import pytest

from instrument import (
    EntryError,
    Instrument,
    InstrumentError,
    check_value,
    read_entry,
    read_files,
    show,
)
from tests.instrument.commuting import changed, commuting
from tests.instrument.household import one_section, problems, question


@pytest.fixture(scope="module")
def survey() -> Instrument:
    return commuting()


def test_a_choice_has_its_condition_in_every_question_that_takes_the_list(
    survey: Instrument,
) -> None:
    for name in ("way", "tried"):
        conditions = [str(one.ask_if) for one in question(survey, name).choices if one.ask_if]
        assert conditions == ["has_car", "distance <= 20 or fit"]


def test_an_answer_whose_choice_fell_away_breaks_a_hard_check(survey: Instrument) -> None:
    own, added = question(survey, "way").checks
    assert (own.name, added.name, added.severity) == ("way#1", "way#choices", "hard")
    assert str(added.condition) == (
        "(not way == car or has_car) and (not way == bike or distance <= 20 or fit)"
    )
    (several,) = question(survey, "tried").checks
    assert str(several.condition) == (
        "(not tried has car or has_car) and (not tried has bike or distance <= 20 or fit)"
    )
    assert question(survey, "price").checks == ()


def test_one_condition_is_one_check_and_reads_back() -> None:
    survey = read_files(changed(", ask_if: distance <= 20 or fit", ""))
    check = question(survey, "way").checks[1]
    assert str(check.condition) == "not way == car or has_car"
    typed = changed("not way == bike or distance < 15", str(check.condition))
    assert question(read_files(typed), "way").checks[0].condition.tree == check.condition.tree


def test_choices_say_whether_they_are_read_and_keep_their_place(survey: Instrument) -> None:
    way = question(survey, "way")
    assert [one.name for one in way.choices if not one.read] == ["home"]
    assert [one.name for one in way.choices if one.fixed] == ["other", "home"]
    assert way.shuffle
    assert not question(survey, "tried").shuffle


def test_a_computed_value_takes_a_shared_list_without_what_is_for_asking(
    survey: Instrument,
) -> None:
    usual = survey.items["usual"]
    assert all(
        one.read and not one.fixed and one.ask_if is None for one in getattr(usual, "choices", ())
    )
    assert len(getattr(usual, "choices", ())) == 5


def test_rows_of_a_roster_can_have_a_condition(survey: Instrument) -> None:
    assert str(getattr(survey.items["jobs"], "row_if", None)) == "row <= 2 or fit"


def test_open_answers_can_be_marked_for_later_coding(survey: Instrument) -> None:
    assert question(survey, "why").variable.code_later
    assert not question(survey, "zip").variable.code_later


def test_only_offered_choices_are_taken(survey: Instrument) -> None:
    way, tried = question(survey, "way"), question(survey, "tried")
    offered = frozenset({"bus", "other"})
    assert read_entry(way, "bus", offered=offered) == "bus"
    assert check_value(way, "car") is None
    assert check_value(way, "plane", offered=offered) == "That is not one of the choices."
    with pytest.raises(EntryError, match=r"^That choice is not offered now\.$"):
        read_entry(way, "By car", offered=offered)
    assert read_entry(tried, "bus, 8", offered=offered) == ("bus", "other")
    with pytest.raises(EntryError, match=r"^That choice is not offered now\.$"):
        read_entry(tried, "bus, 3", offered=offered)


def test_labels_are_typed_and_shown_in_any_language() -> None:
    survey = read_files(
        {
            "instrument.yaml": b"instrument: two\ntitle: Two\nversion: '1'\nsections: [only]\n"
            b"languages: {en: English, es: Spanish}\n",
            "only.yaml": (
                "section: only\ntitle: Only\nitems:\n"
                "  - grid: g\n    title: {en: Grid, es: Cuadro}\n    ask: {en: What of, es: ¿Qué}\n"
                "    choices:\n"
                "      - {name: a, code: 1, label: {en: Red, es: Rojo}}\n"
                "      - {name: b, code: 2, label: {en: Rojo, es: Verde}}\n"
                "      - {name: c, code: 3, label: Blue}\n"
                "    items:\n      - {item: one, label: One, ask: {en: One?, es: ¿Uno?}}\n"
            ).encode(),
        }
    )
    one = question(survey, "one")
    assert [read_entry(one, typed) for typed in ("red", "rojo", "VERDE", "3")] == list("abbc")
    assert [show(one, name, "es") for name in "abc"] == ["Rojo", "Verde", "Blue"]
    assert show(one, "b") == "Rojo"
    assert one.grid is not None
    assert (one.grid.title, one.grid.said("title", "es")) == ("Grid", "Cuadro")
    assert str(one.grid.stem["interview"].in_language("es")) == "¿Qué"


def test_several_choices_can_ask_for_their_wording() -> None:
    survey = read_files(
        changed(
            "{name: bus, code: 2, label: By bus}",
            "{name: bus, code: 2, label: By bus, specify: Which line?}",
        )
    )
    names = [name for name in survey.items if name.startswith(("way_", "tried_"))]
    assert names == ["way_bus", "way_other", "tried_bus", "tried_other"]
    bus = question(survey, "way_bus")
    assert (str(bus.ask_if), bus.specifies) == ("way == bus", "way")
    assert bus.variable.label == "Way to work: By bus, specified"
    assert str(bus.wordings["interview"].ask) == "Which line?"
    assert str(question(survey, "way_other").wordings["interview"].ask).startswith("Please")


PETS = "  - {question: pet, kind: %s, label: Pet, ask: Which?, choices: [%s]%s}\n"
DOG, CAT = "{name: dog, code: 1, label: Dog}", "{name: cat, code: 2, label: Cat%s}"


@pytest.mark.parametrize("more", [", fixed: true", ", exclusive: true", ", specify: true"])
def test_shuffling_needs_two_choices_that_can_change_places(more: str) -> None:
    def pets(cat: str) -> list[str]:
        item = PETS % ("any_of", f"{DOG}, {CAT % cat}", ", shuffle: true")
        return [one.code for one in problems(one_section(item))]

    assert pets(more) == ["shuffle-fixed"]
    assert pets("") == []


SEATS = """  - {{question: garden, kind: yes_no, label: Garden, ask: Garden?}}
  - question: sits
    kind: {kind}
    label: Seat
    ask: Where?
    {more}
    choices:
      - {{name: lawn, code: 1, label: Lawn, ask_if: garden}}
      - {{name: hall, code: 2, label: Hall, {hall}}}
      - {{name: roof, code: 3, label: Roof, {roof}}}
"""
OFTEN, ALWAYS, ALONE = "ask_if: not garden", "read: true", "exclusive: true"
REASON = "missing: [{reason: unsure, code: -1, label: Unsure, key: f8%s}]\n"
IN_RECORDS = "modes: {talk: Talk, record: Record}\n" + REASON % ", modes: [record]"


@pytest.mark.parametrize(
    ("kind", "more", "hall", "roof", "header", "says"),
    [
        ("one_of", "note: x", OFTEN, OFTEN, "", "none of the choices"),
        ("one_of", "note: x", OFTEN, ALWAYS, "", ""),
        ("one_of", "note: x", OFTEN, OFTEN, REASON % "", ""),
        ("one_of", "no_missing: all", OFTEN, OFTEN, REASON % "", "none of the choices"),
        ("one_of", "note: x", OFTEN, OFTEN, IN_RECORDS, "in mode 'talk'"),
        ("one_of", "modes: [record]", OFTEN, OFTEN, IN_RECORDS, ""),
        ("any_of", "note: x", OFTEN, OFTEN, "", "none of the choices"),
        ("any_of", "at_least: 0", OFTEN, OFTEN, "", ""),
        ("any_of", "at_least: 2", OFTEN, ALWAYS, "", "only 1 of the choices"),
        ("any_of", "at_least: 2", ALWAYS, ALWAYS, "", ""),
        ("any_of", "at_least: 2", OFTEN, ALONE, "", ""),
    ],
)
def test_a_question_must_never_be_left_without_a_way_on(
    kind: str, more: str, hall: str, roof: str, header: str, says: str
) -> None:
    read = one_section(SEATS.format(kind=kind, more=more, hall=hall, roof=roof))
    read["instrument.yaml"] += header.encode()
    found = problems(read)
    assert [one.code for one in found] == ["choices-few"] * bool(says)
    assert all(says in one.text for one in found)


def test_a_grid_without_a_way_on_is_noted_once() -> None:
    rows = "\n".join(f"      - {{item: r{n}, label: R, ask: R}}" for n in range(3))
    items = (
        "  - {question: x, kind: yes_no, label: X, ask: x}\n  - grid: g\n    title: G\n"
        "    ask: Which?\n    choices: [{name: a, code: 1, label: A, ask_if: x}]\n"
        f"    items:\n{rows}\n"
    )
    assert [one.code for one in problems(one_section(items))] == ["choices-few"]


WRONG = [
    ("ask_if: has_car}", "ask_if: hascar}", "condition-name"),
    ("ask_if: has_car}", "ask_if: way == bus}", "condition-forward"),
    ("ask_if: has_car}", "ask_if: since > since}", "condition-forward"),
    ("ask_if: has_car}", "ask_if: [has_car]}", "value-form"),
    ("By bus}", "By bus, read: sometimes}", "value-form"),
    ("By bus}", "By bus, fixed: yes}", "value-form"),
    ("    shuffle: true", "    shuffle: 1", "value-form"),
    ("ask: Is there a car?}", "ask: Is there a car?, shuffle: true}", "key-misplaced"),
    ("ask: Is there a car?}", "ask: Is there a car?, code_later: true}", "key-misplaced"),
    ("mask: 99999-9999", "mask: none", "mask-form"),
    ("mask: 99999-9999", "mask: 99999-9999, max_length: 9", "mask-form"),
    ("mask: 99999-9999", r'mask: "9\t9"', "mask-form"),
    ("code_later: true", "code_later: true, mask: 99", "key-misplaced"),
    ("units: [months, years]", "units: [months, jears]", "unit-unknown"),
    ("units: [months, years]", "units: [months, months]", "unit-repeated"),
    ("units: [months, years]", "units: []", "value-empty"),
    ("units: [months, years]", "units: months", "value-form"),
    (", units: [months, years]", "", "key-missing"),
    ("    unit: hours", "    unit: days", "unit-unknown"),
    ("    unit: hours", "    unit: fortnights", "unit-unknown"),
    ("    unit: minutes\n", "", "key-missing"),
    ("5 minutes..10 hours", "10 hours..5 minutes", "range-order"),
    ("5 minutes..10 hours", "5..10 hours", "value-form"),
    ("5 minutes..10 hours", "5 minutes..10 hrs", "value-form"),
    ("5 minutes..10 hours", "-5 minutes..", "value-form"),
    ("unit: miles", "unit: miles, units: [hours]", "key-misplaced"),
    ("row <= 2 or fit", "days_car > 2", "condition-forward"),
    ("row <= 2 or fit", "row", "condition-type"),
    ("row <= 2 or fit", "count(jobs) > 1", "condition-forward"),
]


@pytest.mark.parametrize(("old", "new", "code"), WRONG, ids=str)
def test_mistakes_are_told_once(old: str, new: str, code: str) -> None:
    assert [one.code for one in problems(changed(old, new))] == [code]


@pytest.mark.parametrize("key", ["read: false", "fixed: true", "ask_if: size > 1"])
def test_choices_of_a_computed_value_of_its_own_take_no_keys_for_asking(key: str) -> None:
    choices = f"[{{name: a, code: 1, label: A, {key}}}]"
    with pytest.raises(InstrumentError) as caught:
        read_files(
            one_section(f"  - {{compute: x, kind: one_of, choices: {choices}, label: X, as: a}}\n")
        )
    assert [one.code for one in caught.value.problems] == ["key-misplaced"]


@pytest.mark.parametrize(
    ("written", "bounds"),
    [
        ("1 hour..", ("1 hours", "None")),
        ("..90.5 minutes", ("None", "90.5 minutes")),
        (" 1 minute .. 1 day ", ("1 minutes", "1 days")),
    ],
)
def test_ranges_of_durations_may_be_open(written: str, bounds: tuple[str, str]) -> None:
    commute = question(read_files(changed("5 minutes..10 hours", written)), "commute")
    assert (str(commute.minimum), str(commute.maximum)) == bounds
