"""What one change to a case did, or would do."""

from typing import NamedTuple

from instrument.models import Check
from instrument.values import Instance, Value


class Failing(NamedTuple):
    """A check that fires."""

    instance: Instance
    """The item that the check belongs to."""
    check: Check
    text: str
    """What the check says, with its fills filled in."""


class Computation(NamedTuple):
    """A computed value that became another; None where it has no value that counts."""

    instance: Instance
    old: Value | None
    new: Value | None


class Change(NamedTuple):
    """What one change did, in the order of the interview."""

    entered: tuple[Instance, ...] = ()
    """Questions and statements that came onto the route."""
    left: tuple[Instance, ...] = ()
    """Questions and statements that went off the route."""
    parked: tuple[Instance, ...] = ()
    """Those of `left` that have an answer, now kept aside."""
    restored: tuple[Instance, ...] = ()
    """Those of `entered` whose answer counts again."""
    computed: tuple[Computation, ...] = ()
    failing: tuple[Failing, ...] = ()
    """Checks that fire and did not before."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing beyond the changed item itself is different."""
        return not any(self)


NO_CHANGE = Change()
"""Nothing beyond the changed item itself is different."""
