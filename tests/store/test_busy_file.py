"""A file that another program keeps: whoever cannot wait is refused, and loses nothing."""

import contextlib
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator

import pytest

from store import OpenCase, StoreBusy
from tests.store.made import Made, answer

KEEPS: dict[str, tuple[str, ...]] = {
    "writes": ("BEGIN IMMEDIATE",),
    "is saving": ("BEGIN EXCLUSIVE",),
    "reads": ("BEGIN", "SELECT * FROM sqlite_schema"),
}
SOON = 0.05
LATE = 8.0
"""Seconds after which the other program ends whether or not anybody was refused meanwhile."""


@contextlib.contextmanager
def kept(made: Made, how: str, seconds: float) -> Iterator[sqlite3.Connection]:
    """Another program has the file until it rolls back, which it does after these seconds."""
    other = sqlite3.connect(made.folder / "study.db", isolation_level=None, check_same_thread=False)
    for statement in KEEPS[how]:
        other.execute(statement).fetchall()
    timer = threading.Timer(seconds, other.rollback)
    timer.start()
    try:
        yield other
    finally:
        timer.cancel()
        timer.join()
        other.close()


@pytest.mark.parametrize("how", KEEPS)
def test_an_event_is_refused_in_time_and_saved_once_when_the_file_is_free(
    made: Made, how: str
) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case, event_id = ina.open_case(made.begun), uuid.uuid4()
        with kept(made, how, LATE) as other:
            for _ in range(2):  # the second one looks first what became of the first
                with pytest.raises(StoreBusy, match=r"Another program keeps study\.db busy: wait"):
                    case.append(answer(9), event_id=event_id, within=SOON)
            assert len(case.events) == 8
            other.rollback()
            assert not case.holds(event_id, within=SOON)
            receipt = case.append(answer(9), event_id=event_id, within=SOON)
        assert (receipt.seq, receipt.where, case.waiting) == (9, "there", 0)
        case.release()
        assert ina.open_case(made.begun).events[8:] == [answer(9)]
        assert dan.verify().problems == ()


def test_whoever_can_wait_waits(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        for number, within in ((9, None), (10, 60.0)):
            with kept(made, "is saving", SOON):
                assert case.append(answer(number), within=within).seq == number


DEEDS: dict[str, Callable[[OpenCase], object]] = {
    "ask": lambda case: case.holds(uuid.uuid4(), within=SOON),
    "give back": lambda case: case.release(within=SOON),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_asking_and_giving_back_do_not_wait_longer_either(made: Made, deed: str) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with kept(made, "is saving", LATE), pytest.raises(StoreBusy):
            DEEDS[deed](case)
    with made.unlocked("ina") as (ina,):
        assert len(ina.open_case(made.begun).events) == 8


def test_keys_are_put_away_without_waiting_for_the_file(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        ina.open_case(made.begun)
        with kept(made, "is saving", LATE) as other:
            ina.lock()
            assert other.in_transaction
        assert not ina.open_cases
