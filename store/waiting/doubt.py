"""What an open case knows of its last writes, while the answer to one of them is missing."""

from dataclasses import dataclass

from store.crypto.sealing import SealedCase
from store.values import JournalEntry, Receipt
from store.waiting.spool import Record


@dataclass
class End:
    """Where the journal ends, as far as we know."""

    count: int
    head: bytes


@dataclass(frozen=True)
class Doubt:
    """An event of which nobody knows yet whether it is saved."""

    after: End
    entry: JournalEntry
    record: Record


@dataclass(frozen=True)
class Handed:
    """A submission whose transaction may have happened."""

    sealed: SealedCase
    document: bytes
    """SHA-256 of its canonical JSON."""
    receipt: Receipt
