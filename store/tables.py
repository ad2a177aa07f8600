"""The tables of `study.db`.

Everything a person typed, or could be identified by, is ciphertext before it gets here. In clear
stand random ids, the state of a case, counters and rounded times (FORMAT.md lists them with
reasons). The names are part of the format; nothing cryptographic is bound to them.
"""

from sqlalchemy import ForeignKeyConstraint, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel

APPLICATION_ID = 0x63617469
"""`cati` in ASCII: marks the file as ours."""
SCHEMA_VERSION = 1

_STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


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
    instrument: str = Field(sa_type=Text)
    mode: str = Field(sa_type=Text)
    assignee: str = Field(sa_type=Text)
    created_by: str = Field(sa_type=Text)
    signature: bytes = Field(sa_type=LargeBinary)
    """Of the data manager who added it, over the constant columns and the identity."""
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
    """`identity` or `answers`."""
    recipient: str = Field(primary_key=True, sa_type=Text)
    """A person's id, or `data` for the study's data key."""
    wrap: bytes = Field(sa_type=LargeBinary)
    granted_by: str = Field(sa_type=Text)
    signature: bytes = Field(sa_type=LargeBinary)


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


class AuditRow(SQLModel, table=True):
    """Who did what and when; no content."""

    __tablename__ = "audit"
    __table_args__ = _STRICT
    seq: int = Field(primary_key=True, sa_type=Integer)
    at: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    object: str = Field(sa_type=Text)
    hash: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)


TABLES = (MetaRow, CaseRow, IdentityRow, GrantRow, EventRow, SealedRow, LeaseRow, AuditRow)
