"""What instrument.yaml gives to all items: the glossary, guides, and the parts of the summary."""

from collections.abc import Sequence

from instrument.fields import Fields
from instrument.models import (
    Computed,
    Definition,
    Guide,
    Kind,
    Question,
    Section,
    SummaryPart,
)
from instrument.naming import is_name, read_name
from instrument.report import Report, quote


def read_definitions(fields: Fields) -> tuple[Definition, ...]:
    """The glossary under `definitions`."""
    definitions: dict[str, Definition] = {}
    for part in fields.mappings("definitions", "a definition"):
        part.allow(("term", "means"))
        term, means = part.caption("term", required=True), part.passage("means", required=True)
        if term is None or means is None:
            continue
        if term.casefold() in definitions:
            part.report.add("name-repeated", part.place("term"), f"{quote(term)} is defined twice")
        definitions[term.casefold()] = Definition(
            source=part.source, term=term, means=means, translations=part.translations
        )
    return tuple(definitions.values())


def read_guides(fields: Fields) -> tuple[Guide, ...]:
    """The pages of rules under `guides`."""
    guides: dict[str, Guide] = {}
    for part in fields.mappings("guides", "a guide"):
        part.allow(("guide", "title", "items", "text"))
        name = read_name(part.scalar("guide", required=True), part.report, "guide")
        title, text = part.caption("title", required=True), part.passage("text", required=True)
        items = part.words("items") or []
        if name is None or title is None or text is None:
            continue
        if name in guides:
            part.report.add(
                "name-repeated", part.place("guide"), f"there is another guide {quote(name)}"
            )
        guides[name] = Guide(
            source=part.source,
            name=name,
            title=title,
            text=text,
            items=tuple(scalar.text for scalar in items),
            translations=part.translations,
        )
    return tuple(guides.values())


def read_summary(fields: Fields) -> tuple[SummaryPart, ...]:
    """What the summary must cover, under `summary`."""
    parts: dict[str, SummaryPart] = {}
    for part in fields.mappings("summary", "a part of the summary"):
        part.allow(("part", "label", "hint", "ask_if"))
        name = read_name(part.scalar("part", required=True), part.report, "part of the summary")
        label, hint = part.caption("label", required=True), part.caption("hint", required=True)
        if name is None or label is None or hint is None:
            continue
        if name in parts:
            part.report.add(
                "name-repeated", part.place("part"), f"the summary has another part {quote(name)}"
            )
        parts[name] = SummaryPart(
            source=part.source,
            name=name,
            label=label,
            hint=hint,
            ask_if=part.line("ask_if"),
            translations=part.translations,
        )
    return tuple(parts.values())


def check_summary(
    parts: Sequence[SummaryPart],
    sections: Sequence[Section],
    broken: frozenset[str],
    report: Report,
) -> None:
    """Note parts of the summary that hang on something other than a yes/no item of the case."""
    possible = [
        item.name
        for section in sections
        for item in section.items
        if isinstance(item, Question | Computed) and item.kind is Kind.YES_NO
    ]
    for part in parts:
        if part.ask_if is None or part.ask_if in possible or part.ask_if in broken:
            continue
        report.unknown(
            "summary-ask-if",
            part.source,
            f"'{part.name}' is wanted if {quote(part.ask_if)}, which is no yes/no item of the case",
            part.ask_if,
            possible,
        )


def check_guides(guides: Sequence[Guide], names: frozenset[str], report: Report) -> None:
    """Note guides that are offered on items that do not exist."""
    for guide in guides:
        for name in guide.items:
            if name not in names and is_name(name):
                report.unknown(
                    "guide-item",
                    guide.source,
                    f"the guide '{guide.name}' is offered on {quote(name)}, which is no item",
                    name,
                    names,
                )
