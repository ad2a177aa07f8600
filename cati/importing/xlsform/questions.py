"""Rows that ask, read or hide something become questions, statements, or losses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cati.importing.moments import TWO_QUESTIONS, time_beside
from cati.importing.outline import ByLanguage, Lost, Origin, OutlineItem, Plain
from cati.importing.settle import WHOLE
from cati.importing.xlsform.constraints import read_constraint
from cati.importing.xlsform.form import Cell, FormRow, kind_of_row
from cati.importing.xlsform.shop import Place, Shop, rest
from cati.importing.xlsform.terms import Known
from cati.importing.xlsform.xpath import XPathError
from instrument import Kind

_YES: Final = frozenset({"yes", "true", "true()", "1"})
_NO: Final = frozenset({"no", "false", "false()", "0", ""})
_READ: Final = (
    "type", "name", "label", "hint", "guidance_hint", "relevant", "constraint",
    "constraint_message", "required", "choice_filter", "appearance", "parameters", "disabled",
)  # fmt: skip

_KIND_OF: Final = {
    "string": Kind.TEXT, "int": Kind.INTEGER, "decimal": Kind.DECIMAL, "date": Kind.DATE,
    "time": Kind.TIME, "dateTime": Kind.DATE,
}  # fmt: skip
_LOST_TYPES: Final = {
    "geo": "no positions are recorded on the telephone",
    "binary": "no files are recorded on the telephone",
    "barcode": "nothing is scanned on the telephone",
    "odk:rank": "there are no questions whose answers are put in order; ask for each place apart",
}
_META: Final = {
    "start": "sittings are timed by themselves",
    "end": "sittings are timed by themselves",
    "today": "the date of the interview is known as interview_date",
    "audit": "every answer is logged by itself",
}
_META_WHY: Final = "a telephone interview knows of no device"


@dataclass(frozen=True, slots=True)
class Sort:
    """What the type of a row means."""

    what: str
    """`select`, `question`, `range`, `note`, `trigger`, `calculate`, `hidden` or `lost`."""
    kind: Kind | None = None
    list_name: str = ""
    other: bool = False
    why: str = ""
    with_time: bool = False
    built_in: str = ""
    """A constraint that the type itself has, such as that of `percentage`."""


@cache
def _selects() -> re.Pattern[str]:
    from pyxform import aliases

    words = sorted((*aliases.select, "select_one_from_file"), key=len, reverse=True)
    commands = "|".join(re.escape(word) for word in words)
    other = "(?P<other> (?:or specify other|or_other|or other))?"
    return re.compile(rf"(?P<command>{commands}) (?P<list>\S+){other}", re.IGNORECASE)


def sort_of(row: FormRow) -> Sort:
    """What a row is, by its type."""
    from pyxform import aliases

    kind = kind_of_row(row)
    if match := _selects().fullmatch(kind):
        command = match["command"].lower()
        if command in aliases.select_from_file:
            return Sort("lost", why="the choices stand in a file of their own; write them here")
        if command == "rank":
            return Sort("lost", why=_LOST_TYPES["odk:rank"])
        one = "one" in aliases.select[command]
        return Sort(
            "select", Kind.ONE_OF if one else Kind.ANY_OF, match["list"], bool(match["other"])
        )
    return _plain_sort(kind)


def _plain_sort(kind: str) -> Sort:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    entry: Mapping[str, Any] | None = QUESTION_TYPE_DICT.get(kind)
    if entry is None:
        entry = QUESTION_TYPE_DICT.get(kind.lower())
    if entry is None:
        return Sort("lost", why="this type is not known")
    name = kind.lower().removeprefix("q ").removeprefix("add ").removesuffix(" prompt")
    bind: Mapping[str, str] = entry.get("bind", {})
    answer = bind.get("type", "")
    if "jr:preload" in bind or name == "audit":
        short = name.removeprefix("get ").removesuffix(" time")
        return Sort("hidden", why=_META.get(short, _META_WHY))
    if name in ("calculate", "hidden", "range", "note"):
        return Sort(name, why="it holds a value that nobody is asked for")
    if entry.get("control", {}).get("tag") == "trigger" and not answer.startswith("geo"):
        return Sort("trigger")
    if answer in _KIND_OF:
        built_in = bind.get("constraint", "")
        return Sort("question", _KIND_OF[answer], with_time=answer == "dateTime", built_in=built_in)
    why = next((why for what, why in _LOST_TYPES.items() if answer.startswith(what)), "")
    return Sort("lost", why=why or "it holds nothing that can be asked")


def lose_row(shop: Shop, row: FormRow, why: str) -> OutlineItem:
    """A row without any equivalent: a comment at its place."""
    text = "; ".join(f"{column}: {cell.text}" for (column, _), cell in row.cells.items())
    at = (row.get("type") or row.get("name") or Cell("", row.at)).at
    name = row.text("name")
    if name:
        shop.learn(name, Known(shop.given.get(row.at, name), why_not="which is not carried over"))
    return OutlineItem({}, (*shop.taken(), Lost(at, f"type {kind_of_row(row)}", text, why)))


def question(shop: Shop, row: FormRow, sort: Sort, place: Place) -> list[OutlineItem]:
    """A row that asks something."""
    assert sort.kind is not None
    own = Known(shop.given[row.at], sort.kind, roster=place.roster)
    keys: dict[str, Plain] = {"question": own.name}
    origins = {WHOLE: _whole(row)}
    choices: Plain | None = None
    shuffle = False
    if sort.what == "select":
        named = shop.lists.get(sort.list_name, with_other=sort.other)
        if named is None:
            return [lose_row(shop, row, f"there is no list of choices '{sort.list_name}'")]
        own = Known(own.name, sort.kind, shop.lists.words(named), place.roster)
        choices, shuffle = _choices(shop, row, sort, place), _shuffled(shop, row)
    keys["kind"] = _kind(shop, row, sort)
    keys["label"] = _label(shop, row)
    texts(shop, row, place, keys, origins)
    ask_if, origin = shop.asked_if(row, place)
    if ask_if is not None and origin is not None:
        keys["ask_if"], origins["ask_if"] = ask_if, origin
    if choices is not None:
        keys["choices"] = shop.choices_of[own.name] = choices
        if "ask_if" not in {key for one in as_mappings(choices) for key in one}:
            shop.plain_lists[own.name] = (sort.list_name, sort.other)
        if (cell := row.get("choice_filter")) is not None:
            origins["choices"] = Origin(cell.at, "choice_filter", cell.text, _all(shop, sort))
    if shuffle:
        keys["shuffle"] = True
    if sort.what == "range":
        _range(shop, row, keys, origins)
    shop.learn(row.text("name"), own)
    read_constraint(shop, row, sort.built_in, own, place, keys, origins)
    _required(shop, row, keys)
    _rest_of_question(shop, row, sort)
    shop.made[row.at] = own.name
    first = OutlineItem(keys, shop.taken(), origins)
    return [first, _time(shop, row, first)] if sort.with_time else [first]


def _kind(shop: Shop, row: FormRow, sort: Sort) -> str:
    assert sort.kind is not None
    appearance = row.get("appearance")
    if sort.kind is Kind.TEXT and appearance and "multiline" in appearance.text.split():
        return str(Kind.LONG_TEXT)
    if appearance is not None:
        shop.lose(appearance, "appearance", "screens are laid out by the kind of question")
    return str(sort.kind)


def _rest_of_question(shop: Shop, row: FormRow, sort: Sort) -> None:
    parameters = row.get("parameters")
    if parameters is not None and sort.what not in ("select", "range"):
        shop.lose(parameters, "parameters", "there is nothing like it here")
    read_only = row.get("read_only")
    plain = read_only is None or read_only.text.lower() in _NO
    rest(shop, row, (*_READ, "read_only") if plain else _READ)


def _whole(row: FormRow) -> Origin:
    text = "; ".join(f"{column}: {cell.text}" for (column, _), cell in row.cells.items())
    at = (row.get("type") or Cell("", row.at)).at
    return Origin(at, f"type {kind_of_row(row)}", text)


def _label(shop: Shop, row: FormRow) -> str:
    return shop.maker.label(row.texts("label")) or row.text("name") or shop.given[row.at]


def texts(
    shop: Shop, row: FormRow, place: Place, keys: dict[str, Plain], origins: dict[str, Origin]
) -> None:
    """The texts of a question under the keys that they have here."""
    translator = shop.translator(place)
    for column, key in (("label", "ask"), ("hint", "instruct"), ("guidance_hint", "help")):
        cells = row.texts(column)
        filled, gaps = shop.maker.spoken(cells, translator)
        if filled:
            keys[key] = filled
            first = next(iter(cells.values()))
            origins[key] = Origin(first.at, f"values in {column}", first.text, gaps)
    if "ask" not in keys:
        keys["ask"] = keys.pop("instruct", "") or _label(shop, row)


def _choices(shop: Shop, row: FormRow, sort: Sort, place: Place) -> Plain:
    named = shop.lists.get(sort.list_name, with_other=sort.other)
    assert named is not None
    cell = row.get("choice_filter")
    if cell is not None:
        try:
            return shop.lists.filtered(sort.list_name, named, cell, shop.translator(place))
        except XPathError as error:
            shop.lose(cell, "choice_filter", f"{error}; all choices are offered")
    return list(named.choices)


def _all(shop: Shop, sort: Sort) -> Plain | None:
    named = shop.lists.get(sort.list_name, with_other=sort.other)
    return list(named.choices) if named is not None else None


def as_mappings(choices: Plain) -> list[Mapping[str, Plain]]:
    """A list of choices as the groups of keys that it consists of."""
    assert isinstance(choices, list)
    return choices


def _parameters(row: FormRow) -> dict[str, str]:
    return dict(re.findall(r"([A-Za-z_-]+)\s*=\s*([^\s;,]+)", row.text("parameters")))


def _shuffled(shop: Shop, row: FormRow) -> bool:
    given = _parameters(row)
    cell = row.get("parameters")
    for name, value in given.items() if cell is not None else ():
        if name != "randomize" and cell is not None:
            why = "each case has a seed of its own" if name == "seed" else "it is not known here"
            shop.lost.append(Lost(cell.at, f"parameter {name}", value, why))
    return given.get("randomize", "").lower() == "true"


def _range(shop: Shop, row: FormRow, keys: dict[str, Plain], origins: dict[str, Origin]) -> None:
    given = {"start": "1", "end": "10", "step": "1", **_parameters(row)}
    cell = row.get("parameters") or Cell("", row.at)
    numbers = [given[one] for one in ("start", "end", "step")]
    if not all(re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", one) for one in numbers):
        shop.lose(cell, "parameters", "its bounds are no plain numbers")
        return
    if any("." in one for one in numbers):
        keys["kind"] = str(Kind.DECIMAL)
    keys["range"] = f"{given['start']}..{given['end']}"
    origins["range"] = Origin(cell.at, "parameters", cell.text)
    if given["step"] != "1":
        shop.lost.append(Lost(cell.at, "parameter step", given["step"], "any number in the range"
                              " is taken"))  # fmt: skip
    for name in given.keys() - {"start", "end", "step"}:
        shop.lost.append(Lost(cell.at, f"parameter {name}", given[name], "it is not known here"))


def _required(shop: Shop, row: FormRow, keys: dict[str, Plain]) -> None:
    cell = row.get("required")
    said = cell.text.lower() if cell else ""
    if said in _YES:
        if shop.with_blank:
            keys["no_missing"] = ["left_blank"]
    elif said not in _NO and cell is not None:
        shop.lose(cell, "required", "whether an answer is required cannot hang on another one")


def is_required(row: FormRow) -> bool:
    """Whether a question must be answered."""
    return row.text("required").lower() in _YES


def _time(shop: Shop, row: FormRow, date: OutlineItem) -> OutlineItem:
    """The time of day that stands beside the date in the original's dateTime."""
    time = time_beside(date)
    shop.remark(row.get("type") or Cell("", row.at), f"{date.name} and {time.name}", TWO_QUESTIONS)
    return time


def statement(shop: Shop, row: FormRow, place: Place) -> OutlineItem:
    """A note, or something to be acknowledged: it is read aloud."""
    filled, gaps = shop.maker.spoken(row.texts("label"), shop.translator(place))
    if not filled:
        return lose_row(shop, row, "there is nothing to read aloud")
    name = shop.given[row.at]
    keys: dict[str, Plain] = {"statement": name, "say": filled}
    first = next(iter(row.texts("label").values()))
    origins = {WHOLE: _whole(row), "say": Origin(first.at, "values in label", first.text, gaps)}
    ask_if, origin = shop.asked_if(row, place)
    if ask_if is not None and origin is not None:
        keys["ask_if"], origins["ask_if"] = ask_if, origin
    if sort_of(row).what == "trigger":
        cell = row.get("type") or Cell("", row.at)
        shop.lose(cell, f"type {cell.text}", "that it was seen is not recorded; it is read aloud")
    prefilled = row.get("default") if sort_of(row).what == "question" else None
    if prefilled is not None:
        why = f"it becomes a statement and has no value; it was {prefilled.text}"
        shop.lose(row.get("read_only") or prefilled, "read_only", why)
    rest(shop, row, ("type", "name", "label", "relevant", "required", "read_only", "disabled"))
    shop.learn(row.text("name"), Known(name, roster=place.roster))
    if prefilled is None:
        shop.made[row.at] = name
    return OutlineItem(keys, shop.taken(), origins)


def language_text(text: Plain) -> str:
    """The first language of a text."""
    return text.first if isinstance(text, ByLanguage) else str(text)
