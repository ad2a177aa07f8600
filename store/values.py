"""The values that go in and out of a study. All frozen; all times are UTC with their zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from store.canonical import JSON
from store.trust.roles import Role

Kind: TypeAlias = Literal["live", "practice"]
"""A study is one or the other from its first byte; every key and record is bound to it."""

CaseState: TypeAlias = Literal["fresh", "open", "submitted", "accepted", "erased"]
"""Never opened; begun; handed in; handed in and found good; destroyed on request."""


@dataclass(frozen=True)
class KdfCost:
    """What one guess of a passphrase costs (Argon2id)."""

    memory_kib: int
    iterations: int
    lanes: int

    DEFAULT: ClassVar["KdfCost"]
    FLOOR: ClassVar["KdfCost"]
    CAP: ClassVar["KdfCost"]

    def within_limits(self) -> bool:
        """Not below the floor and not above the cap in any of the three."""
        return (
            KdfCost.FLOOR.memory_kib <= self.memory_kib <= KdfCost.CAP.memory_kib
            and KdfCost.FLOOR.iterations <= self.iterations <= KdfCost.CAP.iterations
            and KdfCost.FLOOR.lanes <= self.lanes <= KdfCost.CAP.lanes
        )


KdfCost.DEFAULT = KdfCost(memory_kib=256 * 1024, iterations=3, lanes=4)
KdfCost.FLOOR = KdfCost(memory_kib=64 * 1024, iterations=3, lanes=4)
KdfCost.CAP = KdfCost(memory_kib=2 * 1024 * 1024, iterations=10, lanes=8)


@dataclass(frozen=True)
class NewPerson:
    """Someone who is to take part."""

    name: str
    """Login: a small letter, then 1 to 31 of small letters, digits, `_` and `-`."""
    roles: frozenset[Role]
    passphrase: str = field(repr=False)
    """At least 15 characters after NFKC normalization."""


@dataclass(frozen=True)
class InstrumentFiles:
    """An instrument as it is to be kept with the study."""

    name: str
    version: str
    fingerprint: str
    """Lowercase letters and digits, 16 to 128 of them; the name of its folder in the study."""
    files: Mapping[str, bytes] = field(repr=False)
    """Relative POSIX path to content."""


@dataclass(frozen=True)
class PersonCard:
    """A person as everyone may see them."""

    id: str
    name: str
    roles: frozenset[Role]
    fingerprint: str
    """Of the person's public keys, in groups of four, to compare by eye or by voice."""
    status: str = "active"
    """`active`, `suspended`, `removed` or `replaced` (enrolled again, with other keys)."""
    expires: str | None = None
    """Last day (UTC, `YYYY-MM-DD`) on which they can unlock."""


@dataclass(frozen=True)
class InstrumentCard:
    """An instrument that cases of the study may use."""

    name: str
    version: str
    fingerprint: str


@dataclass(frozen=True)
class CaseCard:
    """A case in a list."""

    id: str
    short_id: str
    state: CaseState
    mode: str
    instrument: str
    """Fingerprint of the version that it was added with; its journal knows of moves."""
    events: int
    """Entries in the journal; 0 after submission."""
    updated: datetime
    """Rounded down to the quarter of an hour, since it is kept in clear."""
    assignee: str
    """Login name."""
    mine: bool
    """Assigned to the person who asked."""
    label: str | None
    """None when this person holds no key to it, or when the record is damaged."""
    identity: dict[str, JSON] | None
    """Contact and agency, under the same rule."""
    damaged: bool
    """The record of the case does not verify."""
    contact_erased: bool = False
    """Label and contact were erased from the study; known to those whose keys would open them."""
    returned_by: str = ""
    """Login name of who returned it, as long as it was not handed in again; else empty."""


@dataclass(frozen=True)
class Receipt:
    """Given out only after the transaction is on disk."""

    seq: int
    """Number of the event in its case, from 1; of a submission, the number of events sealed."""
    at: datetime
    where: Literal["there", "here"] = "there"
    """In the study's database; or, while its server is gone, on the disk of this computer."""


@dataclass(frozen=True)
class JournalEntry:
    """One event as replayed."""

    seq: int
    at: datetime
    event_id: str
    """UUID given or made when it was appended."""
    event: dict[str, JSON]


@dataclass(frozen=True)
class SubmittedCase:
    """A submitted case as opened by a data manager; its signature was verified before."""

    id: str
    short_id: str
    mode: str
    instrument: str
    """Fingerprint of the version that it was handed in with."""
    document: dict[str, JSON]
    """As handed in by the interviewer."""
    submitted_by: str
    """Login name of the signer."""
    submitted_at: datetime
    events: int
    """How many events the journal had."""
    order: int
    """Entries of the audit before it: these grow with each submission, whatever clocks say."""
    label: str
    identity: dict[str, JSON]
    """Kept apart from the document, under another key."""
    state: CaseState = "submitted"
    """`submitted`, or `accepted` since."""


@dataclass(frozen=True)
class DueCase:
    """A submitted case that this person may review."""

    id: str
    short_id: str
    mode: str
    instrument: str
    """Fingerprint of the version that it was added with."""
    submitted_by: str
    """Login name of the interviewer."""
    updated: datetime
    """When it was handed in, rounded down to the quarter of an hour."""
    lent_until: str
    """Last moment (UTC, ISO 8601) of reading where it was lent for a time; else empty."""


@dataclass(frozen=True)
class ReviewedCase:
    """A submitted case as its reviewer sees it: everything that was handed in, and no identity."""

    id: str
    short_id: str
    mode: str
    instrument: str
    """Fingerprint of the version that it was handed in with."""
    document: dict[str, JSON]
    journal: tuple[JournalEntry, ...] | None
    """Every entry with its time; None in a case that was sealed before cases kept it."""
    submitted_by: str
    submitted_at: datetime
    state: CaseState


@dataclass(frozen=True)
class VerifyReport:
    """What a verification found."""

    audit_entries: int
    cases: int
    journals: int
    """Journals of open cases that were replayed."""
    sealed: int
    """Sealed cases that were opened, signature included."""
    problems: tuple[str, ...]
    """Each a sentence; empty when all is well."""
    unchecked: tuple[str, ...]
    """What this person could not check, and why."""

    @property
    def ok(self) -> bool:
        """No problem in what could be checked."""
        return not self.problems
