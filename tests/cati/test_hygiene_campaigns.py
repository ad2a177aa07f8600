"""The campaigns about what leaks, small: each finds nothing wrong, its control does."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cati.export.csv_file import guarded, unguarded
from tests.campaigns import formulas


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
