"""What a computed value gives away, where its author does not say."""

from collections.abc import Iterable, Mapping

from instrument.conditions.nodes import Node, names_read
from instrument.models import TEXT_KINDS, Kind, Sensitivity

_STRICTEST_FIRST = (Sensitivity.IDENTIFYING, Sensitivity.QUASI_IDENTIFYING)


def inherited(kind: Kind, values: Iterable[Node], known: Mapping[str, Sensitivity]) -> Sensitivity:
    """The strictest sensitivity of the items whose answers go into a value.

    A copy of a date of birth must not be less protected than the date. What only decides which
    value is taken does not count, and free text does not make a number of it free text.

    Args:
        kind: of the computed value.
        values: the expressions that it can come from.
        known: the sensitivity of each item before it.
    """
    read = {known.get(name, Sensitivity.NONE) for value in values for name in names_read(value)}
    for sensitivity in _STRICTEST_FIRST:
        if sensitivity in read:
            return sensitivity
    return Sensitivity.FREE_TEXT if kind in TEXT_KINDS else Sensitivity.NONE
