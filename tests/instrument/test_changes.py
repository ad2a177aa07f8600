"""What differs between two versions by what is written: everything, and nothing else."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from instrument import Instrument, PartialDate, read_files
from instrument.changes import WITHOUT_A_NAME, Change, Changes, compare
from instrument.conditions.nodes import names_read
from instrument.models import Expression, Fill, Kind, Measure, Sensitivity, Text
from instrument.normal import fingerprint
from instrument.values import Duration
from skips.proof.constants import expressions
from tests.cati.travel import TRAVEL, travel
from tests.instrument.household import changed, files, household
from tests.strategies import Maker
from tests.versions import another_version, remade

SAID = {
    "nothing": ("", "", {}),
    "words of a question": (
        "How many people live here?",
        "How many persons live here?",
        {"size": {"reworded: the question"}},
    ),
    "the label of a choice": (
        "label: Owned",
        "label: Owned or mortgaged",
        {"tenure": {"reworded: the label of 'owned'"}},
    ),
    "a code": (
        "name: dog, code: 1",
        "name: dog, code: 7",
        {"pets": {"recoded: the code of 'dog'"}},
    ),
    "the name of a choice": (
        "name: dog, code: 1",
        "name: hound, code: 1",
        {"pets": {"recoded: the name of a choice"}},
    ),
    "the order of choices": (
        "      - {name: dog, code: 1, label: Dog}\n      - {name: cat, code: 2, label: Cat}\n",
        "      - {name: cat, code: 2, label: Cat}\n      - {name: dog, code: 1, label: Dog}\n",
        {"pets": {"reworded: the order of the choices"}},
    ),
    "a range": ("range: 1..20", "range: 1..30", {"size": {"recoded: the limits"}}),
    "a universe": (
        "ask_if: age >= 16",
        "ask_if: age >= 18",
        {"works": {"new universe: asked if"}},
    ),
    "spaces in a condition": ("ask_if: age >= 16", "ask_if: age  >=  16", {}),
    "a hard check": (
        "      - {hard: size >= 1, say: Somebody must live here.}\n",
        "",
        {"size": {"other checks: check"}},
    ),
    "what a check says": (
        "Somebody must live here.",
        "Nobody lives there?",
        {"size": {"other checks: what a check says"}},
    ),
    "a computed value": (
        "as: size > 5 and",
        "as: size > 6 and",
        {"crowded": {"recoded: worked out as"}},
    ),
    "the rows of a roster": (
        "at_most: 5",
        "at_most: 6",
        {"people": {"recoded: its rows"}},
    ),
    "a missing reason": (
        "no_missing: [declined]",
        "no_missing: [declined, not_sure]",
        {"pets": {"recoded: the reason 'not_sure' is no longer accepted"}},
    ),
    "a unit": ("unit: dollars", "unit: euros", {"rent": {"recoded: the unit"}}),
    "a mode": (
        "ask: Home by when?, modes: [interview]}",
        "ask: Home by when?}",
        {"home_by": {"new universe: asked in the mode record"}},
    ),
    "a kind": ("question: story\n    kind: long_text", "", None),
    "an instruction": (
        "instruct: Read the list.",
        "instruct: Read them all.",
        {"tenure": {"other guidance: the instruction"}},
    ),
    "a label": (
        "label: Pets\n",
        "label: Animals\n",
        {"pets": {"documented otherwise: the label"}},
    ),
    "a question that is gone": (
        "  - {question: story, kind: long_text, label: Story, ask: What else?, max_length: 500}\n",
        "",
        {"story": {"dropped: a question of the kind long_text"}},
    ),
}


def said(found: Changes) -> dict[str, set[str]]:
    """Each item that differs, with its changes and what they are of."""
    return {
        item.name: {f"{one.change}: {one.what}" for one in item.differences}
        for item in found.items
        if item.differences
    }


@pytest.mark.parametrize("case", [name for name, one in SAID.items() if one[2] is not None])
def test_each_edit_is_told_and_nothing_else(case: str) -> None:
    old, new, expected = SAID[case]
    found = compare(household(), read_files(changed(old, new) if old else files()))
    assert said(found) == expected
    assert not found.header
    assert found.same is (expected == {})


def test_both_ways_are_told_alike() -> None:
    whole = files()
    other = whole | {
        "home.yaml": whole["home.yaml"].replace(b"code: 2, label: Cat", b"code: 5, label: Tom")
    }
    there = compare(household(), read_files(other))
    back = compare(read_files(other), household())
    assert said(there) == said(back)
    assert [str(one) for item in there.items for one in item.differences] == [
        "the code of 'cat': 2 -> 5",
        'the label of \'cat\': "Cat" -> "Tom"',
    ]


def test_a_new_name_is_proposed_and_followed_into_conditions_when_it_is_said() -> None:
    whole = {name: content.replace(b"tenure", b"holding") for name, content in files().items()}
    whole["instrument.yaml"] = files()["instrument.yaml"]
    whole["home.yaml"] = whole["home.yaml"].replace(b"choices: holdings", b"choices: tenures")
    renamed = read_files(whole)
    unsaid = compare(household(), renamed)
    assert [(one.old, one.new) for one in unsaid.likely] == [
        ("tenure", "holding"),
        ("tenure_specify", "holding_specify"),
    ]
    assert said(unsaid)["crowded"] == {"recoded: worked out as"}
    told = compare(household(), renamed, {"tenure": "holding", "tenure_specify": "holding_specify"})
    assert said(told) == {}
    assert [item.name for item in told.items if item.renamed] == ["holding", "holding_specify"]
    assert not told.same
    assert told.likely == ()


def test_two_items_that_change_names_are_not_taken_for_each_other() -> None:
    old = read_files(changed("question: story", "question: street2"))
    swapped = files()["people.yaml"].replace(b"question: story", b"question: street ")
    swapped = swapped.replace(b"question: street\n", b"question: street2\n")
    new = read_files(files() | {"people.yaml": swapped})
    assert said(compare(old, new))["street"] >= {"recoded: the kind"}
    assert said(compare(old, new, {"street": "street2", "street2": "street"})) == {}


def test_a_dropped_name_is_another_question() -> None:
    new = read_files(changed("ask: Which street?", "ask: Which town?"))
    assert set(said(compare(household(), new))) == {"street"}
    found = [one for one in compare(household(), new, {}, ["street"]).items if one.differences]
    assert [(one.old is None, one.new is None) for one in found] in (
        [(False, True), (True, False)],
        [(True, False), (False, True)],
    )


def test_as_few_items_as_possible_are_said_to_have_moved() -> None:
    whole = files()["people.yaml"].decode()
    lines = whole.splitlines(keepends=True)
    story = next(one for one in lines if "question: story" in one)
    at = whole.index("  - question: moved")
    moved = whole.replace(story, "")
    new = read_files(files() | {"people.yaml": (moved[:at] + story + moved[at:]).encode()})
    assert said(compare(household(), new)) == {
        "story": {"moved: stands at another place in its section"}
    }


def test_what_a_condition_reads_makes_its_item_worth_a_proof() -> None:
    new = read_files(changed("ask_if: size >= 2", "ask_if: size >= 3"))
    found = {item.name: item.rewritten for item in compare(household(), new).items}
    assert found["tenure"] is False
    assert found["age"] is True
    assert found["story"] is True


# --- nothing is missed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instrument", "step"), [(household(), 1), (travel(), 2)], ids=["household", "travel"]
)
def test_control_no_planted_change_of_any_field_is_missed(
    instrument: Instrument, step: int
) -> None:
    tried = [
        (place, mutant)
        for place, mutant in islice(mutants(instrument), 0, None, step)
        if fingerprint(mutant) != fingerprint(instrument) and is_whole(mutant)
    ]
    assert len(tried) > 200
    found = {place: compare(instrument, mutant) for place, mutant in tried}
    assert [place for place, one in found.items() if one.same] == []
    assert [place for place, mutant in tried[::20] if compare(mutant, instrument).same] == []
    # What has no name of its own changes nothing that anybody sees.
    nameless = [place for place, one in found.items() if one.header == (WITHOUT_A_NAME,)]
    assert [place for place in nameless if not re.search(_UNSEEN, place)] == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_two_versions_are_the_same_when_their_normal_forms_are(seed: int) -> None:
    rng = Random(seed)
    old = Maker(rng).instrument()
    new = remade(another_version(rng, old).instrument, version=old.version)
    assert compare(old, new).same == (fingerprint(old) == fingerprint(new))
    assert compare(old, remade(old, title=old.title)).same


def is_whole(instrument: Instrument) -> bool:
    """Whether everything that its conditions read is there."""
    read = {name for one in expressions(instrument) for name in names_read(one.tree)}
    return read <= set(instrument.items)


_UNSEEN = re.compile(r"(^\.record_modes|read_choices|shuffle|checks\[.*\]\.name)$")
"""Settings of what is not there (choices, modes), and names that follow from those of items."""
_KEPT_AS_IT_IS = frozenset({"source", "fingerprint", "raw", "number", "of"})
"""Fields without meaning of their own."""


def mutants(part: Any, place: str = "") -> Iterator[tuple[str, Any]]:  # noqa: C901 - a table
    """A part with one field changed, for each field of it and of what is below it."""
    match part:
        case Expression():
            return
        case Text():
            yield place, remade(part, raw=part.raw + "!", pieces=(*part.pieces, "!"))
            for code, other in part.translations.items():
                for where, made in mutants(other, f"{place}.{code}"):
                    there = MappingProxyType({**part.translations, code: made})
                    yield where, remade(part, translations=there)
        case Fill():
            return
        case BaseModel():
            for name in type(part).model_fields:
                if name not in _KEPT_AS_IT_IS:
                    for where, made in mutants(getattr(part, name), f"{place}.{name}"):
                        yield where, remade(part, **{name: made})
        case tuple() if part and isinstance(part[0], BaseModel | str):
            yield f"{place} without its last", part[:-1]
            for at, one in enumerate(part):
                for where, made in mutants(one, f"{place}[{getattr(one, 'name', at)}]"):
                    yield where, (*part[:at], made, *part[at + 1 :])
        case MappingProxyType():
            for key, one in part.items():
                for where, made in mutants(one, f"{place}[{key}]"):
                    yield where, MappingProxyType({**part, key: made})
        case bool():
            yield place, not part
        case Kind() | Measure() | Sensitivity():
            yield place, next(one for one in type(part) if one is not part)
        case int() | Decimal():
            yield place, part + 1
        case PartialDate():
            yield place, PartialDate(part.year + 1)
        case Duration():
            yield place, Duration(part.amount + 1, part.unit)
        case "hard" | "soft":
            yield place, "soft" if part == "hard" else "hard"
        case str():
            yield place, f"{part}_x" if part else "x"
        case frozenset():
            yield place, frozenset() if part else frozenset({"not_sure"})
        case _:
            return


def test_the_travel_survey_says_its_grids_and_translations() -> None:
    going = TRAVEL["going.yaml"].replace("¿Desde cuándo?", "¿Desde qué día?")
    reasons = TRAVEL["reasons.yaml"].replace("when you choose how to travel?", "when you travel?")
    whole = {**TRAVEL, "going.yaml": going, "reasons.yaml": reasons}
    new = read_files({name: text.encode() for name, text in whole.items()})
    found = said(compare(travel(), new))
    assert found.pop("since") == {"reworded: the question, translated"}
    assert set(found) == {
        f"weight_{one}" for one in ("price", "time", "comfort", "weather", "others")
    }
    assert all(one == {"reworded: what is read before the grid"} for one in found.values())


def test_every_kind_of_change_is_one_that_some_edit_makes() -> None:
    made = {
        one.split(":")[0]
        for case in SAID.values()
        for told in (case[2] or {}).values()
        for one in told
    }
    assert made | {"new", "moved"} == {str(one) for one in Change}
