"""Whose signatures count in a manifest, and what it tells of people and keys."""

from datetime import date

import pytest

from store import DamagedStudy, Role, UnknownPerson
from store.crypto.keys import Unopenable
from store.trust import giving
from store.trust import signers as trust
from store.trust.entries import Body, next_name
from tests.store.manifests import (
    ROLES,
    Change,
    World,
    edited,
    given,
    made_key,
    read_back,
    refused,
    sheets,
)

HOLDS: dict[str, Change] = {
    "as it is": lambda w, b: b,
    "the giver was removed since": lambda w, b: edited(b, "dan", status="removed"),
    "the giver is no data manager any more": lambda w, b: edited(
        b, "dan", roles=(Role.SUPERVISOR,), former_roles=(Role.DATA_MANAGER,)
    ),
    "the administrator who made a key left": lambda w, b: edited(b, "bea", status="removed"),
    "and is a supervisor now": lambda w, b: edited(
        b, "bea", roles=(Role.SUPERVISOR,), former_roles=(Role.ADMINISTRATOR,)
    ),
    "a name is used again": lambda w, b: b.model_copy(
        update={
            "people": (
                *edited(b, "ina", status="removed").people,
                w.person("eve", (Role.SUPERVISOR,)).model_copy(update={"name": "ina"}),
            )
        }
    ),
    "new sheets, and the old ones let tia in": lambda w, b: giving.with_recovery(
        b, w.rehearsed(b, "ada", w.other_sheets)
    ),
    "sheets that were not tried": lambda w, b: sheets(
        b, rehearsed_at=None, rehearsed_by=None, rehearsed_signature=None
    ),
    "a third data key": lambda w, b: made_key(w, b, "data.3", "bea", "tia"),
}


@pytest.mark.parametrize("what", HOLDS)
def test_what_was_signed_by_those_who_may_holds(world: World, body: Body, what: str) -> None:
    changed = HOLDS[what](world, body)
    assert read_back(world, changed) == changed


def test_two_of_one_name_are_refused(world: World, body: Body) -> None:
    refused(world, body, lambda _, b: edited(b, "ina", name="sue"), "names are not distinct")


@pytest.mark.parametrize("status", ["suspended", "removed", "replaced"])
def test_who_takes_no_part_signs_no_manifest(world: World, body: Body, status: str) -> None:
    assert read_back(world, body, "bea") == body
    with pytest.raises(DamagedStudy, match="no administrator"):
        read_back(world, edited(body, "bea", status=status), "bea")


def test_who_lost_the_role_signs_no_manifest(world: World, body: Body) -> None:
    lost = edited(body, "bea", roles=(Role.SUPERVISOR,), former_roles=(Role.ADMINISTRATOR,))
    with pytest.raises(DamagedStudy, match="no administrator"):
        read_back(world, lost, "bea")
    with pytest.raises(DamagedStudy, match="no administrator"):
        read_back(world, body, "dan")


def test_a_given_key_opens_for_its_person_and_no_other(world: World, body: Body) -> None:
    dan, dot = body.person("dan"), body.person("dot")
    opened = giving.open_given(body, dot, given(body, "dot", "data.2"), world.sealing["dot"])
    assert opened.raw == world.keys["data.2"].raw
    for person, key, own in (
        (dot, given(body, "dot", "data.2"), "dan"),
        (dan, given(body, "dot", "data.2"), "dot"),
        (dot, given(body, "dot", "data").model_copy(update={"key": "data.2"}), "dot"),
        (dot, given(body, "dot", "data").model_copy(update={"key": "data.3"}), "dot"),
    ):
        with pytest.raises(Unopenable):
            giving.open_given(body, person, key, world.sealing[own])


def test_what_a_body_tells_of_people_and_keys(world: World, body: Body) -> None:
    assert (body.data_key_name, body.review_key_name) == ("data.2", "review")
    assert (next_name(body, "data"), next_name(body, "review")) == ("data.3", "review.2")
    assert body.public_key("data.2") == world.keys["data.2"].public
    with pytest.raises(KeyError):
        body.public_key("data.3")
    assert trust.managers(body) == {world.id(name) for name in ("dan", "dot", "tia")}
    last = edited(edited(body, "dan", expires="2026-11-22"), "dot", status="suspended")
    names = [one.name for one in last.active(Role.DATA_MANAGER)]
    assert names == ["dan", "tia"]
    day = date(2026, 11, 22)
    assert [one.name for one in last.active(Role.DATA_MANAGER, day)] == names
    assert [one.name for one in last.active(Role.DATA_MANAGER, date(2026, 11, 23))] == ["tia"]
    assert len(last.active()) == len(ROLES) - 1
    gone = edited(body, "ina", status="removed")
    assert gone.person("ina").is_gone
    with pytest.raises(UnknownPerson):
        gone.person("nobody")
