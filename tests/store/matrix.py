"""Every cell of the permission matrix, tried at the door, in a world that has all cases."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from store import (
    JSON,
    Access,
    InstrumentFiles,
    InvalidInput,
    NewPerson,
    NotAllowed,
    Role,
    StoreError,
    Study,
    open_study,
    take_over,
)
from store.backup.restoring import Consent, restore
from store.casework import cases, grants
from store.clock import utc_now
from store.crypto.keys import SealingSecret
from store.erasing.ledger import Reason
from store.migrations.upgrading import upgrade
from store.moving.packet_file import DamagedPacket
from store.trust.roles import Action
from tests.store.cells import ALONE, IN_STATE, LETTERS, PEOPLE, SEALED, STATES, WITH_CASES, Cell
from tests.store.made import DOCUMENT, FINGERPRINT, found, passphrase


@dataclass(frozen=True)
class World:
    """A study folder with a case in every state for everyone who has cases, and others' cases."""

    folder: Path
    ids: dict[tuple[str, str], str]
    """Case by assignee and state."""
    sheets: tuple[str, str, str]
    backup: Path

    def case(self, cell: Cell) -> str:
        """The case that a cell is about."""
        return self.ids[cell.person if cell.relation == "own" else "ivo", cell.state]

    def copy(self, folder: Path) -> "World":
        """The same world elsewhere."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    @contextmanager
    def opened(self, now: Callable[[], datetime] = utc_now) -> Iterator[Study]:
        """The study, until the block ends."""
        study = open_study(self.folder, now=now)
        try:
            yield study
        finally:
            study.close()


CANARY = "canary 7f3a"
"""In everything that is kept encrypted; the audit must not hold it."""
WHOM: dict[str, JSON] = {"contact": f"Alex Example {CANARY}", "telephone": "555-0101"}


def unlocked(study: Study, name: str) -> Access:
    """A person of a world."""
    return study.unlock(name, passphrase(name))


def grant_by_mistake(study: Study, case_id: str) -> list[SealingSecret]:
    """Let the administrator hold the answers of a case; all keys that they have."""
    dan, ada = unlocked(study, "dan"), unlocked(study, "ada")
    with study.database.write() as connection:
        case = cases.find(connection, case_id)
        key = grants.case_key(connection, study.body, case, "answers", dan.holders())
        assert key is not None
        me = (dan.entry.id, dan.keys.signing)
        grants.grant(connection, study.body, case_id, "answers", ada.entry.id, key, *me)
    return [secret for _, secret in ada.holders()]


def make_world(folder: Path, owners: Iterable[str] = WITH_CASES.values()) -> World:
    """A practice study in which everything is reviewed; `owners` have a case in every state."""
    owners = tuple(owners)
    people = {*ALONE.values(), "abe", "ivo", *owners}
    roles = {name: frozenset(LETTERS[one] for one in PEOPLE[name]) for name in sorted(people)}
    study = found(folder, "practice", roles)
    try:
        ada, dan, sue = (unlocked(study, name) for name in ("ada", "dan", "sue"))
        ada.people.change_policy(dan, review="all")
        sheets = ada.study_keys.make_sheets(dan)
        ids: dict[tuple[str, str], str] = {}
        for name in (*owners, "ivo"):
            who = unlocked(study, name)
            for state in STATES:
                case_id = ids[name, state] = add_case(dan, name)
                if state in ("fresh", "erased"):
                    continue
                case = who.open_case(case_id)
                case.append({"event": "set", "value": CANARY})
                if state == "open":
                    case.release()
                else:
                    case.submit({**DOCUMENT, "remark": CANARY})
                if state == "accepted":
                    sue.reviews.accept(case_id)
            dan.erasures.erase_case(ids[name, "erased"], Reason.WITHDRAWN, ada)
        backups = folder.parent / "backups"
        backups.mkdir()
        backup = ada.backups.make(backups).path
    finally:
        study.close()
    return World(folder, ids, sheets, backup)


def add_case(manager: Access, assignee: str) -> str:
    """A case whose label and identity hold the canary."""
    return manager.add_case(
        label=f"Household {CANARY}",
        identity=WHOM,
        instrument=FINGERPRINT,
        mode="interview",
        assignee=assignee,
    )


Do = Callable[[World, Study, Access, str], object]


@dataclass(frozen=True)
class Attempt:
    """How an action is tried through its service."""

    do: Do
    entries: int = 1
    """How many entries the audit has more when it succeeds."""
    changes: bool = True
    """Whether anything but the audit is changed."""
    held: bool = False
    """A program of the assignee has to hold the case."""


def _second(study: Study, who: Access) -> Access | None:
    """Whoever has to be present besides, for what takes two people."""
    return unlocked(study, "ada" if Role.DATA_MANAGER in who.roles else "dan")


def _contact(_world: World, _study: Study, who: Access, case_id: str) -> None:
    (card,) = [card for card in who.cases() if card.id == case_id]
    if card.label is None or card.identity != WHOM:
        raise NotAllowed("Neither label nor identity can be read.")


def _export(world: World, _study: Study, who: Access, _case: str) -> None:
    sealed = [case_id for (_, state), case_id in world.ids.items() if state in SEALED]
    assert sorted(case.id for case in who.submitted()) == sorted(sealed)


def _restore(world: World, study: Study, who: Access, _case: str) -> None:
    name = who.person.name
    with TemporaryDirectory() as folder:
        restore(
            world.backup,
            Path(folder) / "study",
            keys_from=study.folder / "keys",
            name=name,
            passphrase=passphrase(name),
            current=study.folder,
            consent=Consent(older=True),
            now=study.now,
        )


def _back_up(world: World, _study: Study, who: Access, _case: str) -> None:
    with TemporaryDirectory() as folder:
        who.backups.make(Path(folder))


def _reassign(world: World, _study: Study, who: Access, case_id: str) -> None:
    of_ivo = case_id in {one for (name, _), one in world.ids.items() if name == "ivo"}
    who.assignments.reassign(case_id, "ina" if of_ivo else "ivo")


def _send(world: World, _study: Study, who: Access, _case: str) -> None:
    if who.roles == {Role.INTERVIEWER}:
        # They send back what came from elsewhere; here nothing did.
        with pytest.raises(InvalidInput, match="nothing to send"):
            who.packets.send(who.packets.due(), world.folder)
        return
    who.packets.send([world.ids["ivo", "fresh"]], world.folder, to="ivo")


def _receive(world: World, _study: Study, who: Access, _case: str) -> None:
    with pytest.raises(DamagedPacket):
        who.packets.receive(world.backup)


def _use_sheets(world: World, study: Study, who: Access, _case: str) -> None:
    who.require(Action.USE_SHEETS)  # before the data managers are taken away for the attempt
    managers = [one for one in study.people if Role.DATA_MANAGER in one.roles]
    for person in managers:
        unlocked(study, "abe").people.suspend(person.name)
    who.study_keys.add_manager_by_sheets(_new("dot", Role.DATA_MANAGER), *world.sheets[:2])


def _take_over(world: World, study: Study, who: Access, _case: str) -> None:
    """Under one's own name, by sheets alone; keys are needed only to be the last administrator."""
    if not who.roles:
        who.require(Action.TAKE_OVER)  # a name that is free again does not tell who had it
    if Role.ADMINISTRATOR in who.roles:
        others = [one for one in study.people if Role.ADMINISTRATOR in one.roles]
        for other in others:
            if other.name != who.person.name:
                who.people.suspend(other.name)
    take_over(study, who.person.name, passphrase("new"), *world.sheets[:2])


def _new(name: str, role: Role = Role.INTERVIEWER) -> NewPerson:
    return NewPerson(name, frozenset({role}), passphrase(name))


JOBS = InstrumentFiles("jobs", "1", "a" * 64, {"instrument.yaml": b"name: jobs"})
COMMENTS: dict[str, JSON] = {"event": "returned", "text": CANARY}

ATTEMPTS: dict[Action, Attempt] = {
    Action.LIST_CASES: Attempt(lambda w, s, who, c: who.cases(), 0, False),
    Action.VERIFY: Attempt(lambda w, s, who, c: who.verify(), 0, False),
    Action.READ_AUDIT: Attempt(lambda w, s, who, c: who.verify().audit_entries, 0, False),
    Action.SEE_OWN_CONTACT: Attempt(_contact, 0, False),
    Action.SEE_ANY_CONTACT: Attempt(_contact, 0, False),
    Action.READ_SUBMITTED: Attempt(lambda w, s, who, c: who.read_submitted(c), 1, False),
    Action.REVIEW: Attempt(lambda w, s, who, c: who.reviews.read(c), 1, False),
    Action.EXPORT: Attempt(_export, 1, False),
    Action.EXPORT_IDENTIFYING: Attempt(_export, 1, False),
    Action.CHANGE_OWN_PASSPHRASE: Attempt(
        lambda w, s, who, c: who.change_passphrase(
            passphrase(who.person.name), "another quiet park"
        )
    ),
    Action.ADD_PERSON: Attempt(lambda w, s, who, c: who.people.add(_new("new"))),
    Action.MANAGE_PEOPLE: Attempt(lambda w, s, who, c: who.people.suspend("ivo")),
    Action.CHANGE_POLICY: Attempt(lambda w, s, who, c: who.people.change_policy(review="none")),
    Action.ADD_INSTRUMENT: Attempt(lambda w, s, who, c: who.add_instrument(JOBS)),
    Action.ADD_CASE: Attempt(lambda w, s, who, c: add_case(who, "ina")),
    Action.IMPORT_SAMPLE: Attempt(lambda w, s, who, c: add_case(who, "ina")),
    Action.OPEN_CASE: Attempt(lambda w, s, who, c: who.open_case(c)),
    Action.GIVE_BACK: Attempt(lambda w, s, who, c: who.open_case(c).release(), 2),
    Action.PUBLISH: Attempt(lambda w, s, who, c: who.publish("pace", {"seconds": 4})),
    Action.LEND: Attempt(lambda w, s, who, c: who.reviews.lend(c, "sue", "quality", 3)),
    Action.ACCEPT: Attempt(lambda w, s, who, c: who.reviews.accept(c)),
    Action.RETURN: Attempt(lambda w, s, who, c: who.reviews.give_back(c, COMMENTS)),
    Action.REOPEN: Attempt(lambda w, s, who, c: who.reviews.reopen(c, COMMENTS)),
    Action.REQUEST_REOPENING: Attempt(lambda w, s, who, c: who.reviews.request_reopening(c)),
    Action.CORRECT_CONTACT: Attempt(
        lambda w, s, who, c: who.assignments.correct(c, "Corrected", {"contact": CANARY})
    ),
    Action.REASSIGN_FRESH: Attempt(_reassign),
    Action.REASSIGN_OPEN: Attempt(_reassign),
    Action.END_LEASE: Attempt(lambda w, s, who, c: who.assignments.end_lease(c), held=True),
    Action.REQUEST_ERASURE: Attempt(lambda w, s, who, c: who.erasures.request(c)),
    Action.ERASE_CASE: Attempt(
        lambda w, s, who, c: who.erasures.erase_case(c, Reason.WITHDRAWN, _second(s, who))
    ),
    Action.ERASE_IDENTITIES: Attempt(
        lambda w, s, who, c: who.erasures.erase_identities(_second(s, who))
    ),
    Action.ROTATE_DATA_KEY: Attempt(lambda w, s, who, c: who.study_keys.rotate(_second(s, who))),
    Action.MAKE_SHEETS: Attempt(lambda w, s, who, c: who.study_keys.make_sheets(_second(s, who))),
    Action.REHEARSE_SHEETS: Attempt(
        lambda w, s, who, c: who.study_keys.rehearse(w.sheets[0], w.sheets[2], _second(s, who))
    ),
    Action.USE_SHEETS: Attempt(_use_sheets),
    Action.TAKE_OVER: Attempt(_take_over),
    Action.BACK_UP: Attempt(_back_up, changes=False),
    Action.VERIFY_BACKUP: Attempt(lambda w, s, who, c: who.backups.verify(w.backup), 0, False),
    Action.RESTORE: Attempt(_restore, 0, False),
    Action.MIGRATE: Attempt(
        lambda w, s, who, c: upgrade(
            s.folder, who.person.name, passphrase(who.person.name), now=s.now
        ),
        0,
        False,
    ),
    Action.SEND: Attempt(_send, 1),
    Action.RECEIVE: Attempt(_receive, 0, False),
}

CONTACT = (Action.SEE_OWN_CONTACT, Action.SEE_ANY_CONTACT)


def entries(study: Study, cell: Cell) -> int:
    """How many entries the audit has more when a cell succeeds."""
    if cell.action is Action.USE_SHEETS:  # the data managers were suspended for it
        return 1 + _count(study, "D")
    if cell.action is Action.TAKE_OVER:  # so were the administrators but the one who takes over
        return _count(study, "A")
    nothing_to_send = cell.action is Action.SEND and cell.role == "I"
    return 0 if nothing_to_send else ATTEMPTS[cell.action].entries


def _count(study: Study, role: str) -> int:
    """How many people of a world began with a role."""
    return sum(role in PEOPLE[one.name] for one in study.people if one.name in PEOPLE)


def do(world: World, study: Study, cell: Cell, who: Access) -> None:
    """Do what a cell is about."""
    ATTEMPTS[cell.action].do(world, study, who, world.case(cell) if cell.state else "")


def is_refused(world: World, study: Study, cell: Cell, who: Access) -> bool:
    """Whether a cell is refused, with a sentence of the store."""
    try:
        do(world, study, cell, who)
    except StoreError:
        return True
    except ValueError:
        # Contacts are looked for in the list, and a case of another study is not in it.
        return cell.action in CONTACT
    return False


def succeeds(world: World, cell: Cell, *, verified: bool = False) -> str | None:
    """Do what a cell allows, in a world that may be changed by it; None, or what went wrong.

    The audit must have as many entries more as the action leaves, and none may hold the canary.
    """
    with world.opened() as study:
        if ATTEMPTS[cell.action].held:
            assignee = cell.person if cell.relation == "own" else "ivo"
            unlocked(study, assignee).open_case(world.case(cell))
        count = len(audited(study))
        try:
            do(world, study, cell, unlocked(study, cell.person))
        except StoreError as error:
            return str(error)
        rows = audited(study)
        if len(rows) != count + entries(study, cell):
            return f"{len(rows) - count} entries in the audit instead of {entries(study, cell)}"
        if any(CANARY in str(row) for row in rows):
            return "content in the audit"
        if verified and cell.action in IN_STATE and not unlocked(study, "dan").verify().ok:
            return "the study does not verify afterwards"
    return None


def audited(study: Study) -> list[tuple[object, ...]]:
    """Number, actor, deed and object of every entry of the audit."""
    with closing(sqlite3.connect(study.folder / "study.db")) as sql:
        return sql.execute("SELECT seq, actor, action, object FROM audit ORDER BY seq").fetchall()


def end(study: Study, status: str, names: Iterable[str]) -> None:
    """Suspend or remove people, or let today be their last day."""
    people = unlocked(study, "abe").people
    for name in names:
        match status:
            case "suspended":
                people.suspend(name)
            case "removed":
                people.remove(name)
            case _:
                people.set_expiry(name, study.now().date().isoformat())


def readable(world: World, name: str) -> set[tuple[str, str]]:
    """What someone's keys must open, and nothing besides: parts of cases, by the roles they have.

    An interviewer: contact and journal of their own cases until these are handed in. A supervisor:
    what was handed in and is due for review, without contacts. A data manager: everything. An
    administrator: nothing.
    """
    parts: set[tuple[str, str]] = set()
    for (assignee, state), case_id in world.ids.items():
        holds = {"fresh": {"identity"}, "open": {"identity", "journal"}, "erased": set()}
        content = holds.get(state, {"identity", "document"})
        if "D" in PEOPLE[name] or (assignee == name and state in ("fresh", "open")):
            parts |= {(case_id, part) for part in content}
        if "S" in PEOPLE[name] and state == "submitted":
            parts.add((case_id, "document"))
    return parts
