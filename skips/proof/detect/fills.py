"""Texts with a fill that can be without a value when they are read, and no words to stand in.

The label of a row is shown from the row's first item on. What it reads of the row itself is looked
at when the row is done, but for what surely has no value at its beginning.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import (
    ROW,
    And,
    Apply,
    Function,
    Literal,
    Node,
    Or,
    OverRows,
    StatusTest,
    children,
    names_read,
)
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Check, Fill, Item, Question, Roster, Statement, Text
from instrument.values import Instance, PartialDate, Value
from skips.fills import NOTHING
from skips.program import Program
from skips.proof.detect.anywhere import Anywhere, rows_to_ask, settle_any
from skips.proof.detect.checks import number_of
from skips.proof.detect.words import first_large, joined, listed, named
from skips.proof.findings import Finding, finding
from skips.proof.goals import All, Asked, Empty, Fires, Goal, RowAsked
from skips.proof.witness import replay
from skips.route import Route

if TYPE_CHECKING:
    from skips.proof.settle import Settler

CODE: Final = "fill-empty"


@dataclass(frozen=True, slots=True)
class _Read:
    """An expression that texts of an item, or of one of its checks, take in."""

    item: str
    check: str | None
    tree: Node

    @property
    def place(self) -> str:
        return self.check or self.item


@dataclass(slots=True)
class _Texts:
    """The texts that take it in."""

    item: Item
    check: Check | None
    fill: Fill
    text: Text
    """The first of the texts."""
    called: list[str] = field(default_factory=list)
    """What the texts are called, such as `the question`."""


def find(settler: "Settler") -> Iterator[Finding]:
    """Report every item, check and roster with a text that can be read with nothing in it."""
    program = settler.program
    instrument = program.instrument
    there = {
        read: texts
        for item in instrument.items.values()
        if settler.looks_at(instrument.section_of[item.name].name)
        for read, texts in _fills(item, program.mode).items()
    }
    settled = settle_any(settler, {read: _goals(program, read, there[read]) for read in there})
    empty: dict[str, list[_Read]] = {}
    for read in there:
        if settled[read].is_possible:
            empty.setdefault(read.place, []).append(read)
    for reads in empty.values():
        yield _finding(program, reads, there, settled)


def _fills(item: Item, mode: str) -> dict[_Read, _Texts]:
    """What an item's texts take in without words to stand in, each with where."""
    found: dict[_Read, _Texts] = {}
    for check, called, text in _texts(item, mode):
        for one in (text, *text.translations.values()):
            for fill in one.fills:
                tree = fill.expression.tree
                if fill.fallback is not None or not _can_be_empty(tree):
                    continue
                read = _Read(item.name, check.name if check else None, tree)
                texts = found.setdefault(read, _Texts(item, check, fill, text))
                if called not in texts.called:
                    texts.called.append(called)
    return found


def _texts(item: Item, mode: str) -> Iterator[tuple[Check | None, str, Text]]:
    """Every text that people see or hear at an item, with what it is called."""
    if mode not in item.modes:
        return
    if isinstance(item, Roster):
        yield None, "the label of a row", item.row_label
    elif isinstance(item, Statement):
        yield None, "'say'", item.wordings[mode].ask
    elif isinstance(item, Question):
        if item.grid is not None and mode in item.grid.stem:
            yield None, "'ask' of its grid", item.grid.stem[mode]
        wording = item.wordings[mode]
        for called in ("ask", "instruct", "probe", "help"):
            text = getattr(wording, called)
            if text is not None:
                yield None, f"'{called}'", text
        for check in item.checks:
            yield check, "'say'", check.say


def _can_be_empty(tree: Node) -> bool:
    """Whether an expression can have no value at all, as far as its form tells."""
    match tree:
        case Literal() | StatusTest():
            return False
        case ItemNode(name=name):
            return name != ROW
        case OverRows():
            return True
        case Apply(function=Function.FIRST, parts=parts):
            return all(map(_can_be_empty, parts))
        case _:
            return any(map(_can_be_empty, children(tree)))


def _goals(program: Program, read: _Read, texts: _Texts) -> list[Goal]:
    """That a text is on show and the expression has no value, in each row that may differ."""
    rows = rows_to_ask(program, read.item, [read.tree])
    if isinstance(texts.item, Roster):
        return [_above_row(program, texts.item, row, read.tree) for row in rows]
    goals: list[Goal] = []
    for row in rows:
        instance = Instance(read.item, row)
        on_show: Goal = Asked(instance)
        if texts.check is not None:
            on_show = Fires(number_of(program, instance, texts.check))
        goals.append(All((on_show, Empty(read.tree, row, on_show.before(program)))))
    return goals


def _above_row(program: Program, roster: Roster, row: int, tree: Node) -> Goal:
    """That the label of a row is shown and an expression in it has no value."""
    gate = program.places.rosters[roster.name].gates[row - 1]
    shown = RowAsked(roster.name, row)
    inside = {item.name for item in roster.items}
    if not inside & names_read(tree):
        return All((shown, Empty(tree, row, gate)))
    if _is_empty_without(tree, inside):
        return shown
    return All((shown, Empty(tree, row, gate + len(roster.items) + 1)))


def _is_empty_without(tree: Node, names: set[str]) -> bool:
    """Whether an expression surely has no value as long as some items have none."""
    match tree:
        case ItemNode(name=name):
            return name in names
        case Apply(function=Function.FIRST, parts=parts):
            return all(_is_empty_without(part, names) for part in parts)
        case Apply(function=Function.IF, parts=(condition, held, otherwise)):
            return _is_empty_without(condition, names) or (
                _is_empty_without(held, names) and _is_empty_without(otherwise, names)
            )
        case And() | Or() | OverRows() | StatusTest() | Literal():
            return False
        case _:
            return any(_is_empty_without(part, names) for part in children(tree))


def _finding(
    program: Program, reads: list[_Read], there: dict[_Read, _Texts], settled: dict[_Read, Anywhere]
) -> Finding:
    """One finding for all that can be empty in the texts of an item, or of a check."""
    first, found = there[reads[0]], settled[reads[0]]
    item, fill = first.item, first.fill
    of = named(item) if first.check is None else f"check '{first.check.name}' of {named(item)}"
    what = [_taken_in(there[one]) for one in reads]
    cases = {one: _case(program, one, there[one], settled[one]) for one in reads}
    return finding(
        CODE,
        fill.source,
        reads[0].place,
        first_large(
            f"{of}: {joined(what)}, which can be without a value"
            f"{_when(program, cases)}; “{NOTHING}” is read then."
        ),
        f"Say what is read then, {{{fill.expression} | WORDS}}, or ask this only where there is a "
        "value.",
        witness=found.witness,
        shows=_shows(program, reads[0], first, found),
    )


def _taken_in(texts: _Texts) -> str:
    """`'ask' and 'help' take in {size}`"""
    verb = "takes" if len(texts.called) == 1 else "take"
    return f"{joined(texts.called)} {verb} in {{{texts.fill.expression}}}"


def _when(program: Program, cases: dict[_Read, tuple[Route, int] | None]) -> str:
    """What is so where a text has no value: ` when 'cars' (Number of cars) has no answer`."""
    without: set[str] = set()
    partly: set[str] = set()
    other: set[str] = set()
    for read, case in cases.items():
        names = names_read(read.tree)
        if case is None:
            continue
        values = {name: _value(*case, name) for name in names}
        lacking = {name for name, value in values.items() if value is None}
        dates = {
            name
            for name, value in values.items()
            if isinstance(value, PartialDate) and value.day is None
        }
        without |= lacking
        partly |= set() if lacking else dates
        other |= set() if lacking or dates else names
    reasons = [
        *([_without(program, without)] if without else []),
        *([_known_in_part(program, partly)] if partly else []),
        *([f"it cannot be worked out from {_names(program, other)}"] if other else []),
    ]
    return f" when {joined(reasons, 'or')}" if reasons else ""


def _value(route: Route, row: int, name: str) -> Value | None:
    """The value of an item as another item of a row sees it; any in it where there are many."""
    inside = name in route.program.instrument.roster_of
    if not inside or row:
        return route.counted(Instance(name, row if inside else 0))
    roster = route.program.instrument.roster_of[name]
    values = [route.counted(Instance(name, at)) for at in range(1, roster.at_most + 1)]
    return next((one for one in values if one is not None), None)


def _names(program: Program, names: set[str]) -> str:
    return listed([named(item) for name, item in program.instrument.items.items() if name in names])


def _without(program: Program, names: set[str]) -> str:
    """`'cars' (Number of cars) has no answer`"""
    asked = all(isinstance(program.instrument.items[name], Question) for name in names)
    has = "has" if len(names) == 1 else "have"
    return f"{_names(program, names)} {has} no {'answer' if asked else 'value'}"


def _known_in_part(program: Program, names: set[str]) -> str:
    return f"{_names(program, names)} {'is' if len(names) == 1 else 'are'} known in part only"


def _case(
    program: Program, read: _Read, texts: _Texts, found: Anywhere
) -> tuple[Route, int] | None:
    """The case that shows it, led as far as the text, and the row in which it is read."""
    if found.witness is None:
        return None
    goal = _goals(program, read, texts)[found.at]
    row = rows_to_ask(program, read.item, [read.tree])[found.at]
    return replay(program, found.witness, until=goal.before(program)), row


def _shows(program: Program, read: _Read, texts: _Texts, found: Anywhere) -> str:
    """The text as it is read in the case that shows it."""
    case = _case(program, read, texts, found)
    if case is None:
        return ""
    route, row = case
    return f"“{route.fill(texts.text, row)}” is read."
