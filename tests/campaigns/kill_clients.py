"""Kill programs that save answers on a PostgreSQL server, and count lost acknowledged ones.

    python -m tests.campaigns.kill_clients --kills 500 [--control]

Several programs at a time append events, each to a case of its own, and report each on a pipe as
soon as the store says that it is saved. All are killed with SIGKILL at random moments; then every
journal is opened by another program, at once although the hold lasts two minutes, and compared.

With `--control` the programs report five answers ahead; that must lose some.
"""

import argparse
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.killed import Tally, appending, start
from tests.campaigns.small_study import as_ina, make_study, problems
from tests.store.postgres_server import Server, own_server
from tests.store.quick_keys import remembered_keys

AT_ONCE = 4
LONG = 400
"""Events after which a case is left for a new one, so that opening it stays quick."""


@dataclass
class OnServer(Tally):
    """What a campaign found on a server."""

    unverifiable: int = 0
    """Findings of a verification of everything at the end."""


@remembered_keys()
def campaign(
    folder: Path, server: Server | None, kills: int, *, control: bool = False, seed: int = 1
) -> OnServer:
    """Kill that many programs, several at a time, each on a case of its own."""
    chance, tally = random.Random(seed), OnServer()
    waiting = make_study(folder, AT_ONCE + kills // 8, server)
    at_work = [(waiting.pop(), 0) for _ in range(AT_ONCE)]
    while tally.kills < kills:
        children = [start(appending(folder, case, early=control)) for case, _ in at_work]
        for child in children:
            while not child.listen():
                time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.2))
        reports = [child.kill() for child in children]
        with as_ina(folder) as ina:
            for number, ((case_id, before), said) in enumerate(zip(at_work, reports, strict=True)):
                assert not said[-1].startswith("failed"), said[-1]
                case = ina.open_case(case_id)
                there = tally.count(before, int(said[-1]), case.events)
                case.release()
                at_work[number] = (waiting.pop(), 0) if there > LONG else (case_id, there)
    tally.unverifiable = len(problems(folder))
    return tally


def main() -> None:
    """Run a campaign and print what it found; exit code 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, own_server() as server:
        tally = campaign(
            Path(folder) / "study",
            server,
            options.kills,
            control=options.control,
            seed=options.seed,
        )
    print(tally)
    if tally.damaged or tally.unverifiable or (tally.lost > 0) != options.control:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
