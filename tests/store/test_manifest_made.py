"""Who made keys and recovery sheets: each made up in turn, the rest signed as it should be."""

import pytest

from store import Role
from store.trust.entries import Body, pack
from tests.store.manifests import (
    PACKED,
    Change,
    World,
    edited,
    entry,
    made_key,
    refused,
    sheets,
)

FAILS: dict[str, tuple[Change, str]] = {
    "a key made by a data manager alone": (
        lambda w, b: made_key(w, b, "review", "dan", "dan"),
        "key review was not made",
    ),
    "a key made by an administrator alone": (
        lambda w, b: made_key(w, b, "review", "ada", "ada"),
        "key review was not made",
    ),
    "another public half": (
        lambda w, b: entry(b, "data.2", public=pack(w.keys["data.3"].public)),
        "key data.2 was not made",
    ),
    "a public half that is none": (lambda w, b: entry(b, "data.2", public="AAAA"), "public key"),
    "the two signatures of a key exchanged": (
        lambda w, b: entry(
            b,
            "data.2",
            made_signature=b.keys[0].given_signature,
            given_signature=b.keys[0].made_signature,
        ),
        "key data.2 was not made",
    ),
    "a key under another name": (lambda w, b: entry(b, "data.2", name="review.2"), "key review.2"),
    "a key left out": (
        lambda w, b: made_key(w, b.model_copy(update={"keys": b.keys[1:]}), "data.3", "ada", "dan"),
        "numbered",
    ),
    "a key twice": (lambda w, b: b.model_copy(update={"keys": (*b.keys, b.keys[0])}), "numbered"),
    "another first data key": (
        lambda w, b: b.model_copy(update={"data_key": pack(w.keys["data.3"].public)}),
        "key data.2 was not made",
    ),
    "an administrator by role alone": (
        lambda w, b: made_key(
            w, edited(b, "sue", roles=(Role.ADMINISTRATOR, Role.SUPERVISOR)), "review", "sue", "dan"
        ),
        "key review was not made",
    ),
    "a former administrator who is not said to be one": (
        lambda w, b: edited(b, "bea", roles=(Role.SUPERVISOR,)),
        "key review was not made",
    ),
    "sheets made by one person": (lambda w, b: sheets(b, made_by=w.id("dan")), "sheets"),
    "sheets given by an administrator": (lambda w, b: sheets(b, given_by=w.id("ada")), "sheets"),
    "sheets with another wrap": (
        lambda w, b: sheets(b, wraps={**PACKED, "1-2": pack(b"x")}),
        "sheets were not made",
    ),
    "sheets with two wraps exchanged": (
        lambda w, b: sheets(b, wraps={**PACKED, "1-2": pack(b"b"), "1-3": pack(b"a")}),
        "sheets were not made",
    ),
    "sheets with a pair missing": (
        lambda w, b: sheets(b, wraps={"1-2": pack(b"a"), "1-3": pack(b"b")}),
        "two of three",
    ),
    "sheets for the review key": (lambda w, b: sheets(b, key="review"), "two of three"),
    "sheets for no key": (lambda w, b: sheets(b, key="data.7"), "does not have"),
    "sheets for the key before": (lambda w, b: sheets(b, key="data"), "sheets were not made"),
    "sheets of another day": (lambda w, b: sheets(b, made_at="2026-11-23T09:00:00Z"), "sheets"),
    "a rehearsal without a signature": (
        lambda w, b: sheets(b, rehearsed_signature=None),
        "rehearsal",
    ),
    "a rehearsal by an interviewer": (
        lambda w, b: b.model_copy(update={"recovery": w.rehearsed(b, "ina")}),
        "rehearsal",
    ),
    "a rehearsal of another day": (
        lambda w, b: sheets(b, rehearsed_at="2026-11-23T09:00:00Z"),
        "rehearsal",
    ),
}


@pytest.mark.parametrize("what", FAILS)
def test_what_was_not_made_by_those_who_may_is_refused(world: World, body: Body, what: str) -> None:
    refused(world, body, *FAILS[what])
