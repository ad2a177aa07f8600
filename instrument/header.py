"""The file instrument.yaml: everything but the items."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from instrument.acknowledged import read_acknowledged
from instrument.choices import REASON_CODES, ChoiceList, read_choices
from instrument.fields import Fields
from instrument.guides import read_definitions, read_guides, read_summary
from instrument.languages import read_languages
from instrument.models import (
    Acknowledgement,
    Definition,
    Guide,
    MissingReason,
    SummaryPart,
    Validity,
)
from instrument.naming import read_name
from instrument.report import Report, quote
from instrument.source import Source
from instrument.validity import read_validity
from instrument.yaml_nodes import Scalar

FILE: Final = "instrument.yaml"
"""The file every instrument begins with."""
DEFAULT_MODE: Final = "interview"
DEFAULT_MODE_LABEL: Final = "Telephone interview"

HEADER_KEYS: Final = (
    "instrument", "title", "version", "languages", "words", "modes", "record_modes", "missing",
    "choices", "choice_files", "definitions", "guides", "summary", "validity", "acknowledged",
    "sections",
)  # fmt: skip
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,31}")
_KEY: Final = re.compile(r"f[1-9]|f1[0-2]")


@dataclass(frozen=True, slots=True)
class Header:
    """What instrument.yaml says, as far as it could be read."""

    name: str
    title: str
    version: str
    languages: MappingProxyType[str, str]
    modes: dict[str, str]
    record_modes: frozenset[str]
    missing: tuple[MissingReason, ...]
    definitions: tuple[Definition, ...]
    guides: tuple[Guide, ...]
    summary: tuple[SummaryPart, ...]
    validity: Validity | None
    acknowledged: tuple[Acknowledgement, ...]
    sections: list[Scalar]
    choice_files: list[Scalar]
    files_known: bool
    """Whether the lists of files could be read: else no file is strange."""
    choices: dict[str, ChoiceList | None]
    """Shared lists; None for one that was named and is unusable."""
    source: Source
    translations: MappingProxyType[str, MappingProxyType[str, str]]
    """Of the title."""


def read_header(fields: Fields, item_keys: frozenset[str]) -> Header:
    """Read instrument.yaml.

    Args:
        fields: its mapping.
        item_keys: keys of items, which no mode can be called.
    """
    report = fields.report
    fields.allow(HEADER_KEYS)
    languages = read_languages(fields)
    modes = _read_modes(fields, item_keys)
    version = fields.line("version", required=True) or ""
    if version and not _VERSION.fullmatch(version):
        fields.wrong("version", fields.place("version"), 'a version such as "1.0.0"')
    record_modes = [
        mode
        for scalar in fields.words("record_modes") or ()
        if (mode := _known_mode(scalar, report, modes))
    ]
    missing = _read_missing(fields, modes)
    sections, all_sections = _file_names(fields, "sections", "section", required=True)
    choice_files, all_choice_files = _file_names(fields, "choice_files", "file of choices")
    return Header(
        name=read_name(fields.scalar("instrument", required=True), report, "instrument") or "",
        title=fields.caption("title", required=True) or "",
        version=version,
        languages=languages,
        modes=modes,
        record_modes=frozenset(record_modes),
        missing=missing,
        definitions=read_definitions(fields),
        guides=read_guides(fields),
        summary=read_summary(fields),
        validity=read_validity(fields, missing),
        acknowledged=read_acknowledged(fields),
        sections=sections,
        choice_files=choice_files,
        files_known=all_sections and all_choice_files,
        choices=read_shared(fields, {}),
        source=fields.source,
        translations=fields.translations,
    )


def read_shared(
    fields: Fields, known: dict[str, ChoiceList | None]
) -> dict[str, ChoiceList | None]:
    """The shared lists under `choices`, added to those already known."""
    lists = dict(known)
    shared = fields.fields("choices", "the shared lists of choices")
    for name, entry in shared.mapping.entries.items() if shared else ():
        if name in lists:
            fields.report.add(
                "name-repeated", entry.key.source, f"there is another list of choices {quote(name)}"
            )
        elif read_name(entry.key, fields.report, "list of choices") is not None:
            assert shared is not None
            lists[name] = read_choices(shared, name, f"the list '{name}'")
    return lists


def read_modes(fields: Fields, modes: Sequence[str]) -> tuple[str, ...]:
    """The modes under the key `modes`, in the instrument's order; all when it is not written."""
    scalars = fields.words("modes")
    if scalars is None:
        return tuple(modes)
    named = {_known_mode(scalar, fields.report, modes) for scalar in scalars}
    if not scalars:
        fields.report.add("value-empty", fields.place("modes"), f"{fields.what} exists in no mode")
    return tuple(mode for mode in modes if mode in named)


def _known_mode(
    scalar: Scalar, report: Report, modes: Sequence[str] | dict[str, str]
) -> str | None:
    if scalar.text in modes:
        return scalar.text
    report.unknown(
        "mode-unknown", scalar.source, f"there is no mode {quote(scalar.text)}", scalar.text, modes
    )
    return None


def _read_modes(fields: Fields, item_keys: frozenset[str]) -> dict[str, str]:
    part = fields.fields("modes", "the modes")
    modes: dict[str, str] = {}
    for name, entry in part.mapping.entries.items() if part else ():
        assert part is not None
        if name in item_keys:
            fields.report.add(
                "name-reserved",
                entry.key.source,
                f"a mode cannot be called {quote(name)}, since items have a key of that name",
                "take another name, or a longer one",
            )
            fields.report.unusable.add(name)
        elif read_name(entry.key, fields.report, "mode") is not None:
            modes[name] = part.line(name, required=True) or name
    return modes or {DEFAULT_MODE: DEFAULT_MODE_LABEL}


def _read_missing(fields: Fields, modes: dict[str, str]) -> tuple[MissingReason, ...]:
    report = fields.report
    reasons: list[MissingReason] = []
    sound: list[MissingReason] = []
    for part in fields.mappings("missing", "a missing reason"):
        before = len(report.problems)
        part.allow(("reason", "code", "label", "key", "modes"))
        name = read_name(part.scalar("reason", required=True), report, "missing reason")
        code = part.integer("code", least=REASON_CODES[0], most=REASON_CODES[-1], required=True)
        label = part.caption("label", required=True)
        key = part.line("key", required=True)
        if key is not None and not _KEY.fullmatch(key):
            part.wrong("key", part.place("key"), "a function key from f1 to f12")
            key = None
        in_modes = read_modes(part, tuple(modes))
        if name is None:
            report.unsure.add("missing-unknown")
        if name is None or code is None or label is None or key is None:
            report.unusable.update([name] if name else ())
            continue
        reason = MissingReason(
            source=part.source,
            name=name,
            code=code,
            label=label,
            key=key,
            modes=in_modes,
            translations=part.translations,
        )
        if len(report.problems) == before:
            _refuse_same_reason(report, reason, sound)
            sound.append(reason)
        reasons.append(reason)
    return tuple(reasons)


def _refuse_same_reason(
    report: Report, reason: MissingReason, others: Sequence[MissingReason]
) -> None:
    for other in others:
        shared = set(reason.modes) & set(other.modes)
        for sort, same in (
            ("name", reason.name == other.name),
            ("code", reason.code == other.code),
            ("key", reason.key == other.key and bool(shared)),
        ):
            if same:
                report.add(
                    "missing-repeated",
                    reason.source,
                    f"this reason has the {sort} of '{other.name}' in line {other.source.line}",
                    "in one mode each reason needs its own key"
                    if sort == "key"
                    else f"give each reason its own {sort}",
                )


def _file_names(
    fields: Fields, key: str, what: str, *, required: bool = False
) -> tuple[list[Scalar], bool]:
    """Names of files without their ending, each at most once; and whether they are all known."""
    before = len(fields.report.problems)
    scalars = fields.words(key, required=required)
    known = len(fields.report.problems) == before and key not in fields.mapping.repeated
    names: dict[str, Scalar] = {}
    for scalar in scalars or ():
        if read_name(scalar, fields.report, what) is None:
            known = False
        elif scalar.text in names:
            fields.report.add(
                "name-repeated", scalar.source, f"the {what} {quote(scalar.text)} is listed twice"
            )
        else:
            names[scalar.text] = scalar
    if scalars == []:
        fields.report.add("value-empty", fields.place(key), f"'{key}' lists no {what}")
        known = False
    return list(names.values()), known
