"""The page for people from other systems: whatever it says is written here can be read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from instrument import InstrumentError, Kind, read_files
from instrument.header import HEADER_KEYS
from tests.scenario import dump

TEXT: Final = (Path(__file__).parents[2] / "docs" / "from-other-systems.md").read_text("utf-8")
SYSTEMS: Final = ["Blaise", "CSPro", "XLSForm, ODK", "REDCap"]
SCALE: Final = [
    {"name": "much", "code": 1, "label": "Much"},
    {"name": "little", "code": 2, "label": "Little"},
]
WAYS: Final = [
    {"name": name, "code": code, "label": name.capitalize()}
    for code, name in enumerate(("car", "bus", "walk"), 1)
]


def _question(name: str, kind: str, **keys: Any) -> dict[str, Any]:
    return {"question": name, "kind": kind, "label": name, "ask": f"What about {name}?", **keys}


HEADER: Final[dict[str, Any]] = {
    "instrument": "frame",
    "title": "Frame",
    "version": "1",
    "languages": {"en": "English", "es": "Español"},
    "modes": {"interview": "Telephone", "record": "Case record"},
    "record_modes": ["record"],
    "missing": [
        {"reason": "not_sure", "code": -1, "label": "Not sure", "key": "f8"},
        {"reason": "declined", "code": -2, "label": "Declined", "key": "f9"},
    ],
    "choices": {"scale": SCALE},
    "sections": ["home"],
}
PEOPLE: Final[dict[str, Any]] = {
    "roster": "people",
    "title": "People",
    "at_most": 5,
    "row_label": "Person {row}",
    "items": [_question("p_age", "integer"), _question("p_works", "yes_no")],
}
FRAME: Final[list[dict[str, Any]]] = [
    *(_question(name, "integer") for name in ("age", "size", "rent")),
    *(_question(name, "date") for name in ("born", "moved")),
    *(_question(name, "yes_no") for name in ("works", "consent")),
    _question("way", "one_of", choices=WAYS),
    _question("ways", "any_of", choices=WAYS),
    _question("commute", "duration", units=["minutes"]),
    _question("street", "text"),
    {**PEOPLE, "size": "size"},
]


def tables() -> Iterator[list[list[str]]]:
    """The rows of each table, heads first."""
    for lines in re.findall(r"(?:^\|.*\|\n)+", TEXT, re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line.strip()[1:-1]) for line in lines.splitlines()]
        yield [[cell.strip() for cell in row] for row in rows if "---" not in row[0]]


ROWS: Final = [row for table in tables() for row in table[1:]]


HERE: Final = "HERE_IT_STANDS"
"""Stands in a frame for what is tried, which is put there just as it is written."""


def reads(items: list[Any], header: dict[str, Any] | None = None, here: str = "") -> bool:
    """Whether an instrument with some items can be read."""
    section = {"section": "home", "title": "Home", "items": items}
    files = {"instrument.yaml": dump({**HEADER, **(header or {})}), "home.yaml": dump(section)}
    try:
        read_files(
            {name: body.replace(HERE.encode(), here.encode()) for name, body in files.items()}
        )
    except InstrumentError:
        return False
    return True


def with_choices(kind: Kind) -> dict[str, Any]:
    match kind:
        case Kind.ONE_OF | Kind.ANY_OF:
            return {"choices": [*WAYS, {"name": "tram", "code": 4, "label": "Tram"}]}
        case Kind.DURATION:
            return {"units": ["days"]}
    return {}


def frames(key: str) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Every place where a key could stand: items, and what instrument.yaml says."""
    if key in HEADER_KEYS:
        yield [], {key: HERE}
    for kind in Kind:
        yield [{**_question("new", str(kind), **with_choices(kind)), key: HERE}], {}
    choices = [*WAYS, {"name": "new", "code": 9, "label": "New", key: HERE}]
    yield [_question("new", "any_of", choices=choices)], {}
    yield [{**PEOPLE, "roster": "others", "items": [_question("other", "text")], key: HERE}], {}
    yield [{"compute": "new", "kind": "integer", "label": "New", key: HERE}], {}


def can_be_read(snippet: str) -> bool:
    """Whether a command, an item, a key with its value or a condition can stand in the frame."""
    if snippet.startswith("cati "):
        return "FOLDER" in snippet
    if snippet.startswith("{"):
        return reads([*FRAME, HERE], here=snippet)
    if snippet.startswith("# "):
        return reads([*FRAME, _question("new", "text")], {"version": HERE}, f'"1" {snippet}')
    key = re.match(r"(\w+): ", snippet)
    if key is not None:
        here = snippet[key.end() :]
        return any(reads([*FRAME, *items], header, here) for items, header in frames(key[1]))
    computed = ({"compute": "new", "label": "New", "as": HERE, "kind": kind} for kind in KINDS)
    row = {**PEOPLE, "roster": "others", "row_if": HERE, "items": [_question("other", "text")]}
    return any(reads([*FRAME, one], here=snippet) for one in (*computed, row))


KINDS: Final = ("yes_no", "integer", "decimal", "date")


def test_every_row_has_a_word_of_each_system_and_says_how_it_is_written_here() -> None:
    for table in tables():
        assert table[0] == ["what", *SYSTEMS, "here", "remark"]
    assert len(ROWS) >= 45
    assert all(len(row) == 7 and all(row[:6]) for row in ROWS)
    none = [row for row in ROWS if row[5] == "—"]
    assert all(row[6] for row in none)


@pytest.mark.parametrize("here", sorted({row[5] for row in ROWS if row[5] != "—"}))
def test_what_is_written_here_can_be_read(here: str) -> None:
    assert re.fullmatch(r"`[^`]+`", here)
    assert can_be_read(here.strip("`")), here


@pytest.mark.parametrize(
    "nonsense", ["range: 0 to 120", "go_to: rent", "ways contains car", "kind: slider", "rows: no"]
)
def test_nonsense_cannot_be_read(nonsense: str) -> None:
    assert reads(FRAME)
    assert not can_be_read(nonsense)
