"""Findings of several modes made into one list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from instrument.models import Instrument
from skips.proof.findings import Finding

_END_OF_NAME: Final = re.compile(r"[.#@ ]")

_REASONS: Final = re.compile(r"^With (“[^”]*”(?:(?:, | or )“[^”]*”)*) at ")
"""How a sentence about missing reasons begins; which there are depends on the mode."""

_Same = tuple[str, str, str]


def merge_modes(
    found: Mapping[str, Iterable[Finding]], all_modes: Sequence[str]
) -> tuple[Finding, ...]:
    """The findings of all modes, each once, with the modes that it is found in.

    What is found in every mode of the instrument names none. Two findings are one when code, place
    and sentence are the same, but for the missing reasons that a mode has; the witness is that of
    the first mode.

    Args:
        found: findings by mode.
        all_modes: every mode of the instrument, in its order.
    """
    first: dict[_Same, Finding] = {}
    modes: dict[_Same, set[str]] = {}
    for mode in (one for one in all_modes if one in found):
        for one in found[mode]:
            same = (one.code, one.place, _REASONS.sub("", one.text))
            before = first.setdefault(same, one)
            first[same] = replace(before, text=_with_reasons(before.text, one.text))
            modes.setdefault(same, set()).update(one.modes or (mode,))
    return tuple(
        replace(one, modes=_in_order(modes[same], all_modes)) for same, one in first.items()
    )


def _with_reasons(text: str, other: str) -> str:
    """A sentence with the missing reasons of another one added."""
    begins, more = _REASONS.match(text), _REASONS.match(other)
    if begins is None or more is None:
        return text
    labels = dict.fromkeys(re.findall("“[^”]*”", begins[1] + more[1]))
    *rest, last = labels
    said = f"{', '.join(rest)} or {last}" if rest else last
    return f"With {said} at {text[begins.end() :]}"


def _in_order(modes: set[str], all_modes: Sequence[str]) -> tuple[str, ...]:
    if modes.issuperset(all_modes):
        return ()
    return tuple(one for one in all_modes if one in modes)


def by_place(findings: Iterable[Finding], instrument: Instrument) -> tuple[Finding, ...]:
    """Findings in the order in which their places are read: the header, then the sections."""
    order = {section.source.file: at for at, section in enumerate(instrument.sections, start=1)}
    return tuple(
        sorted(
            findings,
            key=lambda one: (
                order.get(one.source.file, 0),
                one.source,
                one.code,
                one.place,
                one.text,
            ),
        )
    )


def section_of(finding: Finding, instrument: Instrument) -> str | None:
    """The section that a finding's place is in; None when it is in none, such as a term.

    A section can have the name of an item, such as that of its only roster: then the file decides.
    """
    name = _END_OF_NAME.split(finding.place, maxsplit=1)[0]
    found = [section for section in instrument.sections if section.name == name]
    if name in instrument.items:
        found.append(instrument.section_of[name])
    at_file = [one for one in found if one.source.file == finding.source.file]
    return next((one.name for one in (*at_file, *found)), None)
