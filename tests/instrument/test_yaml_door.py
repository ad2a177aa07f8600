"""The door to YAML: what gets through, and that nothing hostile does."""

import os
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instrument.problems import Problem
from instrument.yaml_door import MAX_BYTES, MAX_DEPTH, MAX_EVENTS, read_yaml
from instrument.yaml_nodes import Mapping, Scalar, Sequence, YamlNode

EXAMPLES: Final = int(os.environ.get("CATI_SOAK", "0")) or 300
"""How many random files are tried; `CATI_SOAK=100000` for a long run."""


def read(content: str | bytes) -> tuple[YamlNode | None, list[Problem]]:
    return read_yaml("f.yaml", content.encode() if isinstance(content, str) else content)


def value(written: str) -> object:
    """What a plain scalar means."""
    node, problems = read(f"a: {written}\n")
    assert not problems
    assert isinstance(node, Mapping)
    scalar = node.entries["a"].node
    assert isinstance(scalar, Scalar)
    assert scalar.text == written.strip('"')
    return scalar.value


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("NO", "NO"), ("Off", "Off"), ("True", "True"),
        ("true", True), ("false", False), ("null", None), ("~", "~"), ("", None),
        ("0", 0), ("-7", -7), ("+7", 7), ("0777", "0777"), ("0x1F", "0x1F"), ("1_000", "1_000"),
        ("22:22:22", "22:22:22"), ("2019-03-19", "2019-03-19"), ("1e5", "1e5"), ("0..99", "0..99"),
        ("1.50", Decimal("1.50")), ("-0.5", Decimal("-0.5")), (".5", ".5"), ("1.0.0", "1.0.0"),
        ("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63)),
        ('"1"', "1"), ('"true"', "true"), ("=", "="),
    ],
)  # fmt: skip
def test_a_plain_scalar_means_what_it_looks_like(written: str, means: object) -> None:
    found = value(written)
    assert (found, type(found)) == (means, type(means))


def test_every_key_and_value_knows_its_place() -> None:
    node, _ = read("a: 1\nb:\n  - x\n  - {c: d}\n")
    assert isinstance(node, Mapping)
    assert [str(entry.key.source) for entry in node.entries.values()] == [
        "f.yaml:1:1",
        "f.yaml:2:1",
    ]
    listed = node.entries["b"].node
    assert isinstance(listed, Sequence)
    assert [str(one.source) for one in listed.nodes] == ["f.yaml:3:5", "f.yaml:4:5"]


def test_columns_count_characters_not_bytes() -> None:
    node, _ = read("{é: ü, a: b}")
    assert isinstance(node, Mapping)
    assert str(node.entries["a"].node.source) == "f.yaml:1:11"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    node, problems = read(b"\xef\xbb\xbfa: 1\n")
    assert not problems
    assert isinstance(node, Mapping)
    assert list(node.entries) == ["a"]


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
MERGES = "m0: &m0 {k: v}\n" + "".join(
    f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 40)
)

HOSTILE: Final = {
    "100,000 opening brackets": (b"[" * 100_000, "yaml-too-deep"),
    "100,000 opening braces": (b"{" * 100_000, "yaml-key"),
    "100,000 dashes": (b"- " * 100_000, "yaml-too-deep"),
    "deeply indented": ("\n".join(" " * n + "a:" for n in range(900)).encode(), "yaml-too-deep"),
    "billion laughs": (LAUGHS.encode(), "yaml-alias"),
    "merge bomb": (MERGES.encode(), "yaml-alias"),
    "merge key without anchor": (b"<<: {a: 1}\n", "yaml-alias"),
    "alias without anchor": (b"a: *x\n", "yaml-alias"),
    "a Python object": (b"a: !!python/object/apply:os.system [ls]\n", "yaml-tag"),
    "a binary": (b"a: !!binary aGVsbG8=\n", "yaml-tag"),
    "a non-specific tag": (b"a: ! b\n", "yaml-tag"),
    "a key twice": (b"a: 1\nb: 2\na: 3\n", "yaml-key-repeated"),
    "a key twice, quoted": (b"a: 1\n'a': 2\n", "yaml-key-repeated"),
    "a list as a key": (b"? [a, b]\n: c\n", "yaml-key"),
    "a NUL": (b"a: b\x00c\n", "yaml-control-character"),
    "an escaped NUL": (b'a: "\\0"\n', "yaml-control-character"),
    "an escape sequence": (b"a: \x1b]52;c;\x07\n", "yaml-control-character"),
    "a text that reads backwards": ("a: \u202eb\n".encode(), "yaml-control-character"),
    "a strange line break": ("a: b\u2028c\n".encode(), "yaml-control-character"),
    "a lone surrogate": (b"a: \xed\xa0\x80\n", "yaml-not-utf8"),
    "an escaped surrogate": (b'a: "\\ud800"\n', "yaml-syntax"),
    "UTF-16": ("a: b\n".encode("utf-16"), "yaml-not-utf8"),
    "Latin-1": ("a: café\n".encode("latin-1"), "yaml-not-utf8"),
    "a text of 5 MB": (b'a: "' + b"x" * 5_000_000 + b'"\n', "yaml-too-large"),
    "too many parts": (b"- a\n" * (MAX_EVENTS + 1), "yaml-too-large"),
    "indented by tabs": (b"a:\n\t- b\n", "yaml-syntax"),
    "a quote without end": (b'a: "b\nc: d\n', "yaml-syntax"),
    "a bracket without end": (b"a: [b, c\n", "yaml-syntax"),
    "a colon too many": (b"a: b: c\n", "yaml-syntax"),
    "an odd start": (b"a: @b\n", "yaml-syntax"),
    "two documents": (b"--- a\n--- b\n", "yaml-documents"),
    "an unknown directive": (b"%FOO\n--- a\n", "yaml-syntax"),
    "YAML 9": (b"%YAML 9.1\n--- a\n", "yaml-syntax"),
    "not a number": (b"a: .nan\n", "yaml-number"),
    "infinity": (b"a: -.INF\n", "yaml-number"),
    "65 bits": (b"a: 9223372036854775808\n", "yaml-number"),
    "100,000 digits": (b"a: " + b"9" * 100_000 + b"\n", "yaml-number"),
    "100,000 decimals": (b"a: 0." + b"9" * 100_000 + b"\n", "yaml-number"),
    "nothing": (b"", "yaml-empty"),
    "a comment alone": (b"# a\n", "yaml-empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_broken_is_a_problem_with_its_place(name: str) -> None:
    content, code = HOSTILE[name]
    _, problems = read(content)
    assert [one.code for one in problems] == [code]
    assert problems[0].source.line >= 1
    assert problems[0].source.column >= 1
    assert len(str(problems[0])) < 400


def test_a_tab_is_called_a_tab() -> None:
    (problem,) = read("a:\n\t- b\n")[1]
    assert (
        str(problem) == "f.yaml:2:1: a tab cannot indent YAML [yaml-syntax]\n    indent with spaces"
    )


def test_limits_are_reached_before_they_are_crossed() -> None:
    nested = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert not read(nested)[1]
    assert [one.code for one in read(f"[{nested}]")[1]] == ["yaml-too-deep"]
    padded = b"a: 1\n".ljust(MAX_BYTES, b"#")
    assert [one.code for one in read(padded.replace(b"\n#", b"\n #", 1)[:MAX_BYTES])[1]] == []
    assert [one.code for one in read(padded + b"#")[1]] == ["yaml-too-large"]


def test_what_can_be_gathered_is_gathered() -> None:
    _, problems = read("a: .nan\na: 1\nb: 99999999999999999999\n<<: x\n")
    assert [one.code for one in problems] == [
        "yaml-number",
        "yaml-key-repeated",
        "yaml-number",
        "yaml-alias",
    ]


PIECES = st.sampled_from(
    [
        *("a", "b:", " ", "\n", "  ", "- ", "[", "]", "{", "}", ", ", ": ", '"', "'", "|", ">"),
        *("#", "&x", "*x", "!t", "<<", "?", "%", "@", "\t", "\x00", "\\", "---", "...", "1", "0x"),
        *(".nan", "é", "\ud7ff", "\u2028", "\x85", "~", "true", "\r", "\\ud800", "\\x1b"),
    ]
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_no_text_raises(text: str) -> None:
    node, problems = read(text)
    assert node is not None or problems
    assert all(one.source.line >= 1 and one.source.column >= 1 for one in problems)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    node, problems = read(content)
    assert node is not None or problems


@pytest.mark.parametrize("mark", "\u061c\u200b\u200e\u200f\u2060\U000e0041")
def test_marks_that_nobody_sees_are_refused(mark: str) -> None:
    (problem,) = read(f"a: b{mark}\n")[1]
    assert problem.code == "yaml-control-character"
    assert not read("a: \u06a9\u200c\u0645\n")[1], "joiners are part of how some words are spelled"


def test_what_looks_the_same_is_the_same() -> None:
    node, _ = read("a: Jose\u0301\n")
    assert isinstance(node, Mapping)
    assert node.entries["a"].node == read("a: José\n")[0].entries["a"].node  # type: ignore[union-attr]
