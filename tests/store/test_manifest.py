"""Whose signatures count in a manifest: each made up in turn, the rest signed as it should be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from store import DamagedStudy, Kind, Role, UnknownPerson
from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret, Unopenable
from store.trust import giving, manifest
from store.trust import signers as trust
from store.trust.entries import (
    Body,
    GivenKey,
    PersonEntry,
    Policy,
    Recovery,
    next_name,
    pack,
    unpack,
)

STUDY = "0" * 32
KIND: Kind = "live"
AT = "2026-11-22T09:00:00.000Z"
WRAPS = {"1-2": b"a", "1-3": b"b", "2-3": b"c"}
PACKED = {pair: pack(wrap) for pair, wrap in WRAPS.items()}
ROLES: dict[str, tuple[Role, ...]] = {
    "ada": (Role.ADMINISTRATOR,),
    "bea": (Role.ADMINISTRATOR,),
    "dan": (Role.DATA_MANAGER,),
    "dot": (Role.DATA_MANAGER,),
    "tia": (Role.DATA_MANAGER,),
    "sue": (Role.SUPERVISOR,),
    "ina": (Role.INTERVIEWER,),
}


@dataclass
class World:
    """Everyone's secrets, and the body that they signed together."""

    sealing: dict[str, SealingSecret] = field(default_factory=dict)
    signing: dict[str, SigningSecret] = field(default_factory=dict)
    keys: dict[str, SealingSecret] = field(default_factory=dict)
    sheets: SigningSecret = field(default_factory=SigningSecret.generate)
    other_sheets: SigningSecret = field(default_factory=SigningSecret.generate)

    def id(self, name: str) -> str:
        """Ids that can be told apart by eye."""
        return f"{(*ROLES, 'eve').index(name):032x}"

    def signer(self, name: str) -> giving.Signer:
        """Who signs."""
        return self.id(name), self.signing[name]

    def public(self, name: str) -> PublicKeys:
        """What others know of them."""
        return PublicKeys(self.sealing[name].public, self.signing[name].public)

    def give(self, key: str, to: str, by: giving.Signer) -> GivenKey:
        """A key of the study, given."""
        return giving.give(STUDY, KIND, key, self.keys[key], self.id(to), self.public(to), by)

    def person(self, name: str, roles: tuple[Role, ...]) -> PersonEntry:
        """An entry; administrators are appointed by ada."""
        word = None
        if Role.ADMINISTRATOR in roles:
            message = giving.appointment(STUDY, KIND, self.id(name), self.public(name))
            word = pack(self.signing["ada"].sign(message))
        return PersonEntry(
            id=self.id(name),
            name=name,
            roles=roles,
            sealing=pack(self.sealing[name].public),
            signing=pack(self.signing[name].public),
            appointed_by=self.id("ada") if word else None,
            appointment=word,
        )

    def rehearsed(self, body: Body, by: str, sheets: SigningSecret | None = None) -> Recovery:
        """Sheets that ada and dan made and somebody tried."""
        public = (sheets or self.sheets).public
        made = giving.make_recovery(body, AT, public, WRAPS, self.signer("ada"), self.signer("dan"))
        return giving.rehearsed(body, made, AT, self.signer(by))


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    for name in (*ROLES, "eve"):
        made.sealing[name], made.signing[name] = SealingSecret.generate(), SigningSecret.generate()
    for key in ("data", "data.2", "data.3", "review"):
        made.keys[key] = SealingSecret.generate()
    return made


@pytest.fixture(scope="module")
def body(world: World) -> Body:
    """Dan was there from the founding, dan let dot in, recovery sheets let tia in."""
    made = Body(
        format=2,
        version=7,
        id=STUDY,
        title="Households",
        kind=KIND,
        founder=world.id("ada"),
        data_key=pack(world.keys["data"].public),
        founding=(world.id("dan"),),
        policy=Policy(memory_kib=65536, iterations=3, lanes=4),
        people=tuple(world.person(name, roles) for name, roles in ROLES.items()),
        instruments=(),
    )
    for key, by in (("data.2", ("ada", "dan")), ("review", ("bea", "dot"))):
        public = world.keys[key].public
        before = world.keys[made.data_key_name]
        two = (world.signer(by[0]), world.signer(by[1]))
        entry = giving.make_key(made, key, public, *two, before)
        made = made.model_copy(update={"keys": (*made.keys, entry)})
    dan = world.signer("dan")
    made = with_keys(made, "dan", world.give("data", "dan", world.signer("ada")))
    made = with_keys(made, "dan", *(world.give(key, "dan", dan) for key in ("data.2", "review")))
    made = with_keys(made, "dot", *(world.give(key, "dot", dan) for key in ("data", "data.2")))
    made = with_keys(made, "tia", world.give("data.2", "tia", ("recovery", world.sheets)))
    made = with_keys(made, "sue", world.give("review", "sue", world.signer("tia")))
    return giving.with_recovery(made, world.rehearsed(made, "dot"))


def edited(body: Body, name: str, /, **changes: Any) -> Body:
    """The body with another entry for someone."""
    people = (one.model_copy(update=changes) if one.name == name else one for one in body.people)
    return body.model_copy(update={"people": tuple(people)})


def with_keys(body: Body, name: str, *given: GivenKey) -> Body:
    """The body with more keys given to someone."""
    return edited(body, name, keys=(*body.person(name).keys, *given))


def instead(body: Body, name: str, given: GivenKey) -> Body:
    """The body with one key given otherwise."""
    kept = (given if one.key == given.key else one for one in body.person(name).keys)
    return edited(body, name, keys=tuple(kept))


def entry(body: Body, name: str, /, **changes: Any) -> Body:
    """The body with another entry for a key."""
    keys = (one.model_copy(update=changes) if one.name == name else one for one in body.keys)
    return body.model_copy(update={"keys": tuple(keys)})


def sheets(body: Body, **changes: Any) -> Body:
    """The body with other recovery sheets."""
    assert body.recovery is not None
    return body.model_copy(update={"recovery": body.recovery.model_copy(update=changes)})


def made_key(world: World, body: Body, name: str, administrator: str, manager: str) -> Body:
    """The body with a further key, or another under the same name."""
    before = body.model_copy(update={"keys": tuple(o for o in body.keys if o.name != name)})
    public = world.keys[name].public
    by = (world.signer(administrator), world.signer(manager))
    made = giving.make_key(before, name, public, *by, world.keys[before.data_key_name])
    return before.model_copy(update={"keys": (*before.keys, made)})


def read_back(world: World, body: Body, signer: str = "ada") -> Body:
    """Signed by an administrator, written, read."""
    signed = manifest.sign(body, world.id(signer), world.signing[signer])
    return manifest.read(manifest.write(signed)).body


def flipped(text: str) -> str:
    """The same bytes but for one bit."""
    raw = bytearray(unpack(text))
    raw[len(raw) // 2] ^= 4
    return pack(bytes(raw))


def given(body: Body, name: str, key: str) -> GivenKey:
    """What someone was given."""
    found = body.person(name).given(key)
    assert found is not None
    return found


Change = Callable[[World, Body], Body]

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

FAILS: dict[str, tuple[Change, str]] = {
    "data manager by role alone": (
        lambda w, b: edited(b, "ina", roles=(Role.DATA_MANAGER,)),
        "made ina a data manager",
    ),
    "given by an administrator": (
        lambda w, b: instead(b, "dot", w.give("data", "dot", w.signer("bea"))),
        "given to dot",
    ),
    "given by a supervisor": (
        lambda w, b: instead(b, "dot", w.give("data", "dot", w.signer("sue"))),
        "given to dot",
    ),
    "a later key given by the founder": (
        lambda w, b: instead(b, "dot", w.give("data.2", "dot", w.signer("ada"))),
        "given to dot",
    ),
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
    "given by someone unknown": (
        lambda w, b: instead(b, "dot", w.give("data", "dot", w.signer("eve"))),
        "given to dot",
    ),
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
        lambda w, b: instead(
            b,
            "dot",
            given(b, "dot", "data").model_copy(
                update={"wrap": flipped(given(b, "dot", "data").wrap)}
            ),
        ),
        "given to dot",
    ),
    "one key under the name of another": (
        lambda w, b: instead(
            b, "dot", given(b, "dot", "data").model_copy(update={"key": "data.2"})
        ),
        "given to dot",
    ),
    "another signature": (
        lambda w, b: instead(
            b,
            "dot",
            given(b, "dot", "data").model_copy(
                update={"signature": flipped(given(b, "dot", "data").signature)}
            ),
        ),
        "given to dot",
    ),
    "a signature that is none": (
        lambda w, b: instead(
            b, "dot", given(b, "dot", "data").model_copy(update={"signature": "!"})
        ),
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
        lambda w, b: instead(
            b,
            "dot",
            given(b, "dot", "data.2").model_copy(update={"by": "format 1", "signature": ""}),
        ),
        "given to dot",
    ),
    "as of format 1, with a signature": (
        lambda w, b: instead(
            b, "dot", given(b, "dot", "data").model_copy(update={"by": "format 1"})
        ),
        "given to dot",
    ),
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
    "two of one name": (lambda w, b: edited(b, "ina", name="sue"), "names are not distinct"),
}


@pytest.mark.parametrize("what", HOLDS)
def test_what_was_signed_by_those_who_may_holds(world: World, body: Body, what: str) -> None:
    changed = HOLDS[what](world, body)
    assert read_back(world, changed) == changed


@pytest.mark.parametrize("what", FAILS)
def test_what_was_signed_by_nobody_who_may_is_refused(world: World, body: Body, what: str) -> None:
    change, words = FAILS[what]
    with pytest.raises(DamagedStudy, match=words) as told:
        read_back(world, change(world, body))
    assert "\n" not in str(told.value)


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
