"""Moving the keys of cases from older keys of the study to the newest, a batch at a time.

After a rotation the cases still open with the key before it. A data manager opens each wrapped key
and wraps it anew; the contents stay as they are. A batch is one transaction with one entry in the
audit, so that it may be stopped at any moment and gone on with later, by anyone who may.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, delete, func, select, update
from sqlmodel import col

from store import audit, cases, grants
from store.audit import Deed
from store.canonical import JSON
from store.database import rows
from store.entries import DATA, REVIEW, Body
from store.errors import DamagedStudy
from store.grants import CaseRecord, What
from store.keys import Unopenable, wipe
from store.sealing import case_context, submission_key, wrap_submission_key
from store.tables import GrantRow, SealedRow

if TYPE_CHECKING:
    from store.access import Access


@dataclass(frozen=True)
class Progress:
    """How far the cases have come to the newest keys of the study."""

    done: int
    """Wrapped keys that were moved this time."""
    left: int
    """Wrapped keys that are still under an older key."""
    unopenable: int = 0
    """Of these, how many could not be opened this time: their cases are damaged."""


def rewrap(access: "Access", limit: int) -> Progress:
    """Move at most `limit` wrapped keys in one transaction; see `StudyKeys.rewrap`."""
    study = access.study
    with study.database.write() as connection:
        body = study.body
        done = unopenable = 0
        for moved in _moves(connection, access, body):
            done += moved
            unopenable += not moved
            if done == limit:
                break
        if done:
            signer, now = access.keys.signing, study.now()
            about = body.data_key_name
            audit.record(
                connection, body, access.entry.id, signer, Deed.CASES_REWRAPPED, about, now
            )
        return Progress(done, count_older(connection, body), unopenable)


def count_older(connection: Connection, body: Body) -> int:
    """How many wrapped keys are still under an older key of the study."""
    granted = select(func.count()).where(col(GrantRow.recipient).in_(_older(body)))
    sealed = select(func.count()).where(col(SealedRow.data_key).in_(_older(body)))
    return sum(int(connection.execute(query).scalar_one()) for query in (granted, sealed))


def _older(body: Body) -> list[str]:
    return [name for family in (DATA, REVIEW) for name in body.key_names(family)[:-1]]


def _moves(connection: Connection, access: "Access", body: Body) -> Iterator[bool]:
    """Move one wrapped key for each step; False for one that does not open."""
    granted = rows(
        connection,
        select(col(GrantRow.case_id), col(GrantRow.what), col(GrantRow.recipient))
        .where(col(GrantRow.recipient).in_(_older(body)))
        .order_by(col(GrantRow.case_id), col(GrantRow.what)),
    )
    for case_id, what, recipient in granted:
        case = cases.find(connection, case_id)
        yield _move_grant(connection, access, body, case, cast(What, what), recipient)
    sealed = rows(
        connection,
        select(col(SealedRow.case_id), col(SealedRow.data_key), col(SealedRow.wrap))
        .where(col(SealedRow.data_key).in_(_older(body)))
        .order_by(col(SealedRow.case_id)),
    )
    for case_id, key_name, wrap in sealed:
        case = cases.find(connection, case_id)
        yield _move_sealed(connection, access, body, case, key_name, wrap)


def _move_grant(
    connection: Connection,
    access: "Access",
    body: Body,
    case: CaseRecord,
    what: What,
    recipient: str,
) -> bool:
    """Grant a key to the newest key of the same family, in place of the older grant."""
    secret = access.secrets.get(recipient)
    if secret is None:
        raise _not_held(recipient)
    try:
        key = grants.open_grant(connection, body, case, what, recipient, secret)
    except Unopenable:
        return False
    if key is None:
        return False
    connection.execute(
        delete(GrantRow).where(
            col(GrantRow.case_id) == case.id,
            col(GrantRow.what) == what,
            col(GrantRow.recipient) == recipient,
        )
    )
    newest = _newest(body, recipient)
    signing = access.keys.signing
    grants.grant(connection, body, case.id, what, newest, key, access.entry.id, signing)
    wipe(key)
    return True


def _move_sealed(
    connection: Connection,
    access: "Access",
    body: Body,
    case: CaseRecord,
    key_name: str,
    wrap: bytes,
) -> bool:
    """Wrap the key of a sealed case to the newest data key; its envelope stays as it is."""
    secret = access.secrets.get(key_name)
    if secret is None:
        raise _not_held(key_name)
    place: dict[str, JSON] = {
        "study": body.id,
        "kind": body.kind,
        "case": case.id,
        "instrument": case.instrument,
    }
    context = case_context(place, body.public_key(DATA))
    try:
        key = submission_key(wrap, context, secret)
    except Unopenable:
        return False
    newest = body.data_key_name
    connection.execute(
        update(SealedRow)
        .where(col(SealedRow.case_id) == case.id)
        .values(data_key=newest, wrap=wrap_submission_key(key, context, body.public_key(newest)))
    )
    wipe(key)
    return True


def _newest(body: Body, name: str) -> str:
    return next(names[-1] for names in map(body.key_names, (DATA, REVIEW)) if name in names)


def _not_held(name: str) -> DamagedStudy:
    return DamagedStudy(
        f"The key {name} of this study was not given to you, and cases are still under it: "
        "have a data manager who holds it go on."
    )
