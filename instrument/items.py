"""Second pass over the sections: drafts become models, with their texts and conditions read."""

from collections.abc import Sequence
from typing import Final

from instrument.conditions.check import read_computed
from instrument.conditions.scope import Role, View
from instrument.drafts import Draft, SectionDraft
from instrument.fields import Fields
from instrument.grids import read_grid
from instrument.header import read_modes
from instrument.inherited import inherited
from instrument.keys import COMPUTED_KEYS, ROSTER_KEYS, STATEMENT_KEYS
from instrument.models import (
    Branch,
    Computed,
    Expression,
    Item,
    Kind,
    Question,
    Roster,
    Section,
    Statement,
)
from instrument.questions import read_question, read_variable
from instrument.texts import Context
from instrument.wordings import STATEMENT_TEXTS, read_wordings
from instrument.yaml_nodes import Scalar

MOST_ROWS: Final = 500
"""No roster has more rows."""


def read_section(context: Context, draft: SectionDraft) -> Section:
    """A section with all that could be read of its items."""
    gate = View(draft.place)
    return Section(
        source=draft.fields.source,
        name=draft.name,
        title=draft.fields.caption("title", required=True) or draft.name,
        translations=draft.fields.translations,
        ask_if=context.condition(
            draft.fields.scalar("ask_if"), gate, f"ask_if of section '{draft.name}'"
        ),
        items=tuple(_read_items(context, draft.items, context.modes)),
    )


def _read_items(context: Context, drafts: Sequence[Draft], modes: Sequence[str]) -> list[Item]:
    items: list[Item] = []
    for draft in drafts:
        if draft.declared.role is Role.ROSTER:
            roster = _read_roster(context, draft)
            items.extend([roster] if roster else [])
        else:
            items.extend(_read_plain(context, draft, modes))
    return items


def _read_plain(
    context: Context, draft: Draft, modes: Sequence[str]
) -> Sequence[Question | Statement | Computed]:
    """Any item but a roster."""
    roster = draft.declared.roster
    view = View(draft.declared.place, frozenset({roster} if roster else ()))
    match draft.declared.role:
        case Role.QUESTION:
            return read_question(context, draft, modes, view)
        case Role.GRID:
            return _read_rows(context, draft, modes, view)
        case Role.STATEMENT:
            return _read_statement(context, draft, modes, view)
        case _:
            return _read_computed(context, draft, modes, view)


def _read_rows(
    context: Context, draft: Draft, outer_modes: Sequence[str], view: View
) -> Sequence[Question]:
    """The questions of a grid; a mistake in what they share is noted once."""
    grid = read_grid(context, draft, outer_modes, view)
    questions: list[Question] = []
    for inner in draft.inner:
        with context.report.once():
            row = grid.row(inner, context.modes)
            here = View(row.declared.place, view.rosters)
            questions += read_question(context, row, grid.modes, here, grid)
    return questions


def _read_statement(
    context: Context, draft: Draft, outer_modes: Sequence[str], view: View
) -> Sequence[Statement]:
    fields, name = draft.fields, draft.declared.name
    fields.allow((*STATEMENT_KEYS, *context.modes))
    modes = read_modes(fields, outer_modes)
    ask_if = context.condition(fields.scalar("ask_if"), view, f"ask_if of {draft.called}")
    wordings = read_wordings(context, fields, view, modes, STATEMENT_TEXTS)
    return [
        Statement(
            source=draft.declared.source, name=name, ask_if=ask_if, modes=modes, wordings=wordings
        )
    ]


def _read_computed(
    context: Context, draft: Draft, outer_modes: Sequence[str], view: View
) -> Sequence[Computed]:
    fields, name, kind = draft.fields, draft.declared.name, draft.kind
    fields.allow((*COMPUTED_KEYS,))
    if kind is not Kind.ONE_OF and kind is not None and fields.has("choices"):
        fields.report.add(
            "key-misplaced", fields.place("choices"), f"'choices' does not fit kind {kind}"
        )
    modes = read_modes(fields, outer_modes)
    ask_if = context.condition(fields.scalar("ask_if"), view, f"ask_if of {draft.called}")
    variable = read_variable(fields, kind)
    if fields.has("as") == fields.has("branches"):
        fields.report.add(
            "compute-form",
            fields.source,
            f"{fields.what} needs either 'as' or 'branches'",
            "write as: EXPRESSION, or branches: with a list of {when: CONDITION, is: VALUE}",
        )
    expression = _target(context, draft, fields.scalar("as"), view, f"'as' of {draft.called}")
    branches = _read_branches(context, draft, view)
    if kind is None or variable is None:
        return []
    if not fields.has("sensitivity"):
        given = (*([expression] if expression else []), *(branch.value for branch in branches))
        strictest = inherited(kind, (one.tree for one in given), context.sensitivities)
        variable = variable.model_copy(update={"sensitivity": strictest})
    context.sensitivities[name] = variable.sensitivity
    return [
        Computed(
            source=draft.declared.source,
            name=name,
            ask_if=ask_if,
            modes=modes,
            kind=kind,
            expression=expression,
            branches=branches,
            choices=draft.choices,
            variable=variable,
        )
    ]


def _target(
    context: Context, draft: Draft, scalar: Scalar | None, view: View, what: str
) -> Expression | None:
    """An expression that comes to a value of the computed item."""
    if draft.declared.broken or draft.declared.type is None:
        return None
    return context.expression(
        scalar, what, lambda text: read_computed(text, context.scope, view, draft.declared)
    )


def _read_branches(context: Context, draft: Draft, view: View) -> tuple[Branch, ...]:
    branches: list[Branch] = []
    parts = draft.fields.mappings("branches", f"a branch of {draft.called}")
    for number, part in enumerate(parts, 1):
        part.adopt(("otherwise",), ("when", "is"))
        last = part.has("otherwise")
        part.allow(("otherwise",) if last else ("when", "is"))
        if last and number < len(parts):
            context.report.add(
                "compute-form",
                part.source,
                f"branch {number} of {draft.called} hides those behind it",
                "put 'otherwise' last",
            )
        when = context.condition(
            None if last else part.scalar("when", required=True),
            view,
            f"'when' of branch {number} of {draft.called}",
        )
        key = "otherwise" if last else "is"
        value = _target(
            context,
            draft,
            part.scalar(key, required=True),
            view,
            f"'{key}' of branch {number} of {draft.called}",
        )
        if value is not None and (last or when is not None):
            branches.append(Branch(source=part.source, when=when, value=value))
    return tuple(branches)


def _read_roster(context: Context, draft: Draft) -> Roster | None:
    fields, name, declared = draft.fields, draft.declared.name, draft.declared
    fields.allow(ROSTER_KEYS)
    view = View(declared.place)
    modes = read_modes(fields, context.modes)
    title = fields.caption("title", required=True)
    rows = fields.integer("rows", least=1, most=MOST_ROWS)
    if fields.has("rows") and fields.has("size"):
        fields.report.add(
            "roster-form",
            fields.place("rows"),
            f"{fields.what} has both 'size' and 'rows'",
            "keep one of the two",
        )
    at_most = fields.integer("at_most", least=1, most=MOST_ROWS, required=not fields.has("rows"))
    if rows and at_most and at_most < rows:
        fields.report.add(
            "range-order",
            fields.place("at_most"),
            f"'at_most' {at_most} is less than 'rows' {rows}",
            "leave 'at_most' out: there are always as many rows as 'rows' says",
        )
    size = _read_size(context, fields, view)
    label = context.text(
        fields.said("row_label", required=True),
        View(declared.end + 1, frozenset({name})),
        f"'row_label' of {fields.what}",
    )
    row_if = context.condition(
        fields.scalar("row_if"),
        View(declared.place, frozenset({name})),
        f"row_if of {draft.called}",
    )
    items = [item for inner in draft.inner for item in _read_plain(context, inner, modes)]
    ask_if = context.condition(fields.scalar("ask_if"), view, f"ask_if of {draft.called}")
    if title is None or label is None or not name:
        return None
    return Roster(
        source=declared.source,
        name=name,
        ask_if=ask_if,
        modes=modes,
        title=title,
        translations=fields.translations,
        label=fields.line("label") or title,
        size=size,
        rows=rows,
        at_most=at_most or rows or 1,
        row_label=label,
        row_if=row_if,
        items=tuple(items),
    )


def _read_size(context: Context, fields: Fields, view: View) -> Expression | None:
    """The expression that says how many rows there are."""
    return context.whole(fields.scalar("size"), view, f"'size' of {fields.what}")
