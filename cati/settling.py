"""Waiting until all that a key set off is done, so that the next one lands where it was meant."""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

from textual.app import App
from textual.message_pump import MessagePump

PATIENCE = 5.0
"""Seconds after which a screen that does not answer no longer holds back the next key."""


async def settle(app: App[Any]) -> None:
    """Wait until the widgets a key passes, the app, and the screens have done their work."""
    await _pass_through([*_around_focus(app), app])
    await _pass_through([*reversed(app.screen_stack), app])
    # What the screens did may have moved the focus, and set off something there.
    await _pass_through([*_around_focus(app), app])


def _around_focus(app: App[Any]) -> list[MessagePump]:
    """The focused widget and what is around it, up to the screen."""
    if not app.screen_stack:
        return []
    start = app.focused or app.screen
    return [node for node in start.ancestors_with_self if node is not app]


async def _pass_through(pumps: Iterable[MessagePump]) -> None:
    """Wait until each has come to the end of what it was sent so far, one after the other."""
    for pump in pumps:
        done = asyncio.Event()
        if pump.is_running and pump.call_later(done.set):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), PATIENCE)
