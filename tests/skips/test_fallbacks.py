"""A fill whose answer does not count reads as the author's fallback, wherever a text can stand."""

import pytest

from instrument.models import Question, Roster
from skips import Route, compile_instrument
from tests.scenario import NOT_SURE, Scenario, inline_instrument, place

QUESTIONS = """
    - {question: drives, kind: yes_no}
    - {question: car, kind: text, ask_if: drives}
    - {compute: known_as, kind: text, as: car}
    - question: trips
      kind: integer
      ask: {en: "Trips with {car | your car}?", es: "¿Viajes con {car | su coche}?"}
      instruct: {en: "Enter trips of {car | the car}.", es: "Viajes de {car | el coche}."}
      probe: {en: "Any with {car | it}?", es: "¿Alguno con {car | él}?"}
      help: {en: "About {known_as | the car}.", es: "Sobre {known_as | el coche}."}
      checks:
        - hard: trips < 10
          say: {en: "Many for {car | a car}.", es: "Muchos para {car | un coche}."}
    - roster: ride
      size: trips
      at_most: 2
      row_label:
        en: "Ride {row} in {car | a car}: {to | on}"
        es: "{row}: {car | coche}, {to | ya}"
      items:
        - {question: to, kind: text}
        - question: long
          kind: yes_no
          ask: {en: "To {to | there}?", es: "¿A {to | allí}?"}
    - {statement: recap, say: {en: "{car | no car}", es: "{car | nada}"}}
"""

FILLED = {
    "en": {
        "ask": "Trips with a van?",
        "instruct": "Enter trips of a van.",
        "probe": "Any with a van?",
        "help": "About a van.",
        "check": "Many for a van.",
        "row": "Ride 1 in a van: town",
        "in row": "To town?",
        "statement": "a van",
    },
    "es": {
        "ask": "¿Viajes con a van?",
        "instruct": "Viajes de a van.",
        "probe": "¿Alguno con a van?",
        "help": "Sobre a van.",
        "check": "Muchos para a van.",
        "row": "1: a van, town",
        "in row": "¿A town?",
        "statement": "a van",
    },
}

FALLBACK = {
    "en": {
        "ask": "Trips with your car?",
        "instruct": "Enter trips of the car.",
        "probe": "Any with it?",
        "help": "About the car.",
        "check": "Many for a car.",
        "row": "Ride 1 in a car: on",
        "in row": "To there?",
        "statement": "no car",
    },
    "es": {
        "ask": "¿Viajes con su coche?",
        "instruct": "Viajes de el coche.",
        "probe": "¿Alguno con él?",
        "help": "Sobre el coche.",
        "check": "Muchos para un coche.",
        "row": "1: coche, ya",
        "in row": "¿A allí?",
        "statement": "nada",
    },
}


def texts(route: Route, language: str) -> dict[str, str]:
    """Every text with a fill, as it reads now."""
    items = route.instrument.items
    trips, long, roster = items["trips"], items["long"], items["ride"]
    assert isinstance(trips, Question)
    assert isinstance(long, Question)
    assert isinstance(roster, Roster)
    wording = trips.wordings["interview"]
    parts = {"instruct": wording.instruct, "probe": wording.probe, "help": wording.help}
    filled = {
        name: route.fill(text, 0, language) for name, text in parts.items() if text is not None
    }
    (check,) = trips.checks
    recap = items["recap"].wordings["interview"].ask  # type: ignore[union-attr]
    return filled | {
        "ask": route.fill(wording.ask, 0, language),
        "check": route.fill(check.say, 0, language),
        "row": route.row_label("ride", 1, language),
        "in row": route.fill(long.wordings["interview"].ask, 1, language),
        "statement": route.fill(recap, 0, language),
    }


STATES = {
    "answered": ({"drives": "yes", "car": "a van", "trips": 12, "to__1": "town"}, True),
    "no answer yet": ({"drives": "yes", "trips": 12}, False),
    "missing": ({"drives": "yes", "car": NOT_SURE, "trips": 12, "to__1": NOT_SURE}, False),
    "not asked": ({"drives": "no", "trips": 0}, False),
    "not reached": ({}, False),
    "parked": (
        {"drives": "yes", "car": "a van", "trips": 12, "to__1": "town", "trips__0": 0,
         "drives__0": "no"},
        False,
    ),
    "parked and back": (
        {"drives": "yes", "car": "a van", "trips": 0, "to__1": "town", "drives__0": "no",
         "trips__0": 12, "drives__00": "yes"},
        True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("state", STATES)
def test_a_fill_reads_its_answer_or_the_authors_fallback(state: str, language: str) -> None:
    answers, filled = STATES[state]
    interview = Scenario(QUESTIONS).answer(**answers)
    assert texts(interview.route_, language) == (FILLED if filled else FALLBACK)[language]


def test_a_check_that_fires_says_its_fallback() -> None:
    interview = Scenario(QUESTIONS).answer(drives="no", trips=12)
    assert interview.complaints == ["Many for a car."]


def test_a_row_that_is_removed_no_longer_reads_in_texts() -> None:
    route = Route(
        compile_instrument(
            inline_instrument("""
            - roster: pets
              at_most: 3
              row_label: "{animal | not named}"
              items: [{question: animal, kind: text}]
            - {compute: pet_count, kind: integer, as: count(pets)}
            - {statement: recap, say: "{count(pets where answered(animal)) | no} pets"}
            """)
        )
    )
    route.add_row("pets")
    route.answer(place("animal__1"), "cat")
    recap = route.instrument.items["recap"].wordings["interview"].ask  # type: ignore[union-attr]
    assert (route.row_label("pets", 1), route.fill(recap)) == ("cat", "1 pets")
    route.remove_row("pets", 1)
    assert (route.row_label("pets", 1), route.fill(recap)) == ("not named", "0 pets")
    route.restore_row("pets", 1)
    assert route.row_label("pets", 1) == "cat"
