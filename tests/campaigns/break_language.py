"""Instruments and conditions, broken in many ways: each is read or refused and nothing else.

A *foreign exception* is anything but the errors that the reader promises; a *hang* is one input
that takes longer than `PATIENCE`. The slowest input of each sort is reported with its seed, from
which `--only SEED` makes it again.

    python -m tests.campaigns.break_language --files 100000 --conditions 100000
    python -m tests.campaigns.break_language --control     # a reader with two planted faults

The control must find both faults, or this program is blind.
"""

import argparse
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

import instrument
from instrument import InstrumentError, instrument_files, read_files
from instrument.catalog import TITLES
from instrument.conditions.check import read_condition, read_value
from instrument.conditions.errors import ConditionError
from tests.cati.travel import TRAVEL
from tests.conditions.survey import HERE, scope
from tests.instrument.household import files as household
from tests.instrument.test_yaml_door import HOSTILE

SCOPE = scope()
PATIENCE = 5.0
"""Seconds of processor time after which an input counts as a hang."""
WAITING = 20
"""How many times its patience an input may take by the clock."""
BATCH = 500

INSERTED = (
    "\n", "  ", "- ", ": ", "{", "}", "[", "]", '"', "'", "(", ")", "{{", "}}", "&a", "*a", "!t",
    "<<: x", "|", ">", "#", "%", "\t", "\x07", "\x00", "\u202e", "\u2028", "\ud7ff", "é", "🙂",
    "row", "null", "true", "~", "0x7", "1e9", ".nan", "-1", "99999999999999999999", "2019-02-30",
    "and", "or", "not", "in", "has", "where", "==", "<=", "count(people)", "any(",
    "if(", "90 minutes",
    "yes", "no", "specify: true", "exclusive: true", "shuffle: true", "units: [hours]", "ask_if: ",
)  # fmt: skip
CONDITIONS = (
    "age >= 18 and owns == yes", "pets has dog or not (city in (north, south))",
    "any(people where p_age < 18 and p_works)", "count(people) > 2",
    "sum(cars, c_price where c_price > 100) / 2 >= rent",
    "years_between(born, moved) in (1, 2, 3)", "missing(age, not_sure) or asked(street)",
    'street == "a \\"b\\""', "count(owns, works, age > 3) >= 2", "-(age + 2) * 3 < size - 1",
    "commute > 90 minutes or amount(commute, hours) == 1.5", "taken(pets) + length(street) > 3",
    "if(owns, rent, first(age, size)) >= round(rent / 3, 1)", "max(age, size, sum(age, rent)) < 9",
    "days_between(born, interview_date) > 30 and month(born) in (1, 2)", "year(moved) == 2019",
    "home_by < \"14:30\" and born >= 2019-03", "min(people, p_age) == max(people, p_age)",
    "commute > 90 minutes or amount(commute, hours) in (1, 2.5)", "if(owns, age > 3, not works)",
    "if(age > 3, round(rent / 3, 2), 1) > 2", "first(city, birthplace, south) == east",
    "max(born, 2019, moved) < interview_date", "days_between(born, interview_date) > 365",
    "taken(pets) + length(street) > month(born)", "city == if(owns, south, east)",
)  # fmt: skip


class TookTooLong(BaseException):
    """An input went beyond `PATIENCE`; no handler of the reader can swallow it."""


@dataclass
class Tally:
    """What came of some inputs."""

    tried: int = 0
    read: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    """Seconds and seed."""
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.tried += other.tried
        self.read += other.read
        self.codes += other.codes
        self.slowest = max(self.slowest, other.slowest)
        self.faults += other.faults


# --- inputs ---------------------------------------------------------------------------------


@cache
def corpora() -> tuple[dict[str, bytes], ...]:
    """The sound instruments that are broken: small ones more often than the shipped."""
    home = Path(instrument.__file__).parent
    shipped = [instrument_files(file.parent) for file in sorted(home.glob("*/instrument.yaml"))]
    travel = {name: text.encode() for name, text in TRAVEL.items()}
    return (*[household(), travel] * 20, *shipped)


def broken(text: str, rng: Random) -> str:
    """A text after a few cuts, moves, doublings and insertions."""
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice((0, 0, 1, 2, 5, 20, 80, 400)))
        piece = text[start:end]
        match rng.randrange(8):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + piece * rng.choice((1, 2, 50)) + text[end:]
            case 2:
                lines = text.split("\n")
                one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
                lines[one], lines[other] = lines[other], lines[one]
                text = "\n".join(lines)
            case 3:
                text = (
                    text[:start]
                    + chr(rng.choice((rng.randrange(128), 0x202E, 0x1F600, 0xFFFE)))
                    + text[end:]
                )
            case 4:
                at = rng.randrange(len(text) + 1)
                text = text[:at] + piece + text[at:]
            case 5:
                text = text[:start] + rng.choice(INSERTED) * rng.choice((1, 1, 1, 300)) + text[end:]
            case _:
                text = text[:start] + rng.choice(INSERTED) + text[end:]
    return text


def broken_files(seed: int) -> dict[str, bytes]:
    """The files of an instrument, one or two of them broken."""
    rng = Random(seed)
    files = dict(rng.choice(corpora()))
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(sorted(files))
        content = files[name]
        if rng.random() < 0.15:
            at = rng.randrange(len(content) + 1)
            files[name] = content[:at] + rng.randbytes(rng.choice((1, 2, 9))) + content[at + 1 :]
        else:
            files[name] = broken(content.decode("utf-8", "replace"), rng).encode("utf-8", "replace")
    return files


def broken_condition(seed: int) -> str:
    """A condition, broken; or two of them, joined and broken."""
    rng = Random(seed)
    text = rng.choice(CONDITIONS)
    if rng.random() < 0.3:
        text = f"({text}) {rng.choice(('and', 'or', '+', 'in', ''))} ({rng.choice(CONDITIONS)})"
    return broken(text, rng)


# --- what must hold -------------------------------------------------------------------------


def read_one_instrument(seed: int, tally: Tally) -> None:
    """Read a broken instrument; its problems must have known codes and places in its files."""
    files = broken_files(seed)
    try:
        read_files(files)
        tally.read += 1
    except InstrumentError as error:
        for problem in error.problems:
            tally.codes[problem.code] += 1
            if problem.code not in TITLES or problem.source.line < 1 or not str(problem).strip():
                tally.faults.append(f"seed {seed}: a problem without code or place: {problem!r}")
        if not error.problems:
            tally.faults.append(f"seed {seed}: refused without a reason")


def read_one_condition(seed: int, tally: Tally) -> None:
    """Read a broken condition, as a condition and as a value."""
    text = broken_condition(seed)
    for read in (read_condition, read_value):
        try:
            tree = read(text, SCOPE, HERE)
            again = read(str(tree), SCOPE, HERE)
            if again != tree:
                tally.faults.append(f"seed {seed}: prints as something else: {text!r}")
            tally.read += 1
        except ConditionError as error:
            tally.codes[error.code] += 1
            if error.code not in TITLES or not 0 <= error.at <= len(text):
                tally.faults.append(f"seed {seed}: no code, or a caret beyond the text")


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer: processor time, or many times as long by the clock.

    By the clock alone a busy machine would be taken for a hang, and by the processor alone a reader
    that waits for something would not be noticed.
    """

    def ring(_: int, __: FrameType | None) -> None:
        raise TookTooLong

    timers = (
        (signal.ITIMER_PROF, signal.SIGPROF, seconds),
        (signal.ITIMER_REAL, signal.SIGALRM, seconds * WAITING),
    )
    before = [(number, signal.signal(number, ring)) for _, number, _ in timers]
    for timer, _, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for timer, _, _ in timers:
            signal.setitimer(timer, 0)
        for number, handler in before:
            signal.signal(number, handler)


Work = Callable[[int, Tally], None]


def batch(work: Work, seeds: range, patience: float = PATIENCE) -> Tally:
    """Try some inputs."""
    tally = Tally()
    for seed in seeds:
        begun = time.process_time()
        try:
            with alarm(patience):
                work(seed, tally)
        except TookTooLong:
            tally.faults.append(f"seed {seed}: not done after {patience:g} s")
        except Exception:  # noqa: BLE001  (whatever else comes out is what is looked for)
            tally.faults.append(f"seed {seed}: {traceback.format_exc(limit=-2)}")
        tally.tried += 1
        tally.slowest = max(tally.slowest, (time.process_time() - begun, seed))
    return tally


def campaign(work: Work, count: int, workers: int, first: int) -> Tally:
    """Try many inputs in several processes."""
    total = Tally()
    starts = range(first, first + count, BATCH)
    ranges = [range(start, min(start + BATCH, first + count)) for start in starts]
    with ProcessPoolExecutor(workers) as pool:
        for tally in pool.map(batch, [work] * len(ranges), ranges):
            total.add(tally)
    return total


def told(what: str, tally: Tally) -> bool:
    """Print what came of a campaign; whether nothing was wrong."""
    seconds, seed = tally.slowest
    print(
        f"{what}: {tally.tried:,} tried, {tally.read:,} read, "
        f"{sum(tally.codes.values()):,} problems"
    )
    print(f"  {len(tally.codes)} codes; slowest {seconds * 1000:.0f} ms (seed {seed})")
    print("  " + ", ".join(f"{code} {count:,}" for code, count in tally.codes.most_common(12)))
    print(f"  crashes, hangs and other faults: {len(tally.faults)}")
    for fault in tally.faults[:5]:
        print("    " + fault.strip().replace("\n", "\n    "))
    return not tally.faults


def bombs() -> bool:
    """Read every file that was made to hurt; print how long the slowest took."""
    times: dict[str, float] = {}
    harmless = []
    for name, (content, code) in HOSTILE.items():
        begun = time.process_time()
        try:
            with alarm(PATIENCE):
                read_files({"instrument.yaml": content})
            harmless.append(name)
        except InstrumentError as error:
            if code not in {problem.code for problem in error.problems}:
                harmless.append(name)
        times[name] = time.process_time() - begun
    slowest = max(times, key=lambda name: times[name])
    print(f"Files made to hurt: {len(times)}, refused by name {len(times) - len(harmless)}")
    print(f"  slowest {times[slowest] * 1000:.0f} ms ({slowest})")
    return not harmless


def faulty(seed: int, tally: Tally) -> None:
    """The control: a reader that crashes on one sign and never ends on another."""
    text = broken_condition(seed)
    if "🙂" in text:
        raise KeyError(text)
    while "0x7" in text:
        if seed % 2:
            time.sleep(0.01)
    tally.read += 1


def main() -> int:
    """Run what was asked for; 1 when anything was found (or, by the control, was not)."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--conditions", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--only", type=int, help="print the files of one seed and what is said of them"
    )
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    if options.only is not None:
        files = broken_files(options.only)
        print("\n".join(f"--- {name}\n{content!r}" for name, content in files.items()))
        print(f"--- condition\n{broken_condition(options.only)!r}")
        return 0
    if options.control:
        found = batch(faulty, range(2000), patience=0.05).faults
        crashes = sum("KeyError" in one for one in found)
        hangs = sum("not done" in one for one in found)
        print(f"Control: a reader with planted faults: {crashes} crashes and {hangs} hangs found")
        return 0 if crashes and hangs else 1
    sound = [
        bombs(),
        told(
            "Conditions",
            campaign(read_one_condition, options.conditions, options.workers, options.first),
        ),
        told(
            "Instruments",
            campaign(read_one_instrument, options.files, options.workers, options.first),
        ),
    ]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
