"""Kill a PostgreSQL server under load, again and again, and count acknowledged answers it lost.

    python -m tests.campaigns.kill_server --kills 40 [--control]

Programs append events, each to a case of its own, and report each on a pipe as soon as the store
says that it is saved. The server and each of its processes are killed with SIGKILL and started
again; the programs find it again by themselves and repeat, under the same id, what they do not know
to be saved. What is saved on their own computer meanwhile they hand over before they go on, so that
each kill meets answers on their way to the server. At the end every journal must hold just what was
reported, each event once.

With `--control` the server answers before it has written (synchronous_commit=off), and cati's
refusal of such a server is taken out; that must lose some.
"""

import argparse
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from store import DamagedCase, OpenCase, StoreError
from store.databases import postgres, postgres_setup
from tests.campaigns.killed import Work, start
from tests.campaigns.small_study import as_ina, make_study, problems
from tests.store.made import answer
from tests.store.postgres_server import Server, own_server
from tests.store.quick_keys import remembered_keys

HERE = "here"
"""Said after an answer that waits on the program's own computer."""
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


@remembered_keys()
def campaign(folder: Path, server: Server, kills: int, *, writers: int = 4, seed: int = 1) -> Tally:
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
        reached = [len(child.listen()) for child in children]
        until = time.monotonic() + 60
        # All go on by themselves before the next kill.
        while time.monotonic() < until and any(
            (len(child.listen()) == before or child.listen()[-1] == HERE)
            and not _ended(child.listen())
            for child, before in zip(children, reached, strict=True)
        ):
            time.sleep(0.005)
    reports = [child.kill() for child in children]
    with as_ina(folder) as ina:
        for case_id, said in zip(cases, reports, strict=True):
            saved = [int(line) for line in said if line.isdecimal()]
            tally.acknowledged += len(saved) - 1
            tally.repeated += said.count("again")
            tally.here += said.count(HERE)
            tally.lost += _ended(said)
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


def _ended(said: list[str]) -> bool:
    return said[-1].startswith("failed")


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
                    except DamagedCase:
                        raise  # what was acknowledged before is gone
                    except StoreError:
                        say("again")
                        time.sleep(0.01)
                    else:
                        break
                say(str(number))
                if case.waiting:
                    say(HERE)
                    _hand_over(case)
                    say("handed over")

    return work


def _hand_over(case: OpenCase) -> None:
    while case.waiting:
        try:
            case.deliver()
        except DamagedCase:
            raise
        except StoreError:
            time.sleep(0.01)


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
    wrong = tally.lost or tally.doubled or tally.unverifiable
    if bool(wrong) != options.control:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
