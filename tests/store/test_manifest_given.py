"""Who gave a key of the study to whom: each made up in turn, the rest signed as it should be."""

import pytest

from store import Role
from store.trust.entries import Body
from tests.store.manifests import (
    Change,
    World,
    edited,
    flipped,
    given,
    instead,
    misgiven,
    refused,
    with_keys,
)


def by(giver: str, key: str = "data") -> Change:
    """dot was given a key by this person."""
    return lambda w, b: instead(b, "dot", w.give(key, "dot", w.signer(giver)))


FAILS: dict[str, tuple[Change, str]] = {
    "data manager by role alone": (
        lambda w, b: edited(b, "ina", roles=(Role.DATA_MANAGER,)),
        "made ina a data manager",
    ),
    "given by an administrator": (by("bea"), "given to dot"),
    "given by a supervisor": (by("sue"), "given to dot"),
    "a later key given by the founder": (by("ada", "data.2"), "given to dot"),
    "given by oneself": (
        lambda w, b: edited(b, "dot", keys=(w.give("data", "dot", w.signer("dot")),)),
        "key review was not made",
    ),
    "given by one another": (
        lambda w, b: edited(
            edited(b, "dot", keys=(w.give("data", "dot", w.signer("tia")),)),
            "tia",
            keys=(w.give("data", "tia", w.signer("dot")),),
        ),
        "a data manager",
    ),
    "given by someone unknown": (by("eve"), "given to dot"),
    "given to an interviewer": (
        lambda w, b: with_keys(b, "ina", w.give("data", "ina", w.signer("dan"))),
        "given to ina",
    ),
    "the data key given to a supervisor": (
        lambda w, b: with_keys(b, "sue", w.give("data", "sue", w.signer("dan"))),
        "given to sue",
    ),
    "what was given to someone else": (
        lambda w, b: instead(b, "dot", given(b, "dan", "data.2")),
        "given to dot",
    ),
    "another wrap": (
        lambda w, b: misgiven(b, "dot", "data", wrap=flipped(given(b, "dot", "data").wrap)),
        "given to dot",
    ),
    "one key under the name of another": (
        lambda w, b: instead(
            b, "dot", given(b, "dot", "data").model_copy(update={"key": "data.2"})
        ),
        "given to dot",
    ),
    "another signature": (
        lambda w, b: misgiven(
            b, "dot", "data", signature=flipped(given(b, "dot", "data").signature)
        ),
        "given to dot",
    ),
    "a signature that is none": (
        lambda w, b: misgiven(b, "dot", "data", signature="!"),
        "given to dot",
    ),
    "a key that the study does not have": (
        lambda w, b: with_keys(b, "dot", w.give("data.3", "dot", w.signer("dan"))),
        "given to dot",
    ),
    "a key given twice": (
        lambda w, b: with_keys(b, "dot", given(b, "dot", "data")),
        "twice",
    ),
    "by other sheets": (
        lambda w, b: instead(b, "tia", w.give("data.2", "tia", ("recovery", w.other_sheets))),
        "tia",
    ),
    "by sheets that are gone": (
        lambda w, b: b.model_copy(update={"recovery": None}),
        "tia",
    ),
    "as of format 1, for a later key": (
        lambda w, b: misgiven(b, "dot", "data.2", by="format 1", signature=""),
        "given to dot",
    ),
    "as of format 1, with a signature": (
        lambda w, b: misgiven(b, "dot", "data", by="format 1"),
        "given to dot",
    ),
}


@pytest.mark.parametrize("what", FAILS)
def test_a_key_that_nobody_who_may_gave_is_refused(world: World, body: Body, what: str) -> None:
    refused(world, body, *FAILS[what])
