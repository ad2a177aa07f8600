"""A small neutral instrument in two languages, with a grid, a duration and choices that come and
go; for everything that the household instrument does not have."""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

from pydantic import JsonValue

from cati.interview import Interview
from cati.memory import MemoryJournal
from instrument import Instrument, read_files
from skips import Route, compile_instrument
from tests.cati.household import Clock

TRAVEL: Mapping[str, str] = {
    "instrument.yaml": """
instrument: travel
title: {en: Travel survey, es: Encuesta de viajes}
version: "1.0.0"
languages: {en: English, es: Español}
modes: {interview: Telephone interview}
missing:
  - {reason: not_sure, code: -1, label: {en: Not sure, es: No sabe}, key: f8}
choices:
  importance:
    - {name: very, code: 1, label: {en: Very important, es: Muy importante}}
    - {name: somewhat, code: 2, label: {en: Somewhat important, es: Algo importante}}
    - {name: not_at_all, code: 3, label: {en: Not important, es: Nada importante}}
    - {name: depends, code: 4, label: It depends, read: false}
definitions:
  - {term: {en: trip, es: viaje}, means: {en: Any way out of the house., es: Toda salida de casa.}}
guides:
  - guide: what_counts
    title: {en: What counts, es: Qué cuenta}
    items: [commute]
    text: {en: From door to door., es: De puerta a puerta.}
sections: [going, reasons]
""",
    "going.yaml": """
section: going
title: {en: Getting around, es: Desplazamientos}
items:
  - question: means
    kind: any_of
    label: Means of travel
    ask: {en: How do you get around?, es: ¿Cómo se desplaza?}
    shuffle: true
    at_least: 1
    choices:
      - {name: bicycle, code: 1, label: {en: Bicycle, es: Bicicleta}}
      - {name: bus, code: 2, label: {en: Bus, es: Autobús}}
      - {name: car, code: 3, label: {en: Car, es: Coche}}
      - {name: train, code: 4, label: {en: Train, es: Tren}}
      - {name: walking, code: 5, label: {en: On foot, es: A pie}}
      - {name: none_of_these, code: 9, label: {en: None of these, es: Nada de esto},
         exclusive: true}
  - question: usual
    kind: one_of
    label: Usual means of travel
    ask: {en: Which of these do you use most?, es: ¿Cuál usa más?}
    ask_if: taken(means) > 1
    choices:
      - {name: bicycle, code: 1, label: {en: Bicycle, es: Bicicleta}, ask_if: means has bicycle}
      - {name: bus, code: 2, label: {en: Bus, es: Autobús}, ask_if: means has bus}
      - {name: car, code: 3, label: {en: Car, es: Coche}, ask_if: means has car}
      - {name: train, code: 4, label: {en: Train, es: Tren}, ask_if: means has train}
      - {name: all_alike, code: 8, label: {en: All alike, es: Todos por igual}, read: false}
  - question: commute
    kind: duration
    label: Way to work
    ask: {en: How long is your way to work?, es: ¿Cuánto dura su camino al trabajo?}
    help: {en: One way., es: Solo la ida.}
    units: [minutes, hours]
    range: 1 minute..5 hours
    checks:
      - {soft: commute <= 90 minutes, say: {en: "{commute} is long. Is that right?",
         es: "{commute} es mucho. ¿Es correcto?"}}
  - question: plate
    kind: text
    label: Zone of the ticket
    mask: "A-99"
    ask: {en: Which zone is your ticket for?, es: ¿Para qué zona es su billete?}
    ask_if: usual == bus
  - question: since
    kind: date
    label: Traveling this way since
    ask: {en: Since when?, es: ¿Desde cuándo?}
    range: ..2030-12-31
    checks:
      - {hard: "years_between(since, interview_date) < 80", say: That is too long ago.}
""",
    "reasons.yaml": """
section: reasons
title: {en: Reasons, es: Razones}
items:
  - grid: weight
    title: {en: What matters, es: Qué importa}
    ask: {en: How important is each of these when you choose how to travel?,
          es: ¿Qué importancia tiene cada cosa cuando elige cómo viajar?}
    choices: importance
    read_choices: true
    items:
      - {item: weight_price, ask: {en: The price?, es: ¿El precio?}, label: "Weight: price"}
      - {item: weight_time, ask: {en: The time it takes?, es: ¿El tiempo?}, label: "Weight: time"}
      - {item: weight_comfort, ask: {en: Comfort?, es: ¿La comodidad?}, label: "Weight: comfort"}
      - {item: weight_weather, ask: {en: The weather?, es: ¿El clima?}, label: "Weight: weather",
         ask_if: means has bicycle or means has walking}
      - {item: weight_others, ask: {en: What others do?, es: ¿Lo que hacen otros?},
         label: "Weight: others"}
  - grid: often
    title: {en: How often, es: Con qué frecuencia}
    ask: {en: How many times a month do you travel?, es: ¿Cuántas veces al mes viaja?}
    kind: integer
    range: 0..99
    items:
      - {item: often_work, ask: {en: For work?, es: ¿Por trabajo?}, label: Trips for work}
      - {item: often_fun, ask: {en: For leisure?, es: ¿Por ocio?}, label: Trips for leisure}
""",
}


def travel() -> Instrument:
    return read_files({name: text.encode() for name, text in TRAVEL.items()})


def new_interview(
    *,
    events: Sequence[Mapping[str, JsonValue]] = (),
    language: str | None = None,
    seed: str | None = None,
    zone: tzinfo = UTC,
) -> tuple[Interview, MemoryJournal]:
    """An interview that has begun, and its journal."""
    clock, instrument = Clock(), travel()
    journal = MemoryJournal(clock)
    journal.events.extend(dict(event) for event in events)
    interview = Interview(
        instrument,
        Route(compile_instrument(instrument, "interview")),
        journal,
        by="ines",
        now=clock,
        zone=zone,
        events=events,
    )
    interview.begin(language=language, seed=seed)
    return interview, journal
