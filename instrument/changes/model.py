"""What differs between two versions of an instrument, as values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from instrument.models import Item


class Change(StrEnum):
    """What an item has become; it can be several of these at once."""

    DROPPED = "dropped"
    NEW = "new"
    RECODED = "recoded"
    """Other answers can be given, or they are written otherwise: kind, choices, codes, limits."""
    UNIVERSE = "new universe"
    """It is asked of other cases."""
    REWORDED = "reworded"
    """Something else is read aloud, or looked for, before the answer."""
    CHECKED = "other checks"
    GUIDED = "other guidance"
    """The interviewer reads something else: instructions, probes, help."""
    MOVED = "moved"
    """It stands in another section or at another place among the others."""
    DOCUMENTED = "documented otherwise"
    """Only people who work with the data see a difference."""


WORST_FIRST: Final = tuple(Change)
"""How much a change harms the comparison of two waves: the greatest harm first."""

NOT_COMPARABLE: Final = frozenset(
    {Change.DROPPED, Change.NEW, Change.RECODED, Change.UNIVERSE, Change.REWORDED}
)
"""Changes after which the answers of two waves are not comparable as they are."""

ASKED_IF: Final = "asked if"
"""What differs where an own condition is written otherwise."""
ROWS_ASKED_IF: Final = "a row is asked if"
"""What differs where the condition of a roster's rows is."""
WORKED_OUT: Final = "worked out as"
"""What differs where a computed value is."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    change: Change
    what: str
    """What differs, such as `the question` or `the code of 'bus'`."""
    before: str | None = None
    """How it was; None where there was nothing."""
    after: str | None = None
    """How it is; None where nothing is left."""

    def __str__(self) -> str:
        match self.before, self.after:
            case None, None:
                return self.what
            case None, after:
                return f"{self.what}: new: {after}"
            case before, None:
                return f"{self.what}: gone: {before}"
            case before, after:
                return f"{self.what}: {before} -> {after}"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item in both versions, or in one of them."""

    old: Item | None
    new: Item | None
    differences: tuple[Difference, ...]
    """In no order but that in which they were found; none where all is as it was."""
    rewritten: bool = False
    """Whether the conditions of its universe are written otherwise, or look at what has changed:
    then only a proof tells whether it is asked of other cases."""

    @property
    def name(self) -> str:
        """Its name in the new version; of a dropped item that which it had."""
        item = self.new or self.old
        assert item is not None
        return item.name

    @property
    def renamed(self) -> bool:
        """Whether it has another name now."""
        return self.old is not None and self.new is not None and self.old.name != self.new.name

    @property
    def changes(self) -> frozenset[Change]:
        """What it has become, going by what is written."""
        return frozenset(one.change for one in self.differences)


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section in both versions, or in one of them, with its items."""

    old: str | None
    """Its name in the old version."""
    new: str | None
    title: str
    differences: tuple[Difference, ...]
    items: tuple[ItemChange, ...]
    """In the order of the new version; dropped ones where they stood."""
    rewritten: bool = False
    """As of an item: of its own condition."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A new name that a dropped item may have."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two versions."""

    header: tuple[Difference, ...]
    """Of the instrument as a whole: its title, modes, languages, missing reasons and the rest."""
    sections: tuple[SectionChange, ...]
    """In the order of the new version; dropped ones where they stood."""
    likely: tuple[Likely, ...]
    """Items that look like ones of another name; taken as dropped and new until somebody says."""

    @property
    def items(self) -> tuple[ItemChange, ...]:
        """The items of all sections."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def same(self) -> bool:
        """Whether nothing at all differs in what is written."""
        return not self.header and not any(
            section.differences or any(item.differences or item.renamed for item in section.items)
            for section in self.sections
        )


def worst(changes: frozenset[Change]) -> int:
    """The place of the worst of some changes in `WORST_FIRST`; behind all of them for none."""
    return min(map(WORST_FIRST.index, changes), default=len(WORST_FIRST))
