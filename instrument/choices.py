"""Lists of choices, shared ones and those that a question writes itself."""

from dataclasses import dataclass
from typing import Final

from instrument.fields import Fields, Said
from instrument.models import Choice
from instrument.naming import RESERVED_CHOICES, read_name
from instrument.report import quote
from instrument.source import Source
from instrument.yaml_nodes import Scalar

LEAST_CODE: Final = -(2**31)
MOST_CODE: Final = 2**31 - 1
REASON_CODES: Final = range(-49, 0)
"""Codes kept for missing reasons."""
EXPORT_CODES: Final = range(-99, -89)
"""Codes that exports give to items without a value, such as -90 for not applicable."""
MISSING_CODES: Final = range(-99, 0)
"""Codes that data files declare missing as one range, so that no choice can have any of them."""

_KEYS: Final = ("name", "code", "label", "exclusive", "specify")


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A list of choices as read, and the question behind its choice to be specified."""

    choices: tuple[Choice, ...]
    specify_text: Said | None = None
    """What to ask for the wording of the choice with `specify`, if the author says."""


def read_choices(fields: Fields, key: str, what: str) -> ChoiceList | None:
    """The list of choices under a key; None when any of it is unusable."""
    before = len(fields.report.problems)
    nodes = fields.nodes(key, required=True)
    if nodes is None:
        return None
    if not nodes:
        fields.report.add("value-empty", fields.place(key), f"{what} has no choices")
        return None
    parts = fields.mappings(key, f"a choice of {what}")
    choices: list[Choice] = []
    text: Said | None = None
    for part in parts:
        choice = _read_choice(part)
        if choice is not None:
            choices.append(choice)
            text = (_specify_text(part) if choice.specify else None) or text
    _refuse_repeats(fields, choices)
    usable = len(choices) == len(nodes) and len(fields.report.problems) == before
    return ChoiceList(tuple(choices), text) if usable else None


def _read_choice(part: Fields) -> Choice | None:
    part.allow(_KEYS)
    name = read_name(part.scalar("name", required=True), part.report, "choice", RESERVED_CHOICES)
    code = part.integer("code", least=LEAST_CODE, most=MOST_CODE, required=True)
    label = part.caption("label", required=True)
    if code is not None and code in MISSING_CODES:
        part.report.add(
            "choice-code",
            part.place("code"),
            f"a choice cannot have the code {code}",
            "-1 to -99 stand for missing values in data",
        )
        return None
    specify = part.node("specify")
    exclusive = part.boolean("exclusive")
    if name is None or code is None or label is None:
        return None
    return Choice(
        source=part.source,
        name=name,
        code=code,
        label=label,
        exclusive=exclusive,
        specify=specify is not None
        and not (isinstance(specify, Scalar) and specify.value is False),
        translations=part.translations,
    )


def _specify_text(part: Fields) -> Said | None:
    """What a choice says to ask for its wording; nothing when it says only that it is asked."""
    node = part.node("specify")
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return None
    return part.said("specify")


def _refuse_repeats(fields: Fields, choices: list[Choice]) -> None:
    """Note choices of one list that cannot be told apart."""
    seen: dict[tuple[str, str], Source] = {}
    specified: Source | None = None
    for choice in choices:
        for sort, value in (
            ("name", choice.name),
            ("code", str(choice.code)),
            ("label", choice.label),
        ):
            first = seen.setdefault((sort, value), choice.source)
            if first is not choice.source:
                fields.report.add(
                    "choice-repeated",
                    choice.source,
                    f"this choice has the {sort} {quote(value)}, like the one in line {first.line}",
                    f"give each choice of a list its own {sort}",
                )
        if choice.specify:
            if specified is not None:
                fields.report.add(
                    "choice-specify",
                    choice.source,
                    f"a second choice with 'specify'; the first is in line {specified.line}",
                    "only one choice of a list can ask for its wording",
                )
            specified = choice.source
