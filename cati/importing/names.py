"""Foreign names and texts made ours: names, choices with codes, labels without braces."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cati.importing.outline import ByLanguage, Plain, Renamed
from instrument.choices import LEAST_CODE, MISSING_CODES, MOST_CODE
from instrument.fields import MAX_LINE, MAX_TEXT
from instrument.header import FILE
from instrument.naming import MAX_NAME, RESERVED, RESERVED_CHOICES
from instrument.yaml_door import FORBIDDEN

STANDARD_MISSING: Final[tuple[Mapping[str, Plain], ...]] = (
    {"reason": "not_sure", "code": -1, "label": "Not sure", "key": "f8"},
    {"reason": "declined", "code": -2, "label": "Declined", "key": "f9"},
)
"""Missing reasons of an instrument whose original has none of its own."""
LEFT_BLANK: Final[Mapping[str, Plain]] = {
    "reason": "left_blank", "code": -3, "label": "Left blank", "key": "f10",
}  # fmt: skip
"""Why an answer that the original does not require can be missing."""

_CODE: Final = re.compile(r"[-+]?[0-9]{1,10}")
_LONGEST_CHOICE: Final = 24
_LEFT_OUT: Final = "characters that no instrument can hold were left out"


DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
"""Names that Windows keeps for devices: no file can be called so, whatever its ending."""


class Names:
    """Gives names of one namespace out, each once, and remembers those that were changed."""

    def __init__(self, reserved: frozenset[str] = RESERVED) -> None:
        self._taken = set(reserved)
        self.renamed: list[Renamed] = []
        """Names that differ from the foreign ones, of those that have a cell."""

    def give(
        self, foreign: str, *, otherwise: str = "item", with_ending: str = "", at: str = ""
    ) -> str:
        """A name for a foreign one, as like it as our names allow.

        Args:
            foreign: the name in the original; a second time it gets another name.
            otherwise: what to go by when nothing of it can be used, such as one in Cyrillic.
            with_ending: an ending for which a second name is kept, such as `_specify`.
            at: the cell of the foreign name; without one a change is not noted.
        """
        stem = slug(foreign) or otherwise
        longest = MAX_NAME - len(with_ending)
        name = stem[:longest].rstrip("_") or otherwise
        number = 1
        while name in self._taken or (with_ending and name + with_ending in self._taken):
            number += 1
            end = f"_{number}"
            name = stem[: longest - len(end)].rstrip("_") + end
        self._taken.add(name)
        if with_ending:
            self._taken.add(name + with_ending)
        if at and foreign != name:
            self.renamed.append(Renamed(at, foreign, name))
        return name


def section_names() -> Names:
    """Names for sections: each is that of a file, which instrument.yaml is among."""
    return Names(RESERVED | DEVICES | {FILE.removesuffix(".yaml")})


def slug(text: str, longest: int = MAX_NAME) -> str:
    """A text in the form of a name: small letters, digits and `_`; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain.lower()))
    while words and not words[0][0].isalpha():
        words[0] = words[0].lstrip("0123456789")
        if not words[0]:
            words.pop(0)
    name = ""
    for word in words:
        longer = f"{name}_{word}" if name else word[:longest]
        if len(longer) > longest:
            break
        name = longer
    return name


@dataclass(frozen=True, slots=True)
class ForeignChoice:
    """A choice as the original has it."""

    name: str
    label: str | ByLanguage


@dataclass(frozen=True, slots=True)
class NamedChoices:
    """A list of choices in our words."""

    choices: tuple[dict[str, Plain], ...]
    """`name`, `code`, `label`; an importer may add other keys."""
    names: Mapping[str, str]
    """Foreign name to ours."""
    changes: tuple[str, ...]
    """What data people must know: codes that are not the original's, labels told apart."""
    all_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Foreign name to each of ours: a name may occur twice in a list, with different filters."""


def name_choices(foreign: Sequence[ForeignChoice]) -> NamedChoices:
    """Give a list of choices names and codes.

    Numbers as names become codes, and their names are made from the labels; if any name of the
    list is no number, or a number that stands for a missing value, those get the next free codes.
    """
    codes, changes = _codes([choice.name for choice in foreign])
    names = Names(RESERVED_CHOICES)
    labels: set[str] = set()
    renamed: list[str] = []
    mapped: dict[str, tuple[str, ...]] = {}
    choices: list[dict[str, Plain]] = []
    for number, (choice, code) in enumerate(zip(foreign, codes, strict=True), 1):
        first = choice.label.first if isinstance(choice.label, ByLanguage) else choice.label
        speaking = slug(choice.name) if slug(choice.name) else slug(first, _LONGEST_CHOICE)
        name = names.give(speaking or f"choice_{number}", otherwise=f"choice_{number}")
        mapped[choice.name] = (*mapped.get(choice.name, ()), name)
        label = _label(choice.label) or name
        text = label.first if isinstance(label, ByLanguage) else label
        if text in labels:
            label = _marked(label, choice.name)
            text = label.first if isinstance(label, ByLanguage) else label
            changes.append(f"a second choice is called '{first}': its label became '{text}'")
        if why := altered(first):
            changes.append(f"the label '{line(first)[:80]}' differs from the original: {why}")
        if name != choice.name and not _CODE.fullmatch(choice.name.strip()):
            renamed.append(f"'{choice.name}' is now {name}")
        labels.add(text)
        choices.append({"name": name, "code": code, "label": label})
    if renamed:
        changes.append(f"choices are called differently here: {', '.join(renamed)}")
    first_names = {foreign: ours[0] for foreign, ours in mapped.items()}
    return NamedChoices(tuple(choices), first_names, tuple(changes), mapped)


def _codes(names: Sequence[str]) -> tuple[list[int], list[str]]:
    """A code for each choice, and what had to be changed."""
    changes: list[str] = []
    codes: list[int | None] = []
    for name in names:
        code = int(name) if _CODE.fullmatch(name.strip()) else None
        if code is not None and code in MISSING_CODES:
            changes.append(f"the code {code} stands for a missing value here and was replaced")
            code = None
        if code is not None and (code in codes or not LEAST_CODE <= code <= MOST_CODE):
            code = None
        codes.append(code)
    free = (code for code in range(1, len(names) * 2 + 2) if code not in set(codes))
    return [next(free) if code is None else code for code in codes], changes


def _label(label: str | ByLanguage) -> str | ByLanguage:
    if isinstance(label, ByLanguage):
        texts = tuple((language, line(text)) for language, text in label.texts)
        return ByLanguage(tuple(pair for pair in texts if pair[1])) if texts[0][1] else ""
    return line(label)


def _marked(label: str | ByLanguage, mark: str) -> str | ByLanguage:
    """A label with the foreign name behind it, to be told from another one."""
    if isinstance(label, ByLanguage):
        return ByLanguage(tuple((lang, f"{text} ({line(mark)})") for lang, text in label.texts))
    return f"{label} ({line(mark)})"


def line(text: str) -> str:
    """A text as a label or title: one line, no braces, nothing that cannot be stored."""
    flat = " ".join(clean(text).replace("{", "(").replace("}", ")").split())
    return flat if len(flat) <= MAX_LINE else flat[: MAX_LINE - 1].rstrip() + "…"


def altered(text: str) -> str:
    """Why a text does not stand as it was in a label or title; empty if it does, but for spaces."""
    bare = clean(text)
    whys = []
    if "{" in bare or "}" in bare:
        whys.append("braces are parentheses, since titles and labels hold no values")
    if len(" ".join(bare.split())) > MAX_LINE:
        whys.append(f"it has more than {MAX_LINE} characters and was cut")
    if FORBIDDEN.search(_lines(text)):
        whys.append(_LEFT_OUT)
    return "; ".join(whys)


def cut(text: str) -> str:
    """Why a text that is read aloud does not stand whole; empty if it does."""
    if len(clean(text)) > MAX_TEXT // 2:
        return f"texts have at most {MAX_TEXT // 2:,} characters; the rest of it is missing"
    return _LEFT_OUT if FORBIDDEN.search(_lines(text)) else ""


def prose(text: str) -> str:
    """A text without fills as `ask`, `say` or `help` take it: braces are doubled."""
    return clean(text)[: MAX_TEXT // 2].replace("{", "{{").replace("}", "}}")


def clean(text: str) -> str:
    """A text without the characters that no instrument can hold, and without space around it.

    Letters with accents are one character each, as the reader of instruments makes them.
    """
    lines = _lines(text).split("\n")
    bare = FORBIDDEN.sub("", "\n".join(part.rstrip() for part in lines)).strip()
    return unicodedata.normalize("NFC", bare)


def _lines(text: str) -> str:
    """A text with one sign for the end of a line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
