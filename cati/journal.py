"""What an interview asks of the place where its events are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import JsonValue

from cati import events as ev
from instrument.values import Instance


class Receipt(Protocol):
    """The journal's word that an event is safe."""

    @property
    def at(self) -> datetime:
        """When it was safe (UTC)."""


class Journal(Protocol):
    """Where events go; `append` returns only when the event cannot be lost any more."""

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> Receipt:
        """Keep an event for good; a second time with the same id changes nothing."""

    def holds(self, event_id: UUID) -> bool:
        """Whether an event is kept, also when its `append` failed without saying how."""


@dataclass(frozen=True)
class Unsaved:
    """A write that failed: it does not count, and is neither given up nor tried again yet."""

    event: ev.Event
    event_id: UUID
    instance: Instance | None
    """The item it is about, if it is about one."""
