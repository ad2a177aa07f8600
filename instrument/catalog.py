"""Every code that a problem of an instrument can have, with its title and the page about it.

Codes are stable: editors, tests and authors' notes go by them. A new kind of problem gets a new
code; a code is never given another meaning.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

BY_GROUP: Final[Mapping[str, Mapping[str, str]]] = {
    "The YAML of a file": {
        "yaml-syntax": "The file is not valid YAML",
        "yaml-not-utf8": "The file is not UTF-8 text",
        "yaml-too-large": "The file is larger than what is read",
        "yaml-too-deep": "Lists and mappings are nested too deep",
        "yaml-control-character": "An invisible control character",
        "yaml-alias": "An anchor, alias or merge key",
        "yaml-tag": "A tag",
        "yaml-documents": "More than one document in a file",
        "yaml-empty": "The file is empty",
        "yaml-key": "A key that is empty, or no text",
        "yaml-key-repeated": "The same key twice in one mapping",
        "yaml-number": "A number that cannot be used",
    },
    "Files": {
        "file-missing": "A file that is listed does not exist",
        "file-strange": "A file that is not listed",
        "file-unreadable": "A file or folder cannot be read",
        "file-form": "The file is not a mapping",
        "problems-many": "More problems than are worth listing",
    },
    "Keys and values": {
        "key-unknown": "There is no such key here",
        "key-missing": "A key that must be there is not",
        "key-misplaced": "The key does not fit the kind of item",
        "value-empty": "A key without a value",
        "value-form": "A value of the wrong form",
        "value-unknown": "A value that is none of those possible",
        "value-too-long": "A text that is too long, or has lines where it may not",
    },
    "Names": {
        "name-form": "This cannot be a name",
        "name-reserved": "The name is a word of the language",
        "name-repeated": "The same name twice",
        "section-name": "Section and file have different names",
    },
    "Languages": {
        "language-form": "This is no code of a language",
        "language-unknown": "There is no such language",
        "language-missing": "A text without the first language",
    },
    "Choices, missing reasons, modes": {
        "choice-code": "A code kept for missing values",
        "choice-repeated": "Two choices of a list with the same name, code or label",
        "choices-unknown": "There is no such list of choices",
        "choices-few": "Conditions can leave too few choices, and there is no other way on",
        "missing-repeated": "Two missing reasons that cannot be told apart",
        "missing-unknown": "There is no such missing reason",
        "mode-unknown": "There is no such mode, or not for this item",
    },
    "Items": {
        "item-form": "This is no item, or more than one",
        "check-form": "A check that is neither hard nor soft, or both",
        "compute-form": "A computed value without one clear way to compute it",
        "roster-form": "A roster with two ways to know its size",
        "range-order": "Bounds that no value meets",
        "range-codes": "A range that holds codes of missing values",
        "unit-unknown": "There is no such unit of durations",
        "unit-repeated": "The same unit twice",
        "mask-form": "A mask that no entry can fit",
        "shuffle-fixed": "Choices to be shuffled that all keep their places",
        "guide-item": "A guide offered on an item that does not exist",
        "acknowledged-unknown": "An acknowledgement of a finding or place that does not exist",
        "summary-ask-if": "A part of the summary that hangs on no yes/no item",
    },
    "Texts": {
        "fill-syntax": "A brace without its partner",
        "fill-dollar": "A dollar sign before a fill",
        "fill-not-here": "A fill where texts are fixed",
        "text-cut": "A text that a comment cuts short",
    },
    "Conditions": {
        "condition-syntax": "The condition does not follow the grammar",
        "condition-limit": "The condition is too long, too large or too deep",
        "condition-name": "The condition names something that does not exist",
        "condition-choice": "The condition names a choice that its question does not have",
        "condition-ambiguous": "A word that is an item and a choice",
        "condition-forward": "The condition reads something that comes later",
        "condition-roster": "The condition reads into or out of a roster in a way it cannot",
        "condition-type": "The condition combines what does not fit together",
        "condition-function": "The condition uses a function that does not exist, or wrongly",
    },
}
"""Group to its codes with their titles, in the order of the reference."""

TITLES: Final = {code: title for codes in BY_GROUP.values() for code, title in codes.items()}
"""Code to title."""

PAGES: Final = Path(__file__).parent / "problem_pages"
"""Where the pages are, `CODE.md` each: a wrong and a right example, and what to do."""


def page(code: str) -> str:
    """The page about a code, in Markdown.

    Raises:
        KeyError: there is no such code.
    """
    if code not in TITLES:
        raise KeyError(code)
    return (PAGES / f"{code}.md").read_text("utf-8")
