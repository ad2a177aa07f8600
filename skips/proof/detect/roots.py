"""Whether something cannot be because of another defect, which is reported where it stands."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from instrument.conditions.nodes import (
    Compare,
    Comparison,
    Has,
    In,
    IsYes,
    Literal,
    Node,
    StatusFunction,
    StatusTest,
    Type,
    names_read,
    walk,
)
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Computed, Item, Question
from instrument.values import Value
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.checks import hard_checks, reads_itself
from skips.proof.detect.front import Part, instance_of
from skips.proof.detect.has_choice import has_choice
from skips.proof.detect.other_modes import OtherModes
from skips.proof.detect.quietly import settle_quietly
from skips.proof.goals import Asked, Comes, Decides, Goal, Took
from skips.proof.verdict import Verdict
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler


class Roots:
    """Looks up whether what a condition reads is itself never reached."""

    def __init__(self, settler: "Settler", others: OtherModes) -> None:
        self._settler = settler
        self._others = others
        self._known: dict[tuple[str, Value | None], bool] = {}

    def lie_elsewhere(self, core: Sequence[Part]) -> bool:
        """Whether a part reads an item that is never asked, or an answer that nobody can give."""
        return any(
            self._is_dead(name, value)
            for part in core
            if part.node is not None
            for name, value in _wanted(part.node)
        )

    def _is_dead(self, name: str, value: Value | None) -> bool:
        key = (name, value)
        if key not in self._known:
            item = self._settler.instrument.items[name]
            goals = self._goals(item, value)
            self._known[key] = bool(goals) and self._in_none(item, goals)
        return self._known[key]

    def _in_none(self, item: Item, goals: Sequence[Goal]) -> bool:
        if self._settler.mode not in item.modes:
            return False
        settled = settle_quietly(self._settler, goals)
        if any(one.verdict is not Verdict.IMPOSSIBLE for one in settled.values()):
            return False
        return bool(self._others.in_none({item.name: (item.modes, goals)}))

    def _goals(self, item: Item, value: Value | None) -> list[Goal]:
        """What must be possible for an item to be asked, or for it to have a value.

        Empty for values of which nothing is reported where they stand.
        """
        program = self._settler.program
        instances = [instance_of(item, row) for row in rows_to_ask(program, item.name)]
        if (
            value is None
            and isinstance(item, Question)
            and any(reads_itself(item, check) for check in hard_checks(item))
        ):
            # Where its hard checks let nothing pass, that is reported there.
            answered = StatusTest(StatusFunction.ANSWERED, item.name)
            return [Comes(answered, one.row, Truth.YES, program.slot(one) + 1) for one in instances]
        if value is None:
            return [Asked(instance) for instance in instances]
        if isinstance(item, Question) and isinstance(value, str) and value in item.choice:
            if item.choice[value].ask_if is None and not item.checks:
                return []
            return [Took(instance, value) for instance in instances]
        if isinstance(item, Computed):
            numbers = [
                number
                for number, branch in enumerate(item.branches)
                if isinstance(branch.value.tree, Literal) and branch.value.tree.value == value
            ]
            if numbers:
                return [Decides(instance, one) for instance in instances for one in numbers]
            if isinstance(value, str) and value in item.choice:
                return list(has_choice(program, item, value))
        return []


def _wanted(node: Node) -> Iterator[tuple[str, Value | None]]:
    """The items that a condition reads, and the one answer that it wants of an item if it does."""
    # Whether an item was asked or has an answer is no matter of its being reached.
    tested = {one.item for one in walk(node) if isinstance(one, StatusTest)}
    for name in sorted(names_read(node) - tested):
        yield name, None
    match node:
        case IsYes(item=item):
            yield item.name, "yes"
        case Has(item=item, choice=choice):
            yield item.name, choice
        case Compare(
            operator=Comparison.EQ, left=ItemNode(name=name), right=Literal(value=value)
        ) if name not in ("row", "interview_date"):
            yield name, value
        case In(left=ItemNode(name=name, type=Type.CHOICE), options=(one,), negated=False):
            yield name, one.value
        case _:
            return
