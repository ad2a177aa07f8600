"""Proving an instrument: how long `cati check` takes, and how much memory.

The shipped case instrument, and generated ones of 1,000 and 10,000 items with two missing reasons;
sizes can be named. Each is proved from nothing, once more with nothing changed, then after a
question in the middle was worded anew, and after its condition was taken away. Each step runs in a
program of its own. Wall time, as that is what an author waits for: let little else run meanwhile.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks._instruments import HERE, MODE, realistic_instrument
from cati.library import shipped_instruments
from instrument import Instrument, read_instrument
from instrument.models import MissingReason, Question, Section
from skips.proof.check import check
from skips.proof.kept import Cache

CASES: Final = ("njov4", "1000", "10000")
BUDGETS: Final = {"njov4": 20.0, "10000": 600.0}
"""Seconds for a proof from nothing, on two cores."""
STEPS: Final = {
    "cold": "from nothing",
    "same": "nothing changed",
    "words": "one question worded anew",
    "edit": "one condition taken away",
}
PROCESSES: Final = 2


class Taken(NamedTuple):
    """What one check took."""

    seconds: float
    processor: float
    megabytes: float
    """The most that one of its processes held."""


def case(name: str, step: str) -> Instrument:
    """An instrument by name or size, as it is in a step."""
    if name in (shipped := shipped_instruments()):
        read = read_instrument(shipped[name])
    else:
        read = _with_missing(realistic_instrument(int(name)))
    return read if step in ("cold", "same") else _edited(read, step)


def main() -> None:
    """Measure each case, or one step of one."""
    match sys.argv[1:]:
        case ["--step", name, step, folder]:
            _measure(name, step, Path(folder))
        case names:
            for name in names or CASES:
                _print_case(name)


def _print_case(name: str) -> None:
    print(f"\n{name}{' items' if name.isdigit() else ''}")
    print(f"  {'':<28}{'seconds':>9}{'CPU':>9}{'MB':>7}  proved, found")
    with tempfile.TemporaryDirectory() as folder:
        for step, called in STEPS.items():
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.proof", "--step", name, step, folder],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            seconds, figures = done.stdout.split("\t")
            budget = BUDGETS.get(name) if step == "cold" else None
            share = "" if budget is None else f"; {float(seconds) / budget:.0%} of {budget:.0f} s"
            print(f"  {called:<28}{figures.rstrip()}{share}", flush=True)


def _measure(name: str, step: str, folder: Path) -> None:
    read = case(name, step)
    begun, cpu = time.monotonic(), _processor()
    report = check(read, cache=Cache(folder), processes=min(PROCESSES, os.cpu_count() or 1))
    seconds = time.monotonic() - begun
    most = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    taken = Taken(seconds, _processor() - cpu, most / (1e6 if sys.platform == "darwin" else 1e3))
    print(
        f"{taken.seconds}\t{taken.seconds:>9.1f}{taken.processor:>9.1f}{taken.megabytes:>7.0f}"
        f"  {report.proved:,} of {len(report.sections) * len(report.modes):,} sections, "
        f"{len(report.findings):,} findings"
    )


def _processor() -> float:
    """Seconds of processor time so far, of this process and those that it waited for."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def _with_missing(read: Instrument) -> Instrument:
    reasons = [
        MissingReason(source=HERE, name=name, code=code, label=label, key=key, modes=(MODE,))
        for name, code, label, key in (
            ("not_sure", -1, "Not sure", "f8"),
            ("declined", -2, "Declined", "f9"),
        )
    ]
    return _changed(read, missing=tuple(reasons))


def _edited(read: Instrument, step: str) -> Instrument:
    """A question in the middle worded anew; in the last step without its condition, too."""
    middle = read.sections[len(read.sections) // 2]
    at, question = next(
        (at, item)
        for at, item in enumerate(middle.items)
        if isinstance(item, Question) and item.ask_if is not None
    )
    update: dict[str, object] = {
        "wordings": type(question.wordings)(
            {
                mode: one.model_copy(
                    update={"ask": one.ask.model_copy(update={"raw": "Say", "pieces": ("Say",)})}
                )
                for mode, one in question.wordings.items()
            }
        )
    }
    if step == "edit":
        update["ask_if"] = None
    items = list(middle.items)
    items[at] = question.model_copy(update=update)
    edited = Section(
        **{name: getattr(middle, name) for name in Section.model_fields if name != "items"},
        items=tuple(items),
    )
    sections = tuple(edited if one is middle else one for one in read.sections)
    return _changed(read, sections=sections)


def _changed(read: Instrument, **parts: object) -> Instrument:
    """An instrument with other parts; made anew, as it remembers what it worked out of the old."""
    return Instrument(
        **{name: getattr(read, name) for name in Instrument.model_fields if name not in parts},
        **parts,
    )


if __name__ == "__main__":
    main()
