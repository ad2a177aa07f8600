"""A manifest that everyone signed together, and changes to it; fixtures `world` and `body`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from store import DamagedStudy, Kind, Role
from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret
from store.trust import giving, manifest
from store.trust.entries import (
    Body,
    GivenKey,
    PersonEntry,
    Policy,
    Recovery,
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


def misgiven(body: Body, name: str, key: str, /, **changes: Any) -> Body:
    """The body with one key given as it was but for these fields."""
    return edited(
        body,
        name,
        keys=tuple(
            one.model_copy(update=changes) if one.key == key else one
            for one in body.person(name).keys
        ),
    )


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


def refused(world: World, body: Body, change: Change, words: str) -> None:
    """So changed and signed by an administrator, it is refused in one line with these words."""
    with pytest.raises(DamagedStudy, match=words) as told:
        read_back(world, change(world, body))
    assert "\n" not in str(told.value)
