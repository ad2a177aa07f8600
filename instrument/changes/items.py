"""What differs between an item of one version and its counterpart in the other."""

from collections.abc import Iterator, Mapping

from instrument.changes.checks import check_differences
from instrument.changes.choices import choice_differences
from instrument.changes.model import ASKED_IF, ROWS_ASKED_IF, WORKED_OUT, Change, Difference
from instrument.changes.names import Pairs, words
from instrument.changes.texts import (
    condition,
    how_many_choices,
    kind,
    limits,
    quoted,
    quoted_from_first_difference,
    rows,
)
from instrument.models import (
    Branch,
    Computed,
    Expression,
    Item,
    Question,
    Roster,
    Statement,
    Text,
    Variable,
    Wording,
)


def item_differences(old: Item, new: Item, pairs: Pairs) -> Iterator[Difference]:
    """Everything that differs, but for its place and the conditions around it."""
    yield from _universe(old, new, pairs)
    match old, new:
        case Question(), Question():
            yield from _question(old, new, pairs)
        case Statement(), Statement():
            yield from _wordings(old.wordings, new.wordings, pairs, "the statement")
        case Computed(), Computed():
            yield from _computed(old, new, pairs)
        case Roster(), Roster():
            yield from _roster(old, new, pairs)
        case _:
            yield Difference(Change.RECODED, "what it is", kind(old), kind(new))


def _universe(old: Item, new: Item, pairs: Pairs) -> Iterator[Difference]:
    if not same_condition(old.ask_if, new.ask_if, pairs):
        yield Difference(Change.UNIVERSE, ASKED_IF, condition(old.ask_if), condition(new.ask_if))
    common = [mode for mode in new_modes(pairs) if (mode in old.modes) != (mode in new.modes)]
    for mode in common:
        there = mode in new.modes
        yield Difference(
            Change.UNIVERSE, f"{'asked' if there else 'no longer asked'} in the mode {mode}"
        )


def new_modes(pairs: Pairs) -> list[str]:
    """The modes that both versions have."""
    return [mode for mode in pairs.new.modes if mode in pairs.old.modes]


def same_condition(old: Expression | None, new: Expression | None, pairs: Pairs) -> bool:
    """Whether two conditions are one, but for new names and spaces."""
    return pairs.tree(old) == (None if new is None else new.tree)


# --- questions ------------------------------------------------------------------------------------


def _question(old: Question, new: Question, pairs: Pairs) -> Iterator[Difference]:
    if old.kind is not new.kind:
        yield Difference(Change.RECODED, "the kind", old.kind, new.kind)
    yield from choice_differences(old.choices, new.choices, pairs)
    for what, before, after in (
        ("the limits", limits(old), limits(new)),
        ("how many choices", how_many_choices(old), how_many_choices(new)),
        ("the greatest length", _plain(old.max_length), _plain(new.max_length)),
        ("the mask", old.mask, new.mask),
        ("the units", ", ".join(old.units) or None, ", ".join(new.units) or None),
    ):
        if before != after:
            yield Difference(Change.RECODED, what, before, after)
    was = old.specifies and pairs.name(old.specifies)
    if was != new.specifies:
        yield Difference(Change.RECODED, "the question it specifies", was, new.specifies)
    yield from _reasons(old, new, pairs)
    yield from _wordings(old.wordings, new.wordings, pairs, "the question")
    yield from _reading(old, new, pairs)
    yield from check_differences(old, new, pairs)
    yield from _variable(old.variable, new.variable)


def _reasons(old: Question, new: Question, pairs: Pairs) -> Iterator[Difference]:
    """Reasons that it takes no more, or takes now: by itself, or with the whole instrument."""
    told: set[str] = set()
    for mode in new_modes(pairs):
        if mode not in old.modes or mode not in new.modes:
            continue
        before = {one.name for one in pairs.old.reasons_for(old, mode)}
        after = {one.name for one in pairs.new.reasons_for(new, mode)}
        names = [*pairs.old.missing_reason, *pairs.new.missing_reason]
        for reason in dict.fromkeys(names):
            if (reason in before) != (reason in after) and reason not in told:
                told.add(reason)
                yield Difference(
                    Change.RECODED,
                    f"the reason '{reason}' is "
                    f"{'no longer accepted' if reason in before else 'accepted now'}",
                )


def _reading(old: Question, new: Question, pairs: Pairs) -> Iterator[Difference]:
    if old.choices and new.choices and old.read_choices != new.read_choices:
        yield Difference(
            Change.REWORDED,
            f"the choices are {'read aloud now' if new.read_choices else 'no longer read aloud'}",
        )
    if old.choices and new.choices and old.shuffle != new.shuffle:
        yield Difference(
            Change.REWORDED,
            f"the choices are {'shuffled now' if new.shuffle else 'no longer shuffled'}",
        )
    if (old.grid is None) != (new.grid is None):
        yield Difference(
            Change.REWORDED,
            f"asked in the grid '{new.grid.grid}' now" if new.grid else "no longer asked in a grid",
        )
    elif old.grid is not None and new.grid is not None:
        for mode in new_modes(pairs):
            yield from _text(
                Change.REWORDED,
                "what is read before the grid",
                old.grid.stem.get(mode),
                new.grid.stem.get(mode),
                pairs,
            )
        if old.grid.grid != new.grid.grid:
            yield Difference(Change.DOCUMENTED, "the grid", old.grid.grid, new.grid.grid)
        if (old.grid.title, old.grid.translations) != (new.grid.title, new.grid.translations):
            yield Difference(
                Change.GUIDED,
                "the title of the grid",
                quoted(old.grid.title),
                quoted(new.grid.title),
            )


# --- texts ----------------------------------------------------------------------------------------


def _wordings(
    old: Mapping[str, Wording], new: Mapping[str, Wording], pairs: Pairs, what: str
) -> Iterator[Difference]:
    """Texts in the modes that both versions ask the item in; the same difference once."""
    told: set[Difference] = set()
    for mode in new_modes(pairs):
        if mode not in old or mode not in new:
            continue
        found = list(_wording(old[mode], new[mode], pairs, what))
        yield from (one for one in found if one not in told)
        told.update(found)


def _wording(old: Wording, new: Wording, pairs: Pairs, what: str) -> Iterator[Difference]:
    yield from _text(Change.REWORDED, what, old.ask, new.ask, pairs)
    yield from _text(Change.GUIDED, "the instruction", old.instruct, new.instruct, pairs)
    yield from _text(Change.GUIDED, "the probe", old.probe, new.probe, pairs)
    yield from _text(Change.GUIDED, "the help", old.help, new.help, pairs)


def _text(
    change: Change, what: str, old: Text | None, new: Text | None, pairs: Pairs
) -> Iterator[Difference]:
    if words(old, pairs) == words(new):
        return
    if old is not None and new is not None:
        first = words(old, pairs)[0] == words(new)[0]  # type: ignore[index]
        if first:
            yield Difference(change, f"{what}, translated")
            return
        yield Difference(change, what, *quoted_from_first_difference(old.raw, new.raw))
        return
    yield Difference(change, what, quoted(old), quoted(new))


# --- computed values and rosters ------------------------------------------------------------------


def _computed(old: Computed, new: Computed, pairs: Pairs) -> Iterator[Difference]:
    if old.kind is not new.kind:
        yield Difference(Change.RECODED, "the kind", old.kind, new.kind)
    if not same_condition(old.expression, new.expression, pairs) or _branches(
        old, pairs
    ) != _branches(new, None):
        yield Difference(Change.RECODED, WORKED_OUT, _worked_out(old), _worked_out(new))
    yield from choice_differences(old.choices, new.choices, pairs)
    yield from _variable(old.variable, new.variable)


def _branches(item: Computed, pairs: Pairs | None) -> list[object]:
    def tree(expression: Expression | None) -> object:
        if expression is None:
            return None
        return expression.tree if pairs is None else pairs.tree(expression)

    return [(tree(one.when), tree(one.value)) for one in item.branches]


def _worked_out(item: Computed) -> str:
    if item.expression is not None:
        return condition(item.expression)

    def branch(one: Branch) -> str:
        when = "else" if one.when is None else f"when {condition(one.when)}"
        return f"{when}: {condition(one.value)}"

    return "; ".join(map(branch, item.branches))


def _roster(old: Roster, new: Roster, pairs: Pairs) -> Iterator[Difference]:
    sizes = same_condition(old.size, new.size, pairs)
    if not sizes or (old.rows, old.at_most) != (new.rows, new.at_most):
        yield Difference(Change.RECODED, "its rows", rows(old), rows(new))
    if not same_condition(old.row_if, new.row_if, pairs):
        yield Difference(
            Change.UNIVERSE, ROWS_ASKED_IF, condition(old.row_if), condition(new.row_if)
        )
    yield from _text(Change.REWORDED, "the label of a row", old.row_label, new.row_label, pairs)
    if (old.title, old.translations) != (new.title, new.translations):
        yield Difference(Change.GUIDED, "the title", quoted(old.title), quoted(new.title))
    if old.label != new.label:
        yield Difference(Change.DOCUMENTED, "the label", quoted(old.label), quoted(new.label))


def _variable(old: Variable, new: Variable) -> Iterator[Difference]:
    if old.unit != new.unit:
        yield Difference(Change.RECODED, "the unit", old.unit, new.unit)
    if old.code_later != new.code_later:
        yield Difference(
            Change.RECODED,
            f"its answers are {'sorted' if new.code_later else 'no longer sorted'} afterwards",
        )
    for what, before, after in (
        ("the label", quoted(old.label), quoted(new.label)),
        ("the measure", old.measure, new.measure),
        ("the sensitivity", old.sensitivity, new.sensitivity),
        ("the note", quoted(old.note), quoted(new.note)),
    ):
        if before != after:
            yield Difference(Change.DOCUMENTED, what, before, after)


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
