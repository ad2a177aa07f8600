"""Letting someone in: their keys are made here, a key file for them and an entry for everyone."""

import contextlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret
from store.crypto.keystore import Bundle, write_key_file
from store.crypto.passphrase import require_strong
from store.errors import InvalidInput, NotAllowed
from store.files import file_errors, sync_folder
from store.record import audit
from store.record.audit import Deed
from store.trust import giving
from store.trust.entries import DATA, REVIEW, Body, GivenKey, PersonEntry, pack
from store.trust.giving import Signer
from store.trust.roles import Role
from store.values import NewPerson

if TYPE_CHECKING:
    from store.access import Access
    from store.study import Study

_NAME = re.compile(r"[a-z][a-z0-9_-]{1,31}")


@dataclass(frozen=True)
class Enrollment:
    """A new entry, and a new key file that waits beside its place."""

    entry: PersonEntry
    waiting: Path
    path: Path

    def put_in_place(self) -> None:
        """The new key file replaces the one before, if there was one."""
        with file_errors(self.path.name):
            self.waiting.replace(self.path)
            sync_folder(self.path.parent)

    def discard(self) -> None:
        """Leave no key file of someone who was not let in."""
        with contextlib.suppress(OSError):
            self.waiting.unlink(missing_ok=True)


def enroll(access: "Access", person: NewPerson, giver: "Access | None" = None) -> Enrollment:
    """Make someone's keys and give them the keys of the study that their roles take.

    Args:
        access: the administrator, who appoints administrators.
        person: whom to let in.
        giver: the data manager who gives; needed where there is something to give.
    """
    study = access.study
    person_id = secrets.token_hex(16)
    pinned = access.keys
    bundle = Bundle(
        SealingSecret.generate(), SigningSecret.generate(), pinned.founder, pinned.data_key
    )
    path = study.key_path(person.name)
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        given = give_all(study.body, person.roles, person_id, bundle.public, giver)
        appointer = (access.entry.id, access.keys.signing)
        entry = make_entry(person, person_id, bundle.public, study.id, study.kind, appointer, given)
        cost = study.body.policy.cost
        write_key_file(waiting, study.owner(person_id), bundle, person.passphrase, cost, 1)
    finally:
        bundle.wipe()
    return Enrollment(entry, waiting, path)


def keys_for(body: Body, roles: frozenset[Role]) -> tuple[str, ...]:
    """Names of the keys of the study that these roles take, oldest first in each family."""
    families: list[str] = [DATA] if Role.DATA_MANAGER in roles else []
    if roles & {Role.DATA_MANAGER, Role.SUPERVISOR}:
        families.append(REVIEW)
    return tuple(name for family in families for name in body.key_names(family))


def give_all(
    body: Body,
    roles: frozenset[Role],
    person_id: str,
    public: PublicKeys,
    giver: "Access | None",
    has: frozenset[str] = frozenset(),
) -> tuple[GivenKey, ...]:
    """What someone with these roles is to be given and does not have.

    Raises:
        NotAllowed: nobody is there who holds it.
    """
    needed = [name for name in keys_for(body, roles) if name not in has]
    if not needed:
        return ()
    held = {} if giver is None else giver.secrets
    if giver is None or not set(needed) <= set(held):
        raise NotAllowed(
            "Only a data manager who holds the keys of the study can pass on the data key or the "
            "review key, which this takes: one has to be present and confirm it."
        )
    by = (giver.entry.id, giver.keys.signing)
    return tuple(
        giving.give(body.id, body.kind, name, held[name], person_id, public, by) for name in needed
    )


def require_complete(body: Body, person: PersonEntry) -> None:
    """Raise NotAllowed when a key was made since this person's keys were given."""
    if not set(keys_for(body, frozenset(person.roles))) <= {given.key for given in person.keys}:
        raise NotAllowed("The keys of the study were changed at this moment: repeat.")


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


def require_free(body: Body, name: str) -> None:
    """Raise InvalidInput when someone who was not removed has the name."""
    if any(person.name == name and not person.is_gone for person in body.people):
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
    public: PublicKeys,
    study: str,
    kind: str,
    appointer: Signer,
    keys: tuple[GivenKey, ...] = (),
) -> PersonEntry:
    """A person's entry in the manifest, with the appointment and the keys that they are given."""
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
