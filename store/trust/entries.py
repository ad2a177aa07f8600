"""What stands in a manifest: people, keys given to them, sheets, instruments and policy, as values.

`manifest` reads and writes it, `trust` says whose signature counts for what.
"""

import base64
import binascii
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from store.crypto.keys import PublicKeys
from store.errors import UnknownPerson
from store.trust.roles import Role
from store.values import InstrumentCard, KdfCost, Kind

Id = Annotated[str, Field(pattern=r"\A[0-9a-f]{32}\z")]
Name = Annotated[str, Field(pattern=r"\A[a-z][a-z0-9_-]{1,31}\z")]
Digest = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
Fingerprint = Annotated[str, Field(pattern=r"\A[0-9a-z]{16,128}\z")]
Base64 = Annotated[str, Field(max_length=4096)]
Wrapped = Annotated[str, Field(max_length=65_536)]
"""Base64 of what sheets open: every key of the study, and there may come to be many."""
Line = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[str, Field(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
Moment = Annotated[str, Field(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(Z|\+00:00)\z")]
KeyName = Annotated[
    str, Field(pattern=r"\A(data|review)(\.([2-9]|[1-9][0-9]{1,3}))?\z", max_length=16)
]
Status = Literal["active", "suspended", "removed", "replaced"]

DATA = "data"
"""Name of the first data key; its successors are `data.2`, `data.3` …"""
REVIEW = "review"
"""Name of the first review key; its successors are `review.2` …"""
RECOVERY = "recovery"
"""Who gave a key that was opened by recovery sheets."""
SUITE = 1
"""The suite under which records are written: what each consists of, and how it is encrypted."""
FORMAT_1 = "format 1"
"""Who gave a key in a manifest of format 1, where the administrator's signature vouched for it."""


class Frozen(BaseModel):
    """Strict, unchangeable, and silent about its content in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class GivenKey(Frozen):
    """The secret half of a key of the study, sealed to a person and signed by who gave it."""

    key: KeyName
    wrap: Base64
    """96 bytes under HPKE of the person; see `giving`."""
    by: Id | Literal["recovery", "format 1"]
    signature: Base64


class PersonEntry(Frozen):
    """A person with the public halves of their keys."""

    id: Id
    name: Name
    roles: tuple[Role, ...] = Field(min_length=1)
    sealing: Base64
    signing: Base64
    appointed_by: Id | Literal["recovery"] | None = None
    """For administrators: who appointed them; the founder appoints themselves, or sheets did it."""
    appointment: Base64 | None = None
    """That administrator's signature over the appointment."""
    former_roles: tuple[Role, ...] = ()
    """Roles held before: what was signed under them goes on counting."""
    status: Status = "active"
    expires: Day | None = None
    """The last day (UTC) on which this person can unlock."""
    keys: tuple[GivenKey, ...] = ()
    """Keys of the study that were given to this person."""

    @property
    def public(self) -> PublicKeys:
        """The public keys as bytes."""
        return PublicKeys(unpack(self.sealing), unpack(self.signing))

    @property
    def held_roles(self) -> frozenset[Role]:
        """Every role this person has or had."""
        return frozenset(self.roles) | frozenset(self.former_roles)

    @property
    def is_gone(self) -> bool:
        """Removed, or enrolled again under a new entry: the name is free for another entry."""
        return self.status in ("removed", "replaced")

    def is_active(self, on: date | None = None) -> bool:
        """Whether they take part now; with `on` also whether their last day has not passed."""
        in_time = on is None or self.expires is None or on.isoformat() <= self.expires
        return self.status == "active" and in_time

    def given(self, key: str) -> GivenKey | None:
        """What they were given of a key of the study, by its name."""
        return next((given for given in self.keys if given.key == key), None)


class KeyEntry(Frozen):
    """A key of the study that was made after the first data key; two people signed it."""

    name: KeyName
    public: Base64
    made_by: Id
    """An administrator."""
    made_signature: Base64
    given_by: Id
    """A data manager; the same person where one holds both roles alone."""
    given_signature: Base64
    proof: Base64
    """What only a holder of the data key before it could make; data managers look at it."""


class Recovery(Frozen):
    """What recovery sheets open: any two of three. The sheets themselves are on paper only."""

    key: KeyName
    """The data key whose secret half they open."""
    made_at: Moment
    signing: Base64
    """Public signing key (Ed25519) whose secret half the sheets open too."""
    wraps: dict[str, Wrapped]
    """For each of the pairs `1-2`, `1-3` and `2-3` what the two sheets open."""
    made_by: Id
    """An administrator."""
    made_signature: Base64
    given_by: Id
    """A data manager."""
    given_signature: Base64
    rehearsed_at: Moment | None = None
    rehearsed_by: Id | None = None
    rehearsed_signature: Base64 | None = None


class InstrumentEntry(Frozen):
    """An approved instrument and the SHA-256 of each of its files."""

    name: Line
    version: Line
    fingerprint: Fingerprint
    files: dict[str, Digest]

    @property
    def card(self) -> InstrumentCard:
        """What everyone may see."""
        return InstrumentCard(self.name, self.version, self.fingerprint)


class Policy(Frozen):
    """Rules of the study that programs follow."""

    min_suite: int = Field(default=1, ge=1, le=255)
    """Older suites are refused: a release that knows no such suite opens nothing."""
    lock_after_minutes: int = Field(default=5, ge=1, le=15)
    """Idle minutes after which keys are put away."""
    memory_kib: int
    iterations: int
    lanes: int
    review: Literal["none", "all"] = "none"
    """Which submitted cases supervisors review before they are accepted."""
    undertaking: str | None = Field(default=None, min_length=1, max_length=8000)
    """What everyone promises before they work in the study; None for nothing."""

    @property
    def cost(self) -> KdfCost:
        """The cost for new key files."""
        return KdfCost(self.memory_kib, self.iterations, self.lanes)


class Body(Frozen):
    """What is signed. One of format 1 is lifted when read, and is written as format 2."""

    format: Literal[2]
    version: int = Field(ge=1)
    """Counts the changes."""
    id: Id
    title: Line
    kind: Kind
    founder: Id
    data_key: Base64
    """Public half of the first data key; never changes."""
    founding: tuple[Id, ...] = ()
    """The data managers of the founding; none in a study that comes from format 1. Never changes:
    every key file pins it."""
    keys: tuple[KeyEntry, ...] = ()
    """Further keys of the study."""
    recovery: Recovery | None = None
    """The recovery sheets in force."""
    earlier_recoveries: tuple[Recovery, ...] = ()
    """Sheets that were replaced, and by which a data manager was once added."""
    policy: Policy
    people: tuple[PersonEntry, ...]
    instruments: tuple[InstrumentEntry, ...]

    def person(self, name: str) -> PersonEntry:
        """By login name; UnknownPerson when there is none.

        Someone who was removed is found as long as nobody else has the name.
        """
        named = [person for person in self.people if person.name == name]
        if not named:
            raise UnknownPerson(
                "Nobody of that name takes part in this study: check the spelling of the name."
            )
        return next((person for person in named if not person.is_gone), named[-1])

    def person_by_id(self, person_id: str) -> PersonEntry | None:
        """By id, or None."""
        return next((person for person in self.people if person.id == person_id), None)

    def active(self, role: Role | None = None, on: date | None = None) -> tuple[PersonEntry, ...]:
        """Who takes part now: not suspended, removed or replaced.

        Args:
            role: only those who have it.
            on: a day (UTC); without those whose last day passed before it.
        """
        return tuple(
            person
            for person in self.people
            if person.is_active(on) and (role is None or role in person.roles)
        )

    @property
    def data_key_name(self) -> str:
        """Name of the newest data key: `data` as long as it was never changed."""
        return self._newest(DATA) or DATA

    @property
    def review_key_name(self) -> str | None:
        """Name of the newest review key; None when the study never had one."""
        return self._newest(REVIEW)

    def public_key(self, name: str) -> bytes:
        """Public half of a key of the study, 1,216 bytes; KeyError when there is none."""
        if name == DATA:
            return unpack(self.data_key)
        for entry in self.keys:
            if entry.name == name:
                return unpack(entry.public)
        raise KeyError(name)

    def key_names(self, family: str) -> tuple[str, ...]:
        """Names of all data keys (`data`) or review keys (`review`), oldest first."""
        later = [entry.name for entry in self.keys if family_of(entry.name) == family]
        names = [DATA, *later] if family == DATA else later
        return tuple(sorted(names, key=generation_of))

    def _newest(self, family: str) -> str | None:
        names = self.key_names(family)
        return names[-1] if names else None


def family_of(key: str) -> str:
    """`data` or `review`."""
    return key.partition(".")[0]


def generation_of(key: str) -> int:
    """1 for `data`, 2 for `data.2`, and so on."""
    return int(key.partition(".")[2] or "1")


def next_name(body: Body, family: str) -> str:
    """What the next key of the family is called."""
    names = body.key_names(family)
    return f"{family}.{generation_of(names[-1]) + 1}" if names else family


def is_key_name(text: str) -> bool:
    """Whether a recipient is a key of the study rather than a person."""
    return re.fullmatch(r"(data|review)(\.([2-9]|[1-9][0-9]{1,3}))?", text) is not None


def pack(raw: bytes) -> str:
    """Bytes as they stand in the manifest."""
    return base64.b64encode(raw).decode()


def unpack(text: str) -> bytes:
    """Back to bytes; ValueError when it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
