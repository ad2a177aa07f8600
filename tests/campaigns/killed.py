"""Forked programs that report what they did, line by line, until they are killed."""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from store import JSON
from tests.campaigns.small_study import as_ina
from tests.store.made import answer

Work = Callable[[Callable[[str], None]], None]
"""What a program does; it gets a function that reports a line."""

AHEAD = 5
"""Answers by which a control reports too early."""


@dataclass
class Tally:
    """What a campaign that kills programs found."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    """Acknowledged and not there afterwards."""
    kept_unreported: int = 0
    """Saved, and killed before it could be reported; that is right."""
    damaged: int = 0
    """Journals that did not hold just what was sent."""

    def count(self, before: int, reported: int, events: Sequence[dict[str, JSON]]) -> int:
        """Take in a kill; the events that are there now, to be `before` of the next.

        Args:
            before: events that were there when the program began.
            reported: the last number that it reported.
            events: what the journal holds afterwards.
        """
        there = len(events)
        self.kills += 1
        self.acknowledged += max(0, reported - before)
        self.lost += max(0, reported - there)
        self.kept_unreported += max(0, there - max(reported, before))
        self.damaged += list(events) != [answer(number) for number in range(1, there + 1)]
        return there


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
