"""What a key costs: from its press to the next question painted, at any size of the instrument.

The whole app runs, with a study on disk, a durable save of every answer and the bytes that a
terminal would get; only the terminal is not there. The instrument comes from the cache, as it does
from the second opening of a case on, so that its items are made when they are first looked at.
Times are of this process's CPU in milliseconds: how long other programs keep the machine busy does
not count. The last column says how the median grows with the instrument: 0 is not at all, 1 in
step with it.

    python -m benchmarks.keys [--keys 60] [SIZE ...]
"""

import argparse
import asyncio
import gc
import math
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import median, quantiles

from rich.console import RenderableType
from textual import events
from textual.keys import _character_to_key
from textual.screen import Screen

from benchmarks.load import written
from cati.app import CatiApp
from cati.casework import fresh_route
from cati.interview import Interview
from cati.screens.cases import CasesScreen
from cati.screens.interview import InterviewScreen
from cati.screens.route_list import RouteList
from cati.settings import Settings
from instrument import Instrument, instrument_files, read_instrument
from instrument.items import MOST_ROWS
from instrument.models import Kind, Question
from instrument.values import Answer, Instance
from store import InstrumentFiles, KdfCost, NewPerson, Role, Study, create_study

SIZES = (100, 1_000, 10_000)
ROWS = MOST_ROWS
"""Rows of the roster that each instrument ends with."""

NAME, PASSPHRASE = "ines", "a quiet benchmark"
PEOPLE = f"""
section: people
title: People
items:
  - {{question: members, kind: integer, label: People, ask: How many people?, range: 0..{ROWS}}}
  - roster: person
    title: People
    label: People
    size: members
    at_most: {ROWS}
    row_label: Person {{row}}
    items:
      - {{question: here, kind: yes_no, label: Lives here, ask: Does this person live here?}}
      - {{question: age, kind: integer, label: Age, ask: How old is this person?, range: 0..120}}
"""


class Painting(CatiApp):
    """The app without a terminal, which all the same works out what a terminal would get."""

    painted = 0

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        paint = getattr(renderable, "render_segments", None)
        if paint is not None and not self._batch_count:
            self.painted += len(paint(self.console))
        super()._display(screen, renderable)


class Sitting:
    """One app at one case; every key is timed."""

    def __init__(self, app: Painting) -> None:
        self.app = app

    @property
    def interview(self) -> Interview:
        """The interview on the screen."""
        assert self.app.work is not None
        return self.app.work.interview

    async def press(self, key: str, *, paints: bool = True) -> float:
        """Milliseconds of CPU from a key to the screen as it stands after it."""
        name = _character_to_key(key) if len(key) == 1 else key
        event = events.Key(name, key if len(key) == 1 else None)
        painted, start = self.app.painted, time.process_time()
        self.app.post_message(event)
        taken = asyncio.Event()
        self.app.call_later(taken.set)
        await taken.wait()
        await self.app.keys_done()
        await self._drawn()
        spent = (time.process_time() - start) * 1_000
        assert self.app.painted > painted or not paints, f"{key} painted nothing"
        return spent

    async def go_to(self, instance: Instance) -> None:
        """Stand at an item."""
        self.interview.jump(instance)
        assert isinstance(self.app.screen, InterviewScreen)
        await self.app.screen.show_place()
        await self._drawn()

    async def _drawn(self) -> None:
        for _ in range(2):  # what was asked for while drawing is drawn, too
            done = asyncio.Event()
            self.app.screen.call_after_refresh(done.set)
            await done.wait()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that the app does on its own."""
    while not holds():  # noqa: ASYNC110 (nobody tells of it)
        await asyncio.sleep(0.02)


def make_study(folder: Path, size: int) -> Study:
    """A practice study with one case of a generated instrument, with a roster at its end."""
    source = folder / "source"
    source.mkdir()
    for name, content in written(size).items():
        (source / name).write_bytes(content)
    with (source / "instrument.yaml").open("a") as head:
        head.write("\n  - people\n")
    (source / "people.yaml").write_text(PEOPLE)
    read = read_instrument(source)
    person = NewPerson(NAME, frozenset(Role), PASSPHRASE)
    study = create_study(
        folder / "study", title="Keys", kind="practice", people=[person], cost=KdfCost.FLOOR
    )
    access = study.unlock(NAME, PASSPHRASE)
    files = InstrumentFiles(read.name, read.version, read.fingerprint, instrument_files(source))
    access.add_instrument(files)
    access.add_case(
        label="Case 1",
        identity={"contact": "Jordan Example"},
        instrument=read.fingerprint,
        mode="interview",
        assignee=NAME,
    )
    access.lock()
    return study


def an_answer(rng: Random, question: Question) -> Answer:
    """What a respondent says; mostly yes, so that most of the instrument is met."""
    match question.kind:
        case Kind.YES_NO:
            return "yes" if rng.random() < 0.8 else "no"
        case Kind.ONE_OF:
            return rng.choice(question.choices).name
        case Kind.ANY_OF:
            return (rng.choice(question.choices).name,)
        case _:
            return rng.randint(0, 9)


def answer_up_to(interview: Interview, share: float) -> Instance:
    """Answer so much of the instrument without the screen; the first item that is left."""
    route, rng = interview.route, Random(0)
    end = round(share * route.program.slot(Instance("members")))
    while (place := route.first_open()) is not None and route.program.slot(place) < end:
        question = interview.instrument.items[place.item]
        assert isinstance(question, Question)
        route.answer(place, an_answer(rng, question))
    assert place is not None
    return place


def forget_from(interview: Interview, place: Instance) -> None:
    """Take all answers from an item on away, without the screen: a small instrument is used up."""
    route = interview.route
    answered = [one for one in route.instances() if route.kept(one) is not None]
    for one in answered:
        if route.program.slot(one) >= route.program.slot(place):
            route.answer(one, None)


def key_for(instrument: Instrument, place: Instance) -> str:
    """A key that answers an item."""
    question = instrument.items[place.item]
    assert isinstance(question, Question), place
    return {Kind.YES_NO: "y", Kind.INTEGER: "7"}.get(question.kind, "2")


Figures = dict[str, list[float]]


async def first_look(sitting: Sitting) -> Figures:
    """The overview, all there is, and letters typed, while hardly an item is made yet.

    A letter is painted when some items have been looked through; the search then goes on between
    keys, and what of it falls into the time until the screen stands is counted.
    """
    figures = Figures()
    for what, key in (
        ("overview, the first time", "f4"),
        ("All, the first time", "f4"),
        ("search, the first letter", "q"),
        ("search, more letters", "9"),
    ):
        figures[what] = [await sitting.press(key)]
    assert sitting.app.screen.query_one(RouteList).words == "q9"
    for _ in range(2):
        await sitting.press("escape")
    return figures


async def walk(sitting: Sitting, keys: int) -> Figures:
    """Answer, go on, go back and change the mind, in the middle and among the rows."""
    interview, figures = sitting.interview, Figures()

    async def press(what: str, key: str) -> None:
        figures.setdefault(what, []).append(await sitting.press(key))

    middle = answer_up_to(interview, 0.3)
    await sitting.go_to(middle)
    for _ in range(keys):
        if interview.place is None or interview.place.item in ("members", "here", "age"):
            forget_from(interview, middle)
            await sitting.go_to(middle)
        assert interview.place is not None
        await press("choose or type", key_for(interview.instrument, interview.place))
        await press("Enter: next question", "enter")
        for _ in range(2):
            if not isinstance(sitting.app.screen, InterviewScreen):
                await sitting.press("enter")  # what is set aside, or comes back, is confirmed
    for _ in range(keys // 2):
        if interview.place is None or interview.route.preceding(interview.place) is None:
            await sitting.go_to(middle)
        await press("back", "pageup")
    await sitting.go_to(Instance("members"))
    for key in ("end", "ctrl+u", *str(ROWS)):
        await sitting.press(key, paints=False)
    await sitting.press("enter")
    for _ in range(keys // 2):
        assert interview.place is not None
        await press("choose, in a row", key_for(interview.instrument, interview.place))
        await press("Enter, in a row", "enter")
    await sitting.go_to(Instance("s0_q0"))
    for _ in range(keys // 4):
        await press("highlight, foreseen", "n")
        await press("highlight, as it was", "y")
    for _ in range(5):
        await press("open the overview", "f4")
        await press("down, in the overview", "down")
        await press("close the overview", "escape")
    return figures


async def measure(size: int, keys: int) -> tuple[int, Figures]:
    """How many items there are, and what each kind of key costs."""
    with tempfile.TemporaryDirectory() as place:
        study = make_study(Path(place), size)
        os.environ["XDG_CACHE_HOME"] = place
        card = study.instruments[0]
        fresh_route(study, "interview", card.fingerprint)  # and it is in the cache
        settings = Settings(rest_ms=0)
        app = Painting(study, name=NAME, passphrase=PASSPHRASE, settings=settings)
        async with app.run_test(size=(80, 24)):
            await until(lambda: isinstance(app.screen, CasesScreen) and not app.errands.going)
            sitting = Sitting(app)
            await sitting.press("enter")
            await until(lambda: app.work is not None and bool(app.screen.query("#because")))
            gc.collect()
            figures = await first_look(sitting)
            figures |= await walk(sitting, keys)
            count = len(sitting.interview.instrument.items)
            assert app.work is not None
            app.work.held.release()
        study.close()
    return count, figures


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Of the power of the size with which times grow: the slope of their logarithms."""
    xs, ys = [math.log(size) for size in sizes], [math.log(one) for one in times]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / across


def p95(times: Sequence[float]) -> float:
    """The time that one key in twenty exceeds; the only one of a key pressed once."""
    if len(times) == 1:
        return times[0]
    return quantiles(times, n=20, method="inclusive")[-1]


def main() -> None:
    """Measure every size, and say how the times grow."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--keys", type=int, default=60)
    options = parser.parse_args()
    measured = [asyncio.run(measure(size, options.keys)) for size in options.sizes]
    counts = [count for count, _ in measured]
    print("CPU milliseconds a key: median / 95th percentile")
    heads = "".join(f"{f'{count:,} items':>18}" for count in counts)
    print(f"{'':<24}{heads}{'exponent':>10}")
    for what in measured[0][1]:
        row = [figures[what] for _, figures in measured]
        cells = "".join(f"{f'{median(one):.1f} / {p95(one):.1f}':>18}" for one in row)
        grows = f"{exponent(counts, [median(one) for one in row]):.2f}" if len(row) > 1 else "-"
        print(f"{what:<24}{cells}{grows:>10}")


if __name__ == "__main__":
    main()
