"""Who may open which key of a case.

A grant is a case's key, sealed to one recipient for one purpose, and signed by whoever gave it:

- the identity key by a data manager;
- the answers key by the assignee, or by a data manager, who holds it through the data key; or by
  whoever returned the case, until its assignee opens it and makes another;
- the key of a sealed case to the review key by the assignee who handed it in (or a data manager who
  moves it to a newer review key), and to a person, for a time, by a data manager.

A grant signed by anyone else does not count. Also here: the record of a case as its data manager
signed it, which fixes instrument, mode, assignee and identity.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlmodel import col

from store.binding import bind
from store.clock import from_text
from store.crypto.keys import KEY_SIZE, SealingSecret, SigningSecret, Unopenable, seal_to, sha256
from store.databases.database import rows
from store.databases.tables import GrantRow
from store.trust.entries import DATA, REVIEW, PersonEntry, family_of, is_key_name
from store.trust.manifest import Body
from store.trust.roles import Role

What = Literal["identity", "answers", "submission"]

DIGEST_SIZE = 32
"""Bytes left of an identity whose envelope was erased: the SHA-256 of it."""

STATES = ("fresh", "open", "submitted", "accepted")
"""The states of a case that still has a record; an erased one has nothing left to hold against."""

_COLUMNS = (
    col(GrantRow.what),
    col(GrantRow.recipient),
    col(GrantRow.wrap),
    col(GrantRow.granted_by),
    col(GrantRow.signature),
    col(GrantRow.expires),
)
_FIND = select(*_COLUMNS).where(
    col(GrantRow.case_id) == bindparam("case"),
    col(GrantRow.what) == bindparam("what"),
    col(GrantRow.recipient) == bindparam("recipient"),
)
_ADD = insert(GrantRow)
_OF_CASE = select(*_COLUMNS).where(col(GrantRow.case_id) == bindparam("case"))


@dataclass(frozen=True)
class Grant:
    """A grant as it is stored."""

    what: str
    recipient: str
    """A person's id, or the name of a key of the study."""
    wrap: bytes
    granted_by: str
    signature: bytes
    expires: str = ""
    """Its last moment (UTC); empty when it does not end by itself."""

    def has_ended(self, now: datetime) -> bool:
        """Whether its time is over; Unopenable when its end is no time."""
        try:
            return bool(self.expires) and now > from_text(self.expires)
        except ValueError:
            raise Unopenable from None


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
    """What the data manager signs when adding a case.

    `identity` is its envelope, or after its erasure the SHA-256 of that, which is all that is left.
    """
    digest = identity if is_erased(identity) else sha256(identity)
    return bind(
        "case record",
        body.id,
        body.kind,
        case.id,
        case.instrument,
        case.mode,
        case.assignee,
        case.created_by,
        digest,
    )


def is_erased(identity: bytes) -> bool:
    """Whether only the digest of an identity is left."""
    return len(identity) == DIGEST_SIZE


def require_record(body: Body, case: CaseRecord, identity: bytes) -> None:
    """Raise Unopenable unless a data manager signed the case as it stands."""
    person = body.person_by_id(case.created_by)
    if (
        person is None
        or not was_manager(person)
        or case.state not in STATES
        or not person.public.verifies(case.signature, record_message(body, case, identity))
    ):
        raise Unopenable


def was_manager(person: PersonEntry) -> bool:
    """Whether they are or were a data manager: what they signed goes on counting.

    Nobody stands in the manifest with a data key that a data manager did not give them.
    """
    given = any(family_of(one.key) == DATA for one in person.keys)
    return given and Role.DATA_MANAGER in person.held_roles


def grant(
    connection: Connection,
    body: Body,
    case_id: str,
    what: What,
    recipient: str,
    case_key: bytearray,
    granter: str,
    secret: SigningSecret,
    expires: str = "",
) -> None:
    """Give a case's key to a person (by id) or to a key of the study (by name)."""
    public = _recipient_public(body, recipient)
    wrap = seal_to(public, case_key, _info(body, case_id, what, recipient, public))
    given = Grant(what, recipient, wrap, granter, b"", expires)
    signature = secret.sign(_message(body, case_id, given))
    store(connection, case_id, Grant(what, recipient, wrap, granter, signature, expires))


def store(connection: Connection, case_id: str, given: Grant) -> None:
    """Put a grant into the database as it is."""
    connection.execute(
        _ADD,
        {
            "case_id": case_id,
            "what": given.what,
            "recipient": given.recipient,
            "wrap": given.wrap,
            "granted_by": given.granted_by,
            "signature": given.signature,
            "expires": given.expires,
        },
    )


def find(connection: Connection, case_id: str, what: What, recipient: str) -> Grant | None:
    """A grant as it is stored, unchecked; None when there is none."""
    found = rows(connection, _FIND, {"case": case_id, "what": what, "recipient": recipient})
    return Grant(*found[0]) if found else None


def of_case(connection: Connection, case_id: str) -> list[Grant]:
    """All grants of a case as they are stored, unchecked."""
    return [Grant(*row) for row in rows(connection, _OF_CASE, {"case": case_id})]


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
    found = find(connection, case.id, what, recipient)
    return None if found is None else unwrap(body, case, found, secret)


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


def unwrap(body: Body, case: CaseRecord, given: Grant, secret: SealingSecret) -> bytearray:
    """Open a grant and see that someone gave it who may; Unopenable otherwise."""
    giver = body.person_by_id(given.granted_by)
    returned = giver is not None and Role.SUPERVISOR in giver.held_roles
    require_granter(body, case, given, given.granted_by if returned else "")
    public = _recipient_public(body, given.recipient)
    return secret.open(
        given.wrap, _info(body, case.id, given.what, given.recipient, public), KEY_SIZE
    )


def require_granter(body: Body, case: CaseRecord, given: Grant, returned_by: str = "") -> None:
    """Raise Unopenable unless someone who may grant this key signed the grant.

    Args:
        body: the manifest.
        case: whose key it is.
        given: the grant.
        returned_by: id of the person who returned the case, while nobody has opened it since.
    """
    person = body.person_by_id(given.granted_by)
    if person is None:
        raise Unopenable
    by_assignee = given.granted_by == case.assignee
    match given.what:
        case "identity":
            entitled = was_manager(person)
        case "answers":
            returned = given.granted_by == returned_by and Role.SUPERVISOR in person.held_roles
            entitled = by_assignee or was_manager(person) or returned
        case "submission" if family_of(given.recipient) == REVIEW:
            entitled = by_assignee or was_manager(person)
        case "submission":
            entitled = was_manager(person) and bool(given.expires)
        case _:
            entitled = False
    if given.expires and (given.what != "submission" or is_key_name(given.recipient)):
        raise Unopenable
    if not entitled or not person.public.verifies(given.signature, _message(body, case.id, given)):
        raise Unopenable


def require_given(
    connection: Connection,
    body: Body,
    case: CaseRecord,
    returned_by: str = "",
    identity: bool = True,
) -> list[Grant]:
    """Raise Unopenable unless exactly the grants are there that a case in this state has.

    Without the grant to the data key a case could be collected that no data manager can read.

    Args:
        connection: in a transaction.
        body: the manifest.
        case: the case.
        returned_by: as for `require_granter`.
        identity: whether the case still has an identity.

    Returns:
        The grants.
    """
    given = of_case(connection, case.id)
    expected: set[tuple[str, str]] = set()
    if identity:
        expected.add(("identity", DATA))
        if case.state in ("fresh", "open"):
            expected.add(("identity", case.assignee))
    if case.state == "open":
        expected |= {("answers", DATA), ("answers", case.assignee)}
    # A data key counts as one recipient whichever generation it is of.
    plain = [(one.what, _family(one.recipient)) for one in given if one.what != "submission"]
    if sorted(plain) != sorted(expected):
        raise Unopenable
    _require_submission_grants(body, case, [one for one in given if one.what == "submission"])
    for one in given:
        require_granter(body, case, one, returned_by)
    return given


def _require_submission_grants(body: Body, case: CaseRecord, given: list[Grant]) -> None:
    """To one review key while the case is submitted; to supervisors, for a time, while sealed."""
    allowed = {"submitted": 1, "accepted": 0}.get(case.state)
    keys = [one for one in given if is_key_name(one.recipient)]
    if given and (allowed is None or len(keys) > allowed):
        raise Unopenable
    for one in given:
        person = body.person_by_id(one.recipient)
        lent = person is not None and Role.SUPERVISOR in person.held_roles
        if not lent and family_of(one.recipient) != REVIEW:
            raise Unopenable


def forget_grants(connection: Connection, case_id: str, person: str) -> None:
    """Delete what opens the case for this person, and every grant of the answers key."""
    connection.execute(
        delete(GrantRow).where(
            col(GrantRow.case_id) == case_id,
            (col(GrantRow.recipient) == person) | (col(GrantRow.what) == "answers"),
        )
    )


def forget_person(connection: Connection, case_id: str, person: str) -> None:
    """Delete every grant to this person."""
    connection.execute(
        delete(GrantRow).where(col(GrantRow.case_id) == case_id, col(GrantRow.recipient) == person)
    )


def forget_answers(connection: Connection, case_id: str) -> None:
    """Delete every grant of the answers key."""
    connection.execute(
        delete(GrantRow).where(col(GrantRow.case_id) == case_id, col(GrantRow.what) == "answers")
    )


def forget_submission(
    connection: Connection, case_id: str, recipients: list[str] | None = None
) -> None:
    """Delete the grants of a sealed case's key: all, or those to these recipients."""
    statement = delete(GrantRow).where(
        col(GrantRow.case_id) == case_id, col(GrantRow.what) == "submission"
    )
    if recipients is not None:
        statement = statement.where(col(GrantRow.recipient).in_(recipients))
    connection.execute(statement)


def _family(recipient: str) -> str:
    return family_of(recipient) if is_key_name(recipient) else recipient


def _recipient_public(body: Body, recipient: str) -> bytes:
    if is_key_name(recipient):
        try:
            return body.public_key(recipient)
        except KeyError:
            raise Unopenable from None
    person = body.person_by_id(recipient)
    if person is None:
        raise Unopenable
    return person.public.sealing


def _info(body: Body, case_id: str, what: str, recipient: str, public: bytes) -> bytes:
    return bind("grant", body.id, body.kind, case_id, what, recipient, sha256(public))


def _message(body: Body, case_id: str, given: Grant) -> bytes:
    ends = (given.expires,) if given.expires else ()
    place = (body.id, body.kind, case_id, given.what, given.recipient)
    return bind("grant given", *place, given.wrap, *ends)
