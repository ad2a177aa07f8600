"""The reference of the language says what the reader and the engine do."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from instrument import (
    Instance,
    Instrument,
    InstrumentError,
    Kind,
    Measure,
    Missing,
    PartialDate,
    Question,
    Sensitivity,
    fields,
    files,
    header,
    items,
    naming,
    questions,
    read_entry,
    read_files,
    report,
    yaml_door,
)
from instrument.conditions import parser
from instrument.conditions.functions import FUNCTIONS
from instrument.conditions.parser import KEYWORDS
from instrument.entry import show_number
from instrument.formatting.order import ORDER, rank
from instrument.house_words import TABLE
from instrument.keys import OF_KIND
from instrument.schema import SORTS
from instrument.values import SECONDS_OF_UNIT
from skips import Route, compile_instrument
from skips.proof.acknowledge import acknowledge
from skips.proof.detect import static
from tests.scenario import dump

DOCS: Final = Path(__file__).parents[2] / "docs"
TEXT: Final = (DOCS / "instrument-language.md").read_text("utf-8")
WORDS: Final = {
    word for code in re.findall(r"`([^`\n]+)`", TEXT) for word in re.findall(r"\w+", code)
}
BLOCKS: Final = re.findall(r"```yaml (\S+)\n(.+?)```", TEXT, re.DOTALL)
EXAMPLE: Final = {name: block.encode() for name, block in BLOCKS if name.endswith(".yaml")}


def blocks(sort: str) -> list[str]:
    return [block for name, block in BLOCKS if name == sort]


def tables(text: str = TEXT) -> list[list[list[str]]]:
    """Every table: rows of cells, the first row its heads."""
    found = []
    for lines in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line.strip()[1:-1]) for line in lines.splitlines()]
        found.append([[cell.strip() for cell in row] for row in rows if "---" not in row[0]])
    return found


def with_items(block: str) -> dict[str, bytes]:
    """The example with more items behind its own."""
    more = re.sub("^", "  ", block, flags=re.MULTILINE).rstrip(" ")
    return EXAMPLE | {"home.yaml": EXAMPLE["home.yaml"] + more.encode()}


def with_header(block: str) -> dict[str, bytes]:
    """The example with some keys of instrument.yaml replaced."""
    kept = EXAMPLE["instrument.yaml"].decode()
    for key in re.findall(r"^(\w+):", block, re.MULTILINE):
        kept = re.sub(rf"^{key}:.*\n(?: .*\n)*", "", kept, flags=re.MULTILINE)
    home = EXAMPLE["home.yaml"]
    if "languages" in block:
        home = re.sub(rb"\{en: (.*?), es: .*?\}", rb"\1", home)
    return EXAMPLE | {"instrument.yaml": (kept + block).encode(), "home.yaml": home}


# --- examples --------------------------------------------------------------------------------


def test_the_example_is_a_sound_instrument() -> None:
    survey = read_files(EXAMPLE)
    assert set(EXAMPLE) == {"instrument.yaml", "scales.yaml", "home.yaml"}
    assert "tenure_specify" in survey.items


def test_every_example_is_read() -> None:
    read = [read_files(with_items(block)) for block in blocks("items")]
    kinds = {item.kind for one in read for item in one.items.values() if isinstance(item, Question)}
    assert kinds == set(Kind)
    for block in blocks("header"):
        read_files(with_header(block))
    sorts = {"items", "header", "answers", *EXAMPLE}
    assert {name for name, _ in BLOCKS} == sorts
    assert TEXT.count("```yaml") == len(BLOCKS)


def test_what_an_example_acknowledges_is_found() -> None:
    (block,) = [one for one in blocks("header") if "acknowledged:" in one]
    survey = read_files(with_header(block))
    judged = acknowledge(survey, static.find(survey))
    assert [one.code for one, _ in judged.acknowledged] == ["list-unused"]
    assert judged.open == ()


def test_an_example_with_a_slip_is_refused() -> None:
    block = blocks("items")[0]
    with pytest.raises(InstrumentError, match="key-unknown"):
        read_files(with_items(block.replace("choices:\n", "chioces:\n")))


# --- conditions ------------------------------------------------------------------------------

_CASES: Final = [
    (row[0].strip("`"), row[1])
    for table in tables()
    for row in table[1:]
    if len(table[0]) > 1 and table[0][1] == "is"
]
_KINDS: Final = (
    "kind: yes_no",
    "kind: integer",
    "kind: decimal",
    "kind: date",
)


def test_every_condition_comes_to_what_the_text_says() -> None:
    assert len(_CASES) > 45
    for place, (expression, wanted) in enumerate(_CASES):
        assert _comes_to(f"example_{place}", expression) == wanted, expression


def test_a_condition_does_not_come_to_just_anything() -> None:
    assert _comes_to("other", "size * 2") == "6"
    with pytest.raises(InstrumentError):
        _read("other", "size * 2", "kind: date")


def _comes_to(name: str, expression: str) -> str:
    """What an expression comes to with the answers of the text."""
    route = Route(compile_instrument(_computing(name, expression), "interview"))
    route.set_interview_date(PartialDate.parse(str(_answers()["interview_date"])))
    for item, typed in _answers().items():
        question = route.instrument.items.get(item)
        if not isinstance(question, Question):
            continue
        for row, one in enumerate(typed, 1) if isinstance(typed, list) else [(0, typed)]:
            missing = one in route.instrument.missing_reason
            answer = Missing(one) if missing else read_entry(question, str(one))
            route.answer(Instance(item, row), answer)
    value = route.counted(Instance(name))
    if value is None:
        return "unknown"
    return str(value) if isinstance(value, str | PartialDate) else show_number(value)  # type: ignore[arg-type]


@cache
def _answers() -> Mapping[str, Any]:
    (block,) = blocks("answers")
    found = yaml.load(block, Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


def _computing(name: str, expression: str) -> Instrument:
    """The example with a value computed at its end, of whatever kind the expression has."""
    for kind in _KINDS:
        try:
            return _read(name, expression, kind)
        except InstrumentError as error:
            last = error
    raise last


def _read(name: str, expression: str, kind: str) -> Instrument:
    item = {"compute": name, "label": name, "as": expression} | yaml.safe_load(kind)
    return read_files(with_items(dump([item]).decode()))


def test_the_table_of_truth_is_that_of_the_language() -> None:
    letters = {"yes": "Y", "no": "N", "unknown": "U"}
    truth = yaml.safe_load((DOCS.parent / "instrument/conditions/truth.yaml").read_text("utf-8"))
    (table,) = [one for one in tables() if one[0] == ["a", "b", "a and b", "a or b", "not a"]]
    rows = [[letters[cell] for cell in row] for row in table[1:]]
    assert sorted([a, b, both] for a, b, both, _, _ in rows) == sorted(truth["and"])
    assert sorted([a, b, either] for a, b, _, either, _ in rows) == sorted(truth["or"])
    assert sorted({(a, turned) for a, _, _, _, turned in rows}) == sorted(map(tuple, truth["not"]))


# --- words, keys and numbers -----------------------------------------------------------------

_CALLED: Final = {
    "instrument.yaml": "header",
    "a section": "section",
    "a file of choices": "choice file",
    "a question": "question",
    "a statement": "statement",
    "a computed value": "compute",
    "a roster": "roster",
    "a grid": "grid",
    "a row of a grid": "row",
    "a mode's texts": "wording",
    "a statement's texts in a mode": "spoken",
    "a choice": "choice",
    "a check": "check",
    "a branch": "branch",
    "a missing reason": "missing",
    "a definition": "definition",
    "a guide": "guide",
    "a part of the summary": "summary",
    "the share of valid answers": "validity",
    "an acknowledgement": "acknowledged",
}
"""What the text calls each sort of mapping."""


def test_every_table_of_keys_has_the_keys_that_the_reader_takes() -> None:
    said = {
        _CALLED[table[0][0].removeprefix("keys of ")]: {
            key for row in table[1:] for key in re.findall(r"`(\w+)`", row[0])
        }
        for table in tables()
        if table[0][0].startswith("keys of ")
    }
    assert said == {sort: set(keys) for sort, keys in SORTS.items()}


def test_tables_have_their_keys_in_the_order_of_the_normal_form() -> None:
    judged = 0
    for table in tables():
        sort = _CALLED.get(table[0][0].removeprefix("keys of "), "")
        keys = [key for row in table[1:] for key in re.findall(r"`(\w+)`", row[0])]
        if sort in ORDER:
            assert keys == sorted(keys, key=lambda key: rank(sort, key)), sort
            judged += keys != sorted(keys)
    assert judged > 15


def test_keys_of_some_kinds_are_said_to_be_of_those_kinds() -> None:
    (table,) = [one for one in tables() if one[0][0] == "keys of a question"]
    for keys, kinds, _ in table[1:]:
        for key in re.findall(r"`(\w+)`", keys):
            having = {kind for kind, own in OF_KIND.items() if key in own}
            assert set(re.findall(r"`(\w+)`", kinds)) == having, key


@pytest.mark.parametrize(
    "words",
    [FUNCTIONS, KEYWORDS, set(Kind), set(Measure), set(Sensitivity), set(SECONDS_OF_UNIT), TABLE],
)
def test_every_word_of_the_language_is_described(words: frozenset[str]) -> None:
    assert set(words) <= WORDS


def test_the_languages_whose_words_are_known_are_named() -> None:
    names = {"en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese"}
    assert all(set(said) == set(names) for said in TABLE.values())
    assert "known in English, Spanish, French, German and Portuguese" in TEXT


def test_every_function_has_an_example_that_is_worked_out() -> None:
    used = {word for expression, _ in _CASES for word in re.findall(r"(\w+)\(", expression)}
    assert used - {"in", "and"} == set(FUNCTIONS)


def test_limits_are_those_of_the_reader() -> None:
    (table,) = [one for one in tables() if one[1:] and one[1][0] == "a name"]
    numbers = {
        row[0]: [int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", row[1])]
        for row in table[1:]
    }
    assert numbers == {
        "a name": [naming.MAX_NAME],
        "a label or title": [fields.MAX_LINE],
        "any other text": [fields.MAX_TEXT],
        "an answer in text": [questions.MOST_TEXT_LENGTH],
        "a number": [parser.MAX_INTEGER.bit_length() + 1, parser.MAX_DECIMALS],
        "rows of a roster": [items.MOST_ROWS],
        "a condition": [
            parser.MAX_LENGTH,
            parser.MAX_TOKENS,
            parser.MAX_NODES,
            parser.MAX_DEPTH,
        ],
        "a file": [yaml_door.MAX_BYTES // 1024, yaml_door.MAX_EVENTS, yaml_door.MAX_DEPTH],
        "an instrument": [files.MAX_FILES],
        "problems listed": [report.MOST_PROBLEMS],
    }
    assert set(header.HEADER_KEYS) <= WORDS


def test_every_link_leads_somewhere() -> None:
    heads = {
        re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-")
        for head in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in heads, target
        else:
            assert (DOCS / target).exists(), target
