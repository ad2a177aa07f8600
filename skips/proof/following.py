"""Following what is wanted back to the answers that bring it about."""

from collections.abc import Callable, Iterable
from functools import partial
from random import Random
from typing import Final

from instrument.conditions.nodes import (
    PSEUDO_ITEMS,
    And,
    Compare,
    Comparison,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Node,
    Not,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    type_of,
)
from instrument.models import Computed
from instrument.values import Answer, Missing
from skips.cells import Cells, Condition
from skips.comparing import compare
from skips.compile import Compiler, constant
from skips.places import Scope
from skips.program import ASKABLE, COMPUTED, Program
from skips.proof.agenda import Agenda
from skips.proof.leading import Leader, leader_of
from skips.proof.wishes import Conflict, Draft, Wish
from skips.truth import NO, UNKNOWN, YES

_NEAR: Final = 8
"""Of how many of the items that a comparison reads the answers are chosen for its sake."""

_MIRRORED: Final = {
    Comparison.EQ: Comparison.EQ,
    Comparison.NE: Comparison.NE,
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
}


class Following(Agenda):
    """What is wanted of a case, and what that leads to.

    The public methods say what is wanted; `follow` works it out. Both raise Conflict.
    """

    def __init__(self, program: Program, draft: Draft, random: Random) -> None:
        super().__init__(draft, random)
        self.program = program
        self.leader: Leader = leader_of(program)

    def scope(self, row: int) -> Scope:
        """From where an item's own expressions look at a case."""
        return Scope.at(self.program.places, row)

    def stopped(self, slot: int) -> None:
        """Do not want the hard checks of an item to be settled."""
        self.first(("passed", slot))

    # --- items -----------------------------------------------------------------------------------

    def asked(self, slot: int) -> None:
        """Want a slot on the route."""
        while slot and self.first(("asked", slot)):
            self.own(slot, YES)
            slot = self.program.gates[slot]

    def asked_each(self, slots: Iterable[int]) -> None:
        """Want several slots on the route."""
        for slot in slots:
            self.asked(slot)

    def universe(self, slot: int, truth: int) -> None:
        """Want a slot's universe to come to a truth, where its own condition can bring that."""
        if truth == YES:
            self.asked(slot)
            return
        while slot:
            gate = self.program.gates[slot]
            if self.leader.owned(slot) is not None and (gate == 0 or self.random.random() < 0.7):
                self.asked(gate)
                self.own(slot, truth)
                return
            slot = gate
        raise Conflict

    def own(self, slot: int, truth: int) -> None:
        """Want a slot's own condition to come to a truth."""
        roster = self.leader.rows.get(slot)
        if roster is not None:
            self._row(*roster, truth)
        owned = self.leader.owned(slot)
        if not self.leader.exists(slot):
            if truth != NO:
                raise Conflict
        elif owned is None:
            if truth != YES and roster is None:
                raise Conflict
        else:
            node, row = owned
            self.truth(node, self.scope(row), truth)

    def _row(self, name: str, row: int, truth: int) -> None:
        place = self.program.places.rosters[name]
        most = place.roster.at_most
        if place.is_open:
            if truth == YES:
                self.draft.rows(place.slot, row, most)
            elif row > 0 and place.roster.row_if is None:
                self.draft.rows(place.slot, 0, row - 1)
        elif place.roster.size is not None and truth == YES:
            tree = Compare(Comparison.GE, place.roster.size.tree, Literal(row, Type.NUMBER))
            self.truth(tree, self.scope(0), YES)

    def answer(self, slot: int, wish: Wish) -> None:
        """Want an answer, or a computed value, and its item on the route."""
        role = self.program.roles[slot]
        if role == ASKABLE:
            self.draft.answer(slot, wish)
            self.asked(slot)
            self._passed(slot, wish)
        elif role == COMPUTED:
            self.follow_up(lambda: self._compute(slot, wish))

    def _passed(self, slot: int, wish: Wish) -> None:
        """Want the hard checks of an item that shall have a value to be settled."""
        numbers = self.leader.hard.get(slot, ())
        if not numbers or wish is _NO_VALUE or not self.first(("passed", slot)):
            return
        for number in numbers:
            check = self.program.checks[number]
            self.truth(check.check.condition.tree, self.scope(check.instance.row), YES)

    def branch(self, slot: int, branch: int) -> None:
        """Want a branch of a computed value to decide."""
        item, instance = self.program.items[slot], self.program.instances[slot]
        assert isinstance(item, Computed)
        assert instance is not None
        scope = self.scope(instance.row)
        for at, one in enumerate(item.branches[: branch + 1]):
            if one.when is not None:
                self.truth(one.when.tree, scope, YES if at == branch else NO)

    def _compute(self, slot: int, wish: Wish) -> None:
        """Want a computed value that suits; of an expression, one that has a truth."""
        item, instance = self.program.items[slot], self.program.instances[slot]
        assert isinstance(item, Computed)
        assert instance is not None
        scope = self.scope(instance.row)
        self.asked(slot)
        if item.expression is not None:
            self._expression(item.expression.tree, scope, wish)
            return
        fitting = [
            at
            for at, one in enumerate(item.branches)
            if not isinstance(one.value.tree, Literal) or wish.suits(one.value.tree.value)
        ]
        self.one_of(partial(self._decided, slot, at, wish) for at in fitting)

    def _decided(self, slot: int, at: int, wish: Wish) -> None:
        """Want a branch to decide, and its value to suit."""
        item = self.program.items[slot]
        assert isinstance(item, Computed)
        self.branch(slot, at)
        tree = item.branches[at].value.tree
        if not isinstance(tree, Literal):
            self._expression(tree, self.scope(self.leader.row_of(slot)), wish)

    def _expression(self, node: Node, scope: Scope, wish: Wish) -> None:
        if type_of(node) is Type.BOOLEAN:
            self.truth(node, scope, YES if wish.suits("yes") else NO)
        elif isinstance(node, Item):
            self.answer(self._slot(scope, node.name), wish)
        else:
            self._towards(node, scope, wish)

    def _towards(self, node: Node, scope: Scope, wish: Wish) -> None:
        """Choose the answers that a value is worked out from so that it suits."""
        compiler = Compiler(scope)
        reading = compiler.value(node)

        def suits(cells: Cells) -> int:
            value = reading(cells)
            return YES if value is not None and wish.suits(value) else NO

        self._choose(compiler, suits, YES)

    # --- conditions ------------------------------------------------------------------------------

    def truth(self, node: Node, scope: Scope, truth: int) -> None:
        """Want a condition to come to a truth."""
        self.follow_up(lambda: self._condition(node, scope, truth))

    def empty(self, node: Node, scope: Scope) -> None:
        """Want an expression to have no value."""
        if type_of(node) is Type.BOOLEAN:
            self.truth(node, scope, UNKNOWN)
        else:
            self.follow_up(lambda: self._unknown(node, scope))

    def known(self, node: Node, scope: Scope) -> None:
        """Want an expression to have a value."""
        compiler = Compiler(scope)
        (compiler.truth if type_of(node) is Type.BOOLEAN else compiler.value)(node)
        for slot in compiler.reads:
            self.answer(slot, _SOME_VALUE)

    def _condition(self, node: Node, scope: Scope, truth: int) -> None:
        match node:
            case Not(part=part):
                self.truth(part, scope, YES - truth)
            case And(parts=parts):
                self._several(parts, scope, truth, all_of=YES)
            case Or(parts=parts):
                self._several(parts, scope, truth, all_of=NO)
            case StatusTest():
                self._status(node, scope, truth)
            case OverRows(function=RosterFunction.ANY | RosterFunction.ALL):
                self._over_rows(node, scope, truth)
            case _ if truth == UNKNOWN:
                self._unknown(node, scope)
            case IsYes(item=item):
                self._item(scope, item.name, lambda one: (one == "yes") == (truth == YES))
            case Has(item=item, choice=choice):
                self._item(
                    scope,
                    item.name,
                    lambda one: isinstance(one, tuple) and (choice in one) == (truth == YES),
                )
            case In(left=Item(name=name), options=options, negated=negated) if (
                type_of(node.left) is not Type.DATE
            ):
                values = {option.value for option in options}
                self._item(scope, name, lambda one: ((one in values) != negated) == (truth == YES))
            case _:
                self._atom(node, scope, truth)

    def _several(self, parts: tuple[Node, ...], scope: Scope, truth: int, *, all_of: int) -> None:
        """`and` (all_of: yes) needs each part for yes and one for no; `or` the other way round."""
        if truth == all_of:
            for part in parts:
                self.truth(part, scope, truth)
            return
        self.one_of(partial(self._one, parts, at, scope, truth, all_of) for at in range(len(parts)))

    def _one(self, parts: tuple[Node, ...], at: int, scope: Scope, truth: int, all_of: int) -> None:
        """Want one part of several to come to a truth; another must not settle it otherwise."""
        self.truth(parts[at], scope, truth)
        if truth == UNKNOWN:
            for other, part in enumerate(parts):
                if other != at:
                    self.truth(part, scope, all_of)

    def _status(self, node: StatusTest, scope: Scope, truth: int) -> None:
        if truth == UNKNOWN:
            raise Conflict
        slot, holds = self._slot(scope, node.item), truth == YES
        match node.function:
            case StatusFunction.ASKED if holds:
                self.asked(slot)
            case StatusFunction.ASKED:
                self.universe(slot, NO)
            case StatusFunction.ANSWERED if holds:
                self.answer(slot, _SOME_VALUE)
            case StatusFunction.MISSING if not holds:
                reason = node.reason
                self.answer(
                    slot, Wish(lambda one: one != Missing(reason or "") and _wanted(one, reason))
                )
            case StatusFunction.MISSING if node.reason is not None:
                wanted = Missing(node.reason)
                self.answer(slot, Wish(lambda one: one == wanted))
            case _:
                self.answer(slot, _NO_VALUE)

    def _over_rows(self, node: OverRows, scope: Scope, truth: int) -> None:
        """Want a row that settles `any` or `all`, or none that does."""
        place = self.program.places.rosters[node.roster]
        assert node.where is not None
        settled = YES if node.function is RosterFunction.ANY else NO
        self.asked(place.slot)
        row = self.random.randint(1, max(1, place.roster.at_most // 2))
        if truth in (settled, UNKNOWN):
            self.asked(place.gates[row - 1])
            self.truth(node.where, scope.into(node.roster, row), truth)
        elif place.is_open and self.random.random() < 0.3:
            self.draft.rows(place.slot, 0, 0)
        else:
            for at in range(1, min(len(place.gates), _NEAR) + 1):
                self._choose_for(node.where, scope.into(node.roster, at), truth)

    def _item(self, scope: Scope, name: str, suits: Callable[[Answer], bool]) -> None:
        """Want a value of an item that suits."""
        wish = Wish(lambda one: not isinstance(one, Missing) and suits(one))
        self.answer(self._slot(scope, name), wish)

    def _unknown(self, node: Node, scope: Scope) -> None:
        """Want one of the items that an expression reads to have no value."""
        compiler = Compiler(scope)
        (compiler.truth if type_of(node) is Type.BOOLEAN else compiler.value)(node)
        reads = [one for one in compiler.reads if self.program.roles[one] in (ASKABLE, COMPUTED)]
        if not reads:
            raise Conflict
        self.one_of(partial(self._valueless, slot) for slot in sorted(reads))

    def _valueless(self, slot: int) -> None:
        """Want an item without a value: a missing reason, nothing to compute it from, not asked."""
        if self.program.roles[slot] == ASKABLE and self.random.random() < 0.7:
            self.answer(slot, _NO_VALUE)
        elif self.program.roles[slot] == COMPUTED and self.random.random() < 0.7:
            self.asked(slot)
            self._incomputable(slot)
        else:
            self.universe(slot, self.random.choice((NO, UNKNOWN)))

    def _incomputable(self, slot: int) -> None:
        item, instance = self.program.items[slot], self.program.instances[slot]
        assert isinstance(item, Computed)
        assert instance is not None
        scope = self.scope(instance.row)
        if item.expression is not None:
            self.empty(item.expression.tree, scope)
            return
        at = self.random.randrange(len(item.branches))
        for before in item.branches[:at]:
            if before.when is not None:
                self.truth(before.when.tree, scope, NO)
        branch = item.branches[at]
        if branch.when is not None:
            self.truth(branch.when.tree, scope, UNKNOWN)

    def _atom(self, node: Node, scope: Scope, truth: int) -> None:
        """A comparison: of an item with a constant what suits is plain, else it is tried out."""
        if isinstance(node, Compare):
            for side, other, sign in (
                (node.left, node.right, node.operator),
                (node.right, node.left, _MIRRORED[node.operator]),
            ):
                if (
                    isinstance(side, Item)
                    and side.name not in PSEUDO_ITEMS
                    and isinstance(other, Literal)
                ):
                    suits = _holds(sign, other, truth)
                    self.answer(self._slot(scope, side.name), Wish(suits))
                    return
        self._choose_for(node, scope, truth)

    def _choose_for(self, node: Node, scope: Scope, truth: int) -> None:
        compiler = Compiler(scope)
        self._choose(compiler, compiler.truth(node), truth)

    def _choose(self, compiler: Compiler, condition: Condition, truth: int) -> None:
        """Choose answers with which a condition that was compiled comes to a truth."""
        slots = sorted(self.leader.askable_behind(compiler.reads))
        for slot in slots[-_NEAR:]:
            self.draft.truth(slot, condition, truth)
        for slot in slots[-_NEAR:]:
            if self.leader.row_of(slot) == 0 or self.leader.row_of(slot) == compiler.scope.row:
                self.answer(slot, _SOME_VALUE)

    def _slot(self, scope: Scope, name: str) -> int:
        try:
            return scope.slot(name)
        except KeyError:
            raise Conflict from None


def _wanted(answer: Answer, reason: str | None) -> bool:
    return reason is not None or not isinstance(answer, Missing)


def _holds(sign: Comparison, other: Literal, truth: int) -> Callable[[Answer], bool]:
    """Whether a value compares with a constant as wanted."""
    dates, bound = other.type is Type.DATE, constant(other.value)

    def suits(answer: Answer) -> bool:
        if isinstance(answer, Missing):
            return False
        condition = compare(sign, constant(answer), bound, dates=dates)
        return condition(_NO_CELLS) == truth

    return suits


_NO_CELLS: Final = Cells(0)
_SOME_VALUE: Final = Wish(lambda one: not isinstance(one, Missing))
_NO_VALUE: Final = Wish(lambda one: isinstance(one, Missing))
