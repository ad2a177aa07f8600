"""Letting people in with recovery sheets, where nobody is left who could do it with their keys."""

import secrets
from datetime import date
from typing import TYPE_CHECKING

from store.crypto.keys import SealingSecret, SigningSecret
from store.crypto.keystore import Bundle, write_key_file
from store.crypto.sheets import Recovered
from store.errors import NotAllowed
from store.record.audit import Deed
from store.team.enrolling import Enrollment, make_entry, require_free, require_valid_person
from store.team.recovery import open_sheets
from store.trust import giving, tenure
from store.trust.entries import DATA, RECOVERY, Body, PersonEntry, family_of
from store.trust.giving import Signer
from store.trust.manifest import damaged
from store.trust.roles import Action, Role, require
from store.values import NewPerson

if TYPE_CHECKING:
    from store.study import Study


def take_over(study: "Study", name: str, passphrase: str, first: str, second: str) -> None:
    """Put a new administrator in the place of the only one, who is lost, with two sheets.

    They take over the roles of the one before, and the keys of the study if no other data manager
    takes part. Who does this must have compared the study's fingerprint with the printed one:
    nobody's key file vouches for it here.

    Args:
        study: open; nobody has to be unlocked.
        name: login name of the new administrator; may be that of the one before.
        passphrase: theirs.
        first: the text of one sheet.
        second: the text of another.

    Raises:
        NotAllowed: there is more than one administrator, so another of them can help; or somebody
            who does something else takes part under that name.
        InvalidInput: sheets mistyped or of another set; name or passphrase unusable.
    """
    today = study.today()
    _require_role(study.body, name)
    before = _only_administrator(study.body, today)
    person = NewPerson(name, _roles(study.body, before, today), passphrase)
    require_valid_person(person)
    _require_name(study.body, before, name)
    opened = open_sheets(study.body, first, second)
    try:
        made, signing = enroll_by_sheets(study, person, opened, (RECOVERY, opened.signing))
    finally:
        opened.wipe()

    def change(body: Body) -> Body:
        _require_role(body, name)
        _only_administrator(body, today)
        _require_name(body, before, name)
        people = tuple(
            one.model_copy(update={"status": "replaced"}) if one.id == before.id else one
            for one in body.people
        )
        return body.model_copy(update={"people": (*people, made.entry)})

    try:
        who = f"{before.id}/{made.entry.id}"
        about = tenure.about_roles(who, (), made.entry.roles, made.entry)
        study.change(change, made.entry.id, signing, Deed.SHEETS_USED, about)
    except BaseException:
        made.discard()
        raise
    finally:
        signing.wipe()
    made.put_in_place()


def enroll_by_sheets(
    study: "Study", person: NewPerson, opened: Recovered, appointer: Signer
) -> tuple[Enrollment, SigningSecret]:
    """A key file and an entry for someone whom sheets give the keys that their roles take.

    Returns:
        The enrollment, and the new person's signing key, which the caller overwrites.
    """
    body, person_id = study.body, secrets.token_hex(16)
    founder = body.person_by_id(body.founder)
    if founder is None:
        raise damaged("its founder is missing")
    pinned = giving.pin(body)
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    bundle = Bundle(sealing, signing, founder.public.signing, pinned)
    path = study.key_path(person.name)
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    by, place = (RECOVERY, opened.signing), (study.id, study.kind)
    try:
        keys = tuple(
            giving.give(*place, name, secret, person_id, bundle.public, by)
            for name, secret in opened.secrets.items()
            if Role.DATA_MANAGER in person.roles
            or (Role.SUPERVISOR in person.roles and family_of(name) != DATA)
        )
        entry = make_entry(person, person_id, bundle.public, *place, appointer, keys)
        cost = body.policy.cost
        write_key_file(waiting, study.owner(person_id), bundle, person.passphrase, cost, 1)
    except BaseException:
        signing.wipe()
        raise
    finally:
        sealing.wipe()
    return Enrollment(entry, waiting, path), signing


def _only_administrator(body: Body, today: date) -> PersonEntry:
    """The administrator who is lost; with two, the other one helps."""
    found = body.active(Role.ADMINISTRATOR, on=today)
    if len(found) > 1:
        names = ", ".join(person.name for person in found)
        raise NotAllowed(
            f"The study has several administrators ({names}): one of them gives another new keys, "
            "without the sheets, with `cati user enroll`."
        )
    if found:
        return found[0]
    # Everybody's time is over: whoever was an administrator last is replaced.
    return next(
        one for one in reversed(body.people) if Role.ADMINISTRATOR in one.roles and not one.is_gone
    )


def _roles(body: Body, before: PersonEntry, today: date) -> frozenset[Role]:
    """What the one before did; a data manager only if there is no other."""
    others = [one for one in body.active(Role.DATA_MANAGER, on=today) if one.id != before.id]
    roles = frozenset(before.roles)
    return roles - {Role.DATA_MANAGER} if others else roles | {Role.DATA_MANAGER}


def _require_role(body: Body, name: str) -> None:
    """Nobody's keys are asked here; but who already takes part has to have the role for it."""
    for one in body.people:
        if one.name == name and not one.is_gone:
            require(Action.TAKE_OVER, one.roles)


def _require_name(body: Body, before: PersonEntry, name: str) -> None:
    if name != before.name:
        require_free(body, name)
