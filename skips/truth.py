"""What a condition comes to: yes, no, or not known yet.

Compiled conditions hand the plain integers `NO`, `UNKNOWN` and `YES` to each other, which are
quicker to compare than enum members; everything public speaks of `Truth`.
"""

from enum import IntEnum
from typing import Final

NO: Final = 0
UNKNOWN: Final = 1
YES: Final = 2


class Truth(IntEnum):
    """What a condition comes to: `and` is min, `or` is max, `not` is two minus."""

    NO = 0
    UNKNOWN = 1
    YES = 2
