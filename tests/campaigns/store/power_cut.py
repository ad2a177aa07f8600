"""Cut the power at every moment and see what is left: nothing acknowledged may be missing.

    python -m tests.campaigns.store.power_cut --size 20000 [--control]

The shipped store does its work (`work.py`: answers, submissions, returns, passphrases, instruments,
people, erasures) while every write, sync, truncation, renaming and unlinking is recorded. For each
moment in between, what a disk could hold then is put together anew (`cut_disk.py`), opened with the
store itself, and verified: what was acknowledged before the cut is there, what was under way is
there wholly or not at all.

With `--control` the same is done with settings that promise less, each of which must lose
something, or spoil the database: then the campaign would have noticed.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from unittest import mock

from store import StoreError, open_study
from store.databases.sqlite import PRAGMAS
from tests.campaigns.store.cut_disk import CutDisk
from tests.campaigns.store.disk import Op, watching
from tests.campaigns.store.support import a_study, cheap_keys, options, scratch, tell
from tests.campaigns.store.work import ANSWERS, PASSPHRASES, SCENARIOS, Look, Scenario, State
from tests.store.made import Made


@dataclass
class Tally:
    """What was found over all moments."""

    points: int = 0
    lost: int = 0
    """Something acknowledged was missing."""
    corrupt: int = 0
    """The store could not read what was left, or something did not verify."""
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Recorded:
    """Everything done to the disk, with how many steps were acknowledged before it."""

    disk: CutDisk
    ops: list[tuple[int, Op]]
    states: list[State]
    """What a reader finds before the first step and after each."""


def campaign(
    scenario: Scenario, folder: Path, points: int, seed: int, *, files: bool, steps: int = 99
) -> Tally:
    """Cut the power `points` times, spread evenly over the work.

    Args:
        scenario: what is done.
        folder: an empty one to work in.
        points: how many cuts.
        seed: of the disk's chances.
        files: whether syncing of files that are no database is believed; a control says no.
        steps: how much of the work is done.
    """
    made = a_study(folder / "study")
    recorded = _record(scenario, made, folder, files, steps)
    disk, chance, tally, known = recorded.disk, Random(seed), Tally(), dict[str, State]()
    moments = len(recorded.ops) + 1
    for moment in range(moments):
        acknowledged = recorded.ops[min(moment, moments - 2)][0]
        for _ in range((moment + 1) * points // moments - moment * points // moments):
            left = disk.after_a_cut(chance)
            found = _find(scenario.look, made, left, known)
            _count(tally, recorded.states, acknowledged, found)
        if moment < len(recorded.ops):
            disk.do(recorded.ops[moment][1])
    return tally


def _record(scenario: Scenario, made: Made, folder: Path, files: bool, steps: int) -> _Recorded:
    ops: list[tuple[int, Op]] = []
    copies = [made.copy(folder / "copy-0")]

    def watch(op: Op) -> None:
        if files or op.kind != "sync" or "study.db" in op.path:
            ops.append((len(copies) - 1, op))

    disk = CutDisk(made.folder)
    with watching(made.folder, watch):
        for _ in islice(scenario.work(made), steps):
            copies.append(made.copy(folder / f"copy-{len(copies)}"))
    states = [scenario.look(copy) for copy in copies]
    return _Recorded(disk, [one for one in ops if one[0] < len(states) - 1], states)


def _find(look: Look, made: Made, left: dict[str, bytes], known: dict[str, State]) -> State:
    """What a reader finds in what is left; the same bytes are read once."""
    _write(made.folder, left)
    try:
        open_study(made.folder).close()  # undoes what was under way
        key = _digest(made.folder)
        if key not in known:
            known[key] = look(made)
        return known[key]
    except StoreError as error:
        return f"corrupt: {error}"


def _count(tally: Tally, states: list[State], acknowledged: int, found: State) -> None:
    tally.points += 1
    if found in states[acknowledged : acknowledged + 2]:
        return
    if found in states:
        tally.lost += 1
    else:
        tally.corrupt += 1
        if len(tally.examples) < 3:
            tally.examples.append(found)


def _write(folder: Path, left: dict[str, bytes]) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and str(path) not in left:
            path.unlink()
    for name, data in left.items():
        path = Path(name)
        if path.suffix in (".db", ".db-journal") or not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _digest(folder: Path) -> str:
    # The store has opened what is here: a journal was played back, or holds nothing to play back.
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".tries", ".db-journal"):
            found.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


DATABASES: dict[str, dict[str, int | str]] = {
    "DELETE + FULL": {"journal_mode": "delete", "synchronous": 2},
    "TRUNCATE + NORMAL": {"synchronous": 1},
    "OFF": {"journal_mode": "off", "synchronous": 0},
}
"""Settings that promise less."""


@contextmanager
def settings(name: str) -> Iterator[None]:
    """The store as it would be with other settings."""
    with mock.patch.dict(PRAGMAS, DATABASES[name]):
        yield


def run(
    scenario: Scenario, points: int, seed: int, database: str = "", *, files: bool = True
) -> Tally:
    """One campaign in a folder of its own, printed."""
    with scratch() as folder, cheap_keys(), settings(database) if database else nullcontext():
        tally = campaign(scenario, folder, points, seed, files=files)
        shutil.rmtree(folder / "study")
    how = database or ("shipped" if files else "files not synced")
    tell(
        f"{scenario.name:12} {how:18} {tally.points:7,} cuts  {tally.lost:6,} lost  "
        f"{tally.corrupt:6,} corrupt"
    )
    for example in tally.examples:
        tell(f"             {example}")
    return tally


def main() -> int:
    """Run all; 1 when something was lost, or a control lost nothing."""
    given = options(__doc__, 20_000)
    share = max(1, given.size // (2 * len(SCENARIOS)))
    if given.control:
        part = given.size // (len(DATABASES) + 1)
        tallies = [run(ANSWERS, part, given.seed, name) for name in DATABASES]
        tallies.append(run(PASSPHRASES, part, given.seed, files=False))
        return int(not all(tally.lost + tally.corrupt for tally in tallies))
    tallies = [run(ANSWERS, given.size - share * (len(SCENARIOS) - 1), given.seed)]
    tallies += [run(scenario, share, given.seed) for scenario in SCENARIOS[1:]]
    sums = [sum(getattr(one, name) for one in tallies) for name in ("points", "lost", "corrupt")]
    tell("{:,} cuts, {:,} lost, {:,} corrupt".format(*sums))
    return int(any(tally.lost + tally.corrupt for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
