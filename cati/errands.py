"""What a screen has done in a thread since a server or a busy disk may keep it waiting.

Handing in, opening and listing are such errands, one at a time. Keys go on being answered. A key
waits for an errand that is quick, as it waits for all that the key before it set off; later keys
find the screen busy, and what they would have done is not done afterwards. What an errand comes to
is shown between two keys, and not at all once whoever began it has put their keys away.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cati.moving import MovingError
from cati.screens.small import TooSmall
from instrument import InstrumentError
from store import Access, StoreError

if TYPE_CHECKING:
    from cati.app import CatiApp

T = TypeVar("T")

LINGERS = 0.5
"""Seconds for which the next key waits for an errand."""

REFUSALS = (StoreError, InstrumentError, MovingError)
"""Errors that are an answer; anything else is a fault of the program."""

Refusal = StoreError | InstrumentError | MovingError
Then = Callable[[], Awaitable[None] | None]


@dataclass(frozen=True)
class _Arrived:
    """What became of an errand of somebody."""

    access: Access | None
    then: Then
    until: float
    fault: Exception | None


class Errands:
    """The errands of one app."""

    def __init__(
        self, app: "CatiApp", between_keys: Callable[[Callable[[], Awaitable[None]]], None]
    ):
        """`between_keys` does something once the keys pressed so far have been dealt with."""
        self._app = app
        self._between_keys = between_keys
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived: deque[_Arrived] = deque()
        self._young: list[float] = []
        self._news = asyncio.Event()
        self._shows = False

    @property
    def going(self) -> bool:
        """Whether anything is under way, or not shown yet: for tests and benchmarks."""
        return bool(self._tasks or self._arrived or self._shows)

    def begin(
        self,
        deed: Callable[[], T],
        then: Callable[[T | Refusal], Awaitable[None] | None],
        *,
        quietly: bool = False,
    ) -> None:
        """Do something in a thread, and show on the screen what it comes to.

        Args:
            deed: what waits; touches nothing of the screen.
            then: shows what the deed returned, or the refusal it raised.
            quietly: no key set it off, so none waits for it.
        """
        until = 0.0 if quietly else asyncio.get_running_loop().time() + LINGERS
        self._young.append(until)
        task = asyncio.create_task(self._see_to(self._app.access, deed, then, until))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def linger(self) -> None:
        """Wait for the errands begun a moment ago, and show what they come to."""
        now = asyncio.get_running_loop().time
        while (until := max(self._young, default=0.0)) > now():
            self._news.clear()
            if not self._arrived:
                try:
                    async with asyncio.timeout_at(until):
                        await self._news.wait()
                except TimeoutError:
                    return
            await self.deliver()

    async def deliver(self) -> None:
        """Show what has come back, and wait until it stands on the screen."""
        if self._arrived:
            self._shows = True
            try:
                await self._show()
                await self._app.settled()  # else a screen on its way out would take the cover along
                if self._app.screen_stack:
                    self._app.cover_if_small()
            finally:
                self._shows = False

    async def _show(self) -> None:
        while self._arrived:
            one = self._arrived.popleft()
            self._young.remove(one.until)
            while one.access is self._app.access and isinstance(self._app.screen, TooSmall):
                await self._app.pop_screen()  # meanwhile the screen may be locked
            if one.access is not self._app.access:
                continue  # of what keys destroyed meanwhile could not do, nothing is to be told
            if one.fault is not None:
                raise one.fault
            shown = one.then()
            if inspect.isawaitable(shown):
                await shown

    async def over(self, seconds: float) -> None:
        """Wait until nothing is under way any more, but not for longer."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _see_to(
        self,
        access: Access | None,
        deed: Callable[[], T],
        then: Callable[[T | Refusal], Awaitable[None] | None],
        until: float,
    ) -> None:
        fault: Exception | None = None
        shows: Then = _nothing
        async with self._turn:
            if self._app.access is access:
                try:
                    outcome = await asyncio.to_thread(_outcome, deed)
                    shows = _showing(then, outcome)
                except Exception as error:  # noqa: BLE001 - told by `deliver`
                    fault = error
        self._arrived.append(_Arrived(access, shows, until, fault))
        self._news.set()
        self._between_keys(self.deliver)


def _outcome(deed: Callable[[], T]) -> T | Refusal:
    """In a thread."""
    try:
        return deed()
    except REFUSALS as error:
        return error.with_traceback(None)  # which would keep alive what was being opened


def _showing(then: Callable[[T | Refusal], Awaitable[None] | None], outcome: T | Refusal) -> Then:
    return lambda: then(outcome)


def _nothing() -> None:
    """Nobody is there to be told."""
