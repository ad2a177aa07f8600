"""From a word to the item it names, as far as it can be read from where it stands."""

from instrument.conditions.errors import ConditionError, EchoError
from instrument.conditions.nodes import INTERVIEW_DATE, ROW, Item, Type
from instrument.conditions.scope import Declared, Role, Scope, View
from instrument.conditions.syntax import Word
from instrument.conditions.usage import USAGE

YES_NO = ("yes", "no")
_DAYS = frozenset({"today", "now"})
"""Names under which authors look for the date of the interview."""


def find(scope: Scope, name: str, at: int) -> Declared:
    """The item of a name, wherever it stands; raises when there is none."""
    item = scope.items.get(name)
    if item is not None:
        if item.role is Role.GRID:
            raise ConditionError(
                "condition-name",
                f"'{name}' is a grid: its rows have answers, and it has none",
                at,
                f"name a row: {', '.join(item.rows)}",
            )
        return item
    if name in scope.broken or not scope.complete:
        raise EchoError
    if name in YES_NO:
        raise ConditionError(
            "condition-name",
            f"'{name}' is a choice, and nothing is compared with it",
            at,
            f"write ITEM == {name}",
        )
    if name in scope.reasons:
        raise ConditionError(
            "condition-name",
            f"'{name}' is a missing reason, not an item",
            at,
            f"write missing(ITEM, {name})",
        )
    meant = _meant(scope, name)
    if scope.may_be_misnamed(name, meant):
        raise EchoError
    raise ConditionError("condition-name", f"there is no item '{name}'", at, meant)


def _meant(scope: Scope, name: str) -> str:
    """What an unknown name was probably meant to be."""
    if name in USAGE:
        return f"write {USAGE[name]}"
    if name in _DAYS:
        return f"write {INTERVIEW_DATE}, the date on which the interview began"
    return scope.speller.hint(name, (*scope.items, INTERVIEW_DATE))


def reach(scope: Scope, view: View, name: str, at: int) -> Declared:
    """The item of a name, which must come early enough and not be hidden in a roster."""
    item = find(scope, name, at)
    if not view.sees(item):
        if item.place == view.place:
            raise ConditionError(
                "condition-forward",
                f"'{name}' stands here and has no answer yet",
                at,
                "only its checks can read it",
            )
        raise ConditionError(
            "condition-forward",
            f"'{name}' comes later (at {item.source}) and has no answer yet",
            at,
            "a condition reads only what comes before it",
        )
    if item.roster is not None and item.roster not in view.rosters:
        raise ConditionError(
            "condition-roster",
            f"'{name}' has one value in each row of the roster '{item.roster}'",
            at,
            f"use a roster function, such as any({item.roster} where {name} …)",
        )
    return item


def readable(scope: Scope, view: View, name: str) -> Declared | None:
    """The item of a name if it can be read from here."""
    item = scope.items.get(name)
    if item is None or not view.sees(item):
        return None
    return item if item.roster is None or item.roster in view.rosters else None


def read_item(scope: Scope, view: View, word: Word) -> Item:
    """The value that a word stands for."""
    if word.name == ROW:
        if not view.rosters:
            raise ConditionError(
                "condition-roster", "'row' has a meaning inside rosters only", word.at
            )
        return Item(ROW, Type.NUMBER, word.at)
    if word.name == INTERVIEW_DATE:
        return Item(INTERVIEW_DATE, Type.DATE, word.at)
    item = reach(scope, view, word.name, word.at)
    if item.broken:
        raise EchoError
    if item.type is None:
        use = f"count({item.name})" if item.role is Role.ROSTER else f"answered({item.name})"
        raise ConditionError(
            "condition-type",
            f"'{item.name}' is a {item.role} and has no value",
            word.at,
            f"use {use}",
        )
    return Item(item.name, item.type, word.at)


def is_yes_no(scope: Scope, item: Item) -> bool:
    """Whether an item's choices are yes and no."""
    return item.type is Type.CHOICE and scope.items[item.name].choices == YES_NO
