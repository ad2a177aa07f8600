"""Kill a process that saves answers, at random moments, and count acknowledged ones that are lost.

    python -m tests.store.kill_campaign --kills 2000 [--control]

A forked child opens the study and a case in it and appends events, reporting each on a pipe as soon
as the store says that it is saved. The parent kills it with SIGKILL at a random moment of the first
tenths of a second (in the midst of sealing, of writing the journal file or the database, of syncing
or between two answers), reopens the study, so that SQLite undoes what was under way, and holds the
journal against the reports. After some kills another case is taken, and the journals stay short.

With `--control` the child reports five answers ahead, like a program that keeps answers in memory
and writes them now and then; that must lose some.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.killed import Tally, appending, start
from tests.campaigns.store.support import scratch
from tests.store.made import add_case, make
from tests.store.quick_keys import remembered_keys

LONGEST = 0.15
"""Seconds after the first report within which a child is killed."""
KILLS_A_CASE = 10


@dataclass
class OnFile(Tally):
    """What a campaign found on a file."""

    hot_journals: int = 0
    """Kills in the midst of a transaction, which SQLite had to undo."""


def campaign(folder: Path, kills: int, *, control: bool = False, seed: int = 1) -> OnFile:
    """Kill that many children at random moments, some dozens on each case of one study."""
    made, chance, tally = make(folder), random.Random(seed), OnFile()
    case_id, saved = made.begun, 8
    for number in range(kills):
        if number and number % KILLS_A_CASE == 0:
            with made.unlocked("dan") as (dan,):
                case_id, saved = add_case(dan, f"Household {number}", "ina"), 0
            if number % (20 * KILLS_A_CASE) == 0:
                sys.stdout.write(f"{tally}\n")
                sys.stdout.flush()
        reported = _one(folder, case_id, chance.uniform(0.0, LONGEST), control)
        journal = folder / "study.db-journal"
        tally.hot_journals += journal.exists() and journal.stat().st_size > 0
        with made.unlocked("ina") as (ina,):
            saved = tally.count(saved, reported, ina.open_case(case_id).events)
    return tally


def _one(folder: Path, case_id: str, seconds: float, control: bool) -> int:
    """Start a child, kill it some time after its first report; the last number it reported."""
    child = start(appending(folder, case_id, early=control))
    while not child.listen():
        time.sleep(0.001)
    time.sleep(seconds)
    return int(child.kill()[-1])


def main() -> None:
    """Run a campaign and print what it found; exit code 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    # A kill takes nothing that the system was given, so the files may be in memory; what a disk
    # loses with its power is `tests.campaigns.store.power_cut`.
    with scratch() as folder, remembered_keys():
        tally = campaign(
            folder / "study", options.kills, control=options.control, seed=options.seed
        )
    print(tally)
    if tally.damaged or (tally.lost > 0) != options.control:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
