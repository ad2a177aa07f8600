"""A small reader for the YAML this package writes itself: mappings, lists, texts, whole numbers.

It builds values straight from the parser's events, so that a hostile file is refused before
anything is constructed: no anchors, no tags, no second document, no repeated keys, limited depth
and length. Words such as `yes` and `no` stay words. (Instruments have their own reader, which
also keeps places.)
"""

import re
from typing import Any

import yaml

from store.canonical import JSON

MAX_DEPTH = 12
MAX_EVENTS = 200_000

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, JSON] = {"true": True, "false": False, "null": None, "": None}


class RefusedYaml(ValueError):
    """Not YAML of the kind written here."""


def read(text: bytes) -> JSON:
    """Read one document.

    Raises:
        RefusedYaml: for every reason alike; its message names no content.
    """
    try:
        return _Builder().build(yaml.parse(text.decode("utf-8"), Loader=yaml.CLoader))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, OverflowError, MemoryError):
        raise RefusedYaml("not readable YAML") from None


def write(value: JSON) -> bytes:
    """Write a value so that `read` gives it back."""
    text: str = yaml.dump(
        value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    return text.encode("utf-8")


class _Builder:
    """Keeps the open lists and mappings on a stack of its own."""

    def __init__(self) -> None:
        self.stack: list[list[JSON] | dict[str, JSON]] = []
        self.keys: list[str | None] = []
        self.documents = 0
        self.result: JSON = None

    def build(self, events: Any) -> JSON:
        for count, event in enumerate(events):
            if count > MAX_EVENTS:
                raise RefusedYaml("too long")
            self.take(event)
        if self.documents != 1:
            raise RefusedYaml("not one document")
        return self.result

    def take(self, event: yaml.Event) -> None:
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            raise RefusedYaml("anchors and tags are not used here")
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
            case yaml.MappingStartEvent():
                self.open({})
            case yaml.SequenceStartEvent():
                self.open([])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.stack.pop()
                self.keys.pop()
            case yaml.ScalarEvent():
                self.scalar(event)

    def open(self, container: list[JSON] | dict[str, JSON]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise RefusedYaml("nested too deep")
        self.put(container)
        self.stack.append(container)
        self.keys.append(None)

    def scalar(self, event: yaml.ScalarEvent) -> None:
        if self.stack and isinstance(self.stack[-1], dict) and self.keys[-1] is None:
            if event.value in self.stack[-1]:
                raise RefusedYaml("a key is repeated")
            self.keys[-1] = event.value
            return
        value: JSON = event.value
        if not event.style:
            if event.value in _WORDS:
                value = _WORDS[event.value]
            elif _WHOLE.fullmatch(event.value):
                value = int(event.value)
        self.put(value)

    def put(self, value: JSON) -> None:
        if not self.stack:
            self.result = value
            return
        top = self.stack[-1]
        if isinstance(top, list):
            top.append(value)
            return
        key = self.keys[-1]
        if key is None:
            raise RefusedYaml("a key is not a word")
        top[key] = value
        self.keys[-1] = None
