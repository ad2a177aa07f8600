"""The cells of the permission matrix: role, action, whose case, its state; and what must hold.

It stands here in letters, written from the rules of the study and not read from `store.roles`:
I interviewer, S supervisor, D data manager, A administrator.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store import Role
from store.trust.roles import Action

LETTERS = {
    "I": Role.INTERVIEWER,
    "S": Role.SUPERVISOR,
    "D": Role.DATA_MANAGER,
    "A": Role.ADMINISTRATOR,
}
SEALED = ("submitted", "accepted")
STATES = ("fresh", "open", "submitted", "accepted", "erased")

ALONE = {"I": "ina", "S": "sue", "D": "dan", "A": "ada"}
"""Who has just this role."""
WITH_CASES = {"I": "ina", "S": "isa", "D": "ido", "A": "ira"}
"""Who has this role and cases of their own, so is an interviewer too."""
PEOPLE = {
    "ada": "A",
    "abe": "A",
    "dan": "D",
    "ina": "I",
    "ivo": "I",
    "sue": "S",
    "isa": "IS",
    "ido": "ID",
    "ira": "IA",
}

IN_STATE: dict[Action, tuple[str, str, str]] = {
    # roles for every case, roles for own cases, states (f, o, s, a; none is possible once erased)
    Action.OPEN_CASE: ("", "I", "fo"),
    Action.GIVE_BACK: ("", "I", "fo"),
    Action.SEE_OWN_CONTACT: ("", "I", "fo"),
    Action.SEE_ANY_CONTACT: ("D", "", "fosa"),
    Action.CORRECT_CONTACT: ("D", "", "fosa"),
    Action.READ_SUBMITTED: ("D", "", "sa"),
    Action.REVIEW: ("S", "", "s"),
    Action.LEND: ("D", "", "sa"),
    Action.ACCEPT: ("SD", "", "s"),
    Action.RETURN: ("SD", "", "s"),
    Action.REOPEN: ("D", "", "a"),
    Action.REQUEST_REOPENING: ("S", "", "a"),
    Action.REASSIGN_FRESH: ("D", "", "f"),
    Action.REASSIGN_OPEN: ("D", "", "o"),
    Action.END_LEASE: ("SDA", "", "o"),
    Action.REQUEST_ERASURE: ("S", "I", "fosa"),
    Action.ERASE_CASE: ("D", "", "fosa"),
}
ANYWHERE: dict[Action, str] = {
    Action.LIST_CASES: "ISDA",
    Action.VERIFY: "ISDA",
    Action.CHANGE_OWN_PASSPHRASE: "ISDA",
    Action.ADD_PERSON: "A",
    Action.ADD_INSTRUMENT: "A",
    Action.ADD_CASE: "D",
    Action.PUBLISH: "D",
    Action.ERASE_IDENTITIES: "D",
    Action.EXPORT: "D",
    Action.EXPORT_IDENTIFYING: "D",
    Action.IMPORT_SAMPLE: "D",
    Action.MANAGE_PEOPLE: "A",
    Action.CHANGE_POLICY: "A",
    Action.ROTATE_DATA_KEY: "D",
    Action.MAKE_SHEETS: "A",
    Action.REHEARSE_SHEETS: "DA",
    Action.USE_SHEETS: "A",
    Action.TAKE_OVER: "A",
    Action.BACK_UP: "ISDA",
    Action.VERIFY_BACKUP: "DA",
    Action.RESTORE: "A",
    Action.MIGRATE: "A",
    Action.SEND: "DI",
    Action.RECEIVE: "ISDA",
    Action.READ_AUDIT: "ISDA",
}
SAME_DOOR: dict[Action, Action] = {
    Action.SEE_OWN_CONTACT: Action.SEE_ANY_CONTACT,
    Action.REASSIGN_FRESH: Action.REASSIGN_OPEN,
    Action.REVIEW: Action.READ_SUBMITTED,
}
"""Actions that one call of the program stands for: it succeeds where either is allowed."""
SAME_DOOR |= {Action.SEE_ANY_CONTACT: Action.SEE_OWN_CONTACT}
SAME_DOOR |= {Action.REASSIGN_OPEN: Action.REASSIGN_FRESH}


@dataclass(frozen=True)
class Cell:
    """One cell; `relation` and `state` are empty for what is not about a case."""

    action: Action
    role: str
    relation: str = ""
    state: str = ""

    @property
    def person(self) -> str:
        """Who tries it."""
        return (WITH_CASES if self.relation == "own" else ALONE)[self.role]

    @property
    def allowed(self) -> bool:
        """Whether it must succeed."""
        door = [self.action, SAME_DOOR.get(self.action, self.action)]
        return any(self._allows(action) for action in door)

    def _allows(self, action: Action) -> bool:
        held = set(PEOPLE[self.person])
        if action in ANYWHERE:
            return bool(held & set(ANYWHERE[action]))
        everywhere, own, states = IN_STATE[action]
        roles = set(everywhere) | (set(own) if self.relation == "own" else set())
        return self.state[0] in states and self.state != "erased" and bool(held & roles)


def cells(owners: Iterable[str] = WITH_CASES.values()) -> Iterator[Cell]:
    """All of them, as far as these people have cases of their own."""
    having = set(owners)
    for role in LETTERS:
        for action in ANYWHERE:
            yield Cell(action, role)
        for action in IN_STATE:
            for relation in ("own", "other's"):
                if relation == "own" and WITH_CASES[role] not in having:
                    continue
                for state in STATES:
                    yield Cell(action, role, relation, state)
