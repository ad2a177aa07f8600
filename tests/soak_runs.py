"""Running campaigns: two at once where that is asked for, what they say kept, and a table."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PROGRESS = 60.0
"""Seconds between two lines about a campaign that is still running."""
_PRINTING = threading.Lock()


@dataclass(frozen=True)
class Job:
    """One program to run."""

    name: str
    """Of the file for what it says."""
    shows: str
    arguments: Sequence[str]
    alone: bool = False
    """It measures times: nothing else may run meanwhile."""


@dataclass(frozen=True)
class Result:
    """How it went."""

    job: Job
    seconds: float
    code: int
    last: str
    """The last line that it said."""


def run_all(
    jobs: Sequence[Job], folder: Path, environment: dict[str, str], at_once: int
) -> list[Result]:
    """Run all, so many at once, and then those that must be alone; in the order given.

    What each says goes to `folder/NAME.txt`, and its last line is printed.
    """
    folder.mkdir(exist_ok=True)
    together = [job for job in jobs if not (job.alone and at_once > 1)]
    alone = [job for job in jobs if job not in together]
    with ThreadPoolExecutor(at_once) as pool:
        results = list(pool.map(lambda job: _run(job, folder, environment), together))
    return results + [_run(job, folder, environment) for job in alone]


def _run(job: Job, folder: Path, environment: dict[str, str]) -> Result:
    _say(f"== {job.shows} ({job.name})")
    begun, file = time.monotonic(), folder / f"{job.name}.txt"
    with file.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", *job.arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            while True:
                try:
                    code = process.wait(PROGRESS)
                    break
                except subprocess.TimeoutExpired:
                    spent = time.monotonic() - begun
                    _say(f"   … {job.name} since {spent:.0f} s: {_last_line(file)}")
        finally:
            process.kill()
    result = Result(job, time.monotonic() - begun, code, _last_line(file))
    how = "passed" if code == 0 else f"FAILED with {code}"
    _say(f"   {how} in {result.seconds:.0f} s: {job.name}: {result.last}")
    return result


def _last_line(file: Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _say(text: str) -> None:
    with _PRINTING:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def table(results: Sequence[Result]) -> str:
    """Name, seconds, exit code and last line of each."""
    wide = max(len(one.job.name) for one in results)
    rows = [
        f"{one.job.name:<{wide}}  {one.seconds:>6.0f} s  {one.code:>3}  {one.last}"
        for one in results
    ]
    return "\n".join(rows)
