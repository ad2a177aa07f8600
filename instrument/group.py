"""One mapping of the YAML and its keys: known, unknown, misspelt, missing."""

from collections.abc import Container, Iterable, Sequence
from typing import Final

from instrument.report import Report, quote
from instrument.source import Source
from instrument.synonyms import KEYS, ours
from instrument.yaml_nodes import Mapping, Scalar, YamlNode

COMMA: Final = "a text that contains a comma goes in quotes"
"""What to do where the rest of a text is read as a key."""
_SPACE: Final = "a space goes behind the colon that parts a key from its value"
"""What to do where a key and its value were read as one word, such as `kind:integer`."""


class Group:
    """One mapping: which keys it has, and where they stand."""

    def __init__(self, mapping: Mapping, report: Report, what: str) -> None:
        self.mapping = mapping
        self.report = report
        self.what = what
        """What the mapping describes, as messages call it, such as `question 'age'`."""
        self._meant: dict[str, str] = {}
        """Misspelt key to the one that was meant, under which its value is read, too."""
        self._torn = False
        """Whether the rest of a text without quotes was noted."""

    @property
    def source(self) -> Source:
        """Where the mapping begins."""
        return self.mapping.source

    def allow(self, known: Sequence[str], elsewhere: Iterable[str] = (), why: str = "") -> None:
        """Note every key that is not known; of those known elsewhere, say why not here."""
        for key, entry in list(self.mapping.entries.items()):
            if key in known or self.meant(key):
                continue
            if key in elsewhere:
                self.report.add("key-misplaced", entry.key.source, f"{quote(key)} {why}")
                continue
            says = f"{self.what} has no key {quote(key)}"
            if not self.is_rest(key, "key-unknown", says):
                free = [name for name in known if name not in self.mapping.entries]
                meant = self._meant.get(key) or self._guess(key, free)
                self.report.unknown("key-unknown", entry.key.source, says, key, free, meant)
                self._adopt(key, meant)

    def is_rest(self, key: str, code: str, says: str) -> bool:
        """Whether an unknown key is what stands behind a comma of a text without quotes.

        That is noted once: a text may have several commas.
        """
        entry = self.mapping.entries[key]
        if not self._is_bare(key):
            return False
        if not self._torn:
            self.report.add(code, entry.key.source, says, _SPACE if ":" in key else COMMA)
        self._torn = True
        return True

    def _is_bare(self, key: str) -> bool:
        """Whether a key stands in braces with neither colon nor value."""
        node = self.mapping.entries[key].node
        return self.mapping.flow and isinstance(node, Scalar) and node.text == "" and not node.value

    def adopt(self, wanted: Iterable[str], known: Container[str]) -> None:
        """Read some keys also where they are misspelt, before `allow` says that they are.

        Args:
            wanted: the keys.
            known: other keys that are possible here, and are no misspelt ones.
        """
        free = [key for key in wanted if key not in self.mapping.entries]
        for key in list(self.mapping.entries) if free else ():
            if key not in known:
                self._adopt(key, self._guess(key, free))

    def _guess(self, key: str, free: Sequence[str]) -> str:
        """The key that was probably meant: one spelt alike, or ours for one of another language."""
        return self.report.speller.near(key, free) or ours(key, free, KEYS)

    def _adopt(self, key: str, meant: str) -> None:
        """Read what stands under a misspelt key as what was meant: that it is there is no echo."""
        if meant and meant not in self.mapping.entries:
            self._meant[key] = meant
            self.mapping.entries[meant] = self.mapping.entries[key]

    def meant(self, key: str) -> bool:
        """Whether a key was not written itself, but misspelt."""
        return key in self._meant.values()

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
            if required:
                self.report.add("key-missing", self.source, f"{self.what} needs the key '{key}'")
            return None
        if isinstance(entry.node, Scalar) and entry.node.value in (None, ""):
            hint = "" if required else "write its value, or leave the key out"
            if self._is_bare(key):
                hint = "; ".join(filter(None, (hint, COMMA)))
            self.report.add(
                "value-empty", entry.key.source, f"'{key}' of {self.what} is empty", hint
            )
            return None
        return entry.node

    def wrong(self, key: str, source: Source, wanted: str, hint: str = "") -> None:
        """Note that a value is not of the form it must have, unless it was refused already."""
        if self.meant(key) or any(one.source == source for one in self.report.problems):
            return
        self.report.add("value-form", source, f"'{key}' of {self.what} must be {wanted}", hint)
