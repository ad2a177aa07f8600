"""What a form's expressions come to on a phone: XPath 1.0 over answers, as forms use it.

Nothing is shared with the importer but the tree. Answers are texts, as a form holds them, those of
numbers floats; one left out is the empty text.
"""

import math
from collections.abc import Mapping
from datetime import date

from cati.importing.xlsform.xpath import Binary, Call, Negative, Number, Part, Reference, String

TODAY = "2024-05-01"

Found = str | float | bool


def number(value: Found) -> float:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    try:
        return float(date.fromisoformat(value).toordinal())
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return math.nan


def boolean(value: Found) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return value != ""


def equal(left: Found, right: Found) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return boolean(left) == boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return left == right


def evaluate(part: Part, answers: Mapping[str, str | float]) -> Found:
    """What a part comes to."""
    match part:
        case Number(text):
            return float(text)
        case String(value):
            return value
        case Reference(name):
            return answers[name]
        case Negative(inner):
            return -number(evaluate(inner, answers))
        case Binary(operator, left, right):
            return binary(operator, evaluate(left, answers), evaluate(right, answers))
        case Call(name, arguments):
            return call(name, [evaluate(one, answers) for one in arguments])
        case _:
            # A new part of the grammar: the evaluator has to learn it, or it proves nothing.
            raise NotImplementedError(part)


def binary(operator: str, left: Found, right: Found) -> Found:
    match operator:
        case "and":
            return boolean(left) and boolean(right)
        case "or":
            return boolean(left) or boolean(right)
        case "=":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
    one, other = number(left), number(right)
    match operator:
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case ">=":
            return one >= other
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
        case _:
            return one / other if other else math.nan


def call(name: str, given: list[Found]) -> Found:
    match name:
        case "selected":
            return str(given[1]) in str(given[0]).split()
        case "count-selected":
            return float(len(str(given[0]).split()))
        case "not":
            return not boolean(given[0])
        case "true" | "false":
            return name == "true"
        case "if":
            return given[1] if boolean(given[0]) else given[2]
        case "coalesce":
            return given[0] if given[0] != "" else given[1]
        case "string-length":
            return float(len(str(given[0])))
        case "today":
            return TODAY
        case "date":
            return given[0]
        case "round":
            return float(math.floor(number(given[0]) + 0.5)) if given[0] != "" else math.nan
        case "max" | "min":
            values = [number(one) for one in given]
            some = math.nan if any(map(math.isnan, values)) else None
            return some if some is not None else (max if name == "max" else min)(values)
        case _:
            # A new function, of which the same holds.
            raise NotImplementedError(name)
