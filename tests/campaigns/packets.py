"""Packets between an office and two laptops, sent, lost, repeated and mixed up at random.

    python -m tests.campaigns.packets --size 200 [--seed 0] [--control]

In each schedule cases go out and come back, are worked on everywhere, submitted, returned, taken
back and given to somebody else, while packets arrive late, twice, elsewhere or never. After every
step no case is writable at two places under tokens that are both valid. At the end everything is
sent home: each case that was submitted under a valid token stands once at the office, and every
event that was ever acknowledged is found there, or in what was kept aside.

With `--control` the office takes back whatever comes, whichever token it went out with; then
schedules must fail.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

from store import StoreError
from store.moving import places
from store.moving.arriving import start_study
from tests.campaigns.packet_places import LAPTOPS, Base, Figures, World
from tests.store.made import found, passphrase
from tests.store.quick_keys import remembered_keys


@contextmanager
def base() -> Iterator[Base]:
    """An office and two laptops, made once and copied for each schedule."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        study = found(folder / "office")
        dan = study.unlock("dan", passphrase("dan"))
        for name in LAPTOPS:
            made = dan.packets.send([], folder, to=name)
            start_study(
                made.file,
                folder / name,
                key_file=study.key_path(name),
                passphrase=passphrase(name),
                expected=study.fingerprint,
            )
            made.file.unlink()
        fingerprint = study.fingerprint
        study.close()
        yield Base(folder, fingerprint)


def run(size: int, seed: int = 0, steps: int = 60, *, control: bool = False) -> Figures:
    """So many schedules."""
    figures = Figures()
    with ExitStack() as stack:
        stack.enter_context(remembered_keys())
        made = stack.enter_context(base())
        if control:
            stack.enter_context(mock.patch.object(places, "fits", return_value=True))
        for number in range(seed, seed + size):
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary) / "world"
                shutil.copytree(made.folder, folder)
                world = World(folder, number, figures)
                try:
                    for _ in range(steps):
                        world.step()
                    world.end()
                except StoreError as error:
                    world.fault(f"{type(error).__name__}: {error}")
                finally:
                    world.close()
            figures.schedules += 1
    return figures


def main() -> int:
    """Run and print; 0 when no schedule failed, or with `--control` when some did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    figures = run(given.size, given.seed, given.steps, control=given.control)
    for fault in figures.faults[:20]:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(
        f"{figures.schedules} schedules of {given.steps} steps: {figures.packets} packets, "
        f"{figures.received} received, {figures.refused} refused, {figures.events} events, "
        f"{figures.submitted} submissions, {figures.aside} cases kept aside, "
        f"{len(figures.faults)} faults\n"
    )
    return int(bool(figures.faults) != given.control)


if __name__ == "__main__":
    sys.exit(main())
