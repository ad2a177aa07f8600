"""A small instrument on travel that has everything a codebook must be able to describe."""

from cati.codebook.model import Ref, Words
from cati.codebook.uses import readings_of
from instrument import Expression, Instrument, read_files

HEADER = """\
instrument: travel
title: {en: Travel survey, es: Encuesta de viajes}
version: "2.1"
modes: {interview: Telephone interview, record: Ticket records}
record_modes: [record]
languages: {en: English, es: Español}
missing:
  - {reason: not_sure, code: -1, label: {en: Not sure, es: No sabe}, key: f8}
  - {reason: declined, code: -2, label: Declined, key: f9, modes: [interview]}
  - {reason: no_ticket, code: -3, label: Not on the ticket, key: f9, modes: [record]}
definitions:
  - {term: {en: trip, es: viaje}, means: Going somewhere and coming back.}
guides:
  - {guide: legs, title: Which leg counts, items: [means], text: "1. The longest leg."}
summary:
  - {part: plans, label: Plans, hint: Write about plans., ask_if: went}
sections: [trips, people]
"""

TRIPS = """\
section: trips
title: {en: Trips, es: Viajes}
items:
  - statement: intro
    say: These questions are about travel.
    record: {say: Look at the first ticket.}
  - question: went
    kind: yes_no
    label: Went on a trip
    ask: {en: Did you go on a trip?, es: ¿Hizo usted un viaje?}
  - question: means
    kind: one_of
    label: Means of travel
    ask_if: went
    ask: {en: How did you travel?, es: ¿Cómo viajó usted?}
    instruct: Read the list.
    probe: The longest leg counts.
    help: Ferries count as ships.
    record: {instruct: Take it from the ticket.}
    read_choices: true
    shuffle: true
    choices:
      - {name: train, code: 1, label: {en: Train, es: Tren}}
      - {name: ship, code: 2, label: Ship, read: false}
      - {name: plane, code: 3, label: Plane, fixed: true}
      - {name: other, code: 9, label: Something else, specify: true}
    note: Table 1
  - question: cost
    kind: decimal
    label: Cost of the trip
    ask_if: went and means in (train, ship)
    ask: "What did the trip by {means | whatever} cost?"
    range: 0..99999.99
    unit: dollars
    sensitivity: quasi_identifying
    checks:
      - {soft: cost <= 5000 or means == ship, say: "Is {cost} right?"}
  - question: lasted
    kind: duration
    label: Time on the way
    ask_if: went
    ask: How long were you on the way?
    units: [minutes, hours]
    unit: hours
    range: 5 minutes..10 hours
  - question: ticket
    kind: text
    label: Number of the ticket
    ask_if: went
    ask: What number does the ticket have?
    mask: "99-AA"
    sensitivity: identifying
    no_missing: all
  - question: opinion
    kind: long_text
    label: Opinion
    ask: What did you think of it?
    code_later: true
  - question: bought
    kind: any_of
    label: What was bought
    ask: What did you buy on the way?
    at_most: 2
    choices:
      - {name: food, code: 1, label: Food}
      - {name: fuel, code: 2, label: Fuel, ask_if: means != train}
      - {name: none, code: 3, label: Nothing of these, exclusive: true}
  - grid: rating
    title: Ratings
    ask: How good was each of these?
    choices:
      - {name: good, code: 1, label: Good}
      - {name: bad, code: 2, label: Bad}
    items:
      - {item: rating_seat, ask: The seat?, label: "Rating: seat"}
      - {item: rating_food, ask: The food?, label: "Rating: food", ask_if: bought has food}
  - {question: left, kind: date, label: Day of leaving, ask: When did you leave?}
  - {question: at, kind: time, label: Hour of leaving, ask: At what time?, modes: [interview]}
"""

PEOPLE = """\
section: people
title: People
ask_if: went
items:
  - {question: size, kind: integer, label: Number of travelers, ask: How many?, range: 1..9}
  - roster: travelers
    title: Travelers
    size: size
    at_most: 3
    row_if: row <= size
    row_label: Traveler {row}
    items:
      - {question: age, kind: integer, label: Age, ask: "How old is traveler {row}?", range: 0..120}
      - {question: seat, kind: yes_no, label: Had a seat, ask: Had a seat?, ask_if: age >= 3}
  - roster: stops
    title: Stops
    at_most: 2
    row_label: Stop {row}
    items:
      - {question: stop, kind: text, label: Place of the stop, ask: Where?}
  - compute: family
    label: Travels with children
    as: any(travelers where age < 18) and size > 1
    note: Derived
  - compute: fare
    label: Class of fare
    kind: one_of
    choices:
      - {name: low, code: 1, label: Low fare}
      - {name: high, code: 2, label: High fare}
    branches:
      - {when: cost < 100, is: low}
      - {otherwise: high}
"""


def travel(header: str = HEADER, trips: str = TRIPS, people: str = PEOPLE) -> Instrument:
    """The travel survey, or one whose files are changed."""
    return read_files(
        {
            "instrument.yaml": header.encode(),
            "trips.yaml": trips.encode(),
            "people.yaml": people.encode(),
        }
    )


def named(words: Words) -> set[str]:
    """The items that running text leads to."""
    return {part.name for part in words if isinstance(part, Ref)}


def expressions(instrument: Instrument) -> list[Expression]:
    """Every condition and calculation of an instrument."""
    gates = [section.ask_if for section in instrument.sections]
    read = [one for item in instrument.items.values() for _, one in readings_of(item)]
    return [one for one in [*gates, *read] if one is not None]
