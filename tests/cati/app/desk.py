"""Sits at the app like an interviewer: presses keys, and reads what is on the screen."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from cati.app import CatiApp
from cati.casework import Scripts
from cati.interview import Interview
from cati.screens.interview import InterviewScreen
from cati.settings import Settings
from instrument.values import Answer, Instance
from store import Study
from tests.cati.app.household import NAME, PASSPHRASE

PATIENCE = 20.0
"""Seconds after which what was waited for is said not to come."""

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def noon() -> datetime:
    """A clock that stands."""
    return NOON


class Desk:
    """One app under test."""

    def __init__(self, app: CatiApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys without a pause between them, and wait until they are dealt with."""
        for key in keys:
            self.app.post_message(key_event(key))
        await self.settle()

    async def press_on(self, *keys: str) -> None:
        """Press keys; what goes on in a thread is waited for no longer than the app does."""
        for key in keys:
            self.app.post_message(key_event(key))
        await self._taken()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*text)

    async def show(self) -> None:
        """Show the item that the interview stands at, after it was moved without a key."""
        shown = self.app.screen
        assert isinstance(shown, InterviewScreen)
        await shown.show_place()
        await self.settle()

    async def settle(self) -> None:
        """Wait until every key has had its effect and is on the screen."""
        await self._taken()
        while self.app.errands.going:
            await self.until_holds(lambda: not self.app.errands.going)
            await self._taken()
            # What an errand puts on the screen may open a window of its own.
            await self.until_holds(lambda: self.app._exit or self.app.screen.is_mounted)
            await self.pilot.pause()

    async def _taken(self) -> None:
        taken = asyncio.Event()
        self.app.call_later(taken.set)
        async with asyncio.timeout(PATIENCE):  # an app that failed answers no more
            await taken.wait()
            await self.app.keys_done()
        await self.pilot.pause()

    async def until(self, screen: str) -> None:
        """Wait for a screen, by the name of its class."""

        await self.until_holds(lambda: self.screen == screen)
        await self.settle()

    async def until_sees(self, words: str) -> None:
        """Wait for words on the screen."""

        await self.until_holds(lambda: self.sees(words))

    async def until_holds(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        patience = int(PATIENCE * 100)
        for _ in range(patience):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"did not come; the screen is {self.screen}:\n{self.text}")

    @property
    def screen(self) -> str:
        """The class of the screen on top."""
        return type(self.app.screen).__name__

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What is on the screen, words joined as a reader joins them."""
        return "\n".join(self.lines)

    def sees(self, *words: str) -> bool:
        """Whether all these words are on the screen; where lines break does not matter."""
        text = " ".join(self.text.replace("│", " ").split())
        return all(" ".join(one.split()) in text for one in words)

    async def fill(self, **answers: Answer) -> None:
        """Answer items in their order without the keyboard, and show the one that comes next."""
        interview = self.interview
        for name, answer in answers.items():
            if interview.place == Instance("welcome"):
                interview.read()
                interview.advance()
            assert interview.place is not None
            assert interview.place.item == name
            interview.give(answer)
            interview.advance()
        assert isinstance(self.app.screen, InterviewScreen)
        await self.app.screen.show_place()
        await self.settle()

    @property
    def interview(self) -> Interview:
        """The interview of the case that is open."""
        for screen in self.app.screen_stack:
            if isinstance(screen, InterviewScreen):
                return screen.interview
        raise AssertionError("no case is open")

    @property
    def place(self) -> str:
        """The item in place."""
        place = self.interview.place
        return str(place) if place else "end"

    def answer(self, item: str, row: int = 0) -> Answer | None:
        """What is kept of an item."""
        return self.interview.route.kept(Instance(item, row))


def key_event(key: str) -> events.Key:
    """A key as the terminal sends it: a character, or the name of a key."""
    if len(key) > 1:
        return events.Key(key, " " if key == "space" else None)
    return events.Key(_character_to_key(key), key)


@asynccontextmanager
async def desk(
    study: Study,
    *,
    size: tuple[int, int] = (80, 24),
    settings: Settings | None = None,
    scripts: Scripts | None = None,
    unlocked: bool = True,
    language: str | None = None,
) -> AsyncIterator[Desk]:
    """The app, by default at the list of cases."""
    app = CatiApp(
        study,
        name=NAME,
        passphrase=PASSPHRASE if unlocked else None,
        scripts=scripts,
        settings=settings or Settings(rest_ms=0),
        now=noon,
        zone=UTC,
        language=language,
    )
    async with app.run_test(size=size) as pilot:
        at = Desk(app, pilot)
        await at.until("CasesScreen" if unlocked else "UnlockScreen")
        yield at
        if app.work is not None:
            app.work.held.release()


@asynccontextmanager
async def interviewing(
    study: Study,
    *keys: str,
    given: Mapping[str, Answer] | None = None,
    size: tuple[int, int] = (80, 24),
    settings: Settings | None = None,
    scripts: Scripts | None = None,
    language: str | None = None,
) -> AsyncIterator[Desk]:
    """The app with the first case opened, some answers given, and some keys pressed."""
    async with desk(study, size=size, settings=settings, scripts=scripts, language=language) as at:
        await at.press("enter")
        if given:
            await at.fill(**given)
        if keys:
            await at.press(*keys)
        yield at
