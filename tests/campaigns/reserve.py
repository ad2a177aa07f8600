"""Handing in and erasing on a full disk: `python -m tests.campaigns.reserve`.

A study on a small disk of its own (a tmpfs, which takes root), filled to the last byte. An answer
is refused in one sentence, a case is handed in and another erased by the room that is kept for it,
and nothing is lost. Control (`--control`): without that room both are refused, and nothing is lost.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from store import DiskFull, Reason
from store.backup import ballast
from tests.campaigns.support import tell
from tests.store.made import Made, answer, make
from tests.store.quick_keys import remembered_keys

SIZE = "24m"


@dataclass
class Figures:
    """What was done on the full disk."""

    appended: bool = False
    handed_in: bool = False
    erased: bool = False
    backed_up: bool = False
    events: int = 0
    """Of the case whose last answer was refused; five were acknowledged."""
    problems: int = 0


@contextlib.contextmanager
def small_disk() -> Iterator[Path | None]:
    """A disk of its own; None where this program may not mount one."""
    with tempfile.TemporaryDirectory() as place:
        words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place]
        try:
            mounted = subprocess.run(words, check=False, capture_output=True).returncode == 0
        except OSError:
            mounted = False
        try:
            yield Path(place) if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", place], check=True)


def fill(disk: Path) -> None:
    """Take all the room there is."""
    for size in (1 << 16, 512, 1):
        handle = os.open(disk / f"filled-{size}", os.O_WRONLY | os.O_CREAT, 0o600)
        with contextlib.suppress(OSError):
            while True:
                os.write(handle, bytes(size))
        os.close(handle)


def run(disk: Path, *, control: bool = False) -> Figures:
    """Fill the disk and try."""
    made: Made = make(disk / "study")
    (disk / "backups").mkdir()
    figures = Figures()
    if not control:
        ballast.keep(made.folder)
    with made.unlocked("dan", "ada", "ina") as (dan, ada, ina):
        going, ready = ina.open_case(made.other), ina.open_case(made.fresh)
        for _ in range(30):
            ready.append({"event": "set", "item": "x", "value": "y" * 3000})
        fill(disk)
        figures.appended = done(lambda: going.append(answer(6)))
        figures.backed_up = done(lambda: dan.backups.make(disk / "backups"))
        figures.handed_in = done(lambda: ready.submit({"summary": "z" * 20_000}))
        figures.erased = done(lambda: dan.erasures.erase_case(made.begun, Reason.WITHDRAWN, ada))
        for path in disk.glob("filled-*"):
            path.unlink()
        going.release()
        figures.events = len(ina.open_case(made.other).events)
        figures.problems = len(dan.verify().problems)
    return figures


def done(attempt: Callable[[], object]) -> bool:
    """Whether it was done; otherwise the disk was said to be full."""
    try:
        attempt()
    except DiskFull:
        return False
    return True


def passed(figures: Figures, *, control: bool = False) -> bool:
    """Whether what must be done was done, and nothing was lost."""
    kept = figures.events == 5 and not figures.appended and figures.problems == 0
    return kept and (figures.handed_in, figures.erased) == (
        (False,) * 2 if control else (True,) * 2
    )


def main() -> int:
    """Run it and print what was done; 0 when it was, or where there can be no small disk."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    with small_disk() as disk, remembered_keys():
        if disk is None:
            tell("not run: a disk of its own cannot be mounted here")
            return 0
        figures = run(disk, control=options.control)
    tell(
        f"on a full disk: answer saved {figures.appended}, backup made {figures.backed_up}, "
        f"handed in {figures.handed_in}, erased {figures.erased}; events kept {figures.events} of "
        f"5, problems {figures.problems}"
    )
    return int(not passed(figures, control=options.control))


if __name__ == "__main__":
    sys.exit(main())
