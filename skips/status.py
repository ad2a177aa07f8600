"""How things stand with one item of a case."""

from enum import StrEnum


class Status(StrEnum):
    """Every instance of an item has exactly one of these at any time."""

    ANSWERED = "answered"
    """It is on the route and has a value."""
    MISSING = "missing"
    """It is on the route, and a reason stands where its value would."""
    NOT_APPLICABLE = "not_applicable"
    """Its universe is *no*."""
    PARKED = "parked"
    """It was dealt with and is now off the route; its answer is kept and does not count."""
    NOT_REACHED = "not_reached"
    """It has no answer yet, or nothing is known yet that would put it on the route."""
