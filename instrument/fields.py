"""Typed access to one mapping of the YAML, with a problem noted for whatever does not fit."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from instrument.element import NOTHING_TRANSLATED
from instrument.group import Group
from instrument.report import Report, quote
from instrument.synonyms import WORDS, ours
from instrument.yaml_nodes import Mapping, Scalar, YamlNode
from instrument.yaml_nodes import Sequence as YamlSequence

MAX_TEXT: Final = 10_000
"""Longest text, in characters."""
MAX_LINE: Final = 500
"""Longest label or title, in characters."""

_NO_PROSE: Final = frozenset({"version", "key", "ask_if", "unit"})
"""Keys of texts in which nobody writes a `#`; what stands behind them is a comment."""
_NO_OTHERS: Final[MappingProxyType[str, Scalar]] = MappingProxyType({})
_FILL: Final = re.compile(r"\{[^{}]*\}")
_WORDS: Final = re.compile(r"\w+(?:, ?\w+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def is_language(code: str) -> bool:
    """Whether a text has the form of a language's code, such as `es` or `pt-BR`."""
    return _LANGUAGE.fullmatch(code) is not None


@dataclass(frozen=True, slots=True)
class Said:
    """A text that people read, in the languages it is written in."""

    first: Scalar
    """In the first language of the instrument."""
    others: MappingProxyType[str, Scalar]
    """Language to the text in it, in the instrument's order of languages."""


class Fields(Group):
    """One mapping: its values by key, each with its place."""

    def __init__(self, mapping: Mapping, report: Report, what: str) -> None:
        super().__init__(mapping, report, what)
        self._translated: dict[str, dict[str, str]] = {}
        """Language to key to words, of the captions and passages read so far."""

    def scalar(self, key: str, *, required: bool = False) -> Scalar | None:
        """The value of a key that must be one value."""
        node = self.node(key, required=required)
        if node is None or isinstance(node, Scalar):
            return node
        languages = self.report.languages or ()
        by_language = isinstance(node, Mapping) and any(one in languages for one in node.entries)
        self.wrong(
            key,
            node.source,
            "one value",
            "it is not read to anybody and stands in one language" if by_language else "",
        )
        return None

    def text(self, key: str, *, required: bool = False) -> Scalar | None:
        """The value of a key that is a text of any number of lines, in one language."""
        scalar = self.scalar(key, required=required)
        return None if scalar is None else self._bounded(scalar, key)

    def line(self, key: str, *, required: bool = False) -> str | None:
        """The value of a key that is a text on one line, in one language and without fills."""
        scalar = self.text(key, required=required)
        return None if scalar is None else self._line(scalar, f"'{key}' of {self.what}")

    def said(self, key: str, *, required: bool = False) -> Said | None:
        """The value of a key that is a text, or a group of texts by language."""
        node = self.node(key, required=required)
        match node:
            case None:
                return None
            case Scalar():
                scalar = self._bounded(node, key)
                return None if scalar is None else Said(scalar, _NO_OTHERS)
            case Mapping():
                return self._by_language(key, node)
        self.wrong(key, node.source, "a text, or a group of texts by language")
        return None

    def caption(self, key: str, *, required: bool = False) -> str | None:
        """A line without fills that may be written by language: its words in the first one.

        The words in the others are kept for `translations`.
        """
        return self._fixed(key, self.said(key, required=required), self._line)

    def passage(self, key: str, *, required: bool = False) -> str | None:
        """Like a caption, of any number of lines."""
        return self._fixed(
            key, self.said(key, required=required), lambda scalar, _: scalar.text.strip()
        )

    @property
    def translations(self) -> MappingProxyType[str, MappingProxyType[str, str]]:
        """Language to key to words, of the captions and passages read so far."""
        if not self._translated:
            return NOTHING_TRANSLATED
        order = self.report.languages or tuple(self._translated)
        return MappingProxyType(
            {
                language: MappingProxyType(self._translated[language])
                for language in order
                if language in self._translated
            }
        )

    def _fixed(
        self, key: str, said: Said | None, read: Callable[[Scalar, str], str | None]
    ) -> str | None:
        if said is None:
            return None
        what = f"'{key}' of {self.what}"
        for language, scalar in said.others.items():
            words = read(scalar, f"{what} in language '{language}'")
            if words is not None:
                self._translated.setdefault(language, {})[key] = words
        return read(said.first, what)

    def _bounded(self, scalar: Scalar, key: str, language: str = "") -> Scalar | None:
        """The text of a key, perhaps in a language, unless it is too long."""
        cut = scalar.cut and key not in _NO_PROSE
        if len(scalar.text) <= MAX_TEXT and not cut:
            return scalar
        what = f"'{key}' of {self.what}" + (f" in language '{language}'" if language else "")
        if cut:
            self.report.add(
                "text-cut",
                scalar.source,
                f"{what} ends before the ' #', which begins a comment",
                "put a text that contains ' #' in quotes; a comment behind a text has two spaces "
                "before it",
            )
            return scalar
        self.report.add(
            "value-too-long", scalar.source, f"{what} has more than {MAX_TEXT:,} characters"
        )
        return None

    def _line(self, scalar: Scalar, what: str) -> str | None:
        line = scalar.text.strip()
        if "\n" in line or len(line) > MAX_LINE:
            self.report.add(
                "value-too-long",
                scalar.source,
                f"{what} must be one line of at most {MAX_LINE} characters",
            )
            return None
        if _FILL.search(line):
            self.report.add(
                "fill-not-here",
                scalar.source,
                f"{what} is fixed and takes no fill",
                "write it without { and }",
            )
        return line

    def _by_language(self, key: str, group: Mapping) -> Said | None:
        """A text written as a group by language."""
        what = f"'{key}' of {self.what}"
        languages = self.report.languages or tuple(group.entries)
        known = any(key in languages for key in group.entries)
        if not known and not any(map(is_language, group.entries)):
            self.wrong(
                key,
                group.source,
                "a text, or a group of texts by language",
                "put a text that begins with { in quotes",
            )
            return None
        part = Fields(group, self.report, what)
        part._allow_languages(languages)
        found: dict[str, Scalar] = {}
        for language in languages:
            scalar = part.scalar(language) if part.has(language) else None
            if scalar is not None:
                scalar = self._bounded(scalar, key, language)
            if scalar is not None:
                found[language] = scalar
        first = languages[0]
        if known and not part.has(first):
            self.report.add(
                "language-missing",
                group.source,
                f"{what} is not written in '{first}', the first language of the instrument",
                "other languages fall back on the first one, so that it must be there",
            )
        if first not in found:
            return None
        return Said(found.pop(first), MappingProxyType(found))

    def _allow_languages(self, languages: Sequence[str]) -> None:
        """Note every key that is no language of the instrument."""
        for key, entry in list(self.mapping.entries.items()):
            says = f"{self.what}: no language {quote(key)} is listed in instrument.yaml"
            if key in languages or self.is_rest(key, "language-unknown", says):
                continue
            if self.report.unlisted is not None and is_language(key):
                self.report.unlisted.append((entry.key.source, self.what))
            else:
                free = [one for one in languages if one not in self.mapping.entries]
                meant = self.report.unknown(
                    "language-unknown",
                    entry.key.source,
                    says,
                    key,
                    free,
                )
                self._adopt(key, meant)

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
                ours(scalar.text.lower(), known, WORDS) or None,
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
            hint = ""
            if isinstance(node, Scalar) and _WORDS.fullmatch(node.text):
                hint = f"write {key}: [{node.text}]"
            self.wrong(key, node.source, "a list", hint)
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
