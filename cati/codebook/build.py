"""From an instrument to its codebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Final

from cati.codebook.answers import (
    KINDS,
    SENSITIVITIES,
    STATUS_LINES,
    bounds_of,
    choices_of,
    limits_of,
    missing_of,
    reason_lines,
    traits_of,
)
from cati.codebook.model import (
    CheckLine,
    Codebook,
    CodebookSection,
    Entry,
    GridPlace,
    Group,
    GuidePage,
    RuleLine,
    SummaryLine,
    Term,
    Use,
    Words,
)
from cati.codebook.texts import Speaker
from cati.codebook.universe import one_line, universe_of, universe_of_section
from cati.codebook.uses import uses_of
from cati.codebook.words import Wording
from cati.export.columns import Column, Profile
from cati.export.fields import left_out
from cati.export.layout import Layout, layout_of
from instrument.conditions.nodes import Item as ItemNode
from instrument.conditions.nodes import Node, Type, type_of
from instrument.counts import counted
from instrument.models import (
    Computed,
    Expression,
    Instrument,
    Item,
    Question,
    Roster,
    Section,
    Statement,
)

_UNUSED: Final[tuple[Use, ...]] = ()


def codebook(instrument: Instrument, language: str | None = None) -> Codebook:
    """The codebook of an instrument.

    Args:
        instrument: any instrument that could be exported in full.
        language: one of its languages, to give texts in that one alone; None for all of them.

    Raises:
        ExportError: its answers could not be exported, so that its columns have no names.
    """
    return _Builder(instrument, language).whole()


@dataclass(frozen=True)
class _Builder:
    """Makes one codebook."""

    instrument: Instrument
    language: str | None

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.instrument, self.language)

    @cached_property
    def speaker(self) -> Speaker:
        return Speaker(self.instrument, self.language)

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.instrument, Profile.FULL)

    @cached_property
    def columns(self) -> Mapping[str, tuple[Column, ...]]:
        """Item to its columns, row after row."""
        found: dict[str, list[Column]] = {}
        for field in self.layout.fields:
            found.setdefault(field.at.item, []).extend(field.columns)
        return {item: tuple(columns) for item, columns in found.items()}

    @cached_property
    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        return uses_of(self.instrument)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.instrument.items, start=1)}

    def whole(self) -> Codebook:
        """The codebook."""
        instrument, language = self.instrument, self.language
        return Codebook(
            name=instrument.name,
            title=instrument.said("title", language),
            version=instrument.version,
            fingerprint=instrument.fingerprint,
            language=language or next(iter(instrument.languages)),
            languages=tuple(
                (code, label)
                for code, label in instrument.languages.items()
                if code in self.speaker.languages
            ),
            modes=tuple(instrument.modes.values()),
            sections=tuple(self._section(section) for section in instrument.sections),
            missing=(*reason_lines(instrument, language), *STATUS_LINES),
            definitions=tuple(
                Term(one.said("term", language), one.said("means", language))
                for one in instrument.definitions
            ),
            guides=tuple(
                GuidePage(
                    one.name, one.said("title", language), one.said("text", language), one.items
                )
                for one in instrument.guides
            ),
            summary=tuple(
                SummaryLine(
                    one.name, one.said("label", language), one.said("hint", language), one.ask_if
                )
                for one in instrument.summary
            ),
            case_columns=self.layout.case_columns,
            item_columns=tuple(one for field in self.layout.fields for one in field.columns),
            summary_columns=self.layout.summary_columns,
        )

    def _section(self, section: Section) -> CodebookSection:
        return CodebookSection(
            section.name,
            section.said("title", self.language),
            universe_of_section(self.wording, section),
            self._blocks(section.items),
        )

    def _blocks(self, items: Sequence[Item]) -> tuple[Entry | Group, ...]:
        """Items in their order, the rows of a grid together."""
        blocks: list[Entry | Group] = []
        for grid, members in groupby(items, key=self._grid_of):
            if grid is None:
                blocks += [self._block(item) for item in members]
            else:
                blocks.append(self._grid(grid, list(members)))
        return tuple(blocks)

    def _grid_of(self, item: Item) -> str | None:
        """The grid that an item is a row of, or whose row it words."""
        if isinstance(item, Question):
            if item.grid is not None:
                return item.grid.grid
            if item.specifies is not None:
                asked = self.instrument.items[item.specifies]
                return asked.grid.grid if isinstance(asked, Question) and asked.grid else None
        return None

    def _grid(self, name: str, items: Sequence[Item]) -> Group:
        first = next(item.grid for item in items if isinstance(item, Question) and item.grid)
        return Group(
            name=name,
            sort="grid",
            title=first.title,
            label=first.title,
            stem=self.speaker.stem(first.stem),
            blocks=tuple(self._block(item) for item in items),
        )

    def _block(self, item: Item) -> Entry | Group:
        if isinstance(item, Roster):
            return self._roster(item)
        entry = Entry(
            name=item.name,
            sort="statement",
            position=self.positions[item.name],
            source=f"{item.source.file}:{item.source.line}",
            universe=universe_of(self.wording, item),
            used_by=self.uses.get(item.name, _UNUSED),
        )
        if isinstance(item, Statement):
            return replace(entry, texts=self.speaker.texts(item))
        return self._variable(entry, item)

    def _variable(self, entry: Entry, item: Question | Computed) -> Entry:
        columns = self.columns[item.name]
        entry = replace(
            entry,
            sort="question" if isinstance(item, Question) else "computed",
            label=one_line(item.variable.label),
            kind=KINDS[item.kind],
            measure=item.variable.measure.value,
            unit=item.variable.unit or "",
            sensitivity=SENSITIVITIES[item.variable.sensitivity],
            choices=choices_of(item, self.wording, self.speaker),
            missing=missing_of(item, columns, self.instrument, self.language),
            note=item.variable.note or "",
            columns=columns,
            left_out=left_out(item, Profile.ANALYSIS) or "",
        )
        if isinstance(item, Computed):
            return replace(entry, rule=self._rule(item))
        low, high = bounds_of(item)
        return replace(
            entry,
            texts=self.speaker.texts(item),
            limits=limits_of(item),
            low=low,
            high=high,
            traits=traits_of(item),
            several=item.kind == "any_of",
            grid=GridPlace(item.grid.grid, item.grid.title, item.grid.number, item.grid.of)
            if item.grid
            else None,
            specifies=item.specifies,
            checks=tuple(
                CheckLine(
                    check.severity,
                    one_line(str(check.condition)),
                    self.wording.condition(check.condition.tree),
                    self.speaker.text(check.say),
                )
                for check in item.checks
            ),
        )

    def _rule(self, item: Computed) -> tuple[RuleLine, ...]:
        if item.expression is not None:
            return (self._rule_line(item, None, item.expression),)
        return tuple(self._rule_line(item, one.when, one.value) for one in item.branches)

    def _rule_line(self, item: Computed, when: Expression | None, value: Expression) -> RuleLine:
        return RuleLine(
            one_line(str(when)) if when else None,
            self.wording.condition(when.tree) if when else (),
            one_line(str(value)),
            self._value(item, value.tree),
        )

    def _value(self, item: Computed, tree: Node) -> Words:
        """What a computed value comes to; a condition makes it yes or no."""
        if type_of(tree) is Type.BOOLEAN and not isinstance(tree, ItemNode):
            return ("yes when ", *self.wording.condition(tree), "; no where that does not hold")
        return self.wording.value(tree, beside=item.name)

    def _roster(self, roster: Roster) -> Group:
        return Group(
            name=roster.name,
            sort="roster",
            title=roster.said("title", self.language),
            label=one_line(roster.label),
            universe=universe_of(self.wording, roster),
            rows=self._rows(roster),
            rows_condition=one_line(str(roster.size)) if roster.size else "",
            row_label=self.speaker.text(roster.row_label),
            blocks=self._blocks(roster.items),
            columns=self.columns.get(roster.name, ()),
            used_by=self.uses.get(roster.name, _UNUSED),
        )

    def _rows(self, roster: Roster) -> Words:
        if roster.rows is not None:
            rows: Words = (counted(roster.rows, "row"),)
        elif roster.size is not None:
            size = self.wording.value(roster.size.tree)
            rows = ("As many rows as ", *size, f", at most {roster.at_most}")
        else:
            rows = (f"Rows are added by the interviewer, at most {roster.at_most}",)
        if roster.row_if is None:
            return (*rows, ".")
        only = self.wording.condition(roster.row_if.tree)
        return (*rows, "; a row is asked when ", *only, ".")
