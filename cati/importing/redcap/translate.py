"""Branching logic into conditions.

Blank is a value in REDCap: a comparison with it is *no*, and `<>` with it is *yes*. Here nothing is
known of an item without a value, and what compares it is unknown. While nothing turns a comparison
round, unknown and *no* come to the same, since neither is asked; so the translation is exact there,
and what stands under a `not`, or compares with `<>`, is remarked as to be read again.
"""

import re
from dataclasses import replace
from enum import Enum
from typing import Final

from cati.importing.redcap import numbers
from cati.importing.redcap.known import Known, Sort
from cati.importing.redcap.logic import (
    Call,
    Comparison,
    Constant,
    Joined,
    Logic,
    Negated,
    Reference,
    Untranslatable,
)
from cati.importing.redcap.reading import BLANK, BOX, CODED, Reading
from cati.importing.redcap.said import Level, Said, call, joined, negated, quoted, test
from cati.importing.redcap.terms import date, text

_FLIPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:00)?")
_MOST_IN_LIST: Final = 60


class Turned(Enum):
    """Whether *no* and unknown come to the same where a part stands."""

    STRAIGHT = 1
    ROUND = -1
    EITHER = 0
    """Both its *yes* and its *no* matter, such as in an `if`."""

    @property
    def other(self) -> "Turned":
        """Inside of a `not`."""
        return Turned(-self.value)


def condition(logic: Logic, reading: Reading, turned: Turned = Turned.STRAIGHT) -> Said:
    """The condition that a piece of logic is.

    Raises:
        Untranslatable: it has no equal here.
    """
    match logic:
        case Joined():
            inner = _assured(logic, reading)
            parts = [condition(part, inner, turned) for part in logic.parts]
            return joined(logic.operator, list({part.text: part for part in parts}.values()))
        case Negated():
            return negated(condition(logic.part, reading, turned.other))
        case Comparison():
            return _comparison(logic, reading, turned)
        case Reference():
            return _bare(logic, reading, turned)
        case Call():
            return _status(logic, reading)
        case _:
            raise Untranslatable("a condition is expected, and this is a value")


def _assured(logic: Joined, reading: Reading) -> Reading:
    """Within `… and [f] <> ''` nothing is asked while f is blank, whatever else is said of it."""
    if logic.operator == "or":
        return reading
    asked = frozenset(
        part.left.field
        for part in logic.parts
        if isinstance(part, Comparison)
        and part.operator == "!="
        and isinstance(part.left, Reference)
        and part.left.code is None
        and _is_blank(part.right)
    )
    return replace(reading, sure=reading.sure | asked) if asked else reading


def _is_blank(logic: Logic) -> bool:
    return isinstance(logic, Constant) and logic.text.strip() in ("", "NaN")


def _comparison(logic: Comparison, reading: Reading, turned: Turned) -> Said:
    left, right, operator = logic.left, logic.right, logic.operator
    if isinstance(left, Constant) and not isinstance(right, Constant):
        left, right, operator = right, left, _FLIPPED.get(operator, operator)
    if _is_blank(right):
        return _blank(left, operator, reading)
    if isinstance(left, Reference):
        known = reading.find(left)
        if left.code is not None and isinstance(right, Constant):
            return _box(left, known, operator, right, reading, turned)
        if isinstance(right, Constant) and known.sort in (Sort.CHOICE, Sort.YES_NO):
            return _choice(left, known, operator, right, reading, turned)
        if isinstance(right, Constant) and (reason := reading.reason(known, right.text)):
            return _missing(known, operator, reason)
        if isinstance(right, Reference) and operator in ("==", "!="):
            other = reading.find(right)
            if known.sort in (Sort.CHOICE, Sort.YES_NO) and known.sort is other.sort:
                _note(operator, reading, turned, left, right)
                return _two_choices(known, operator, other)
    if (ticked := _any_ticked(left, operator, right)) is not None:
        return condition(ticked, reading, turned)
    _note(operator, reading, turned, left, right)
    for side in (_dates, _times, _texts):
        if (said := side(left, operator, right, reading)) is not None:
            return said
    return _numbers(left, operator, right, reading)


def _note(operator: str, reading: Reading, turned: Turned, *sides: Logic) -> None:
    """Remark a comparison whose blank side makes a difference where it stands."""
    same = Turned.ROUND if operator == "!=" else Turned.STRAIGHT
    sure = all(
        isinstance(side, Constant)
        or (isinstance(side, Reference) and side.code is None and side.field in reading.sure)
        for side in sides
    )
    reading.remark(BLANK, when=turned is not same and not sure)


def _blank(left: Logic, operator: str, reading: Reading) -> Said:
    """`[f] = ''` and `[f] <> ''`; never unknown here, so that they may stand anywhere."""
    if not isinstance(left, Reference) or left.code is not None:
        raise Untranslatable("only a field can be compared with nothing")
    known = reading.find(left)
    if operator in ("==", "!="):
        answered = call("answered", Said(known.name))
        reading.remark(CODED, when=bool(reading.fields.missing) and not known.computed)
        return negated(answered) if operator == "==" else answered
    raise Untranslatable("a value has no order with nothing")


def _box(
    left: Reference,
    known: Known,
    operator: str,
    right: Constant,
    reading: Reading,
    turned: Turned,
) -> Said:
    """`[f(1)] = '1'`: whether a box is ticked."""
    ticked = {"==1": True, "!=0": True, ">0": True, ">=1": True}
    ticked |= {"==0": False, "!=1": False, "<1": False, "<=0": False}
    number = right.number
    wanted = ticked.get(f"{operator}{number.normalize():f}") if number is not None else None
    if wanted is None:
        raise Untranslatable("a box to tick is 1 or 0")
    code = left.code or ""
    if reason := reading.reason(known, code):
        return _missing(known, "==" if wanted else "!=", reason)
    has = Said(f"{known.name} has {reading.choice(known, code).text}", Level.TEST)
    if wanted:
        reading.remark(BOX, when=turned is not Turned.STRAIGHT)
        return has
    # A box of a question that was never seen is '0' too. `answered(f) and not f has x` would make
    # that a *no*, the opposite of what REDCap says; `not f has x` leaves it unknown, which asks as
    # little but does not claim that the box was ticked when a `not` stands in front.
    reading.remark(BOX, when=turned is not Turned.ROUND)
    return negated(has)


def _choice(
    left: Reference,
    known: Known,
    operator: str,
    right: Constant,
    reading: Reading,
    turned: Turned,
) -> Said:
    """`[f] = '2'`, and `[f] > 2`: the choices whose code is greater."""
    if reason := reading.reason(known, right.text):
        if operator not in ("==", "!="):
            raise Untranslatable(f"'{right.text}' is a missing data code, which has no order")
        return _missing(known, operator, reason)
    _note(operator, reading, turned, left)
    if operator in ("==", "!="):
        return test(Said(known.name), operator, reading.choice(known, right.text))
    bound = right.number
    if bound is None or len(known.numbers) < len(known.choices):
        raise Untranslatable(f"the codes of [{known.foreign}] have no order")
    holds = {"<": bound.__gt__, "<=": bound.__ge__, ">": bound.__lt__, ">=": bound.__le__}[operator]
    fitting = [code for code, value in known.numbers.items() if holds(value)]
    if not fitting or len(fitting) > _MOST_IN_LIST:
        raise Untranslatable(f"{len(fitting)} choices of [{known.foreign}] fit it")
    choices = [reading.choice(known, code).text for code in fitting]
    if len(choices) == 1:
        return Said(f"{known.name} == {choices[0]}", Level.TEST)
    return Said(f"{known.name} in ({', '.join(choices)})", Level.TEST)


def _missing(known: Known, operator: str, reason: str) -> Said:
    """A comparison with a missing data code; never unknown here."""
    said = call("missing", Said(known.name), Said(reason))
    return said if operator == "==" else negated(said)


def _two_choices(known: Known, operator: str, other: Known) -> Said:
    if known.choices != other.choices:
        raise Untranslatable(f"[{known.foreign}] and [{other.foreign}] have different choices")
    return test(Said(known.name), operator, Said(other.name))


def _sort(logic: Logic, reading: Reading) -> Sort | None:
    return reading.find(logic).sort if isinstance(logic, Reference) else None


def _dates(left: Logic, operator: str, right: Logic, reading: Reading) -> Said | None:
    if Sort.DATE not in (_sort(left, reading), _sort(right, reading)):
        return None
    return test(date(left, reading), operator, date(right, reading))


def _times(left: Logic, operator: str, right: Logic, reading: Reading) -> Said | None:
    if Sort.TIME not in (_sort(left, reading), _sort(right, reading)):
        return None
    sides = []
    for part in (left, right):
        if isinstance(part, Reference) and reading.find(part).sort is Sort.TIME:
            sides.append(Said(reading.find(part).name))
        elif isinstance(part, Constant) and (match := _TIME.fullmatch(part.text)):
            sides.append(quoted(f"{int(match[1]):02d}:{match[2]}"))
        else:
            raise Untranslatable("a time is expected, such as '14:30'")
    return test(sides[0], operator, sides[1])


def _texts(left: Logic, operator: str, right: Logic, reading: Reading) -> Said | None:
    if Sort.TEXT not in (_sort(left, reading), _sort(right, reading)):
        return None
    if operator not in ("==", "!="):
        raise Untranslatable("texts have no order here; a field that is a number says so")
    return test(text(left, reading), operator, text(right, reading))


def _any_ticked(left: Logic, operator: str, right: Logic) -> Joined | Negated | None:
    """`sum([f(1)], [f(2)]) > 0` is `[f(1)] = 1 or [f(2)] = 1`, and `= 0` its opposite."""
    found = numbers.boxes(left)
    if not found or not isinstance(right, Constant) or right.number is None:
        return None
    bound = f"{operator}{right.number.normalize():f}"
    one = Constant("1", quoted=False)
    ticked = Joined("or", tuple(Comparison("==", box, one) for box in found))
    if bound in (">0", ">=1", "!=0"):
        return ticked
    return Negated(ticked) if bound in ("==0", "<1", "<=0") else None


def _numbers(left: Logic, operator: str, right: Logic, reading: Reading) -> Said:
    # Completed years reach a whole bound when their fractions do: `>=` and `<` need no remark.
    exact = operator in (">=", "<") and isinstance(right, Constant) and right.number is not None
    sides = numbers.number(left, reading, exact=exact), numbers.number(right, reading)
    return test(sides[0], operator, sides[1])


def _bare(logic: Reference, reading: Reading, turned: Turned) -> Said:
    """A field that stands for itself is true unless it is blank or 0."""
    known = reading.find(logic)
    one = Constant("1", quoted=False)
    if logic.code is not None or known.sort is Sort.YES_NO:
        return _comparison(Comparison("==", logic, one), reading, turned)
    if known.sort is Sort.NUMBER:
        _note("==", reading, turned, logic)
        return test(Said(known.name), "!=", Said("0"))
    raise Untranslatable(f"[{known.foreign}] is {known.sort}, and a condition is expected")


def _status(logic: Call, reading: Reading) -> Said:
    """Functions that ask whether there is a value."""
    one = logic.arguments[0] if len(logic.arguments) == 1 else None
    if not isinstance(one, Reference) or one.code is not None:
        raise Untranslatable(f"'{logic.name}' has no equal here")
    known = reading.find(one)
    answered = call("answered", Said(known.name))
    missing = call("missing", Said(known.name))
    match logic.name:
        case "isblankormissingcode":
            return negated(answered)
        case "isblanknotmissingcode":
            return joined("and", [negated(answered), negated(missing)])
        case "ismissingcode" | "hasmissingcode":
            return missing
        case "isnumber" | "isinteger" if known.sort is Sort.NUMBER:
            return answered
        case _:
            raise Untranslatable(f"'{logic.name}' has no equal here")
