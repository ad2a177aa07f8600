"""How dates, times, lists and durations are said, by language.

Instruments can be in any language. For those that are not listed here dates and times are written
in figures and labels are left as they are, which can be read in every language.
"""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from instrument.values import SECONDS_OF_UNIT


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one language."""

    months: tuple[str, ...] = ()
    """January first; without them dates are written in figures."""
    day: str = ""
    """A day in words: `{day}`, `{month}` (its name) and `{year}`."""
    month: str = ""
    """A month in words: `{month}` and `{year}`."""
    joiner: str = ", "
    """Stands before the last part of a list."""
    half_days: bool = False
    """Whether times are said as hours of half a day, with am and pm."""
    lowers: bool = False
    """Whether a label is written with a small first letter within a sentence."""
    units: MappingProxyType[str, tuple[str, str]] = field(
        default_factory=lambda: MappingProxyType({unit: (unit, unit) for unit in SECONDS_OF_UNIT})
    )
    """Unit of durations to its word for one, and for several."""


FIGURES: Final = Speech()
"""For languages whose words are not known."""

# Spelled out, since the calendar module's names change with the locale.
SPEECH: Final[MappingProxyType[str, Speech]] = MappingProxyType(
    {
        "en": Speech(
            months=(
                *("January", "February", "March", "April", "May", "June", "July", "August"),
                *("September", "October", "November", "December"),
            ),
            day="{month} {day}, {year}",
            month="{month} {year}",
            joiner=" and ",
            half_days=True,
            lowers=True,
            units=MappingProxyType({unit: (unit[:-1], unit) for unit in SECONDS_OF_UNIT}),
        ),
        "es": Speech(
            months=(
                *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
                *("septiembre", "octubre", "noviembre", "diciembre"),
            ),
            day="{day} de {month} de {year}",
            month="{month} de {year}",
            joiner=" y ",
            lowers=True,
            units=MappingProxyType(
                {
                    "seconds": ("segundo", "segundos"),
                    "minutes": ("minuto", "minutos"),
                    "hours": ("hora", "horas"),
                    "days": ("día", "días"),
                    "weeks": ("semana", "semanas"),
                    "months": ("mes", "meses"),
                    "years": ("año", "años"),
                }
            ),
        ),
    }
)
"""Languages whose words are known, by the first part of their code."""


def speech_of(language: str) -> Speech:
    """The words of a language, such as `en` or `es-MX`."""
    return SPEECH.get(language.partition("-")[0], FIGURES)
