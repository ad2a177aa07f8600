"""Kill a process that saves answers, at random moments, and count acknowledged ones that are lost.

    python -m tests.store.kill_campaign --kills 200 [--control]

A child opens a case and appends events, reporting each on a pipe as soon as the store says that
it is saved. The parent kills it with SIGKILL, reopens the study, and holds the journal against the
reports.

With `--control` the child reports five answers ahead, like a program that keeps answers in memory
and writes them now and then; that must lose some.
"""

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.reduction import DupFd
from pathlib import Path

from store import open_study
from tests.store.made import Made, answer, make, passphrase

AHEAD = 5
CHILDREN = multiprocessing.get_context("forkserver")
"""Each child is a fresh process that finds the imports done and nothing else."""
CHILDREN.set_forkserver_preload(["store", "tests.store.made"])


@dataclass
class Tally:
    """What a campaign found."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    """Acknowledged and not there afterwards."""
    kept_unreported: int = 0
    """Saved, and killed before it could be reported; that is right."""
    hot_journals: int = 0
    """Kills in the midst of a transaction, which SQLite had to undo."""
    damaged: int = 0


def campaign(folder: Path, kills: int, *, control: bool = False, seed: int = 1) -> Tally:
    """Kill that many children at random moments, all on one case of one study."""
    made, chance, tally = make(folder), random.Random(seed), Tally()
    saved = 8
    for _ in range(kills):
        reported = _one(made, chance.uniform(0.0, 0.25), control)
        journal = made.folder / "study.db-journal"
        tally.hot_journals += journal.exists() and journal.stat().st_size > 0
        study = open_study(made.folder)
        case = study.unlock("ina", passphrase("ina")).open_case(made.begun)
        found = len(case.events)
        tally.damaged += case.events != [answer(number) for number in range(1, found + 1)]
        study.close()
        tally.kills += 1
        tally.acknowledged += max(0, reported - saved)
        tally.lost += max(0, reported - found)
        tally.kept_unreported += max(0, found - max(reported, saved))
        saved = found
    return tally


def _one(made: Made, seconds: float, control: bool) -> int:
    """Start a child, kill it some time after its first report; the last number it reported."""
    reading, writing = os.pipe()
    child = CHILDREN.Process(
        target=_child, args=(made.folder, made.begun, _Inherited(writing), control), daemon=True
    )
    child.start()
    os.close(writing)
    with open(reading, "rb", buffering=0) as pipe:  # noqa: PTH123 - a descriptor, not a path
        first = pipe.read(64) or b""
        time.sleep(seconds)
        child.kill()
        child.join()
        rest = pipe.readall()
    child.close()
    # A line without its end was not fully reported.
    return int((first + rest).split(b"\n")[-2])


class _Inherited:
    """A file descriptor on its way to a child."""

    def __init__(self, descriptor: int) -> None:
        self._duplicate = DupFd(descriptor)

    def take(self) -> int:
        """The descriptor as the child has it."""
        number: int = self._duplicate.detach()
        return number


def _child(folder: Path, case_id: str, pipe: _Inherited, control: bool) -> None:
    report = pipe.take()
    study = open_study(folder)
    case = study.unlock("ina", passphrase("ina")).open_case(case_id)
    number = len(case.events)
    os.write(report, b"%d\n" % number)
    while True:
        number += 1
        if control:
            os.write(report, b"%d\n" % (number + AHEAD))
        receipt = case.append(answer(number))
        if not control:
            os.write(report, b"%d\n" % receipt.seq)


def main() -> None:
    """Run a campaign and print what it found; exit code 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = campaign(
            Path(folder) / "study", options.kills, control=options.control, seed=options.seed
        )
    print(tally)
    if tally.damaged or (tally.lost > 0) != options.control:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
