"""The order of keys in the normal form, and what may stand on one line."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from instrument.acknowledged import ACKNOWLEDGED_KEYS
from instrument.header import HEADER_KEYS
from instrument.validity import VALIDITY_KEYS
from instrument.wordings import QUESTION_TEXTS, STATEMENT_TEXTS

OTHERS: Final = "*"
"""Where keys stand that an order does not name, such as those of modes; they keep their order."""

_OF_KIND: Final = (
    "choices", "read_choices", "shuffle", "at_least", "at_most", "range", "units", "unit",
    "max_length", "mask", "code_later",
)  # fmt: skip
_DATA: Final = ("no_missing", "measure", "sensitivity", "note")

ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "header": HEADER_KEYS,
    "section": ("section", "title", "ask_if", "items"),
    "choice file": ("choices",),
    "question": (
        "question", "kind", "label", "modes", "ask_if", *QUESTION_TEXTS, OTHERS, *_OF_KIND,
        "checks", *_DATA,
    ),
    "grid": (
        "grid", "title", "modes", "ask_if", *QUESTION_TEXTS, OTHERS, "kind", *_OF_KIND, "checks",
        *_DATA, "items",
    ),
    "row": ("item", "label", "modes", "ask_if", *QUESTION_TEXTS, OTHERS, "checks", "note"),
    "statement": ("statement", "modes", "ask_if", *STATEMENT_TEXTS, OTHERS),
    "compute": (
        "compute", "kind", "label", "modes", "ask_if", "as", "branches", OTHERS, "choices", "unit",
        "measure", "sensitivity", "note",
    ),
    "roster": (
        "roster", "title", "label", "modes", "ask_if", "size", "rows", "at_most", "row_if",
        "row_label", OTHERS, "items",
    ),
    "wording": QUESTION_TEXTS,
    "choice": ("name", "code", "label", "exclusive", "specify", "read", "fixed", "ask_if"),
    "check": ("hard", "soft", "say"),
    "branch": ("when", "is", "otherwise"),
    "missing": ("reason", "code", "label", "key", "modes"),
    "definition": ("term", "means"),
    "guide": ("guide", "title", "items", "text"),
    "summary": ("part", "label", "ask_if", "hint"),
    "validity": VALIDITY_KEYS,
    "acknowledged": ACKNOWLEDGED_KEYS,
}  # fmt: skip
"""Every sort of mapping whose keys have an order of their own; all others keep the author's."""

ROLES: Final = ("question", "statement", "compute", "roster", "grid")
_ITEMS: Final = frozenset((*ROLES, "row"))


class Form(Enum):
    """How mappings of a sort are laid out."""

    BLOCK = "a line for each key"
    FLOW = "on one line if it fits"
    ALIKE = "on one line if all of their list fit"


_FORMS: Final[Mapping[str, Form]] = {
    **dict.fromkeys(("header", "section", "choice file", "lists", "validity", *ROLES), Form.BLOCK),
    **dict.fromkeys(("row", "definition", "guide", "summary", "acknowledged"), Form.ALIKE),
}


def form_of(sort: str) -> Form:
    """How mappings of a sort are laid out."""
    return _FORMS.get(sort, Form.FLOW)


def rank(sort: str, key: str) -> int:
    """Where a key stands among those of its mapping; equal ones keep their order."""
    order = ORDER.get(sort, ())
    if key in order:
        return order.index(key)
    return order.index(OTHERS) if OTHERS in order else len(order)


def sort_of_file(keys: Mapping[str, object]) -> str:
    """The sort of a file's mapping."""
    if "instrument" in keys or "sections" in keys:
        return "header"
    return "section" if "section" in keys or "items" in keys else "choice file"


def sort_of_item(keys: Mapping[str, object]) -> str:
    """The sort of an item; nothing for what is none."""
    return next((role for role in ROLES if role in keys), "")


_ELEMENTS: Final[Mapping[tuple[str, str], str]] = {
    ("header", "missing"): "missing",
    ("header", "definitions"): "definition",
    ("header", "guides"): "guide",
    ("header", "summary"): "summary",
    ("header", "acknowledged"): "acknowledged",
    ("section", "items"): "item",
    ("roster", "items"): "item",
    ("grid", "items"): "row",
    ("lists", ""): "choice",
}


def sort_of_elements(sort: str, key: str) -> str:
    """The sort of the elements of a list that stands under a key; `item` for items of any sort."""
    if sort in _ITEMS:
        of_items = {"choices": "choice", "checks": "check", "branches": "branch"}
        return of_items.get(key) or _ELEMENTS.get((sort, key), "")
    return _ELEMENTS.get((sort, "" if sort == "lists" else key), "")


def sort_of_value(sort: str, key: str) -> str:
    """The sort of a mapping that stands under a key; nothing for one without an order."""
    if key == "choices" and sort in ("header", "choice file"):
        return "lists"
    if (sort, key) == ("header", "validity"):
        return key
    if sort in _ITEMS and key not in ORDER[sort]:
        return "wording"
    return ""
