"""An open case of the store as the journal of an interview."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from pydantic import JsonValue

from store import JSON, OpenCase, Receipt

WAITS = 0.6
"""Seconds for which a key waits for a server; what it saves stays on this computer then."""

WAITS_FOR_FILE = 2.0
"""Seconds for which a key waits for a file that another program keeps; what it was to save stays on
the screen then, so that we wait for whoever hands a case in or opens one meanwhile."""


class CaseJournal:
    """Hands events and the finished document on to the store.

    The store keeps whole numbers, texts, truth values, lists and mappings of them; interviews
    write nothing else, and the store refuses anything else.
    """

    def __init__(self, opened: OpenCase, for_file: float | None = None) -> None:
        """Write to a case.

        Args:
            opened: stays the caller's to release.
            for_file: seconds to wait for a file that another program keeps; None waits as long as
                it takes.
        """
        self._opened = opened
        self._within = for_file if opened.on_file else WAITS

    @property
    def events(self) -> list[dict[str, JsonValue]]:
        """The events so far, in order."""
        return cast(list[dict[str, JsonValue]], self._opened.events)

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> Receipt:
        """Keep an event; returns when it is on the disk. A second time changes nothing."""
        kept = cast(dict[str, JSON], dict(event))
        return self._opened.append(kept, event_id=event_id, within=self._within)

    def holds(self, event_id: UUID) -> bool:
        """Whether an event is on the disk, also when its `append` failed without saying how."""
        return self._opened.holds(event_id, within=self._within)

    def submit(self, document: Mapping[str, JsonValue]) -> Receipt:
        """Hand in the case."""
        return self._opened.submit(cast(dict[str, JSON], dict(document)))
