"""Label and contact of a case: typed or from a file, shown, and agreed to before they are kept."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from cati.commands.asking import agreed, ask_line
from cati.commands.shared import read_text, say
from cati.refusal import Refusal

CONTACT = ("agency", "contact", "telephone", "reference")
"""What is asked about whom to call when no contact file is given."""


def read_contact(file: Path) -> dict[str, str]:
    """Name and value of each `name: value` line of a contact file.

    Raises:
        Refusal: it cannot be read, or a line has another form; the line's number is given.
    """
    text = read_text(file, "the contact file")
    contact: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise Refusal(f"{file}:{number}: a contact line is written `name: value`.")
        if name.strip() in contact:
            raise Refusal(f"{file}:{number}: this name stands in an earlier line already.")
        if name.strip() not in CONTACT:
            known = ", ".join(CONTACT)
            raise Refusal(f"{file}:{number}: {name.strip()} is none of: {known}.")
        contact[name.strip()] = value.strip()
    return contact


def settle(
    question: str,
    label: str | None,
    contact: Mapping[str, str] | None,
    known: tuple[str, Mapping[str, str]] = ("", MappingProxyType({})),
    *,
    yes: bool,
) -> tuple[str, dict[str, str]]:
    """Label and contact as they are to be kept: asked where not given, shown, and agreed to.

    Who does not agree types it again. Where there is no terminal, what is given is agreed to.

    Args:
        question: such as `Add this case?`.
        label: as given; None when it is to be asked.
        contact: as given; None when it is to be asked.
        known: label and contact that Enter alone keeps while they are asked.
        yes: whether it is agreed to already.

    Raises:
        Refusal: there is no terminal to ask at; or nothing was asked, and it is not agreed to.
    """
    while True:
        said = _ask("label", known[0]) if label is None else label
        who = dict(contact) if contact is not None else _ask_all(known[1])
        if yes or not sys.stdin.isatty():
            return said, who
        for name, value in {"label": said, **who}.items():
            say(f"{name.capitalize()}: {value or 'none'}", err=True)
        if agreed(question, default=True):
            return said, who
        if label is not None and contact is not None:
            raise Refusal("Nothing was changed.")
        say("Type it again: Enter keeps what stands in brackets, Ctrl+C leaves it be.", err=True)
        known = (said, who)


def _ask_all(known: Mapping[str, str]) -> dict[str, str]:
    return {name: _ask(name, known.get(name, "")) for name in CONTACT}


def _ask(what: str, known: str = "") -> str:
    if not sys.stdin.isatty():
        raise Refusal(
            f"There is no terminal to ask for the {what}: use --label and --contact-file."
        )
    return ask_line(what.capitalize(), known)
