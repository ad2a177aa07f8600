"""Work that is cut off in the midst, and how a reader sees what is left of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from store import InstrumentFiles, NewPerson, Role, WrongPassphrase, open_study
from store.erasing.ledger import Reason
from tests.store.made import DOCUMENT, Made, add_case, answer, passphrase

State: TypeAlias = str
"""What a reader finds, in words."""
Look: TypeAlias = Callable[[Made], State]
Work: TypeAlias = Callable[[Made], Iterator[None]]
"""Does its work in steps; each `yield` says that the step before it was acknowledged."""


@dataclass(frozen=True)
class Scenario:
    """Work that is cut off, and how to see what is left of it."""

    name: str
    work: Work
    look: Look


def _answers(made: Made) -> Iterator[None]:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        yield
        for number in range(9, 25):
            case.append(answer(number))
            yield


def _journal(made: Made) -> State:
    with made.unlocked("ina", "dan") as (ina, dan):
        problems = dan.verify().problems
        events = ina.open_case(made.begun).events
    if problems or events != [answer(number) for number in range(1, len(events) + 1)]:
        return f"corrupt: {problems}"
    return f"{len(events)} events"


def _submissions(made: Made) -> Iterator[None]:
    with made.unlocked("ina", "dan") as (ina, dan):
        for case_id in (made.begun, made.other, made.fresh, add_case(dan, "One more", "ina")):
            case = ina.open_case(case_id)
            yield
            case.submit(DOCUMENT)
            yield


def _handed_in(made: Made) -> State:
    found = []
    with made.unlocked("ina", "dan") as (ina, dan):
        problems = dan.verify().problems
        for card in sorted(dan.cases(), key=lambda one: one.label or ""):
            if card.state in ("submitted", "accepted"):
                if dan.read_submitted(card.id).document != DOCUMENT:
                    problems = (*problems, "another document")
            elif card.assignee == "ina":
                ina.open_case(card.id)
            found.append(f"{card.label} {card.state} {card.events}")
    return f"corrupt: {problems}" if problems else "; ".join(found)


_PASSPHRASES = [passphrase("ina"), *(f"quiet garden number {number}" for number in range(4))]


def _passphrases(made: Made) -> Iterator[None]:
    with made.unlocked("ina") as (ina,):
        for old, new in pairwise(_PASSPHRASES):
            ina.change_passphrase(old, new)
            yield


def _which_passphrase(made: Made) -> State:
    found = []
    for given in _PASSPHRASES:
        (made.folder / "keys" / "ina.tries").unlink(missing_ok=True)
        study = open_study(made.folder)
        try:
            found.append(study.unlock("ina", given).open_case(made.begun).card.events)
        except WrongPassphrase:
            found.append(0)
        finally:
            study.close()
    return f"opened {found}" if sum(map(bool, found)) == 1 else f"corrupt: {found}"


def _instruments(made: Made) -> Iterator[None]:
    with made.unlocked("ada") as (ada,):
        for number in range(4):
            files = {"instrument.yaml": b"name: jobs\n# %d\n" % number}
            ada.add_instrument(InstrumentFiles("jobs", f"{number}", f"{number:064x}", files))
            yield


def _approved(made: Made) -> State:
    with made.unlocked("dan") as (dan,):
        problems = dan.verify().problems
        names = [f"{one.name} {one.version}" for one in dan.study.instruments]
    return f"corrupt: {problems}" if problems else ", ".join(names)


def _returns(made: Made) -> Iterator[None]:
    """Handed in, given back, gone on with, handed in again, accepted, reopened."""
    with made.unlocked("ina", "dan") as (ina, dan):
        for number in range(3):
            ina.open_case(made.other).submit(DOCUMENT)
            yield
            if number:
                dan.reviews.accept(made.other)
                yield
                dan.reviews.reopen(made.other, {"e": "comments", "text": f"again {number}"})
            else:
                dan.reviews.give_back(made.other, {"e": "comments", "text": "please look again"})
            yield


def _people(made: Made) -> Iterator[None]:
    with made.unlocked("ada", "dan") as (ada, dan):
        people = ada.people
        people.add(NewPerson("kim", frozenset({Role.INTERVIEWER}), passphrase("kim")), with_=dan)
        yield
        people.suspend("kim")
        yield
        people.resume("kim")
        yield
        people.remove("kim")
        yield


def _who_takes_part(made: Made) -> State:
    found = []
    with made.unlocked("dan") as (dan,):
        problems = dan.verify().problems
        for entry in dan.study.body.people:
            found.append(f"{entry.name} {entry.status}")
            if entry.name == "kim" and entry.status == "active":
                dan.study.unlock("kim", passphrase("kim"))
    return f"corrupt: {problems}" if problems else ", ".join(found)


def _erasures(made: Made) -> Iterator[None]:
    with made.unlocked("ada", "dan") as (ada, dan):
        for case_id in (made.submitted, made.other, made.fresh):
            dan.erasures.erase_case(case_id, Reason.WITHDRAWN, with_=ada)
            yield


def _what_is_left(made: Made) -> State:
    with made.unlocked("dan") as (dan,):
        problems = dan.verify().problems
        found = sorted(f"{card.id[:8]} {card.state} {card.label}" for card in dan.cases())
    return f"corrupt: {problems}" if problems else "; ".join(found)


SCENARIOS = (
    Scenario("answers", _answers, _journal),
    Scenario("submissions", _submissions, _handed_in),
    Scenario("returns", _returns, _handed_in),
    Scenario("passphrases", _passphrases, _which_passphrase),
    Scenario("instruments", _instruments, _approved),
    Scenario("people", _people, _who_takes_part),
    Scenario("erasures", _erasures, _what_is_left),
)

ANSWERS, SUBMISSIONS, RETURNS, PASSPHRASES, INSTRUMENTS, *_OTHERS = SCENARIOS
