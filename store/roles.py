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


EVERYONE = frozenset(Role)

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.LIST_CASES: EVERYONE,
    Action.VERIFY: EVERYONE,
    Action.CHANGE_OWN_PASSPHRASE: EVERYONE,
    Action.ADD_PERSON: frozenset({Role.ADMINISTRATOR}),
    Action.ADD_INSTRUMENT: frozenset({Role.ADMINISTRATOR}),
    Action.ADD_CASE: frozenset({Role.DATA_MANAGER}),
    Action.OPEN_CASE: frozenset({Role.INTERVIEWER}),
    Action.READ_SUBMITTED: frozenset({Role.DATA_MANAGER}),
    Action.PUBLISH: frozenset({Role.DATA_MANAGER}),
}
"""One of these roles is needed for the action."""


def require(action: Action, roles: Iterable[Role]) -> None:
    """Raise NotAllowed unless one of the roles reaches the action."""
    if ALLOWED[action].isdisjoint(roles):
        who = " or ".join(f"{_with_article(role)}" for role in sorted(ALLOWED[action]))
        raise NotAllowed(f"You may not {action.value}: that takes {who}.")


def _with_article(role: Role) -> str:
    name = role.value.replace("_", " ")
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
