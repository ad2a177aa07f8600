"""A journal that lives as long as the program: for previews, simulations and tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue


@dataclass(frozen=True)
class MemoryReceipt:
    """What an append returns: when the event was taken."""

    at: datetime


class MemoryJournal:
    """Keeps events in a list; nothing reaches a disk."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.events: list[dict[str, JsonValue]] = []
        self._now = now

    def append(self, event: Mapping[str, JsonValue]) -> MemoryReceipt:
        """Take an event."""
        self.events.append(dict(event))
        return MemoryReceipt(self._now())
