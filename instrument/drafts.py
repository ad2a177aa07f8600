"""Items as the first pass over the sections leaves them, for the second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from instrument.conditions.scope import Declared
from instrument.fields import Fields, Said
from instrument.models import Choice, Kind
from instrument.yaml_nodes import Scalar

SPECIFY: Final = "_specify"
"""Ending of the text item behind a choice whose wording is asked."""


@dataclass(slots=True)
class Draft:
    """An item after the first pass."""

    declared: Declared
    fields: Fields
    kind: Kind | None = None
    """None for items without one, and when the kind is unusable."""
    choices: tuple[Choice, ...] = ()
    specify: tuple[Choice, ...] = ()
    """The choices whose wording is asked right behind."""
    specify_texts: Mapping[str, Said] = field(default_factory=dict)
    """Choice to what is asked for its wording, where the author says."""
    conditions: Mapping[str, Scalar] = field(default_factory=dict)
    """Choice to its `ask_if`."""
    inner: list["Draft"] = field(default_factory=list)
    """Of rosters their items, of grids their rows."""

    @property
    def called(self) -> str:
        """What messages about its parts call it."""
        return f"'{self.declared.name}'" if self.declared.name else self.fields.what


@dataclass(slots=True)
class SectionDraft:
    """A section after the first pass."""

    name: str
    fields: Fields
    place: int
    """Where its first item stands."""
    items: list[Draft]


def specify_name(question: str, asked: Sequence[Choice], choice: Choice) -> str:
    """The name of the text item behind a choice.

    Args:
        question: the name of its question.
        asked: the choices of the question whose wording is asked.
        choice: one of them.
    """
    return question + (SPECIFY if len(asked) == 1 else f"_{choice.name}")
