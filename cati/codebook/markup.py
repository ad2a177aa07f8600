"""HTML that cannot be broken by what it says: every text is escaped unless it was made here."""

import html
import re
from typing import Final

_NO_DOCUMENT_HOLDS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)
"""Characters that neither XML 1.0 nor HTML takes, and controls that nothing shows."""

_VOID: Final = frozenset({"meta", "input", "br"})
"""Elements without content and end."""


class Markup(str):
    """Text that is markup already; made by `tag` and `joined` alone."""

    __slots__ = ()


def storable(text: str) -> str:
    """A text with the characters replaced that no document can hold."""
    return _NO_DOCUMENT_HOLDS.sub("\N{REPLACEMENT CHARACTER}", text)


def tag(name: str, /, *parts: str, **attributes: str | None) -> Markup:
    """An element.

    Args:
        name: its name.
        parts: its content; what is not `Markup` is escaped.
        attributes: by name, `class_` and `for_` without their underscore and others with hyphens;
            those that are None are left out.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(storable(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{joined(*parts)}</{name}>")


def joined(*parts: str) -> Markup:
    """Parts one after the other; what is not `Markup` is escaped."""
    return Markup(
        "".join(
            part if isinstance(part, Markup) else html.escape(storable(part), quote=False)
            for part in parts
        )
    )


def lines(*parts: str) -> Markup:
    """Parts on lines of their own, so that the file can be compared line by line."""
    return Markup("\n".join(joined(part) for part in parts if part))
