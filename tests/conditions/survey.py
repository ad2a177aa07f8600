"""A scope with items of every type, for tests of conditions."""

from typing import Final

from instrument.conditions.check import read_condition, read_value
from instrument.conditions.errors import ConditionError, show
from instrument.conditions.nodes import Node, Type
from instrument.conditions.scope import Declared, Role, Scope, View
from instrument.source import Source

_CITIES: Final = ("north", "south", "east")


def _items() -> dict[str, Declared]:
    items: list[Declared] = []

    def add(
        name: str, type_: Type | None = None, role: Role = Role.QUESTION, **more: object
    ) -> None:
        place = len(items)
        base = Declared(name, role, place, place, Source("s.yaml", place + 1, 1), type=type_)
        items.append(base if not more else _replaced(base, more))

    add("intro", role=Role.STATEMENT)
    add("age", Type.NUMBER, whole=True)
    add("size", Type.NUMBER, whole=True)
    add("rent", Type.NUMBER)
    add("owns", Type.CHOICE, choices=("yes", "no"))
    add("works", Type.CHOICE, choices=("yes", "no"), codes=(1, 0))
    add("city", Type.CHOICE, choices=_CITIES, codes=(1, 2, 3))
    add("birthplace", Type.CHOICE, choices=(*_CITIES, "abroad"))
    add("pets", Type.CHOICES, choices=("dog", "cat", "none"), codes=(1, 2, 3))
    add("born", Type.DATE)
    add("moved", Type.DATE)
    add("home_by", Type.TIME)
    add("street", Type.TEXT)
    add("north", Type.CHOICE, choices=_CITIES)
    add("crowded", Type.CHOICE, Role.COMPUTED, choices=("yes", "no"))
    add("people", role=Role.ROSTER, end=17)
    add("p_age", Type.NUMBER, roster="people", whole=True)
    add("p_works", Type.CHOICE, roster="people", choices=("yes", "no"))
    add("cars", role=Role.ROSTER, end=19)
    add("c_price", Type.NUMBER, roster="cars")
    add("commute", Type.DURATION)
    add("faulty", broken=True)
    add("here", Type.NUMBER, whole=True)
    add("later", Type.NUMBER, whole=True)
    return {item.name: item for item in items}


def _replaced(item: Declared, more: dict[str, object]) -> Declared:
    return Declared(**(item._asdict() | more))


ITEMS: Final = _items()
HERE: Final = View(ITEMS["here"].place)
"""The place of the item `here`, behind both rosters."""
IN_CARS: Final = View(ITEMS["c_price"].place + 1, frozenset({"cars"}))
"""A row of the roster `cars`."""


def scope() -> Scope:
    """A scope whose speller has not been used yet."""
    return Scope(ITEMS, frozenset({"not_sure", "declined"}))


def condition(text: str, view: View = HERE) -> Node:
    """A condition, read in the scope."""
    return read_condition(text, scope(), view)


def value(text: str, view: View = HERE) -> Node:
    """A value, read in the scope."""
    return read_value(text, scope(), view)


def error(text: str, view: View = HERE) -> tuple[str, str, str]:
    """Code, caret picture with sentence, and hint of a condition that cannot be read."""
    try:
        node = condition(text, view)
    except ConditionError as found:
        return found.code, f"{show(text, found.at)}\n{found.says}", found.hint
    raise AssertionError(f"was read as {node!r}")
