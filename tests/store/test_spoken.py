"""What the tests hold every refusal to."""

import pytest

from store import InvalidInput, NotAllowed
from tests.store.spoken import is_spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Nobody of that name takes part: check the spelling.", True),
        ("ina is suspended: an administrator can end that.", True),
        ("keys/ina.key is missing.", True),
        ("", False),
        ("Nobody of that name takes part", False),
        ("nobody of that name takes part.", False),
        ("NOBODY OF THAT NAME TAKES PART.", False),
        ("Its part  is missing.", False),
        (" It is missing.", False),
    ],
)
def test_a_sentence_begins_and_ends_as_one(text: str, spoken: bool) -> None:
    assert is_spoken(text) is spoken


def test_an_error_without_a_sentence_is_a_failure_where_it_is_raised() -> None:
    assert str(InvalidInput("The label is too long: shorten it.")).endswith("it.")
    with pytest.raises(AssertionError, match="NotAllowed says no sentence"):
        NotAllowed("no")
    with pytest.raises(AssertionError, match="says no sentence"):
        InvalidInput(None)
