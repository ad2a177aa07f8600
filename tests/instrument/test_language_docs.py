"""The reference of the language says what the reader does."""

import re
from pathlib import Path

import pytest

from instrument import Kind, Measure, Sensitivity, read_files
from instrument.conditions.functions import FUNCTIONS
from instrument.conditions.parser import KEYWORDS
from instrument.header import HEADER_KEYS
from instrument.keys import ITEM_KEYS

TEXT = (Path(__file__).parents[2] / "docs" / "instrument-language.md").read_text("utf-8")
WORDS = {word for code in re.findall(r"`([^`\n]+)`", TEXT) for word in re.findall(r"\w+", code)}


def test_the_example_is_a_sound_instrument() -> None:
    blocks = re.findall(r"```yaml\n# (\S+)\n(.+?)```", TEXT, re.DOTALL)
    survey = read_files({name: content.encode() for name, content in blocks})
    assert "tenure_specify" in survey.items


@pytest.mark.parametrize(
    "words",
    [HEADER_KEYS, ITEM_KEYS, FUNCTIONS, KEYWORDS, set(Kind), set(Measure), set(Sensitivity)],
)
def test_every_word_of_the_language_is_described(words: frozenset[str]) -> None:
    assert set(words) <= WORDS
