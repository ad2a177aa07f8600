"""What goes on beside an interview, in threads: nobody at a screen waits for it.

Every `HEARTBEAT` seconds the store is asked whether the open case is still ours, and a server is
told so; what waits on this computer goes to the server as soon as it answers. Neither needs the
keys of the case, so that putting them away waits for neither.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from cati.casework import GONE, Casework
from cati.screens.interview import InterviewScreen
from store import HEARTBEAT, CaseErased, OpenCase, StoreError

if TYPE_CHECKING:
    from cati.app import CatiApp

LEAST_PAUSE, MOST_PAUSE = 1.0, 30.0
"""Seconds between two tries to deliver what waits on this computer; twice as long after each in
vain, so that a server that is slow is not asked all the time."""

ANSWERS = 8.0
"""Seconds for which the screen waits for one answer of a server while cases are listed, opened and
given back; an answer given in an interview waits less, and handing a case in waits longer."""

_GROUP = "beside"


class Beside:
    """The threads of one app, one at a time."""

    def __init__(
        self, app: "CatiApp", between_keys: Callable[[Callable[[], Awaitable[None]]], None]
    ):
        """`between_keys` does something once the keys pressed so far have been dealt with."""
        self._app = app
        self._between_keys = between_keys
        self._pause = LEAST_PAUSE
        self._not_before = 0.0

    def begin(self) -> None:
        """From now on."""
        self._app.set_interval(HEARTBEAT, self.heartbeat)
        if self._app.study.database.kind == "postgres":
            self._app.study.database.patience = ANSWERS
            self._app.set_interval(LEAST_PAUSE, self.deliver)

    def heartbeat(self) -> None:
        """See that the open case is still ours, and say so to a server."""
        self._do(OpenCase.heartbeat)

    def deliver(self) -> None:
        """Hand to the server what waits on this computer, if anything does and it is time."""
        work = self._app.work
        if work is not None and work.held.waiting and monotonic() >= self._not_before:
            self._do(OpenCase.deliver)

    def _do(self, deed: Callable[[OpenCase], None]) -> None:
        app, work = self._app, self._app.work
        if work is None or any(one.group == _GROUP and not one.is_finished for one in app.workers):
            return

        def do() -> None:
            try:
                deed(work.held)
            except GONE as error:
                app.call_later(self._between_keys, partial(self._gone, work, error))
            except StoreError:
                # A server that is gone is asked again; anything else the next answer tells.
                self._not_before = monotonic() + self._pause
                self._pause = min(2 * self._pause, MOST_PAUSE)
            else:
                self._not_before, self._pause = 0.0, LEAST_PAUSE

        app.run_worker(do, thread=True, group=_GROUP, exit_on_error=False)

    async def _gone(self, work: Casework, error: StoreError) -> None:
        """The open case is another's, or erased: leave it for the list."""
        app = self._app
        if app.work is not work or not any(
            isinstance(screen, InterviewScreen) for screen in app.screen_stack
        ):
            return
        if not isinstance(error, CaseErased):  # what is typed is refused, and so kept as a draft
            app.keep_drafts()
        while not isinstance(app.screen, InterviewScreen):
            await app.pop_screen()
        await app.screen.lost(error)
        await app.settled()  # else a screen on its way out would take the cover along
        app.cover_if_small()
