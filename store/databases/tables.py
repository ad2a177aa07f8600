"""The tables of `study.db`.

Everything a person typed, or could be identified by, is ciphertext before it gets here. In clear
stand random ids, the state of a case, counters and rounded times (FORMAT.md lists them with
reasons). The names are part of the format; nothing cryptographic is bound to them.
"""

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from store.databases.column_types import Integer, Text

APPLICATION_ID = 0x63617469
"""`cati` in ASCII: marks the file as ours."""
SCHEMA_VERSION = 2

_STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
_GIVEN = {"autoincrement": False}
"""The number is given by us; a server must make no sequence for it."""


def _of_case(**options: bool) -> tuple[ForeignKeyConstraint, dict[str, bool]]:
    return ForeignKeyConstraint(["case_id"], ["case.id"]), options


class MetaRow(SQLModel, table=True):
    """Which study this database belongs to; one row."""

    __tablename__ = "meta"
    __table_args__ = _STRICT
    study: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)


class CaseRow(SQLModel, table=True):
    """A case: what lists and the chain need."""

    __tablename__ = "case"
    __table_args__ = _STRICT
    id: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(sa_type=Text)
    """`fresh`, `open`, `submitted`, `accepted` or `erased`."""
    instrument: str = Field(sa_type=Text)
    mode: str = Field(sa_type=Text)
    assignee: str = Field(sa_type=Text)
    created_by: str = Field(sa_type=Text)
    signature: bytes = Field(sa_type=LargeBinary)
    """Of `created_by`, the data manager who added or last reassigned it, over the constant columns
    and the identity."""
    n: int = Field(sa_type=Integer)
    """Events in the journal."""
    head: bytes = Field(sa_type=LargeBinary)
    """Last link of the journal; empty before the first opening and after submission."""
    updated: int = Field(sa_type=Integer)
    """Unix time in seconds, rounded down to 15 minutes."""


class IdentityRow(SQLModel, table=True):
    """Contact and agency of a case, sealed."""

    __tablename__ = "identity"
    __table_args__ = _of_case(**_STRICT)
    case_id: str = Field(primary_key=True, sa_type=Text)
    envelope: bytes = Field(sa_type=LargeBinary)


class GrantRow(SQLModel, table=True):
    """A case's key, wrapped to one recipient."""

    __tablename__ = "grant"
    __table_args__ = _of_case(**_STRICT)
    case_id: str = Field(primary_key=True, sa_type=Text)
    what: str = Field(primary_key=True, sa_type=Text)
    """`identity`, `answers` or `submission`."""
    recipient: str = Field(primary_key=True, sa_type=Text)
    """A person's id, or the name of a key of the study, such as `data`, `data.2` or `review`."""
    wrap: bytes = Field(sa_type=LargeBinary)
    granted_by: str = Field(sa_type=Text)
    signature: bytes = Field(sa_type=LargeBinary)
    expires: str = Field(sa_type=Text)
    """When it ends (UTC); empty when it does not."""


class EventRow(SQLModel, table=True):
    """One event of a case's journal."""

    __tablename__ = "event"
    __table_args__ = _of_case(**_STRICT)
    case_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=Integer)
    envelope: bytes = Field(sa_type=LargeBinary)


class SealedRow(SQLModel, table=True):
    """A submitted case, sealed to the data key."""

    __tablename__ = "sealed"
    __table_args__ = _of_case(sqlite_strict=True)
    case_id: str = Field(primary_key=True, sa_type=Text)
    data_key: str = Field(sa_type=Text)
    """Name of the data key that opens `wrap`: `data`, or `data.2` and so on after a rotation."""
    wrap: bytes = Field(sa_type=LargeBinary)
    envelope: bytes = Field(sa_type=LargeBinary)


class LeaseRow(SQLModel, table=True):
    """Which program holds a case. The token only ever grows."""

    __tablename__ = "lease"
    __table_args__ = _of_case(**_STRICT)
    case_id: str = Field(primary_key=True, sa_type=Text)
    token: int = Field(sa_type=Integer)
    holder: str = Field(sa_type=Text)
    """A person's id; empty when free."""
    boot: str = Field(sa_type=Text)
    pid: int = Field(sa_type=Integer)
    started: str = Field(sa_type=Text)
    """When that process started, as the system counts it."""
    since: str = Field(sa_type=Text)
    until: int = Field(sa_type=Integer)
    """Unix time in seconds at which it ends by the server's clock; 0 where processes are seen."""
    away: str = Field(sa_type=Text)
    """Id of the packet with which the case went to another computer; empty while it is here."""
    came: str = Field(sa_type=Text)
    """Id of the packet with which the case came here; empty where it was added."""


class AuditRow(SQLModel, table=True):
    """Who did what and when; no content."""

    __tablename__ = "audit"
    __table_args__ = _STRICT
    seq: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs=_GIVEN)
    at: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    object: str = Field(sa_type=Text)
    hash: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)
    second: str = Field(sa_type=Text)
    """Who confirmed it, where two people are needed; else empty."""
    second_signature: bytes = Field(sa_type=LargeBinary)


class ErasureRow(SQLModel, table=True):
    """What was destroyed: signed, chained, carried by backups and applied again by a restore."""

    __tablename__ = "erasure"
    __table_args__ = _STRICT
    seq: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs=_GIVEN)
    scope: str = Field(sa_type=Text)
    """`case`, or `identities` for those of all cases."""
    case_id: str = Field(sa_type=Text)
    """Empty when the scope is `identities`."""
    reason: str = Field(sa_type=Text)
    """One of a fixed list of words; never free text."""
    at: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    hash: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)
    second: str = Field(sa_type=Text)
    second_signature: bytes = Field(sa_type=LargeBinary)


class PacketRow(SQLModel, table=True):
    """What is known of packets, so that receiving one a second time changes nothing.

    Either the id of one that was received; or `sent ID`, of one that was made here, and `sent ID
    CASE` for each case in it; or `ID CASE`: a case has come back that had gone away with that one.
    """

    __tablename__ = "packet"
    __table_args__ = _STRICT
    id: str = Field(primary_key=True, sa_type=Text)
    at: str = Field(sa_type=Text)


class FileRow(SQLModel, table=True):
    """A file of the study folder, kept here too where the database is a server."""

    __tablename__ = "file"
    __table_args__ = {"sqlite_strict": True}
    path: str = Field(primary_key=True, sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)


TABLES = (
    MetaRow,
    CaseRow,
    IdentityRow,
    GrantRow,
    EventRow,
    SealedRow,
    LeaseRow,
    AuditRow,
    ErasureRow,
    PacketRow,
    FileRow,
)
