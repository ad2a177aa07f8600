"""Calculations: the arithmetic of REDCap and its functions that have an equal here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from cati.importing.redcap import terms, translate
from cati.importing.redcap.known import Sort
from cati.importing.redcap.logic import (
    Bare,
    Call,
    Chain,
    Comparison,
    Constant,
    Logic,
    Minus,
    Reference,
    Untranslatable,
)
from cati.importing.redcap.reading import BLANK, BOX, IF, PARTS, SIGNED, WHOLE, Reading
from cati.importing.redcap.said import Level, Said, call

_UNITS: Final = {"y": "years_between", "M": "months_between", "d": "days_between"}
_LOST_UNITS: Final = {"h": "hours", "m": "minutes", "s": "seconds"}


def number(logic: Logic, reading: Reading, *, exact: bool = False) -> Said:
    """The number that a piece of logic is.

    Args:
        logic: the calculation, or a part of it.
        reading: where it stands.
        exact: whether only completed units of a time between dates matter where it stands.

    Raises:
        Untranslatable: it is no number, or has no equal here.
    """
    match logic:
        case Constant():
            return _constant(logic)
        case Reference():
            return _field(logic, reading)
        case Minus():
            part = number(logic.part, reading)
            return Said(f"-{part.within(Level.ATOM)}", Level.UNARY, part.whole, part.blank)
        case Chain():
            return _chain(logic, reading)
        case Call():
            return _call(logic, reading, exact=exact)
        case _:
            raise Untranslatable("a number is expected")


def _constant(logic: Constant) -> Said:
    value = logic.number
    if value is None:
        raise Untranslatable(f"a number is expected, and '{logic.text}' is a text")
    text = f"{value:f}".rstrip(".")
    level = Level.UNARY if value < 0 else Level.ATOM
    return Said(text, level, whole=value == value.to_integral_value() and "." not in text)


def _field(logic: Reference, reading: Reading) -> Said:
    known = reading.find(logic)
    if known.sort is Sort.NUMBER:
        return Said(known.name, whole=known.whole, blank=True)
    if logic.code is not None:
        reading.remark(BOX)
        has = Said(f"{known.name} has {reading.choice(known, logic.code).text}", Level.TEST)
        return call("if", has, Said("1"), Said("0"), whole=True)
    if known.sort not in (Sort.CHOICE, Sort.YES_NO):
        raise Untranslatable(f"[{known.foreign}] is {known.sort} and no number")
    if len(known.numbers) < len(known.choices):
        raise Untranslatable(f"not all codes of [{known.foreign}] are numbers")
    if known.sort is Sort.YES_NO:
        return Said(f"if({known.name} == yes, 1, 0)", whole=True, blank=True)
    if reading.number_of is None:
        raise Untranslatable(f"the code of [{known.foreign}] cannot be counted with here")
    reading.needed[known.foreign] = None
    whole = all(value == value.to_integral_value() for value in known.numbers.values())
    return Said(reading.number_of(known), whole=whole, blank=True)


def boxes(logic: Logic) -> Sequence[Reference]:
    """The boxes to tick that are added up; empty when anything else is."""
    if isinstance(logic, Chain):
        parts: tuple[Logic, ...] = (logic.first, *(part for _, part in logic.rest))
        added = all(sign == "+" for sign, _ in logic.rest)
    elif isinstance(logic, Call):
        parts, added = logic.arguments, logic.name == "sum"
    else:
        return ()
    found = [part for part in parts if isinstance(part, Reference) and part.code is not None]
    return found if added and len(found) == len(parts) else ()


def _ticked(boxes: Sequence[Reference], reading: Reading) -> Said:
    """How many of some boxes are ticked."""
    reading.remark(BOX)
    one = Constant("1", quoted=False)
    has = [translate.condition(Comparison("==", box, one), reading) for box in boxes]
    return Said(call("count", *has).text, whole=True, blank=True)


def _chain(logic: Chain, reading: Reading) -> Said:
    if found := boxes(logic):
        return _ticked(found, reading)
    signs = {sign for sign, _ in logic.rest}
    level = Level.SUM if signs <= {"+", "-"} else Level.PRODUCT
    first = number(logic.first, reading)
    text, whole, blank = first.within(level), first.whole, first.blank
    for sign, part in logic.rest:
        # What is subtracted or divided by must hold together more closely than the chain itself.
        said = number(part, reading)
        text += f" {sign} {said.within(Level(level + 1))}"
        whole = whole and said.whole and sign != "/"
        blank = blank or said.blank
    return Said(text, level, whole, blank)


def _call(logic: Call, reading: Reading, *, exact: bool) -> Said:
    if (make := _FUNCTIONS.get(logic.name)) is not None:
        return make(logic, reading)
    if logic.name == "datediff":
        return _datediff(logic, reading, exact=exact)
    name = "a power" if logic.name == "^" else f"'{logic.name}'"
    raise Untranslatable(f"{name} has no equal here")


def _several(logic: Call, reading: Reading) -> Said:
    """`sum`, `min`, `max` over several parts."""
    if len(found := boxes(logic)) > 1:
        return _ticked(found, reading)
    parts = [number(part, reading) for part in logic.arguments]
    if not parts:
        raise Untranslatable(f"'{logic.name}' of nothing")
    reading.remark(PARTS, when=any(part.blank for part in parts) and len(parts) > 1)
    whole = all(part.whole for part in parts)
    if len(parts) == 1:
        return parts[0]
    said = call(logic.name, *parts)
    return Said(said.text, whole=whole, blank=said.blank)


def _round(logic: Call, reading: Reading) -> Said:
    if not 1 <= len(logic.arguments) <= 2:
        raise Untranslatable("'round' takes a number and its places")
    value = number(logic.arguments[0], reading)
    places = _places(logic)
    if places == 0:
        return call("round", value)
    return call("round", value, Said(str(places)))


def _places(logic: Call) -> int:
    """How many decimal places a rounding keeps."""
    if len(logic.arguments) == 1:
        return 0
    places = logic.arguments[1]
    value = places.number if isinstance(places, Constant) else None
    if value is None or value not in [Decimal(n) for n in range(10)]:
        raise Untranslatable("the places of a rounding must be a number from 0 to 9")
    return int(value)


def _round_down(logic: Call, reading: Reading) -> Said:
    """`rounddown(datediff(…), 0)` is what the functions over dates give anyway."""
    inner = logic.arguments[0] if 1 <= len(logic.arguments) <= 2 else None
    if isinstance(inner, Call) and inner.name == "datediff" and _places(logic) == 0:
        return _datediff(inner, reading, exact=True)
    raise Untranslatable("'rounddown' has no equal here")


def _abs(logic: Call, reading: Reading) -> Said:
    if len(logic.arguments) != 1:
        raise Untranslatable("'abs' takes one number")
    value = number(logic.arguments[0], reading)
    minus = Said(f"-{value.within(Level.ATOM)}", Level.UNARY, blank=value.blank)
    return Said(call("max", value, minus).text, whole=value.whole, blank=value.blank)


def _if(logic: Call, reading: Reading) -> Said:
    if len(logic.arguments) != 3:
        raise Untranslatable("'if' takes a condition and two values")
    when = condition_of_if(logic.arguments[0], reading)
    values = [number(part, reading) for part in logic.arguments[1:]]
    whole = all(value.whole for value in values)
    return Said(call("if", when, *values).text, whole=whole, blank=True)


def condition_of_if(logic: Logic, reading: Reading) -> Said:
    """The condition of an `if`, where unknown and *no* are not the same.

    Raises:
        Untranslatable: it has no equal here.
    """
    inner = replace(reading, remarks={})
    said = translate.condition(logic, inner, translate.Turned.EITHER)
    for why in inner.remarks:
        reading.remark(IF if why in (BLANK, BOX) else why)
    return said


def _length(logic: Call, reading: Reading) -> Said:
    if len(logic.arguments) != 1:
        raise Untranslatable("'length' takes one text")
    return Said(
        call("length", terms.text(logic.arguments[0], reading)).text, whole=True, blank=True
    )


def _part_of_date(logic: Call, reading: Reading) -> Said:
    if len(logic.arguments) != 1:
        raise Untranslatable(f"'{logic.name}' takes one date")
    date = terms.date(logic.arguments[0], reading)
    return Said(call(logic.name, date).text, whole=True, blank=date.blank)


def _datediff(logic: Call, reading: Reading, *, exact: bool) -> Said:
    """`datediff([a], [b] or 'today', 'y', …, signed)`"""
    if len(logic.arguments) < 3:
        raise Untranslatable("'datediff' takes two dates and a unit")
    first, second, unit, *rest = logic.arguments
    function = _UNITS.get(unit.text) if isinstance(unit, Constant) else None
    if function is None:
        said = _LOST_UNITS.get(unit.text, unit.text) if isinstance(unit, Constant) else "this unit"
        raise Untranslatable(f"the time between two dates cannot be had in {said}")
    signed = any(
        isinstance(part, Bare | Constant)
        and (part.word if isinstance(part, Bare) else part.text.lower()) == "true"
        for part in rest
    )
    if not signed and _is_today(first):
        first, second = second, first
    dates = [terms.date(part, reading) for part in (first, second)]
    reading.remark(WHOLE, when=not exact and function != "days_between")
    reading.remark(SIGNED, when=not signed and not _is_today(second))
    return call(function, *dates, whole=True)


def _is_today(logic: Logic) -> bool:
    return isinstance(logic, Constant) and logic.text.lower() == "today"


_FUNCTIONS: Final[dict[str, Callable[[Call, Reading], Said]]] = {
    "sum": _several,
    "min": _several,
    "max": _several,
    "round": _round,
    "rounddown": _round_down,
    "abs": _abs,
    "if": _if,
    "length": _length,
    "year": _part_of_date,
    "month": _part_of_date,
}
