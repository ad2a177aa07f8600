"""The routing rules once more, in the simplest way there is: work out everything, every time.

Nothing here is shared with `skips` but the names of truth and status and the wording of values, and
nothing is kept between two looks. It walks the items in order, and each expression from its root.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from instrument.conditions.nodes import (
    Amount,
    And,
    Apply,
    Arithmetic,
    Compare,
    CountTrue,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Negate,
    Node,
    Not,
    Or,
    OverRows,
    StatusTest,
    Type,
    type_of,
)
from instrument.models import (
    Check,
    Choice,
    Computed,
    Expression,
    Instrument,
    Kind,
    Question,
    Roster,
    Text,
)
from instrument.models import Item as AnyItem
from instrument.values import (
    Answer,
    Instance,
    Missing,
    PartialDate,
    Value,
)
from skips import Status, Truth
from skips.fills import NOTHING, spoken
from tests.naive_values import agreed, amount, calculate, days, ends, how_many, on_values

Rows = dict[str, int]
"""The row in which a name of each roster is to be looked up, and under `row` the row's number."""


@dataclass
class Picture:
    """How everything stands at one moment."""

    instrument: Instrument
    interview_date: PartialDate | None = None
    truths: dict[Instance, Truth] = field(default_factory=dict)
    """Universes of items; also of rosters, and under `ROSTER[n]` of their rows."""
    values: dict[Instance, Value] = field(default_factory=dict)
    reasons: dict[Instance, str] = field(default_factory=dict)
    statuses: dict[Instance, Status] = field(default_factory=dict)
    route: list[Instance] = field(default_factory=list)
    open: list[Instance] = field(default_factory=list)
    failing: list[tuple[Instance, Check, str]] = field(default_factory=list)

    def place(self, name: str, rows: Rows) -> Instance:
        """The instance that a name means."""
        roster = self.instrument.roster_of.get(name)
        return Instance(name, rows[roster.name]) if roster else Instance(name)

    # --- conditions ------------------------------------------------------------------------------

    def truth(self, node: Node, rows: Rows) -> Truth:
        """What a condition comes to."""
        match node:
            case Not(part=part):
                return Truth(2 - self.truth(part, rows))
            case And(parts=parts):
                return min(self.truth(part, rows) for part in parts)
            case Or(parts=parts):
                return max(self.truth(part, rows) for part in parts)
            case IsYes(item=item):
                return known(self.value(item, rows), lambda value: value == "yes")
            case Compare():
                return self.comparison(node, rows)
            case In(left=left, options=options, negated=negated):
                parts_ = (self.same(left, option, rows) for option in options)
                return Truth(2 - max(parts_)) if negated else max(parts_)
            case Has(item=item, choice=choice):
                return known(self.value(item, rows), lambda taken: choice in taken)
            case StatusTest():
                return Truth.YES if self.has_status(node, rows) else Truth.NO
            case OverRows(where=where):
                assert where is not None
                inner = self.inner_rows(node, rows)
                if inner is None:
                    return Truth.UNKNOWN
                found = [
                    self.truth(where, one) if asked is Truth.YES else asked for one, asked in inner
                ]
                return (
                    max([Truth.NO, *found]) if node.function == "any" else min([Truth.YES, *found])
                )
            case _:
                return known(self.value(node, rows), lambda value: value == "yes")

    def comparison(self, node: Compare, rows: Rows) -> Truth:
        """`LEFT sign RIGHT`"""
        if node.operator == "==":
            return self.same(node.left, node.right, rows)
        if node.operator == "!=":
            return Truth(2 - self.same(node.left, node.right, rows))
        left, right = self.value(node.left, rows), self.value(node.right, rows)
        if left is None or right is None:
            return Truth.UNKNOWN
        holds: Callable[[Any, Any], bool] = {
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
        }[node.operator]
        # An order of days is settled when it is the same at all four ends.
        return agreed(holds(a, b) for a in ends(left) for b in ends(right))

    def same(self, left_node: Node, right_node: Node, rows: Rows) -> Truth:
        """`LEFT == RIGHT`"""
        left, right = self.value(left_node, rows), self.value(right_node, rows)
        if left is None or right is None:
            return Truth.UNKNOWN
        if isinstance(left, PartialDate) and isinstance(right, PartialDate):
            mine, others = days(left), days(right)
            if not mine & others:
                return Truth.NO
            return Truth.YES if len(mine) == len(others) == 1 else Truth.UNKNOWN
        return Truth.YES if left == right else Truth.NO

    def has_status(self, node: StatusTest, rows: Rows) -> bool:
        """`answered(x)`, `missing(x)`, `missing(x, reason)`, `asked(x)`"""
        place = self.place(node.item, rows)
        match node.function:
            case "answered":
                return place in self.values
            case "asked":
                return self.truths[place] is Truth.YES
            case _:
                return place in self.reasons and node.reason in (None, self.reasons[place])

    # --- values ----------------------------------------------------------------------------------

    def value(self, node: Node, rows: Rows) -> Any:
        """What an expression comes to, or None."""
        match node:
            case Literal(value=value):
                return value
            case Item(name="row"):
                return rows["row"]
            case Item(name="interview_date"):
                return self.interview_date
            case Item(name=name):
                return self.values.get(self.place(name, rows))
            case Arithmetic(operator=operator, left=left, right=right):
                return calculate(operator, self.value(left, rows), self.value(right, rows))
            case Negate(part=part):
                return calculate("-", 0, self.value(part, rows))
            case CountTrue(parts=parts):
                return how_many([self.truth(part, rows) for part in parts])
            case Apply():
                return self.applied(node, rows)
            case Amount(duration=duration, unit=unit):
                return amount(self.value(duration, rows), unit)
            case OverRows() if type_of(node) is Type.NUMBER:
                return self.over_rows(node, rows)
            case _:
                return {Truth.NO: "no", Truth.UNKNOWN: None, Truth.YES: "yes"}[
                    self.truth(node, rows)
                ]

    def applied(self, node: Apply, rows: Rows) -> Any:
        """A function on values."""
        if node.function == "if":
            condition, held, otherwise = node.parts
            truth = self.truth(condition, rows)
            if truth is Truth.UNKNOWN:
                return None
            return self.value(held if truth is Truth.YES else otherwise, rows)
        values = [self.value(part, rows) for part in node.parts]
        if node.function == "first":
            return next((value for value in values if value is not None), None)
        return None if None in values else on_values(node.function, *values)

    def over_rows(self, node: OverRows, rows: Rows) -> Any:
        """`count`, `sum`, `min` and `max` over the rows of a roster"""
        inner = self.inner_rows(node, rows)
        if inner is None:
            return None
        truths = [
            asked if asked is not Truth.YES or node.where is None else self.truth(node.where, one)
            for one, asked in inner
        ]
        if node.function == "count":
            return how_many(truths)
        if Truth.UNKNOWN in truths:
            return None
        assert node.value is not None
        values = [
            self.value(node.value, one)
            for (one, _), truth in zip(inner, truths, strict=True)
            if truth is Truth.YES
        ]
        if None in values:
            return None
        if node.function == "sum":
            total: Any = 0
            for value in values:
                total = calculate("+", total, value)
            return total
        if not values:
            return None
        return min(values) if node.function == "min" else max(values)

    def inner_rows(self, node: OverRows, rows: Rows) -> list[tuple[Rows, Truth]] | None:
        """The rows that are or may be asked, each with which it is; None when nothing is known."""
        roster = Instance(node.roster)
        if self.truths[roster] is Truth.NO:
            return []
        if self.truths[roster] is Truth.UNKNOWN or roster not in self.values:
            return None
        return [
            ({**rows, node.roster: place.row, "row": place.row}, truth)
            for place, truth in self.truths.items()
            if place.item == node.roster and place.row and truth is not Truth.NO
        ]

    def fill(self, text: Text, rows: Rows) -> str:
        """A text with its fills filled in."""
        words = ""
        for piece in text.pieces:
            if isinstance(piece, str):
                words += piece
                continue
            value = self.value(piece.expression.tree, rows)
            if value is None:
                words += NOTHING if piece.fallback is None else piece.fallback
            else:
                words += spoken(value, self.choices(piece.expression.tree))
        return words

    def choices(self, tree: Node) -> tuple[Choice, ...]:
        """The choices whose labels stand for the values of an expression."""
        match tree:
            case Item(name=name):
                item = self.instrument.items.get(name)
                return item.choices if isinstance(item, Question | Computed) else ()
            case Apply(function="if", parts=(_, *parts)) | Apply(function="first", parts=parts):
                return next(filter(None, map(self.choices, parts)), ())
            case _:
                return ()

    def offered(self, instance: Instance) -> list[str]:
        """The names of the choices that an item offers."""
        item = self.instrument.items[instance.item]
        roster = self.instrument.roster_of.get(item.name)
        rows = {roster.name: instance.row, "row": instance.row} if roster else {}
        return [
            choice.name
            for choice in (item.choices if isinstance(item, Question | Computed) else ())
            if choice.ask_if is None or self.truth(choice.ask_if.tree, rows) is not Truth.NO
        ]


class Naive:
    """Answers and rows as they were given, and no memory of anything else."""

    def __init__(self, instrument: Instrument, mode: str) -> None:
        self.instrument = instrument
        self.mode = mode
        self.answers: dict[Instance, Answer] = {}
        self.rows: dict[str, set[int]] = {}
        self.interview_date: PartialDate | None = None

    def picture(self) -> Picture:
        """How everything stands now."""
        picture = Picture(self.instrument, self.interview_date)
        for section in self.instrument.sections:
            gate = holds(picture, section.ask_if, {}, Truth.YES)
            for item in section.items:
                self.look_at(picture, item, gate, Instance(item.name), {})
                if isinstance(item, Roster):
                    self.look_into(picture, item)
        for instance, truth in picture.truths.items():
            if isinstance(self.instrument.items[instance.item], Roster):
                continue
            picture.statuses[instance] = self.status(picture, instance, truth)
        picture.failing = list(self.failing(picture))
        return picture

    def look_into(self, picture: Picture, roster: Roster) -> None:
        """All rows that a roster can have."""
        place = Instance(roster.name)
        is_open = roster.size is None and roster.rows is None
        for row in range(1, roster.at_most * (2 if is_open else 1) + 1):
            gate = picture.truths[place]
            if is_open:
                stands = Truth.YES if row in self.rows.get(roster.name, ()) else Truth.NO
            elif place in picture.values:
                size = picture.values[place]
                assert isinstance(size, int)
                stands = Truth.YES if row <= size else Truth.NO
            else:
                stands = Truth.UNKNOWN
            rows = {roster.name: row, "row": row}
            gate = holds(picture, roster.row_if, rows, min(gate, stands))
            picture.truths[Instance(roster.name, row)] = gate
            for item in roster.items:
                self.look_at(picture, item, gate, Instance(item.name, row), rows)

    def look_at(
        self, picture: Picture, item: AnyItem, gate: Truth, place: Instance, rows: Rows
    ) -> None:
        """One item: its universe, and what counts of it."""
        truth = holds(picture, item.ask_if, rows, gate)
        if self.mode not in item.modes:
            truth = Truth.NO
        picture.truths[place] = truth
        if truth is not Truth.YES:
            return
        value: Answer | None
        if isinstance(item, Computed):
            value = computed(picture, item, rows)
        elif isinstance(item, Roster):
            value = self.size(picture, item)
        else:
            value = self.answers.get(place)
            picture.route.append(place)
            if value is None:
                picture.open.append(place)
        if isinstance(value, Missing):
            picture.reasons[place] = value.reason
        elif value is not None:
            picture.values[place] = value

    def size(self, picture: Picture, roster: Roster) -> int | None:
        """How many rows a roster has."""
        if roster.size is None and roster.rows is None:
            return len(self.rows.get(roster.name, ()))
        size = roster.rows if roster.size is None else picture.value(roster.size.tree, {})
        return None if size is None else min(max(int(size), 0), roster.at_most)

    def status(self, picture: Picture, instance: Instance, truth: Truth) -> Status:
        """The one status of an instance."""
        if instance in picture.values:
            return Status.ANSWERED
        if instance in picture.reasons:
            return Status.MISSING
        if instance in self.answers:
            return Status.PARKED
        return Status.NOT_APPLICABLE if truth is Truth.NO else Status.NOT_REACHED

    def failing(self, picture: Picture) -> Iterator[tuple[Instance, Check, str]]:
        """The checks that fire."""
        for instance in picture.route:
            item = self.instrument.items[instance.item]
            if not isinstance(item, Question) or instance not in self.answers:
                continue
            roster = self.instrument.roster_of.get(item.name)
            rows = {roster.name: instance.row, "row": instance.row} if roster else {}
            for check in item.checks:
                if picture.truth(check.condition.tree, rows) is Truth.NO:
                    yield instance, check, picture.fill(check.say, rows)


def holds(picture: Picture, expression: Expression | None, rows: Rows, gate: Truth) -> Truth:
    """A universe: its gate and its own condition."""
    if gate is Truth.NO or expression is None:
        return gate
    return min(gate, picture.truth(expression.tree, rows))


def computed(picture: Picture, item: Computed, rows: Rows) -> Value | None:
    """The value of a computed item that is on the route."""
    value: Any = None
    if item.expression is not None:
        value = picture.value(item.expression.tree, rows)
    for branch in item.branches:
        truth = Truth.YES if branch.when is None else picture.truth(branch.when.tree, rows)
        if truth is Truth.YES:
            value = picture.value(branch.value.tree, rows)
        if truth is not Truth.NO:
            break
    if value is None or item.kind not in (Kind.INTEGER, Kind.DECIMAL):
        return value  # type: ignore[no-any-return]
    if not -(2**63) <= value < 2**63:
        return None
    if item.kind is Kind.DECIMAL:
        return Decimal(value)
    return int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def known(value: Any, holds: Callable[[Any], bool]) -> Truth:
    """Whether something holds of a value; not known of no value."""
    if value is None:
        return Truth.UNKNOWN
    return Truth.YES if holds(value) else Truth.NO
