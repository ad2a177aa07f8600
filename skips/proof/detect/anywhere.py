"""In which rows of a roster to ask whether something can be so, and asking it there."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from instrument.conditions.nodes import ROW, Compare, In, Literal, Node, children
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Computed, Question, Roster
from skips.program import Program
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness

if TYPE_CHECKING:
    from skips.proof.goals import Goal
    from skips.proof.settle import Settled, Settler

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Anywhere:
    """What became of several goals of which one is enough."""

    at: int
    """Which of them settles it, from 0: the first that is possible, if one is."""
    settled: "Settled"

    @property
    def is_possible(self) -> bool:
        """Whether one of them can be so in a case."""
        return self.settled.verdict is Verdict.POSSIBLE

    @property
    def is_impossible(self) -> bool:
        """Whether none of them can be so in any case."""
        return self.settled.verdict is Verdict.IMPOSSIBLE

    @property
    def witness(self) -> Witness | None:
        """Answers with which it is so."""
        return self.settled.witness


def rows_to_ask(program: Program, name: str, also: Iterable[Node] = ()) -> Sequence[int]:
    """The rows in which something about an item must be asked to know it of all; (0,) outside.

    Rows of which nothing in the roster tells one from another are alike: what can be so in one of
    them can be so in the first. A roster that compares `row` with constants tells those rows apart,
    and all that come behind them are alike.

    Args:
        program: the instrument in one mode.
        name: an item, or a roster.
        also: what else is asked about, such as a fill.
    """
    instrument = program.instrument
    item = instrument.items[name]
    roster = item if isinstance(item, Roster) else instrument.roster_of.get(name)
    if roster is None:
        return (0,)
    last = 1
    for tree in (*_trees(roster), *also):
        told_apart = _last_told_apart(tree)
        if told_apart is None:
            return range(1, roster.at_most + 1)
        last = max(last, told_apart + 1)
    return range(1, min(last, roster.at_most) + 1)


def settle_any(settler: "Settler", wanted: Mapping[Key, Sequence["Goal"]]) -> "dict[Key, Anywhere]":
    """Settle for each key whether one of its goals can be so.

    The first goal of every key is asked first, as it mostly settles the matter.

    Args:
        settler: settles goals of one mode.
        wanted: one goal or more for each key.
    """
    first = settler.settle([goals[0] for goals in wanted.values()])
    found = {key: Anywhere(0, first[goals[0]]) for key, goals in wanted.items()}
    open_keys = [key for key in wanted if not found[key].is_possible]
    rest = settler.settle([goal for key in open_keys for goal in wanted[key][1:]])
    for key in open_keys:
        for at, goal in enumerate(wanted[key][1:], start=1):
            if rest[goal].verdict is not Verdict.IMPOSSIBLE:
                found[key] = Anywhere(at, rest[goal])
            if rest[goal].is_possible:
                break
    return found


def _trees(roster: Roster) -> Iterator[Node]:
    """Every condition and calculation of a roster that decides anything about its rows."""
    if roster.row_if is not None:
        yield roster.row_if.tree
    for item in roster.items:
        if item.ask_if is not None:
            yield item.ask_if.tree
        if isinstance(item, Question):
            yield from (check.condition.tree for check in item.checks)
            yield from (one.ask_if.tree for one in item.choices if one.ask_if is not None)
        elif isinstance(item, Computed):
            if item.expression is not None:
                yield item.expression.tree
            for branch in item.branches:
                yield branch.value.tree
                if branch.when is not None:
                    yield branch.when.tree


def _last_told_apart(tree: Node) -> int | None:
    """The last row that a tree tells from those behind it: 0 when none, None when it may be any."""
    match tree:
        case ItemNode(name=name) if name == ROW:
            return None
        case (
            Compare(left=ItemNode(name=name), right=Literal(value=int() as number))
            | Compare(left=Literal(value=int() as number), right=ItemNode(name=name))
        ) if name == ROW:
            return number
        case In(left=ItemNode(name=name)) if name == ROW:
            return max((one.value for one in tree.options if isinstance(one.value, int)), default=0)
        case _:
            last = 0
            for child in children(tree):
                told_apart = _last_told_apart(child)
                if told_apart is None:
                    return None
                last = max(last, told_apart)
            return last
