"""An open case of the store as the journal of an interview."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from pydantic import JsonValue

from store import JSON, OpenCase, Receipt

WAITS = 0.6
"""Seconds for which a key waits for a server; what it saves stays on this computer then."""


class CaseJournal:
    """Hands events and the finished document on to the store.

    The store keeps whole numbers, texts, truth values, lists and mappings of them; interviews
    write nothing else, and the store refuses anything else.
    """

    def __init__(self, opened: OpenCase) -> None:
        """Write to `opened`, which stays the caller's to release."""
        self._opened = opened

    @property
    def events(self) -> list[dict[str, JsonValue]]:
        """The events so far, in order."""
        return cast(list[dict[str, JsonValue]], self._opened.events)

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> Receipt:
        """Keep an event; returns when it is on the disk. A second time changes nothing."""
        kept = cast(dict[str, JSON], dict(event))
        return self._opened.append(kept, event_id=event_id, within=WAITS)

    def holds(self, event_id: UUID) -> bool:
        """Whether an event is on the disk, also when its `append` failed without saying how."""
        return self._opened.holds(event_id, within=WAITS)

    def submit(self, document: Mapping[str, JsonValue]) -> Receipt:
        """Hand in the case."""
        return self._opened.submit(cast(dict[str, JSON], dict(document)))
