"""Many mistakes come out in one run, each once and in order; misspelt words get a suggestion."""

import re
from typing import Final

import pytest

from instrument import Kind, Measure, Sensitivity, synonyms
from instrument.keys import ITEM_KEYS
from tests.instrument.household import changed, files, problems

HEADER: Final = """\
instrument: example
title: Example
version: "1"
languages: {en: English, es: Español}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
choices:
  tenures:
    - {name: owned, code: 1, label: Owned}
    - {name: rented, code: 2, label: Rented}
sections: [home]
"""

HOME: Final = """\
section: hose  # section-name
titel: Home  # key-unknown
items:
  - statement: intro
    say: "Hello {name."  # fill-syntax
  - question: 1st_floor  # name-form
    kind: yes_no
    label: First floor
    ask: Do you live on the first floor?
  - question: size
    kind: intger  # value-unknown
    label: Size
    ask: How many people live here?
  - question: tenure
    kind: one_of
    label: Tenure
    ask: Owned or rented?
    choices: tenure  # choices-unknown
  - question: pets
    kind: any_of
    label: Pets
    ask: Which pets?
    choices:
      - {name: dog, code: 1, label: Dog}
      - {name: cat, code: -5, label: Cat}  # choice-code
  - question: rooms
    kind: integer
    label: Rooms
    ask: How many rooms?
    range: 20..1  # range-order
  - question: rooms  # name-repeated
    kind: integer
    label: Rooms again
    ask: How many rooms?
  - question: rent  # key-missing
    kind: decimal
    ask: What is the rent?
  - question: street
    kind: text
    label: Street
    ask: {en: Which street?, fr: Quelle rue ?}  # language-unknown
    range: 1..9  # key-misplaced
    no_missing: [not_shure]  # missing-unknown
  - question: earlier
    kind: yes_no
    label: First
    ask: First?
    ask_if: last  # condition-forward
  - question: second
    kind: yes_no
    label: Second
    ask: Second?
    ask_if: rom > 3  # condition-name
  - question: third
    kind: yes_no
    label: Third
    ask: Third?
    ask_if: rooms = 3  # condition-syntax
  - question: fourth
    kind: yes_no
    label: Fourth
    ask: Fourth?
    ask_if: rooms == "three"  # condition-type
    checks:
      - {firm: fourth, say: Surely not.}  # check-form
  - question: fifth
    kind: yes_no
    label: Fifth
    ask: Fifth?
    instruct:  # value-empty
    ask_if: ansered(rooms)  # condition-function
  - compute: crowded  # compute-form
    label: Crowded
  - question: sixth
    kind: yes_no
    label: Sixth
    ask: Sixth?
    modes: [phone]  # mode-unknown
  - question: hangs_on_what_is_wrong_already
    kind: yes_no
    label: No echo
    ask: Does this echo?
    ask_if: size > 2 and tenure == rented and pets has dog and rent > 5 and crowded and 1st_floor
  - {text: last, say: Goodbye.}  # item-form
  - {question: last, kind: yes_no, label: Last, ask: The last?}
"""


def test_each_mistake_is_one_problem_in_the_order_of_the_file() -> None:
    marked = [
        (number, mark[1])
        for number, line in enumerate(HOME.split("\n"), 1)
        if (mark := re.search(r"  # ([a-z-]+)$", line))
    ]
    found = problems({"instrument.yaml": HEADER.encode(), "home.yaml": HOME.encode()})
    assert [(one.source.line, one.code) for one in found] == marked
    assert len({code for _, code in marked}) >= 20


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{interview: Telephone interview", "{Interview: Telephone interview", "name-form"),
        ("reason: declined", "reason: Declined", "name-form"),
        ("code: -2, label: Declined", "code: -200, label: Declined", "value-form"),
        ("modes: [interview]}\n  - {reason", "modes: interview}\n  - {reason", "value-form"),
        ("  tenures:", "  Tenures:", "name-form"),
        ("name: rented", "name: Rented", "name-form"),
        ("question: size", "question: Size", "name-form"),
        ("question: tenure", "question: Tenure", "name-form"),
        ("roster: people", "roster: People", "name-form"),
        ("question: size", "text: size", "item-form"),
        ("question: size", "question: size\n    roster: size", "item-form"),
        ("question: size", "question:", "value-empty"),
        ("question: size", "question: [size]", "value-form"),
        ("reason: declined", "reason: [declined]", "value-form"),
        ("no_missing: all", "no_missing:", "value-empty"),
        ("title: Home\n", "title: {size: 3}\n", "value-form"),
        ("title: Home\n", "title: {es: Hogar}\n", "language-unknown"),
        ("question: age, kind: integer", "question: age, kind: intger", "value-unknown"),
    ],
)
def test_what_is_refused_is_not_refused_again_where_it_is_named(
    old: str, new: str, code: str
) -> None:
    assert [one.code for one in problems(changed(old, new))] == [code]


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("modes: {interview", "mods: {interview", "modes"),
        ("record_modes: [record]", "record_modes: [recrod]", "record"),
        ("\nmissing:", "\nmising:", "missing"),
        ("\nchoices:\n  tenures", "\nchoises:\n  tenures", "choices"),
        ("sections: [home, people]", "sectons: [home, people]", "sections"),
        ("title: Home\nitems:", "title: Home\nitmes:", "items"),
        ("question: size", "qestion: size", "question"),
        ("compute: crowded", "computed: crowded", "compute"),
        ("roster: people", "rooster: people", "roster"),
        ("kind: one_of", "knid: one_of", "kind"),
        ("    choices:\n      - {name: dog", "    choces:\n      - {name: dog", "choices"),
        ("    items:\n      - {question: age", "    itms:\n      - {question: age", "items"),
        ("modes: [interview]}\n  - {reason", "mode: interview}\n  - {reason", "modes"),
        ("sections: [home, people]", "sections: [home, poeple]", "people.yaml"),
        ("items: [size]", "items: [sise]", "size"),
        ("label: Who lives there,", "label: Who lives there, ask_if: crowdd,", "crowded"),
        ("reason: declined", "reasn: declined", "reason"),
        ("name: owned", "nam: owned", "name"),
        ("title: Home\n", "tilte: Home\n", "title"),
        ("kind: one_of", "kind: oneof", "one_of"),
        ("choices: tenures", "choices: tenurs", "tenures"),
        ("no_missing: [declined]", "no_missing: [declned]", "declined"),
        ("    instruct: Read", "    instuct: Read", "instruct"),
        ("sensitivity: identifying", "sensitivity: identifing", "identifying"),
        ("Home by when?, modes: [interview]", "Home by when?, modes: [intervew]", "interview"),
        ("row_label: Person", "row_lable: Person", "row_label"),
        ("kind: decimal", "kind: decimal\n    measure: scales", "scale"),
        ("record: {say:", "record: {sya:", "say"),
        ("ask_if: tenure == rented", "ask_if: tenur == rented", "tenure"),
        ("ask_if: tenure == rented", "ask_if: tenure == rentd", "rented"),
        ("ask_if: tenure == rented", "ask_if: tenure in (owned, rentd)", "rented"),
        ("ask_if: tenure == rented", "ask_if: pets has catt", "cat"),
        ("ask_if: tenure == rented", "ask_if: missing(size, declind)", "declined"),
        ("ask_if: tenure == rented", "ask_if: answred(size)", "answered"),
        ("ask_if: tenure == rented", "ask_if: any(peple where works)", "people"),
        ("ask_if: tenure == rented", "ask_if: any(people where work)", "works"),
        ('say: "Is {size} right?"', 'say: "Is {siz} right?"', "size"),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(old: str, new: str, meant: str) -> None:
    (problem,) = problems(changed(old, new))
    assert problem.hint == f"did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("ask_if: tenure == rented", "relevant: tenure == rented", "ask_if"),
        ("ask_if: size >= 2", "condition: size >= 2", "ask_if"),
        ("kind: one_of", "type: one_of", "kind"),
        ("kind: one_of", "kind: select_one", "one_of"),
        ("kind: decimal", "kind: float", "decimal"),
        ("    choices: tenures", "    options: tenures", "choices"),
        ("    ask: How many people live here?", "    text: How many people live here?", "ask"),
        ("    ask: How many people live here?", "    say: How many people live here?", "ask"),
        ("    say: These", "    ask: These", "say"),
        ("    instruct: Read", "    hint: Read", "instruct"),
        ("question: size", "name: size", "question"),
        ("roster: people", "repeat: people", "roster"),
        ("    size: size\n", "    repeat_count: size\n", "size"),
        ("    as: size > 5", "    calculation: size > 5", "as"),
        ("name: rented, code: 2", "name: rented, value: 2", "code"),
    ],
)
def test_a_word_of_another_survey_language_gets_ours(old: str, new: str, meant: str) -> None:
    (problem,) = problems(changed(old, new))
    assert problem.hint == f"did you mean '{meant}'?"


def test_words_of_other_languages_are_not_ours() -> None:
    every = ITEM_KEYS | {"when", "is", "otherwise", "hard", "soft", "name", "code", "specify"}
    assert {ours for meant in synonyms.KEYS.values() for ours in meant} <= every
    kinds = {*Kind, *Measure, *Sensitivity}
    assert {ours for meant in synonyms.WORDS.values() for ours in meant} <= kinds
    assert not set(synonyms.WORDS) & kinds


def test_a_word_that_is_like_no_other_gets_none() -> None:
    assert problems(files()) == ()
    (problem,) = problems(changed("kind: one_of", "kind: xyzzy"))
    assert problem.hint.startswith("possible here: one_of, any_of, ")


def test_every_misspelt_key_is_one_message() -> None:
    whole, tried = files(), 0
    for name, content in whole.items():
        text = content.decode()
        for key in re.finditer(r"(?<![\w\"])([a-z_]{3,}):(?=[ \n])", text):
            if key[1] in {"interview", "record", "tenures"}:
                continue  # names, to which others refer
            misspelt = f"{text[: key.end(1)]}{key[1][-1]}{text[key.end(1) :]}"
            found = problems(whole | {name: misspelt.encode()})
            assert [one.hint for one in found] == [f"did you mean '{key[1]}'?"], (name, key[1])
            tried += 1
    assert tried > 100
