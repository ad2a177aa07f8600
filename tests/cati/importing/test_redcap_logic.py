# ruff: noqa: E501 - tables read best with one entry a line
"""Branching logic and calculations: what they become, and that they ask the same."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cati.importing.redcap import numbers, translate
from cati.importing.redcap.build import build
from cati.importing.redcap.known import Fields, Known, Sort
from cati.importing.redcap.logic import (
    Call,
    Chain,
    Comparison,
    Constant,
    Joined,
    Logic,
    Negated,
    Reference,
    Untranslatable,
    parse_logic,
)
from cati.importing.redcap.reading import (
    BLANK,
    BOX,
    CODED,
    IF,
    PARTS,
    SIGNED,
    TODAY,
    WHOLE,
    Reading,
)
from cati.importing.redcap.table import parse_dictionary
from cati.importing.settle import settle
from instrument import Instance
from instrument.conditions.parser import parse_syntax
from skips import Route, compile_instrument
from tests.cati.importing.redcap_dictionaries import dictionary, field

Answers = dict[str, Any]
CHOICES = {"1": "red", "2": "blue", "3": "green"}
NUMBERS = {code: Decimal(code) for code in CHOICES}
YES_NO = {"1": "yes", "0": "no"}
KNOWN = [
    Known("q", "q", 0, Sort.CHOICE, CHOICES, NUMBERS),
    Known("r", "r", 0, Sort.CHOICE, CHOICES, NUMBERS),
    Known("y", "y", 0, Sort.YES_NO, YES_NO, {code: Decimal(code) for code in YES_NO}),
    Known("b", "b", 0, Sort.BOXES, CHOICES, NUMBERS),
    Known("n", "n", 0, Sort.NUMBER, whole=True),
    Known("m", "m", 0, Sort.NUMBER),
    Known("t", "t", 0, Sort.TEXT),
    Known("d", "d", 0, Sort.DATE),
    Known("e", "e", 0, Sort.DATE),
    Known("h", "h", 0, Sort.TIME),
    Known("c", "c", 0, Sort.CHOICE, {"a": "x", "b": "y"}),
    Known("later", "later", 9, Sort.NUMBER),
]


def reading() -> Reading:
    fields = Fields({one.foreign: one for one in KNOWN}, {"gone": "it was lost"}, {"-9": "unsaid"})
    return Reading(
        fields, 5, names=frozenset({"green"}), number_of=lambda one: f"{one.name}_number"
    )


CONDITIONS = {
    "[q] = '1'": ("q == red", []),
    "[q]=1": ("q == red", []),
    '"2" = [q]': ("q == blue", []),
    "[q] = '3'": ('q == "green"', []),
    "[q] <> '1'": ("q != red", [BLANK]),
    "[q] <> '1' and [q] <> ''": ("q != red and answered(q)", [CODED]),
    "not ([q] = '1')": ("not q == red", [BLANK]),
    "!([q] <> '1')": ("not q != red", []),
    "[q] > 1": ('q in (blue, "green")', []),
    "[q] <= 1": ("q == red", []),
    "2 <= [q]": ('q in (blue, "green")', []),
    "[q] = [r]": ("q == r", []),
    "[q] = '-9'": ("missing(q, unsaid)", []),
    "[q] <> '-9'": ("not missing(q, unsaid)", []),
    "[n] = -9": ("missing(n, unsaid)", []),
    "[b(-9)] = '1'": ("missing(b, unsaid)", []),
    "[q] = ''": ("not answered(q)", [CODED]),
    '[q] <> ""': ("answered(q)", [CODED]),
    "not (not ([q] = ''))": ("not answered(q)", [CODED]),
    "not [q] = ''": ("answered(q)", [CODED]),
    "[b(1)] = '1'": ("b has red", []),
    "[b(1)]": ("b has red", []),
    "[b(1)] = '0'": ("not b has red", [BOX]),
    "not ([b(1)] = 1)": ("not b has red", [BOX]),
    "not ([b(1)] = 0)": ("b has red", []),
    "sum([b(1)],[b(2)]) > 0": ("b has red or b has blue", []),
    "[b(1)]+[b(2)] = 0": ("not (b has red or b has blue)", [BOX]),
    "sum([b(1)],[b(2)]) >= 2": ("count(b has red, b has blue) >= 2", [BOX]),
    "[y] = '0'": ("y == no", []),
    "[y]": ("y == yes", []),
    "[n]": ("n != 0", []),
    "[n] > '5' or [m] < 2.5": ("n > 5 or m < 2.5", []),
    "([n] + [m]) * 2 >= [n] - ([m] - 1)": ("(n + m) * 2 >= n - (m - 1)", []),
    "[n] / [m] / 2 = 1": ("n / m / 2 == 1", []),
    "-[n] < 0": ("-n < 0", []),
    "[t] = 'it\\'": ('t == "it\\\\"', []),
    "[t] <> 'a \"b'": ('t != "a \\"b"', [BLANK]),
    "[d] > '2026-01-31'": ("d > 2026-01-31", []),
    "[d] <= 'today'": ("d <= interview_date", [TODAY]),
    "[h] < '9:05'": ('h < "09:05"', []),
    "[q]='1' and ([y]='1' or [n]>1) AND [m]>0": ("q == red and (y == yes or n > 1) and m > 0", []),
    "[q]='1' && [y]='1' || [n]>1": ("q == red and y == yes or n > 1", []),
    "// a comment\n[q] = ‘1’": ("q == red", []),
    "datediff([d],'today','y') >= 18": ("years_between(d, interview_date) >= 18", [TODAY]),
    "datediff('today',[d],'y') > 18": ("years_between(d, interview_date) > 18", [TODAY, WHOLE]),
    "datediff([d],[e],'M','ymd',true) < 6": ("months_between(d, e) < 6", []),
    "datediff([d],[e],'d') < 6": ("days_between(d, e) < 6", [SIGNED]),
    "if([y]='1', 1, 2) = 2": ("if(y == yes, 1, 2) == 2", [IF]),
    "if([y]<>'', 1, 2) = 2": ("if(answered(y), 1, 2) == 2", [CODED]),
    "sum([n],[m]) > 3": ("sum(n, m) > 3", [PARTS]),
    "max([n],5) > 3": ("max(n, 5) > 3", [PARTS]),
    "min([n]) > 3": ("n > 3", []),
    "round([m],1) = 2": ("round(m, 1) == 2", []),
    "abs([n]-3) > 1": ("max(n - 3, -(n - 3)) > 1", []),
    "[q] + 1 > 2": ("q_number + 1 > 2", []),
    "[y] + [n] > 2": ("if(y == yes, 1, 0) + n > 2", []),
    "length([t]) > 2 and year([d]) = 2026": ("length(t) > 2 and year(d) == 2026", []),
    "isblankormissingcode([n])": ("not answered(n)", []),
    "isblanknotmissingcode([n])": ("not answered(n) and not missing(n)", []),
}
REFUSED = {
    "[later] = 1": "comes later",
    "[gone] = 1": "it was lost",
    "[nowhere] = 1": "no field [nowhere]",
    "[q] = '7'": "no choice with the code '7'",
    "[q] > 3": "0 choices",
    "[c] > 1": "have no order",
    "[c] = [q]": "different choices",
    "[q:label] = 'red'": "labels have no value",
    "[q(1)] = '1'": "no boxes",
    "[b(1)] = '2'": "1 or 0",
    "[b(1)] = ''": "only a field can be compared with nothing",
    "[b] = '1'": "boxes to tick",
    "[t] > 5": "no order",
    "[n] = 'many'": "is a text",
    "[n] > ''": "no order with nothing",
    "[d] > 'now'": "a time of day",
    "[d] = 'spring'": "a date is expected",
    "[e1_arm_1][q] = '1'": "another event",
    "[event-name] = 'x'": "known to REDCap alone",
    "[q] = '1": "not understood",
    "([q] = '1'": "do not pair up",
    "[q] = '1' [y] = '1'": "not understood",
    "[q] =": "ends too early",
    "mean([n],[m]) > 1": "'mean' has no equal",
    "[n]^2 > 1": "a power has no equal",
    "contains([t],'a')": "'contains' has no equal",
    "datediff([d],[e],'h') > 1": "in hours",
    "rounddown([n]/2) = 1": "'rounddown' has no equal",
    "'1'": "this is a value",
    "(" * 100 + "[q]='1'" + ")" * 100: "nested 100 deep",
    "not " * 1_000 + "[y]": "many times in a row",
    "2" + "^2" * 5_000 + " = 1": "too many powers",
    "[n] = 1 or " * 2_000 + "[n] = 1": "more than 20,000",
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_conditions(text: str) -> None:
    here = reading()
    said = translate.condition(parse_logic(text), here)
    assert (said.text, list(here.remarks)) == CONDITIONS[text]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:30])
def test_what_has_no_equal_says_why(text: str) -> None:
    with pytest.raises(Untranslatable, match=REFUSED[text].replace("[", r"\[")):
        translate.condition(parse_logic(text), reading())


def test_numbers_know_whether_they_are_whole() -> None:
    whole = {"[n] * 2 - 1": True, "[m] + 1": False, "[n] / 2": False, "[q] + 1": True, "2.5": False}
    found = {text: numbers.number(parse_logic(text), reading()).whole for text in whole}
    assert found == whole


# --- that the translation asks the same -----------------------------------------------------------

FIELDS = [
    field("q", "radio", "Q?", choices="1, Red | 2, Blue | 3, Green"),
    field("y", "yesno", "Y?"),
    field("n", "text", "N?", check="integer"),
    field("m", "text", "M?", check="integer"),
    field("t", "text", "T?"),
    field("b", "checkbox", "B?", choices="1, Red | 2, Blue"),
]
LEAVES = st.one_of(
    st.builds("[q] {} '{}'".format, st.sampled_from(["=", "<>", ">="]), st.sampled_from("123")),
    st.builds("[y] {} '{}'".format, st.sampled_from(["=", "<>"]), st.sampled_from("01")),
    st.builds("[n] {} {}".format, st.sampled_from(["=", "<>", ">", "<="]), st.integers(0, 4)),
    st.builds("[n] + [m] {} {}".format, st.sampled_from(["=", "<>", ">"]), st.integers(0, 6)),
    st.builds("[b({})] {} '{}'".format, st.sampled_from("12"), st.sampled_from(["=", "<>"]), st.sampled_from("01")),
    st.builds("[t] {} 'x'".format, st.sampled_from(["=", "<>"])),
    st.builds("[{}] {} ''".format, st.sampled_from("qynt"), st.sampled_from(["=", "<>"])),
    st.builds("sum([b(1)], [b(2)]) {}".format, st.sampled_from(["> 0", "= 0", ">= 2", "< 2"])),
    st.builds("if([y] = '1', [n], 2) {} 2".format, st.sampled_from(["=", ">", "<>"])),
)  # fmt: skip
LOGIC = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)
ANSWERS = st.fixed_dictionaries(
    {
        "q": st.sampled_from(["", "1", "2", "3"]),
        "y": st.sampled_from(["", "1", "0"]),
        "n": st.sampled_from(["", "0", "2", "3"]),
        "m": st.sampled_from(["", "0", "2"]),
        "t": st.sampled_from(["", "x", "z"]),
        "b": st.sampled_from([None, (), ("1",), ("1", "2")]),
    }
)
ANSWERED = {
    "q": {"1": "red", "2": "blue", "3": "green"},
    "y": {"1": "yes", "0": "no"},
    "b": {"1": "red", "2": "blue"},
}


def in_redcap(logic: Logic, answers: Answers) -> Any:
    """What a piece of logic comes to in REDCap: a truth, a number, a text; None for no number."""
    match logic:
        case Constant():
            return logic.text
        case Reference(code=None):
            return answers[logic.field]
        case Reference():
            return "1" if logic.code in (answers[logic.field] or ()) else "0"
        case Joined():
            parts = [in_redcap(part, answers) for part in logic.parts]
            return all(parts) if logic.operator == "and" else any(parts)
        case Negated():
            return not in_redcap(logic.part, answers)
        case Call(name="if"):
            return in_redcap(
                logic.arguments[1 if in_redcap(logic.arguments[0], answers) else 2], answers
            )
        case Call(name="sum"):
            return sum(Decimal(in_redcap(part, answers) or 0) for part in logic.arguments)
        case Chain():
            parts = [
                in_redcap(part, answers) for part in (logic.first, *(one for _, one in logic.rest))
            ]
            return None if "" in parts else sum(map(Decimal, parts))
        case Comparison():
            return compared(logic, in_redcap(logic.left, answers), in_redcap(logic.right, answers))
    raise TypeError(logic)


def compared(logic: Comparison, left: Any, right: Any) -> bool:
    if right == "":
        return (left == "") is (logic.operator == "==")
    if left in ("", None):
        return logic.operator == "!="
    if not isinstance(left, Decimal) and not str(left).lstrip("-").isdigit():
        return (left == right) is (logic.operator == "==")
    low, high = Decimal(left), Decimal(right)
    return {
        "==": low == high, "!=": low != high, "<": low < high,
        "<=": low <= high, ">": low > high, ">=": low >= high,
    }[logic.operator]  # fmt: skip


def asked_here(logic: str, answers: Answers) -> tuple[bool, bool]:
    """Whether a field with this logic is asked, and whether the report has a remark on it."""
    rows = [*FIELDS, field("z", "text", "Z?", **{"if": logic})]
    settled = settle(build(parse_dictionary(dictionary(*rows), "x.csv"), "x", "X").outline)
    assert settled.instrument.items["z"].ask_if is not None
    route = Route(compile_instrument(settled.instrument))
    for name, said in answers.items():
        if said in ("", None):
            continue
        names = ANSWERED.get(name, {})
        value: Any = tuple(names[one] for one in said) if name == "b" else names.get(said, said)
        route.answer(Instance(name), int(value) if name in "nm" else value)
    remarked = any(one.cell.startswith("L") for one in settled.outline.remarks)
    return route.on_route(Instance("z")), remarked


@settings(max_examples=80, deadline=None)
@given(LOGIC, ANSWERS)
def test_a_field_is_asked_as_in_redcap_or_the_report_says_to_read_it_again(
    logic: str, answers: Answers
) -> None:
    asked, remarked = asked_here(logic, answers)
    expected = in_redcap(parse_logic(logic), answers)
    blank = any(value in ("", None) for value in answers.values())
    assert asked == expected or (blank and remarked)


@pytest.mark.parametrize("logic", ["[q] <> '1'", "[b(1)] = '0'", "if([y] = '1', 1, 2) = 2"])
def test_the_comparison_with_redcap_notices_a_difference(logic: str) -> None:
    nothing = {"q": "", "y": "", "n": "", "m": "", "t": "", "b": None}
    assert in_redcap(parse_logic(logic), nothing) is True
    assert asked_here(logic, nothing) == (False, True)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="[]()'\"qybn12 =<>!+-*/^,|&andornotifsum:\n#", max_size=60))
def test_no_text_ends_in_another_error(text: str) -> None:
    with contextlib.suppress(Untranslatable):
        said = translate.condition(parse_logic(text), reading())
        assert parse_syntax(said.text) is not None
