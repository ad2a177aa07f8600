"""What is told of packets that were made and received, and of cases that are away."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True)
class PacketMade:
    """A packet that was written."""

    id: str
    number: int
    file: Path
    to: str | None
    """Login name; None when it takes cases back to where they came from."""
    cases: tuple[str, ...]


@dataclass(frozen=True)
class AwayCase:
    """A case that is on another computer."""

    id: str
    assignee: str
    """Login name."""
    packet: str
    """Id of the packet with which it went."""


class Outcome(StrEnum):
    """What became of a case in a packet."""

    BROUGHT = "brought"
    """It came here to be worked on."""
    JOURNAL = "journal"
    """What was entered so far was received; it goes on elsewhere."""
    GIVEN_BACK = "given back"
    """It is here again, not submitted."""
    SUBMITTED = "submitted"
    """It was submitted elsewhere and is here now."""
    OLDER = "older"
    """What is here is as new or newer."""
    ERASED = "erased"
    """It was erased here; nothing of it was taken."""
    ASIDE = "aside"
    """It comes too late; the packet is kept aside."""


@dataclass(frozen=True)
class PacketReport:
    """What a packet brought."""

    id: str
    number: int
    by: str
    """Login name of who made it."""
    already: bool
    """It had been received, or was made here; nothing was changed."""
    outcomes: tuple[tuple[str, Outcome], ...]
    """Case id and what became of the case."""
    manifest: bool
    """It brought a newer manifest."""
    erased: int
    """Entries of the erasure ledger that were new here."""
    kept_aside: tuple[str, ...]
    """Files in the folder `aside` that were written, by name."""
