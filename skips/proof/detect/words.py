"""How findings speak of the parts of an instrument."""

from collections.abc import Iterable, Sequence

from instrument.conditions.nodes import Node
from instrument.models import Choice, Computed, Expression, Item, Question, Roster, Section

_FEW = 3
"""More things than these are counted rather than listed."""


def named(item: Item) -> str:
    """An item by name and label: `'cars' (Number of cars)`; statements have a name only."""
    match item:
        case Question() | Computed():
            return f"'{item.name}' ({item.variable.label})"
        case Roster():
            return f"roster '{item.name}' ({item.title})"
        case _:
            return f"statement '{item.name}'"


def section_named(section: Section) -> str:
    """A section by its title."""
    return f"section '{section.title}'"


def choice_named(choice: Choice) -> str:
    """A choice by name and label: `'rented' (Rented)`."""
    return f"'{choice.name}' ({choice.label})"


def quoted(condition: Node | Expression) -> str:
    """A condition within a sentence."""
    return f"“{condition}”"


def first_large(text: str) -> str:
    """A sentence with a capital at its start."""
    return text[:1].upper() + text[1:]


def joined(parts: Sequence[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *rest, last = parts
    return f"{', '.join(rest)} {word} {last}" if rest else last


def listed(parts: Iterable[str], of: str = "more") -> str:
    """The first few of many, and how many others there are: `a, b, c and 4 more`."""
    every = list(parts)
    if len(every) <= _FEW + 1:
        return joined(every)
    return f"{', '.join(every[:_FEW])} and {len(every) - _FEW} {of}"


def numbered(numbers: Sequence[int], one: str) -> str:
    """`row 4`, `rows 4 and 5`, `rows 4 to 9`, `rows 1, 3 and 7`; ascending numbers."""
    if len(numbers) == 1:
        return f"{one} {numbers[0]}"
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{one}s {numbers[0]} to {numbers[-1]}"
    return f"{one}s {listed([str(number) for number in numbers])}"
