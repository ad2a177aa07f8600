"""Erasures by one person alone, where the audit tells for certain that there was a second."""

from typing import Any

import pytest
from sqlalchemy import create_engine, insert

from store.databases.database import make_tables
from store.databases.tables import AuditRow
from store.erasing.confirmed import unconfirmed
from store.erasing.ledger import Erasure
from store.record.audit import Deed
from store.trust.entries import Body, PersonEntry
from store.trust.roles import Role

ADA, DAN, SUE, CASE = "a" * 32, "d" * 32, "5" * 32, "c" * 32
DAY = "2027-03-0{}T09:00:00Z"

Told = tuple[Deed, str]
FOUNDED: Told = (Deed.FOUNDED, "")
RESTORED: Told = (Deed.BACKUP_RESTORED, "backup")
ERASED: Told = (Deed.CASE_ERASED, f"{CASE} 1")


def person(person_id: str, role: Role, expires: str | None = None) -> Any:
    construct: Any = PersonEntry.model_construct
    return construct(id=person_id, roles=(role,), expires=expires, status="active")


def found(told: list[Told], *others: Any, founder: str = DAN) -> list[int]:
    """What is found where dan erased a case alone, by an audit and with these others there."""
    construct: Any = Body.model_construct
    body: Body = construct(people=(person(DAN, Role.DATA_MANAGER), *others), founder=founder)
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        make_tables(connection)
        for number, (deed, about) in enumerate(told, start=1):
            at, signed = DAY.format(number), {"second": "", "second_signature": b""}
            row = {"seq": number, "at": at, "actor": DAN, "action": deed.value, "object": about}
            connection.execute(insert(AuditRow), {**row, **signed, "hash": b"", "signature": b""})
        at = DAY.format(told.index(ERASED) + 1)
        erasure = Erasure(7, "case", CASE, "mistake", at, DAN, b"", b"", "", b"")
        return unconfirmed(connection, body, [erasure])


ADMINISTRATOR = person(ADA, Role.ADMINISTRATOR)
IN = (Deed.PERSON_ADDED, f"{ADA}:>administrator")
OUT = (Deed.PERSON_SUSPENDED, ADA)
BACK = (Deed.PERSON_RESUMED, ADA)
GONE = (Deed.PERSON_REMOVED, ADA)


@pytest.mark.parametrize(
    ("told", "told_of"),
    [
        ([FOUNDED, ERASED], True),
        ([FOUNDED, RESTORED, ERASED], False),
        ([FOUNDED, ERASED, RESTORED], False),
        ([FOUNDED, IN, ERASED], True),
        ([FOUNDED, IN, RESTORED, ERASED], True),
        ([FOUNDED, IN, ERASED, RESTORED], True),
        ([FOUNDED, ERASED, IN], False),
        ([FOUNDED, IN, OUT, ERASED], False),
        ([FOUNDED, IN, ERASED, OUT], True),
        ([FOUNDED, IN, ERASED, GONE], True),
        ([FOUNDED, IN, OUT, ERASED, BACK], False),
        ([FOUNDED, IN, OUT, BACK, ERASED, OUT], True),
        ([FOUNDED, IN, (Deed.PERSON_SUSPENDED, SUE), ERASED], True),
        ([RESTORED, IN, ERASED], False),
    ],
)
def test_a_second_counts_where_the_audit_told_of_them(told: list[Told], told_of: bool) -> None:
    assert found(told, ADMINISTRATOR) == [7] * told_of


@pytest.mark.parametrize("told", [[FOUNDED, RESTORED, ERASED], [FOUNDED, ERASED, RESTORED]])
def test_the_founder_was_there_whatever_was_restored(told: list[Told]) -> None:
    assert found(told, ADMINISTRATOR, founder=ADA) == [7]


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        (person(ADA, Role.ADMINISTRATOR, "2027-03-02"), True),
        (person(ADA, Role.ADMINISTRATOR, "2027-03-01"), False),
        (person(SUE, Role.SUPERVISOR), False),
    ],
)
def test_who_could_not_confirm_it_does_not_count(other: Any, counts: bool) -> None:
    assert found([FOUNDED, ERASED], other) == [7] * counts
