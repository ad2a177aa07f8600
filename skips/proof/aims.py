"""Aiming: what a rehearsal had better answer for goals to come about.

A goal is followed back from the item that it is about: to the gates in front of it, to the
conditions of those, to the items that they read, and so on to the front. Where there is a choice
chance decides, so that another try may find what one did not. Nothing is proved here, and nothing
has to be found: what cannot be had is left to the solver.
"""

from collections.abc import Sequence
from random import Random
from typing import Final, NamedTuple

from instrument.models import Computed, Question
from instrument.values import Answer, Instance, Missing
from skips.program import Program
from skips.proof import goals as g
from skips.proof.following import Following
from skips.proof.leading import leader_of
from skips.proof.wishes import Conflict, Draft, Wish, Wishes
from skips.truth import NO, UNKNOWN, YES

_TRIES: Final = 2
"""Ways back that are tried for one goal before the next one's turn."""
_MISSED: Final = 12
"""Goals in a row that do not go together with those aimed at before no more are tried."""
_TARGETS: Final = 300
"""Goals that are tried for one rehearsal."""


class Aim(NamedTuple):
    """What one rehearsal aims at."""

    wishes: Wishes
    aimed: list[g.Goal]
    """The goals that the wishes are for."""
    hopeless: list[g.Goal]
    """Goals for which none were found, although nothing else was wished for yet."""


def aim(program: Program, goals: Sequence[g.Goal], random: Random) -> Aim:
    """Aim at as many of some goals together as can be."""
    draft = Draft(leader_of(program))
    following = Following(program, draft, random)
    aimed: list[g.Goal] = []
    hopeless: list[g.Goal] = []
    missed = 0
    for goal in random.sample(goals, min(len(goals), _TARGETS)):
        for _ in range(_TRIES):
            mark = draft.mark()
            try:
                _start(following, goal)
                following.follow()
            except Conflict:
                draft.back(mark)
                following.forget()
            else:
                following.settle()
                aimed.append(goal)
                missed = 0
                break
        else:
            missed += 1
            if not aimed:
                hopeless.append(goal)
            elif missed > _MISSED:
                break
    return Aim(draft.done(), aimed, hopeless)


def _start(following: Following, goal: g.Goal) -> None:  # noqa: C901
    """Say what a goal wants."""
    program = following.program
    match goal:
        case g.All(goals=parts):
            for part in parts:
                _start(following, part)
        case g.Any_(goals=parts) if parts:
            _start(following, following.random.choice(parts))
        case g.Not_(goal=part):
            _start_otherwise(following, part)
        case g.Asked() | g.RowAsked():
            following.asked(goal.before(program))
        case g.ItemIs(truth=truth) | g.SectionIs(truth=truth) | g.RosterIs(truth=truth):
            following.universe(goal.before(program), truth)
        case g.Own(instance=instance, truth=truth):
            slot = program.slot(instance)
            following.asked(program.gates[slot])
            following.own(slot, truth)
        case g.Offered(instance=instance, choice=choice):
            following.asked(program.slot(instance))
            _offer(following, instance, choice, following.random.choice((YES, UNKNOWN)))
        case g.Took(instance=instance, choice=choice):
            following.asked(program.slot(instance))
            _offer(following, instance, choice, YES)
            _answer(following, instance, _taking(following, instance, choice))
        case g.Given(instance=instance, answer=answer):
            following.asked(program.slot(instance))
            _answer(following, instance, Wish(lambda one: one == answer, (answer,)))
        case g.Reason(instance=instance, reason=reason):
            following.asked(program.slot(instance))
            _answer(following, instance, lacking(reason))
        case g.Comes(node=node, row=row, truth=truth):
            following.truth(node, following.scope(row), truth)
        case g.Empty(node=node, row=row):
            following.empty(node, following.scope(row))
        case g.Decides(instance=instance, branch=branch):
            slot = program.slot(instance)
            following.asked(slot)
            following.branch(slot, branch)
        case g.Fires(check=number):
            check = program.checks[number]
            following.asked(check.slot)
            following.stopped(check.slot)
            scope = following.scope(check.instance.row)
            following.truth(check.check.condition.tree, scope, NO)
        case g.Stuck(instance=instance):
            _get_stuck(following, instance)
        case _:
            following.asked_each(goal.about(program))


def _start_otherwise(following: Following, goal: g.Goal) -> None:
    """Say what the contrary of a goal wants, where that is clear."""
    program, random = following.program, following.random
    match goal:
        case g.Not_(goal=part):
            _start(following, part)
        case g.All(goals=parts) if parts:
            _start_otherwise(following, random.choice(parts))
        case g.Any_(goals=parts):
            for part in parts:
                _start_otherwise(following, part)
        case g.Asked() | g.RowAsked():
            following.universe(goal.before(program), random.choice((NO, UNKNOWN)))
        case g.ItemIs(truth=truth) | g.SectionIs(truth=truth) | g.RosterIs(truth=truth):
            following.universe(goal.before(program), _other(random, truth))
        case g.Comes(node=node, row=row, truth=truth):
            following.truth(node, following.scope(row), _other(random, truth))
        case g.Empty(node=node, row=row):
            following.known(node, following.scope(row))
        case _:
            following.asked_each(goal.about(program))


def _other(random: Random, truth: int) -> int:
    return random.choice([one for one in (NO, UNKNOWN, YES) if one != truth])


def _answer(following: Following, instance: Instance, wish: Wish) -> None:
    following.answer(following.program.slot(instance), wish)


def _offer(following: Following, instance: Instance, choice: str, truth: int) -> None:
    """Want a choice's condition to come to a truth, where it has one."""
    item = following.program.instrument.items[instance.item]
    assert isinstance(item, Question | Computed)
    condition = item.choice[choice].ask_if
    if condition is not None:
        following.truth(condition.tree, following.scope(instance.row), truth)


def _taking(following: Following, instance: Instance, choice: str) -> Wish:
    def suits(answer: Answer) -> bool:
        return choice in answer if isinstance(answer, tuple) else answer == choice

    palette = following.leader.palette(following.program.slot(instance))
    return Wish(suits, () if palette is None else tuple(filter(suits, palette.values)))


def lacking(reason: str | None) -> Wish:
    """The wish for a missing reason (None: any)."""
    return Wish(lambda one: isinstance(one, Missing) and reason in (None, one.reason))


def _get_stuck(following: Following, instance: Instance) -> None:
    """Want each hard check of an item to be no, whatever is answered, or no choice offered."""
    slot = following.program.slot(instance)
    following.asked(slot)
    following.stopped(slot)
    for number in following.leader.hard.get(slot, ()):
        check = following.program.checks[number]
        following.truth(check.check.condition.tree, following.scope(instance.row), NO)
