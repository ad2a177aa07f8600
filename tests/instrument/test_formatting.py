"""The normal form of files: one for all layouts, it means the same and keeps every comment."""

import json
import random
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from instrument import InstrumentError, instrument_files, read_files
from instrument.formatting import FormattingError, format_file, format_files
from instrument.formatting.conditions import condition_lines
from instrument.formatting.order import ORDER, OTHERS, ROLES, rank
from instrument.layout import WIDTH, quoted, text_lines, wrap
from instrument.schema import SORTS
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping, Scalar, Sequence, YamlNode

INSTRUMENT = Path(__file__).parents[2] / "instrument"
FOLDERS = (INSTRUMENT / "njov4", INSTRUMENT / "njov4_screener")


def read(text: str | bytes) -> YamlNode:
    content = text if isinstance(text, bytes) else text.encode()
    node, problems = read_yaml("x.yaml", content)
    assert problems == [], text
    assert node is not None
    return node


def pieces() -> list[Mapping]:
    """Files of the shipped instruments, cut to pieces of one or two items."""
    found = []
    for folder in FOLDERS:
        for content in instrument_files(folder).values():
            root = read(content)
            assert isinstance(root, Mapping)
            items = root.entries.get("items")
            if items is None or not isinstance(items.node, Sequence):
                found.append(root)
                continue
            for start in range(0, len(items.node.nodes), 2):
                entries = dict(root.entries)
                entries["items"] = type(items)(
                    items.key, Sequence(root.source, items.node.nodes[start : start + 2])
                )
                found.append(Mapping(root.source, entries))
    return found


PIECES = pieces()


class Author:
    """Writes nodes as somebody might who does not care: any layout, comments anywhere."""

    def __init__(self, seed: int, *, remarks: bool, flow: bool, shuffle: bool) -> None:
        self.random = random.Random(seed)
        self.remarks = remarks
        self.may_flow = flow
        self.shuffle = shuffle
        self.comments: list[str] = []

    def chance(self, one_in: int = 2) -> bool:
        return self.random.randint(1, one_in) == one_in

    def write(self, root: Mapping) -> str:
        lines = [*self.above(0), *self.block(root, 0), *self.above(2)]
        return "\n".join(lines) + "\n"

    def comment(self) -> str:
        self.comments.append(f"# remark {len(self.comments)}: 'x' {{# y")
        return self.comments[-1]

    def above(self, indent: int) -> list[str]:
        if not self.remarks:
            return []
        one = {0: [], 1: [""], 2: ["", ""]}.get(self.random.randint(0, 7))
        return [" " * indent + self.comment()] if one is None and self.chance(3) else one or []

    def behind(self) -> str:
        return f"  {self.comment()}" if self.remarks and self.chance(6) else ""

    def keys(self, node: Mapping) -> list[str]:
        """The keys in any order, where their order says nothing."""
        keys = list(node.entries)
        known = any(set(keys) <= set(SORTS[sort]) for sort in SORTS) or set(keys) & {*ROLES, "item"}
        if not (self.shuffle and known):
            return keys
        return self.random.sample(keys, len(keys))

    def block(self, node: YamlNode, indent: int) -> list[str]:
        lines: list[str] = []
        space = " " * indent
        assert not isinstance(node, Scalar)
        if isinstance(node, Sequence):
            for one in node.nodes:
                lines += self.above(indent)
                lines += self.value(f"{space}-", one, indent + 2)
            return lines
        for key in self.keys(node):
            lines += self.above(indent)
            lines += self.value(f"{space}{key}:", node.entries[key].node, indent + 3)
        return lines

    def value(self, lead: str, node: YamlNode, indent: int) -> list[str]:
        space = " " * indent
        if isinstance(node, Scalar):
            if not isinstance(node.value, str):
                return [f"{lead} {node.text}{self.behind()}"]
            clean = re.fullmatch(r"[^\s\n]+(?: [^\s\n]+)*", node.value)
            if clean and self.chance():
                cut = node.value.split(" ")
                place = self.random.randint(0, len(cut))
                folded = [" ".join(cut[:place]), " ".join(cut[place:])]
                return [f"{lead} >-{self.behind()}", *(space + one for one in folded if one)]
            return [f"{lead} {json.dumps(node.value, ensure_ascii=False)}{self.behind()}"]
        if self.may_flow and self.chance():
            return [f"{lead} {self.flow(node, indent)}{self.behind()}"]
        first = f"{lead}{self.behind()}"
        inside = self.block(node, indent)
        return [first, *inside]

    def flow(self, node: YamlNode, indent: int) -> str:
        if isinstance(node, Scalar):
            kept = isinstance(node.value, str)
            return json.dumps(node.value, ensure_ascii=False) if kept else node.text
        if isinstance(node, Sequence):
            parts = [self.flow(one, indent) for one in node.nodes]
        else:
            parts = [
                f"{key}: {self.flow(node.entries[key].node, indent)}" for key in self.keys(node)
            ]
        text = "".join(
            part + ("," if n < len(parts) - 1 else "") + self.turn(indent)
            for n, part in enumerate(parts)
        )
        return f"[{text}]" if isinstance(node, Sequence) else f"{{{text}}}"

    def turn(self, indent: int) -> str:
        return f"{self.behind()}\n{' ' * indent}" if self.chance(4) else " "


def remarks_in(text: str) -> list[str]:
    return re.findall(r"# remark \d+: 'x' {# y$", text, re.MULTILINE)


@given(st.sampled_from(PIECES), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_every_layout_of_the_same_values_has_one_normal_form(piece: Mapping, seed: int) -> None:
    as_it_is = Author(seed, remarks=False, flow=False, shuffle=False).write(piece)
    another = Author(seed, remarks=False, flow=True, shuffle=True).write(piece)
    normal = format_file("x.yaml", as_it_is.encode())
    assert format_file("x.yaml", another.encode()) == normal
    assert format_file("x.yaml", normal.encode()) == normal
    assert all(len(line) <= WIDTH for line in normal.splitlines())


@given(st.sampled_from(PIECES), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_comment_is_still_there_and_formatting_twice_is_formatting_once(
    piece: Mapping, seed: int
) -> None:
    author = Author(seed, remarks=True, flow=True, shuffle=True)
    text = author.write(piece)
    normal = format_file("x.yaml", text.encode())
    assert sorted(remarks_in(normal)) == sorted(author.comments)
    assert format_file("x.yaml", normal.encode()) == normal
    assert "\n\n\n" not in re.sub(r"\|-?\n(?: +.*\n|\n)*", "", normal)


@given(st.sampled_from(PIECES), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_comments_stay_in_order_where_keys_do(piece: Mapping, seed: int) -> None:
    normal = read(
        format_file(
            "x.yaml", Author(seed, remarks=False, flow=False, shuffle=False).write(piece).encode()
        )
    )
    assert isinstance(normal, Mapping)
    author = Author(seed, remarks=True, flow=False, shuffle=False)
    assert remarks_in(format_file("x.yaml", author.write(normal).encode())) == author.comments


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_shipped_instruments_are_in_the_normal_form(folder: Path) -> None:
    files = instrument_files(folder)
    assert {name: text.encode() for name, text in format_files(files).items()} == files
    for content in files.values():
        assert yaml.load(content, yaml.BaseLoader)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_whole_instrument_of_another_layout_comes_back_as_it_was(folder: Path) -> None:
    files = instrument_files(folder)
    other: dict[str, bytes] = {}
    for seed, (name, content) in enumerate(files.items()):
        root = read(content)
        assert isinstance(root, Mapping)
        author = Author(seed, remarks=False, flow=True, shuffle=True)
        other[name] = author.write(root).encode()
    assert read_files(other).fingerprint == read_files(files).fingerprint
    for name, text in format_files(other).items():
        without = re.sub(r"^ *(?:#.*)?\n", "", files[name].decode(), flags=re.MULTILINE)
        assert re.sub(r"^\n", "", text, flags=re.MULTILINE) == without


MESSY = """\
# About the whole file.
# yaml-language-server: $schema=cati.schema.json


title: "Home"   # shown
section: home
items:

- # how many
  range: 1..20
  # Nobody lives alone with 0.
  ask: 'How many live here?'
  label: "Persons: number"
  question: size
  record: {
    instruct: As noted.,
    ask: Number.  # from the form
  }
  kind: integer


# --- The home. ---
- {question: tenure, kind: one_of, ask: "Owned or rented?", label: Tenure, choices: [
    {code: 1, name: owned, label: Owned},   # first
    {name: rented, code: "2", label: 'No'}, {name: a_b, code: 3, label: "true"}]}   # behind
- statement: thanks
  ask_if: >-   # long
    size > 1
  say: |
    Thank you.
  # the end
"""
TIDY = """\
# About the whole file.
# yaml-language-server: $schema=cati.schema.json

section: home
title: Home  # shown
items:
  # how many
  - question: size
    kind: integer
    label: "Persons: number"
    # Nobody lives alone with 0.
    ask: How many live here?
    record:
      ask: Number.  # from the form
      instruct: As noted.
    range: 1..20

  # --- The home. ---
  # behind
  - question: tenure
    kind: one_of
    label: Tenure
    ask: Owned or rented?
    choices:
      - {name: owned, code: 1, label: Owned}  # first
      - {name: rented, code: "2", label: No}
      - {name: a_b, code: 3, label: "true"}
  - statement: thanks
    ask_if: size > 1  # long
    say: |
      Thank you.
# the end
"""


def test_a_page_of_every_habit() -> None:
    assert format_file("home.yaml", MESSY.encode()) == TIDY
    assert format_file("home.yaml", MESSY.replace("\n", "\r\n").encode("utf-8-sig")) == TIDY
    assert format_file("x.yaml", b"help: >-  # why  \nask: a") == 'help: ""  # why\nask: a\n'
    assert format_file("empty.yaml", b"# nothing\n---\n{}  # yet") == "# nothing\n{}\n# yet\n"


LONG_CONDITIONS = {
    "or before and, brackets last": (
        "(first_item and second_item and (third_item or fourth_item)) or fifth_item == choice",
        [
            "(first_item and second_item and (third_item or fourth_item))",
            "or fifth_item == choice",
        ],
    ),
    "lists one below the other": (
        "count(answered(first_item) and first_item, answered(second_item) and second_item) > 1",
        [
            "count(answered(first_item) and first_item,",
            "answered(second_item) and second_item) > 1",
        ],
    ),
    "never inside quotes": (
        'the_name_of_a_city == "this and that, or (another one and more" and answered(something)',
        [
            'the_name_of_a_city == "this and that, or (another one and more"',
            "and answered(something)",
        ],
    ),
}


@pytest.mark.parametrize("name", LONG_CONDITIONS)
def test_long_conditions_are_broken_between_their_parts(name: str) -> None:
    text, lines = LONG_CONDITIONS[name]
    assert condition_lines(text, 68) == lines
    assert " ".join(lines) == text


@given(st.text(alphabet='ab( ),"or nd', max_size=80), st.integers(5, 40))
@settings(max_examples=200, deadline=None)
def test_any_text_of_single_spaces_is_given_back_by_its_lines(text: str, room: int) -> None:
    text = " ".join(text.split())
    assert " ".join(condition_lines(text, room)) == text


@given(st.text(max_size=200) | st.text(alphabet="ab  -#:'\"\n>|,[]{}?!.01", max_size=160))
@example(text="\U0002f800")
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    from instrument.yaml_door import FORBIDDEN

    # The reader joins letters and their marks (NFC), so only such a text can be read as it was.
    text = unicodedata.normalize("NFC", FORBIDDEN.sub("", text))
    for fold in (wrap, condition_lines):
        written = "\n".join(text_lines("  key:", text, 60, fold=fold)) + "\n  z: 1\n"
        assert yaml.load(written, yaml.BaseLoader) == {"key": text, "z": "1"}
        node = read(written)
        assert isinstance(node, Mapping)
        assert getattr(node.entries["key"].node, "value", None) == text
    written = f"[{quoted(text, flow=True)}, x]"
    assert yaml.load(written, yaml.BaseLoader) == [text, "x"]
    node = read(written)
    assert isinstance(node, Sequence)
    assert getattr(node.nodes[0], "value", None) == text


def test_what_editors_take_for_numbers_and_truths_stands_in_quotes() -> None:
    for text in ("1", "-5", "2.50", "0777", "1e5", "0x1F", ".5", "True", "NULL", "~", "", "a: b"):
        assert quoted(text)[0] == '"'
    for text in ("yes", "No", "0..99", "14:30", "2019-03-19", "1.0.0", "(a or b)", "¿Qué?"):
        assert quoted(text) == text


def test_what_cannot_be_read_is_not_written() -> None:
    with pytest.raises(InstrumentError) as refused:
        format_files({"a.yaml": b"a: &x 1\n", "b.yaml": b"- a\n", "c.yaml": b""})
    assert [one.code for one in refused.value.problems] == ["yaml-alias", "file-form", "yaml-empty"]


def test_a_text_that_a_comment_cuts_short_is_told_and_not_set_off_by_more_spaces() -> None:
    files = dict(instrument_files(FOLDERS[1]))
    name = next(one for one in files if one != "instrument.yaml")
    for behind, is_told in ((b" #4", True), (b"  # four", False)):
        content = re.sub(rb"(?m)^(title: .*)$", lambda found: found[1] + behind, files[name])  # noqa: B023
        assert content != files[name]
        if not is_told:
            assert "# four" in format_files(files | {name: content})[name]
            continue
        with pytest.raises(InstrumentError) as refused:
            format_files(files | {name: content})
        assert [one.code for one in refused.value.problems] == ["text-cut"]


def test_a_writer_that_goes_wrong_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import instrument.formatting as formatting

    content = b"section: home  # here\ntitle: Home\n"
    for wrong, says in (
        ("section: home  # here\ntitle: House\n", "home.yaml: the normal form would not be read"),
        ("section: home\ntitle: Home\n", "home.yaml: a comment would be lost"),
        ("section: [\n", "home.yaml: the normal form would not be read"),
    ):
        monkeypatch.setattr(formatting, "write_page", lambda page, wrong=wrong: wrong)
        with pytest.raises(FormattingError, match=says):
            format_file("home.yaml", content)
    files = instrument_files(FOLDERS[1])
    reordered = read(files["instrument.yaml"])
    assert isinstance(reordered, Mapping)

    def shuffled(page: Any) -> str:
        """Like the writer, but the modes are the other way round: the first is the default."""
        for unit in page.root.units:
            if unit.key == "modes":
                unit.node.units.reverse()
        return written(page)

    written = formatting.writer.write_page
    monkeypatch.setattr(formatting, "write_page", shuffled)
    with pytest.raises(FormattingError, match="another fingerprint"):
        format_files(files)


def test_the_order_names_every_key_of_every_sort() -> None:
    for sort, keys in ORDER.items():
        if sort in SORTS:
            assert set(SORTS[sort]) <= set(keys), sort
    assert rank("question", "phone") == ORDER["question"].index(OTHERS)


SCRAPS = (
    "#",
    " # c\n",
    "\n\n",
    "- ",
    ": ",
    "{",
    "]",
    ",",
    '"',
    "|+\n",
    "? ",
    "&a ",
    "---\n",
    "\t",
    "\xa0",
)


@given(st.sampled_from(PIECES), st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_what_is_torn_is_refused_as_yaml_or_formatted(piece: Mapping, seed: int) -> None:
    author = Author(seed, remarks=True, flow=True, shuffle=True)
    text = author.write(piece)
    for _ in range(author.random.randint(1, 2)):
        place = author.random.randrange(len(text))
        text = text[:place] + author.random.choice(SCRAPS) + text[place + 1 :]
    try:
        normal = format_file("x.yaml", text.encode())
    except InstrumentError:
        return
    assert format_file("x.yaml", normal.encode()) == normal
