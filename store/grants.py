"""Who may open which key of a case.

A grant is a case's key, sealed to one recipient for one purpose, and signed by whoever gave it.
The identity key is granted by a data manager, the answers key by the interviewer who began the
case; a grant signed by anyone else does not count. Also here: the record of a case as its data
manager signed it, which fixes instrument, mode, assignee and identity.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlmodel import col

from store.binding import bind
from store.database import rows
from store.keys import KEY_SIZE, SealingSecret, SigningSecret, Unopenable, seal_to, sha256
from store.manifest import Body, unpack
from store.roles import Role
from store.tables import GrantRow

What = Literal["identity", "answers"]

DATA = "data"
"""The study's data key as a recipient."""

_FIND = select(col(GrantRow.wrap), col(GrantRow.granted_by), col(GrantRow.signature)).where(
    col(GrantRow.case_id) == bindparam("case"),
    col(GrantRow.what) == bindparam("what"),
    col(GrantRow.recipient) == bindparam("recipient"),
)
_OF_CASE = select(
    col(GrantRow.what),
    col(GrantRow.recipient),
    col(GrantRow.wrap),
    col(GrantRow.granted_by),
    col(GrantRow.signature),
).where(col(GrantRow.case_id) == bindparam("case"))


@dataclass(frozen=True)
class CaseRecord:
    """The row of a case, with what lists and the chain need."""

    id: str
    state: str
    instrument: str
    mode: str
    assignee: str
    created_by: str
    signature: bytes
    n: int
    head: bytes
    updated: int

    @property
    def short_id(self) -> str:
        """How people call the case."""
        return self.id[:8]


def record_message(body: Body, case: CaseRecord, identity: bytes) -> bytes:
    """What the data manager signs when adding a case; `identity` is its envelope."""
    return bind(
        "case record",
        body.id,
        body.kind,
        case.id,
        case.instrument,
        case.mode,
        case.assignee,
        case.created_by,
        sha256(identity),
    )


def require_record(body: Body, case: CaseRecord, identity: bytes) -> None:
    """Raise Unopenable unless a data manager signed the case as it stands."""
    person = body.person_by_id(case.created_by)
    if (
        person is None
        or Role.DATA_MANAGER not in person.roles
        or case.state not in ("fresh", "open", "submitted")
        or not person.public.verifies(case.signature, record_message(body, case, identity))
    ):
        raise Unopenable


def grant(
    connection: Connection,
    body: Body,
    case_id: str,
    what: What,
    recipient: str,
    case_key: bytearray,
    granter: str,
    secret: SigningSecret,
) -> None:
    """Give a case's key to a person (by id) or to the data key (`DATA`)."""
    public = _recipient_public(body, recipient)
    wrap = seal_to(public, case_key, _info(body, case_id, what, recipient, public))
    signature = secret.sign(_message(body, case_id, what, recipient, wrap))
    connection.execute(
        insert(GrantRow).values(
            case_id=case_id,
            what=what,
            recipient=recipient,
            wrap=wrap,
            granted_by=granter,
            signature=signature,
            expires="",
        )
    )


def open_grant(
    connection: Connection,
    body: Body,
    case: CaseRecord,
    what: What,
    recipient: str,
    secret: SealingSecret,
) -> bytearray | None:
    """The case's key, when it was granted to this recipient; None when it was not.

    Raises:
        Unopenable: there is a grant, but it is not one that was given here.
    """
    place = {"case": case.id, "what": what, "recipient": recipient}
    found = rows(connection, _FIND, place)
    if not found:
        return None
    wrap, granted_by, signature = found[0]
    return unwrap(body, case, what, recipient, secret, wrap, granted_by, signature)


def case_key(
    connection: Connection,
    body: Body,
    case: CaseRecord,
    what: What,
    holders: list[tuple[str, SealingSecret]],
) -> bytearray | None:
    """The case's key by the first of these recipients it was granted to; None without any."""
    for recipient, secret in holders:
        key = open_grant(connection, body, case, what, recipient, secret)
        if key is not None:
            return key
    return None


def unwrap(
    body: Body,
    case: CaseRecord,
    what: What,
    recipient: str,
    secret: SealingSecret,
    wrap: bytes,
    granted_by: str,
    signature: bytes,
) -> bytearray:
    """Open a grant and see that the right person gave it; Unopenable otherwise."""
    require_granter(body, case, what, recipient, wrap, granted_by, signature)
    public = _recipient_public(body, recipient)
    return secret.open(wrap, _info(body, case.id, what, recipient, public), KEY_SIZE)


def require_granter(
    body: Body,
    case: CaseRecord,
    what: str,
    recipient: str,
    wrap: bytes,
    granted_by: str,
    signature: bytes,
) -> None:
    """Raise Unopenable unless someone who may grant this key signed the grant."""
    person = body.person_by_id(granted_by)
    entitled = person is not None and (
        Role.DATA_MANAGER in person.roles if what == "identity" else granted_by == case.assignee
    )
    message = _message(body, case.id, what, recipient, wrap)
    if person is None or not entitled or not person.public.verifies(signature, message):
        raise Unopenable


def require_given(connection: Connection, body: Body, case: CaseRecord) -> None:
    """Raise Unopenable unless exactly the grants are there that a case in this state has.

    Without the grant to the data key a case could be collected that no data manager can read.
    """
    expected = {("identity", DATA)}
    if case.state != "submitted":
        expected.add(("identity", case.assignee))
    if case.state == "open":
        expected |= {("answers", DATA), ("answers", case.assignee)}
    given = rows(connection, _OF_CASE, {"case": case.id})
    if {(row[0], row[1]) for row in given} != expected:
        raise Unopenable
    for what, recipient, wrap, granted_by, signature in given:
        require_granter(body, case, what, recipient, wrap, granted_by, signature)


def forget_grants(connection: Connection, case_id: str, person: str) -> None:
    """Delete what opens the case for this person, and every grant of the answers key."""
    connection.execute(
        delete(GrantRow).where(
            col(GrantRow.case_id) == case_id,
            (col(GrantRow.recipient) == person) | (col(GrantRow.what) == "answers"),
        )
    )


def _recipient_public(body: Body, recipient: str) -> bytes:
    if recipient == DATA:
        return unpack(body.data_key)
    person = body.person_by_id(recipient)
    if person is None:
        raise Unopenable
    return person.public.sealing


def _info(body: Body, case_id: str, what: str, recipient: str, public: bytes) -> bytes:
    return bind("grant", body.id, body.kind, case_id, what, recipient, sha256(public))


def _message(body: Body, case_id: str, what: str, recipient: str, wrap: bytes) -> bytes:
    return bind("grant given", body.id, body.kind, case_id, what, recipient, wrap)
