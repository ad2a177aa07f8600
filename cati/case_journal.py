"""An open case of the store as the journal of an interview."""

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from store import JSON, OpenCase, Receipt


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

    def append(self, event: Mapping[str, JsonValue]) -> Receipt:
        """Keep an event; returns when it is on the disk."""
        return self._opened.append(cast(dict[str, JSON], dict(event)))

    def submit(self, document: Mapping[str, JsonValue]) -> Receipt:
        """Hand in the case."""
        return self._opened.submit(cast(dict[str, JSON], dict(document)))
