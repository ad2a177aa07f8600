"""Moving the keys of cases from older keys of the study to the newest, a batch at a time.

After a rotation the cases still open with the key before it. A data manager opens each wrapped key
and wraps it anew; the contents stay as they are. A batch is one transaction with one entry in the
audit, so that it may be stopped at any moment and gone on with later, by anyone who may.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import ColumnElement, Connection, delete, func, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import col

from store.canonical import JSON
from store.casework import cases, grants
from store.casework.grants import CaseRecord, Grant, What
from store.crypto.keys import Unopenable, wipe
from store.crypto.sealing import case_context, submission_key, wrap_submission_key
from store.databases.database import rows
from store.databases.pages import pages
from store.databases.tables import GrantRow, SealedRow
from store.errors import DamagedStudy
from store.record import audit
from store.record.audit import Deed
from store.trust.entries import DATA, REVIEW, Body, family_of

if TYPE_CHECKING:
    from store.access import Access


PAGE = 500
"""Cases that are looked up at once."""


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
    older = _older(body)
    for case_id in _paged(connection, col(GrantRow.case_id), col(GrantRow.recipient).in_(older)):
        case = cases.find(connection, case_id)
        for given in grants.of_case(connection, case_id):
            if given.recipient in older:
                yield _move_grant(connection, access, body, case, given)
    for case_id in _paged(connection, col(SealedRow.case_id), col(SealedRow.data_key).in_(older)):
        yield _move_sealed(connection, access, body, cases.find(connection, case_id))


def _paged(
    connection: Connection, column: Mapped[str], condition: ColumnElement[bool]
) -> Iterator[str]:
    """Ids of the cases for which a condition holds, in order, fetched as they are needed."""
    query = select(column).where(condition).distinct().order_by(column).limit(PAGE)
    for page in pages(connection, query, column, ""):
        yield from (row[0] for row in page)


def _move_grant(
    connection: Connection, access: "Access", body: Body, case: CaseRecord, given: Grant
) -> bool:
    """Grant a key to the newest key of the same family, in place of the older grant."""
    secret = access.secrets.get(given.recipient)
    if secret is None:
        raise _not_held(given.recipient)
    try:
        key = grants.unwrap(body, case, given, secret)
    except Unopenable:
        return False
    try:
        connection.execute(
            delete(GrantRow).where(
                col(GrantRow.case_id) == case.id,
                col(GrantRow.what) == given.what,
                col(GrantRow.recipient) == given.recipient,
            )
        )
        newest = body.key_names(family_of(given.recipient))[-1]
        by, what = (access.entry.id, access.keys.signing), cast(What, given.what)
        grants.grant(connection, body, case.id, what, newest, key, *by)
    finally:
        wipe(key)
    return True


def _move_sealed(connection: Connection, access: "Access", body: Body, case: CaseRecord) -> bool:
    """Wrap the key of a sealed case to the newest data key; its envelope stays as it is."""
    query = select(col(SealedRow.data_key), col(SealedRow.wrap))
    ((key_name, wrap),) = rows(connection, query.where(col(SealedRow.case_id) == case.id))
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
    try:
        again = wrap_submission_key(key, context, body.public_key(newest))
    finally:
        wipe(key)
    connection.execute(
        update(SealedRow)
        .where(col(SealedRow.case_id) == case.id)
        .values(data_key=newest, wrap=again)
    )
    return True


def _not_held(name: str) -> DamagedStudy:
    return DamagedStudy(
        f"The key {name} of this study was not given to you, and cases are still under it: "
        "have a data manager who holds it go on."
    )
