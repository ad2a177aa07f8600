"""A last day is over by the clock or by the audit, whichever is later."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from store import Access, NotAllowed, Role, StoreError, Study, open_study
from store.record import audit
from store.record.audit import Deed
from store.team.taking_over import take_over
from tests.store.made import DOCUMENT, Clock, Made, answer, passphrase

BEFORE, LAST, AFTER = (datetime(2027, 3, day, 9, tzinfo=UTC) for day in (1, 5, 9))
FAR = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def study(made: Made, clock: Clock) -> Iterator[Study]:
    """On a computer whose clock can be set; the last day of ina is the fifth."""
    clock.time = BEFORE
    study = open_study(made.folder, now=clock)
    study.unlock("ada", passphrase("ada")).people.set_expiry("ina", LAST.date().isoformat())
    yield study
    study.close()


def somebody_works(study: Study, name: str = "dan") -> None:
    """An entry of the audit at the time of the clock."""
    study.unlock(name, passphrase(name)).submitted()


def ina(study: Study) -> Access:
    """Unlocked."""
    return study.unlock("ina", passphrase("ina"))


@pytest.mark.parametrize("time", [BEFORE, LAST])
def test_up_to_the_last_day_all_is_as_ever(
    study: Study, made: Made, clock: Clock, time: datetime
) -> None:
    clock.time = time
    somebody_works(study)
    case = ina(study).open_case(made.begun)
    case.append(answer(9))
    case.release()


def test_a_clock_set_back_lets_nobody_in_after_their_last_day(
    study: Study, made: Made, clock: Clock
) -> None:
    at_work = ina(study)
    clock.time = AFTER
    somebody_works(study)
    clock.time = BEFORE
    told = "last day of ina was 2027-03-05.*2027-03-01, but the newest entry.*2027-03-09"
    with pytest.raises(NotAllowed, match=told):
        ina(study)
    for attempt in (
        lambda: at_work.open_case(made.begun),
        at_work.cases,
        lambda: at_work._note(Deed.BACKUP_MADE, ""),
    ):
        with pytest.raises(NotAllowed, match="put the clock right"):
            attempt()
    assert at_work.roles == frozenset()
    with study.database.read() as connection:
        assert audit.last(connection)[0] == len(list(audit.entries(connection)))


def test_what_another_program_noted_counts_at_once(study: Study, made: Made, clock: Clock) -> None:
    at_work = ina(study)
    at_work.cases()
    late = Clock()
    late.time = AFTER
    other = open_study(made.folder, now=late)
    somebody_works(other)
    other.close()
    with pytest.raises(StoreError, match="put the clock right"):
        at_work.cases()


def test_an_administrator_whose_last_day_is_over_signs_nothing(
    study: Study, made: Made, clock: Clock
) -> None:
    ada = study.unlock("ada", passphrase("ada"))
    ada.people.change_roles("sue", frozenset({Role.ADMINISTRATOR}))
    ada.people.set_expiry("sue", LAST.date().isoformat())
    sue = study.unlock("sue", passphrase("sue"))
    clock.time = AFTER
    somebody_works(study)
    clock.time = BEFORE
    signing = sue.keys.signing
    with pytest.raises(NotAllowed, match="last day of sue"):
        study.change(lambda body: body, sue.entry.id, signing, Deed.POLICY_CHANGED, study.id)


def test_a_clock_that_ran_ahead_locks_nobody_out_for_good(
    study: Study, made: Made, clock: Clock
) -> None:
    clock.time = FAR
    with pytest.raises(NotAllowed, match="an administrator can extend it"):
        ina(study)
    somebody_works(study)
    clock.time = BEFORE
    with pytest.raises(NotAllowed, match=r"of 2031-01-01: put the clock right\. If it is right"):
        ina(study)
    somebody_works(study)
    ina(study).open_case(made.begun).release()


def test_who_takes_over_asks_nobody_whose_last_day_is_over(
    study: Study, made: Made, clock: Clock
) -> None:
    ada, dan = (study.unlock(name, passphrase(name)) for name in ("ada", "dan"))
    sheets = ada.study_keys.make_sheets(dan)
    ada.people.change_roles("sue", frozenset({Role.ADMINISTRATOR}))
    for name in ("sue", "dan"):
        ada.people.set_expiry(name, LAST.date().isoformat())
    clock.time = LAST
    with pytest.raises(NotAllowed, match=r"several administrators \(ada, sue\)"):
        take_over(study, "ann", passphrase("ann"), sheets[0], sheets[1])
    clock.time = AFTER
    take_over(study, "ann", passphrase("ann"), sheets[0], sheets[1])
    ann = study.unlock("ann", passphrase("ann"))
    # With dan's last day over, too, somebody has to be able to open what is handed in.
    assert ann.roles == {Role.ADMINISTRATOR, Role.DATA_MANAGER}
    assert ann.read_submitted(made.submitted).document == DOCUMENT
    status = {person.name: person.status for person in study.body.people}
    assert (status["ada"], status["sue"]) == ("replaced", "active")
    assert ann.verify().problems == ()


def test_whoever_is_missing_is_named_by_their_role(study: Study, clock: Clock) -> None:
    ada = study.unlock("ada", passphrase("ada"))
    ada.people.set_expiry("dan", LAST.date().isoformat())
    clock.time = AFTER
    told = r"^This takes a person who is data manager, and the study has none who takes part\.$"
    with pytest.raises(NotAllowed, match=told):
        ada.study_keys.make_sheets()
