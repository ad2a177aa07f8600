"""The search for identifying text, measured on invented summaries, and kept from being slow."""

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cati.identifying import names, patterns, tokens, words
from cati.identifying.patterns import Find
from cati.identifying.words import word_list
from cati.summary import Mark, _Kept, scan

SUMMARIES: dict[str, list[Any]] = yaml.safe_load(
    (Path(__file__).parent / "summaries.yaml").read_text(encoding="utf-8")
)
PLANTED: list[tuple[str, str]] = [
    (sentence["text"], found) for sentence in SUMMARIES["planted"] for found in sentence["found"]
]


def tell(capsys: pytest.CaptureFixture[str], figure: str) -> None:
    """Put a figure where a run of the tests shows it."""
    with capsys.disabled():
        sys.stdout.write(f"\n  identifying text: {figure}\n")


def covered(text: str, planted: str, marks: list[Mark]) -> bool:
    """Whether one mark holds all of the planted text."""
    start = text.index(planted)
    return any(m.start <= start and start + len(planted) <= m.end for m in marks)


def test_planted_identifiers_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    missed = [
        (text, planted) for text, planted in PLANTED if not covered(text, planted, scan(text))
    ]
    tell(capsys, f"{len(PLANTED) - len(missed)} of {len(PLANTED)} planted found")
    assert missed == []


def test_clean_summaries_raise_few_marks(capsys: pytest.CaptureFixture[str]) -> None:
    marks = [mark.text for text in SUMMARIES["clean"] for mark in scan(text)]
    length = sum(len(text.split()) for text in SUMMARIES["clean"])
    summaries = len(SUMMARIES["clean"])
    tell(capsys, f"{len(marks)} false marks in {summaries} clean summaries of {length} words")
    assert len(marks) <= 2, marks


@pytest.mark.parametrize(("text", "planted"), PLANTED)
def test_marks_are_in_order_apart_and_say_what_they_hold(text: str, planted: str) -> None:
    marks = scan(text)
    for mark in marks:
        assert mark.text == text[mark.start : mark.end]
        assert mark.kind
        assert mark.suggestion
    assert all(a.end <= b.start for a, b in pairwise(marks))


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("The suspect, Harlan Quimby, was arrested.", "name", "the suspect"),
        ("The girl, Brayleigh Moss, was 13.", "name", "the minor"),
        ("It was Detective Moss.", "name", "the investigator"),
        ("He lived in Springfield.", "place", "a city"),
        ("He came from North Carolina.", "place", "a state"),
        ("She attended Brambleton High School.", "school", "a school"),
        ("It was in Riverton County.", "place", "a county"),
        ("The Brambleton Police Department came.", "agency", "the agency"),
        ("He was arrested on March 19, 2019.", "date", "a date in 2019"),
        ("Born on March 19, 2005.", "date of birth", "the age at the time"),
        ("Call 555-0134.", "telephone number", "a telephone number"),
        ("He wrote to a@example.org.", "e-mail address", "an e-mail address"),
        ("It is 123-45-6789.", "social security number", "a social security number"),
        ("They lived at 12 Oak Lane.", "street address", "an address"),
        ("Their ZIP code was 30309-1234.", "ZIP code", "an area"),
        ("See case no. 19-4711.", "case number", "a reference number"),
        ("He was @otter.", "user name", "a user name"),
    ],
)
def test_kinds_have_neutral_words(text: str, kind: str, suggestion: str) -> None:
    (mark,) = scan(text)
    assert (mark.kind, mark.suggestion) == (kind, suggestion)


@pytest.mark.parametrize(
    ("text", "marked", "suggestion"),
    [
        ("It was Lt. Robin Marsh who came.", "Lt. Robin Marsh", "an officer"),
        ("He met Marsh there.", "Marsh", "a person"),
        ("He called 555-555-0143 then.", "555-555-0143", "a telephone number"),
        ("It was for hollow to say.", "hollow", "the agency"),
        ("Marsh came. Marsh left.", "Marsh", "A person"),
        ("They came. Cedar Hollow Police Department left.", "Cedar Hollow", "The agency"),
        ("They came. 555-555-0143 was called.", "555-555-0143", "A telephone number"),
        ("They came. r.marsh@example.org wrote.", "r.marsh@", "An e-mail address"),
        ("They called no. 555-555-0143 then.", "555-555-0143", "a telephone number"),
    ],
)
def test_what_is_known_gets_the_words_that_fit_it(text: str, marked: str, suggestion: str) -> None:
    *_, mark = scan(text, KNOWN)
    assert (mark.kind, mark.suggestion) == ("known in this case", suggestion)
    assert mark.text.startswith(marked)


KNOWN = (
    "Cedar Hollow Police Department",
    "Lt. Robin Marsh",
    "(555) 555-0143",
    "r.marsh@example.org",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the cedar hollow police department took it", "cedar hollow police department"),
        ("a cedar fence", "cedar"),
        ("she spoke to marsh about it", "marsh"),
        ("number 555.555.0143 again", "555.555.0143"),
        ("MARSH WAS TOLD", "MARSH"),
        ("write to R.Marsh@example.org", "R.Marsh@example.org"),
    ],
)
def test_what_is_known_of_the_case_is_found_in_any_form(text: str, found: str) -> None:
    (mark,) = scan(text, KNOWN)
    assert (mark.text, mark.kind) == (found, "known in this case")


def test_control_the_same_words_pass_where_they_are_not_known() -> None:
    assert scan("a cedar fence in the marsh") == []


def test_everyday_words_of_an_agency_name_are_left_alone() -> None:
    assert scan("the police department of the county was told by an officer", KNOWN) == []


def test_what_a_mark_suggests_is_itself_clean() -> None:
    suggestions = {mark.suggestion for text, _ in PLANTED for mark in scan(text, KNOWN)}
    for suggestion in suggestions:
        assert scan(f"It was {suggestion} again.", KNOWN) == []


def test_replacing_every_mark_leaves_a_clean_text() -> None:
    for sentence in SUMMARIES["planted"]:
        text = sentence["text"]
        if text.isupper():
            continue
        for mark in reversed(scan(text)):
            text = text[: mark.start] + mark.suggestion + text[mark.end :]
        assert scan(text) == [], text


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_taken(text: str, known: list[str]) -> None:
    marks = scan(text, known)
    assert marks == scan(text, known)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(a.end <= b.start for a, b in pairwise(marks))


SLOW = [
    "a" * 10_000,
    "A" * 10_000,
    "Aa " * 3_000,
    "1" * 10_000,
    "1-" * 5_000,
    "1 " * 5_000,
    "a.a" * 3_000,
    "a_" * 5_000,
    "a-" * 5_000,
    "." * 10_000,
    " " * 10_000,
    "@" * 10_000,
    "a@" * 5_000,
    "a@a." * 2_500,
    "www." * 2_500,
    "http://" * 1_400,
    "case number " * 800,
    "user name is " * 800,
    "12 a a a " * 1_100,
    "A. " * 3_300,
    "x:" * 5_000,
    "1.1." * 2_500,
    "March 1 " * 1_200,
    "a at a dot " * 900,
    "City of " * 1_200,
    "Detective " * 1_000,
    "'" * 10_000,
    "(555) " * 1_600,
    "\n" * 10_000,
]


@pytest.mark.parametrize("text", SLOW, ids=lambda text: repr(text[:8]))
def test_texts_made_to_be_slow_come_to_an_end(text: str) -> None:
    scan(text, KNOWN)


def nested_repeats(expression: re.Pattern[str]) -> list[str]:
    """Repeats without an end that stand inside a repeat: what makes an expression explode."""
    parser: Any = vars(re)["_parser"]
    found: list[str] = []

    def walk(parsed: Any, repeats: int) -> None:
        for operation, argument in parsed:
            inner = argument if isinstance(argument, tuple | list) else ()
            unbounded = False
            if str(operation) in {"MAX_REPEAT", "MIN_REPEAT"}:
                low, high, part = argument
                unbounded = high is parser.MAXREPEAT or int(high) > 1_000
                if unbounded or (repeats and int(high) * repeats > 400 and int(low) != int(high)):
                    found.append(expression.pattern)
                walk(part, max(1, repeats) * max(1, 2 if unbounded else int(high)))
                continue
            for piece in inner:
                if isinstance(piece, parser.SubPattern):
                    walk(piece, repeats)
                elif isinstance(piece, list):
                    for branch in piece:
                        if isinstance(branch, parser.SubPattern):
                            walk(branch, repeats)

    walk(parser.parse(expression.pattern, expression.flags & ~re.UNICODE), 0)
    return found


def test_no_expression_can_explode() -> None:
    shipped = [pattern.expression for pattern in patterns.PATTERNS]
    for module in (names, tokens):
        shipped += [value for value in vars(module).values() if isinstance(value, re.Pattern)]
    assert len(shipped) > 25
    assert [expression.pattern for expression in shipped if nested_repeats(expression)] == []


@pytest.mark.parametrize("expression", ["(a+)+b", "(?:a{1,50}b{0,50}){1,50}", "a+b", "(a|b*)*"])
def test_control_an_expression_that_can_explode_is_found(expression: str) -> None:
    assert nested_repeats(re.compile(expression))


@pytest.mark.parametrize("length", [99_992, 100_000, 150_000])
def test_all_of_a_text_is_searched_however_long_it_is(length: int) -> None:
    (mark,) = scan(" " * length + "555-0134")
    assert (mark.start, mark.end) == (length, length + len("555-0134"))


def test_marks_of_a_long_text_are_those_of_its_parts() -> None:
    part = " ".join(sentence["text"] for sentence in SUMMARIES["planted"][:12]) + "\n\n"
    once = scan(part)
    assert len(once) > 12
    marks = scan(part * 8)
    assert [(mark.start % len(part), mark.text) for mark in marks] == [
        (mark.start, mark.text) for mark in once
    ] * 8


def test_the_search_for_overlaps_misses_none() -> None:
    """Held against looking at every find, on texts in which finds lie close together."""
    kept, finds = _Kept(), [Find(at, at + 1 + at * 37 % 90, "name", "") for at in range(0, 900, 7)]
    for number, find in enumerate(finds):
        slow = [n for n, old in kept.finds.items() if find.start < old.end and old.start < find.end]
        assert kept.overlapping(find) == slow
        if len(slow) < 2:
            kept.put(slow[0] if slow else number, find)


@pytest.mark.parametrize(
    "name",
    [file.stem for file in sorted(Path(words.__file__).parent.glob("*.txt"))],
)
def test_lists_hold_words(name: str) -> None:
    listed = word_list(name)
    assert len(listed) > 10
    assert all(word == word.strip().lower() for word in listed)
    assert not any("#" in word for word in listed)
