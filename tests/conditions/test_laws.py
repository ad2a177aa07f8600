"""Laws of the language of conditions, on conditions made at random."""

import os
from decimal import Decimal
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from instrument.conditions.errors import ConditionError
from instrument.conditions.nodes import (
    Amount,
    And,
    Apply,
    Arithmetic,
    Compare,
    Comparison,
    CountTrue,
    Function,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Negate,
    Node,
    Not,
    Operator,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
)  # fmt: skip
from instrument.conditions.parser import KEYWORDS, MAX_NODES, parse_by_grammar
from instrument.conditions.simple import read_simple
from instrument.conditions.syntax import Part
from instrument.values import SECONDS_OF_UNIT, Duration, PartialDate
from tests.conditions.survey import condition

EXAMPLES: Final = int(os.environ.get("CATI_SOAK", "0")) or 150
"""How many conditions are tried; `CATI_SOAK=100000` for a long run."""

ANY_SIGN = st.sampled_from(Comparison)
SAME_OR_NOT = st.sampled_from([Comparison.EQ, Comparison.NE])

yes_no = st.sampled_from([Item(name, Type.CHOICE) for name in ("owns", "works", "crowded")])
row_yes_no = yes_no | st.just(Item("p_works", Type.CHOICE))
number_items = st.sampled_from([Item(name, Type.NUMBER) for name in ("age", "size", "rent")])
row_numbers = number_items | st.sampled_from([Item(name, Type.NUMBER) for name in ("p_age", "row")])
date_items = st.sampled_from(
    [Item(name, Type.DATE) for name in ("born", "moved", "interview_date")]
)
decimals = st.decimals(-999_999, 999_999, places=4).map(lambda one: Literal(one, Type.NUMBER))
numbers = decimals | st.integers(-(2**63) + 1, 2**63 - 1).map(lambda one: Literal(one, Type.NUMBER))
dates = st.one_of(
    st.dates().map(lambda day: PartialDate(day.year, day.month, day.day)),
    st.dates().map(lambda day: PartialDate(day.year, day.month)),
    st.integers(1, 9999).map(PartialDate),
).map(lambda one: Literal(one, Type.DATE))
texts = st.text(max_size=10).map(lambda one: Literal(one, Type.TEXT))
times = st.times().map(
    lambda one: Literal(one.replace(second=0, microsecond=0, tzinfo=None), Type.TIME)
)
durations = st.builds(
    Duration,
    st.decimals(0, 999_999, places=3) | st.just(Decimal(1)),
    st.sampled_from(list(SECONDS_OF_UNIT)),
).map(lambda one: Literal(one, Type.DURATION))
cities = st.sampled_from(["north", "south", "east"]).map(
    lambda name: Literal(name, Type.CHOICE, quoted=name == "north")
)


def calculations(items: st.SearchStrategy[Item]) -> st.SearchStrategy[Node]:
    def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        sums = st.builds(Arithmetic, st.sampled_from(Operator), inner, inner)
        return sums | inner.filter(lambda node: not isinstance(node, Literal)).map(Negate)

    leaves: st.SearchStrategy[Node] = items | numbers
    return st.recursive(leaves, larger, max_leaves=5)


def leaves(
    items: st.SearchStrategy[Item], bare: st.SearchStrategy[Item]
) -> st.SearchStrategy[Node]:
    city = Item("city", Type.CHOICE)
    home_by, street = Item("home_by", Type.TIME), Item("street", Type.TEXT)
    return st.one_of(
        bare.map(IsYes),
        st.builds(Compare, ANY_SIGN, calculations(items), calculations(items)),
        st.builds(Compare, ANY_SIGN, date_items, dates | date_items),
        st.builds(Compare, ANY_SIGN, times, st.just(home_by)),
        st.builds(Compare, SAME_OR_NOT, st.just(street), texts),
        st.builds(Compare, SAME_OR_NOT, st.just(city), cities),
        st.builds(In, items, st.lists(numbers, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(In, st.just(city), st.lists(cities, min_size=1).map(tuple), st.booleans()),
        st.builds(Has, st.just(Item("pets", Type.CHOICES)), st.sampled_from(["dog", "none"])),
        st.builds(StatusTest, st.sampled_from(StatusFunction), st.just("age")),
        st.builds(StatusTest, st.just(StatusFunction.MISSING), st.just("age"), st.just("declined")),
    )  # fmt: skip


def joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    three = st.tuples(inner, inner, inner).map(lambda found: Apply(Function.IF, found))
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    counts = st.lists(inner, min_size=1, max_size=3).map(tuple).map(CountTrue)
    return st.one_of(
        inner.map(Not),
        three,
        parts.map(And),
        parts.map(Or),
        st.builds(Compare, ANY_SIGN, counts, numbers),
    )


def applied(function: Function, *parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.tuples(*parts).map(lambda found: Apply(function, found))


def of_values(
    kind: st.SearchStrategy[Node], firm: st.SearchStrategy[Node], *, ordered: bool = True
) -> st.SearchStrategy[Node]:
    """`first`, `if`, `min` and `max` of values of one type; `firm` ones cannot be another's."""
    asked = yes_no.map(IsYes)
    picks = applied(Function.IF, asked, firm, kind) | applied(Function.FIRST, kind, firm)
    return picks | applied(Function.MAX, kind, kind, firm) if ordered else picks


home_by, street = Item("home_by", Type.TIME), Item("street", Type.TEXT)
all_dates = date_items | dates
any_date = all_dates | of_values(all_dates, date_items)
any_duration = durations | of_values(durations, durations)
# Deferred, as Hypothesis would otherwise write all of them out.
functions: st.SearchStrategy[Node] = st.deferred(lambda: all_functions)
all_functions: st.SearchStrategy[Node] = st.one_of(
    *(
        applied(one, any_date, date_items)
        for one in (Function.YEARS_BETWEEN, Function.MONTHS_BETWEEN, Function.DAYS_BETWEEN)
    ),
    applied(Function.YEAR, any_date),
    applied(Function.MONTH, date_items),
    applied(Function.TAKEN, st.just(Item("pets", Type.CHOICES))),
    applied(Function.LENGTH, texts | of_values(texts, st.just(street), ordered=False)),
    applied(Function.ROUND, calculations(number_items)),
    applied(
        Function.ROUND,
        calculations(number_items),
        st.integers(0, 9).map(lambda places: Literal(places, Type.NUMBER)),
    ),
    applied(Function.SUM, calculations(number_items), numbers),
    applied(Function.MIN, numbers, calculations(number_items)),
    of_values(numbers, calculations(number_items)),
    st.builds(Amount, any_duration, st.sampled_from(list(SECONDS_OF_UNIT))),
)
others = st.one_of(
    st.builds(Compare, ANY_SIGN, any_date, date_items),
    st.builds(Compare, ANY_SIGN, any_duration, durations),
    st.builds(Compare, ANY_SIGN, of_values(times, st.just(home_by)), st.just(home_by)),
    st.builds(
        Compare,
        SAME_OR_NOT,
        of_values(cities, st.just(Item("city", Type.CHOICE)), ordered=False),
        cities,
    ),
    st.builds(In, any_duration, st.lists(durations, min_size=1, max_size=3).map(tuple)),
)


wheres = st.recursive(leaves(row_numbers, row_yes_no), joined, max_leaves=3)
over_rows = st.one_of(
    st.builds(
        OverRows,
        st.sampled_from([RosterFunction.ANY, RosterFunction.ALL]),
        st.just("people"),
        st.none(),
        wheres,
    ),
    st.builds(
        Compare,
        ANY_SIGN,
        st.one_of(
            st.builds(
                OverRows,
                st.sampled_from([RosterFunction.SUM, RosterFunction.MIN, RosterFunction.MAX]),
                st.just("people"),
                calculations(row_numbers),
                st.none() | wheres,
            ),
            st.builds(
                OverRows,
                st.just(RosterFunction.COUNT),
                st.just("people"),
                st.none(),
                st.none() | wheres,
            ),
            functions,
        ),
        numbers,
    ),
)  # fmt: skip
conditions = st.recursive(
    leaves(number_items, yes_no) | over_rows | st.deferred(lambda: others), joined, max_leaves=8
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(conditions)
def test_a_condition_printed_and_read_back_is_the_same_condition(tree: Node) -> None:
    again = condition(str(tree))
    assert again == tree
    assert str(again) == str(tree)


def test_the_law_would_notice_a_tree_that_prints_wrongly() -> None:
    tree = Arithmetic(Operator.MINUS, Literal(Decimal(1), Type.NUMBER), Literal(2, Type.NUMBER))
    wrong = Compare(Comparison.EQ, Negate(Literal(5, Type.NUMBER)), tree)
    assert condition(str(wrong)) != wrong


TOKENS = st.sampled_from(
    [
        *("age", "owns", "city", "south", "pets", "people", "p_age", "row", "yes", "born", "zzz"),
        *("and", "or", "not", "in", "has", "where", "count", "any", "missing", "years_between"),
        *("if", "first", "min", "round", "amount", "taken", "hours", "minute", "interview_date"),
        *("(", ")", ",", "+", "-", "*", "/", "==", "!=", "<", ">=", "=", "5", "2.5", "2019-03"),
        *('"x"', '"', "'", ".", "é", "\\", "\n", "not_sure", "99999999999999999999", "&", "["),
    ]
)


def read_or_refuse(text: str) -> Node | ConditionError:
    try:
        return condition(text)
    except ConditionError as error:
        return error


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(TOKENS, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_condition_or_an_error_with_a_place(text: str) -> None:
    tree = read_or_refuse(text)
    if isinstance(tree, ConditionError):
        assert 0 <= tree.at <= len(text)
        assert tree.says
    else:
        assert condition(str(tree)) == tree


SIMPLE = st.sampled_from(
    [
        *("age", "owns", "city", "pets", "yes", "north", "_x1", "5", "18", "007", "1" * 19, "not"),
        *("and", "or", "in", "has", "where", "==", "!=", "<=", "<", ">", "=", "(", ")", ","),
        *("(north, south)", "(north)", "( a , b )", "(a,,b)", "hours", "2019-03", "+", "\u00a0"),
    ]
)
clauses = st.sampled_from(
    ["owns", "age >= 18", "age<5", "city in (north,south)", " pets has dog ", "not owns", "a==b"]
)
joiners = st.sampled_from([" and ", " or ", "and", "\nor\n"])


def by_grammar(text: str) -> Part | None:
    try:
        return parse_by_grammar(text)
    except ConditionError:
        return None


@settings(max_examples=2 * EXAMPLES, deadline=None)
@given(
    st.lists(SIMPLE, max_size=9).map(" ".join)
    | st.lists(st.tuples(clauses, joiners).map("".join), max_size=4).map("".join)
    | st.builds("{}{}{}".format, clauses, joiners, clauses)
)
def test_what_is_read_without_the_grammar_is_what_the_grammar_reads(text: str) -> None:
    assert read_simple(text, KEYWORDS, MAX_NODES) in (None, by_grammar(text))


def test_common_conditions_are_read_without_the_grammar() -> None:
    for text in ("owns", " age >= 18 ", "city in (north, south) and owns", "pets has dog or a==b"):
        part = read_simple(text, KEYWORDS, MAX_NODES)
        assert part is not None
        assert part == parse_by_grammar(text)
