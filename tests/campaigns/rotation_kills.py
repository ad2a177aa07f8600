"""Kill a change of the data key with SIGKILL at every step, and at random moments.

    python -m tests.campaigns.rotation_kills --random 100 [--every 1] [--control]

A data manager has left. A child process, started for each round, changes the data key and moves all
cases to the new one, two wrapped keys a transaction; it is killed before its n-th step (each
statement to the database, each sync and each renaming of a file counts), n = 1, 2, … until it gets
to the end, and then at random moments. Each time another run finishes what is left. Afterwards all
cases must be readable to the rightful, nothing to the one who left, nor a case that is added then,
and a verification finds nothing.

With `--control` the child moves cases without a transaction around each move, and is killed between
its halves; each time a case must be found that nobody can read.
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from sqlalchemy import Connection, Engine, event, text

from store import Access, NewPerson, Role, StoreError, Study, open_study
from store.binding import bind
from store.canonical import JSON
from store.crypto.keys import SealingSecret, Unopenable, sha256
from store.crypto.sealing import case_context
from store.trust.entries import DATA, REVIEW
from tests.campaigns.support import tell
from tests.store.made import DOCUMENT, Made, add_case, answer, make, passphrase
from tests.store.quick_keys import Known, remembered_keys

BATCH = 2
LEFT = "dan"
"""The data manager who left; `dora` stays."""
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["store", "tests.store.made"])


@dataclass
class Figures:
    """What was found."""

    kills: int = 0
    steps: int = 0
    """Steps of a change that nobody kills."""
    before: int = 0
    """Kills that left the old data key in force."""
    halfway: int = 0
    """Kills that left some wrapped keys under the old one and some under the new."""
    complete: int = 0
    """Runs that had come to the end when they were killed, or were not."""
    unreadable: int = 0
    """Cases that the rightful could not read afterwards."""
    problems: int = 0
    """What verifications found."""
    opened_by_left: int = 0
    """Wrapped keys that open with what the one who left holds."""
    tried: int = 0
    opened_before: int = 0
    """The same before the change: the control of the attempt."""


@dataclass(frozen=True)
class Ground:
    """The study that each round copies, and what the one who left took along."""

    made: Made
    taken: dict[str, bytes]
    """Name of the key, or the person's id, to the secret."""
    derived: Known

    def secrets(self) -> dict[str, SealingSecret]:
        """What was taken, ready for use."""
        return {name: SealingSecret(raw) for name, raw in self.taken.items()}


def prepare(folder: Path, like: Made | None = None) -> Ground:
    """A study in which one of two data managers has just been removed; a copy of one, if given."""
    derived: Known = {}
    with remembered_keys(derived):
        made = make(folder) if like is None else like.copy(folder)
        with made.unlocked("ada", LEFT) as (ada, dan):
            ada.people.add(
                NewPerson("dora", frozenset({Role.DATA_MANAGER}), passphrase("dora")), dan
            )
            taken = {name: bytes(secret.raw) for name, secret in dan.holders()}
            ada.people.remove(LEFT)
        with made.unlocked("ada", "dora", "ina", "ivo"):
            pass  # their derivations are known from here on
    return Ground(made, taken, derived)


def change_key(study: Study, limit: int = BATCH) -> Access:
    """What each run does: a new data key unless there is one already, then all cases to it."""
    ada, dora = (study.unlock(name, passphrase(name)) for name in ("ada", "dora"))
    if study.body.data_key_name == DATA:
        dora.study_keys.rotate(ada)
    while dora.study_keys.rewrap(limit).done:
        pass
    return dora


def round_(ground: Ground, folder: Path, child: "Child", figures: Figures) -> None:
    """Kill one child, finish its work, and look at everything."""
    made = ground.made.copy(folder)
    child.run(made.folder, ground.derived)
    figures.kills += child.killed
    with remembered_keys(dict(ground.derived)):
        study = open_study(made.folder)
        try:
            _place(study, figures)
            dora = change_key(study, 500)
            _read_everything(study, made, dora, figures)
        finally:
            study.close()
        _attack(ground, made, figures)
    shutil.rmtree(folder)


def _place(study: Study, figures: Figures) -> None:
    """Where the kill left the change."""
    names = _names_in_use(study)
    if study.body.data_key_name == DATA:
        figures.before += 1
    elif DATA in names:
        figures.halfway += 1
    else:
        figures.complete += 1


def _names_in_use(study: Study) -> set[str]:
    """The data keys that something in the database is wrapped to."""
    granted = "SELECT recipient FROM \"grant\" WHERE recipient LIKE 'data%'"
    with study.database.read() as connection:
        return {
            str(name)
            for query in (granted, "SELECT data_key FROM sealed")
            for name in connection.execute(text(query)).scalars()
        }


def _read_everything(study: Study, made: Made, dora: Access, figures: Figures) -> None:
    """Every case by everyone who may; a new one too."""
    figures.unreadable += _names_in_use(study) != {"data.2"}
    ina, ivo = (study.unlock(name, passphrase(name)) for name in ("ina", "ivo"))
    expected = {made.begun: (ina, 8), made.other: (ina, 5), made.fresh: (ina, 0)}
    expected[made.of_ivo] = (ivo, 0)
    for case_id, (interviewer, count) in expected.items():
        try:
            opened = interviewer.open_case(case_id)
            same = opened.events == [answer(number) for number in range(1, count + 1)]
            opened.release()
            figures.unreadable += not same
        except StoreError:
            figures.unreadable += 1
    try:
        added = add_case(dora, "Added afterwards", "ina")
        ina.open_case(added).submit(DOCUMENT)
        for case_id in (made.submitted, added):
            figures.unreadable += dora.read_submitted(case_id).document != DOCUMENT
    except StoreError:
        figures.unreadable += 1
    report = dora.verify()
    figures.problems += len(report.problems) + len(report.unchecked)


def _attack(ground: Ground, made: Made, figures: Figures) -> None:
    opened, tried = opened_by(made, ground.secrets())
    figures.opened_by_left += opened
    figures.tried += tried


def opened_by(made: Made, secrets: dict[str, SealingSecret]) -> tuple[int, int]:
    """How many wrapped keys of the database some secrets open, and how often that was tried.

    Each secret is tried on each wrap, under every name that it could have been wrapped for.
    """
    study = open_study(made.folder)
    body = study.body
    study.close()
    keys = (name for family in (DATA, REVIEW) for name in body.key_names(family))
    names = [*keys, *(person.id for person in body.people)]
    opened = tried = 0
    with made.sql() as connection:
        granted = connection.execute('SELECT case_id, what, wrap FROM "grant"').fetchall()
        sealed = connection.execute(
            'SELECT case_id, instrument, wrap FROM sealed JOIN "case" ON id = case_id'
        ).fetchall()
    attempts = [
        (
            wrap,
            bind("grant", body.id, body.kind, case_id, what, name, sha256(secret.public)),
            secret,
        )
        for case_id, what, wrap in granted
        for name in names
        for secret in secrets.values()
    ]
    for case_id, instrument, wrap in sealed:
        place: dict[str, JSON] = {
            "study": body.id,
            "kind": body.kind,
            "case": case_id,
            "instrument": instrument,
        }
        info = bind("submission key", case_context(place, body.public_key(DATA)))
        attempts += [(wrap, info, secret) for secret in secrets.values()]
    for wrap, info, secret in attempts:
        tried += 1
        with contextlib.suppress(Unopenable):
            secret.open(wrap, info)
            opened += 1
    return opened, tried


class Child:
    """A process that changes the key; killed before a step, after a time, or not at all."""

    def __init__(
        self, *, step: int | None = None, after: float | None = None, control: bool = False
    ) -> None:
        """With `control` it moves cases without transactions."""
        self._step, self._after, self._control = step, after, control
        self.killed = False
        self.steps = 0
        self.seconds = 0.0

    def run(self, folder: Path, derived: Known) -> None:
        """Start it, kill it, and wait for its end."""
        ours, theirs = CHILDREN.Pipe()
        child = CHILDREN.Process(
            target=_change, args=(folder, derived, self._step, self._control, theirs), daemon=True
        )
        child.start()
        theirs.close()
        with contextlib.suppress(EOFError):
            ours.recv()
            begun = time.monotonic()
            if self._after is not None:
                time.sleep(self._after)
                child.kill()
            self.steps = ours.recv()
            self.seconds = time.monotonic() - begun
        child.join()
        self.killed = child.exitcode == -signal.SIGKILL
        if child.exitcode not in (0, -signal.SIGKILL):
            raise RuntimeError("the child failed by itself")
        child.close()
        ours.close()


def _change(folder: Path, derived: Known, step: int | None, control: bool, pipe: Pipe) -> None:
    """The child: says when it begins, and at the end how many steps it took."""
    with remembered_keys(derived):
        study = open_study(folder)
        steps = _Steps(step)
        (_forget_transactions if control else _count_all)(steps)
        pipe.send(0)
        change_key(study)
        pipe.send(steps.count)
        os._exit(0)


class _Steps:
    """Counts, and ends the process before the step with a certain number."""

    def __init__(self, last: int | None) -> None:
        self.count = 0
        self._last = last

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def _count_all(step: _Steps) -> None:
    """Each statement, sync and renaming is a step from here on."""
    event.listen(Engine, "before_cursor_execute", step)
    sync, rename = os.fsync, os.replace

    def counted_sync(descriptor: int) -> None:
        step()
        sync(descriptor)

    def counted_rename(source: str, target: str) -> None:
        step()
        rename(source, target)

    os.fsync = counted_sync  # type: ignore[assignment]
    os.replace = counted_rename  # type: ignore[assignment]


def _forget_transactions(step: _Steps) -> None:
    """The planted fault: an old grant is gone before the new one is there. That gap is a step."""

    def committed(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.replace('"', "").startswith("DELETE FROM grant"):
            connection.exec_driver_sql("COMMIT")
            step()
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(Engine, "after_cursor_execute", committed)


def campaign(
    folder: Path,
    *,
    randoms: int,
    every: int = 1,
    control: bool = False,
    seed: int = 1,
    like: Made | None = None,
) -> Figures:
    """Rounds killed before each `every`-th step, and so many killed at random moments."""
    figures, chance = Figures(), random.Random(seed)
    ground = prepare(folder / "ground", like)
    figures.opened_before, _ = opened_by(ground.made, ground.secrets())
    whole = Child(control=control)
    round_(ground, folder / "whole", whole, figures)
    figures.steps = whole.steps
    for step in range(1, whole.steps + 1, every):
        round_(ground, folder / "round", Child(step=step, control=control), figures)
    for _ in range(randoms):
        after = chance.uniform(0, whole.seconds)
        round_(ground, folder / "round", Child(after=after, control=control), figures)
    return figures


def passed(figures: Figures) -> bool:
    """Everything readable to the rightful, nothing to the one who left, nothing to object to."""
    return (
        figures.kills > 0
        and figures.opened_before > 0
        and not (figures.unreadable or figures.problems or figures.opened_by_left)
    )


def noticed(figures: Figures) -> bool:
    """What the control must show: every kill costs a case."""
    return 0 < figures.kills <= min(figures.unreadable, figures.problems)


def main() -> int:
    """Run the campaign; 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--random", type=int, default=10)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = campaign(
            Path(folder),
            randoms=options.random,
            every=options.every,
            control=options.control,
            seed=options.seed,
        )
    tell(str(figures))
    return 0 if (noticed if options.control else passed)(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
