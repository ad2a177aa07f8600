"""Second pass over a question: its texts, bounds and checks."""

import re
from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from instrument.choices import EXPORT_CODES
from instrument.conditions.nodes import And, Compare, Comparison, Has, Item, Literal, Node, Type
from instrument.conditions.scope import View
from instrument.declare import SPECIFY, Draft
from instrument.fields import Fields, Said
from instrument.header import read_modes
from instrument.models import (
    CHOICE_KINDS,
    NUMBER_KINDS,
    TEXT_KINDS,
    Check,
    Expression,
    Kind,
    Measure,
    Question,
    Sensitivity,
    Text,
    Variable,
    Wording,
)
from instrument.report import quote
from instrument.source import Source
from instrument.texts import Context
from instrument.values import PartialDate
from instrument.wordings import QUESTION_TEXTS, read_wordings
from instrument.yaml_nodes import Scalar

TEXT_LENGTH: Final = 200
"""Characters that a short text may have, unless its question says otherwise."""
LONG_TEXT_LENGTH: Final = 4000
MOST_TEXT_LENGTH: Final = 20_000
SPECIFY_ASK: Final = "Please describe it in a few words."
SPECIFY_INSTRUCT: Final = "Do not record names or other identifying details."

_COMMON: Final = (
    "question", "kind", "label", *QUESTION_TEXTS, "modes", "ask_if", "checks", "no_missing",
    "measure", "sensitivity", "note",
)  # fmt: skip
_OF_KIND: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.ONE_OF: ("choices", "read_choices"),
    Kind.ANY_OF: ("choices", "read_choices", "at_least", "at_most"),
    Kind.YES_NO: (),
    Kind.INTEGER: ("range", "unit"),
    Kind.DECIMAL: ("range", "unit"),
    Kind.DATE: ("range",),
    Kind.TIME: (),
    Kind.TEXT: ("max_length",),
    Kind.LONG_TEXT: ("max_length",),
}
_KIND_KEYS: Final = frozenset(key for keys in _OF_KIND.values() for key in keys)
QUESTION_KEYS: Final = frozenset(_COMMON) | _KIND_KEYS
"""Every key that a question of some kind can have."""

_RANGE: Final = re.compile(r"\s*(\S*?)\s*\.\.\s*(\S*?)\s*")
_NUMBER: Final = {
    Kind.INTEGER: re.compile(r"[-+]?[0-9]{1,18}"),
    Kind.DECIMAL: re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,9})?"),
}

Bound = int | Decimal | PartialDate


def read_question(
    context: Context, draft: Draft, outer_modes: Sequence[str], view: View
) -> list[Question]:
    """A question, followed by the text for its choice to be specified, if it has one."""
    fields, kind = draft.fields, draft.kind
    allowed = (*_COMMON, *(_OF_KIND[kind] if kind else _KIND_KEYS), *context.modes)
    fields.allow(allowed, _KIND_KEYS, f"does not fit kind {kind}")
    modes = read_modes(fields, outer_modes)
    ask_if = context.condition(fields.scalar("ask_if"), view, f"ask_if of '{draft.declared.name}'")
    wordings = read_wordings(context, fields, view, modes, QUESTION_TEXTS)
    checks = _read_checks(context, draft, View(view.place, view.rosters, own=True))
    refused = _read_no_missing(context, fields)
    variable = read_variable(fields, kind)
    if kind is None or variable is None or not draft.declared.name:
        return []
    minimum, maximum = _read_range(context, fields, kind)
    at_least, at_most = _read_counts(fields, draft)
    question = Question(
        source=draft.declared.source,
        name=draft.declared.name,
        ask_if=ask_if,
        modes=modes,
        kind=kind,
        wordings=wordings,
        choices=draft.choices,
        read_choices=kind in CHOICE_KINDS and fields.boolean("read_choices"),
        minimum=minimum,
        maximum=maximum,
        at_least=at_least,
        at_most=at_most,
        max_length=_read_length(fields, kind),
        checks=checks,
        no_missing=refused,
        variable=variable,
    )
    specify = _specify(draft, question)
    return [question] if specify is None else [question, specify]


def read_variable(fields: Fields, kind: Kind | None) -> Variable | None:
    """What data people need to know of a value."""
    label = fields.line("label", required=True)
    measure = fields.word("measure", tuple(Measure))
    sensitivity = fields.word("sensitivity", tuple(Sensitivity))
    note = fields.text("note")
    unit = fields.line("unit") if kind in NUMBER_KINDS else None
    if label is None:
        return None
    usual = Measure.NOMINAL if kind in CHOICE_KINDS | TEXT_KINDS else Measure.SCALE
    plain = Sensitivity.FREE_TEXT if kind in TEXT_KINDS else Sensitivity.NONE
    return Variable(
        source=fields.place("label"),
        label=label,
        measure=Measure(measure) if measure else usual,
        sensitivity=Sensitivity(sensitivity) if sensitivity else plain,
        note=note.text.strip() if note else None,
        unit=unit,
    )


def _read_checks(context: Context, draft: Draft, view: View) -> tuple[Check, ...]:
    name = draft.declared.name
    checks: list[Check] = []
    for number, part in enumerate(draft.fields.mappings("checks", f"a check of '{name}'"), 1):
        severities = [key for key in ("hard", "soft") if part.has(key)]
        if len(severities) != 1:
            context.report.add(
                "check-form",
                part.source,
                f"a check of '{name}' is either hard or soft",
                'write {hard: "CONDITION", say: "…"}',
            )
            continue
        part.allow((severities[0], "say"))
        what = f"{severities[0]} check of '{name}'"
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
    names = tuple(reason.name for reason in context.missing)
    node = fields.node("no_missing")
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


def _read_length(fields: Fields, kind: Kind) -> int | None:
    if kind not in TEXT_KINDS:
        return None
    usual = TEXT_LENGTH if kind is Kind.TEXT else LONG_TEXT_LENGTH
    return fields.integer("max_length", least=1, most=MOST_TEXT_LENGTH) or usual


def _read_counts(fields: Fields, draft: Draft) -> tuple[int, int | None]:
    """How many choices of an any-of question may be taken, at least and at most."""
    if draft.kind is not Kind.ANY_OF or draft.declared.broken:
        return 0, None
    most = max(1, len(draft.choices))
    least_taken = fields.integer("at_least", least=0, most=most)
    most_taken = fields.integer("at_most", least=1, most=most)
    at_least = 1 if least_taken is None else least_taken
    if most_taken is not None and most_taken < at_least:
        fields.report.add(
            "range-order",
            fields.place("at_most"),
            f"'at_most' {most_taken} is less than 'at_least' {at_least}",
        )
    return at_least, most_taken


def _read_range(context: Context, fields: Fields, kind: Kind) -> tuple[Bound | None, Bound | None]:
    """The least and the greatest value; numbers begin at 0 unless the author says otherwise."""
    least: Bound | None = 0 if kind in NUMBER_KINDS else None
    scalar = fields.scalar("range") if kind in NUMBER_KINDS or kind is Kind.DATE else None
    if scalar is None:
        return least, None
    match = _RANGE.fullmatch(scalar.text)
    sides = [_bound(side, kind) for side in match.groups()] if match else [None, None]
    if match is None or any(
        bound is None and side for bound, side in zip(sides, match.groups(), strict=True)
    ):
        wanted = "2019-01-01..2019-12-31" if kind is Kind.DATE else "0..99, 0.. or ..99"
        fields.wrong("range", scalar.source, f"written like {wanted}")
        return least, None
    low, high = sides
    if low is None and not (kind in NUMBER_KINDS and isinstance(high, int | Decimal) and high < 0):
        low = least
    if low is not None and high is not None and _after(low, high):
        fields.report.add(
            "range-order",
            scalar.source,
            f"no value is in the range {quote(scalar.text)}",
            "write the least value first",
        )
    if kind in NUMBER_KINDS:
        _refuse_missing_codes(context, scalar, low, high)
    return low, high


def _bound(side: str, kind: Kind) -> Bound | None:
    if not side:
        return None
    if kind is Kind.DATE:
        try:
            return PartialDate.parse(side)
        except ValueError:
            return None
    if not _NUMBER[kind].fullmatch(side):
        return None
    return int(side) if kind is Kind.INTEGER else Decimal(side)


def _after(low: Bound, high: Bound) -> bool:
    if isinstance(low, PartialDate) and isinstance(high, PartialDate):
        return low.first > high.last
    assert not isinstance(low, PartialDate)
    assert not isinstance(high, PartialDate)
    return low > high


def _refuse_missing_codes(
    context: Context, scalar: Scalar, low: Bound | None, high: Bound | None
) -> None:
    """A value that equals a code for "no value" could not be told from it in the data."""
    taken = [*(reason.code for reason in context.missing), *EXPORT_CODES]
    clash = [
        code
        for code in taken
        if (low is None or not _after(low, code)) and (high is None or not _after(code, high))
    ]
    if clash:
        context.report.add(
            "range-codes",
            scalar.source,
            f"the range {quote(scalar.text)} holds {max(clash)}, a code for a missing value",
            "-1 to -49 and -90 to -99 stand for missing values in data",
        )


def _specify(draft: Draft, question: Question) -> Question | None:
    """The text item that asks for the wording of a choice."""
    choice = draft.specify
    if choice is None:
        return None
    source = choice.source
    item = Item(question.name, draft.declared.type or Type.CHOICE)
    tree: Node = (
        Has(item, choice.name)
        if question.kind is Kind.ANY_OF
        else Compare(Comparison.EQ, item, Literal(choice.name, Type.CHOICE))
    )
    if question.ask_if is not None:
        # Repeats the question's own universe: where that is no, the text is not applicable either,
        # while the comparison alone would be unknown.
        outer = question.ask_if.tree
        tree = And((*(outer.parts if isinstance(outer, And) else (outer,)), tree))
    ask = _fixed_said(draft.specify_text) if draft.specify_text else _fixed(source, SPECIFY_ASK)
    wording = Wording(source=source, ask=ask, instruct=_fixed(source, SPECIFY_INSTRUCT))
    return Question(
        source=source,
        name=question.name + SPECIFY,
        ask_if=Expression(source=source, text=str(tree), tree=tree),
        modes=question.modes,
        kind=Kind.TEXT,
        wordings=MappingProxyType(dict.fromkeys(question.modes, wording)),
        max_length=TEXT_LENGTH,
        no_missing=question.no_missing,
        variable=Variable(
            source=source,
            label=f"{question.variable.label}: other, specified",
            measure=Measure.NOMINAL,
            sensitivity=Sensitivity.FREE_TEXT,
        ),
        specifies=question.name,
    )


def _fixed(source: Source, text: str) -> Text:
    return Text(source=source, raw=text.replace("{", "{{").replace("}", "}}"), pieces=(text,))


def _fixed_said(said: Said) -> Text:
    """A text without fills, in its languages."""
    first = _fixed(said.first.source, said.first.text.strip())
    others = {
        language: _fixed(scalar.source, scalar.text.strip())
        for language, scalar in said.others.items()
    }
    if not others:
        return first
    return first.model_copy(update={"translations": MappingProxyType(others)})
