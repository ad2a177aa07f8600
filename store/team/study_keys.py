"""The keys of the study: recovery sheets, their rehearsal, new generations, and letting in again.

Recovery sheets and new keys take an administrator, who signs the manifest, and a data manager, who
holds the keys; one person who is both alone does it alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from store.casework import rewrapping
from store.casework.rewrapping import Progress
from store.clock import to_text
from store.crypto import sheets
from store.crypto.keys import SealingSecret, SigningSecret, wipe_all
from store.errors import InvalidInput, NotAllowed
from store.record.audit import Deed
from store.study import name_of
from store.team.enrolling import require_free, require_valid_person
from store.team.recovery import missing, open_sheets, place_of_sheets, set_of, sheets_of
from store.team.second import require_second
from store.team.taking_over import enroll_by_sheets
from store.trust import giving, tenure
from store.trust.entries import DATA, REVIEW, Body, PersonEntry, next_name
from store.trust.giving import Signer
from store.trust.roles import Action, Role
from store.values import NewPerson

if TYPE_CHECKING:
    from store.access import Access

BATCH = 500
"""Wrapped keys that are moved in one transaction."""


@dataclass(frozen=True)
class KeyStatus:
    """The keys of the study, for everyone to see."""

    data_key: str
    """Name of the newest data key."""
    review_key: str | None
    left: int
    """Wrapped keys of cases that are still under an older key."""
    sheets_key: str | None
    """The data key that the recovery sheets open; None when there are no sheets."""
    sheets_set: str | None
    """Five characters that tell this set of sheets from others; they stand on each."""
    made_at: str | None
    """ISO 8601, UTC."""
    rehearsed_at: str | None
    rehearsed_by: str | None
    """Login name."""
    to_do: tuple[str, ...]
    """What is to be done, each a sentence."""


class StudyKeys:
    """What one person may do with the keys of the study; `Access.study_keys`."""

    def __init__(self, access: "Access") -> None:
        """For one person; whoever else is needed is named by each method."""
        self._access = access

    def status(self) -> KeyStatus:
        """Which keys there are, and what is to be done about them."""
        from instrument.counts import counted

        study = self._access.study
        body = study.body
        with study.database.read() as connection:
            left = rewrapping.count_older(connection, body)
        recovery = body.recovery
        to_do = []
        reason = missing(body)
        if reason is not None:
            to_do.append(reason)
        if left:
            to_do.append(
                f"{counted(left, 'wrapped key of a case is', 'wrapped keys of cases are')} still "
                "under an older key: a data manager goes on with `cati keys rewrap`."
            )
        by = None if recovery is None else recovery.rehearsed_by
        return KeyStatus(
            data_key=body.data_key_name,
            review_key=body.review_key_name,
            left=left,
            sheets_key=None if recovery is None else recovery.key,
            sheets_set=None if recovery is None else set_of(recovery),
            made_at=None if recovery is None else recovery.made_at,
            rehearsed_at=None if recovery is None else recovery.rehearsed_at,
            rehearsed_by=None if by is None else name_of(body, by),
            to_do=tuple(to_do),
        )

    def make_sheets(self, with_: "Access | None" = None) -> tuple[str, str, str]:
        """Make three recovery sheets; those made before open nothing any more.

        Args:
            with_: the data manager, where the administrator who acts is not one.

        Returns:
            The texts to print, one for each sheet; they are kept nowhere else.

        Raises:
            NotAllowed: someone who must be there is not.
        """
        two = self._two(Action.MAKE_SHEETS, with_)
        study, signing = self._access.study, SigningSecret.generate()
        body, held = study.body, two.manager.secrets
        _require_all(body, held)
        place = place_of_sheets(body, body.data_key_name, signing.public)
        at, public = to_text(study.now()), signing.public
        made = sheets.new_sheets(place)

        def change(current: Body) -> Body:
            if current.keys != body.keys:
                raise NotAllowed(
                    "The keys of the study were changed at this moment: make the sheets again."
                )
            recovery = giving.make_recovery(
                current, at, public, wraps, _signer(two.administrator), _signer(two.manager)
            )
            return giving.with_recovery(current, recovery)

        try:
            wraps = sheets.wrap_for_pairs(place, made, held, signing)
            signing.wipe()
            two.change(change, Deed.SHEETS_MADE, place.key)
            first, second, third = (sheets.write(sheet) for sheet in made)
        finally:
            wipe_all([signing, *made])
        return first, second, third

    def rehearse(self, first: str, second: str, with_: "Access | None" = None) -> None:
        """Try two sheets as typed from paper, and sign in the manifest that they open the keys.

        Args:
            first: the text of one sheet.
            second: the text of another.
            with_: an administrator, where the person who acts is none: only they sign manifests.

        Raises:
            InvalidInput: mistyped, the same sheet twice, or not sheets of the newest set.
            NotAllowed: no administrator is there.
            DamagedStudy: the sheets do not open what the manifest says.
        """
        self._access.require(Action.REHEARSE_SHEETS)
        study = self._access.study
        administrator, second_signer = self._administrator(with_)
        body = study.body
        recovery = sheets_of(body)
        opened = open_sheets(body, first, second)
        opened.wipe()
        by, at = _signer(self._access), to_text(study.now())

        def change(current: Body) -> Body:
            if current.recovery is None or current.recovery.signing != recovery.signing:
                raise NotAllowed("New sheets were made at this moment: rehearse those.")
            done = giving.rehearsed(current, current.recovery, at, by)
            return current.model_copy(update={"recovery": done})

        study.change(
            change,
            administrator.entry.id,
            administrator.keys.signing,
            Deed.SHEETS_REHEARSED,
            recovery.key,
            second_signer,
        )

    def rotate(
        self,
        with_: "Access | None" = None,
        family: str = DATA,
        vouched: frozenset[str] = frozenset(),
    ) -> str:
        """Make the next data key (or review key) and give it to those who take part now.

        What was wrapped before stays under the older keys until `rewrap` has moved it. Interrupted
        at any moment, the key is either there, given to everyone who is to have it, or not there.

        Args:
            with_: the administrator, where the data manager who acts is not one.
            family: `data` or `review`.
            vouched: login names of those for whom the data manager who acts vouches, in a study
                that comes from format 1: there an administrator's word made them data managers.

        Returns:
            The name of the new key.

        Raises:
            NotAllowed: someone who must be there is not, there is no review key to change, or
                somebody is not vouched for.
        """
        two = self._two(Action.ROTATE_DATA_KEY, with_)
        study = self._access.study
        if family not in (DATA, REVIEW) or not study.body.key_names(family):
            raise NotAllowed(f"This study has no {family} key: there is nothing to change.")
        name, secret = next_name(study.body, family), SealingSecret.generate()
        today = study.today()

        def change(body: Body) -> Body:
            if next_name(body, family) != name:
                raise NotAllowed("The key was changed by someone else at this moment: repeat.")
            entry = giving.make_key(
                body,
                name,
                secret.public,
                _signer(two.administrator),
                _signer(two.manager),
                _newest_data_key(two.manager),
            )
            holders = _holders(body, family, today)
            by = _signer(two.manager)
            unvouched = {one.id for one in _vouched(body, by[0], vouched)}
            people = tuple(
                giving.vouched(body, one, by) if one.id in unvouched else one for one in body.people
            )
            people = tuple(
                _given(body, person, name, secret, by) if person.id in holders else person
                for person in people
            )
            return body.model_copy(update={"keys": (*body.keys, entry), "people": people})

        try:
            two.change(change, Deed.DATA_KEY_CHANGED, name)
        finally:
            secret.wipe()
        return name

    def rewrap(self, limit: int = BATCH) -> Progress:
        """Move at most `limit` wrapped keys of cases to the newest keys, in one transaction.

        Repeat until `left` is 0, or nothing more is done. May be stopped at any moment.

        Raises:
            NotAllowed: not a data manager.
            DamagedStudy: cases are under a key that this data manager was not given.
        """
        self._access.require(Action.ROTATE_DATA_KEY)
        return rewrapping.rewrap(self._access, limit)

    def add_manager_by_sheets(self, person: NewPerson, first: str, second: str) -> None:
        """Let a data manager in with two recovery sheets when none is left. For administrators.

        Raises:
            NotAllowed: a data manager is there, who can do it without sheets.
            InvalidInput: sheets mistyped or of another set; name or passphrase unusable.
        """
        self._access.require(Action.USE_SHEETS)
        self._access.require(Action.ADD_PERSON)
        study, actor = self._access.study, _signer(self._access)
        require_valid_person(person)
        if Role.DATA_MANAGER not in person.roles:
            raise InvalidInput("Sheets let in a data manager: give the new person that role.")
        _require_nobody_left(study.body, study.today())
        require_free(study.body, person.name)
        opened = open_sheets(study.body, first, second)
        try:
            made, signing = enroll_by_sheets(study, person, opened, actor)
            signing.wipe()
        finally:
            opened.wipe()

        def change(body: Body) -> Body:
            _require_nobody_left(body, study.today())
            require_free(body, person.name)
            # Without an entry in the manifest the file is of no use; so it may be there first.
            made.put_in_place()
            return body.model_copy(update={"people": (*body.people, made.entry)})

        try:
            about = tenure.about_roles(made.entry.id, (), made.entry.roles, made.entry)
            study.change(change, *actor, Deed.SHEETS_USED, about)
        except BaseException:
            made.discard()
            raise

    def _two(self, action: Action, with_: "Access | None") -> "_Two":
        """The administrator and the data manager, one of whom acts."""
        access = self._access
        access.require(action)
        other = Role.DATA_MANAGER if action is Action.MAKE_SHEETS else Role.ADMINISTRATOR
        second = require_second(access, with_, other)
        if second is None or with_ is None:
            if other not in access.roles:
                raise _nobody(other)
            return _Two(access, access)
        return _Two(access, with_) if other is Role.DATA_MANAGER else _Two(with_, access)

    def _administrator(self, with_: "Access | None") -> "tuple[Access, Signer | None]":
        """Who signs the manifest: the person who acts, or the administrator with them."""
        if Role.ADMINISTRATOR in self._access.roles:
            return self._access, None
        second = require_second(self._access, with_, Role.ADMINISTRATOR)
        if second is None or with_ is None:
            raise _nobody(Role.ADMINISTRATOR)
        return with_, _signer(self._access)


@dataclass(frozen=True)
class _Two:
    """An administrator and a data manager; may be one person."""

    administrator: "Access"
    manager: "Access"

    def change(self, change: "Callable[[Body], Body]", deed: Deed, about: str) -> None:
        """Change the manifest, signed by the administrator and confirmed by the data manager."""
        alone = self.administrator is self.manager
        self.administrator.study.change(
            change,
            self.administrator.entry.id,
            self.administrator.keys.signing,
            deed,
            about,
            None if alone else _signer(self.manager),
        )


def _require_all(body: Body, held: "dict[str, SealingSecret]") -> None:
    """The sheets must open every key of the study, old ones too."""
    if not set(body.key_names(DATA)) <= set(held):
        raise NotAllowed(
            "The data manager was not given every data key of the study: take one who was."
        )


def _require_nobody_left(body: Body, today: date) -> None:
    left = body.active(Role.DATA_MANAGER, on=today)
    if left:
        raise NotAllowed(
            f"There is a data manager, {left[0].name}: they let another in, without the sheets."
        )


def _holders(body: Body, family: str, today: date) -> set[str]:
    """Ids of those who are to hold a key of a family."""
    roles = (Role.DATA_MANAGER,) if family == DATA else (Role.DATA_MANAGER, Role.SUPERVISOR)
    return {person.id for role in roles for person in body.active(role, on=today)}


def _vouched(body: Body, holder: str, names: frozenset[str]) -> tuple[PersonEntry, ...]:
    """Whom to vouch for; raises while somebody is not named."""
    found = giving.by_format_1(body, holder)
    left = sorted({one.name for one in found} - names)
    if left:
        raise NotAllowed(
            "The study comes from an earlier format, where an administrator's word alone made data "
            f"managers: {', '.join(left)}. Be sure that each is one, and vouch for them with "
            + " ".join(f"--vouch {name}" for name in left)
            + "; or have an administrator remove who is none."
        )
    return found


def _given(
    body: Body, person: PersonEntry, name: str, secret: SealingSecret, by: Signer
) -> PersonEntry:
    given = giving.give(body.id, body.kind, name, secret, person.id, person.public, by)
    return person.model_copy(update={"keys": (*person.keys, given)})


def _newest_data_key(manager: "Access") -> SealingSecret:
    if manager.data_key is None:
        raise NotAllowed(
            "The data manager was not given the newest data key of the study: take one who was."
        )
    return manager.data_key


def _nobody(role: Role) -> NotAllowed:
    name = role.value.replace("_", " ")
    return NotAllowed(f"This takes a person who is {name}, and the study has none who takes part.")


def _signer(access: "Access") -> Signer:
    return access.entry.id, access.keys.signing
