"""Files of decks: what is written is read again, and a replay says where an instrument differs."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml

from cati.deck_files import deck_files, read_script, script_from, write_script
from cati.practice import read_practice_case
from cati.practice.answers import answer_key
from cati.practice.from_deck import draft
from cati.refusal import Refusal
from instrument import Instrument, read_instrument
from instrument.models import Question, Statement
from instrument.values import Instance, PartialDate
from skips import compile_instrument
from skips.proof.deck.compare import first_difference
from skips.proof.deck.interview import Judging
from skips.proof.deck.script import Given, Noted, Refused, Script, Step, interview_of
from skips.proof.deck.target import Kind, Target
from skips.proof.deck.targets import targets
from tests.instrument.njov4 import FOLDER, SCREENER
from tests.scenario import inline_instrument

HOME = """
home:
  items:
    - {statement: hello, say: Hello.}
    - {question: people, kind: integer, range: 1..20,
       checks: [{hard: people <= 12, say: Too many.}, {soft: people <= 8, say: That many.}]}
    - {question: owned, kind: yes_no, ask_if: people > 1}
    - question: heating
      kind: any_of
      choices:
        - {name: gas, code: 1, label: Gas}
        - {name: own, code: 2, label: Own, ask_if: owned}
    - {question: cost, kind: decimal, range: 0..999}
    - {question: since, kind: date}
    - {question: way, kind: duration, units: [minutes, hours]}
    - {question: up, kind: time}
    - {question: note, kind: text}
    - {compute: large, kind: yes_no, as: people > 4}
    - roster: rooms
      title: Rooms
      at_most: 3
      row_label: Room {row}
      items:
        - {question: size, kind: integer, range: 1..99}
    - {question: last, kind: yes_no, ask_if: large}
"""


@cache
def home() -> Instrument:
    return inline_instrument(HOME)


def step(name: str, answer: object = None, row: int = 0, **more: object) -> Step:
    given = answer if isinstance(answer, Given) else Given(answer)  # type: ignore[arg-type]
    return Step(Instance(name, row), given, **more)  # type: ignore[arg-type]


def script() -> Script:
    """Everything that a file can hold, with words that YAML would like to read otherwise."""
    refused = (Refused(Given(13), ("people#1",)), Refused(Given(20), ("people#1",)))
    return Script(
        "scenario",
        "1.0.0",
        home().fingerprint,
        "interview",
        (
            step("hello", "read"),
            step("people", 9, refused=refused, confirms=("people#2",)),
            step("owned", Given(missing="not_sure")),
            step("heating", ("gas", "own")),
            step("cost", Decimal("12.50")),
            step("since", "2019-03"),
            step("way", "90 minutes"),
            step("up", "07:30"),
            step("note", "null: “yes” # {12} \\"),
            step("size", 12, row=1),
            step("size", Given(missing="declined"), row=2),
            step("last", "no"),
        ),
        (Noted(Instance("large"), "yes"),),
        (),
        (Noted(Instance("rooms"), 2),),
        PartialDate(2026, 1, 5),
        ('people > 4: "yes"',),
    )


def without_lines(read: Script) -> Script:
    return replace(
        read,
        steps=tuple(replace(one, line=0) for one in read.steps),
        computed=tuple(replace(one, line=0) for one in read.computed),
        rows=tuple(replace(one, line=0) for one in read.rows),
        unknown=tuple((place, 0) for place, _ in read.unknown),
        mode_line=0,
    )


def written(one: Script) -> str:
    return write_script(one, home(), 1, "Test interview 1 of 1: Scenario")


def edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_what_is_written_is_read_again() -> None:
    text = written(script())
    assert without_lines(script_from("a.yaml", text.encode())) == script()
    # It is YAML to other programs, too.
    assert yaml.safe_load(text)["interview"][1]["people"]["answer"] == 9


@pytest.mark.parametrize("word", ["null", "true", "12", "1.5", "2019", "", " a", "x\ny", "-", "~"])
def test_any_text_stays_the_text_that_it_is(word: str) -> None:
    one = replace(script(), steps=(step("note", word),), computed=(Noted(Instance("x"), word),))
    assert without_lines(script_from("a.yaml", written(one).encode())) == one


DIFFERENCES = {
    # An edit of the file or of the instrument: what is said, with the text of the line.
    ("file", "people: {", "people: {refused: [], xx"): None,
    ("file", "- hello: read", "- hello: yes"): (
        "hello: expected “yes” to be taken, found that a statement is just read", "hello"),
    ("file", "answer: 9", "answer: 14"): (
        "people: expected “14” to be taken, found that check people#1 refuses it", "people"),
    ("file", "{answer: 13,", "{answer: 11,"): (
        "people: expected check people#1 to refuse “11”, found that it is taken", "people"),
    ("file", "confirms: [people#2]", "confirms: []"): (
        "people: expected no check to fire at “9”, found that check people#2 does", "people"),
    ("file", "owned: {missing: not_sure}", "owned: {missing: dunno}"): (
        "owned: expected “missing: dunno” to be taken, found that 'dunno' is no missing reason",
        "owned"),
    ("file", "heating: [gas, own]", "heating: [gas, coal]"): (
        "heating: expected “[gas, coal]” to be taken, found that 'coal' is none of its choices",
        "heating"),
    ("file", "cost: 12.50", "cost: 1000"): (
        "cost: expected “1000” to be taken, found that it is not: The number must be from 0 to 999",
        "cost"),
    ("file", "since: 2019-03", "since: soon"): (
        "since: expected “soon” to be taken, found that it is not an answer of the kind date",
        "since"),
    ("file", "  large: yes", "  large: no"): ("large: expected no, found yes", "large: no"),
    ("file", "rooms: 2", "rooms: 3"): (
        "last: expected that it is asked, found that it is asked", None),
    ("file", "rooms: 2", "rooms: 4"): (
        "rooms: expected 4 rows, found that it takes 3 at most", "rooms"),
    ("file", "  - last: no\n", ""): (
        "last: expected the interview to be at its end, found that it is asked", "size[2]"),
    ("file", "  - owned: {missing: not_sure}\n", ""): (
        "owned: expected that it is not asked, found that it is asked", "heating"),
    ("instrument", "ask_if: people > 1", "ask_if: people < 1"): (
        "owned: expected that it is asked, found that it is not asked", "owned"),
    ("instrument", "ask_if: owned", "ask_if: people > 9"): (
        "heating: expected no choice not to be offered, found that own is not", "heating"),
    ("instrument", "as: people > 4", "as: people > 9"): ("large: expected yes, found no", "large"),
    ("instrument", "as: people > 4", "as: cost > 4 and owned"): (
        "large: expected yes, found no value", "large"),
    ("instrument", "question: up,", "question: early,"): (
        "up: expected that it is asked, found that the instrument has no such item", "up"),
    ("instrument", "ask_if: large", "ask_if: owned"): (
        "last: expected that it is asked, found that it is unknown whether it is", "last"),
}  # fmt: skip


@pytest.mark.parametrize("edit", DIFFERENCES)
def test_the_first_difference_is_said_in_a_sentence_with_its_line(
    edit: tuple[str, str, str],
) -> None:
    of, old, new = edit
    expected = DIFFERENCES[edit]
    text, questionnaire = written(script()), HOME
    if of == "file":
        text = edited(text, old, new)
    else:
        questionnaire = edited(HOME, old, new)
    if expected is None:
        with pytest.raises(Refusal):
            script_from("a.yaml", text.encode())
        return
    program = compile_instrument(inline_instrument(questionnaire), "interview")
    difference = first_difference(program, script_from("a.yaml", text.encode()))
    assert difference is not None
    if expected[1] is not None:
        assert str(difference) == expected[0]
        assert expected[1] in text.splitlines()[difference.line - 1]


def test_what_is_as_expected_has_no_difference() -> None:
    program = compile_instrument(home(), "interview")
    assert first_difference(program, script_from("a.yaml", written(script()).encode())) is None


REFUSED = {
    ("deck: 1", "deck: 2"): "a.yaml:2:7: 'deck' is 1 in files of this form.",
    ("deck: 1", "dock: 1"): "a.yaml:2:1: 'dock' is not known here",
    ("mode: interview\n", ""): "a.yaml:2:1: 'mode' is missing: this is no file of a deck.",
    ("- hello: read", "- Hello: read"): "an item is named 'age', in a roster 'age[2]'.",
    ("- hello: read", "- hello:"): "an answer is needed here.",
    ("- hello: read", "- hello"): "an entry of the interview is '- item: answer'.",
    ("missing: not_sure", "missing: not_sure, answer: 1"): "either an answer or a missing reason.",
    ("missing: not_sure", "mising: not_sure"): "'mising' is not known here; known are answer,",
    ("interview_date: 2026-01-05", "interview_date: today"): "a date is written 2019-03-19.",
    ("deck: 1", "deck: [1"): "a.yaml:",
}


@pytest.mark.parametrize(("old", "new"), REFUSED)
def test_a_file_that_is_none_is_refused_in_a_sentence(old: str, new: str) -> None:
    with pytest.raises(Refusal) as refusal:
        script_from("a.yaml", edited(written(script()), old, new).encode())
    assert REFUSED[old, new] in str(refusal.value)
    assert str(refusal.value).startswith("a.yaml:")


# --- the shipped decks ----------------------------------------------------------------------------

LEFT = {
    (FOLDER, "interview"): {Kind.CONDITION: 2, Kind.BRANCH: 10},
    (FOLDER, "record"): {Kind.CONDITION: 2, Kind.BRANCH: 10},
    (SCREENER, "full"): {Kind.BRANCH: 2},
    (SCREENER, "short"): {Kind.ITEM: 1, Kind.CONDITION: 8, Kind.BRANCH: 2},
    (SCREENER, "icac"): {Kind.ITEM: 1, Kind.CONDITION: 8, Kind.BRANCH: 2},
    (SCREENER, "phone"): {Kind.BRANCH: 2},
}
"""What is not covered, of kinds that each mode covers by itself: what is proved impossible."""
SHARED = (Kind.PART, Kind.LIMIT)


@cache
def shipped(folder: Path) -> tuple[Instrument, list[tuple[str, Script]]]:
    files = deck_files(folder / "deck")
    return read_instrument(folder), [(file.name, read_script(file)) for file in files]


@cache
def left(folder: Path, mode: str) -> list[Target]:
    """What no interview of a shipped deck covers, judged by replaying them."""
    program = compile_instrument(shipped(folder)[0], mode)
    judging = Judging(program, targets(program))
    covered = [
        judging.of(interview_of(program.instrument, one))
        for _, one in shipped(folder)[1]
        if one.mode == mode
    ]
    numbers = frozenset[int]().union(*covered)
    return [target for at, target in enumerate(judging.targets) if at not in numbers]


@pytest.mark.parametrize(("folder", "mode"), LEFT)
def test_the_shipped_instruments_go_as_their_decks_expect(folder: Path, mode: str) -> None:
    read, scripts = shipped(folder)
    assert {script.mode for _, script in scripts} == set(read.modes)
    program = compile_instrument(read, mode)
    for name, one in scripts:
        if one.mode == mode:
            assert first_difference(program, one) is None, name


@pytest.mark.parametrize(("folder", "mode"), LEFT)
def test_a_shipped_deck_covers_all_but_what_is_impossible(folder: Path, mode: str) -> None:
    kinds = [one.kind for one in left(folder, mode) if one.kind not in SHARED]
    assert {kind: kinds.count(kind) for kind in kinds} == LEFT[folder, mode]


@pytest.mark.parametrize(("folder", "impossible"), [(FOLDER, 164 + 9), (SCREENER, 3)])
def test_one_mode_covers_every_part_and_limit_that_can_be(folder: Path, impossible: int) -> None:
    first = next(iter(shipped(folder)[0].modes))
    assert sum(one.kind in SHARED for one in left(folder, first)) == impossible


def test_an_interview_becomes_the_draft_of_a_practice_case() -> None:
    read, scripts = shipped(FOLDER)
    _, longest = max(scripts, key=lambda one: len(one[1].steps))
    text = draft(longest, read, "long_way")
    case = read_practice_case("long_way.yaml", text.encode(), read)
    assert [line.instance for line in case.lines] == [one.instance for one in longest.steps]
    interview = interview_of(read, longest)
    for line, (instance, answer) in zip(case.lines, interview.witness.answers, strict=True):
        item = read.items[instance.item]
        assert isinstance(item, Question | Statement)
        assert answer_key(line, item, read, longest.mode) == answer
    assert {line.item for line in case.lines if line.confirm} == {
        one.instance.item for one in longest.steps if one.confirms
    }
