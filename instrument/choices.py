"""Lists of choices, shared ones and those that a question writes itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
_ASKING_KEYS: Final = ("read", "fixed", "ask_if")
"""Keys of choices that are read aloud, put in an order and offered: those of questions."""


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A list of choices as read, with what waits until the items of the instrument are known."""

    source: Source
    choices: tuple[Choice, ...]
    specify_texts: Mapping[str, Said] = field(default_factory=dict)
    """Choice to what is asked for its wording, where the author says."""
    conditions: Mapping[str, Scalar] = field(default_factory=dict)
    """Choice to its `ask_if`, which each question that takes the list reads for itself."""


def read_choices(fields: Fields, key: str, what: str, *, asked: bool = True) -> ChoiceList | None:
    """The list of choices under a key; None when any of it is unusable.

    Args:
        fields: where the key stands.
        key: the key.
        what: what the list belongs to, as messages call it.
        asked: whether somebody is asked; a computed value's choices are not offered to anybody.
    """
    before = len(fields.report.problems)
    nodes = fields.nodes(key, required=True)
    if nodes is None:
        return None
    if not nodes:
        fields.report.add("value-empty", fields.place(key), f"{what} has no choices")
        return None
    parts = fields.mappings(key, f"a choice of {what}")
    choices: list[Choice] = []
    texts: dict[str, Said] = {}
    conditions: dict[str, Scalar] = {}
    for part in parts:
        choice = _read_choice(part, asked=asked)
        condition = part.scalar("ask_if") if asked else None
        if choice is None:
            continue
        choices.append(choice)
        if condition is not None:
            conditions[choice.name] = condition
        if choice.specify and (text := _specify_text(part)) is not None:
            texts[choice.name] = text
    _refuse_repeats(fields, choices)
    usable = len(choices) == len(nodes) and len(fields.report.problems) == before
    return ChoiceList(fields.place(key), tuple(choices), texts, conditions) if usable else None


def _read_choice(part: Fields, *, asked: bool) -> Choice | None:
    if asked:
        part.allow((*_KEYS, *_ASKING_KEYS))
    else:
        part.allow(_KEYS, _ASKING_KEYS, "does not fit a computed value: nobody is asked")
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
        read=not part.has("read") or part.boolean("read"),
        fixed=part.boolean("fixed"),
        translations=part.translations,
    )


def _specify_text(part: Fields) -> Said | None:
    """What a choice says to ask for its wording; nothing when it says only that it is asked."""
    node = part.node("specify")
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return None
    return part.said("specify")


def _refuse_repeats(fields: Fields, choices: list[Choice]) -> None:
    """Note choices of one list that cannot be told apart, in any language."""
    seen: dict[tuple[str, str, str], Source] = {}
    for choice in choices:
        labels = [("label", "", choice.label)]
        for language, words in choice.translations.items():
            labels.append(("label", f" in language '{language}'", words["label"]))
        for sort, where, value in (
            ("name", "", choice.name),
            ("code", "", str(choice.code)),
            *labels,
        ):
            first = seen.setdefault((sort, where, value), choice.source)
            if first is not choice.source:
                fields.report.add(
                    "choice-repeated",
                    choice.source,
                    f"this choice has the {sort} {quote(value)}{where}, "
                    f"like the one in line {first.line}",
                    f"give each choice of a list its own {sort}",
                )
