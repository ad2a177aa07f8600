"""Which names an author may give."""

import re
from typing import Final

from instrument.conditions.functions import FUNCTIONS
from instrument.conditions.nodes import PSEUDO_ITEMS
from instrument.conditions.parser import KEYWORDS
from instrument.report import Report, quote
from instrument.yaml_nodes import Scalar

MAX_NAME: Final = 32
"""Longest name, in characters: what every statistics package takes."""
RESERVED: Final = (
    KEYWORDS | FUNCTIONS | PSEUDO_ITEMS | {"yes", "no", "true", "false", "null", "today"}
)
"""Words that no item can be called."""
RESERVED_CHOICES: Final = KEYWORDS | {"true", "false", "null"}
"""Words that no choice can be called."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


def is_name(text: str) -> bool:
    """Whether a text has the form of a name."""
    return _NAME.fullmatch(text) is not None


def as_name(text: str) -> str:
    """How conditions would spell a name that is none."""
    return text.strip().lower().replace("-", "_").replace(" ", "_")


def read_name(
    scalar: Scalar | None, report: Report, what: str, reserved: frozenset[str] = frozenset()
) -> str | None:
    """The name that a scalar gives to an item, a choice or something else; None if it cannot."""
    if scalar is None:
        return None
    name = scalar.text
    if not is_name(name):
        report.unusable.update((name, as_name(name)))
        report.add(
            "name-form",
            scalar.source,
            f"{quote(name)} cannot be the name of a {what}",
            f"a name is a letter a-z, then a-z, 0-9 or _, at most {MAX_NAME} characters in all",
        )
        return None
    if name in reserved:
        report.add(
            "name-reserved",
            scalar.source,
            f"{quote(name)} is a word of the language and cannot be the name of a {what}",
            "take another name, or a longer one",
        )
        return None
    return name
