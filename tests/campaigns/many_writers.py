"""Twenty programs save answers at the same time: none may fail, none may be lost.

    python -m tests.campaigns.many_writers --size 150 [--on sqlite|postgres] [--control]

Each program appends that many events to a case of its own, and gives its case back and takes it
again now and then, which writes to the one audit that all share. Printed are errors, lost events,
findings of a verification, and how long an answer took in milliseconds (half of them, 99 of 100,
the longest).

With `--control` transactions on SQLite begin as its driver would, by reading; that must fail.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection

from store import StoreError
from store.databases.sqlite import SqliteDatabase
from tests.campaigns.killed import Child, Work, start
from tests.campaigns.small_study import as_ina, make_study, problems
from tests.store.made import answer
from tests.store.postgres_server import Server, own_server
from tests.store.quick_keys import remembered_keys

WRITERS = 20
SITTING = 50
"""Events after which a program gives its case back and takes it again."""


@dataclass(frozen=True)
class Result:
    """What twenty writers met."""

    saved: int
    errors: int
    lost: int
    unverifiable: int
    times: tuple[float, ...]
    """Milliseconds of each answer, sorted."""

    def at(self, share: float) -> float:
        """The time within which this share of the answers was saved."""
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]

    def __str__(self) -> str:
        figures = f"{self.saved} saved, {self.errors} errors, {self.lost} lost"
        times = (
            f"p50 {self.at(0.5):.1f} ms, p99 {self.at(0.99):.1f} ms, max {self.times[-1]:.0f} ms"
        )
        return f"{figures}, {self.unverifiable} unverifiable; {times}"


@remembered_keys()
def campaign(
    folder: Path, server: Server | None, size: int, *, writers: int = WRITERS, control: bool = False
) -> Result:
    """Let programs write at once; on a server, or in a file when it is None."""
    cases = make_study(folder, writers, server)
    begin = time.monotonic() + 1.0
    with ExitStack() as stack:
        if control:
            stack.enter_context(patch.object(SqliteDatabase, "_begin_write", _deferred))
        children = [start(_writing(folder, case, size, begin)) for case in cases]
        reports = [_wait(child) for child in children]
    times: list[float] = []
    errors = lost = 0
    with as_ina(folder) as ina:
        for case_id, said in zip(cases, reports, strict=True):
            errors += sum(line.startswith(("error", "failed")) for line in said)
            numbers = [line.split() for line in said if line[0].isdigit()]
            times += [float(milliseconds) for _, milliseconds in numbers]
            events = ina.open_case(case_id).events
            lost += sum(answer(int(number)) not in events for number, _ in numbers)
    return Result(len(times), errors, lost, len(problems(folder)), tuple(sorted(times or [0.0])))


def _writing(folder: Path, case_id: str, size: int, begin: float) -> Work:
    def work(say: Callable[[str], None]) -> None:
        with as_ina(folder) as ina:
            time.sleep(max(0.0, begin - time.monotonic()))
            case = None
            for number in range(1, size + 1):
                try:
                    if case is None or number % SITTING == 0:
                        if case is not None:
                            case.release()
                        case = ina.open_case(case_id)
                    since = time.monotonic()
                    case.append(answer(number))
                    say(f"{number} {(time.monotonic() - since) * 1000}")
                except StoreError as error:
                    say(f"error {error}")
        say("end")

    return work


def _wait(child: Child) -> list[str]:
    """Every line of a child that ends by itself."""
    while not child.listen() or not child.listen()[-1].startswith(("end", "failed")):
        time.sleep(0.01)
    return child.kill()


def _deferred(database: SqliteDatabase) -> Connection:
    connection = database._connection
    connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql("SELECT count(*) FROM meta").all()
    return connection


def main() -> None:
    """Run it and print what it found; exit code 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=150)
    parser.add_argument("--on", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "study"
        server = stack.enter_context(own_server()) if options.on == "postgres" else None
        result = campaign(folder, server, options.size, control=options.control)
    print(options.on, result)
    wrong = result.lost or result.unverifiable or (result.errors > 0) != options.control
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
