"""Random schedules of several holders of one case, checked by what was acknowledged alone.

    python -m tests.campaigns.lease_schedules --schedules 1000 [--server] [--control]

Four holders, threads and processes, on two computers where there is a server, open a case, append
to it and give it back, while they are stopped, continued and killed, the network is cut (also
between COMMIT and its answer), clocks jump, holds run out and a supervisor ends them. Who judges
keeps its own record of what was sent and what was answered, in order, and asks for four things:

- nobody who sent an event after another had been given the case got it into the journal;
- no two holders were given the case at once, nor one token twice;
- every acknowledged event is in the journal, once and under its number, or, if it was acknowledged
  as saved on its computer alone, there or in a draft on that computer;
- the study verifies, and nothing failed in a way that is not foreseen.

With `--control` the token is not looked at when an event is added; that must be found.
"""

import argparse
import json
import random
import select
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import col

from store import Role
from store.casework import cases
from store.databases.postgres import PAUSE
from store.databases.tables import CaseRow
from tests.campaigns import small_study
from tests.campaigns.lease_holders import Answer, Program, holders, start, way
from tests.store.made import add_case, found, passphrase
from tests.store.on_server import database_of
from tests.store.postgres_server import Server, own_server
from tests.store.quick_keys import remembered_keys

PEOPLE = {**small_study.PEOPLE, "sue": frozenset({Role.SUPERVISOR})}
FORESEEN = {
    "CaseInUse",
    "LeaseLost",
    "Unreachable",
    "StoreBusy",
    "nothing open",
}
NOT_BEGUN = "NotAllowed"
"""The supervisor may end a hold only on a case that was begun."""
STEPS = 16
TRIES = 4
SLOTS = ((0, 0), (0, 1), (1, 0), (2, 0))
"""Program and thread of each holder."""
COMPUTERS = (0, 0, 1)
"""On which computer each program runs, where there is a server."""
SUPERVISOR = 3
OVERTAKEN = (("open", 0), ("append", 0), ("end", -1), ("open", 2), ("append", 0), ("append", 2))
"""A holder goes on after another was given the case."""


@dataclass
class Tally:
    """What a campaign found."""

    schedules: int = 0
    acknowledged: int = 0
    acknowledged_here: int = 0
    openings: int = 0
    refusals: int = 0
    kills: int = 0
    stops: int = 0
    cuts: int = 0
    drafts: int = 0
    violations: list[str] = field(default_factory=list)


@dataclass
class Sent:
    """Something a holder was asked to do; times are positions in the judge's record."""

    op: int
    do: str
    slot: int
    at: int
    program: Program
    event_id: str = ""
    answered: int = 0
    answer: Answer = field(default_factory=dict)


@dataclass
class History:
    """What the judge knows of one schedule."""

    sent: dict[int, Sent] = field(default_factory=dict)
    ended: list[tuple[int, int]] = field(default_factory=list)
    """When the hold of a slot came to an end; slot -1 means whoever holds the case."""
    clock: int = 0

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    def heard(self, answer: Answer) -> None:
        one = self.sent[answer["op"]]
        one.answered, one.answer = self.tick(), answer

    def of(self, do: str) -> list[Sent]:
        """What was asked of this kind and answered without an error, in order of the answers."""
        done = [
            s for s in self.sent.values() if s.do == do and s.answered and "error" not in s.answer
        ]
        return sorted(done, key=lambda one: one.answered)


def judge(history: History, looks: list[Answer]) -> list[str]:
    """What is not as it must be, a sentence each."""
    return [*_given_twice(history), *_stale(history, looks), *_missing(history, looks)]


def _given_twice(history: History) -> list[str]:
    said, opened = [], history.of("open")
    for first in opened:
        for then in opened:
            token, later = first.answer["token"], then.answer["token"]
            if first is not then and token == later:
                said.append(f"token {token} was given twice")
            if not (token < later and first.answered < then.at):
                continue
            ends = [(at, at) for at, slot in history.ended if slot in (first.slot, -1)]
            # The supervisor's word may have to wait, and then counts when it is heard.
            ends += [
                (one.at, one.answered or history.clock)
                for one in history.sent.values()
                if one.do == "end"
            ]
            if not any(begun < then.answered and done > first.at for begun, done in ends):
                said.append(f"the case was given under {later} while it was held under {token}")
    return said


def _stale(history: History, looks: list[Answer]) -> list[str]:
    said = []
    appended, opened = history.of("append"), history.of("open")
    journal = {event_id: seq for seq, event_id in looks[-1]["journal"]}
    for one in appended:
        token, taken = one.answer["token"], one.event_id in journal
        newer = any(o.answer["token"] > token and o.answered < one.at for o in opened)
        if newer and (taken or one.answer["where"] == "there"):
            said.append(f"an event sent under the stale token {token} was taken")
    in_order = sorted(
        (s for s in appended if s.event_id in journal), key=lambda s: journal[s.event_id]
    )
    for before, behind in pairwise(in_order):
        if behind.answer["token"] < before.answer["token"]:
            said.append("an event stands behind one that was sent under a newer token")
    return said


def _missing(history: History, looks: list[Answer]) -> list[str]:
    said = []
    journal = {event_id: seq for seq, event_id in looks[-1]["journal"]}
    if len(journal) != len(looks[-1]["journal"]):
        said.append("an event is in the journal twice")
    drafts = {event_id for look in looks for event_id in look["drafts"]}
    for one in history.of("append"):
        there, seq = one.answer["where"] == "there", journal.get(one.event_id)
        if seq is None and (there or one.event_id not in drafts):
            said.append(f"an event acknowledged as {one.answer['where']} is lost")
        if seq not in (None, one.answer["seq"]):
            said.append("an event has another number than was acknowledged")
    return said


class Campaign:
    """The programs, and one schedule after another."""

    def __init__(self, folder: Path, server: Server | None, *, control: bool, seed: int) -> None:
        self._server, self._control = server, control
        self._chance, self.tally = random.Random(seed), Tally()
        self._folders = [folder]
        self._op = 0
        if server is not None:
            self._folders.append(folder.with_name("elsewhere"))
            shutil.copytree(folder, self._folders[1])
            self._database = database_of(folder)
        self._ways = [start(way(one)) for one in self._folders] if server else []
        for proxy in self._ways:
            _wait(proxy)
        self._programs = [self._new(number) for number in range(len(COMPUTERS) + 1)]

    def close(self) -> None:
        for program in (*self._programs, *self._ways):
            program.signal(signal.SIGCONT)
            program.kill()

    def run(self, case_id: str, directed: Sequence[tuple[str, int]] = ()) -> None:
        """One schedule on a fresh case, by chance or as directed, and its judgment."""
        history = History()
        for do, slot in directed:
            if do in ("open", "end"):
                history.ended.append((history.tick(), slot))
            self._send(history, do, slot, case_id)
            self._listen(history, 20)
        for _ in range(0 if directed else STEPS):
            self._step(history, case_id)
        looks = self._settle(history, case_id)
        self.tally.schedules += 1
        done = history.of("append")
        self.tally.acknowledged += len(done)
        self.tally.acknowledged_here += sum(one.answer["where"] == "here" for one in done)
        self.tally.openings += len(history.of("open"))
        self.tally.drafts += len({event_id for look in looks for event_id in look["drafts"]})
        for one in history.sent.values():
            error = one.answer.get("error", "")
            self.tally.refusals += error in ("CaseInUse", "LeaseLost")
            if error and error not in FORESEEN and (one.do, error) != ("end", NOT_BEGUN):
                self.tally.violations.append(f"{one.do}: {one.answer}")
        self.tally.violations += judge(history, looks)

    # --- one step ------------------------------------------------------------------------------

    def _step(self, history: History, case_id: str) -> None:
        chance = self._chance
        slot = chance.randrange(len(SLOTS))
        opened = [one.slot for one in history.of("open")]
        if opened and chance.random() < 0.5:
            slot = chance.choice(opened[-2:])
        program = self._programs[SLOTS[slot][0]]
        steps = {
            "append": 14,
            "open": 4 if opened else 40,
            "release": 1,
            "beat": 1,
            "clock": 1,
            "kill": 1,
        }
        steps |= {"stop": 1, "continue": 2, "end": 1}
        if self._ways:
            steps |= {"cut": 2, "mend": 3, "lose answer": 2, "lose commit": 1, "soon": 1}
            steps |= {"expire": 1}
        what = chance.choices(list(steps), list(steps.values()))[0]
        match what:
            case "append" | "open" | "release" | "beat" | "clock":
                if what == "release":
                    history.ended.append((history.tick(), slot))
                if what == "open":
                    history.ended.append((history.tick(), slot))
                self._send(history, what, slot, case_id)
                patience = 0.02 if any(one.stopped for one in self._programs) else 0.4
                self._listen(history, chance.choice((0.0, patience, patience, patience)))
            case "stop":
                self.tally.stops += 1
                program.signal(signal.SIGSTOP)
            case "continue":
                for one in self._programs:
                    one.signal(signal.SIGCONT)
            case "kill":
                self._kill(history, SLOTS[slot][0])
            case "end":
                history.ended.append((history.tick(), -1))
                self._send(history, "end", -1, case_id)
                self._listen(history, 0.2)
            case "expire":
                history.ended.append((history.tick(), -1))
                self._expire(case_id)
            case _:
                self.tally.cuts += what != "mend"
                self._way(chance.choice(self._ways), what)

    def _send(self, history: History, do: str, slot: int, case_id: str) -> Sent:
        program, thread = SLOTS[slot] if slot >= 0 else (SUPERVISOR, 0)
        self._op += 1
        event_id = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        jump = self._chance.choice((-3600, -86_400, -315_360_000, 315_360_000, 3600))
        one = Sent(self._op, do, slot, history.tick(), self._programs[program], event_id)
        history.sent[one.op] = one
        one.program.tell(op=one.op, do=do, slot=thread, case=case_id, id=event_id, seconds=jump)
        return one

    def _listen(self, history: History, seconds: float) -> None:
        """Until everyone has answered who can, or for that long."""
        until = time.monotonic() + seconds
        while True:
            for program in self._programs:
                for answer in program.heard():
                    history.heard(answer)
            open_ = [s for s in history.sent.values() if not s.answered]
            left = until - time.monotonic()
            if not open_ or left <= 0:
                return
            select.select([one.answers for one in self._programs], [], [], left)

    def _kill(self, history: History, number: int) -> None:
        self.tally.kills += 1
        program = self._programs[number]
        for answer in program.kill():
            history.heard(answer)
        at = history.tick()
        for slot, (where, _) in enumerate(SLOTS):
            if where == number:
                history.ended.append((at, slot))
        for one in history.sent.values():
            if one.program is program and not one.answered:
                one.answered, one.answer = at, {"error": "nothing open"}
        self._programs[number] = self._new(number)

    def _new(self, number: int) -> Program:
        if number == SUPERVISOR:
            return start(holders(self._folders[0], "sue", "supervisor", lambda: None))
        computer = COMPUTERS[number] if self._ways else 0
        patched = take_out_the_check if self._control else _nothing
        return start(holders(self._folders[computer], "ina", f"computer {computer}", patched))

    def _way(self, proxy: Program, do: str) -> None:
        proxy.tell(do=do, pieces=self._chance.randrange(1, 30))
        _wait(proxy)

    def _expire(self, case_id: str) -> None:
        """The server's clock as if two minutes had gone by without a heartbeat."""
        assert self._server is not None
        said = f"UPDATE lease SET until = 1 WHERE case_id = '{case_id}' AND holder <> ''"
        self._server.execute(said, database=self._database)

    # --- the end ---------------------------------------------------------------------------------

    def _settle(self, history: History, case_id: str) -> list[Answer]:
        """Everyone goes on, gives back and ends; then what each computer has is looked at."""
        for program in self._programs:
            program.signal(signal.SIGCONT)
        for proxy in self._ways:
            self._way(proxy, "mend")
        self._listen(history, 40)
        for slot in range(len(SLOTS)):
            history.ended.append((history.tick(), slot))
            self._send(history, "release", slot, case_id)
        self._listen(history, 40)
        if self._server is not None:
            self._expire(case_id)
        looks = []
        # Twice, since what the second computer delivers comes after what the first has seen.
        for slot in (2, 3, 2):
            history.ended.append((history.tick(), slot))
            for _ in range(TRIES):
                one = self._send(history, "look", slot, case_id)
                self._listen(history, 40)
                if one.answer.get("error") not in ("Unreachable", "StoreBusy"):
                    break
                time.sleep(PAUSE)  # for as long as a way that was slow is left alone
            if "journal" not in one.answer:
                self.tally.violations.append(f"cannot be looked at: {one.answer}")
                return [{"journal": [], "drafts": []}]
            looks.append(one.answer)
        return looks


def take_out_the_check() -> None:
    """The control: an event is added whatever the token is."""
    cases._MOVE = (
        update(CaseRow)
        .where(
            col(CaseRow.id) == bindparam("case"),
            col(CaseRow.n) == bindparam("previous_n"),
            col(CaseRow.head) == bindparam("previous_head"),
        )
        .values(n=bindparam("next_n"), head=bindparam("next_head"), updated=bindparam("now"))
    )


def _nothing() -> None:
    """Leave the store as it is."""


def _wait(program: Program) -> None:
    select.select([program.answers], [], [], 20)
    assert program.heard(), "the proxy does not answer"


@remembered_keys()
def campaign(
    folder: Path, server: Server | None, schedules: int, *, control: bool = False, seed: int = 1
) -> Tally:
    """Run that many schedules, each on a case of its own."""
    database = None if server is None else server.url(server.new_database())
    study = found(folder, everyone=PEOPLE, database=database)
    try:
        manager = study.unlock("dan", passphrase("dan"))
        for name in PEOPLE:
            study.unlock(name, passphrase(name))  # so that the programs need not derive
        ids = [add_case(manager, f"Household {number}", "ina") for number in range(schedules)]
    finally:
        study.close()
    runs = Campaign(folder, server, control=control, seed=seed)
    try:
        for number, case_id in enumerate(ids):
            runs.run(case_id, () if number else OVERTAKEN)
    finally:
        runs.close()
    if server is not None:
        from store.databases import server as servers

        servers.name(folder, servers.place(server.url(runs._database)))
    if not control:
        runs.tally.violations += small_study.problems(folder)
    return runs.tally


def main() -> None:
    """Run a campaign and print what it found; exit code 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=100)
    parser.add_argument("--server", action="store_true")
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        arguments: dict[str, Any] = {"control": options.control, "seed": options.seed}
        if options.server:
            with own_server() as server:
                tally = campaign(Path(place) / "study", server, options.schedules, **arguments)
        else:
            tally = campaign(Path(place) / "study", None, options.schedules, **arguments)
    print(json.dumps(vars(tally)))
    if bool(tally.violations) != options.control:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
