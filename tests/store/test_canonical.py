import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import JSON, InvalidInput
from store.binding import bind, bind_secret, unbind
from store.canonical import MAX_DEPTH, decode, decode_object, encode

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: JSON) -> None:
    assert decode(encode(value)) == value


@given(VALUES)
def test_one_value_has_one_form_whatever_the_order_of_its_keys(value: JSON) -> None:
    shuffled = json.loads(encode(value), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert encode(shuffled) == encode(value)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        2**63,
        -(2**63) - 1,
        "\ud800",
        {"a": [0.1]},
        {1: "a"},
        b"bytes",
        {"\udfff": 1},
    ],
)
def test_what_has_no_canonical_form_is_refused(value: JSON) -> None:
    with pytest.raises(InvalidInput):
        encode(value)


def test_deep_nesting_is_refused_instead_of_exhausting_the_stack() -> None:
    deep: JSON = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InvalidInput, match=str(MAX_DEPTH)):
        encode(deep)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b' {"a":1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b"1.0",
        b"NaN",
        b"\xff",
        b'"\\u0061"',
    ],
)
def test_what_is_not_canonical_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match="not canonical JSON"):
        decode(data)


def test_an_object_is_asked_for() -> None:
    assert decode_object(b'{"a":null}') == {"a": None}
    with pytest.raises(ValueError, match="object"):
        decode_object(b"[]")


PARTS = st.lists(st.binary(max_size=8), max_size=5)


@given(PARTS, PARTS)
def test_two_lists_are_never_bound_to_the_same_bytes(one: list[bytes], other: list[bytes]) -> None:
    assert (bind(*one) == bind(*other)) == (one == other)


@given(PARTS)
def test_secrets_are_bound_to_the_same_bytes(parts: list[bytes]) -> None:
    assert bind_secret(parts) == bind(*parts)


@given(PARTS, st.binary(max_size=4))
def test_parts_are_taken_off_the_front(parts: list[bytes], rest: bytes) -> None:
    assert unbind(bind(*parts) + rest, len(parts)) == (parts, len(bind(*parts)))


@given(PARTS, st.data())
def test_a_list_cut_short_is_noticed(parts: list[bytes], data: st.DataObject) -> None:
    whole = bind(*parts)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(ValueError, match="part"):
        unbind(cut, len(parts))
