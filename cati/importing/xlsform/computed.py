"""Rows with a calculation become computed values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cati.importing.outline import Origin, OutlineItem, Plain
from cati.importing.settle import WHOLE
from cati.importing.xlsform.form import Cell, FormRow, kind_of_row
from cati.importing.xlsform.joined import join_choices
from cati.importing.xlsform.questions import lose_row
from cati.importing.xlsform.shop import Place, Shop, rest
from cati.importing.xlsform.terms import Known, Sort, Term, as_condition, as_number, quoted
from cati.importing.xlsform.translate import Translator
from cati.importing.xlsform.xpath import Call, Part, Reference, String, XPathError, parse
from instrument import Kind

_KINDS: Final = {
    Sort.CONDITION: Kind.YES_NO,
    Sort.TEXT: Kind.TEXT,
    Sort.DATE: Kind.DATE,
    Sort.TIME: Kind.TIME,
    Sort.CHOICE: Kind.ONE_OF,
}
NO_LAST_RESORT: Final = (
    "where an answer that a condition reads was left out, the original goes on to the next value; "
    "here the whole value is unknown"
)
_READ: Final = ("type", "name", "label", "relevant", "calculation", "disabled")


@dataclass(frozen=True, slots=True)
class Branch:
    """A value, and the condition on which it is the one; None for the last resort."""

    when: Term | None
    value: Term


def computed(shop: Shop, row: FormRow, place: Place) -> OutlineItem:
    """A calculated value, or its loss where it cannot be translated."""
    cell = row.get("calculation")
    name = shop.given[row.at]
    if cell is None:
        return lose_row(shop, row, "it has no calculation")
    translator = shop.translator(place)
    try:
        part = parse(cell.text)
        if alias := _alias(translator, part):
            return _as_itself(shop, row, cell, alias)
        branches, sort = _alike(_branches(translator, part))
        if sort is Sort.CHOICE and any(one.value.item is None for one in branches
                                       if one.value.sort is Sort.CHOICE):  # fmt: skip
            raise XPathError("it calculates a choice")
    except XPathError as error:
        return lose_row(shop, row, str(error))
    keys: dict[str, Plain] = {"compute": name}
    whole = all(branch.value.whole for branch in branches)
    kind = _KINDS.get(sort) or (Kind.INTEGER if whole else Kind.DECIMAL)
    keys["kind"] = str(kind)
    keys["label"] = shop.maker.label(row.texts("label")) or row.text("name") or name
    ask_if, origin = shop.asked_if(row, place)
    text = f"calculation: {cell.text}"
    origins = {WHOLE: Origin(cell.at, kind_of_row(row), text)}
    if ask_if is not None and origin is not None:
        keys["ask_if"], origins["ask_if"] = ask_if, origin
    words: dict[str, tuple[str, ...]] = {}
    if kind is Kind.ONE_OF:
        union = join_choices(shop, [branch.value for branch in branches])
        keys["choices"], words = union.choices, union.words
        shop.choices_of[name] = union.choices
        branches = _with_choices(branches, words)
        if union.renumbered:
            shop.remark(
                cell, name, "its choices come from several lists and have codes of their own"
            )
    _write(keys, branches)
    for branch in branches:
        shop.note(cell, branch.value)
    if branches[0].when is not None:
        shop.remark(cell, "", NO_LAST_RESORT)
    rest(shop, row, _READ)
    shop.learn(row.text("name"), Known(name, kind, words, place.roster))
    shop.made[row.at] = name
    return OutlineItem(keys, shop.taken(), origins)


def _with_choices(branches: Sequence[Branch], words: Mapping[str, tuple[str, ...]]) -> list[Branch]:
    """Branches whose constants are the names of choices."""
    return [
        replace(one, value=replace(one.value, text=_choice(words[str(one.value.constant)][0])))
        if one.value.sort is Sort.CONSTANT
        else one
        for one in branches
    ]


def _choice(word: str) -> str:
    return quoted(word.strip('"'))


def _write(keys: dict[str, Plain], branches: list[Branch]) -> None:
    """Put the value under `as`, or several of them under `branches`."""
    if len(branches) == 1 and branches[0].when is None:
        keys["as"] = branches[0].value.text
        return
    keys["branches"] = [
        {"otherwise": one.value.text}
        if one.when is None
        else {"when": one.when.text, "is": one.value.text}
        for one in branches
    ]


def _branches(translator: Translator, part: Part) -> list[Branch]:
    """A calculation as branches: `if(a, b, if(c, d, ''))` has two, and no last resort."""
    match part:
        case Call("if", (condition, first, second)):
            when = as_condition(translator.term(condition))
            if when.constant is True:
                return _branches(translator, first)
            if when.constant is False:
                return _branches(translator, second)
            if isinstance(second, String) and second.value == "":
                return [Branch(when, _value(translator, first))]
            if isinstance(first, String) and first.value == "":
                raise XPathError("it comes to the empty text first, and to a value otherwise")
            return [Branch(when, _value(translator, first)), *_branches(translator, second)]
        case _:
            return [Branch(None, _value(translator, part))]


def _value(translator: Translator, part: Part) -> Term:
    term = translator.term(part)
    if term.sort is Sort.CHOICES:
        raise XPathError("it comes to all choices taken of a question")
    if term.constant == "" and term.sort is Sort.CONSTANT:
        raise XPathError("it comes to the empty text")
    return term


def _alike(branches: list[Branch]) -> tuple[list[Branch], Sort]:
    """Branches that come to values of one sort; constants in quotes follow the others."""
    sorts = {branch.value.sort for branch in branches}
    constants = [one.value for one in branches if one.value.sort is Sort.CONSTANT]
    if sorts <= {Sort.CONSTANT, Sort.NUMBER} and _are_numbers(constants):
        made = [replace(one, value=as_number(one.value)) for one in branches]
        return made, Sort.NUMBER
    if sorts <= {Sort.CONSTANT, Sort.TEXT}:
        return branches, Sort.TEXT
    if sorts == {Sort.CHOICE, Sort.CONSTANT}:
        return branches, Sort.CHOICE
    if len(sorts) != 1:
        raise XPathError(f"it comes to {' or to '.join(sorted(sorts))}")
    return branches, next(iter(sorts))


def _are_numbers(constants: list[Term]) -> bool:
    try:
        return bool([as_number(one) for one in constants]) or not constants
    except XPathError:
        return False


def _alias(translator: Translator, part: Part) -> Known | None:
    """The question whose label `jr:choice-name(${q}, '${q}')` is."""
    match part:
        case Call("jr:choice-name", (Reference(name), _)):
            translator.term(part)
            return translator.find(name)
        case _:
            return None


def _as_itself(shop: Shop, row: FormRow, cell: Cell, known: Known) -> OutlineItem:
    """Texts speak the labels of choices anyway: the question itself stands in them."""
    shop.learn(row.text("name"), known)
    shop.made[row.at] = known.name
    shop.remark(cell, known.name, "a text that reads a question speaks the label of its choice")
    rest(shop, row, _READ)
    return OutlineItem({}, shop.taken())
