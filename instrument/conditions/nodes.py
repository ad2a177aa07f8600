"""The parts of a condition, as the parser and the type check leave them.

A tree is immutable, compares by meaning (`at` is ignored), and prints back to text that reads as
the same tree. Names have been looked up by then: `Item` is an item of the instrument, a bare word
that named a choice has become a `Literal` of type CHOICE.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from instrument.values import Duration, PartialDate

ROW: Final = "row"
"""Stands for the number of the row, inside rosters and roster functions."""

INTERVIEW_DATE: Final = "interview_date"
"""Stands for the local date of the case's first sitting; unknown as long as there is none."""
PSEUDO_ITEMS: Final = frozenset({ROW, INTERVIEW_DATE})
"""Names that conditions read like items and that are none."""


class Type(StrEnum):
    """What an expression comes to."""

    BOOLEAN = "yes or no"
    CHOICE = "one choice"
    CHOICES = "several choices"
    NUMBER = "a number"
    DATE = "a date"
    TIME = "a time"
    DURATION = "a duration"
    TEXT = "a text"


class Comparison(StrEnum):
    """The six comparisons, by their sign."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class Operator(StrEnum):
    """Arithmetic, by its sign."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    DIVIDE = "/"


class StatusFunction(StrEnum):
    """Questions about the status of an item; their answer is never unknown."""

    ANSWERED = "answered"
    MISSING = "missing"
    ASKED = "asked"


class RosterFunction(StrEnum):
    """What can be said over the rows of a roster."""

    COUNT = "count"
    ANY = "any"
    ALL = "all"
    SUM = "sum"
    MIN = "min"
    MAX = "max"


class Function(StrEnum):
    """Functions on values; unknown when a value that they need is."""

    YEARS_BETWEEN = "years_between"
    """Completed years from one date to another."""
    MONTHS_BETWEEN = "months_between"
    """Completed months from one date to another."""
    DAYS_BETWEEN = "days_between"
    """Days from one date to another."""
    YEAR = "year"
    """The year of a date, a number."""
    MONTH = "month"
    """The month of a date, 1 to 12."""
    TAKEN = "taken"
    """How many choices are taken of an any-of question."""
    LENGTH = "length"
    """The number of characters of a text."""
    ROUND = "round"
    """A number rounded, halves away from zero; the second part is the number of decimal places."""
    SUM = "sum"
    """The sum of several numbers."""
    MIN = "min"
    """The least of several values."""
    MAX = "max"
    """The greatest of several values."""
    FIRST = "first"
    """The first of several parts that has a value."""
    IF = "if"
    """A condition and two parts: the first of them when the condition is yes, else the second."""


EXTREMES: Final = frozenset({Function.MIN, Function.MAX})
PICKS: Final = frozenset({Function.FIRST, Function.IF})
"""Functions whose value is that of one of their parts as it is."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: a number, a text, a date, a time, a duration, or the name of a choice."""

    value: int | Decimal | str | PartialDate | datetime.time | Duration
    type: Type
    at: int = field(default=0, compare=False)
    quoted: bool = field(default=False, compare=False)
    """Of a choice: typed in quotes, to tell it from an item of the same name."""

    def __str__(self) -> str:
        match self.value:
            case Decimal():
                return f"{self.value:f}"
            case datetime.time():
                return f'"{self.value:%H:%M}"'
            case Duration() if self.value.amount == 1:
                return str(self.value).removesuffix("s")
            case str() if self.type is Type.TEXT or self.quoted:
                return '"' + self.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            case _:
                return str(self.value)


@dataclass(frozen=True, slots=True)
class Item:
    """The answer of an item. Inside a roster, an item of the same roster means the same row's.

    The name `row` (see `ROW`) is no item: it stands for the number of the roster's row.
    """

    name: str
    type: Type
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class IsYes:
    """A yes/no item standing where a condition is wanted: true when its answer is yes."""

    item: Item
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return str(self.item)


@dataclass(frozen=True, slots=True)
class Not:
    """`not CONDITION`"""

    part: "Node"
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"not {_wrap(self.part, And, Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """`CONDITION and CONDITION …`, two parts or more."""

    parts: tuple["Node", ...]
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return " and ".join(_wrap(part, Or, And) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """`CONDITION or CONDITION …`, two parts or more."""

    parts: tuple["Node", ...]
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return " or ".join(_wrap(part, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Compare:
    """`VALUE == VALUE` and its five sisters."""

    operator: Comparison
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True, slots=True)
class In:
    """`VALUE in (LITERAL, …)` or `VALUE not in (…)`"""

    left: "Node"
    options: tuple[Literal, ...]
    negated: bool = False
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        listed = ", ".join(map(str, self.options))
        return f"{self.left} {'not in' if self.negated else 'in'} ({listed})"


@dataclass(frozen=True, slots=True)
class Has:
    """`ITEM has CHOICE`: the choice is among those taken of an any-of question."""

    item: Item
    choice: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.item} has {self.choice}"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`NUMBER + NUMBER` and its sisters; dividing by zero is unknown."""

    operator: Operator
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        tighter = self.operator in (Operator.TIMES, Operator.DIVIDE)
        left, right = str(self.left), str(self.right)
        if isinstance(self.left, Arithmetic) and tighter and not _is_product(self.left):
            left = f"({left})"
        if isinstance(self.right, Arithmetic) and (tighter or not _is_product(self.right)):
            right = f"({right})"
        return f"{left} {self.operator} {right}"


@dataclass(frozen=True, slots=True)
class Negate:
    """`-NUMBER`"""

    part: "Node"
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"-{_wrap(self.part, Arithmetic, Negate)}"


@dataclass(frozen=True, slots=True)
class StatusTest:
    """`answered(ITEM)`, `missing(ITEM)`, `missing(ITEM, REASON)`, `asked(ITEM)`"""

    function: StatusFunction
    item: str
    reason: str | None = None
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.function}({self.item}{f', {self.reason}' if self.reason else ''})"


@dataclass(frozen=True, slots=True)
class CountTrue:
    """`count(CONDITION, CONDITION, …)`: how many hold; unknown if any of them is."""

    parts: tuple["Node", ...]
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"count({', '.join(map(str, self.parts))})"


@dataclass(frozen=True, slots=True)
class OverRows:
    """`count(ROSTER where …)`, `any(…)`, `all(…)`, `sum(ROSTER, VALUE where …)`, `min(…)`, `max(…)`

    `value` stands for sum, min and max only; any and all need `where`.
    """

    function: RosterFunction
    roster: str
    value: "Node | None" = None
    where: "Node | None" = None
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        value = f", {self.value}" if self.value is not None else ""
        where = f" where {self.where}" if self.where is not None else ""
        return f"{self.function}({self.roster}{value}{where})"


@dataclass(frozen=True, slots=True)
class Apply:
    """`FUNCTION(PART, …)`: a function on values; of `if` the first part is a condition."""

    function: Function
    parts: tuple["Node", ...]
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.parts))})"

    @property
    def picked(self) -> tuple["Node", ...]:
        """Of those functions whose value is the value of a part: the parts it can be."""
        return self.parts[1:] if self.function is Function.IF else self.parts


@dataclass(frozen=True, slots=True)
class Amount:
    """`amount(DURATION, UNIT)`: a duration as a number of a unit."""

    duration: "Node"
    unit: str
    """One of `instrument.values.SECONDS_OF_UNIT`."""
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"amount({self.duration}, {self.unit})"


Node = (
    Literal
    | Item
    | IsYes
    | Not
    | And
    | Or
    | Compare
    | In
    | Has
    | Arithmetic
    | Negate
    | StatusTest
    | CountTrue
    | OverRows
    | Apply
    | Amount
)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below one, from left to right."""
    for name in node.__slots__:
        value = getattr(node, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Node):
                yield one


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def type_of(node: Node) -> Type:
    """What a tree comes to."""
    match node:
        case Literal() | Item():
            return node.type
        case OverRows(function=RosterFunction.ANY | RosterFunction.ALL):
            return Type.BOOLEAN
        case Apply() if node.function in PICKS | EXTREMES:
            return type_of(node.picked[0])
        case Arithmetic() | Negate() | CountTrue() | OverRows() | Apply() | Amount():
            return Type.NUMBER
        case _:
            return Type.BOOLEAN


def names_read(node: Node) -> frozenset[str]:
    """Every item and roster that the tree mentions, without `row` and `interview_date`."""
    names: set[str] = set()
    for one in walk(node):
        match one:
            case Item(name=name) | StatusTest(item=name) | OverRows(roster=name):
                names.add(name)
            case _:
                pass
    return frozenset(names - PSEUDO_ITEMS)


def _is_product(node: Arithmetic) -> bool:
    return node.operator in (Operator.TIMES, Operator.DIVIDE)


def _wrap(node: Node, *looser: type) -> str:
    """Text of a part, in parentheses when it binds less tightly than where it stands."""
    return f"({node})" if isinstance(node, looser) else str(node)
