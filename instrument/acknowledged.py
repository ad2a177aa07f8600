"""Findings of `cati check` that an author has seen and means, under `acknowledged`."""

from collections.abc import Collection, Iterator, Sequence

from instrument.fields import Fields
from instrument.findings_catalog import NOT_ACKNOWLEDGED, TITLES
from instrument.models import Acknowledgement, Computed, Item, Question, Roster, Section
from instrument.report import Report, quote

ACKNOWLEDGED_KEYS = ("finding", "at", "reason")
ACKNOWLEDGED_CODES = tuple(code for code in TITLES if code not in NOT_ACKNOWLEDGED)
"""Codes of findings that can be meant."""


def read_acknowledged(fields: Fields) -> tuple[Acknowledgement, ...]:
    """What stands under `acknowledged` of instrument.yaml, as far as it can be used."""
    found: dict[tuple[str, str], Acknowledgement] = {}
    for part in fields.mappings("acknowledged", "an acknowledgement"):
        part.allow(ACKNOWLEDGED_KEYS)
        code, at = _code(part), part.line("at", required=True)
        reason = part.text("reason", required=True)
        if code is None or at is None or reason is None:
            continue
        if (code, at) in found:
            first = found[code, at].source.line
            part.report.add(
                "name-repeated",
                part.source,
                f"{code} at {quote(at)} is acknowledged in line {first}, too",
                "leave one of them out",
            )
            continue
        found[code, at] = Acknowledgement(
            source=part.source, finding=code, at=at, reason=reason.text.strip()
        )
    return tuple(found.values())


def check_acknowledged(
    acknowledged: Sequence[Acknowledgement],
    sections: Sequence[Section],
    others: Collection[str],
    broken: Collection[str],
    report: Report,
) -> None:
    """Note acknowledgements of places that the instrument does not have.

    Args:
        acknowledged: as they were read.
        sections: all that could be read.
        others: names of shared lists, and the terms of the glossary.
        broken: names of items that could not be read; what is said of them is no second problem.
        report: where problems go.
    """
    if not acknowledged:
        return
    places = dict.fromkeys(_places(sections))
    places.update(dict.fromkeys(others))
    for one in acknowledged:
        if one.at in places or one.at.partition(".")[0].partition("#")[0] in broken:
            continue
        report.unknown(
            "acknowledged-unknown",
            one.source,
            f"{one.finding} is acknowledged at {quote(one.at)}, "
            "which is no place of this instrument",
            one.at,
            places,
        )


def _code(part: Fields) -> str | None:
    scalar = part.scalar("finding", required=True)
    if scalar is None or scalar.text in ACKNOWLEDGED_CODES:
        return None if scalar is None else scalar.text
    if scalar.text in NOT_ACKNOWLEDGED:
        part.report.add(
            "acknowledged-unknown",
            scalar.source,
            f"{scalar.text} is about the check itself and cannot be acknowledged",
            "leave the acknowledgement out",
        )
    else:
        part.report.unknown(
            "acknowledged-unknown",
            scalar.source,
            f"there is no finding {quote(scalar.text)}",
            scalar.text,
            ACKNOWLEDGED_CODES,
        )
    return None


def _places(sections: Sequence[Section]) -> Iterator[str]:
    """Every place that a finding can name, lists and terms apart."""
    for section in sections:
        yield section.name
        for item in section.items:
            yield from _places_of(item)
            if isinstance(item, Roster):
                for inner in item.items:
                    yield from _places_of(inner)


def _places_of(item: Item) -> Iterator[str]:
    yield item.name
    match item:
        case Question():
            yield from (f"{item.name}.{choice.name}" for choice in item.choices)
            yield from (check.name for check in item.checks)
        case Computed():
            yield from (f"{item.name}.{choice.name}" for choice in item.choices)
            yield from (f"{item.name}#{number + 1}" for number in range(len(item.branches)))
        case Roster():
            rows = item.at_most if item.rows is None else item.rows
            yield from (f"{item.name}#{row + 1}" for row in range(rows))
