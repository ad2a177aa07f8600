"""Typed access to one mapping of the YAML, with a problem noted for whatever does not fit."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from instrument.report import Report, quote
from instrument.source import Source
from instrument.yaml_nodes import Mapping, Scalar, YamlNode
from instrument.yaml_nodes import Sequence as YamlSequence

MAX_TEXT: Final = 10_000
"""Longest text, in characters."""
MAX_LINE: Final = 500
"""Longest label or title, in characters."""

_FILL: Final = re.compile(r"\{[^{}]*\}")


class Fields:
    """One mapping: its values by key, each with its place."""

    def __init__(self, mapping: Mapping, report: Report, what: str) -> None:
        self.mapping = mapping
        self.report = report
        self.what = what
        """What the mapping describes, as messages call it, such as `question 'age'`."""
        self._misspelt: set[str] = set()
        """Keys that the author seems to have meant: their absence is no second problem."""

    @property
    def source(self) -> Source:
        """Where the mapping begins."""
        return self.mapping.source

    def allow(self, known: Sequence[str], elsewhere: Iterable[str] = (), why: str = "") -> None:
        """Note every key that is not known; of those known elsewhere, say why not here."""
        for key, entry in self.mapping.entries.items():
            if key in known:
                continue
            if key in elsewhere:
                self.report.add("key-misplaced", entry.key.source, f"{quote(key)} {why}")
            else:
                free = [name for name in known if name not in self.mapping.entries]
                meant = self.report.unknown(
                    "key-unknown",
                    entry.key.source,
                    f"{self.what} has no key {quote(key)}",
                    key,
                    free,
                )
                self._misspelt.add(meant)

    def has(self, key: str) -> bool:
        """Whether a key was written, with whatever value."""
        return key in self.mapping.entries

    def place(self, key: str) -> Source:
        """Where the value of a key stands; of a missing key, where the mapping begins."""
        entry = self.mapping.entries.get(key)
        return entry.node.source if entry else self.source

    def node(self, key: str, *, required: bool = False) -> YamlNode | None:
        """The value of a key, if it was written and is not empty."""
        entry = self.mapping.entries.get(key)
        if entry is None:
            if required and key not in self._misspelt:
                self.report.add("key-missing", self.source, f"{self.what} needs the key '{key}'")
            return None
        if isinstance(entry.node, Scalar) and entry.node.value in (None, ""):
            self.report.add(
                "value-empty",
                entry.key.source,
                f"'{key}' of {self.what} is empty",
                "" if required else "write its value, or leave the key out",
            )
            return None
        return entry.node

    def scalar(self, key: str, *, required: bool = False) -> Scalar | None:
        """The value of a key that must be one value."""
        node = self.node(key, required=required)
        if node is None or isinstance(node, Scalar):
            return node
        self.wrong(key, node.source, "one value")
        return None

    def text(self, key: str, *, required: bool = False) -> Scalar | None:
        """The value of a key that is a text of any number of lines."""
        scalar = self.scalar(key, required=required)
        if scalar is not None and len(scalar.text) > MAX_TEXT:
            self.report.add(
                "value-too-long",
                scalar.source,
                f"'{key}' of {self.what} has more than {MAX_TEXT:,} characters",
            )
            return None
        return scalar

    def line(self, key: str, *, required: bool = False) -> str | None:
        """The value of a key that is a text on one line, without fills."""
        scalar = self.text(key, required=required)
        if scalar is None:
            return None
        line = scalar.text.strip()
        if "\n" in line or len(line) > MAX_LINE:
            self.report.add(
                "value-too-long",
                scalar.source,
                f"'{key}' of {self.what} must be one line of at most {MAX_LINE} characters",
            )
            return None
        if _FILL.search(line):
            self.report.add(
                "fill-not-here",
                scalar.source,
                f"'{key}' of {self.what} is fixed and takes no fill",
                "write it without { and }",
            )
        return line

    def integer(self, key: str, *, least: int, most: int, required: bool = False) -> int | None:
        """The value of a key that is an integer within bounds."""
        scalar = self.scalar(key, required=required)
        if scalar is None:
            return None
        value = scalar.value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(key, scalar.source, f"a number from {least} to {most}")
            return None
        return value

    def boolean(self, key: str) -> bool:
        """The value of a key that is `true` or `false`; false when it is not written."""
        scalar = self.scalar(key)
        if scalar is None:
            return False
        if not isinstance(scalar.value, bool):
            self.wrong(key, scalar.source, "true or false")
            return False
        return scalar.value

    def word(self, key: str, known: Sequence[str], *, required: bool = False) -> str | None:
        """The value of a key that is one of some words."""
        scalar = self.scalar(key, required=required)
        if scalar is None:
            return None
        if scalar.text not in known:
            self.report.unknown(
                "value-unknown",
                scalar.source,
                f"'{key}' of {self.what} cannot be {quote(scalar.text)}",
                scalar.text,
                known,
            )
            return None
        return scalar.text

    def words(self, key: str, *, required: bool = False) -> list[Scalar] | None:
        """The value of a key that is a list of words."""
        nodes = self.nodes(key, required=required)
        if nodes is None:
            return None
        words = [node for node in nodes if isinstance(node, Scalar) and node.value is not None]
        for node in nodes:
            if not isinstance(node, Scalar) or node.value is None:
                self.wrong(key, node.source, "a list of words")
        return words

    def nodes(self, key: str, *, required: bool = False) -> list[YamlNode] | None:
        """The value of a key that is a list."""
        node = self.node(key, required=required)
        if node is None:
            return None
        if not isinstance(node, YamlSequence):
            self.wrong(key, node.source, "a list")
            return None
        return node.nodes

    def mappings(self, key: str, what: str, *, required: bool = False) -> list["Fields"]:
        """The value of a key that is a list of mappings."""
        found = []
        for node in self.nodes(key, required=required) or ():
            if isinstance(node, Mapping):
                found.append(Fields(node, self.report, what))
            else:
                self.wrong(key, node.source, "a list of 'KEY: VALUE' groups")
        return found

    def fields(self, key: str, what: str) -> "Fields | None":
        """The value of a key that is itself a mapping."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Mapping):
            return Fields(node, self.report, what)
        self.wrong(key, node.source, "a group of 'KEY: VALUE'")
        return None

    def wrong(self, key: str, source: Source, wanted: str) -> None:
        """Note that a value is not of the form it must have."""
        self.report.add("value-form", source, f"'{key}' of {self.what} must be {wanted}")
