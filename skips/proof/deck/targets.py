"""All that a deck is to cover of an instrument in one mode."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from instrument.conditions.nodes import (
    Compare,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Node,
    Not,
    StatusFunction,
    StatusTest,
    Type,
    names_read,
    walk,
)
from instrument.models import Computed, Question, Roster
from instrument.values import Instance
from skips.program import Program
from skips.proof.deck.limits import limits
from skips.proof.deck.parts import Part, parts
from skips.proof.deck.sites import Site, Spot, both, instances, is_not_yes, is_yes, sites
from skips.proof.deck.target import Kind, Target
from skips.proof.goals import Asked, Decides, Fires, Goal, Not_, Reason, Took


def targets(program: Program) -> list[Target]:
    """Everything that is to be covered, whether or not it can be; each once."""
    found = [*_of_items(program)]
    for site in sites(program):
        found += _outcomes(program, site)
        found += _deciding(site)
        found += _guarding(site)
        found += _limits(site)
    ordered = sorted(found, key=lambda one: list(Kind).index(one.kind))
    return list({(one.kind, one.words, one.refused): one for one in ordered}.values())


def _of_items(program: Program) -> Iterator[Target]:
    trees = list(_trees(program))
    choices, reasons = _named(trees)
    read = frozenset[str]().union(*(names_read(tree) for tree in trees))
    for _, roster, item in program.instrument.walk():
        if isinstance(item, Roster) or not (every := instances(program, item, roster)):
            continue
        how = "worked out" if isinstance(item, Computed) else "asked"
        yield Target(Kind.ITEM, f"{item.name} is {how}", tuple(map(Asked, every)))
        if isinstance(item, Computed):
            yield from _branches(item, every)
        if isinstance(item, Question):
            for choice in item.choices:
                if choice.name in choices[item.name]:
                    took = tuple(Took(one, choice.name) for one in every)
                    yield Target(Kind.CHOICE, f"{item.name}: {choice.name} is taken", took)
            if item.name in read:
                yield from _without_value(program, item, every, reasons[item.name])


def _without_value(
    program: Program, item: Question, every: tuple[Instance, ...], told: set[str]
) -> Iterator[Target]:
    """An item without a value: for any reason, and for each that some condition asks about."""
    accepted = program.instrument.reasons_for(item, program.mode)
    if accepted:
        lacking = tuple(Reason(one) for one in every)
        yield Target(Kind.MISSING, f"{item.name} has a missing reason", lacking)
    for reason in accepted:
        if reason.name in told:
            lacking = tuple(Reason(one, reason.name) for one in every)
            yield Target(Kind.MISSING, f"{item.name}: missing, {reason.name}", lacking)
    others = [reason.name for reason in accepted if reason.name not in told]
    if told and others:
        lacking = tuple(Reason(one, reason) for one in every for reason in others)
        yield Target(Kind.MISSING, f"{item.name}: missing for another reason", lacking)


def _branches(item: Computed, every: tuple[Instance, ...]) -> Iterator[Target]:
    for number, branch in enumerate(item.branches, start=1):
        when = f" ({branch.when})" if branch.when is not None else ""
        words = f"{item.name}: branch {number} decides{when}"
        yield Target(Kind.BRANCH, words, tuple(Decides(one, number - 1) for one in every))
    if item.branches:
        undecided = tuple(
            both(Asked(one), *(Not_(Decides(one, at)) for at in range(len(item.branches))))
            for one in every
        )
        yield Target(Kind.BRANCH, f"{item.name}: no branch decides", undecided)


# --- conditions -----------------------------------------------------------------------------------


def _outcomes(program: Program, site: Site) -> Iterator[Target]:
    quiet = tuple(both(*spot.where, is_not_yes(spot, site.tree)) for spot in site.spots)
    if site.is_check:
        fires = tuple(
            Fires(number)
            for number, check in enumerate(program.checks)
            if check.check.name == site.place
        )
        words = f"check {site.place}"
        yield Target(Kind.CHECK, f"{words} fires", fires, site.is_hard)
        yield Target(Kind.CHECK, f"{words} is quiet", quiet)
        return
    holds = tuple(both(*spot.where, is_yes(spot, site.tree)) for spot in site.spots)
    # Which branch decides is covered as such.
    if not site.is_branch:
        yield Target(Kind.CONDITION, f"{site.place}: {site.text} is yes", holds)
    yield Target(Kind.CONDITION, f"{site.place}: {site.text} is not yes", quiet)


def _deciding(site: Site) -> Iterator[Target]:
    """For each part of a condition that it decides alone, being yes and not being yes."""
    for part in parts(site.tree):
        for holds in (True, False):
            turn = is_yes if holds else is_not_yes
            spots = map(_where_refused if holds else _as_is, site.spots)
            goals = tuple(
                both(*spot.where, *_left(spot, part), turn(spot, part.tree)) for spot in spots
            )
            words = f"{site.name}: {part.tree} decides, being {'yes' if holds else 'not yes'}"
            yield Target(Kind.PART, words, goals, holds and site.is_hard)


def _guarding(site: Site) -> Iterator[Target]:
    """For each test like `answered(x)` in front of what is unknown without it: that it says no."""
    if not site.is_value:
        return
    for part in parts(Not(site.tree)):
        if isinstance(part.tree, Not) and isinstance(part.tree.part, StatusTest):
            goals = tuple(
                both(*spot.where, *_left(spot, part), is_yes(spot, part.tree))
                for spot in site.spots
            )
            yield Target(Kind.PART, f"{site.name}: {part.tree} decides that it is no", goals)


def _limits(site: Site) -> Iterator[Target]:
    """For each part of a condition its limits, where it decides alone: elsewhere they are mute."""
    for part in parts(site.tree) or (Part(site.tree, (), ()),):
        for limit in limits(part.tree):
            words = f"{site.name}: {limit} in {part.tree}"
            goals = tuple(
                both(*spot.where, *_left(spot, part), is_yes(spot, limit)) for spot in site.spots
            )
            yield Target(Kind.LIMIT, words, goals)
            if site.is_hard:
                refused = tuple(
                    both(
                        *spot.where,
                        *_left(spot, part),
                        is_yes(spot, limit),
                        is_yes(spot, site.tree),
                    )
                    for spot in map(_where_refused, site.spots)
                )
                yield Target(Kind.LIMIT, f"{words}, refused", refused, refused=True)


def _left(spot: Spot, part: Part) -> Iterator[Goal]:
    """That the others leave it to a part."""
    yield from (is_yes(spot, one) for one in part.yes)
    yield from (is_not_yes(spot, one) for one in part.not_yes)


def _as_is(spot: Spot) -> Spot:
    return spot


def _where_refused(spot: Spot) -> Spot:
    """Where a hard check is judged with an answer that it refuses."""
    if spot.refused_at is None:
        return spot
    return Spot(spot.row, spot.refused_at, spot.where, spot.refused_at)


# --- what conditions name -------------------------------------------------------------------------


def _trees(program: Program) -> Iterator[Node]:
    """Every expression that a route or a computed value follows from."""
    for site in sites(program):
        yield site.tree
    for item in program.instrument.items.values():
        if program.mode not in item.modes:
            continue
        match item:
            case Computed():
                if item.expression is not None:
                    yield item.expression.tree
                yield from (branch.value.tree for branch in item.branches)
            case Roster(size=size) if size is not None:
                yield size.tree
            case _:
                pass


def _named(trees: Iterable[Node]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """By item the choices and the missing reasons that expressions name."""
    choices: dict[str, set[str]] = defaultdict(set)
    reasons: dict[str, set[str]] = defaultdict(set)
    for node in (one for tree in trees for one in walk(tree)):
        match node:
            case IsYes(item=item):
                choices[item.name] |= {"yes", "no"}
            case Has(item=item, choice=choice):
                choices[item.name].add(choice)
            case Compare(left=Item() as item, right=Literal(type=Type.CHOICE) as named):
                choices[item.name].add(str(named.value))
            case Compare(left=Literal(type=Type.CHOICE) as named, right=Item() as item):
                choices[item.name].add(str(named.value))
            case In(left=Item() as item, options=options):
                choices[item.name] |= {str(one.value) for one in options}
            case StatusTest(function=StatusFunction.MISSING, item=name, reason=str() as reason):
                reasons[name].add(reason)
            case _:
                pass
    return choices, reasons
