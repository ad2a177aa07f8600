"""The functions of XLSForms: what each becomes in our language."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from cati.importing.xlsform.compare import compare
from cati.importing.xlsform.terms import (
    ATOM,
    Known,
    Sort,
    Term,
    as_condition,
    as_number,
    both,
    either,
    has,
    negated,
    truth,
)
from cati.importing.xlsform.xpath import (
    Binary,
    Call,
    NoSuchChoice,
    Number,
    Own,
    Parent,
    Part,
    Reference,
    String,
    XPathError,
)
from instrument import Kind

if TYPE_CHECKING:
    from cati.importing.xlsform.translate import Translator

TODAY: Final = "interview_date"
"""What `today()` becomes: the date of the case's first sitting, also when it is taken up later."""

_YEAR: Final = ("365", "365.25", "365.2425", "365.24")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def call(translator: "Translator", part: Call) -> Term:
    """`NAME(…)`; raises XPathError."""
    function = _FUNCTIONS.get(part.name)
    if function is None:
        raise XPathError(f"there is nothing like '{part.name}()' here")
    least, most, make = function
    if not least <= len(part.arguments) <= most:
        raise XPathError(f"'{part.name}()' takes another number of arguments")
    return make(translator, part.arguments)


_Arguments = tuple[Part, ...]


def _selected(translator: "Translator", arguments: _Arguments) -> Term:
    left, right = (translator.term(one) for one in arguments)
    if right.sort is not Sort.CONSTANT and not isinstance(right.constant, str):
        raise XPathError("it looks for a choice that another answer names")
    wanted = str(right.constant)
    if left.item is None:
        # A filter may look for the name of a choice in a column that lists several.
        if left.sort is Sort.CONSTANT:
            return truth(wanted in str(left.constant).split())
        raise XPathError(f"'selected()' works on questions with choices, and this is {left.sort}")
    if left.sort is Sort.CHOICES:
        if wanted not in left.item.choices and translator.columns:
            return truth(False)
        if wanted not in left.item.choices:
            raise NoSuchChoice(f"'{wanted[:40]}' is none of the choices of {left.item.name}")
        return has(left, left.item.choices[wanted])
    constant = Term("", ATOM, Sort.CONSTANT, constant=wanted)
    return compare("=", left, constant)


def _count_selected(translator: "Translator", arguments: _Arguments) -> Term:
    term = translator.term(arguments[0])
    if term.sort is not Sort.CHOICES:
        raise XPathError("'count-selected()' works on questions with several answers")
    return Term(f"taken({term.text})", ATOM, Sort.NUMBER, whole=True, blank_is_yes=True)


def _not(translator: "Translator", arguments: _Arguments) -> Term:
    return negated(as_condition(translator.term(arguments[0])))


def _boolean(translator: "Translator", arguments: _Arguments) -> Term:
    return as_condition(translator.term(arguments[0]))


def _if(translator: "Translator", arguments: _Arguments) -> Term:
    condition = as_condition(translator.term(arguments[0]))
    first, second = (_constant_as_value(translator.term(one)) for one in arguments[1:])
    if isinstance(condition.constant, bool):
        return first if condition.constant else second
    if Sort.CONDITION in (first.sort, second.sort) and _hold(first) and _hold(second):
        first, second = as_condition(first), as_condition(second)
        return either(both(condition, first), both(negated(condition), second))
    if Sort.NUMBER in (first.sort, second.sort):
        first, second = as_number(first), as_number(second)
    if first.sort is not second.sort or first.sort in (Sort.CHOICE, Sort.CHOICES):
        raise XPathError(f"'if()' comes to {first.sort} or to {second.sort}")
    whole = first.whole and second.whole
    text = f"if({condition.text}, {first.text}, {second.text})"
    return Term(text, ATOM, first.sort, whole, blank_is_yes=True)


def _hold(term: Term) -> bool:
    """Whether a term is a condition, or a yes/no value that counts as one."""
    return term.sort is Sort.CONDITION or (term.item is not None and term.item.kind is Kind.YES_NO)


def _constant_as_value(term: Term) -> Term:
    """A constant as a text; one without a letter in it cannot be one."""
    if term.sort is not Sort.CONSTANT:
        return term
    if term.constant == "":
        raise XPathError("it comes to the empty text, and a value that is none cannot be written")
    try:
        return as_number(term)
    except XPathError:
        return Term(term.text, ATOM, Sort.TEXT)


def _coalesce(translator: "Translator", arguments: _Arguments) -> Term:
    first = translator.term(arguments[0])
    second = translator.term(arguments[1])
    if second.constant == "" and second.sort is Sort.CONSTANT:
        return first
    second = _constant_as_value(second)
    if Sort.NUMBER in (first.sort, second.sort):
        first, second = as_number(first), as_number(second)
    if first.sort is not second.sort or first.sort is Sort.CHOICES:
        raise XPathError(f"'coalesce()' comes to {first.sort} or to {second.sort}")
    text = f"first({first.text}, {second.text})"
    whole, blank = first.whole and second.whole, first.blank_is_yes or second.blank_is_yes
    return Term(text, ATOM, first.sort, whole, _same(first, second), blank_is_yes=blank)


def _same(first: Term, second: Term) -> Known | None:
    """Of two choice items what describes both, if they have the same choices."""
    if first.sort is not Sort.CHOICE or first.item is None or second.item is None:
        return None
    if first.item.choices != second.item.choices:
        raise XPathError("'coalesce()' joins questions with different choices")
    return first.item


def _of_rows(translator: "Translator", function: str, arguments: _Arguments) -> Term:
    """`sum(${x})` over the rows of a repeat, or `max(a, b)` of several values."""
    if len(arguments) == 1:
        if not isinstance(arguments[0], Reference):
            raise XPathError(f"'{function}()' of one calculation")
        known = translator.find(arguments[0].name)
        if known.roster is None or known.roster == translator.roster:
            raise XPathError(f"'{function}()' of '{known.name}', which has no rows here")
        if known.kind not in (Kind.INTEGER, Kind.DECIMAL):
            raise XPathError(f"'{function}()' of '{known.name}', which holds no numbers")
        text = f"{function}({known.roster}, {known.name})"
        return Term(text, ATOM, Sort.NUMBER, known.kind is Kind.INTEGER)
    terms = [as_number(translator.term(one)) for one in arguments]
    text = f"{function}({', '.join(term.text for term in terms)})"
    blank = any(term.blank_is_yes for term in terms)
    return Term(text, ATOM, Sort.NUMBER, all(one.whole for one in terms), blank_is_yes=blank)


def _count(translator: "Translator", arguments: _Arguments) -> Term:
    part = arguments[0]
    if not isinstance(part, Reference):
        raise XPathError("'count()' of something that is no repeat")
    known = translator.find(part.name)
    roster = known.name if known.is_roster else known.roster
    if roster is None or roster == translator.roster:
        raise XPathError(f"'count()' of '{known.name}', which has no rows here")
    where = "" if known.is_roster else f" where answered({known.name})"
    return Term(f"count({roster}{where})", ATOM, Sort.NUMBER, whole=True)


def _position(translator: "Translator", arguments: _Arguments) -> Term:
    if not isinstance(arguments[0], Parent) or translator.roster is None:
        raise XPathError("'position()' means the row of a repeat here, and nothing else")
    return Term("row", ATOM, Sort.NUMBER, whole=True)


def _today(_translator: "Translator", _arguments: _Arguments) -> Term:
    return Term(TODAY, ATOM, Sort.DATE)


def _date(translator: "Translator", arguments: _Arguments) -> Term:
    term = translator.term(arguments[0])
    if term.sort is Sort.DATE:
        return term
    if term.sort is Sort.CONSTANT and _DAY.fullmatch(str(term.constant)[:10]):
        return Term(str(term.constant)[:10], ATOM, Sort.DATE)
    raise XPathError(f"'date()' of {term.sort}")


def _length(translator: "Translator", arguments: _Arguments) -> Term:
    term = translator.term(arguments[0])
    if term.sort is not Sort.TEXT:
        raise XPathError(f"the length of {term.sort}")
    return Term(f"length({term.text})", ATOM, Sort.NUMBER, whole=True, blank_is_yes=True)


def _round(translator: "Translator", arguments: _Arguments) -> Term:
    term = as_number(translator.term(arguments[0]))
    if len(arguments) == 1:
        return Term(
            f"round({term.text})", ATOM, Sort.NUMBER, whole=True, blank_is_yes=term.blank_is_yes
        )
    if not isinstance(arguments[1], Number) or not arguments[1].text.isdigit():
        raise XPathError("'round()' to a number of places that is calculated")
    text = f"round({term.text}, {arguments[1].text})"
    return Term(text, ATOM, Sort.NUMBER, blank_is_yes=term.blank_is_yes)


def _down(translator: "Translator", arguments: _Arguments) -> Term:
    """`int(…)`, `floor(…)`: of integers themselves, and of days over days in a year."""
    part = arguments[0]
    if isinstance(part, Binary) and part.operator == "div" and isinstance(part.right, Number):
        days = part.left
        if part.right.text in _YEAR and isinstance(days, Binary) and days.operator == "-":
            later, earlier = translator.term(days.left), translator.term(days.right)
            if later.sort is earlier.sort is Sort.DATE:
                text = f"years_between({earlier.text}, {later.text})"
                return Term(text, ATOM, Sort.NUMBER, whole=True)
    term = as_number(translator.term(part))
    if not term.whole:
        raise XPathError("it rounds down, and there is only rounding to the nearest here")
    return term


def _itself(translator: "Translator", arguments: _Arguments) -> Term:
    return translator.term(arguments[0])


def _as_number(translator: "Translator", arguments: _Arguments) -> Term:
    return as_number(translator.term(arguments[0]))


def _string(translator: "Translator", arguments: _Arguments) -> Term:
    term = translator.term(arguments[0])
    if term.sort not in (Sort.TEXT, Sort.CHOICE, Sort.CONSTANT):
        raise XPathError(f"it turns {term.sort} into a text")
    return term


def _regex(_translator: "Translator", _arguments: _Arguments) -> Term:
    raise XPathError("patterns ('regex()') are known as a mask of fixed length only")


def _choice_name(translator: "Translator", arguments: _Arguments) -> Term:
    """`jr:choice-name(${q}, '${q}')`: the label, which a fill speaks anyway."""
    first, second = arguments
    named = isinstance(second, String) and isinstance(first, Reference | Own)
    wanted = f"${{{first.name}}}" if isinstance(first, Reference) else "."
    if not named or not isinstance(second, String) or second.value.replace(" ", "") != wanted:
        raise XPathError("'jr:choice-name()' of something other than a question's own answer")
    return translator.term(first)


def _over(function: str) -> Callable[["Translator", _Arguments], Term]:
    return lambda translator, arguments: _of_rows(translator, function, arguments)


_FUNCTIONS: Final[dict[str, tuple[int, int, Callable[["Translator", _Arguments], Term]]]] = {
    "selected": (2, 2, _selected),
    "count-selected": (1, 1, _count_selected),
    "not": (1, 1, _not),
    "boolean": (1, 1, _boolean),
    "boolean-from-string": (1, 1, _boolean),
    "true": (0, 0, lambda _translator, _arguments: truth(True)),
    "false": (0, 0, lambda _translator, _arguments: truth(False)),
    "if": (3, 3, _if),
    "coalesce": (2, 2, _coalesce),
    "count": (1, 1, _count),
    "sum": (1, 20, _over("sum")),
    "min": (1, 20, _over("min")),
    "max": (1, 20, _over("max")),
    "position": (1, 1, _position),
    "today": (0, 0, _today),
    "now": (0, 0, _today),
    "date": (1, 1, _date),
    "date-time": (1, 1, _date),
    "string-length": (1, 1, _length),
    "round": (1, 2, _round),
    "int": (1, 1, _down),
    "floor": (1, 1, _down),
    "number": (1, 1, _as_number),
    "string": (1, 1, _string),
    "once": (1, 1, _itself),
    "regex": (2, 2, _regex),
    "jr:choice-name": (2, 2, _choice_name),
}
"""Name to the least and the greatest number of arguments, and what makes the term."""
