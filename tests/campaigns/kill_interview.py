"""Kill interviews while answers are typed: `python -m tests.campaigns.kill_interview --kills 200`.

A child process conducts an interview and reports each answer on a pipe as soon as `give` has
returned, which is when the screen would say "saved". The parent kills it with SIGKILL at a random
moment, opens the case again and looks for every reported answer. The control acknowledges answers
before they are written, as a program without a durable journal would; there answers must be lost.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

from pydantic import JsonValue

from cati.interview import Interview
from cati.journal import Journal, Receipt
from cati.memory import MemoryReceipt
from cati.simulate_values import random_answer
from instrument.entry import check_value, to_json
from instrument.models import Question
from instrument.values import READ, Missing
from tests.campaigns.support import (
    INTERVIEWER,
    PASSPHRASE,
    njov4,
    open_study,
    plain_study,
    sitting,
    tell,
    utc_now,
)

ANSWERS = ("set", "missing")
"""Names of the journal's events that keep an answer."""
BATCH = 6
"""Events that the control keeps in memory before it writes them."""


KILLS_A_CASE = 10
"""Then the next case is taken, so that journals stay as long as those of real interviews."""


class TooEarly:
    """The control's journal: says "saved" at once and writes in batches."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[tuple[Mapping[str, JsonValue], UUID]] = []

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> Receipt:
        """Acknowledge an event that is not on the disk."""
        self._waiting.append((event, event_id))
        if len(self._waiting) >= BATCH:
            for one, its_id in self._waiting:
                self._journal.append(one, its_id)
            self._waiting.clear()
        return MemoryReceipt(utc_now())

    def holds(self, event_id: UUID) -> bool:
        """Whether an event was acknowledged."""
        waits = any(one == event_id for _, one in self._waiting)
        return waits or self._journal.holds(event_id)


def child(folder: Path, case_id: str, seed: int, control: bool) -> None:
    """Type answers until killed; each line of output is one acknowledged answer."""
    read = njov4()
    random = Random(seed)
    study = open_study(folder)
    with sitting(study, read, case_id, TooEarly if control else lambda journal: journal) as seat:
        seat.interview.begin()
        say({"ready": True})
        while True:
            type_one(seat.interview, random)


def type_one(interview: Interview, random: Random) -> None:
    """Answer the first open item, or when all are answered any item of the route anew."""
    route = interview.route.route()
    place = interview.first_open() or random.choice(route)
    interview.jump(place)
    item = interview.instrument.items[place.item]
    if isinstance(item, Question):
        reasons = interview.instrument.reasons_for(item, interview.mode)
        value = random_answer(item, random, {"yes": 3.0})
        if reasons and random.random() < 0.1:
            reason = random.choice(reasons).name
            interview.give(Missing(reason))
            say({"q": place.item, "r": place.row, "m": reason})
        elif check_value(item, value) is None:
            interview.give(value)
            say({"q": place.item, "r": place.row, "v": to_json(value)})
    else:
        interview.give(READ)
        say({"q": place.item, "r": place.row, "v": READ})


def say(line: Mapping[str, object]) -> None:
    """One line on the pipe, at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


@dataclass
class Outcome:
    """What a campaign found."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    written_unreported: int = 0
    """On the disk, but killed before the report: harmless."""
    moments: list[float] = field(default_factory=list)
    """Seconds from the child's first answer to its end."""


def campaign(kills: int, *, control: bool = False, seed: int = 1, longest: float = 0.6) -> Outcome:
    """Kill that many interviews at random moments and count what was lost."""
    random = Random(seed)
    outcome = Outcome()
    read = njov4()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        needed = -(-kills // KILLS_A_CASE)
        study = plain_study(folder, read, "Killed", {"contact": "nobody"}, cases=needed)
        access = study.unlock(INTERVIEWER, PASSPHRASE)
        cases = [card.id for card in access.cases()]
        access.lock()
        before: list[dict[str, JsonValue]] = []
        for number in range(kills):
            case_id = cases[number // KILLS_A_CASE]
            if number % KILLS_A_CASE == 0:
                before = []
            reported, lived = one_kill(
                folder, case_id, seed * 100_000 + number, control, random.uniform(0, longest)
            )
            with sitting(study, read, case_id) as seat:
                now = [one for one in seat.journal.events if is_answer(one)]
            written = [shape(one) for one in now[len(before) :]]
            kept = common(reported, written)
            outcome.kills += 1
            outcome.acknowledged += len(reported)
            outcome.lost += len(reported) - kept
            outcome.written_unreported += len(written) - kept
            outcome.moments.append(lived)
            before = now
        study.close()
    return outcome


def one_kill(
    folder: Path, case_id: str, seed: int, control: bool, after: float
) -> tuple[list[dict[str, JsonValue]], float]:
    """Start a child, kill it `after` seconds of typing; what it reported, and how long it lived."""
    command = [sys.executable, "-m", __name__ if __name__ != "__main__" else MODULE, "--child"]
    command += [str(folder), case_id, str(seed)] + (["--control"] if control else [])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    assert "ready" in first, f"the child did not start: {first!r}"
    start = time.perf_counter()
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    lived = time.perf_counter() - start
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    lines = rest.split("\n")[:-1]  # the kill may cut the last line
    return [json.loads(line) for line in lines], lived


MODULE = "tests.campaigns.kill_interview"


def is_answer(event: Mapping[str, JsonValue]) -> bool:
    """Whether an event of the journal is an answer or a missing reason."""
    return event["e"] in ANSWERS


def shape(event: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """An answer in the journal as the child reports it."""
    kept = {"m": event["m"]} if "m" in event else {"v": event["v"]}
    return {"q": event["q"], "r": event.get("r", 0), **kept}


def common(reported: list[dict[str, JsonValue]], written: list[dict[str, JsonValue]]) -> int:
    """How many of the reported answers stand in the journal, in their order."""
    count = 0
    for one in written:
        if count < len(reported) and one == reported[count]:
            count += 1
    return count


def main() -> int:
    """Run the campaign and its control; 0 when nothing was lost and the control lost something."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--control-kills", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=3, metavar=("FOLDER", "CASE", "SEED"))
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    if options.child:
        folder, case_id, seed = options.child
        child(Path(folder), case_id, int(seed), options.control)
        return 0
    start = time.perf_counter()
    real = campaign(options.kills, seed=options.seed)
    show("journal", real)
    fewer = options.kills if options.control_kills is None else options.control_kills
    control = campaign(fewer, control=True, seed=options.seed)
    show("control", control)
    tell(
        f"{real.kills} kills, {real.acknowledged} acknowledged, {real.lost} lost; control "
        f"{control.lost} of {control.acknowledged} lost; {time.perf_counter() - start:.0f} s"
    )
    return int(real.lost > 0 or control.lost == 0)


def show(name: str, outcome: Outcome) -> None:
    """One line of figures."""
    longest = max(outcome.moments, default=0.0)
    tell(
        f"{name}: {outcome.kills} kills within {longest * 1000:.0f} ms of typing, "
        f"{outcome.acknowledged} answers acknowledged, {outcome.lost} lost, "
        f"{outcome.written_unreported} written but not yet reported",
    )


if __name__ == "__main__":
    sys.exit(main())
