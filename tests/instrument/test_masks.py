"""Masks of short texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrument import EntryError, read_entry
from instrument.masks import example, fits, has_place, length
from tests.instrument.commuting import commuting
from tests.instrument.household import question

MASKS = st.text(st.sampled_from("9AXab 1-/\\.()[*"), max_size=12)


@given(MASKS)
def test_the_example_of_a_mask_fits_it(mask: str) -> None:
    assert fits(mask, example(mask))
    assert length(mask) == len(example(mask))


@given(MASKS, st.data())
def test_one_wrong_sign_is_found(mask: str, data: st.DataObject) -> None:
    text = example(mask)
    if text:
        at = data.draw(st.integers(0, len(text) - 1))
        assert not fits(mask, text[:at] + "é" + text[at + 1 :])
        assert not fits(mask, text[:at] + text[at + 1 :])


@pytest.mark.parametrize(
    ("mask", "text", "fit"),
    [
        ("99-99", "12-34", True),
        ("99-99", "1234", False),
        ("99-99", "١٢-34", False),
        ("AA", "aZ", True),
        ("AA", "éa", False),
        ("XX", "a1", True),
        (r"\A-9", "A-3", True),
        (r"\A-9", "B-3", False),
        (r"\\9", r"\3", True),
        ("9", "3\n", False),
        ("(9)", "(3)", True),
    ],
)
def test_what_fits(mask: str, text: str, fit: bool) -> None:
    assert fits(mask, text) is fit


def test_a_mask_may_leave_nothing_to_be_entered() -> None:
    assert [has_place(mask) for mask in ("a-b", r"\9", "", "a9")] == [False, False, False, True]


def test_an_entry_that_does_not_fit_is_answered_with_the_form() -> None:
    code = question(commuting(), "zip")
    assert read_entry(code, " 12345-6789 ") == "12345-6789"
    with pytest.raises(EntryError) as caught:
        read_entry(code, "99999")
    assert str(caught.value) == "Write it in the form 12345-6789."
