"""Passphrases: what is made has all its random bits, and what is taken is held to the limits."""

import re
from unittest import mock

import pytest

from store import InvalidInput
from store.crypto import passphrase
from store.crypto.passphrase import generate_passphrase, normalize, require_strong

GROUP = "[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]"


def test_each_of_16_bits_leads_to_another_group() -> None:
    groups = {passphrase._group(bits) for bits in range(1 << 16)}
    assert len(groups) == 1 << 16
    assert all(re.fullmatch(GROUP, group) for group in groups)


def test_a_passphrase_that_is_made_has_80_random_bits_and_is_strong() -> None:
    with mock.patch("secrets.randbits", side_effect=range(5)) as drawn:
        made = generate_passphrase()
    assert drawn.call_args_list == [mock.call(16)] * 5
    assert made.split("-") == [passphrase._group(bits) for bits in range(5)]
    assert re.fullmatch(f"{GROUP}(-{GROUP}){{4}}", generate_passphrase())
    require_strong(generate_passphrase())


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        ("abcde" * 3, True),
        ("abcde" * 3 + "é", True),
        ("abcdeabcdeabcd", False),
        ("abcd" * 20, False),
        ("abcde" + "a" * 1019, True),
        ("abcde" + "a" * 1020, False),
        ("abcdeabcdeabcde\ud800", False),
        # Counted are the characters that enter the derivation.
        ("abcdeabcdeab\ufb03", True),
        ("e\u0301bcdeabcdeabcd", False),
    ],
)
def test_a_passphrase_is_taken_from_15_to_1024_characters_of_which_5_differ(
    text: str, strong: bool
) -> None:
    if strong:
        require_strong(text)
    else:
        with pytest.raises(InvalidInput, match="passphrase"):
            require_strong(text)


def test_one_form_enters_the_derivation() -> None:
    assert normalize("cafe\u0301 \ufb01") == normalize("caf\u00e9 fi") == "café fi".encode()
