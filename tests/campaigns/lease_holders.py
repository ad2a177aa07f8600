"""Programs that hold cases, told line by line what to do; and ways to a server that break.

The programs are forked; each runs several holders, a thread and an access of its own for each. All
answers go back on one pipe, a line of JSON each, with the number of what they answer.
"""

import json
import os
import queue
import signal
import tempfile
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from store import Access, OpenCase, StoreError, open_study
from store.databases import processes
from store.waiting import outbox
from tests.store.made import passphrase
from tests.store.unsteady import by_way

Answer = dict[str, Any]


@dataclass
class Program:
    """A forked program: where to write commands, where to read answers."""

    pid: int
    commands: int
    answers: int
    said: bytes = b""
    stopped: bool = False

    def tell(self, **command: object) -> None:
        """Give it something to do."""
        os.write(self.commands, json.dumps(command).encode() + b"\n")

    def heard(self) -> list[Answer]:
        """What it answered since this was last asked."""
        with suppress(BlockingIOError):
            while part := os.read(self.answers, 65_536):
                self.said += part
        *whole, self.said = self.said.split(b"\n")
        return [json.loads(line) for line in whole]

    def signal(self, number: int) -> None:
        """Stop it, let it go on, or kill it."""
        os.kill(self.pid, number)
        self.stopped = number == signal.SIGSTOP

    def kill(self) -> list[Answer]:
        """SIGKILL; what it had answered before."""
        self.signal(signal.SIGKILL)
        os.waitpid(self.pid, 0)
        last = self.heard()
        os.close(self.commands)
        os.close(self.answers)
        return last


def start(work: Callable[[int, Callable[[Answer], None]], None]) -> Program:
    """Fork a program that reads commands from a pipe and answers on another."""
    commands, tell = os.pipe()
    hear, answers = os.pipe()
    pid = os.fork()
    if pid:
        os.close(commands)
        os.close(answers)
        os.set_blocking(hear, False)
        return Program(pid, tell, hear)
    code = 1
    try:
        os.close(tell)
        os.close(hear)
        guard = threading.Lock()

        def say(answer: Answer) -> None:
            with guard:
                os.write(answers, json.dumps(answer).encode() + b"\n")

        work(commands, say)
        code = 0
    finally:
        os._exit(code)


def each_line(commands: int) -> Any:
    """The commands, until whoever gives them is gone."""
    with os.fdopen(commands, "rb", buffering=0) as file:
        for line in file:
            yield json.loads(line)


def way(folder: Path) -> Callable[[int, Callable[[Answer], None]], None]:
    """A proxy between a study's folder and its server, as a program."""

    def work(commands: int, say: Callable[[Answer], None]) -> None:
        tempfile.tempdir = str(folder.parent)  # it is killed, and cleans nothing up itself
        with by_way(folder) as proxy:
            say({"ready": True})
            for command in each_line(commands):
                match command["do"]:
                    case "cut":
                        proxy.cut()
                    case "mend":
                        proxy.mend()
                    case "lose answer":
                        proxy.lose_answer = True
                    case "lose commit":
                        proxy.lose_commit = True
                    case "soon":
                        proxy.left = int(command["pieces"])
                say({"done": command["do"]})

    return work


def holders(
    folder: Path, name: str, boot: str, patched: Callable[[], None]
) -> Callable[[int, Callable[[Answer], None]], None]:
    """A program in which a person holds cases, on the computer that `boot` names."""

    def work(commands: int, say: Callable[[Answer], None]) -> None:
        patched()
        patch.object(processes, "_boot", lambda: boot).start()
        patch.object(outbox, "SHARE", 0).start()
        slots: dict[int, queue.Queue[Mapping[str, Any]]] = {}
        for command in each_line(commands):
            number = int(command["slot"])
            if number not in slots:
                slots[number] = queue.Queue()
                holder = Holder(folder, name, say)
                threading.Thread(target=holder.run, args=(slots[number],), daemon=True).start()
            slots[number].put(command)

    return work


@dataclass
class Holder:
    """One thread with its own access to the study."""

    folder: Path
    name: str
    say: Callable[[Answer], None]
    access: Access | None = None
    case: OpenCase | None = None
    jump: timedelta = field(default_factory=timedelta)

    def run(self, todo: "queue.Queue[Mapping[str, Any]]") -> None:
        """Do one thing after another, and say what came of it."""
        while True:
            command = todo.get()
            answer: Answer = {"op": command["op"]}
            try:
                answer |= self._do(command)
            except StoreError as error:
                answer |= {"error": type(error).__name__, "says": str(error)}
            except Exception as error:  # noqa: BLE001 - told to the judge, who finds it
                answer |= {"error": "failed", "says": f"{type(error).__name__} {error}"}
            self.say(answer)

    def _do(self, command: Mapping[str, Any]) -> Answer:
        match command["do"]:
            case "clock":
                self.jump = timedelta(seconds=command["seconds"])
                return {}
            case "open":
                self._let_go()
                self.case = self._unlocked().open_case(command["case"])
                return {"token": self.case.token}
            case "append":
                if self.case is None:
                    return {"error": "nothing open"}
                event_id = uuid.UUID(command["id"])
                done = self.case.append({"number": command["op"]}, event_id=event_id)
                return {"seq": done.seq, "where": done.where, "token": self.case.token}
            case "beat":
                if self.case is not None:
                    self.case.heartbeat()
                return {}
            case "release":
                self._let_go()
                return {}
            case "end":
                self._unlocked().assignments.end_lease(command["case"])
                return {}
            case "look":
                return self._look(command["case"])
        raise ValueError(command["do"])

    def _unlocked(self) -> Access:
        if self.access is None:
            study = open_study(self.folder, now=lambda: datetime.now(UTC) + self.jump)
            self.access = study.unlock(self.name, passphrase(self.name))
        return self.access

    def _let_go(self) -> None:
        case, self.case = self.case, None
        if case is not None:
            case.release()

    def _look(self, case_id: str) -> Answer:
        """The journal by a fresh opening, and the drafts of this computer."""
        self._let_go()
        access = self._unlocked()
        case = access.open_case(case_id)
        found = [(one.seq, one.event_id) for one in case.entries]
        case.release()
        drafts = [one.event_id for draft in access.drafts.of(case_id) for one in draft.entries]
        return {"journal": found, "drafts": drafts, "waiting": access.drafts.waiting()}
