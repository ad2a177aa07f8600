"""Verification while people work: a sound study is told to be sound, an altered one is not."""

from collections.abc import Callable

import pytest

from store.erasing.ledger import Reason
from store.trust import tenure
from tests.store.made import DOCUMENT, Made, answer


def _goes_on(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        case.append(answer(9))
        case.release()


def _begins(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.fresh)
        case.append(answer(1))
        case.release()


def _hands_in(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.begun).submit(DOCUMENT)


def _erases(made: Made) -> None:
    with made.unlocked("dan", "ada") as (dan, ada):
        dan.erasures.erase_case(made.other, Reason.WITHDRAWN, ada)


def _reassigns(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        dan.assignments.reassign(made.begun, "ivo")


def _changes_manifest(made: Made) -> None:
    with made.unlocked("ada") as (ada,):
        ada.people.set_expiry("sue", "2130-01-01")


@pytest.mark.parametrize(
    "work", [_goes_on, _begins, _hands_in, _erases, _reassigns, _changes_manifest]
)
def test_work_meanwhile_is_no_damage_and_does_not_hide_any(
    made: Made, work: Callable[[Made], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, times = tenure.problems, 0

    def meanwhile(*arguments: object) -> list[str]:
        nonlocal times
        times += 1
        if times == 1:
            work(made)
        return checked(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(tenure, "problems", meanwhile)
    with made.unlocked("dan") as (dan,):
        assert dan.verify().problems == ()
    times = 0
    if work is not _changes_manifest:
        return
    with made.sql() as sql:
        sql.execute('UPDATE "case" SET mode = ? WHERE id = ?', ("other", made.fresh))
    with made.unlocked("dan") as (dan,):
        assert len(dan.verify().problems) == 1
