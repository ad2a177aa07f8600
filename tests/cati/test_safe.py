import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cati.safe import MARKS, display_safe, one_line
from tests.cati.payloads import DECEPTIONS, MARKUP, PAYLOADS, SEQUENCES

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


def obeyed_or_hidden(text: str) -> list[str]:
    """The characters of `text` that must never reach a terminal."""
    dangerous = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return [c for c in text if unicodedata.category(c) in dangerous and c != "\n"]


def test_there_are_enough_payloads() -> None:
    assert len(SEQUENCES) >= 40
    assert len(DECEPTIONS) >= 20


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_is_disarmed(name: str) -> None:
    assert obeyed_or_hidden(display_safe(PAYLOADS[name])) == []


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name != "tower of marks"])
def test_control_every_payload_is_armed_before_the_filter(name: str) -> None:
    text = PAYLOADS[name]
    assert obeyed_or_hidden(text) or "\u3164" in text or "\ufe0f" in text


@pytest.mark.parametrize("name", MARKUP)
def test_markup_is_only_text(name: str) -> None:
    assert display_safe(MARKUP[name]) == MARKUP[name]


@given(ANY_TEXT)
@example("\x1b[31m")
@example("\x1b\x1b[m[31m")
@example("\x1b]0;" + "x" * 6000)
def test_nothing_dangerous_is_left_of_any_text(text: str) -> None:
    shown = display_safe(text)
    assert obeyed_or_hidden(shown) == []
    assert display_safe(shown) == shown
    shown.encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert display_safe(text) == "".join(c for c in text if c not in "\u115f\u1160\u3164\uffa0")


def test_whole_sequences_go_and_the_words_stay() -> None:
    assert display_safe("a\x1b[31mred\x1b[0m b\x1b]0;title\x07 c") == "ared b c"
    assert display_safe("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree    four"


def test_a_string_that_never_ends_swallows_nothing() -> None:
    assert display_safe("\x1b]0;the rest is read") == "0;the rest is read"


def test_a_tower_of_marks_is_cut() -> None:
    assert display_safe("e" + "\u0301" * 60) == "e" + "\u0301" * MARKS
    assert display_safe("Zoe\u0308 naive\u0308") == "Zoe\u0308 naive\u0308"


def test_a_label_is_one_line() -> None:
    assert one_line(" a\n\tb\x1b[2J\u2028c ") == "a b c"
