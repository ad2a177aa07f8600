"""The people of a study: let in, suspended, removed, enrolled again; their roles and the policy.

Administrators do this, and sign the manifest. Where somebody is to hold the data key, a data
manager has to be there as well, since only they can pass it on (`second`).
"""

from datetime import date
from typing import TYPE_CHECKING

from store.crypto.keys import SealingSecret
from store.crypto.passphrase import require_strong
from store.errors import InvalidInput, NotAllowed
from store.record.audit import Deed
from store.team import undertakings
from store.team.changing import (
    Ending,
    Entered,
    change_manifest,
    change_person,
    copied,
    replaced_in,
    still,
    with_key_file,
)
from store.team.enrolling import (
    change_passphrase,
    enroll,
    give_all,
    make_entry,
    require_complete,
    require_free,
    require_valid_person,
)
from store.team.policies import changed_policy, with_review_key
from store.team.second import require_second
from store.trust import giving, tenure
from store.trust.entries import DATA, REVIEW, Body, GivenKey, PersonEntry, family_of, pack
from store.trust.giving import Signer
from store.trust.leaving import LeftToDo, require_active
from store.trust.roles import Action, Role
from store.values import NewPerson

if TYPE_CHECKING:
    from store.access import Access

__all__ = [
    "LeftToDo",
    "People",
    "change_passphrase",
    "make_entry",
    "require_active",
    "require_valid_person",
]


_BOTH = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


class People:
    """What one person may do about people; `Access.people`."""

    def __init__(self, access: "Access") -> None:
        """For one person; a second is named where one is needed."""
        self._access = access
        self._study = access.study

    def add(self, person: NewPerson, with_: "Access | None" = None) -> None:
        """Let someone take part.

        Args:
            person: whom.
            with_: for a data manager, another data manager (not needed by one who alone is both);
                likewise for an administrator who is to be a supervisor too.

        Raises:
            NotAllowed: not an administrator, or the second person is missing.
            InvalidInput: name taken or unusable, passphrase too weak.
        """
        self._access.require(Action.ADD_PERSON)
        require_valid_person(person)
        require_free(self._study.body, person.name)
        second = self._second(person.roles, with_) or self._apart(person.roles, with_)
        made = enroll(self._access, person, self._giver(with_))

        def change(body: Body) -> Body:
            require_free(body, person.name)
            require_complete(body, made.entry)
            # Without an entry in the manifest the file is of no use; so it may be there first.
            made.put_in_place()
            return body.model_copy(update={"people": (*body.people, made.entry)})

        about = tenure.about_roles(made.entry.id, (), made.entry.roles, made.entry)
        with_key_file(self._access, made, change, Entered(Deed.PERSON_ADDED, about, second))

    def suspend(self, name: str) -> LeftToDo:
        """Keep someone out until they are resumed; what they have open is ended.

        Raises:
            NotAllowed: not an administrator, or oneself.
            InvalidInput: they are suspended already.
        """
        person = self._other(name)
        _require_not_suspended(person)

        def suspended(_: Body, one: PersonEntry) -> PersonEntry:
            return copied(one, status="suspended")

        ending = Ending(person)
        entered = Entered(Deed.PERSON_SUSPENDED, person.id, within=ending)
        change_person(self._access, person, suspended, entered)
        return LeftToDo(cases=ending.cases)

    def resume(self, name: str, with_: "Access | None" = None) -> None:
        """Let someone who was suspended take part again.

        Args:
            name: who.
            with_: a data manager, when keys that they are to hold were changed meanwhile.

        Raises:
            NotAllowed: not an administrator, or a data manager is missing.
        """
        person = self._other(name)
        if person.status != "suspended":
            raise InvalidInput(f"{name} is not suspended: nothing was changed.")

        def resumed(body: Body, one: PersonEntry) -> PersonEntry:
            return copied(one, status="active", keys=(*one.keys, *self._missing(body, one, with_)))

        change_person(self._access, person, resumed, Entered(Deed.PERSON_RESUMED, person.id))

    def remove(self, name: str) -> LeftToDo:
        """End someone's part for good; what they signed goes on counting.

        Returns:
            What is left to do: cases to reassign, keys to change, a file to delete.

        Raises:
            NotAllowed: not an administrator, or oneself.
        """
        person = self._other(name)
        ending = Ending(person)

        def removed(_: Body, one: PersonEntry) -> PersonEntry:
            return copied(one, status="removed")

        entered = Entered(Deed.PERSON_REMOVED, person.id, within=ending)
        change_person(self._access, person, removed, entered)
        held = {family_of(given.key) for given in person.keys}
        return LeftToDo(
            cases=ending.cases,
            data_key=DATA in held,
            review_key=REVIEW in held,
            key_file=f"keys/{name}.key",
            last_manager=DATA in held and not self._study.body.active(Role.DATA_MANAGER),
        )

    def enroll_again(self, name: str, passphrase: str, with_: "Access | None" = None) -> LeftToDo:
        """Give someone who lost their passphrase or key file new keys; they keep name and roles.

        What was sealed to the old keys stays closed to them: their cases have to be reassigned.

        Args:
            name: who.
            passphrase: their new one.
            with_: for a data manager, another data manager.

        Raises:
            NotAllowed: not an administrator, oneself, or the second person is missing.
            InvalidInput: the passphrase is too weak, or they are suspended.
        """
        person = self._other(name)
        _require_not_suspended(person)
        require_strong(passphrase)
        roles = frozenset(person.roles)
        second = self._second(roles, with_)
        made = enroll(self._access, NewPerson(name, roles, passphrase), self._giver(with_))
        entry = copied(made.entry, expires=person.expires)

        def change(body: Body) -> Body:
            require_complete(body, entry)
            replaced = replaced_in(body, still(body, person, "replaced"))
            return replaced.model_copy(update={"people": (*replaced.people, entry)})

        about = tenure.about_reenrolled(person.id, entry)
        ending = Ending(person)
        entered = Entered(Deed.PERSON_REENROLLED, about, second, ending)
        with_key_file(self._access, made, change, entered)
        made.put_in_place()
        return LeftToDo(cases=ending.cases)

    def change_roles(
        self, name: str, roles: frozenset[Role], with_: "Access | None" = None
    ) -> LeftToDo:
        """Change what someone does. What they signed before goes on counting.

        Args:
            name: who.
            roles: all roles they are to have.
            with_: for a new data manager, another data manager; likewise for an administrator who
                is to be a supervisor too, and for a supervisor where there is a review key that the
                administrator does not hold.

        Raises:
            NotAllowed: not an administrator, the second person is missing, or it would end one's
                own part as administrator.
            InvalidInput: no role at all.
        """
        self._access.require(Action.MANAGE_PEOPLE)
        person = self._person(name)
        if not roles:
            raise InvalidInput(f"{name} needs at least one role.")
        if person.id == self._access.entry.id and Role.ADMINISTRATOR not in roles:
            raise NotAllowed("Another administrator has to do this, not you yourself.")
        second = self._second(roles - frozenset(person.roles), with_)
        if (roles - frozenset(person.roles)) & _BOTH:
            second = second or self._apart(roles, with_)
        signer = (self._access.entry.id, self._access.keys.signing)

        def changed(body: Body, one: PersonEntry) -> PersonEntry:
            former = one.held_roles - roles
            after = copied(one, roles=tuple(sorted(roles)), former_roles=tuple(sorted(former)))
            after = copied(after, keys=(*one.keys, *self._missing(body, after, with_)))
            if Role.ADMINISTRATOR in roles and one.appointment is None:
                message = giving.appointment(body.id, body.kind, one.id, one.public)
                word = pack(signer[1].sign(message))
                after = copied(after, appointed_by=signer[0], appointment=word)
            return after

        about = tenure.about_roles(person.id, person.roles, roles)
        lost = set(person.roles) - roles
        ending = Ending(person) if Role.INTERVIEWER in lost else None
        entered = Entered(Deed.ROLES_CHANGED, about, second, ending)
        change_person(self._access, person, changed, entered)
        held = {family_of(given.key) for given in person.keys}
        return LeftToDo(
            cases=() if ending is None else ending.cases,
            data_key=Role.DATA_MANAGER in lost and DATA in held,
            review_key=REVIEW in held and not roles & {Role.DATA_MANAGER, Role.SUPERVISOR},
            last_manager=Role.DATA_MANAGER in lost
            and not self._study.body.active(Role.DATA_MANAGER),
        )

    def set_expiry(self, name: str, day: str | None) -> None:
        """Set the last day (`YYYY-MM-DD`, UTC) on which someone can unlock; None for no such day.

        Raises:
            NotAllowed: not an administrator, or oneself.
            InvalidInput: not a day.
        """
        person = self._other(name)
        try:
            usable = day is None or date.fromisoformat(day).isoformat() == day
        except ValueError:
            usable = False
        if not usable:
            raise InvalidInput("The last day must be a date such as 2027-03-31.")

        def until(_: Body, one: PersonEntry) -> PersonEntry:
            return copied(one, expires=day)

        entered = Entered(Deed.EXPIRY_SET, f"{person.id}:{day or ''}")
        change_person(self._access, person, until, entered)

    def change_policy(self, with_: "Access | None" = None, **changes: object) -> None:
        """Change rules of the study, such as `review="all"` or `lock_after_minutes=10`.

        Args:
            with_: a data manager, when review begins and its key is to be made.
            changes: fields of `Policy` and their new values.

        Raises:
            NotAllowed: not an administrator, or a data manager is missing.
            InvalidInput: no such rule, or a value it cannot have.
        """
        self._access.require(Action.CHANGE_POLICY)
        policy = changed_policy(self._study.body.policy, changes)
        makes_key = policy.review == "all" and self._study.body.review_key_name is None
        second = require_second(self._access, with_, Role.DATA_MANAGER) if makes_key else None
        secret = SealingSecret.generate() if makes_key else None

        def change(body: Body) -> Body:
            after = body.model_copy(update={"policy": changed_policy(body.policy, changes)})
            if secret is None or body.review_key_name is not None:
                return after
            manager = self._giver(with_)
            if manager.data_key is None:
                raise NotAllowed("This takes a data manager who was given the newest data key.")
            return with_review_key(after, secret, self._signers(with_), manager.data_key)

        try:
            entered = Entered(Deed.POLICY_CHANGED, self._study.id, second)
            change_manifest(self._access, change, entered)
        finally:
            if secret is not None:
                secret.wipe()

    def undertaking(self) -> str | None:
        """The confidentiality undertaking that this person has still to accept; None for none."""
        return undertakings.pending(self._access)

    def accept_undertaking(self, text: str) -> None:
        """Note in the audit that this person accepts the text that they were shown."""
        undertakings.accept(self._access, text)

    def _other(self, name: str) -> PersonEntry:
        """Someone else who was not removed, to be changed by an administrator."""
        self._access.require(Action.MANAGE_PEOPLE)
        person = self._person(name)
        if person.id == self._access.entry.id:
            raise NotAllowed("Another administrator has to do this, not you yourself.")
        return person

    def _person(self, name: str) -> PersonEntry:
        person = self._study.body.person(name)
        if person.is_gone:
            raise NotAllowed(f"{name} was removed from the study: nothing was changed.")
        return person

    def _second(
        self, new_roles: frozenset[Role] | set[Role], with_: "Access | None"
    ) -> Signer | None:
        if Role.DATA_MANAGER not in new_roles:
            return None
        return require_second(self._access, with_, Role.DATA_MANAGER)

    def _apart(self, roles: frozenset[Role], with_: "Access | None") -> Signer | None:
        """An administrator who reviews would get the review key: a data manager agrees to that."""
        if not roles >= _BOTH or Role.DATA_MANAGER in self._access.roles:
            return None
        return require_second(self._access, with_, Role.DATA_MANAGER)

    def _giver(self, with_: "Access | None") -> "Access":
        """Who passes keys on: the second person, or else the one who acts."""
        if with_ is not None and with_.study is self._study and with_.secrets:
            return with_
        return self._access

    def _missing(
        self, body: Body, person: PersonEntry, with_: "Access | None"
    ) -> tuple[GivenKey, ...]:
        has = frozenset(given.key for given in person.keys)
        roles = frozenset(person.roles)
        return give_all(body, roles, person.id, person.public, self._giver(with_), has)

    def _signers(self, with_: "Access | None") -> tuple[Signer, Signer]:
        """The administrator who acts and the data manager, who may be the same."""
        giver = self._giver(with_)
        if giver.data_key is None:
            raise NotAllowed("This takes a data manager too: one has to be present and confirm it.")
        administrator = (self._access.entry.id, self._access.keys.signing)
        return administrator, (giver.entry.id, giver.keys.signing)


def _require_not_suspended(person: PersonEntry) -> None:
    if person.status == "suspended":
        raise InvalidInput(f"{person.name} is suspended: resume them first.")
