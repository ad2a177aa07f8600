"""Who may do what, as data.

Keys decide what a person can read; this table decides what a person is offered and may write. It
lists the actions that exist, and for those that are about a case to whose cases and in which states
of them they can be done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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
    CORRECT_CONTACT = "correct the contact of a case"
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
    TAKE_OVER = "take the place of the only administrator by recovery sheets"
    BACK_UP = "back up the study"
    VERIFY_BACKUP = "verify a backup"
    RESTORE = "restore a backup"
    MIGRATE = "bring the database to this release"
    SEND = "send cases to another computer"
    RECEIVE = "receive cases from another computer"
    READ_AUDIT = "read the whole audit"


EVERYONE = frozenset(Role)

_NOBODY: frozenset[Role] = frozenset()
_INTERVIEWER = frozenset({Role.INTERVIEWER})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_DATA_MANAGER = frozenset({Role.DATA_MANAGER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

_UNSEALED = frozenset({"fresh", "open"})
_SEALED = frozenset({"submitted", "accepted"})


@dataclass(frozen=True)
class Rule:
    """Who may do an action, and for what is done to a case: to whose, in which states."""

    roles: frozenset[Role]
    """One of these is needed; about a case, they may do it to every case."""
    own: frozenset[Role] = _NOBODY
    """These may do it to cases that are assigned to themselves."""
    states: frozenset[str] = frozenset()
    """In which states of a case it can be done; empty when it is not about a case."""

    @property
    def everybody(self) -> frozenset[Role]:
        """Every role that reaches it somewhere."""
        return self.roles | self.own


RULES: dict[Action, Rule] = {
    Action.LIST_CASES: Rule(EVERYONE),
    Action.VERIFY: Rule(EVERYONE),
    Action.CHANGE_OWN_PASSPHRASE: Rule(EVERYONE),
    Action.ADD_PERSON: Rule(_ADMINISTRATOR),
    Action.ADD_INSTRUMENT: Rule(_ADMINISTRATOR),
    Action.ADD_CASE: Rule(_DATA_MANAGER),
    Action.OPEN_CASE: Rule(_NOBODY, _INTERVIEWER, _UNSEALED),
    Action.READ_SUBMITTED: Rule(_DATA_MANAGER, states=_SEALED),
    Action.PUBLISH: Rule(_DATA_MANAGER),
    Action.SEE_OWN_CONTACT: Rule(_NOBODY, _INTERVIEWER, _UNSEALED),
    Action.SEE_ANY_CONTACT: Rule(_DATA_MANAGER, states=_UNSEALED | _SEALED),
    Action.CORRECT_CONTACT: Rule(_DATA_MANAGER, states=_UNSEALED | _SEALED),
    Action.REVIEW: Rule(_SUPERVISOR, states=frozenset({"submitted"})),
    Action.LEND: Rule(_DATA_MANAGER, states=_SEALED),
    Action.ACCEPT: Rule(_SUPERVISOR | _DATA_MANAGER, states=frozenset({"submitted"})),
    Action.RETURN: Rule(_SUPERVISOR | _DATA_MANAGER, states=frozenset({"submitted"})),
    Action.REOPEN: Rule(_DATA_MANAGER, states=frozenset({"accepted"})),
    Action.REQUEST_REOPENING: Rule(_SUPERVISOR, states=frozenset({"accepted"})),
    Action.GIVE_BACK: Rule(_NOBODY, _INTERVIEWER, _UNSEALED),
    Action.REASSIGN_FRESH: Rule(_DATA_MANAGER, states=frozenset({"fresh"})),
    Action.REASSIGN_OPEN: Rule(_DATA_MANAGER, states=frozenset({"open"})),
    Action.END_LEASE: Rule(
        _SUPERVISOR | _DATA_MANAGER | _ADMINISTRATOR, states=frozenset({"open"})
    ),
    Action.REQUEST_ERASURE: Rule(_SUPERVISOR, _INTERVIEWER, _UNSEALED | _SEALED),
    Action.ERASE_CASE: Rule(_DATA_MANAGER, states=_UNSEALED | _SEALED),
    Action.ERASE_IDENTITIES: Rule(_DATA_MANAGER),
    Action.EXPORT: Rule(_DATA_MANAGER),
    Action.EXPORT_IDENTIFYING: Rule(_DATA_MANAGER),
    Action.IMPORT_SAMPLE: Rule(_DATA_MANAGER),
    Action.MANAGE_PEOPLE: Rule(_ADMINISTRATOR),
    Action.CHANGE_POLICY: Rule(_ADMINISTRATOR),
    Action.ROTATE_DATA_KEY: Rule(_DATA_MANAGER),
    Action.MAKE_SHEETS: Rule(_ADMINISTRATOR),
    Action.REHEARSE_SHEETS: Rule(_DATA_MANAGER | _ADMINISTRATOR),
    Action.USE_SHEETS: Rule(_ADMINISTRATOR),
    Action.TAKE_OVER: Rule(_ADMINISTRATOR),
    Action.BACK_UP: Rule(EVERYONE),
    Action.VERIFY_BACKUP: Rule(_DATA_MANAGER | _ADMINISTRATOR),
    Action.RESTORE: Rule(_ADMINISTRATOR),
    Action.MIGRATE: Rule(_ADMINISTRATOR),
    Action.SEND: Rule(_DATA_MANAGER | _INTERVIEWER),
    Action.RECEIVE: Rule(EVERYONE),
    Action.READ_AUDIT: Rule(EVERYONE),
}
"""The permission matrix. What a supervisor reviews must besides be due, or lent to them."""

ALLOWED: dict[Action, frozenset[Role]] = {one: rule.everybody for one, rule in RULES.items()}
"""One of these roles is needed for the action."""


def may(action: Action, roles: Iterable[Role]) -> bool:
    """Whether one of the roles reaches the action."""
    return not ALLOWED[action].isdisjoint(roles)


def require(action: Action, roles: Iterable[Role]) -> None:
    """Raise NotAllowed unless one of the roles reaches the action."""
    if not may(action, roles):
        who = " or ".join(f"{with_article(role)}" for role in sorted(ALLOWED[action]))
        raise NotAllowed(f"You may not {action.value}: that takes {who}.")


def require_case(
    action: Action, roles: Iterable[Role], *, short_id: str, own: bool, state: str
) -> None:
    """Raise NotAllowed unless the action can be done to such a case by someone with these roles.

    Args:
        action: one that is about a case.
        roles: of the person.
        short_id: how people call the case.
        own: it is assigned to the person.
        state: of the case.
    """
    held, rule = frozenset(roles), RULES[action]
    require(action, held)
    if rule.roles.isdisjoint(held) and not own:
        raise NotAllowed(
            f"Case {short_id} is assigned to someone else: you may not {action.value}."
        )
    if state not in rule.states:
        raise NotAllowed(not_in_state(action, short_id, state))


def not_in_state(action: Action, short_id: str, state: str) -> str:
    """Why an action that is about a case cannot be done to one that is in this state."""
    said = _SAID.get(state, _ERASED)
    if action is Action.END_LEASE:
        return f"Case {short_id} {said}, so no program holds it."
    return f"Case {short_id} {said}, so you cannot {_TO_IT[action]}."


_ERASED = "was erased, nothing of it is left"
_SAID = {
    "fresh": "was not begun yet",
    "open": "is open and not submitted",
    "submitted": "was submitted and is not accepted yet",
    "accepted": "was accepted already",
}
_TO_IT = {
    Action.OPEN_CASE: "open it for interviewing",
    Action.READ_SUBMITTED: "read it",
    Action.SEE_OWN_CONTACT: "see its contact data",
    Action.SEE_ANY_CONTACT: "see its contact data",
    Action.CORRECT_CONTACT: "correct its contact",
    Action.REVIEW: "read it for review",
    Action.LEND: "let a supervisor read it",
    Action.ACCEPT: "accept it",
    Action.RETURN: "return it to its interviewer",
    Action.REOPEN: "reopen it",
    Action.REQUEST_REOPENING: "ask for it to be reopened",
    Action.GIVE_BACK: "give it back",
    Action.REASSIGN_FRESH: "give it to someone else",
    Action.REASSIGN_OPEN: "give it to someone else",
    Action.REQUEST_ERASURE: "ask for it to be erased",
    Action.ERASE_CASE: "erase it",
}
"""What cannot be done to a case that the sentence named before; its state was said, too."""


def with_article(role: Role) -> str:
    """Such as `an administrator`."""
    name = role.value.replace("_", " ")
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
