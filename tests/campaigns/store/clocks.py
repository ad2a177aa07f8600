"""Clocks that are wrong: no answer lost, order by number, no case taken away, the jump noted.

    python -m tests.campaigns.store.clocks [--size 20] [--control]

Each clock is tried in the midst of a sitting, with another window that would like to have the case.
With `--control` entries are recorded as if every clock were right, and the jump must be missed.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from unittest import mock

from store import CaseInUse, open_study
from store.record import audit
from store.record.audit import Deed
from tests.campaigns.store.support import a_study, cheap_keys, options, scratch, tell
from tests.store.made import DOCUMENT, Made, answer, passphrase

EASTERN_SUMMER, EASTERN_WINTER = timezone(timedelta(hours=-4)), timezone(timedelta(hours=-5))

Turn = Callable[[datetime], datetime]
CLOCKS: dict[str, tuple[Turn, bool]] = {
    "right": (lambda now: now, False),
    "an hour back": (lambda now: now - timedelta(hours=1), True),
    "a day back": (lambda now: now - timedelta(days=1), True),
    "ten years back": (lambda now: now - timedelta(days=3653), True),
    "ten years on": (lambda now: now + timedelta(days=3653), True),
    # Summer time ends: the local clock goes back by an hour, the time does not.
    "summer time ends": (lambda now: now.astimezone(EASTERN_WINTER), False),
    "frozen in 2030": (lambda now: datetime(2030, 1, 1, tzinfo=UTC), True),
}
"""What a clock says for the right time, and whether that is noted once it is right again."""


def _summer(now: datetime) -> datetime:
    return now.astimezone(EASTERN_SUMMER)


@dataclass
class _Clock:
    turn: Turn

    def __call__(self) -> datetime:
        return self.turn(datetime.now(UTC))


@dataclass(frozen=True)
class Found:
    """What became of one clock."""

    clock: str
    lost: int
    in_order: bool
    stolen: bool
    jumps: int
    sound: bool
    """As it must be, with everything verified."""


def sit(made: Made, name: str) -> Found:
    """Answer, let the clock turn, answer on, let someone else try, submit, and verify."""
    turn, noted = CLOCKS[name]
    clock, last = _Clock(_summer), 12
    study, window = open_study(made.folder, now=clock), open_study(made.folder, now=clock)
    stolen = False
    try:
        case = study.unlock("ina", passphrase("ina")).open_case(made.begun)
        other = window.unlock("ina", passphrase("ina"))
        case.append(answer(9))
        clock.turn = turn
        for number in range(10, last + 1):
            assert case.append(answer(number)).seq == number
            with contextlib.suppress(CaseInUse):
                other.open_case(made.begun)
                stolen = True
        found = [(entry.seq, entry.event) for entry in case.entries]
        case.submit(DOCUMENT)
        clock.turn = CLOCKS["right"][0]
        dan = study.unlock("dan", passphrase("dan"))
        read = dan.read_submitted(made.begun)
        report = dan.verify()
        with study.database.read() as connection:
            deeds = [entry.action for entry in audit.entries(connection)]
    finally:
        window.close()
        study.close()
    jumps = deeds.count(Deed.CLOCK_JUMPED.value)
    in_order = found == [(number, answer(number)) for number in range(1, last + 1)]
    lost = last - read.events
    sound = not lost and in_order and not stolen and report.ok and (jumps > 0) == noted
    return Found(name, lost, in_order, stolen, jumps, sound)


@contextlib.contextmanager
def unnoticed() -> Iterator[None]:
    """The control: no clock is ever found to be wrong."""
    with mock.patch.object(audit, "_is_before_the_newest", return_value=False):
        yield


def run(folder: Path) -> list[Found]:
    """Each clock once."""
    original = a_study(folder / "original")
    return [sit(original.copy(folder / str(number)), name) for number, name in enumerate(CLOCKS)]


def main() -> int:
    """Run all; 1 when one is not as it must be, or the control finds nothing amiss."""
    given = options(__doc__, 1)
    with cheap_keys(), unnoticed() if given.control else contextlib.nullcontext():
        for _ in range(given.size):
            with scratch() as folder:
                found = run(folder)
    for one in found:
        tell(
            f"{one.clock:18} lost {one.lost}  {'in order' if one.in_order else 'OUT OF ORDER'}  "
            f"{'STOLEN' if one.stolen else 'not stolen'}  jumps noted {one.jumps}"
        )
    sound = [one.sound for one in found]
    return int(all(sound) if given.control else not all(sound))


if __name__ == "__main__":
    raise SystemExit(main())
