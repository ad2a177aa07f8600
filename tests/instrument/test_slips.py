"""The slips of a first-time author: what is said of them, where, and that they have no echo."""

from pathlib import Path

import pytest
import yaml

from instrument.yaml_door import read_yaml
from tests.instrument.household import changed, files, one_section, problems

SLIPS = yaml.safe_load(Path(__file__).with_name("slips.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", SLIPS, ids=lambda row: row["text"])
def test_a_slip_in_the_yaml_is_told_where_it_is_mended(row: dict[str, str]) -> None:
    (problem,) = read_yaml("f.yaml", row["text"].encode())[1]
    place = f"{problem.source.line}:{problem.source.column}"
    assert (place, problem.text, problem.hint) == (row["at"], row["says"], row["hint"])
    assert problem.code == "yaml-syntax"


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: c,\n\td: e}\n",
        "a:\tb\n",
        'a: "it\'s\n  [his"\nb: c\n',
        "a: “b”, ‘c’ and it's {\n",
        "a: [\n  {b: c},\n]\n",
        "a: {b: c\n  d}\n",
    ],
)
def test_control_what_is_sound_yaml_is_read(text: str) -> None:
    assert read_yaml("f.yaml", text.encode())[1] == []


COMMA = "a text that contains a comma goes in quotes"
COLON = "a space goes behind the colon that parts a key from its value"


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        (
            "instruct: Read the list.",
            "instruct: {en: About, roughly, or so}",
            "language-unknown",
            COMMA,
        ),
        ("label: Works,", "label: Works, any job, or none,", "key-unknown", COMMA),
        ("label: Works,", "label: Works, help,", "value-empty", f"write its value, {COMMA}"),
        ("label: Dog}", "label: Dog, or wolf}", "key-unknown", COMMA),
        ("label: Works,", "label: Works, read:false,", "key-unknown", COLON),
        ("kind: one_of", "kind: one_of\n    roughly:", "key-unknown", ""),
        ("ask: How many people live here?", "ask: How many # of us?", "text-cut", "in quotes"),
        ("label: Tenure", "label: Tenure # of home", "text-cut", "in quotes"),
        ("instruct: Read the list.", "instruct: {en: Ask #1\n    }", "text-cut", "in quotes"),
        ("title: Home\n", "title: Größe der\n  Wohnung #1\n", "text-cut", "in quotes"),
        ("title: Home\n", "title: Home\nsection: home\n", "yaml-key-repeated", "keep one"),
        ("label: Tenure", "label: Tenure\n    question: other", "yaml-key-repeated", "keep one"),
        ("sections: [home, people]", "sections: home, people", "value-form", "[home, people]"),
        ("sections: [home, people]", "sections: [home, [people]]", "value-form", ""),
        ("sections: [home, people]", "sections: []", "value-empty", ""),
        (
            "sections: [home, people]",
            "sections: [home]\nsections: [people]",
            "yaml-key-repeated",
            "keep one of the two",
        ),
        ("sections: [home, people]", "sections: [home, Menschen]", "name-form", "a-z"),
        ("question: size", "question: größe", "name-form", "a-z"),
        ("compute: crowded", "compute: überfüllt", "name-form", "a-z"),
        ("record_modes: [record]", "record_modes: record", "value-form", "write record_modes: ["),
        ("row_label: Person {row}", "row_label: In ${tenure}", "fill-dollar", "write {tenure}"),
        ("ask_if: tenure == rented", "ask_if: ${tenure} == rented", "condition-syntax", "tenure"),
        ("ask_if: tenure == rented", 'ask_if: "[size] > 2"', "condition-syntax", "write size"),
        ("ask_if: tenure == rented", "ask_if: tenure == 2", "condition-type", "tenure == rented"),
        ("ask_if: tenure == rented", "ask_if: tenure in (1, 2)", "condition-choice", "write owned"),
        ("ask_if: tenure == rented", 'ask_if: tenure == "2"', "condition-choice", "write rented"),
        ("ask_if: tenure == rented", "ask_if: pets has 2", "condition-choice", "write cat"),
        (
            "ask_if: tenure == rented",
            "ask_if: crowded != 1",
            "condition-type",
            "write not crowded or crowded != yes",
        ),
    ],
)
def test_a_slip_is_one_message_that_says_what_to_write(
    old: str, new: str, code: str, hint: str
) -> None:
    (problem,) = problems(changed(old, new))
    assert problem.code == code
    assert all(part in problem.hint for part in hint.split(", ", maxsplit=1)), problem.hint
    assert hint or not problem.hint or "comma" not in problem.hint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ask: How many people live here?", "ask: How many people live here?  # the head count"),
        ("ask: How many people live here?", 'ask: "How many # of us?" # the head count'),
        ("ask: How many people live here?", "ask: >-\n      How many # of us?"),
        ("ask: How many people live here?", "ask: How many of#us?"),
        ("kind: one_of", "kind: one_of # of two"),
        ("unit: people", "unit: people # or heads"),
        ("ask_if: tenure == rented", "ask_if: tenure == rented # alone"),
        ("at_most: 2", "at_most: 2 # of three"),
    ],
)
def test_control_a_comment_cuts_nothing_short(old: str, new: str) -> None:
    assert problems(changed(old, new)) == ()


def test_each_forgotten_dash_of_a_list_is_one_problem() -> None:
    whole = files()
    home = whole["home.yaml"].decode()
    for heads in (("tenure",), ("pets",), ("tenure", "pets")):
        text = home
        for head in heads:
            text = text.replace(f"- question: {head}", f"  question: {head}")
        lines = [at for at, line in enumerate(text.split("\n"), 1) if "    question: " in line]
        found = problems(whole | {"home.yaml": text.encode()})
        assert [one.code for one in found] == ["yaml-key-repeated"] * len(heads)
        assert [one.source.line for one in found] == lines
        assert all("write '- ' before it" in one.hint for one in found)


def test_control_a_dollar_before_a_number_is_a_price() -> None:
    assert problems(changed('say: "Is {size} right?"', 'say: "Is ${size} right?"')) == ()


def test_forgotten_languages_are_one_message_at_the_first_text() -> None:
    whole = changed("title: Home\n", "title: {en: Home, es: Casa, pt: Casa}\n")
    whole["people.yaml"] = whole["people.yaml"].replace(
        b"title: People\n", b"title: {en: People, es: Gente}\n", 1
    )
    whole["instrument.yaml"] = whole["instrument.yaml"].replace(
        b"label: Owned}", b"label: {en: Owned, es: Propia}}"
    )
    (problem,) = problems(whole)
    assert str(problem).startswith("instrument.yaml:12:")
    assert "instrument.yaml lists no languages" in problem.text
    assert "languages: {en: English, es: " in problem.hint
    whole["instrument.yaml"] += b"languages: {en: English, es: Espanol}\n"
    assert [one.text.rpartition(": ")[2] for one in problems(whole)] == [
        "no language 'pt' is listed in instrument.yaml"
    ]


def test_control_a_strange_file_is_told_when_the_sections_are_known() -> None:
    strange = files() | {"views.yaml": b"section: views\n"}
    assert [one.code for one in problems(strange)] == ["file-strange"]
    strange["instrument.yaml"] = strange["instrument.yaml"].replace(
        b"sections: [home, people]", b"sections: home"
    )
    assert [one.code for one in problems(strange)] == ["value-form"]


def test_a_misnamed_item_hides_no_misspelt_name() -> None:
    item = "  - {question: 1st, kind: yes_no, label: First, ask: First?}\n"
    size = "  - {question: rooms, kind: integer, label: Rooms, ask: How many?}\n"
    last = "  - {statement: end, say: Thanks., ask_if: room > 2}\n"
    assert [one.hint for one in problems(one_section(item + size + last))][1:] == [
        "did you mean 'rooms'?"
    ]
    unknown = last.replace("room > 2", "opening == yes")
    assert [one.code for one in problems(one_section(item + size + unknown))] == ["name-form"]
    assert [one.code for one in problems(one_section(size + unknown))] == ["condition-name"]
    near = one_section(size.replace("rooms", "röoms") + size.replace("rooms", "roods") + last)
    assert [one.code for one in problems(near)] == ["name-form"]


SUMMARY = "  - {part: who, label: Who lives there, ask_if: NAME, hint: Write about it.}"


@pytest.mark.parametrize(
    ("wanted", "old", "new", "codes"),
    [
        ("moves", "kind: yes_no", "kind: yesno", ["value-unknown"]),
        ("moves", "    label: Moves\n", "", ["key-missing"]),
        ("moves", "kind: yes_no", "kind: integer", ["summary-ask-if"]),  # controls: these
        ("other", "kind: yes_no", "kind: yes_no", ["summary-ask-if"]),  # are told of
    ],
)
def test_a_part_of_the_summary_is_silent_about_an_item_that_is_wrong_itself(
    wanted: str, old: str, new: str, codes: list[str]
) -> None:
    item = "  - question: moves\n    kind: yes_no\n    label: Moves\n    ask: Will you move?\n"
    of = one_section(item.replace(old, new))
    summary = "summary:\n" + SUMMARY.replace("NAME", wanted) + "\n"
    of["instrument.yaml"] += summary.encode()
    assert [one.code for one in problems(of)] == codes
