"""The words for the signs and functions of conditions."""

from types import MappingProxyType
from typing import Final

from instrument.conditions.nodes import (
    INTERVIEW_DATE,
    ROW,
    Comparison,
    Function,
    Operator,
    RosterFunction,
    Type,
)

INVERSE: Final = MappingProxyType(
    {
        Comparison.EQ: Comparison.NE,
        Comparison.NE: Comparison.EQ,
        Comparison.LT: Comparison.GE,
        Comparison.GE: Comparison.LT,
        Comparison.GT: Comparison.LE,
        Comparison.LE: Comparison.GT,
    }
)
MIRRORED: Final = MappingProxyType(
    {
        Comparison.EQ: Comparison.EQ,
        Comparison.NE: Comparison.NE,
        Comparison.LT: Comparison.GT,
        Comparison.GT: Comparison.LT,
        Comparison.LE: Comparison.GE,
        Comparison.GE: Comparison.LE,
    }
)
EQUAL: Final = {Comparison.EQ: "is", Comparison.NE: "is not"}
NUMBERS: Final = EQUAL | {
    Comparison.LT: "is less than",
    Comparison.LE: "is at most",
    Comparison.GT: "is more than",
    Comparison.GE: "is at least",
}
DATES: Final = EQUAL | {
    Comparison.LT: "is before",
    Comparison.LE: "is on or before",
    Comparison.GT: "is after",
    Comparison.GE: "is on or after",
}
TIMES: Final = EQUAL | {
    Comparison.LT: "is before",
    Comparison.LE: "is at or before",
    Comparison.GT: "is after",
    Comparison.GE: "is at or after",
}
DURATIONS: Final = NUMBERS | {
    Comparison.LT: "is shorter than",
    Comparison.GT: "is longer than",
}
VERBS: Final = MappingProxyType(
    {Type.DATE: DATES, Type.TIME: TIMES, Type.DURATION: DURATIONS, Type.NUMBER: NUMBERS}
)
SIGNS: Final = MappingProxyType(
    {
        Operator.PLUS: " plus ",
        Operator.MINUS: " minus ",
        Operator.TIMES: " times ",
        Operator.DIVIDE: " divided by ",
    }
)
OVER: Final = MappingProxyType(
    {
        RosterFunction.SUM: "the sum of ",
        RosterFunction.MIN: "the lowest ",
        RosterFunction.MAX: "the highest ",
    }
)
OVER_DATES: Final = MappingProxyType(
    {RosterFunction.MIN: "the earliest ", RosterFunction.MAX: "the latest "}
)
BETWEEN: Final = MappingProxyType(
    {
        Function.YEARS_BETWEEN: "the completed years from ",
        Function.MONTHS_BETWEEN: "the completed months from ",
        Function.DAYS_BETWEEN: "the days from ",
    }
)
FUNCTIONS: Final = MappingProxyType(
    {
        Function.YEAR: ("the year of ", ""),
        Function.MONTH: ("the month of ", ""),
        Function.TAKEN: ("the number of choices taken of ", ""),
        Function.LENGTH: ("the number of characters of ", ""),
        Function.SUM: ("the sum of ", ""),
        Function.MIN: ("the least of ", ""),
        Function.MAX: ("the greatest of ", ""),
        Function.FIRST: ("the first of ", " that has a value"),
    }
)
"""What is said before and behind the values that a function takes."""
OF_DATES: Final = MappingProxyType(
    {Function.MIN: "the earliest of ", Function.MAX: "the latest of "}
)
PSEUDO: Final = MappingProxyType(
    {ROW: "the number of the row", INTERVIEW_DATE: "the date of the interview"}
)
"""Names that conditions know besides the items."""
