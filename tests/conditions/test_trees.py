"""What conditions are read as."""

import datetime
from decimal import Decimal

import pytest

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
    Node,
    Not,
    Operator,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    names_read,
    type_of,
)  # fmt: skip
from instrument.values import Duration, PartialDate
from tests.conditions.survey import condition, value

AGE = Item("age", Type.NUMBER)
OWNS = Item("owns", Type.CHOICE)
WORKS = Item("works", Type.CHOICE)
CITY = Item("city", Type.CHOICE)
PETS = Item("pets", Type.CHOICES)
BORN = Item("born", Type.DATE)
COMMUTE = Item("commute", Type.DURATION)
P_AGE = Item("p_age", Type.NUMBER)


def number(of: int | str) -> Literal:
    return Literal(of if isinstance(of, int) else Decimal(of), Type.NUMBER)


def choice(name: str) -> Literal:
    return Literal(name, Type.CHOICE)


def duration(text: str) -> Literal:
    return Literal(Duration.parse(text), Type.DURATION)


def over_five() -> Node:
    return Compare(Comparison.GT, AGE, number(5))


CONDITIONS = {
    "owns": IsYes(OWNS),
    "not owns": Not(IsYes(OWNS)),
    "owns == yes": Compare(Comparison.EQ, OWNS, choice("yes")),
    "no != owns": Compare(Comparison.NE, choice("no"), OWNS),
    "owns == works": Compare(Comparison.EQ, OWNS, WORKS),
    "owns and works or age > 5": Or((And((IsYes(OWNS), IsYes(WORKS))), over_five())),
    "owns and (works or age > 5)": And((IsYes(OWNS), Or((IsYes(WORKS), over_five())))),
    "owns and works and age > 5": And((IsYes(OWNS), IsYes(WORKS), over_five())),
    "not owns and works": And((Not(IsYes(OWNS)), IsYes(WORKS))),
    "not age > 5": Not(over_five()),
    "city == south": Compare(Comparison.EQ, CITY, choice("south")),
    'city == "south"': Compare(Comparison.EQ, CITY, choice("south")),
    'city == "north"': Compare(Comparison.EQ, CITY, choice("north")),
    "city in (south, east)": In(CITY, (choice("south"), choice("east"))),
    "city not in (south)": In(CITY, (choice("south"),), negated=True),
    "age in (1, -2, 2.5)": In(AGE, (number(1), number(-2), number("2.5"))),
    "pets has dog": Has(PETS, "dog"),
    "age > -5": Compare(Comparison.GT, AGE, number(-5)),
    "age + 1 * 2 > 5": Compare(
        Comparison.GT,
        Arithmetic(Operator.PLUS, AGE, Arithmetic(Operator.TIMES, number(1), number(2))),
        number(5),
    ),
    "born >= 2019": Compare(Comparison.GE, BORN, Literal(PartialDate(2019), Type.DATE)),
    "born >= 2019-03": Compare(Comparison.GE, BORN, Literal(PartialDate(2019, 3), Type.DATE)),
    "2019-03-19 == born": Compare(
        Comparison.EQ, Literal(PartialDate(2019, 3, 19), Type.DATE), BORN
    ),
    'home_by > "18:30"': Compare(
        Comparison.GT, Item("home_by", Type.TIME), Literal(datetime.time(18, 30), Type.TIME)
    ),
    'street == "a \\"b\\" \\\\"': Compare(
        Comparison.EQ, Item("street", Type.TEXT), Literal('a "b" \\', Type.TEXT)
    ),
    "answered(age)": StatusTest(StatusFunction.ANSWERED, "age"),
    "asked(intro)": StatusTest(StatusFunction.ASKED, "intro"),
    "missing(age)": StatusTest(StatusFunction.MISSING, "age"),
    "missing(age, not_sure)": StatusTest(StatusFunction.MISSING, "age", "not_sure"),
    "count(owns, works) >= 1": Compare(
        Comparison.GE, CountTrue((IsYes(OWNS), IsYes(WORKS))), number(1)
    ),
    "any(people where p_age < age)": OverRows(
        RosterFunction.ANY, "people", None, Compare(Comparison.LT, P_AGE, AGE)
    ),
    "all(people where row > 1)": OverRows(
        RosterFunction.ALL,
        "people",
        None,
        Compare(Comparison.GT, Item("row", Type.NUMBER), number(1)),
    ),
    "count(people) > 5": Compare(
        Comparison.GT, OverRows(RosterFunction.COUNT, "people"), number(5)
    ),
    "sum(people, p_age where p_works) > 5": Compare(
        Comparison.GT,
        OverRows(RosterFunction.SUM, "people", P_AGE, IsYes(Item("p_works", Type.CHOICE))),
        number(5),
    ),
    "years_between(born, 2019) > 5": Compare(
        Comparison.GT,
        Apply(Function.YEARS_BETWEEN, (BORN, Literal(PartialDate(2019), Type.DATE))),
        number(5),
    ),
    "days_between(born, interview_date) < 0": Compare(
        Comparison.LT,
        Apply(Function.DAYS_BETWEEN, (BORN, Item("interview_date", Type.DATE))),
        number(0),
    ),
    "commute > 1 hour": Compare(Comparison.GT, COMMUTE, duration("1 hours")),
    "commute in (90 minutes, 1.5 weeks)": In(
        COMMUTE, (duration("90 minutes"), duration("1.5 weeks"))
    ),
    "amount(commute, hours) >= 2": Compare(Comparison.GE, Amount(COMMUTE, "hours"), number(2)),
    "round(rent / 2, 1) == 2.5": Compare(
        Comparison.EQ,
        Apply(
            Function.ROUND,
            (Arithmetic(Operator.DIVIDE, Item("rent", Type.NUMBER), number(2)), number(1)),
        ),
        number("2.5"),
    ),
    "taken(pets) > 1": Compare(Comparison.GT, Apply(Function.TAKEN, (PETS,)), number(1)),
    "max(born, 2019) == moved": Compare(
        Comparison.EQ,
        Apply(Function.MAX, (BORN, Literal(PartialDate(2019), Type.DATE))),
        Item("moved", Type.DATE),
    ),
    "if(owns, 2019, 2020) < born": Compare(
        Comparison.LT,
        Apply(
            Function.IF,
            (
                IsYes(OWNS),
                Literal(PartialDate(2019), Type.DATE),
                Literal(PartialDate(2020), Type.DATE),
            ),
        ),
        BORN,
    ),
    "first(city, birthplace, south) == east": Compare(
        Comparison.EQ,
        Apply(Function.FIRST, (CITY, Item("birthplace", Type.CHOICE), choice("south"))),
        choice("east"),
    ),
    "city == if(owns, south, east)": Compare(
        Comparison.EQ,
        CITY,
        Apply(Function.IF, (IsYes(OWNS), choice("south"), choice("east"))),
    ),
    "if(owns, works, age > 5)": Apply(Function.IF, (IsYes(OWNS), IsYes(WORKS), over_five())),
}  # fmt: skip


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_is_read_as_its_tree_and_prints_as_its_text(text: str) -> None:
    tree = condition(text)
    assert tree == CONDITIONS[text]
    assert type_of(tree) is Type.BOOLEAN
    assert condition(str(tree)) == tree


@pytest.mark.parametrize(
    "text", ["city", "pets", "age + 1", "born", "home_by", "street", "-age", '"x"']
)
def test_a_value_prints_as_its_text(text: str) -> None:
    assert str(value(text)) == text


def test_spaces_and_needless_parentheses_do_not_matter() -> None:
    assert condition(" ( age>5 )and(  owns )\n") == condition("age > 5 and owns")


def test_words_that_begin_like_operators_are_words() -> None:
    with pytest.raises(Exception, match="there is no item 'notowns'"):
        condition("notowns")


def test_names_read_are_all_items_and_rosters() -> None:
    tree = condition(
        "any(people where p_age > size and row > 1) and missing(rent) and pets has dog"
    )
    assert names_read(tree) == {"people", "p_age", "size", "rent", "pets"}
