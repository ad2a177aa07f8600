"""Kill a process that saves answers, at random moments, and count acknowledged ones that are lost.

    python -m tests.store.kill_campaign --kills 200 [--control]

A child opens a case and appends events, reporting each on a pipe as soon as the store says that
it is saved. The parent kills it with SIGKILL, reopens the study, and holds the journal against the
reports. With `--control` the child reports *before* it saves, which must lose some.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from store import open_study
from tests.store.made import Made, answer, make, passphrase

ROOT = Path(__file__).parents[2]


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
    mode = "control" if control else "real"
    child = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.store.kill_campaign",
            "--child",
            str(made.folder),
            made.begun,
            mode,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read()
    child.wait()
    child.stdout.close()
    # A line without its end was not fully reported.
    return int((first + rest).split(b"\n")[-2])


def _child(folder: Path, case_id: str, *, control: bool) -> None:
    study = open_study(folder)
    case = study.unlock("ina", passphrase("ina")).open_case(case_id)
    number = len(case.events)
    os.write(1, b"%d\n" % number)
    while True:
        number += 1
        if control:
            os.write(1, b"%d\n" % number)
        receipt = case.append(answer(number))
        if not control:
            os.write(1, b"%d\n" % receipt.seq)


def main() -> None:
    """Run a campaign and print what it found; exit code 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        folder, case_id, mode = options.child
        _child(Path(folder), case_id, control=mode == "control")
    with tempfile.TemporaryDirectory() as folder:
        tally = campaign(
            Path(folder) / "study", options.kills, control=options.control, seed=options.seed
        )
    if tally.damaged or (tally.lost > 0) != options.control:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
