"""A study that cannot be looked at for a moment, and a case that is gone while it is open."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest

from cati import leaving
from cati.settings import BackupPlan, Settings
from store import (
    Access,
    CaseCard,
    NewPerson,
    OpenCase,
    Role,
    StoreError,
    Study,
    Unreachable,
    open_study,
)
from store.backup.backups import Backups
from store.databases.processes import this_process
from store.erasing.ledger import Reason
from tests.cati.app.desk import Desk, desk, interviewing, noon
from tests.cati.app.household import NAME, PASSPHRASE, TO_DUTIES, TO_JOB, TO_PEOPLE
from tests.cati.taken_up import open_casework


async def test_the_app_goes_on_while_the_manifest_cannot_be_looked_at(study: Study) -> None:
    async with interviewing(study) as at:
        manifest = study.folder / "study.yaml"
        manifest.rename(study.folder / "away")
        assert not at.app._look_at_clock()
        await at.press("f1", "escape")
        (study.folder / "away").rename(manifest)
        await at.press("enter", "enter")
        assert at.place == "owns_car"


async def test_a_failing_heartbeat_does_not_end_the_app(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError

    monkeypatch.setattr(OpenCase, "heartbeat", fail)
    async with interviewing(study) as at:
        at.app.beside.heartbeat()
        await at.until_holds(lambda: all(one.is_finished for one in at.app.workers))
        await at.press("f1", "escape")
        assert at.screen == "InterviewScreen"


async def test_deliveries_in_vain_become_rarer_until_one_succeeds(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, gone, tries = 0, True, list[int]()

    def deliver(_: OpenCase) -> None:
        tries.append(seconds)
        if gone:
            raise Unreachable("The database server is not reached.")

    async with interviewing(study) as at:
        monkeypatch.setattr(OpenCase, "deliver", deliver)
        monkeypatch.setattr(OpenCase, "waiting", property(lambda _: 1))
        monkeypatch.setattr("cati.beside.monotonic", lambda: float(seconds))
        for seconds in range(100):
            gone = seconds < 91
            at.app.beside.deliver()
            await at.until_holds(lambda: all(one.is_finished for one in at.app.workers))
    assert tries == [0, 1, 3, 7, 15, 31, 61, *range(91, 100)]


def test_a_case_whose_card_cannot_be_read_is_not_held_on(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_: OpenCase) -> CaseCard:
        raise StoreError("study.db cannot be read.")

    access = study.unlock(NAME, PASSPHRASE)
    (card,) = access.cases()
    real, asked = OpenCase.__dict__["card"], list[OpenCase]()

    def then_unreadable(case: OpenCase) -> CaseCard:
        asked.append(case)
        return real.fget(case) if len(asked) == 1 else unreadable(case)

    with monkeypatch.context() as patch:
        patch.setattr(OpenCase, "card", property(then_unreadable))
        with pytest.raises(StoreError, match="cannot be read"):
            open_casework(access, card.id, now=noon)
    assert len(asked) > 1
    assert not access.open_cases
    open_casework(access, card.id, now=noon).let_go()


async def test_nothing_of_an_erased_case_stays_on_the_screen(study: Study) -> None:
    async with interviewing(study, given=TO_JOB) as at:
        assert at.app.work is not None
        short = at.app.work.card.short_id
        other = open_study(study.folder)
        try:
            me = other.unlock(NAME, PASSPHRASE)
            me.erasures.erase_case(at.app.work.card.id, Reason.WITHDRAWN)
        finally:
            other.close()
        await at.press("0", "1", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees(f"Case {short} was erased: nothing of it is left.")
        assert not at.sees("occupation")
        assert at.app.access is not None
        assert not at.app.access.open_cases


async def beat(at: Desk) -> None:
    """What happens every half minute, and all that follows."""
    at.app.beside.heartbeat()
    await at.until_holds(lambda: all(one.is_finished for one in at.app.workers))
    await at.settle()


async def test_a_case_that_is_ours_stays_open(study: Study) -> None:
    async with interviewing(study, "5", given=TO_PEOPLE) as at:
        await beat(at)
        assert at.screen == "InterviewScreen"
        await at.press("enter")
        assert at.answer("people") == 5


@pytest.mark.parametrize("opened", [(), ("f4",), ("f2", "x")], ids=["asked", "listed", "noted"])
async def test_an_erased_case_leaves_the_screen_with_the_next_heartbeat(
    study: Study, opened: tuple[str, ...]
) -> None:
    async with interviewing(study, "5", *opened, given=TO_PEOPLE) as at:
        work, access = at.app.work, at.app.access
        assert work is not None
        assert access is not None
        with elsewhere(study) as me:
            me.erasures.erase_case(work.card.id, Reason.WITHDRAWN)
        await beat(at)
        assert at.screen == "CasesScreen"
        assert at.sees(f"Case {work.card.short_id} was erased: nothing of it is left.")
        assert at.app.work is None
        assert work.held._held.keys is None
        assert not access.open_cases


async def test_a_case_taken_away_is_left_once_what_was_typed_was_seen(study: Study) -> None:
    async with interviewing(study, given=TO_DUTIES) as at:
        await at.type("drives a van")
        work = at.app.work
        assert work is not None
        with elsewhere(study) as me:
            me.assignments.end_lease(work.card.id)
        await beat(at)
        assert at.sees("was taken over by another program", "drives a van", "a draft stays here")
        await beat(at)
        await at.press("enter")
        assert at.screen == "CasesScreen"
        assert work.held._held.keys is None


async def test_who_was_suspended_is_told(study: Study) -> None:
    async with interviewing(study, given=TO_JOB) as at:
        with elsewhere(study) as me:
            me.add_person(NewPerson("ada", frozenset(Role), "another quiet garden"))
            with elsewhere(study, "ada", "another quiet garden") as ada:
                ada.people.suspend(NAME)
        await beat(at)
        assert at.screen == "CasesScreen"
        assert at.sees("You do not take part in this study at present")


@contextmanager
def elsewhere(study: Study, name: str = NAME, passphrase: str = PASSPHRASE) -> Iterator[Access]:
    """Another program."""
    other = open_study(study.folder)
    try:
        yield other.unlock(name, passphrase)
    finally:
        other.close()


# --- the backup of the day ------------------------------------------------------------------------


async def test_leaving_is_not_held_up_by_the_backup(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Study, "kind", "live")
    plan = BackupPlan(folder=str(tmp_path))
    for hangs_up in (False, True):
        async with desk(study, settings=Settings(rest_ms=0, backup=plan)) as at:
            access = at.app.access
            assert access is not None
            if hangs_up:
                at.app._end_soon()
                await at.pilot.pause()
            else:
                await at.app.action_leave()
            assert at.app.access is None
            assert (at.app.backing_up is access) is not hangs_up
        assert (access._bundle is None) is hangs_up
        assert not at.app.farewell
        access.lock()


STOPS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGHUP])
def test_a_backup_that_is_stopped_leaves_nothing_behind(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: signal.Signals
) -> None:
    monkeypatch.setattr(Study, "kind", "live")
    folder = tmp_path / "backups"
    left = folder / ".cati-backup-of-a-program-that-ended"
    left.mkdir(parents=True)
    me = this_process()
    (left / "maker").write_text(f"{me.boot}\n{me.pid}\nearlier")
    access, told = study.unlock(NAME, PASSPHRASE), StringIO()
    seen: list[Path] = []

    def stopped(_: Backups, copied: Path) -> tuple[str, ...]:
        seen.append(copied)
        os.kill(os.getpid(), stop)
        raise AssertionError("went on")

    monkeypatch.setattr(Backups, "_verify_copy", stopped)
    before = [signal.getsignal(one) for one in STOPS]
    # Whoever runs the tests in the background may have told all their programs to heed no Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    plan = BackupPlan(folder=str(folder))
    try:
        if stop is signal.SIGINT:
            assert leaving.last_thing(access, plan, told) == leaving.STOPPED
        else:
            with pytest.raises(SystemExit):
                leaving.last_thing(access, plan, told)
    finally:
        for number, old in zip(STOPS, before, strict=True):
            signal.signal(number, old)
    assert seen
    assert told.getvalue() == "Backing up …\n"
    assert access._bundle is None
    assert not list(folder.iterdir())
