"""A journal that lives as long as the program: for previews, simulations and tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue


@dataclass(frozen=True)
class MemoryReceipt:
    """What an append returns: when the event was taken."""

    at: datetime


class MemoryJournal:
    """Keeps events in a list; nothing reaches a disk."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.events: list[dict[str, JsonValue]] = []
        self._receipts: dict[UUID, MemoryReceipt] = {}
        self._now = now

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> MemoryReceipt:
        """Take an event; the same one a second time changes nothing."""
        if event_id not in self._receipts:
            self.events.append(dict(event))
            self._receipts[event_id] = MemoryReceipt(self._now())
        return self._receipts[event_id]

    def holds(self, event_id: UUID) -> bool:
        """Whether an event was taken."""
        return event_id in self._receipts
