"""The days on which interviews take place, as far as proofs go."""

from typing import Final

from instrument.values import PartialDate

FIRST_DAY: Final = PartialDate(2020, 1, 1)
LAST_DAY: Final = PartialDate(2049, 12, 31)
