"""Draw the screenshots in docs/screens: `make screens`, or `python -m tests.screens.make FOLDER`.

They show the practice study as an interviewer meets it, and what only the travel survey has. The
clock stands still and nothing random is on a screen, so that a picture changes only when a screen
does.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cati.app import CatiApp
from cati.demo import INTERVIEWER, PASSPHRASE, open_demo
from cati.practice import PracticeCase, PracticeScripts
from cati.practice.answers import answer_key
from cati.screens.interview import InterviewScreen
from cati.settings import Settings
from cati.widgets import status
from cati.widgets.status import StatusLine
from instrument.models import Question, Statement
from instrument.values import READ, Instance
from store import open_study
from tests.cati.app.desk import Desk, interviewing, noon
from tests.cati.app.household import TO_CARS, household_study
from tests.cati.app.test_travel import TO_COMMUTE
from tests.cati.travel import TRAVEL

SPACE = "&#160;"
CASE_ID = re.compile(f"Case{SPACE}[0-9a-f]{{8}}")
"""A sealed case has lost its label here; its id is random."""

STYLE_ID = re.compile(r"terminal-\d+")
"""Worked out from the text of the picture before the case's id was replaced."""

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


class Gallery:
    """One study, from which pictures are taken."""

    def __init__(self, work: Path, target: Path) -> None:
        made = open_demo(work)
        self.cases = made.cases
        made.study.close()
        self.work = work
        self.target = target
        self.clock = Clock()

    async def sit(
        self,
        look: Callable[[Desk, "Gallery"], Awaitable[None]],
        *,
        size: tuple[int, int] = (80, 24),
        theme: str = "dark",
        lines: bool = True,
    ) -> None:
        """Open the app, unlocked, and look around."""
        study = open_study(self.work, now=self.clock)
        app = CatiApp(
            study,
            name=INTERVIEWER,
            passphrase=PASSPHRASE,
            scripts=PracticeScripts(self.cases) if lines else None,
            settings=Settings.model_validate({"theme": theme, "rest_ms": 0}),
            now=self.clock,
            zone=UTC,
        )
        async with app.run_test(size=size) as pilot:
            at = Desk(app, pilot)
            await at.until("CasesScreen")
            await look(at, self)
            if app.work is not None:
                app.work.held.release()
        study.close()

    async def take(self, at: Desk, name: str) -> None:
        """Save a picture of the screen."""
        await save(at, self.target, name)

    async def open_case(self, at: Desk, number: int) -> None:
        """Open one of the practice cases, and close the note about the last sitting."""
        await at.press("home", *["down"] * number, "enter")
        if at.screen == "Page":
            await at.press("escape")

    async def answer_until(self, at: Desk, case: PracticeCase, item: str | None) -> None:
        """Answer by the key of a practice case up to an item, or to the end."""
        interview = at.interview
        while interview.place is not None and interview.place.item != item:
            place = interview.place
            found = interview.instrument.items[place.item]
            assert isinstance(found, Question | Statement)
            line = case.line.get(place)
            self.clock.time += timedelta(seconds=9)
            if line is None:
                interview.give(READ)
            else:
                interview.give(answer_key(line, found, interview.instrument, interview.mode))
                for failing in interview.unsettled(place):
                    interview.confirm(failing, line.confirm or "as the respondent said")
            interview.advance()
        assert isinstance(at.app.screen, InterviewScreen)
        await at.app.screen.show_place()
        for told in at.app.screen.query(StatusLine):
            told.update("")
        await at.settle()


async def save(at: Desk, target: Path, name: str) -> None:
    """Save a picture of the screen in a folder."""
    await at.settle()
    svg = at.app.export_screenshot(title="cati", simplify=True)
    svg = CASE_ID.sub(f"Case{SPACE}0a1b2c3d", svg)
    svg = STYLE_ID.sub("terminal-cati", svg)
    keep(target / f"{name}.svg", svg + "\n")


def keep(file: Path, text: str) -> None:
    """Write a file, and its folder if it is not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


async def travels(work: Path, target: Path) -> None:
    """Another language, and a grid: the travel survey of the tests has both."""
    household_study(work, {"Traveler 1": "interview"}, TRAVEL).close()
    study = open_study(work / "study", now=noon)
    async with interviewing(study, given=TO_COMMUTE) as at:
        await at.type("1 h 15 min")
        await at.press("ctrl+t")
        await save(at, target, "18-language")
        await at.press("ctrl+t", "enter", *"B-22", "enter", *"2019", "enter")
        await at.press("1", "enter", "2", "enter")
        await save(at, target, "19-grid")
    study.close()


async def visitors(work: Path, target: Path) -> None:
    """The rows of an open roster: the household survey of the tests has one."""
    household_study(work).close()
    study = open_study(work / "study", now=noon)
    async with interviewing(study, given=TO_CARS | {"cars": 1, "car_year": 2001}) as at:
        await at.press("y", "enter", "y", "2", "enter", "y", "4", "enter", "y", "ctrl+g")
        await at.press("ctrl+e", "enter", "ctrl+g", "u")
        await save(at, target, "22-rows")
    study.close()


async def unlock(at: Desk, gallery: Gallery) -> None:
    """The list of cases, and the screen before it."""
    await gallery.take(at, "02-cases")
    await at.press("ctrl+l")
    await gallery.take(at, "01-unlock")


async def production(at: Desk, gallery: Gallery) -> None:
    """An interview from its beginning to the sealed case."""
    case = gallery.cases[0]
    await gallery.open_case(at, 0)
    await gallery.take(at, "03-statement")
    await gallery.answer_until(at, case, "case_event_date")
    await at.type("mar 2019")
    await gallery.take(at, "04-date")
    await gallery.answer_until(at, case, "sus_age")
    await at.type("8")
    await at.press("enter")
    await gallery.take(at, "05-check")
    await at.press("escape")
    at.interview.clear()
    await gallery.answer_until(at, case, "sus_marital")
    await at.press("2")
    await gallery.take(at, "06-one-of")
    await gallery.answer_until(at, case, "sus_access")
    await at.press("1")
    await gallery.take(at, "07-any-of")
    await at.press("escape", "f1")
    await gallery.take(at, "08-help")
    await at.press("escape", "f4")
    await gallery.take(at, "09-overview")
    await at.press("escape")
    await change(at, gallery)
    await gallery.answer_until(at, case, None)
    await gallery.take(at, "12-review")
    await at.press("enter")
    for part in at.interview.summary_parts[1:]:
        at.interview.write_summary(part.name, case.summary[part.name].write)
    await at.type("The case began with a report. Officers spoke with Avery Sample in Springfield.")
    await gallery.take(at, "13-summary")
    text = case.summary[at.interview.summary_parts[0].name].write
    await at.press("ctrl+u", "escape")
    at.interview.write_summary(at.interview.summary_parts[0].name, text)
    await at.press("enter", *["enter"] * len(at.interview.summary_parts))
    await gallery.take(at, "14-submit")
    await at.press("enter")
    await gallery.take(at, "15-sealed")


async def change(at: Desk, gallery: Gallery) -> None:
    """A change of mind."""
    await at.press("f4")
    await at.type("arrest or")
    await at.press("enter")
    at.interview.jump(Instance("arrest_outcome"))
    assert isinstance(at.app.screen, InterviewScreen)
    await at.app.screen.show_place()
    await at.press("end")
    await gallery.take(at, "20-foreseen")
    await at.press("enter")
    await gallery.take(at, "10-change")
    await at.press("l")
    await gallery.take(at, "11-change-list")
    await at.press("enter", "f4", "left", "left")
    await gallery.take(at, "21-set-aside")
    await at.press("escape", "ctrl+z", "enter")
    place = at.interview.first_open()
    assert place is not None
    at.interview.jump(place)
    await at.app.screen.show_place()


async def wide(at: Desk, gallery: Gallery) -> None:
    """A larger window, with the respondent's lines at the side."""
    await gallery.open_case(at, 0)
    await gallery.answer_until(at, gallery.cases[1], "el_possession")
    await at.press("y")
    await gallery.take(at, "16-wide")


async def themed(at: Desk, gallery: Gallery) -> None:
    """The other colors."""
    await gallery.open_case(at, 0)
    await at.press("n")
    await gallery.take(at, f"17-{at.app.settings.theme}")


async def draw(target: Path) -> None:
    """All pictures."""
    # What was just saved fades by the wall clock; here it stays, so that pictures do not vary.
    status.MOMENT = 3600
    with tempfile.TemporaryDirectory() as folder:
        gallery = Gallery(Path(folder) / "study", target)
        await gallery.sit(unlock)
        await gallery.sit(production, lines=False)
        await gallery.sit(wide, size=(120, 40))
        for theme in ("light", "contrast"):
            await gallery.sit(themed, theme=theme)
        await travels(Path(folder) / "travel", target)
        await visitors(Path(folder) / "household", target)


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
