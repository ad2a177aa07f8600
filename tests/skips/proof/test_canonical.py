"""Conditions that say the same have one form, which says what they say in every case."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instrument.conditions.nodes import Node
from skips.proof.canonical import canonical
from tests.scenario import NOT_SURE, Scenario, inline_instrument

ITEMS = """
- {question: owns, kind: yes_no}
- {question: rents, kind: yes_no}
- {question: size, kind: integer}
- {question: cars, kind: integer}
- question: city
  kind: one_of
  choices:
    - {name: north, code: 1, label: North}
    - {name: south, code: 2, label: South}
    - {name: west, code: 3, label: West}
"""
SAME = [
    ("owns", "owns == yes", "(owns)", "not not owns", "owns and owns"),
    ("not owns", "owns == no", "not (owns and owns)"),
    (
        "owns and rents",
        "rents and owns",
        "not (not rents or not owns)",
        "rents and (owns and rents)",
    ),
    ("size > 3", "3 < size", "not size <= 3", "size > 3 or 3 < size"),
    ("size == cars", "cars == size", "not (size != cars)"),
    (
        "city == north or city == west",
        "city in (west, north)",
        "not (city != north and city != west)",
    ),
    ("city != south and city != north", "city not in (north, south)", "not city in (south, north)"),
    ("owns or size > 3 and rents", "(rents and 3 < size) or owns"),
    ("not (owns and size > 3)", "size <= 3 or not owns"),
]
APART = [
    "owns", "not owns", "rents", "owns and rents", "owns or rents", "size > 3", "size >= 3",
    "size < 3", "size > cars", "cars > size", "city == north", "city == south", "city != north",
    "city in (north, south)", "city not in (north, south)", "answered(owns)", "not answered(owns)",
    "missing(owns)", "count(owns, rents) > 1", "size + cars > 3",
]  # fmt: skip


def statements(conditions: Sequence[str]) -> str:
    return "".join(
        f"- {{statement: s{number}, say: Hello., ask_if: '{one}'}}\n"
        for number, one in enumerate(conditions)
    )


def trees(conditions: Sequence[str]) -> list[Node]:
    items = inline_instrument(ITEMS + statements(conditions)).items.values()
    return [item.ask_if.tree for item in items if item.ask_if is not None]


def tree_of(condition: str) -> Node:
    return trees([condition])[0]


def forms(conditions: Sequence[str]) -> set[str]:
    return {canonical(tree) for tree in trees(conditions)}


@pytest.mark.parametrize("same", SAME, ids=lambda same: same[0])
def test_other_words_for_the_same_have_one_form(same: tuple[str, ...]) -> None:
    assert len(forms(same)) == 1


def test_what_differs_has_another_form() -> None:
    assert len(forms(APART)) == len(APART)


def test_several_conditions_are_joined_as_by_and() -> None:
    both, one, other = (tree_of(text) for text in ("owns and size > 3", "size > 3", "owns"))
    assert canonical(one, None, other) == canonical(both)
    assert canonical() == canonical(None) == ""


ATOMS = st.sampled_from(APART)
TREES = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        part.map("not ({})".format),
        st.tuples(part, part).map("({0[0]}) and ({0[1]})".format),
        st.tuples(part, part).map("({0[0]}) or ({0[1]})".format),
    ),
    max_leaves=5,
)
ANSWERS = st.fixed_dictionaries(
    {
        "owns": st.sampled_from(["yes", "no", NOT_SURE]),
        "rents": st.sampled_from(["yes", "no", NOT_SURE]),
        "size": st.sampled_from([2, 3, 4, NOT_SURE]),
        "cars": st.sampled_from([3, 4, NOT_SURE]),
        "city": st.sampled_from(["north", "south", "west", NOT_SURE]),
    }
)


@settings(max_examples=40, deadline=None)
@given(TREES, st.lists(ANSWERS, min_size=8, max_size=8))
def test_the_form_of_a_condition_is_yes_no_or_unknown_when_the_condition_is(
    condition: str, cases: list[dict[str, object]]
) -> None:
    form = canonical(tree_of(condition))
    asked = statements([condition, form, f"not ({condition})", f"not ({form})"])
    for answers in cases:
        route = Scenario(ITEMS + asked).answer(**answers).route
        assert ("s0" in route, "s2" in route) == ("s1" in route, "s3" in route)
