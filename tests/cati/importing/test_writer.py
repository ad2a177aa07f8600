"""What the writer writes is what our reader reads, whatever the texts hold."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cati.importing.layout import entry, flow, scalar
from cati.importing.names import ForeignChoice, Names, line, name_choices, prose
from cati.importing.outline import Lost, Origin, Outline, OutlineItem, OutlineSection
from cati.importing.settle import settle
from cati.importing.writer import write
from instrument import read_files
from instrument.naming import RESERVED, RESERVED_CHOICES, is_name
from instrument.texts import cut_text
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping, Scalar, Sequence, YamlNode

TEXTS = st.one_of(
    st.text(min_size=1, max_size=150),
    st.text(alphabet="ab {}[],:#-'\"\\\n|>&*!%@`~yn0159.é", min_size=1, max_size=60),
    st.sampled_from(["no", "null", "true", "1", "-5", "1.50", "22:22", "- a", "1: b", "1 #"]),
)  # fmt: skip


def plain(node: YamlNode | None) -> Any:
    """A node as plain values; every scalar as text."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(one) for one in node.nodes]
    assert isinstance(node, Mapping)
    return {key: plain(one.node) for key, one in node.entries.items()}


def read(text: str) -> Any:
    node, problems = read_yaml("x.yaml", text.encode())
    assert problems == []
    return plain(node)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_back_as_it_was_but_for_what_no_file_can_hold(text: str) -> None:
    from cati.importing.names import clean

    kept = clean(text)
    assert read("\n".join(entry("key", kept, 0)) + "\n") == {"key": kept}
    assert read("k: " + flow({"a": kept, "b": [kept, 1]})) == {"k": {"a": kept, "b": [kept, 1]}}
    assert read("k: " + scalar(kept)) == {"k": kept}


def test_values_stand_as_in_the_shipped_instruments() -> None:
    long = "word " * 30
    assert entry("range", "1..20", 4) == ["    range: 1..20"]
    assert entry("label", "Age: years", 2) == ['  label: "Age: years"']
    assert entry("code", -1, 0) == ["code: -1"]
    assert entry("step", Decimal("2.50"), 0) == ["step: 2.50"]
    assert entry("modes", ["a", "b"], 0) == ["modes: [a, b]"]
    assert entry("ask", long.strip(), 0)[0] == "ask: >-"
    assert entry("ask", "one\ntwo", 0) == ["ask: |-", "  one", "  two"]
    assert entry("choices", [{"name": "a", "code": 1, "label": "No, never"}], 2) == [
        "  choices:",
        '    - {name: a, code: 1, label: "No, never"}',
    ]


NAMES = st.text(alphabet="abcXYZ 019_-é?/", min_size=0, max_size=45)


@given(st.lists(NAMES, max_size=12), st.sampled_from(["", "_specify"]))
def test_every_foreign_name_becomes_a_name_of_its_own(foreign: list[str], ending: str) -> None:
    names = Names()
    given_names = [names.give(one, with_ending=ending) for one in [*foreign, "count", "and", "row"]]
    both = [*given_names, *(one + ending for one in given_names if ending)]
    assert len(set(both)) == len(both)
    assert all(is_name(one) and one not in RESERVED for one in both)


CHOICES = st.lists(
    st.builds(ForeignChoice, st.one_of(NAMES, st.integers(-120, 20).map(str)), TEXTS),
    min_size=1,
    max_size=8,
    unique_by=lambda choice: choice.name,
)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """Outlines with every sort of item, whose texts hold anything."""
    names = Names()
    sections = []
    for number in range(draw(st.integers(1, 3))):
        items = []
        for _ in range(draw(st.integers(1, 5))):
            name = names.give(draw(NAMES), with_ending="_specify")
            label = line(draw(TEXTS)) or name
            ask = prose(draw(TEXTS)) or name
            lost = (Lost("survey!A1", draw(TEXTS), draw(TEXTS), draw(TEXTS)),)
            question: dict[str, Any] = {
                "question": name,
                "kind": "text",
                "label": label,
                "ask": ask,
            }
            sort = draw(st.sampled_from(["question", "one_of", "statement", "compute", "roster"]))
            if sort == "one_of":
                choices = name_choices(draw(CHOICES)).choices
                question |= {"kind": "one_of", "choices": list(choices)}
            if sort == "statement":
                items.append(OutlineItem({"statement": name, "say": ask}, lost))
            elif sort == "compute":
                items.append(
                    OutlineItem({"compute": name, "kind": "decimal", "as": "1 / 2", "label": label})
                )
            elif sort == "roster":
                head: dict[str, Any] = {
                    "roster": names.give(name),
                    "title": label,
                    "at_most": 3,
                    "row_label": "{row}",
                }
                items.append(OutlineItem(head, items=(OutlineItem(question),)))
            else:
                items.append(OutlineItem(question, lost))
        sections.append(OutlineSection(f"part_{number}", line(draw(TEXTS)) or "Part", tuple(items)))
    return Outline(
        "made_up", line(draw(TEXTS)) or "Made up", "1", tuple(sections), heading=draw(TEXTS)
    )


@given(outlines())
@settings(max_examples=60, deadline=None)
def test_what_is_written_loads_with_the_texts_it_was_made_of(outline: Outline) -> None:
    files = {name: text.encode() for name, text in write(outline).items()}
    read = read_files(files)
    for section, again in zip(outline.sections, read.sections, strict=True):
        assert again.title == section.title
        own = [item for item in again.items if not item.name.endswith("_specify")]
        made: Any
        for item, made in zip(section.items, own, strict=True):
            assert made.name == item.name
            if "ask" in item.keys:
                pieces = cut_text(str(item.keys["ask"]))
                assert made.wordings["interview"].ask.pieces == tuple(pieces)
                assert made.variable.label == item.keys["label"]


def test_codes_are_kept_made_or_replaced() -> None:
    named = name_choices(
        [
            ForeignChoice("1", "Yes, sometimes"),
            ForeignChoice("-99", "No answer"),
            ForeignChoice("x y", "Yes, sometimes"),
        ]
    )
    assert [(one["name"], one["code"]) for one in named.choices] == [
        ("yes_sometimes", 1), ("no_answer", 2), ("x_y", 3),
    ]  # fmt: skip
    assert named.choices[2]["label"] == "Yes, sometimes (x y)"
    assert len(named.changes) == 3
    assert named.names == {"1": "yes_sometimes", "-99": "no_answer", "x y": "x_y"}
    assert not RESERVED_CHOICES & {one["name"] for one in named.choices}


def test_what_the_reader_refuses_is_taken_out_round_by_round_and_reported() -> None:
    def question(name: str, **keys: Any) -> OutlineItem:
        made = {"question": name, "kind": "integer", "label": name, "ask": name, **keys}
        origins = {key: Origin(f"{name}!{key}", key, str(value)) for key, value in keys.items()}
        if "checks" in keys:
            origins |= {
                f"checks/{n}": Origin(f"{name}!check{n}", "constraint", part["hard"])
                for n, part in enumerate(keys["checks"])
            }
        return OutlineItem(made, origins={"": Origin(f"{name}!row", "row", name), **origins})

    checks = [
        {"hard": "b > nothing", "say": "x"},
        {"hard": "b > 1", "say": "y"},
        {"hard": "b has 2", "say": "z"},
    ]
    wrong = OutlineItem(
        {"compute": "c", "as": "nobody + 1", "kind": "integer", "label": "c"},
        origins={"": Origin("c!row", "calculate", "nobody + 1")},
    )
    asks = question("d", ask="So {c}?")
    asks = OutlineItem(
        asks.keys, origins={"ask": Origin("d!ask", "label", "So ${c}?", instead="So …?")}
    )
    inner = question("f", ask_if="c > 2")
    roster = OutlineItem(
        {"roster": "e", "title": "E", "at_most": 2, "row_label": "{row}"}, items=(inner,)
    )
    first = question("b", ask_if="a > 1", checks=checks)
    gate = Origin("three!0", "relevant", "${b} = ")
    outline = Outline(
        "made_up", "Made up", "1",
        (
            OutlineSection("one", "One", (first, wrong, asks, roster)),
            OutlineSection("two", "Two", (OutlineItem({}, (Lost("z!1", "image", "", "no"),)),)),
            OutlineSection("three", "Three", (question("g"),), ask_if="b ==", origin=gate),
        ),
    )  # fmt: skip
    settled = settle(outline)
    assert list(settled.instrument.items) == ["b", "d", "e", "f", "g"]
    checked: Any = settled.instrument.items["b"]
    assert [check.condition.text for check in checked.checks] == ["b > 1"]
    asked: Any = settled.instrument.items["d"]
    assert asked.wordings["interview"].ask.raw == "So …?"
    assert settled.instrument.items["f"].ask_if is None
    from cati.importing.settle import every_loss

    assert sorted(one.cell for one in every_loss(settled.outline)) == [
        "b!ask_if", "b!check0", "b!check2", "c!row", "d!ask", "f!ask_if", "three!0", "z!1",
    ]  # fmt: skip
    assert settled.files["one.yaml"].count("# not carried over: ") == 6
