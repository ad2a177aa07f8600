"""Kill a PostgreSQL server under load, again and again, and count acknowledged answers it lost.

    python -m tests.campaigns.kill_server --kills 40 [--control]

Programs append events, each to a case of its own, and report each on a pipe as soon as the store
says that it is saved. The server and each of its processes are killed with SIGKILL and started
again; the programs find it again by themselves and repeat, under the same id, what they do not know
to be saved. What is saved on their own computer meanwhile they hand over before they go on, so that
each kill meets answers on their way to the server. Each program must go on within a minute of the
server's return. At the end every journal must hold just what was reported, each event once.

With `--control` the server answers before it has written (synchronous_commit=off), and cati's
refusal of such a server is taken out; that must lose some. Programs that never get rid of what
waits must be told as stuck, and those to which it is refused as failed.
"""

import argparse
import random
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from store import DamagedCase, LeaseLost, OpenCase, StoreBusy, StoreError, Unreachable
from store.databases import postgres, postgres_setup
from tests.campaigns.killed import Child, Work, start
from tests.campaigns.small_study import as_ina, make_study, problems
from tests.store.made import answer
from tests.store.postgres_server import Server, own_server
from tests.store.quick_keys import remembered_keys

HERE = "here"
"""Said after an answer that waits on the program's own computer."""
AGAIN = "again"
"""Said after a try of which it is not known whether it saved the answer."""
FAILED = "failed"
"""Begins the last line of a program that ended by itself."""
PATIENCE = 60.0
"""Seconds within which each program must go on after the server is back."""
LAZY = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "64MB"}


@dataclass
class Tally:
    """What a campaign found."""

    kills: int = 0
    acknowledged: int = 0
    repeated: int = 0
    """Tries after which a program did not know whether its answer was saved, and asked again."""
    here: int = 0
    """Acknowledged as saved on the program's own computer, and handed over later."""
    lost: int = 0
    """Acknowledged and not there afterwards, or found missing by the program that wrote them."""
    doubled: int = 0
    unverifiable: int = 0
    stuck: int = 0
    """Programs that did not go on after a kill, which was the last then."""
    failed: list[str] = field(default_factory=list)
    """What other programs than those in `lost` said when they ended by themselves."""

    @property
    def sound(self) -> bool:
        """Nothing lost, and every program went on after each kill."""
        wrong = self.lost or self.doubled or self.unverifiable or self.stuck or self.failed
        return not wrong


@remembered_keys()
def campaign(
    folder: Path,
    server: Server,
    kills: int,
    *,
    writers: int = 4,
    seed: int = 1,
    patience: float = PATIENCE,
) -> Tally:
    """Kill the server that many times while programs write."""
    chance, tally = random.Random(seed), Tally()
    cases = make_study(folder, writers, server)
    server.execute("CHECKPOINT")
    server.execute("CHECKPOINT")
    children = [start(_appending(folder, case)) for case in cases]
    for child in children:
        while not child.listen():
            time.sleep(0.005)
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 0.4))
        server.kill()
        server.start()
        tally.kills += 1
        tally.stuck = _stuck(children, patience)
        if tally.stuck:
            break
    reports = [child.kill() for child in children]
    with as_ina(folder) as ina:
        for case_id, said in zip(cases, reports, strict=True):
            saved = [int(line) for line in said if line.isdecimal()]
            tally.acknowledged += len(saved) - 1
            tally.repeated += said.count(AGAIN)
            tally.here += said.count(HERE)
            if _ended(said):
                damaged = said[-1].startswith(f"{FAILED} {DamagedCase.__name__}")
                tally.lost += damaged
                tally.failed += [] if damaged else [said[-1]]
            try:
                events = ina.open_case(case_id).events
            except DamagedCase:
                tally.unverifiable += 1
                continue
            # As texts in a set: a case has some ten thousand events, each looked for among all.
            there = {str(event) for event in events}
            tally.lost += sum(str(answer(number)) not in there for number in saved[1:])
            tally.doubled += len(events) - len(there)
    tally.unverifiable += len(problems(folder))
    return tally


def _stuck(children: Sequence[Child], patience: float) -> int:
    """How many do not go on by themselves, now that the server is back, before the next kill."""
    reached = [len(child.listen()) for child in children]
    until = time.monotonic() + patience
    while True:
        stuck = sum(
            not _went_on(child.listen(), before)
            for child, before in zip(children, reached, strict=True)
        )
        if not stuck or time.monotonic() >= until:
            return stuck
        time.sleep(0.005)


def _went_on(said: list[str], before: int) -> bool:
    """Whether an answer was saved since, and all that waited was handed over, or it ended."""
    goes_on = any(line not in (HERE, AGAIN) for line in said[before:]) and said[-1] != HERE
    return goes_on or _ended(said)


def _ended(said: list[str]) -> bool:
    return said[-1].startswith(FAILED)


def _appending(folder: Path, case_id: str) -> Work:
    def work(say: Callable[[str], None]) -> None:
        with as_ina(folder) as ina:
            case, number = ina.open_case(case_id), 0
            say("0")
            while True:
                number += 1
                given = uuid.uuid4()
                while True:
                    try:
                        case.append(answer(number), event_id=given)
                    except (Unreachable, StoreBusy):  # any other is told, and ends it
                        say(AGAIN)
                        time.sleep(0.01)
                    else:
                        break
                if case.waiting:
                    say(f"{number}\n{HERE}")  # at once: one without the other has gone on
                    _hand_over(case)
                    say("handed over")
                else:
                    say(str(number))

    return work


def _hand_over(case: OpenCase) -> None:
    while case.waiting:
        try:
            case.deliver()
        except (Unreachable, StoreBusy):
            time.sleep(0.01)


def never_handed_over(folder: Path, server: Server, error: StoreError, patience: float) -> Tally:
    """A control: the server is killed once, and what waits is answered by that error for good."""
    with patch.object(OpenCase, "deliver", side_effect=error):
        return campaign(folder, server, 1, writers=1, patience=patience)


def controls_told(folder: Path, server: Server) -> bool:
    """Whether programs that do not go on are told: as stuck, or with what they ended by."""
    waiting = never_handed_over(folder / "stuck", server, Unreachable("gone"), 1)
    refused = never_handed_over(folder / "refused", server, LeaseLost("1"), PATIENCE)
    return waiting.stuck > 0 and bool(refused.failed) and not waiting.sound and not refused.sound


def main() -> None:
    """Run a campaign and print what it found; exit code 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    settings = LAZY if options.control else {}
    if options.control:
        for module in (postgres, postgres_setup):
            patch.object(module, "require_rules", lambda *_: None).start()
    with tempfile.TemporaryDirectory() as folder, own_server(**settings) as server:
        tally = campaign(Path(folder) / "study", server, options.kills, seed=options.seed)
        print(tally)
        fine = tally.sound
        if options.control:
            told = controls_told(Path(folder), server)
            print(f"control: programs that do not go on are {'told' if told else 'NOT told'}")
            fine = tally.lost > 0 and told
    if not fine:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
