"""The campaigns about what leaks, small: each finds nothing wrong, its control does."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cati.export.csv_file import guarded, unguarded
from tests.campaigns import formulas, library_messages, memory_after_lock, sizes


@given(st.text("'=+-@;\t\r\n ,a\ufeff＝"))
def test_a_guarded_text_can_be_had_back(text: str) -> None:
    safe = guarded(text)
    assert unguarded(safe) == text
    assert safe[:1] not in tuple("=+-@＝\t\r\n")


def test_no_exported_text_is_taken_for_a_formula(tmp_path: Path) -> None:
    texts = formulas.payloads()
    assert len(texts) >= 300
    safe, control = formulas.campaign(tmp_path, texts, office=False)
    assert formulas.passed(safe, control), (safe, control)


def test_lengths_tell_nothing_of_short_answers(tmp_path: Path) -> None:
    figures = sizes.campaign(tmp_path, step=7)
    assert sizes.passed(figures), figures


def test_no_library_tells_a_value(tmp_path: Path) -> None:
    told = library_messages.campaign(tmp_path, server=False)
    assert len(told) == 3
    assert library_messages.passed(told), told


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="looks at memory through /proc")
def test_no_key_stays_in_memory_after_a_lock(tmp_path: Path) -> None:
    found = memory_after_lock.campaign(tmp_path, app=False)
    assert memory_after_lock.passed(found), found


@pytest.mark.parametrize("name", ["injected_crashes", "escapes"])
def test_no_value_is_printed_and_no_text_obeyed(name: str) -> None:
    # In a program of its own: it forks, which a test runner with threads does not like.
    words = [sys.executable, "-m", f"tests.campaigns.{name}", "--quick"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
