"""Second pass over a question: its texts, bounds and checks."""

from collections.abc import Sequence
from typing import Any, Final

from instrument.conditions.nodes import Type
from instrument.conditions.scope import View
from instrument.drafts import Draft
from instrument.fields import Fields
from instrument.grids import Grid
from instrument.header import read_modes
from instrument.keys import COMMON, KIND_KEYS, OF_KIND
from instrument.masks import has_place, length
from instrument.models import (
    CHOICE_KINDS,
    NUMBER_KINDS,
    TEXT_KINDS,
    Check,
    Kind,
    Measure,
    Question,
    Sensitivity,
    Variable,
)
from instrument.offered import offer_check, read_offers, refuse_dead_end
from instrument.ranges import RANGED, read_counts, read_data_unit, read_range, read_units
from instrument.report import quote
from instrument.specify import specify_texts
from instrument.texts import Context
from instrument.wordings import QUESTION_TEXTS, read_wordings
from instrument.yaml_nodes import Scalar

TEXT_LENGTH: Final = 200
"""Characters that a short text may have, unless its question says otherwise."""
LONG_TEXT_LENGTH: Final = 4000
MOST_TEXT_LENGTH: Final = 20_000

_MEASURES: Final = tuple(Measure)
_SENSITIVITIES: Final = tuple(Sensitivity)
_NOMINAL: Final = CHOICE_KINDS | TEXT_KINDS


def read_question(
    context: Context,
    draft: Draft,
    outer_modes: Sequence[str],
    view: View,
    grid: Grid | None = None,
) -> list[Question]:
    """A question, followed by the texts for its choices to be specified, if it has any.

    Args:
        context: the instrument so far.
        draft: the question.
        outer_modes: the modes of what it stands in.
        view: from where it reads.
        grid: the grid of which it is a row.
    """
    fields, kind, name = draft.fields, draft.kind, draft.declared.name
    allowed = (*COMMON, *(OF_KIND[kind] if kind else KIND_KEYS), *context.modes)
    fields.allow(allowed, KIND_KEYS, f"does not fit kind {kind}")
    modes = read_modes(fields, outer_modes)
    ask_if = context.condition(fields.scalar("ask_if"), view, f"ask_if of {draft.called}")
    wordings = read_wordings(context, fields, view, modes, QUESTION_TEXTS)
    checks = _read_checks(context, draft, view)
    refused = _read_no_missing(context, fields)
    units = read_units(fields) if kind is Kind.DURATION else ()
    variable = read_variable(fields, kind, units)
    choices = read_offers(context, draft, view)
    if kind is None or variable is None or not name:
        return []
    question = Question(
        source=draft.declared.source,
        name=name,
        ask_if=grid.universe(ask_if) if grid else ask_if,
        modes=modes,
        kind=kind,
        wordings=grid.worded(wordings) if grid else wordings,
        choices=choices,
        units=units,
        checks=checks,
        no_missing=refused,
        variable=variable,
        grid=grid.place(name, modes) if grid else None,
        **_read_of_kind(context, draft, kind),
    )
    if draft.conditions:
        refuse_dead_end(context, draft, question)
        offered = offer_check(question, draft.declared.type or Type.CHOICE, fields.report.words)
        if offered is not None:
            question = question.model_copy(update={"checks": (*checks, offered)})
    context.sensitivities[name] = variable.sensitivity
    return [question, *specify_texts(draft, question)]


def _read_of_kind(context: Context, draft: Draft, kind: Kind) -> dict[str, Any]:
    """The fields of a question that only some kinds have; those of others keep their defaults."""
    fields, found = draft.fields, dict[str, Any]()
    if kind in RANGED:
        found["minimum"], found["maximum"] = read_range(context, fields, kind)
    elif kind in TEXT_KINDS:
        found["max_length"] = _read_length(fields, kind)
        found["mask"] = _read_mask(fields, kind, found["max_length"])
    elif kind in CHOICE_KINDS:
        if kind is Kind.ANY_OF:
            found["at_least"], found["at_most"] = read_counts(fields, draft)
        found["read_choices"] = fields.boolean("read_choices")
        found["shuffle"] = _read_shuffle(draft)
    return found


def read_variable(
    fields: Fields, kind: Kind | None, units: tuple[str, ...] | None = None
) -> Variable | None:
    """What data people need to know of a value.

    Args:
        fields: the item.
        kind: its kind; None when that is unusable.
        units: of a question, the units of its durations; None for a computed value.
    """
    label = fields.line("label", required=True)
    measure = fields.word("measure", _MEASURES)
    sensitivity = fields.word("sensitivity", _SENSITIVITIES)
    note = fields.text("note")
    unit = fields.line("unit") if kind in NUMBER_KINDS else None
    if kind is Kind.DURATION:
        unit = read_data_unit(fields, units)
    code_later = kind in TEXT_KINDS and fields.boolean("code_later")
    if label is None:
        return None
    usual = Measure.NOMINAL if kind in _NOMINAL else Measure.SCALE
    plain = Sensitivity.FREE_TEXT if kind in TEXT_KINDS else Sensitivity.NONE
    return Variable(
        source=fields.place("label"),
        label=label,
        measure=Measure(measure) if measure else usual,
        sensitivity=Sensitivity(sensitivity) if sensitivity else plain,
        note=note.text.strip() if note else None,
        unit=unit,
        code_later=code_later,
    )


def _read_checks(context: Context, draft: Draft, view: View) -> tuple[Check, ...]:
    if not draft.fields.has("checks"):
        return ()
    name, view = draft.declared.name, View(view.place, view.rosters, own=True)
    checks: list[Check] = []
    for number, part in enumerate(draft.fields.mappings("checks", f"a check of {draft.called}"), 1):
        part.adopt(("hard", "soft"), ("hard", "soft", "say"))
        severities = [key for key in ("hard", "soft") if part.has(key)]
        if len(severities) != 1:
            context.report.add(
                "check-form",
                part.source,
                f"a check of {draft.called} is either hard or soft",
                'write {hard: "CONDITION", say: "…"}',
            )
            continue
        part.allow((severities[0], "say"))
        what = f"{severities[0]} check of {draft.called}"
        condition = context.condition(part.scalar(severities[0]), view, what)
        say = context.text(part.said("say", required=True), view, f"'say' of a {what}")
        if condition is not None and say is not None:
            checks.append(
                Check(
                    source=part.source,
                    name=f"{name}#{number}",
                    severity="hard" if severities[0] == "hard" else "soft",
                    condition=condition,
                    say=say,
                )
            )
    return tuple(checks)


def _read_no_missing(context: Context, fields: Fields) -> frozenset[str]:
    node = fields.node("no_missing")
    if node is None:
        return frozenset()
    names = tuple(reason.name for reason in context.missing)
    if isinstance(node, Scalar):
        if node.text == "all":
            return frozenset(names)
        fields.wrong("no_missing", node.source, "'all', or a list of missing reasons")
        return frozenset()
    refused: set[str] = set()
    for scalar in fields.words("no_missing") or ():
        if scalar.text not in names:
            context.report.unknown(
                "missing-unknown",
                scalar.source,
                f"there is no missing reason {quote(scalar.text)}",
                scalar.text,
                names,
            )
        refused.add(scalar.text)
    return frozenset(refused)


def _read_length(fields: Fields, kind: Kind) -> int:
    usual = TEXT_LENGTH if kind is Kind.TEXT else LONG_TEXT_LENGTH
    return fields.integer("max_length", least=1, most=MOST_TEXT_LENGTH) or usual


def _read_mask(fields: Fields, kind: Kind, max_length: int) -> str | None:
    """The form that a short text must have."""
    scalar = fields.text("mask") if kind is Kind.TEXT else None
    if scalar is None:
        return None
    mask = scalar.text.strip()
    problem = ""
    if not has_place(mask):
        problem = "leaves nothing to be entered"
    elif length(mask) > max_length:
        problem = f"is longer than the text may be ({max_length} characters)"
    elif any(sign in mask for sign in "\n\t"):
        problem = "must be one line without tabs"
    if problem:
        fields.report.add(
            "mask-form",
            scalar.source,
            f"the mask of {fields.what} {problem}",
            "write 9 for a digit, A for a letter, X for either, such as 99999-9999",
        )
    return mask


def _read_shuffle(draft: Draft) -> bool:
    """Whether choices are shown in an order of each case's own."""
    if draft.kind not in (Kind.ONE_OF, Kind.ANY_OF) or not draft.fields.boolean("shuffle"):
        return False
    free = [one for one in draft.choices if not (one.fixed or one.exclusive or one.specify)]
    if len(free) <= 1 and not draft.declared.broken:
        draft.fields.report.add(
            "shuffle-fixed",
            draft.fields.place("shuffle"),
            f"no two choices of {draft.fields.what} can change places",
            "choices that are fixed, exclusive or to be specified keep theirs; leave 'shuffle' out",
        )
    return True
