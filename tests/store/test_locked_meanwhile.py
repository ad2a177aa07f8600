"""Keys put away in one thread while another uses them: nothing is sealed with zeros, or stays."""

import gc
import threading
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from store import Access, Locked, StoreError
from store.casework import appending, handing_in, held_case, opening, submitting
from store.clock import quarter
from store.crypto.keys import CaseKeys, SealingSecret
from store.record import audit
from store.trust import giving
from store.waiting.spool import Record, Spool, Whose
from tests.store.made import DOCUMENT, Made, answer


def locks_before(
    monkeypatch: pytest.MonkeyPatch, place: ModuleType, name: str, access: Access
) -> None:
    """Another thread locks just before this function does its work, once."""
    real: Callable[..., Any] = getattr(place, name)

    def locked_first(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(place, name, real)
        in_a_thread(access.lock)
        return real(*given, **named)

    monkeypatch.setattr(place, name, locked_first)


def in_a_thread(deed: Callable[[], object]) -> None:
    thread = threading.Thread(target=deed)
    thread.start()
    thread.join()


def test_an_answer_whose_keys_are_put_away_is_not_acknowledged(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        locks_before(monkeypatch, appending, "seal_event", ina)
        with pytest.raises(Locked):
            case.append(answer(9))
    with made.unlocked("ina", "dan") as (ina, dan):
        assert len(ina.open_case(made.begun).events) == 8
        assert dan.verify().problems == ()


def test_keys_that_were_put_away_are_not_kept_beside_the_database(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        held = case._held
        keys = held.unlocked()
        spool = Spool(made.folder, Whose(held.place, ina.entry.id, case.token))
        record = Record(9, held.end.head, b"an event", quarter(ina.study.now()))
        keys.wipe()
        with pytest.raises(Locked):
            spool.keep(record, bytes(32), keys, ina.study.body)
        assert not spool.path.exists()


@pytest.mark.parametrize(
    ("place", "name"), [(held_case, "replay"), (submitting, "hand_in"), (handing_in, "seal_case")]
)
def test_a_case_whose_keys_are_put_away_is_not_handed_in_and_not_called_damaged(
    made: Made, monkeypatch: pytest.MonkeyPatch, place: ModuleType, name: str
) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        locks_before(monkeypatch, place, name, ina)
        with pytest.raises(Locked):
            case.submit(DOCUMENT)
    with made.unlocked("ina", "dan") as (ina, dan):
        assert ina.open_case(made.begun).submit(DOCUMENT).seq == 8
        assert dan.verify().problems == ()


@pytest.mark.parametrize(("place", "name"), [(opening, "_replayed"), (audit, "record")])
@pytest.mark.parametrize("who", ["ina", "ivo"])
def test_a_case_is_not_opened_while_the_keys_are_put_away(
    made: Made, monkeypatch: pytest.MonkeyPatch, who: str, place: ModuleType, name: str
) -> None:
    with made.unlocked("dan", who) as (dan, opener):
        if who != "ina":
            dan.assignments.reassign(made.begun, who)  # who opens it puts it under a key anew
        derived = kept_from(monkeypatch)
        locks_before(monkeypatch, place, name, opener)
        with pytest.raises(Locked):
            opener.open_case(made.begun)
        assert opener.open_cases == []
        assert derived
        assert all(keys.wiped for keys in derived)


def test_the_keys_of_a_case_that_does_not_open_are_overwritten(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived = kept_from(monkeypatch)
    with made.sql() as sql:
        sql.execute("UPDATE event SET envelope = ? WHERE seq = 8", (bytes(64),))
    with made.unlocked("ina") as (ina,):
        with pytest.raises(StoreError, match="damaged"):
            ina.open_case(made.begun)
        assert derived
        assert all(keys.wiped for keys in derived)


def kept_from(monkeypatch: pytest.MonkeyPatch) -> list[CaseKeys]:
    """Every key of a case that is derived from now on."""
    derived: list[CaseKeys] = []
    real = CaseKeys.derive

    def noted(case_key: bytes | bytearray) -> CaseKeys:
        derived.append(real(case_key))
        return derived[-1]

    monkeypatch.setattr(CaseKeys, "derive", noted)
    return derived


def test_keys_of_the_study_opened_while_the_others_are_put_away_go_with_them(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[SealingSecret] = []
    real = giving.open_given

    def then_locked(*given: Any) -> SealingSecret:
        opened.append(real(*given))
        in_a_thread(dan.lock)
        return opened[-1]

    with made.unlocked("dan") as (dan,):
        dan._put_given_away()
        dan._opened_for = None
        monkeypatch.setattr(giving, "open_given", then_locked)
        with pytest.raises(Locked):
            _ = dan.data_key
        assert [any(one.raw) for one in opened] == [False]
        assert dan._secrets == {}


def test_nothing_of_a_case_that_was_given_back_waits_for_a_collection(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        gc.collect()
        gc.disable()
        try:
            case = ina.open_case(made.begun)
            alive = weakref.ref(case)
            case.release()
            del case
            assert alive() is None
        finally:
            gc.enable()
