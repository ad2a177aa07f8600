"""The measures of an instrument as people and programs read them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from instrument.counts import counted
from instrument.models import Instrument

if TYPE_CHECKING:
    from skips.proof.measures.measure import Measures, Routes

_SAID = {
    "fewest_items": "Fewest items",
    "most_items": "Most items",
    "fewest_seconds": "Shortest",
    "most_seconds": "Longest",
}
_SHOWN = 12
"""Answers of a route that are listed."""


def measures_of(read: Instrument, modes: Sequence[str]) -> "tuple[Measures, ...]":
    """The measures of an instrument in some modes; in all if none is named."""
    from skips.proof.measures.measure import measure

    return tuple(measure(read, mode) for mode in modes or read.modes)


def measure_lines(read: Instrument, measures: "Sequence[Measures]") -> Iterator[str]:
    """The lines about the measures."""
    from skips.proof.witness import as_words

    for one in measures:
        routes = routes_in_words(one.routes)
        yield f"{read.modes[one.mode]}: {counted(one.items, 'item')}, {routes}."
        for name, extreme in one.extremes:
            known = "" if extreme.is_proved else " (as far as is known)"
            yield (
                f"    {_SAID[name]}: {counted(extreme.items, 'item')}, "
                f"{extreme.seconds / 60:.1f} minutes{known}."
            )
            words = as_words(read, extreme.witness)
            more = f"; and {len(words) - _SHOWN:,} more" if len(words) > _SHOWN else ""
            yield f"        With: {'; '.join(words[:_SHOWN]) or 'any answers'}{more}."
    for section in measures[0].sections if measures else ():
        yield (
            f"    Section {section.section}: {counted(section.items, 'item')}, "
            f"{counted(section.gates, 'condition')}, complexity {section.cyclomatic:,}."
        )


def routes_in_words(routes: "Routes") -> str:
    """How many routes there are, in words that say how surely that is known."""
    if routes.is_exact:
        return counted(routes.least, "route", "different routes")
    if routes.most is None:
        return f"at least {routes.least:,} different routes"
    return f"between {routes.least:,} and {routes.most:,} different routes"


def measures_json(measures: "Sequence[Measures]") -> list[dict[str, Any]]:
    """The measures as one part of a JSON document."""
    from skips.proof.witness import to_json

    return [
        {
            "mode": one.mode,
            "items": one.items,
            "routes": {
                "least": one.routes.least,
                "most": one.routes.most,
                "exact": one.routes.is_exact,
            },
            **{
                name: {
                    "items": extreme.items,
                    "seconds": round(extreme.seconds, 1),
                    "proved": extreme.is_proved,
                    "witness": to_json(extreme.witness),
                }
                for name, extreme in one.extremes
            },
            "sections": [
                {
                    "section": section.section,
                    "items": section.items,
                    "conditions": section.gates,
                    "decisions": section.decisions,
                    "complexity": section.cyclomatic,
                }
                for section in one.sections
            ],
        }
        for one in measures
    ]
