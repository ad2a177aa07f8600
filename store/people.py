"""People of a study: adding one, and changing one's own passphrase."""

import re
import secrets
from typing import TYPE_CHECKING

from store import audit, giving
from store.audit import Deed
from store.entries import Body, GivenKey, PersonEntry, pack
from store.errors import InvalidInput, NotAllowed
from store.giving import Signer
from store.keys import SealingSecret, SigningSecret
from store.keystore import Bundle, write_key_file
from store.passphrase import require_strong
from store.roles import Role
from store.values import NewPerson

if TYPE_CHECKING:
    from store.study import Study

_NAME = re.compile(r"[a-z][a-z0-9_-]{1,31}")


def add_person(
    study: "Study",
    actor: str,
    keys: Bundle,
    secrets_held: dict[str, SealingSecret],
    person: NewPerson,
) -> None:
    """Write a key file for someone and put them into the manifest; see `Access.add_person`."""
    require_valid_person(person)
    if Role.DATA_MANAGER in person.roles and not secrets_held:
        raise NotAllowed(
            "You may not add a data manager: that takes an administrator who is also a data "
            "manager, since only a data manager can pass on the data key."
        )
    _require_new(study.body, person.name)
    person_id = secrets.token_hex(16)
    bundle = Bundle(SealingSecret.generate(), SigningSecret.generate(), keys.founder, keys.data_key)
    path, owner = study.key_path(person.name), study.owner(person_id)
    try:
        # Without an entry in the manifest the file is of no use; so it may be written first.
        write_key_file(path, owner, bundle, person.passphrase, study.body.policy.cost, generation=1)
        entry = make_entry(
            person,
            person_id,
            bundle,
            study.id,
            study.kind,
            (actor, keys.signing),
            tuple(
                giving.give(
                    study.id,
                    study.kind,
                    name,
                    secret,
                    person_id,
                    bundle.public,
                    (actor, keys.signing),
                )
                for name, secret in secrets_held.items()
                if Role.DATA_MANAGER in person.roles
            ),
        )
    finally:
        bundle.wipe()

    def change(body: Body) -> Body:
        _require_new(body, person.name)
        return body.model_copy(update={"people": (*body.people, entry)})

    study.change(change, actor, keys.signing, Deed.PERSON_ADDED, person_id)


def change_passphrase(
    study: "Study", person: PersonEntry, keys: Bundle, old: str, new: str
) -> None:
    """Write the person's key file anew; see `Access.change_passphrase`."""
    require_strong(new)
    bundle, cost, generation = study.open_keys(person, old)
    try:
        with study.database.write() as connection:
            audit.record(
                connection,
                study.body,
                person.id,
                keys.signing,
                Deed.PASSPHRASE_CHANGED,
                person.id,
                study.now(),
            )
            path, owner = study.key_path(person.name), study.owner(person.id)
            write_key_file(path, owner, bundle, new, cost, generation + 1)
    finally:
        bundle.wipe()


def _require_new(body: Body, name: str) -> None:
    if any(person.name == name for person in body.people):
        raise InvalidInput(f"There is already someone called {name}: choose another name.")


def require_valid_person(person: NewPerson) -> None:
    """Raise InvalidInput unless name, roles and passphrase can be used."""
    if not _NAME.fullmatch(person.name):
        raise InvalidInput(
            "A name is a small letter followed by 1 to 31 small letters, digits, - or _: "
            "choose another name."
        )
    if not person.roles:
        raise InvalidInput(f"{person.name} needs at least one role.")
    require_strong(person.passphrase)


def make_entry(
    person: NewPerson,
    person_id: str,
    bundle: Bundle,
    study: str,
    kind: str,
    appointer: Signer,
    keys: tuple[GivenKey, ...] = (),
) -> PersonEntry:
    """A person's entry in the manifest, with the appointment and the keys that they are given."""
    public = bundle.public
    is_administrator = Role.ADMINISTRATOR in person.roles
    message = giving.appointment(study, kind, person_id, public)
    return PersonEntry(
        id=person_id,
        name=person.name,
        roles=tuple(sorted(person.roles)),
        sealing=pack(public.sealing),
        signing=pack(public.signing),
        appointed_by=appointer[0] if is_administrator else None,
        appointment=pack(appointer[1].sign(message)) if is_administrator else None,
        keys=keys,
    )
