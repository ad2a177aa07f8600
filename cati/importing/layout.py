"""Plain values laid out as YAML in the style of the shipped instruments.

What fits on a line stands on one; longer texts are folded (`>-`), those of several lines kept as
they are (`|-`). Whatever could be read as something other than itself is put in quotes.
"""

import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cati.importing.outline import ByLanguage, Plain
from instrument.layout import WIDTH, quoted, text_lines
from instrument.yaml_door import FORBIDDEN


def scalar(value: str | int | bool | Decimal, *, flow: bool = False) -> str:
    """One value on one line, in quotes where it needs them.

    Args:
        value: a text, a number or a truth value.
        flow: whether it stands inside `[ ]` or `{ }`.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return quoted(FORBIDDEN.sub("", value), flow=flow)


def flow(value: Plain) -> str:
    """Any value on one line."""
    if isinstance(value, ByLanguage):
        value = by_language(value)
    if isinstance(value, str | int | bool | Decimal):
        return scalar(value, flow=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(part)}" for key, part in value.items()) + "}"
    assert isinstance(value, Sequence)
    return "[" + ", ".join(flow(part) for part in value) + "]"


def by_language(text: ByLanguage) -> Plain:
    """The group that a text in several languages is written as; in one language just the text."""
    return text.first if len(text.texts) == 1 else dict(text.texts)


def entry(key: str, value: Plain, indent: int) -> list[str]:
    """The lines of `KEY: VALUE`.

    Args:
        key: the key.
        value: its value.
        indent: columns in front of the key.
    """
    lead = " " * indent
    if isinstance(value, ByLanguage):
        value = by_language(value)
    if isinstance(value, str):
        return _text(f"{lead}{key}:", value, indent + 2)
    if isinstance(value, Mapping):
        line = f"{lead}{key}: {flow(value)}"
        fits = len(line) <= WIDTH and "\\n" not in line
        return [line] if fits else [f"{lead}{key}:", *mapping(value, indent + 2)]
    if isinstance(value, Sequence):
        if not any(isinstance(part, Mapping) for part in value):
            line = f"{lead}{key}: {flow(value)}"
            if len(line) <= WIDTH:
                return [line]
        return [f"{lead}{key}:", *(line for part in value for line in element(part, indent + 2))]
    assert isinstance(value, int | Decimal)
    return [f"{lead}{key}: {scalar(value)}"]


def mapping(value: Mapping[str, Plain], indent: int) -> list[str]:
    """The lines of a mapping, a key each."""
    return [line for key, part in value.items() for line in entry(key, part, indent)]


def element(value: Plain, indent: int) -> list[str]:
    """The lines of an element of a list, with its `- `."""
    line = f"{' ' * indent}- {flow(value)}"
    if isinstance(value, Mapping) and (len(line) > WIDTH or "\\n" in line):
        lines = mapping(value, indent + 2)
        return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]
    return [line]


def comment(text: str, indent: int) -> list[str]:
    """The lines of a comment; lines of its own are kept, long ones wrapped."""
    clean = FORBIDDEN.sub("", text.replace("\r", "\n"))
    lead = " " * indent + "# "
    lines: list[str] = []
    for part in clean.split("\n"):
        wrapped = textwrap.wrap(
            part,
            WIDTH - len(lead),
            subsequent_indent=" " * (len(part) - len(part.lstrip(" "))),
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines.extend(f"{lead}{line}" for line in wrapped or [""])
    return [line.rstrip() for line in lines]


def _text(lead: str, text: str, indent: int) -> list[str]:
    """The lines of a text behind its key."""
    clean = FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text_lines(lead, clean, indent)
