"""Who may do what, as data.

Keys decide what a person can read; this table decides what a person is offered and may write. It
lists the actions that exist; a case is further narrowed to its assignee where that is said.
"""

from collections.abc import Iterable
from enum import StrEnum

from store.errors import NotAllowed


class Role(StrEnum):
    """What a person does in a study. A person may hold several."""

    INTERVIEWER = "interviewer"
    SUPERVISOR = "supervisor"
    DATA_MANAGER = "data_manager"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What can be done to a study; the value completes "You may not …"."""

    LIST_CASES = "list the cases"
    VERIFY = "verify the study"
    CHANGE_OWN_PASSPHRASE = "change your passphrase"  # noqa: S105 - the name of an action
    ADD_PERSON = "add people"
    ADD_INSTRUMENT = "add an instrument"
    ADD_CASE = "add cases"
    OPEN_CASE = "open a case for interviewing"
    READ_SUBMITTED = "read submitted cases"
    PUBLISH = "write notices for the study"
    SEE_OWN_CONTACT = "see the contact data of your cases"
    SEE_ANY_CONTACT = "see the contact data of other people's cases"
    REVIEW = "read a submitted case that is due for review"
    LEND = "let a supervisor read a submitted case"
    ACCEPT = "accept a submitted case"
    RETURN = "return a submitted case to its interviewer"
    REOPEN = "reopen an accepted case"
    REQUEST_REOPENING = "ask for a case to be reopened"
    GIVE_BACK = "give one of your cases back"
    REASSIGN_FRESH = "give a case that nobody began to someone else"
    REASSIGN_OPEN = "give a case that was begun to someone else"
    END_LEASE = "end the hold of a program on a case"
    REQUEST_ERASURE = "ask for a case to be erased"
    ERASE_CASE = "erase a case"
    ERASE_IDENTITIES = "erase all identities"
    EXPORT = "export cases without what identifies anyone"
    EXPORT_IDENTIFYING = "export what identifies people"
    IMPORT_SAMPLE = "import a sample"
    MANAGE_PEOPLE = "suspend, remove or enroll people"
    CHANGE_POLICY = "change the policy of the study"
    ROTATE_DATA_KEY = "change the data key"
    MAKE_SHEETS = "make recovery sheets"
    REHEARSE_SHEETS = "rehearse the recovery sheets"
    USE_SHEETS = "open the data key by recovery sheets"
    BACK_UP = "back up the study"
    VERIFY_BACKUP = "verify a backup"
    RESTORE = "restore a backup"
    MIGRATE = "bring the database to this release"
    SEND = "send cases to another computer"
    RECEIVE = "receive cases from another computer"
    READ_AUDIT = "read the whole audit"


EVERYONE = frozenset(Role)

_INTERVIEWER = frozenset({Role.INTERVIEWER})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_DATA_MANAGER = frozenset({Role.DATA_MANAGER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.LIST_CASES: EVERYONE,
    Action.VERIFY: EVERYONE,
    Action.CHANGE_OWN_PASSPHRASE: EVERYONE,
    Action.ADD_PERSON: _ADMINISTRATOR,
    Action.ADD_INSTRUMENT: _ADMINISTRATOR,
    Action.ADD_CASE: _DATA_MANAGER,
    Action.OPEN_CASE: _INTERVIEWER,
    Action.READ_SUBMITTED: _DATA_MANAGER,
    Action.PUBLISH: _DATA_MANAGER,
    Action.SEE_OWN_CONTACT: _INTERVIEWER | _DATA_MANAGER,
    Action.SEE_ANY_CONTACT: _DATA_MANAGER,
    Action.REVIEW: _SUPERVISOR,
    Action.LEND: _DATA_MANAGER,
    Action.ACCEPT: _SUPERVISOR | _DATA_MANAGER,
    Action.RETURN: _SUPERVISOR | _DATA_MANAGER,
    Action.REOPEN: _DATA_MANAGER,
    Action.REQUEST_REOPENING: _SUPERVISOR,
    Action.GIVE_BACK: _INTERVIEWER,
    Action.REASSIGN_FRESH: _DATA_MANAGER,
    Action.REASSIGN_OPEN: _DATA_MANAGER,
    Action.END_LEASE: _SUPERVISOR | _DATA_MANAGER | _ADMINISTRATOR,
    Action.REQUEST_ERASURE: _INTERVIEWER | _SUPERVISOR,
    Action.ERASE_CASE: _DATA_MANAGER,
    Action.ERASE_IDENTITIES: _DATA_MANAGER,
    Action.EXPORT: _DATA_MANAGER,
    Action.EXPORT_IDENTIFYING: _DATA_MANAGER,
    Action.IMPORT_SAMPLE: _DATA_MANAGER,
    Action.MANAGE_PEOPLE: _ADMINISTRATOR,
    Action.CHANGE_POLICY: _ADMINISTRATOR,
    Action.ROTATE_DATA_KEY: _DATA_MANAGER,
    Action.MAKE_SHEETS: _ADMINISTRATOR,
    Action.REHEARSE_SHEETS: _DATA_MANAGER | _ADMINISTRATOR,
    Action.USE_SHEETS: _DATA_MANAGER | _ADMINISTRATOR,
    Action.BACK_UP: EVERYONE,
    Action.VERIFY_BACKUP: _DATA_MANAGER | _ADMINISTRATOR,
    Action.RESTORE: _ADMINISTRATOR,
    Action.MIGRATE: _ADMINISTRATOR,
    Action.SEND: _INTERVIEWER | _DATA_MANAGER,
    Action.RECEIVE: EVERYONE,
    Action.READ_AUDIT: EVERYONE,
}
"""One of these roles is needed for the action."""


def may(action: Action, roles: Iterable[Role]) -> bool:
    """Whether one of the roles reaches the action."""
    return not ALLOWED[action].isdisjoint(roles)


def require(action: Action, roles: Iterable[Role]) -> None:
    """Raise NotAllowed unless one of the roles reaches the action."""
    if not may(action, roles):
        who = " or ".join(f"{with_article(role)}" for role in sorted(ALLOWED[action]))
        raise NotAllowed(f"You may not {action.value}: that takes {who}.")


def with_article(role: Role) -> str:
    """Such as `an administrator`."""
    name = role.value.replace("_", " ")
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
