"""How dates, times, numbers, lists and durations are said, by language.

Instruments can be in any language. For those that are not listed here dates and times are written
in figures and labels are left as they are, which can be read in every language.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from instrument.values import SECONDS_OF_UNIT


def _units(words: Iterable[tuple[str, str]]) -> MappingProxyType[str, tuple[str, str]]:
    """Words for one and for several of each unit, the shortest unit first."""
    return MappingProxyType(dict(zip(SECONDS_OF_UNIT, words, strict=True)))


def _in_figures() -> MappingProxyType[str, tuple[str, str]]:
    return _units((unit, unit) for unit in SECONDS_OF_UNIT)


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
    point: str = "."
    """Stands between a number and its decimal places."""
    half_days: bool = False
    """Whether times are said as hours of half a day, with am and pm."""
    lowers: bool = False
    """Whether a label is written with a small first letter within a sentence."""
    units: MappingProxyType[str, tuple[str, str]] = field(default_factory=_in_figures)
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
            units=_units((unit[:-1], unit) for unit in SECONDS_OF_UNIT),
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
            units=_units(
                (
                    *(("segundo", "segundos"), ("minuto", "minutos"), ("hora", "horas")),
                    *(("día", "días"), ("semana", "semanas"), ("mes", "meses"), ("año", "años")),
                )
            ),
        ),
        "fr": Speech(
            months=(
                *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
                *("septembre", "octobre", "novembre", "décembre"),
            ),
            day="{day} {month} {year}",
            month="{month} {year}",
            joiner=" et ",
            point=",",
            lowers=True,
            units=_units(
                (
                    *(("seconde", "secondes"), ("minute", "minutes"), ("heure", "heures")),
                    *(("jour", "jours"), ("semaine", "semaines"), ("mois", "mois")),
                    ("an", "ans"),
                )
            ),
        ),
        "de": Speech(
            months=(
                *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August"),
                *("September", "Oktober", "November", "Dezember"),
            ),
            day="{day}. {month} {year}",
            month="{month} {year}",
            joiner=" und ",
            point=",",
            units=_units(
                (
                    *(("Sekunde", "Sekunden"), ("Minute", "Minuten"), ("Stunde", "Stunden")),
                    *(("Tag", "Tage"), ("Woche", "Wochen"), ("Monat", "Monate"), ("Jahr", "Jahre")),
                )
            ),
        ),
        "pt": Speech(
            months=(
                *("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto"),
                *("setembro", "outubro", "novembro", "dezembro"),
            ),
            day="{day} de {month} de {year}",
            month="{month} de {year}",
            joiner=" e ",
            point=",",
            lowers=True,
            units=_units(
                (
                    *(("segundo", "segundos"), ("minuto", "minutos"), ("hora", "horas")),
                    *(("dia", "dias"), ("semana", "semanas"), ("mês", "meses"), ("ano", "anos")),
                )
            ),
        ),
    }
)
"""Languages whose words are known, by the first part of their code."""


def speech_of(language: str) -> Speech:
    """The words of a language, such as `en` or `es-MX`."""
    return SPEECH.get(language.partition("-")[0], FIGURES)
