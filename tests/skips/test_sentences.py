"""What routing says, word for word: what is refused, and why things are as they are."""

from collections.abc import Callable
from typing import Any

import pytest

from instrument.conditions.nodes import (
    Arithmetic,
    Item,
    Literal,
    Node,
    Operator,
    OverRows,
    RosterFunction,
    Type,
)
from instrument.models import Expression
from skips import CompileError, Phrases, Route, RouteError, compile_instrument
from tests.random_conditions import HERE
from tests.scenario import NOT_SURE, Scenario, inline_instrument, place
from tests.skips.questionnaires import HOUSEHOLD, OPEN_ROSTER

# --- what is refused ------------------------------------------------------------------------------


def pets(*, removed: int = 0) -> Route:
    """An open roster of at most two rows, one of which stands; the others were removed."""
    interview = Scenario(OPEN_ROSTER).answer(any_pets="yes").add_row("pets")
    for row in range(2, 2 + removed):
        interview.add_row("pets").remove_row("pets", row)
    return interview.route_


def people() -> Route:
    return Scenario(HOUSEHOLD).answer(size=2).route_


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: people().status(place("nobody")), "'nobody' is not an item of 'scenario'."),
    (lambda: people().status(place("age__7")), "'age' in row 7 is not an item of 'scenario'."),
    (lambda: people().status(place("size__1")), "'size' in row 1 is not an item of 'scenario'."),
    (
        lambda: people().answer(place("adults"), 3),
        "'adults' is not answered by anybody; it is worked out.",
    ),
    (
        lambda: people().preview(place("people"), 3),
        "'people' is not answered by anybody; it is worked out.",
    ),
    (lambda: people().rows("size"), "'size' is not a roster of 'scenario'."),
    (
        lambda: people().add_row("people"),
        "The rows of 'people' follow from answers and are not added by hand.",
    ),
    (lambda: pets().remove_row("pets", 2), "'pets' has no row 2 to remove."),
    (lambda: pets(removed=1).remove_row("pets", 2), "'pets' has no row 2 to remove."),
    (lambda: pets().restore_row("pets", 1), "'pets' has no removed row 1 to bring back."),
    (lambda: pets().restore_row("pets", 2), "'pets' has no removed row 2 to bring back."),
    (
        lambda: pets(removed=3).next_row("pets"),
        "'pets' cannot take another new row; bring back a removed one.",
    ),
    (
        lambda: pets(removed=1).order_rows("pets", (2,)),
        "An order of 'pets' must name every row that is shown once.",
    ),
    (
        lambda: Route(compile_instrument(inline_instrument(HOUSEHOLD), "post")),
        "'scenario' has no mode 'post'; it has interview, record.",
    ),
]


@pytest.mark.parametrize(("act", "sentence"), REFUSED, ids=[why for _, why in REFUSED])
def test_what_cannot_be_is_refused_in_a_sentence(act: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(RouteError) as caught:
        act()
    assert str(caught.value) == sentence


def test_a_full_roster_takes_no_row_and_brings_none_back() -> None:
    route = pets(removed=1)
    assert (route.has_room("pets"), route.next_row("pets")) == (True, 3)
    route.require_removed_row("pets", 2)
    route.require_row("pets", 1)
    route.add_row("pets")
    assert not route.has_room("pets")
    for act in (route.add_row, lambda name: route.restore_row(name, 2)):
        with pytest.raises(RouteError) as caught:
            act("pets")
        assert str(caught.value) == "'pets' has room for 2 and is full."


@pytest.mark.parametrize(
    ("order", "standing"),
    [
        ((1, 3), {1}),
        ((1, 1), {1}),
        ((0, 1), {1}),
        ((1, 2, 3, 4, 5), {1}),
        ((1, 2, 3), {1, 2, 3}),
        ((1, 2), {3}),
    ],
)
def test_rows_that_cannot_have_been_are_refused(order: tuple[int, ...], standing: set[int]) -> None:
    with pytest.raises(RouteError) as caught:
        Scenario(OPEN_ROSTER).route_.set_rows("pets", order, frozenset(standing))
    assert str(caught.value) == "'pets' cannot have had these rows."
    fine = Scenario(OPEN_ROSTER).route_
    fine.set_rows("pets", (4, 2, 1, 3), frozenset({1, 4}))
    assert (fine.row_order("pets"), fine.rows("pets")) == ((4, 2, 1, 3), (1, 4))
    assert fine.shown_rows("pets") == (4, 1)


def refusal(tree: Node, questionnaire: str = "- {question: only, kind: yes_no}") -> str:
    """What compiling says of an instrument whose first section has this condition."""
    instrument = inline_instrument(questionnaire)
    condition = Expression(source=HERE, text=str(tree), tree=tree)
    first, *others = instrument.sections
    first = first.model_copy(update={"ask_if": condition})
    with pytest.raises(CompileError) as caught:
        compile_instrument(instrument.model_copy(update={"sections": (first, *others)}))
    return str(caught.value)


def test_what_the_reader_never_lets_through_is_refused_all_the_same() -> None:
    assert refusal(Item("only", Type.CHOICE)) == (
        "section 'main' reads 'only', which does not stand before it"
    )
    assert refusal(Item("gone", Type.CHOICE)) == "'gone' is no item that can be read here"
    rows = OverRows(RosterFunction.ANY, "gone", Item("only", Type.CHOICE), None)
    assert refusal(rows) == "'gone' is no roster that can be read here"
    number = Arithmetic(Operator.PLUS, Literal(1, Type.NUMBER), Literal(1, Type.NUMBER))
    assert refusal(number) == "'1 + 1' is not a condition"


# --- why ------------------------------------------------------------------------------------------

STANDS = """
    - {statement: intro, say: Hello.}
    - {question: works, kind: yes_no}
    - {question: job, kind: text, ask_if: works}
    - {question: n, kind: integer}
    - {compute: twice, kind: integer, as: n * 2}
    - {compute: hers, kind: integer, as: n * 3, ask_if: works}
    - roster: cars
      size: n
      ask_if: works
      items: [{question: age, kind: integer}]
    - roster: trips
      rows: 2
      items: [{question: far, kind: yes_no}]
    - {question: pets, kind: any_of, at_least: 0, choices: [{name: cat, code: 1, label: Cat}]}
    - {question: z, kind: yes_no, ask_if: "CONDITION"}
    - {question: r, kind: yes_no, modes: [record]}
    - {statement: read, say: Thanks., ask_if: answered(z)}
"""

WHY: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "answered(intro)",
        {},
        "z",
        "Not asked: intro has no answer yet, and this is asked when answered(intro).",
    ),
    (
        "answered(intro)",
        {"intro": "read"},
        "z",
        "Asked: intro was read, and this is asked when answered(intro).",
    ),
    (
        'job == "x"',
        {"works": "no"},
        "z",
        'Not asked so far: job is not asked, and this is asked when job == "x".',
    ),
    (
        'job == "x"',
        {},
        "z",
        'Not asked so far: job is not reached, and this is asked when job == "x".',
    ),
    (
        "asked(job)",
        {"works": "yes"},
        "z",
        "Asked: job is asked, and this is asked when asked(job).",
    ),
    (
        "asked(hers)",
        {"works": "yes", "n": 2},
        "z",
        "Asked: hers is worked out (n is 2), and this is asked when asked(hers).",
    ),
    (
        "asked(hers)",
        {"works": "no"},
        "z",
        "Not asked: hers is not worked out, and this is asked when asked(hers).",
    ),
    (
        "twice > 4",
        {},
        "z",
        (
            "Not asked so far: twice is not known yet (n has no answer yet), and "
            "this is asked when twice > 4."
        ),
    ),
    (
        "twice > 4",
        {"n": NOT_SURE},
        "z",
        (
            "Not asked so far: twice is not known yet (n is “Not sure”), and this "
            "is asked when twice > 4."
        ),
    ),
    (
        "twice > 4",
        {"n": 2},
        "z",
        "Not asked: twice is 4 (n is 2), and this is asked when twice > 4.",
    ),
    (
        "missing(n)",
        {"n": NOT_SURE},
        "z",
        "Asked: n is “Not sure”, and this is asked when missing(n).",
    ),
    (
        "pets has cat",
        {"pets": []},
        "z",
        "Not asked: nothing is taken of pets, and this is asked when pets has cat.",
    ),
    (
        "count(cars) >= 2",
        {"works": "yes", "n": 1},
        "z",
        "Not asked: cars has 1 row, and this is asked when count(cars) >= 2.",
    ),
    (
        "count(cars) >= 2",
        {"works": "yes", "n": 2},
        "z",
        "Asked: cars has 2 rows, and this is asked when count(cars) >= 2.",
    ),
    (
        "count(cars) >= 2",
        {"works": "yes", "n": 0},
        "z",
        "Not asked: cars has 0 rows, and this is asked when count(cars) >= 2.",
    ),
    (
        "count(cars) >= 2",
        {"works": "no"},
        "z",
        "Not asked: cars is not asked, and this is asked when count(cars) >= 2.",
    ),
    (
        "any(cars where age > 9)",
        {"works": "yes", "n": 2, "age__2": 10},
        "z",
        "Asked: age in row 2 is 10, and this is asked when any(cars where age > 9).",
    ),
    (
        "works",
        {"works": "yes", "n": 1},
        "age__1",
        (
            "Asked: works is yes, and roster “Cars” is asked when works; n is 1, "
            "and this is row 1 of “Cars”, which has 1 row."
        ),
    ),
    (
        "works",
        {"works": "yes", "n": 2},
        "age__3",
        "Not asked: n is 2, and this is row 3 of “Cars”, which has 2 rows.",
    ),
    (
        "works",
        {"works": "yes"},
        "age__1",
        "Not asked so far: n has no answer yet, and it is not known how many rows “Cars” has.",
    ),
    (
        "works",
        {},
        "age__1",
        "Not asked so far: works has no answer yet, and roster “Cars” is asked when works.",
    ),
    ("works", {}, "far__2", "Asked: this is row 2 of “Trips”, which has 2 rows."),
    ("works", {"works": "yes"}, "z", "Asked: works is yes, and this is asked when works."),
    ("works", {}, "intro", "Asked in every interview."),
    ("works", {}, "twice", "Not known so far: n has no answer yet."),
    ("works", {"n": 2}, "twice", "Worked out as 4: n is 2."),
    (
        "works",
        {"works": "no"},
        "hers",
        "Not worked out: works is no, and this is worked out when works.",
    ),
    (
        "works",
        {},
        "hers",
        "Not worked out so far: works has no answer yet, and this is worked out when works.",
    ),
    ("works", {}, "r", "Not asked: it is no part of “Telephone interview”."),
    (
        "works",
        {"works": "yes", "z": "no", "works__0": "no"},
        "z",
        (
            "Not asked: works is no, and this is asked when works. Its answer is "
            "kept aside and counts again once it is asked."
        ),
    ),
    (
        "works and n > 1",
        {"works": "yes", "n": 1},
        "z",
        "Not asked: n is 1, and this is asked only when n > 1.",
    ),
]


@pytest.mark.parametrize(("condition", "answers", "item", "sentence"), WHY)
def test_why_says_how_each_thing_stands(
    condition: str, answers: dict[str, Any], item: str, sentence: str
) -> None:
    asked = condition.replace('"', '\\"')
    interview = Scenario(STANDS.replace("CONDITION", asked)).answer(**answers)
    assert interview.why(item) == sentence


NAMED = """
    - question: a
      kind: any_of
      choices:
        - {name: x, code: 1, label: {en: Two  words, es: Dos palabras}}
        - {name: y, code: 2, label: {en: More, es: Mas}}
        - {name: w, code: 3, label: Less}
    - {question: b, kind: yes_no}
    - {question: c, kind: date}
    - {question: d, kind: integer}
    - {question: e, kind: integer}
    - {question: z, kind: yes_no, ask_if: a has x and d > 0}
    - {question: y, kind: yes_no, ask_if: c == 2019-03-19}
    - {question: w, kind: yes_no, ask_if: d > 0 and b}
    - {compute: s, kind: integer, as: "d + e + count(b, b) + first(e, d) + taken(a) + month(c)"}
    - {compute: t, kind: integer, as: s + d}
    - {question: v, kind: yes_no, ask_if: t > 100}
"""


def test_phrases_say_what_things_are_called() -> None:
    interview = Scenario(NAMED).answer(a=["x", "y"], b="yes", c="2019-03-19", d=1, e=2)
    spanish = Phrases(item=str.upper, condition=lambda tree: f"<{tree}>", language="es")
    words = Phrases(item=str.upper, language="es", in_words=True)
    route = interview.route_

    def why(name: str, phrases: Phrases = spanish) -> str:
        said = route.explainer(place(name), phrases).text()
        assert route.explain(place(name), phrases) == said
        return said

    assert why("z") == (
        "Asked: A is dos palabras y mas, D is 1, and this is asked when <a has x and d > 0>."
    )
    assert why("z", words).startswith("Asked: A is “Dos palabras” and “Mas”, D is 1, and ")
    assert why("y") == (
        "Asked: C is 19 de marzo de 2019, and this is asked when <c == 2019-03-19>."
    )
    assert why("w", words) == "Asked: D is 1, B is sí, and this is asked when d > 0 and b."


def test_no_more_answers_are_named_than_are_read() -> None:
    interview = Scenario(NAMED).answer(a=["x", "y"], b="yes", c="2019-03-19", d=1, e=2)
    assert interview.why("s") == (
        "Worked out as 12: d is 1, e is 2, b is yes, a is two  words and more, and 1 more."
    )
    assert interview.why("t") == (
        "Worked out as 13: s is 12 (e is 2, b is yes, a is two  words and more, "
        "c is March 19, 2019), d is 1."
    )
    assert interview.why("v") == (
        "Not asked: t is 13 (s is 12, d is 1), and this is asked when t > 100."
    )
    interview.answer(d=None)
    assert interview.why("t") == "Not known so far: s is not known yet (d has no answer yet)."


def test_why_follows_the_case_of_a_value_that_applies() -> None:
    interview = Scenario("""
        - {question: owns, kind: yes_no}
        - {question: price, kind: integer}
        - {question: rent, kind: integer}
        - compute: cost
          kind: integer
          branches: [{when: owns, is: price}, {when: rent > 5, is: rent}]
    """)
    assert interview.why("cost") == "Not known so far: owns has no answer yet."
    interview.answer(owns="yes")
    assert interview.why("cost") == "Not known so far: price has no answer yet."
    interview.answer(price=7, rent=6)
    assert interview.why("cost") == "Worked out as 7: owns is yes, price is 7."
    interview.answer(owns="no")
    assert interview.why("cost") == "Worked out as 6: owns is no, rent is 6."
    interview.answer(rent=5)
    assert interview.why("cost") == "Not known so far: owns is no, rent is 5."


def test_a_value_of_which_no_case_can_ever_hold_is_explained() -> None:
    interview = Scenario(
        """
        - compute: never
          kind: integer
          branches: [{when: 1 > 2, is: 3}]
        """
    )
    assert interview.why("never") == "Not known so far: no case of it applies."
