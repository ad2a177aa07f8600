"""Grids: one list of answers asked of several things, read into one question for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from instrument.conditions.scope import View
from instrument.drafts import Draft
from instrument.header import read_modes
from instrument.keys import GRID_KEYS, ROW_KEYS, SHARED_KEYS
from instrument.models import Expression, GridRow, Wording
from instrument.specify import both
from instrument.texts import Context
from instrument.wordings import QUESTION_TEXTS, read_wordings
from instrument.yaml_nodes import Mapping


@dataclass(frozen=True, slots=True)
class Grid:
    """What the rows of a grid have in common."""

    draft: Draft
    title: str
    modes: tuple[str, ...]
    ask_if: Expression | None
    wordings: MappingProxyType[str, Wording]
    """Mode to the stem (as `ask`) and to the texts of rows that have none of their own."""

    def row(self, draft: Draft, modes: Sequence[str]) -> Draft:
        """A row as a question of its own: with the keys of the grid that hold for it."""
        shared = self.draft.fields.mapping.entries
        own = draft.fields.mapping.entries
        fields = draft.fields
        fields.allow(
            (*ROW_KEYS, *modes),
            SHARED_KEYS | {"kind"},
            "stands in the grid, not in one of its rows",
        )
        entries = {key: entry for key, entry in shared.items() if key in SHARED_KEYS}
        entries |= {key: entry for key, entry in own.items() if key in ROW_KEYS or key in modes}
        entries.pop("item", None)
        fields.mapping = Mapping(fields.source, entries)
        return draft

    def universe(self, ask_if: Expression | None) -> Expression | None:
        """The universe of a row: the grid's, and its own."""
        if self.ask_if is None or ask_if is None:
            return ask_if or self.ask_if
        tree = both(self.ask_if.tree, ask_if.tree)
        return Expression(source=ask_if.source, text=str(tree), tree=tree)

    def worded(self, wordings: MappingProxyType[str, Wording]) -> MappingProxyType[str, Wording]:
        """The wordings of a row, with the grid's texts where it has none of its own."""
        return MappingProxyType(
            {mode: self._filled(wording, mode) for mode, wording in wordings.items()}
        )

    def _filled(self, wording: Wording, mode: str) -> Wording:
        common = self.wordings.get(mode)
        if common is None:
            return wording
        missing = [key for key in QUESTION_TEXTS if getattr(wording, key) is None]
        return wording.model_copy(update={key: getattr(common, key) for key in missing})

    def place(self, name: str, modes: Sequence[str]) -> GridRow:
        """Where a row of some modes stands in the grid."""
        rows = self.draft.declared.rows
        return GridRow(
            source=self.draft.declared.source,
            grid=self.draft.declared.name,
            title=self.title,
            number=rows.index(name) + 1,
            of=len(rows),
            stem=MappingProxyType(
                {mode: self.wordings[mode].ask for mode in modes if mode in self.wordings}
            ),
            translations=self.draft.fields.translations,
        )


def read_grid(context: Context, draft: Draft, outer_modes: Sequence[str], view: View) -> Grid:
    """What stands in a grid itself; its rows are still to be read.

    Args:
        context: the instrument so far.
        draft: the grid.
        outer_modes: the modes of the section or roster it stands in.
        view: from where it reads: what comes before its first row.
    """
    fields, name = draft.fields, draft.declared.name
    fields.allow(
        (*GRID_KEYS, *context.modes), ROW_KEYS, "stands in the rows of the grid, not in the grid"
    )
    modes = read_modes(fields, outer_modes)
    return Grid(
        draft=draft,
        title=fields.caption("title", required=True) or name,
        modes=modes,
        ask_if=context.condition(fields.scalar("ask_if"), view, f"ask_if of {draft.called}"),
        wordings=read_wordings(context, fields, view, modes, QUESTION_TEXTS),
    )
