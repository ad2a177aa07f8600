"""The one door to PyYAML: bytes in, located nodes out, and nothing else gets through.

The C parser only ever emits events here; its own constructors recurse, hang on aliases and merge
keys, and turn `no` into a boolean. Every limit holds before anything is built, so that a hostile
file costs milliseconds. What is refused is a `Problem` with its place, never an exception.
"""

import math
import re
import unicodedata
from decimal import Decimal
from typing import Any, Final

import yaml

from instrument.problems import Problem
from instrument.source import Source
from instrument.yaml_nodes import Entry, Mapping, Scalar, Sequence, YamlNode
from instrument.yaml_slips import explain

MAX_BYTES: Final = 1024 * 1024
"""Largest file, in bytes."""
MAX_DEPTH: Final = 24
"""Deepest nesting of lists and mappings."""
MAX_EVENTS: Final = 60_000
"""Most events (scalars, beginnings and ends) in one file."""
MAX_INTEGER: Final = 2**63 - 1
"""Integers stay within 64 bits, on both sides of zero."""

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab, line feed, return
    "\u2028\u2029"  # YAML would count them as line breaks, editors do not
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # make a text read otherwise than it is stored
    "\u200b\u2060-\u2064\U000e0000-\U000e007f"  # nobody sees them: two texts could look the same
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters that no file can hold."""
_CONSTANTS: Final[dict[str, bool | None]] = {"": None, "null": None, "true": True, "false": False}
_MAY_MEAN_ELSE: Final = frozenset("ntf-+.0123456789")
"""How unquoted scalars begin that can mean anything but themselves."""
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_DECIMAL: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+\Z")
_NOT_A_NUMBER: Final = re.compile(r"[-+]?\.(?:nan|inf)\Z", re.IGNORECASE)
_LONGEST_NUMBER: Final = 40
_CUT: Final = " #"
"""Ends a text without quotes; two spaces tell that a comment is meant."""
_IN_QUOTES: Final = "if it is a text, put it in quotes"


class _Refused(Exception):
    """Reading this file stops here."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def read_yaml(name: str, content: bytes) -> tuple[YamlNode | None, list[Problem]]:
    """Read one YAML file.

    Args:
        name: what the file is called in messages.
        content: its bytes, expected to be UTF-8.

    Returns:
        Its only document (None if it cannot be read at all) and everything that was refused.
    """
    problems: list[Problem] = []
    builder = _Builder(name, problems)
    text = ""
    try:
        text = _decode(name, content)
        return builder.build(text), problems
    except _Refused as refused:
        problems.append(refused.problem)
    except yaml.MarkedYAMLError as error:
        problems.append(explain(name, text, error, builder.last))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as error:
        text_of_error = "the file cannot be read as YAML"
        place = Source(name, 1, 1)
        problems.append(Problem("yaml-syntax", place, f"{text_of_error} ({type(error).__name__})"))
    return None, problems


def _decode(name: str, content: bytes) -> str:
    """The file's text, without a byte order mark; refuses what no editor should have let in."""
    if len(content) > MAX_BYTES:
        size = math.ceil(len(content) / 1024)
        raise _Refused(
            Problem(
                "yaml-too-large",
                Source(name, 1, 1),
                f"the file has {size:,} KiB; at most {MAX_BYTES // 1024:,} KiB can be read",
                "split it into more sections",
            )
        )
    try:
        # Of the ways to write é one is kept, so that what looks the same is the same.
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        raise _Refused(
            Problem(
                "yaml-not-utf8",
                _place(name, before, len(before)),
                "the file is not UTF-8 text",
                "save it with the encoding UTF-8",
            )
        ) from None
    if bad := FORBIDDEN.search(text):
        raise _Refused(
            Problem(
                "yaml-control-character",
                _place(name, text, bad.start()),
                f"the invisible character U+{ord(bad.group()):04X} is not allowed",
                "delete it",
            )
        )
    return text


def _place(name: str, text: str, index: int) -> Source:
    before = text[:index]
    return Source(name, before.count("\n") + 1, index - before.rfind("\n"))


class _Builder:
    """Turns the events of one file into nodes, with a stack of its own instead of recursion."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.text = ""
        self.may_cut = False
        """Whether the text has a ` #` at all, which most files have not."""
        self.problems = problems
        self.root: YamlNode | None = None
        self.documents = 0
        self.stack: list[tuple[Sequence | Mapping, list[Scalar]]] = []
        """Open containers; of a mapping also the key that waits for its value."""
        self.last: yaml.ScalarEvent | None = None
        """The scalar read last."""

    def build(self, text: str) -> YamlNode | None:
        """Read all events; returns the root, or raises what stops the reading."""
        self.text = text
        self.may_cut = _CUT in text
        parser = _LOADER(text)
        try:
            # Not `yaml.parse`, which looks at each event twice.
            for number, event in enumerate(iter(parser.get_event, None)):
                if number > MAX_EVENTS:
                    says = f"the file has more than {MAX_EVENTS:,} parts"
                    self._stop("yaml-too-large", event, says)
                if type(event) is yaml.ScalarEvent:
                    # Nine of ten events.
                    self.last = event
                    if event.anchor is not None or event.tag is not None:
                        self._refuse_tag(event)
                    self._add(self._scalar(event))
                else:
                    self._structure(event)
        finally:
            parser.dispose()
        if self.root is None:
            self.problems.append(
                Problem(
                    "yaml-empty",
                    Source(self.name, 1, 1),
                    "the file is empty",
                    "write it, or take its name out of instrument.yaml",
                )
            )
        return self.root

    def _structure(self, event: yaml.Event) -> None:
        """What holds scalars, and what no file may hold."""
        if isinstance(event, yaml.CollectionStartEvent):
            self._refuse_tag(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._stop(
                "yaml-alias",
                event,
                "an alias (*) is not allowed",
                "write it out, or use a shared choice list",
            )
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(
                    "yaml-documents",
                    event,
                    "a second document begins here",
                    "keep one in each file",
                )

    def _source(self, event: yaml.Event) -> Source:
        mark = event.start_mark
        assert mark is not None
        return Source(self.name, mark.line + 1, mark.column + 1)

    def _stop(self, code: str, event: yaml.Event, text: str, hint: str = "") -> None:
        raise _Refused(Problem(code, self._source(event), text, hint))

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._stop(
                "yaml-alias",
                event,
                "an anchor (&) is not allowed",
                "write it out, or use a shared choice list",
            )
        if event.tag is not None:
            self._stop(
                "yaml-tag",
                event,
                "a tag (!) is not allowed",
                "put a text that begins with '!' in quotes",
            )

    def _open(self, event: yaml.Event) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._stop(
                "yaml-too-deep",
                event,
                f"lists are nested more than {MAX_DEPTH} deep here",
                "close the brackets, or put a text that begins with one in quotes",
            )
        source = self._source(event)
        node: Mapping | Sequence = Sequence(source)
        if isinstance(event, yaml.MappingStartEvent):
            node = Mapping(source, flow=bool(event.flow_style))
        self._add(node)
        self.stack.append((node, []))

    def _close(self) -> None:
        node, _ = self.stack.pop()
        if isinstance(node, Mapping) and self.stack:
            above = self.stack[-1][0]
            if isinstance(above, Sequence) and above.nodes[-1] is not node:
                _settle(above, node)

    def _add(self, node: YamlNode) -> None:
        """Put a node where the innermost open container wants it."""
        if not self.stack:
            self.root = node
            return
        container, waiting = self.stack[-1]
        if isinstance(container, Sequence):
            container.nodes.append(node)
        elif waiting:
            self._add_entry(container, waiting.pop(), node)
        elif isinstance(node, Scalar):
            waiting.append(node)
        else:
            says = "a list or mapping cannot be a key"
            hint = "write a word in front of the colon"
            raise _Refused(Problem("yaml-key", node.source, says, hint))

    def _add_entry(self, mapping: Mapping, key: Scalar, node: YamlNode) -> None:
        if key.text == "<<":
            self._problem(
                "yaml-alias", key.source, "a merge key (<<) is not allowed", "write it out"
            )
        elif key.text == "":
            hint = "write a word in front of the colon"
            self._problem("yaml-key", key.source, "a key is empty", hint)
        elif (first := mapping.entries.get(key.text)) is not None:
            says = f"'{clip(key.text)}' was written in line {first.key.source.line} already"
            hint = "keep one of the two"
            if self._begins_entry(mapping, key):
                hint += ", or write '- ' before it if it begins another entry of the list"
                self.stack[-1] = (Mapping(key.source, {key.text: Entry(key, node)}), [])
            else:
                mapping.repeated.add(key.text)
            self._problem("yaml-key-repeated", key.source, says, hint)
        else:
            mapping.entries[key.text] = Entry(key, node)

    def _begins_entry(self, mapping: Mapping, key: Scalar) -> bool:
        """Whether a repeated key begins what may be one more entry of a list, without its dash."""
        above = self.stack[-2][0] if len(self.stack) > 1 else None
        if mapping.flow or key.text != next(iter(mapping.entries)):
            return False
        if not isinstance(above, Sequence) or len(mapping.entries) == 1:
            return False
        if above.nodes[-1] is not mapping:
            _settle(above, mapping)
        return True

    def _problem(self, code: str, source: Source, text: str, hint: str = "") -> None:
        self.problems.append(Problem(code, source, text, hint))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        mark, text = event.start_mark, event.value
        assert mark is not None
        source = Source(self.name, mark.line + 1, mark.column + 1)
        if not event.style:
            if self.may_cut and self._is_cut(event):
                return Scalar(text, self._plain(text, source), source, cut=True)
            if text and text[0] not in _MAY_MEAN_ELSE:
                return Scalar(text, text, source)
            return Scalar(text, self._plain(text, source), source)
        if bad := FORBIDDEN.search(text):
            self._problem(
                "yaml-control-character",
                source,
                f"this text contains the invisible character U+{ord(bad.group()):04X}",
                "delete it",
            )
        return Scalar(text, text, source)

    def _is_cut(self, event: yaml.ScalarEvent) -> bool:
        """Whether a text without quotes ends where a `#` follows behind one space."""
        mark = event.end_mark
        return mark is not None and self.text.startswith(_CUT, mark.index)

    def _plain(self, text: str, source: Source) -> str | int | Decimal | bool | None:
        """What an unquoted scalar means: most mean just themselves."""
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text[0] not in "-+.0123456789":
            return text
        if _NOT_A_NUMBER.match(text):
            says = f"'{text}' is not a number that can be used"
            self._problem("yaml-number", source, says, _IN_QUOTES)
        elif _INTEGER.match(text):
            if len(text) <= _LONGEST_NUMBER and -MAX_INTEGER - 1 <= int(text) <= MAX_INTEGER:
                return int(text)
            says = "this number does not fit in 64 bits"
            self._problem("yaml-number", source, says, _IN_QUOTES)
        elif _DECIMAL.match(text):
            if len(text) <= _LONGEST_NUMBER:
                return Decimal(text)
            says = f"this number has more than {_LONGEST_NUMBER} digits"
            self._problem("yaml-number", source, says, _IN_QUOTES)
        return text


def _settle(above: Sequence, begun: Mapping) -> None:
    """Put what began with a repeated key where it belongs.

    Where another key stands in it again, too, it is an entry of the list whose dash was forgotten;
    else it is the rest of the entry before it.
    """
    before = above.nodes[-1]
    assert isinstance(before, Mapping)
    first, *others = begun.entries
    if any(key in before.entries for key in others):
        above.nodes.append(begun)
    else:
        before.repeated |= begun.repeated | {first}
        before.entries |= {key: begun.entries[key] for key in others}


def clip(text: str, length: int = 40) -> str:
    """A word of the author's as messages quote it: short, and on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
