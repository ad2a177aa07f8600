"""Forked programs that report what they did, line by line, until they are killed."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.server_study import as_ina
from tests.store.made import answer

Work = Callable[[Callable[[str], None]], None]
"""What a program does; it gets a function that reports a line."""

AHEAD = 5
"""Answers by which a control reports too early."""


def appending(folder: Path, case_id: str, *, early: bool = False) -> Work:
    """Append answers to a case without end; reported are its number of events, and each new one.

    With `early` each is reported before it is saved, `AHEAD` answers ahead, as by a program that
    keeps answers in memory and writes them now and then.
    """

    def work(say: Callable[[str], None]) -> None:
        with as_ina(folder) as ina:
            case = ina.open_case(case_id)
            number = len(case.events)
            say(str(number))
            while True:
                number += 1
                if early:
                    say(str(number + AHEAD))
                receipt = case.append(answer(number))
                if not early:
                    say(str(receipt.seq))

    return work


@dataclass
class Child:
    """A forked program that reports numbers, one a line, on a pipe."""

    pid: int
    pipe: int
    said: bytes = b""

    def listen(self) -> list[str]:
        """Every whole line so far, without waiting."""
        os.set_blocking(self.pipe, False)
        while True:
            try:
                part = os.read(self.pipe, 65_536)
            except BlockingIOError:
                break
            if not part:
                break
            self.said += part
        return self.said.decode().split("\n")[:-1]

    def kill(self) -> list[str]:
        """End it at once; every whole line it said."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        said = self.listen()
        os.close(self.pipe)
        return said


def start(work: Work) -> Child:
    """Run `work` in a forked child."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid, reading)
    code = 1
    try:
        os.close(reading)
        secrets.randbits(8)
        work(lambda line: _say(writing, line))
        code = 0
    except BaseException as error:
        _say(writing, f"failed {type(error).__name__} {error}")
        raise
    finally:
        os._exit(code)


def _say(pipe: int, line: str) -> None:
    os.write(pipe, line.encode() + b"\n")
