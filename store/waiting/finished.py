"""When a case is erased or accepted, what was not saved in it goes as well."""

from typing import TYPE_CHECKING

from store.casework import cases, progress
from store.casework.grants import CaseRecord
from store.crypto.keys import Unopenable
from store.erasing import cleaning, ledger
from store.errors import UnknownCase
from store.trust.entries import Body

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from store.access import Access


def forget(access: "Access") -> None:
    """Delete drafts and spools of cases that were erased or accepted, on this computer.

    The states that stand in clear are not enough: whoever can write them could have answers
    deleted. What counts is what is signed in the erasure ledger, and in the audit.

    Raises:
        StoreError: the database was not reached.
    """
    study = access.study
    kept = cleaning.kept_beside(study.folder)
    if not kept:
        return
    with study.database.read() as connection:
        gone = sorted(kept & _erased(connection, study.body))
        for case_id in sorted(kept.difference(gone)):
            try:
                case = cases.find(connection, case_id)
            except UnknownCase:
                continue
            if case.state == "accepted" and _was_accepted(connection, access, case):
                gone.append(case_id)
    for case_id in gone:
        cleaning.forget_unsaved(study.folder, case_id)


def is_erased(connection: "Connection", body: Body, case_id: str) -> bool:
    """Whether a case was erased, by what data managers signed."""
    return case_id in _erased(connection, body)


def _erased(connection: "Connection", body: Body) -> set[str]:
    chain = ledger.entries(connection)
    sound = not ledger.chain_problems(body, chain)
    return {one.case_id for one in chain} if sound else set()


def _was_accepted(connection: "Connection", access: "Access", case: CaseRecord) -> bool:
    try:
        noted = progress.newest(connection, access.study.body, case)
    except Unopenable:
        return False
    return progress.state_of_case(noted) == "accepted"
