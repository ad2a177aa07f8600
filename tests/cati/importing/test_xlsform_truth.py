"""A translated condition asks when the original asks, or the report says to read it again."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cati.importing.settle import settle
from cati.importing.xlsform import compare
from cati.importing.xlsform.build import build
from cati.importing.xlsform.form import read_form
from cati.importing.xlsform.workbook import Row, Sheet, Workbook
from cati.importing.xlsform.xpath import parse
from instrument import Instance, Missing, PartialDate, Value
from skips import Route, compile_instrument
from tests.cati.importing.xpath_naive import TODAY, boolean, evaluate

QUESTIONS = {
    "a": "integer", "n": "decimal", "b": "select_one scale", "g": "select_one scale",
    "c": "select_multiple things", "d": "date", "e": "text",
}  # fmt: skip
CHOICES = {
    "scale": {"1": "few", "2": "some", "3": "many"},
    "things": {"x": "x", "y": "y", "z": "z"},
}

NUMBER = st.sampled_from(["0", "1", "2", "5", "2.5"])
ORDER = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
NUMBERS = st.recursive(
    st.sampled_from(
        ["${a}", "${n}", "${b}", "count-selected(${c})", "string-length(${e})", "coalesce(${a}, 0)",
         "coalesce(${n}, ${a})", "round(${a})", "max(${a}, 2)", "today() - ${d}"]
    ) | NUMBER,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(
            lambda three: f"({three[0]} {three[1]} {three[2]})"
        ),
        inner.map(lambda one: f"({one} div 4)"),
        st.tuples(inner, inner).map(lambda two: f"if(${{a}} > 2, {two[0]}, {two[1]})"),
        inner.map(lambda one: f"-{one}"),
    ),
    max_leaves=3,
)  # fmt: skip
ATOMS = st.one_of(
    st.tuples(NUMBERS, ORDER, NUMBERS).map(" ".join),
    st.tuples(st.sampled_from("anbgcde"), st.sampled_from(["=", "!="])).map(
        lambda two: f"${{{two[0]}}} {two[1]} ''"
    ),
    st.tuples(st.sampled_from("bg"), ORDER, st.sampled_from(["'1'", "2", "'3'"])).map(
        lambda three: f"${{{three[0]}}} {three[1]} {three[2]}"
    ),
    st.sampled_from(
        ["selected(${c}, 'x')", "selected(${b}, '2')", "${c} = 'y'", "${c} != 'y'", "${b} = ${g}",
         "${e} = 'no'", "'no' != ${e}", "${d} >= '2020-01-01'", "${d} < today()", "${e}", "${a}",
         "${d} = date('2020-02-29')", "true()", "${b} != ${g}", "not(${a} = 1) = true()"]
    ),
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda three: f"({three[0]}) {three[1]} ({three[2]})"
        ),
        inner.map(lambda one: f"not({one})"),
    ),
    max_leaves=4,
)
ANSWERS = st.fixed_dictionaries(
    {
        "a": st.sampled_from(["0", "1", "2", "3", "9"]),
        "n": st.sampled_from(["0", "2.5", "7"]),
        "b": st.sampled_from("123"),
        "g": st.sampled_from("123"),
        "c": st.sampled_from(["x", "y", "x y", "x y z"]),
        "d": st.sampled_from(["2020-02-29", "2019-12-31", TODAY]),
        "e": st.sampled_from(["no", "yes", "5"]),
    }
)


def sheet(name: str, heads: str, rows: list[list[str]]) -> Sheet:
    columns = dict(zip(heads.split(), "ABCDEFG", strict=False))
    made = [
        Row(number, {head: cell for head, cell in zip(columns, row, strict=True) if cell})
        for number, row in enumerate(rows, 2)
    ]
    return Sheet(name, columns, tuple(made))


def value(name: str, text: str) -> Value | Missing:
    """An answer of a form as ours."""
    kind = QUESTIONS[name]
    if text == "":
        return Missing("left_blank")
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    if kind == "date":
        return PartialDate.parse(text)
    if kind == "select_one scale":
        return CHOICES["scale"][text]
    return tuple(text.split()) if kind == "select_multiple things" else text


class Imported:
    """A form with a note for each of some conditions."""

    def __init__(self, conditions: list[str]) -> None:
        self.conditions = conditions
        rows = [[kind, name, name.upper(), ""] for name, kind in QUESTIONS.items()]
        rows += [["note", f"note_{n}", "Read.", text] for n, text in enumerate(conditions)]
        lists = [[name, *one] for name, choices in CHOICES.items() for one in choices.items()]
        survey = sheet("survey", "type name label relevant", rows)
        choices = sheet("choices", "list_name name label", lists)
        outline = build(
            read_form(Workbook({"survey": survey, "choices": choices}, ())), "truth"
        ).outline
        settled = settle(outline)
        self.program = compile_instrument(settled.instrument)
        items = [item for section in settled.outline.sections for item in section.items]
        self.lost = {one.cell for item in items for one in item.lost}
        self.again = {one.cell for one in outline.remarks if "empty text" in one.why}

    def compared(self, answers: Mapping[str, str]) -> list[tuple[str, bool, bool]]:
        """Of each condition that was carried over: whether the original asks, and whether ours.

        Those that the report says to read again are left out where an answer is.
        """
        route = Route(self.program, interview_date=PartialDate.parse(TODAY))
        for name, text in answers.items():
            route.answer(Instance(name), value(name, text))
        typed = {
            name: float(text) if text and QUESTIONS[name] in ("integer", "decimal") else text
            for name, text in answers.items()
        }
        found = []
        for number, text in enumerate(self.conditions):
            cell = f"survey!D{len(QUESTIONS) + 2 + number}"
            if cell in self.lost or (cell in self.again and "" in answers.values()):
                continue
            asked = route.on_route(Instance(f"note_{number}"))
            found.append((text, boolean(evaluate(parse(text), typed)), asked))
        return found


@given(st.lists(CONDITIONS, min_size=16, max_size=16), ANSWERS, st.sets(st.sampled_from("anbgcde")))
@settings(max_examples=12, deadline=None)
def test_a_translated_condition_asks_when_the_original_does(
    conditions: list[str], answers: dict[str, str], blank: set[str]
) -> None:
    form = Imported(conditions)
    for left_out in (set[str](), blank):
        held = {name: "" if name in left_out else text for name, text in answers.items()}
        for text, original, ours in form.compared(held):
            assert ours == original, (text, held)


def test_the_table_of_differences_in_the_documentation_is_true() -> None:
    answers = dict.fromkeys(QUESTIONS, "")
    same = ["${b} = '1'", "${a} < 5", "selected(${c}, 'x')", "${a} = ''", "${a} != ''"]
    truths = [truth for _, *both in Imported(same).compared(answers) for truth in both]
    assert truths == [False] * 6 + [True, True] + [False] * 2
    announced = ["${b} != '1'", "not(selected(${c}, 'x'))", "if(${a} > 5, 1, 0) = 0", "${b} = ${g}"]
    assert Imported(announced).compared(answers) == []


def test_control_a_wrong_translation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(compare._OURS, "<", "<=")
    answers = {"a": "2", "n": "2.5", "b": "1", "g": "1", "c": "x", "d": TODAY, "e": "no"}
    assert Imported(["${a} < 2"]).compared(answers) == [("${a} < 2", False, True)]
