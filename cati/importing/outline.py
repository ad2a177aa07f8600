"""An instrument about to be written: plain values under the keys of our YAML, and what was lost.

An importer makes an `Outline`; `cati.importing.settle` writes it, reads the result back and takes
out whatever our reader refuses, so that what comes out always loads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """A text in several languages, the first one first."""

    texts: tuple[tuple[str, str], ...]
    """Pairs of language and text."""

    @property
    def first(self) -> str:
        """The text in the first language."""
        return self.texts[0][1]


Plain = str | int | bool | Decimal | ByLanguage | Sequence["Plain"] | Mapping[str, "Plain"]
"""A value as it is written. Texts with `ask`, `say` and the like hold fills and doubled braces."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something of the original that has no place in the instrument."""

    cell: str
    """Where it stood, such as `survey!D12`."""
    feature: str
    """What it was, in the words of the original, such as `appearance` or `type geopoint`."""
    original: str
    """Its text there, unchanged."""
    why: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was carried over and should be read again, since it means a little less."""

    cell: str
    original: str
    became: str
    why: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A name that differs from that in the original."""

    cell: str
    """Where the original has it."""
    foreign: str
    name: str
    """As it is here."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of a key comes from, in case it cannot be written."""

    cell: str
    feature: str
    original: str
    instead: Plain | None = None
    """What to write under the key if our reader refuses the value; None leaves the key out."""


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One item, or only the place of something lost when `keys` is empty."""

    keys: Mapping[str, Plain]
    """In the order written; the first is `question`, `statement`, `compute`, `roster` or `grid`."""
    lost: tuple[Lost, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """By key; of a list such as `checks` also by `checks/0`, the number of the part."""
    items: tuple["OutlineItem", ...] = ()
    """Of a roster: its items. (The rows of a grid are plain values under `items`.)"""

    @property
    def name(self) -> str:
        """Its name in the instrument; empty for what is only lost."""
        return str(next(iter(self.keys.values()), ""))


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """One section."""

    name: str
    title: str | ByLanguage
    items: tuple[OutlineItem, ...]
    ask_if: str | None = None
    lost: tuple[Lost, ...] = ()
    origin: Origin | None = None
    """Of its `ask_if`."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole instrument."""

    name: str
    title: str | ByLanguage
    version: str
    sections: tuple[OutlineSection, ...]
    languages: Mapping[str, str] = field(default_factory=dict)
    """Language to its name; none or one is the same as leaving it out, if it is English."""
    missing: Sequence[Mapping[str, Plain]] = ()
    """Missing reasons, under the keys of instrument.yaml."""
    choices: Mapping[str, Sequence[Mapping[str, Plain]]] = field(default_factory=dict)
    """Shared lists of choices."""
    lost: tuple[Lost, ...] = ()
    remarks: tuple[Remark, ...] = ()
    heading: str = ""
    """A comment for the top of instrument.yaml: what it was made from."""
