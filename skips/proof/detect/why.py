"""Why something cannot be: the smallest set of conditions that exclude each other, in words."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from instrument.conditions.nodes import (
    Apply,
    Compare,
    Comparison,
    Function,
    In,
    Literal,
    Node,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    names_read,
    walk,
)
from instrument.conditions.nodes import Item as ItemNode
from instrument.judging import show_number
from instrument.models import NUMBER_KINDS, Check, Computed, Question, Roster
from instrument.source import Source
from skips.program import Program
from skips.proof.detect.front import Part
from skips.proof.detect.leaning import Leaning
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.words import joined, quoted
from skips.proof.goals import All, Comes, Goal
from skips.proof.verdict import Verdict
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

Number = int | Decimal | None


def smallest(settler: "Settler", parts: Sequence[Part]) -> list[Part]:
    """The smallest set of parts that cannot all be so, among parts that cannot.

    One that excludes itself, else two that exclude each other, else what is left when parts are
    taken away one by one as long as the rest is still impossible.
    """
    for many in (1, 2):
        # What stands around is named rather than what merely depends on the same.
        sets = list(combinations(parts, many))
        if many > 1:
            sets.sort(key=lambda one: -parts.index(one[-1]))
        settled = settle_quietly(settler, [_all(one) for one in sets])
        for one in sets:
            if settled[_all(one)].verdict is Verdict.IMPOSSIBLE:
                return list(one)
    core = list(parts)
    for part in parts:
        rest = [one for one in core if one is not part]
        goal = _all(rest)
        if rest and settle_quietly(settler, [goal])[goal].verdict is Verdict.IMPOSSIBLE:
            core = rest
    return core


def _all(parts: Sequence[Part]) -> Goal:
    return parts[0].goal if len(parts) == 1 else All(tuple(part.goal for part in parts))


def contradiction(settler: "Settler", core: Sequence[Part]) -> str:
    """What cannot be, as the second half of a sentence: `“a > 3” and “b” are never both so`."""
    words = [_words(part) for part in core]
    if len(core) == 1:
        facts = " and ".join(facts_about(settler, core[0]))
        return f"{words[0]} never holds" + (f", since {facts}" if facts else "")
    return f"{joined(words)} never {'hold together' if len(core) > 2 else 'both hold'}"


def elsewhere(program: Program, core: Sequence[Part]) -> tuple[tuple[Source, str], ...]:
    """What a contradiction has to do with at other places: conditions, and computed values."""
    found = [
        (part.source, f"{part.of} is asked if {quoted(part.node)}")
        for part in core
        if part.of and part.node is not None
    ]
    for name in (name for part in core if part.node for name in sorted(names_read(part.node))):
        item = program.instrument.items[name]
        if isinstance(item, Computed) and item.expression is not None:
            found.append((item.source, f"'{name}' is {quoted(item.expression)}"))
        elif isinstance(item, Computed):
            found.append((item.source, f"'{name}' is worked out here"))
    return tuple(dict.fromkeys(found))


def _words(part: Part) -> str:
    if part.node is None:
        return part.of
    return f"{quoted(part.node)} of {part.of}" if part.of else quoted(part.node)


def facts_about(settler: "Settler", part: Part) -> Iterator[str]:
    """What keeps a condition from ever being yes, as far as a few words can say it."""
    if part.node is None:
        return
    program = settler.program
    names = sorted(names_read(part.node))
    absent = [name for name in names if is_absent(program, name)]
    if absent:
        for name in absent:
            yield f"'{name}' does not exist in mode '{program.mode}'"
        return
    found = [*_refused_reasons(program, part.node), *_ranges(program, part.node)]
    if found:
        yield from found
        return
    checks = _hard_checks(program, part)
    if checks and _is_kept_out_by_checks(settler, part):
        texts = list(dict.fromkeys(quoted(one.condition) for one in checks))
        if len(texts) > 2:
            yield "hard checks keep such answers out"
        else:
            checks_do = "the hard checks" if len(texts) == 2 else "the hard check"
            keeps = "keep" if len(texts) == 2 else "keeps"
            yield f"{checks_do} {joined(texts)} {keeps} such answers out"


def _hard_checks(program: Program, part: Part) -> list[Check]:
    """The hard checks of what a condition reads, itself or by computed values, before it."""
    assert part.node is not None
    leaning = Leaning(program)
    names = {below for name in names_read(part.node) for below in leaning.values_below(name)}
    return [
        one.check
        for one in program.checks
        if one.check.severity == "hard"
        and one.slot < part.goal.before(program)
        and names & names_read(one.check.condition.tree)
    ]


def is_absent(program: Program, name: str) -> bool:
    """Whether an item does not exist in the program's mode."""
    return program.mode not in program.instrument.items[name].modes


def _refused_reasons(program: Program, node: Node) -> Iterator[str]:
    for test in walk(node):
        if not isinstance(test, StatusTest) or test.function is not StatusFunction.MISSING:
            continue
        item = program.instrument.items[test.item]
        if not isinstance(item, Question):
            yield f"'{test.item}' never has a missing reason"
            continue
        reasons = {one.name for one in program.instrument.reasons_for(item, program.mode)}
        if not reasons:
            yield f"'{test.item}' accepts no missing reason"
        elif test.reason is not None and test.reason not in reasons:
            yield f"'{test.item}' does not accept {test.reason}"


def _ranges(program: Program, node: Node) -> Iterator[str]:
    """Of a comparison with a constant: the bounds of what is compared, if they exclude it."""
    match node:
        case Compare(operator=sign, left=left, right=Literal(value=value)):
            values = [value]
        case In(left=left, options=options, negated=False):
            sign, values = Comparison.EQ, [one.value for one in options]
        case _:
            return
    least, most, says = _bounds(program, left)
    numbers = [one for one in values if isinstance(one, int | Decimal)]
    if numbers and all(_excludes(sign, one, least, most) for one in numbers):
        yield says


def _bounds(program: Program, left: Node) -> tuple[Number, Number, str]:
    """The least and the greatest that an expression can be, and a sentence about it."""
    items = program.instrument.items
    match left:
        case ItemNode(name=name):
            item = items.get(name)
            if isinstance(item, Question) and item.kind in NUMBER_KINDS:
                least, most = _number(item.minimum), _number(item.maximum)
                return least, most, f"'{name}' takes {_range(least, most)}"
        case Apply(function=Function.TAKEN, parts=(ItemNode(name=name),)):
            item = items.get(name)
            if isinstance(item, Question):
                most = len(item.choices) if item.at_most is None else item.at_most
                return None, most, f"at most {most} can be taken of '{name}'"
        case OverRows(function=RosterFunction.COUNT, roster=name):
            item = items[name]
            if isinstance(item, Roster):
                return None, item.at_most, f"roster '{name}' has at most {item.at_most} rows"
        case _:
            pass
    return None, None, ""


def _number(bound: object) -> Number:
    return bound if isinstance(bound, int | Decimal) else None


def _excludes(sign: Comparison, value: int | Decimal, least: Number, most: Number) -> bool:
    """Whether nothing between two bounds compares so with a value."""
    match sign:
        case Comparison.GT:
            return most is not None and most <= value
        case Comparison.GE:
            return most is not None and most < value
        case Comparison.LT:
            return least is not None and least >= value
        case Comparison.LE:
            return least is not None and least > value
        case Comparison.EQ:
            return (least is not None and value < least) or (most is not None and value > most)
        case Comparison.NE:
            return least is not None and least == most == value


def _range(least: Number, most: Number) -> str:
    if most is None:
        return "any number" if least is None else f"{show_number(least)} or more"
    if least is None:
        return f"{show_number(most)} or less"
    return f"{show_number(least)} to {show_number(most)}"


def _is_kept_out_by_checks(settler: "Settler", part: Part) -> bool:
    """Whether it could be so if no hard check had been judged yet.

    The answer only words the reason, so that there is no need to replay it.
    """
    if not isinstance(part.goal, Comes) or part.goal.truth is not Truth.YES:
        return False
    about = part.goal.about(settler.program)
    outcome = settler.prover.ask(part.goal.claim(settler.world), before=0, about=about)
    return outcome.verdict is Verdict.POSSIBLE
