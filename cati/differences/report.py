"""What is written, what is proved, and what it means for open cases, joined item by item."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from instrument.changes import (
    ASKED_IF,
    NOT_COMPARABLE,
    ROWS_ASKED_IF,
    WORKED_OUT,
    WORST_FIRST,
    Change,
    Changes,
    Difference,
    ItemChange,
    SectionChange,
    worst,
)
from instrument.models import Instrument, Roster, Statement
from skips.proof.compare_universes import Compare, Relation, Universes
from skips.proof.open_cases import Effect

SAME: Final = "same"
SAME_AS_FAR: Final = "same as far as both take the answers"
"""Of items that one version also asks with answers, before them, that the other does not take."""
UNSETTLED: Final = "universe not settled"
RENAMED: Final = "renamed"


@dataclass(frozen=True)
class Row:
    """An item in the table of what is comparable."""

    item: ItemChange
    universes: Universes | None
    """None for items of one version."""
    differences: tuple[Difference, ...]
    """Those that are differences, after all that is proved: the worst first."""
    rewritten: tuple[Difference, ...]
    """What is written otherwise and comes to the same."""
    effects: tuple[Effect, ...]
    changes: frozenset[Change]

    @property
    def status(self) -> tuple[str, ...]:
        """What it has become, the worst first; `same` where waves can be compared as they are."""
        found = [str(one) for one in WORST_FIRST if one in self.changes & NOT_COMPARABLE]
        found += [UNSETTLED] if self.is_unsettled else []
        found += [RENAMED] if self.item.renamed else []
        return tuple(found) or (SAME_AS_FAR if self.is_limited else SAME,)

    @property
    def other(self) -> tuple[str, ...]:
        """What else differs, which keeps nobody from comparing waves."""
        return tuple(str(one) for one in WORST_FIRST if one in self.changes - NOT_COMPARABLE)

    @property
    def is_unsettled(self) -> bool:
        """Whether it could be asked of other cases: nothing shows it, and nothing excludes it."""
        return self.universes is not None and self.universes.relation is Relation.UNDECIDED

    @property
    def is_limited(self) -> bool:
        """Whether one version asks it with answers, before it, that the other does not take."""
        return self.universes is not None and bool(self.universes.beyond)

    @property
    def differs(self) -> bool:
        """Whether anything about it is not as it was."""
        return bool(self.changes) or self.item.renamed or self.is_unsettled

    @property
    def follows(self) -> bool:
        """Whether it differs only by what stands around it, or by what its conditions read."""
        return self.differs and not self.differences and not self.item.renamed

    @property
    def label(self) -> str:
        """What data people read of it; nothing of statements."""
        item = self.item.new or self.item.old
        if item is None or isinstance(item, Statement):
            return ""
        return item.label if isinstance(item, Roster) else item.variable.label


@dataclass(frozen=True)
class Part:
    """A section in the table."""

    section: SectionChange
    universes: Universes | None
    differences: tuple[Difference, ...]
    rewritten: tuple[Difference, ...]
    rows: tuple[Row, ...]
    """In the order of the interview."""

    @property
    def name(self) -> str:
        """Its name in the new version; of a dropped one that which it had."""
        return self.section.new or self.section.old or ""

    @property
    def differs(self) -> bool:
        """Whether anything in it is not as it was."""
        return bool(self.differences) or any(row.differs for row in self.rows)

    @property
    def worst(self) -> int:
        """The place of its worst change in `WORST_FIRST`."""
        own = frozenset(one.change for one in self.differences)
        return min([worst(own), *(worst(row.changes) for row in self.rows)])


@dataclass(frozen=True)
class Report:
    """Everything that is said of two versions."""

    old: Instrument
    new: Instrument
    changes: Changes
    parts: tuple[Part, ...]
    """In the order of the new version."""
    proved: bool
    """False where the proof was left out."""

    @property
    def rows(self) -> Iterator[Row]:
        """The items of all sections."""
        return (row for part in self.parts for row in part.rows)

    @property
    def header(self) -> tuple[Difference, ...]:
        """What differs of the instrument as a whole, besides the number of its version."""
        return tuple(one for one in self.changes.header if one.what != "the version")

    @property
    def same(self) -> bool:
        """Whether both ask the same of the same cases in the same words, however it is written."""
        return not self.header and not any(part.differs for part in self.parts)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items there are of each status, and of other differences."""
        found = Counter(one for row in self.rows for one in (*row.status, *row.other))
        order = [SAME, SAME_AS_FAR, *map(str, WORST_FIRST), UNSETTLED, RENAMED]
        return {one: found[one] for one in order if found[one]}


def join(
    old: Instrument,
    new: Instrument,
    changes: Changes,
    found: Compare,
    effects: Mapping[str, tuple[Effect, ...]],
    *,
    proved: bool,
) -> Report:
    """Join what is known.

    Args:
        old: the version before.
        new: the version after.
        changes: what is written otherwise.
        found: who is asked what in both.
        effects: what moving does to open cases, by `item_key`.
        proved: whether a proof was tried where cases show nothing.
    """
    parts = []
    for section in changes.sections:
        rows = tuple(_row(item, found, effects) for item in section.items)
        universes = found.sections.get(section.new or "") if section.old else None
        kept, rewritten = _sorted_out(section.differences, universes)
        parts.append(Part(section, universes, kept, rewritten, rows))
    return Report(old, new, changes, tuple(parts), proved)


def item_key(item: ItemChange) -> str:
    """A name for an item of two versions that no other one has."""
    return f"{item.old.name if item.old else ''}={item.new.name if item.new else ''}"


def _row(item: ItemChange, found: Compare, effects: Mapping[str, tuple[Effect, ...]]) -> Row:
    universes = found.items.get(item.name) if item.old and item.new else None
    kept, rewritten = _sorted_out(
        item.differences, _with_rows(item, universes, found.items), equal_parts(item, found)
    )
    changes = {one.change for one in kept}
    if universes is not None and universes.relation is Relation.UNDECIDED:
        # Another condition is not known to ask others.
        changes = {one.change for one in kept if one.what not in (ASKED_IF, ROWS_ASKED_IF)}
    elif universes is not None and universes.relation is not Relation.SAME:
        changes.add(Change.UNIVERSE)
    moved = effects.get(item_key(item), ())
    return Row(item, universes, kept, rewritten, moved, frozenset(changes))


def equal_parts(item: ItemChange, found: Compare) -> frozenset[str]:
    """What of an item is written otherwise and proved to come to the same."""
    both = ((found.same_own, ASKED_IF), (found.same_values, WORKED_OUT))
    return frozenset(what for names, what in both if item.old and item.name in names)


def _with_rows(
    item: ItemChange, universes: Universes | None, items: Mapping[str, Universes]
) -> Universes | None:
    """The universe of an item; of a roster the first one of its items' that is not the same.

    A roster can be asked of the same cases and have other rows.
    """
    if universes is None or universes.relation is not Relation.SAME:
        return universes
    if not isinstance(item.new, Roster):
        return universes
    inner = [items[one.name] for one in item.new.items if one.name in items]
    return next((one for one in inner if one.relation is not Relation.SAME), universes)


def _sorted_out(
    differences: tuple[Difference, ...],
    universes: Universes | None,
    equal: frozenset[str] = frozenset(),
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """Differences, worst first, apart from conditions that are only written otherwise."""
    same = universes is not None and universes.relation is Relation.SAME
    rewritten = [
        one for one in differences if (same and one.change is Change.UNIVERSE) or one.what in equal
    ]
    kept = [one for one in differences if one not in rewritten]
    return tuple(sorted(kept, key=lambda one: WORST_FIRST.index(one.change))), tuple(rewritten)
