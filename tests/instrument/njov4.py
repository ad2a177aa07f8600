"""Plays whole interviews on the shipped N-JOV4 instrument, for its tests."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from instrument import Instrument, read_instrument
from instrument.models import Kind, Question, Statement
from instrument.values import READ, Answer, Instance, Missing, PartialDate, Value
from skips import Program, Route, Status, compile_instrument

FOLDER = Path(__file__).parents[2] / "instrument" / "njov4"
SCREENER = FOLDER.with_name("njov4_screener")

NOT_SURE = Missing("not_sure")
TODAY = PartialDate(2026, 3, 2)
"""The date of every interview here."""


@cache
def njov4() -> Instrument:
    """The shipped case interview."""
    return read_instrument(FOLDER)


@cache
def screener() -> Instrument:
    """The shipped agency screener."""
    return read_instrument(SCREENER)


@cache
def compiled(mode: str = "interview") -> Program:
    """The shipped instrument, ready to be routed."""
    return compile_instrument(njov4(), mode)


def plain_answer(question: Question) -> Value:
    """The answer that says least: no, none, the first choice, the smallest number."""
    match question.kind:
        case Kind.YES_NO:
            return "no"
        case Kind.ONE_OF:
            return question.choices[0].name
        case Kind.ANY_OF:
            exclusive = [choice.name for choice in question.choices if choice.exclusive]
            return (exclusive[0] if exclusive else question.choices[0].name,)
        case Kind.INTEGER:
            assert isinstance(question.minimum, int)
            return question.minimum
        case Kind.DATE:
            return PartialDate(2019, 5)
        case _:
            return "invented"


def conduct(history: Mapping[str, Answer], mode: str = "interview") -> Route:
    """A whole interview: what the history names, and the plainest answer to everything else.

    An answer stands for every row of a roster unless the history names the row, as `ypi_age[2]`.
    """
    route = Route(compiled(mode), interview_date=TODAY)
    while (instance := route.first_open()) is not None:
        route.answer(instance, _answer_to(instance, history))
    return route


def _answer_to(instance: Instance, history: Mapping[str, Answer]) -> Answer:
    item = njov4().items[instance.item]
    if isinstance(item, Statement):
        return READ
    assert isinstance(item, Question)
    named = history.get(str(instance), history.get(instance.item))
    return plain_answer(item) if named is None else named


def sections_asked(route: Route) -> list[str]:
    """Sections with at least one question on the route."""
    section_of = njov4().section_of
    asked = {
        section_of[instance.item].name
        for instance in route.route()
        if isinstance(njov4().items[instance.item], Question)
    }
    return [section.name for section in njov4().sections if section.name in asked]


def met(route: Route) -> set[str]:
    """Names of everything that the interviewer met."""
    return {instance.item for instance in route.route()}


def with_status(route: Route, status: Status) -> set[str]:
    """Instances of a status, as text."""
    return {str(one) for one in route.instances() if route.status(one) is status}
