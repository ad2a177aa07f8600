"""What the YAML door hands out: scalars, lists and mappings that know where they stand."""

from dataclasses import dataclass, field
from decimal import Decimal

from instrument.source import Source


@dataclass(slots=True)
class Scalar:
    """One written value."""

    text: str
    """As written, without its quotes; multi-line texts folded as YAML says."""
    value: str | int | Decimal | bool | None
    """What it means: quoted and most plain scalars are text; an empty one is None."""
    source: Source
    cut: bool = False
    """Without quotes, and followed by ` #`: more of it may be meant, which YAML does not read."""


@dataclass(slots=True)
class Sequence:
    """A list."""

    source: Source
    nodes: list["YamlNode"] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """One key of a mapping with its value."""

    key: Scalar
    node: "YamlNode"


@dataclass(slots=True)
class Mapping:
    """Keys and values, in the author's order; no key stands twice."""

    source: Source
    entries: dict[str, Entry] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    """Keys that were written again: what stood there is lost."""
    flow: bool = False
    """Whether it is written in braces."""


YamlNode = Scalar | Sequence | Mapping
