"""Packets that are altered or cut off, and receiving that fails: nothing is taken by halves."""

import os
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from store import (
    InvalidInput,
    NewerFormat,
    StoreError,
    Unwritable,
    open_study,
)
from store.erasing.cleaning import ASIDE
from store.moving import packet_file, places
from store.moving.packet_file import DamagedPacket
from store.moving.reports import Outcome
from tests.campaigns import packets as campaign
from tests.store.made import DOCUMENT, answer, passphrase
from tests.store.two_places import Two, dump


def test_nothing_is_readable_in_a_packet_that_is_not_in_the_study(two: Two) -> None:
    case = two.ina.open_case(two.made.fresh)
    case.append({"event": "set", "item": "note", "value": "a blue bicycle"})
    case.release()
    for file in (two.first.file, two.home()):
        data = file.read_bytes()
        for secret in (b"Household 0", b"Alex Example", b"555-0101", b"a blue bicycle", b"item_1"):
            assert secret not in data
        assert two.made.begun.encode() in data  # control: a random id is in clear
        assert not [name for name in packet_file.read(file).parts if "key" in name]


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (lambda data: data[:-1], "cut off"),
        (lambda data: data + b"\n", "cut off"),
        (lambda data: data[: len(data) // 3], "cut off|as cati writes"),
        (lambda data: b"", "not a packet"),
        (lambda data: data.replace(b"cati packet 1", b"cati packet 9"), "newer release"),
        (lambda data: data.replace(b'"number":', b'"number": '), "list of contents"),
        (lambda data: data.replace(b'"kind":"practice"', b'"kind":"live"', 1), "another study"),
        (lambda data: data.replace(b'"to":"', b'"to":"0', 1), "list of contents"),
    ],
)
def test_an_altered_packet_is_refused_whole(
    two: Two, alter: Callable[[bytes], bytes], says: str
) -> None:
    file, before = two.out(), dump(two.laptop.folder)
    file.write_bytes(alter(file.read_bytes()))
    with pytest.raises((DamagedPacket, NewerFormat, InvalidInput), match=says):
        two.ina.packets.receive(file)
    assert dump(two.laptop.folder) == before


def test_every_changed_bit_is_noticed(two: Two) -> None:
    data = two.home(two.made.other).read_bytes()
    ina = two.office.body.person("ina").public
    packet_file.parse("p", data).require_signed_by(ina)
    chosen = random.Random(1).sample(range(len(data)), 300)
    for at in (*range(0, 400, 3), *chosen):
        changed = bytearray(data)
        changed[at] ^= 1 << (at % 8)
        with pytest.raises((DamagedPacket, NewerFormat)):
            packet_file.parse("p", bytes(changed)).require_signed_by(ina)


def test_what_cannot_be_written_takes_nothing_away(two: Two, tmp_path: Path) -> None:
    with two.made.unlocked("dan") as (dan,):
        before = dump(two.made.folder)
        with pytest.raises(Unwritable):
            dan.packets.send([two.made.of_ivo], tmp_path / "nowhere" / "p", to="ivo")
        with pytest.raises(InvalidInput, match="there already"):
            dan.packets.send([two.made.of_ivo], two.first.file, to="ivo")
        assert dump(two.made.folder) == before


def test_an_error_at_any_statement_leaves_before(two: Two) -> None:
    case = two.ina.open_case(two.made.begun)
    case.submit(DOCUMENT)
    packet, before = two.home(), dump(two.office.folder)
    number = 0
    while True:
        number += 11
        try:
            with _at_statement(number, _fail):
                two.dan.packets.receive(packet)
        except StoreError:
            assert dump(two.office.folder) == before, number
        else:
            break
    assert number > 30
    sent = dump(two.office.folder)
    for number in range(1, 400, 13):
        try:
            with _at_statement(number, _fail):
                two.dan.packets.send([two.made.of_ivo], two.mail, to="ivo")
        except StoreError:
            assert dump(two.office.folder) == sent
            assert not list(two.mail.glob("to-ivo*")) + list(two.mail.glob(".to-ivo*"))
        else:
            break
    assert list(two.mail.glob("to-ivo*"))


def test_killed_at_any_instant_it_is_before_or_after(two: Two) -> None:
    packet, before = two.home(give_back=True), dump(two.office.folder)
    after = None
    for number in (3, 12, 30, 60, 10**6):
        child = os.fork()
        if child == 0:
            with _at_statement(number, _die):
                open_study(two.office.folder).unlock("dan", passphrase("dan")).packets.receive(
                    packet
                )
            os._exit(0)
        os.waitpid(child, 0)
        after = dump(two.office.folder)
        assert (after == before) == (number != 10**6)
    assert two.dan.packets.receive(packet).already
    assert two.dan.verify().problems == ()


def test_schedules_lose_nothing() -> None:
    figures = campaign.run(1, seed=3, steps=40)
    assert figures.faults == []
    assert figures.received > 5


def test_control_without_the_check_of_tokens_work_is_lost(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = two.ina.open_case(two.made.begun)
    case.submit(DOCUMENT)
    late = two.home(two.made.begun)
    two.dan.packets.take_back(two.made.begun)
    with two.made.unlocked("ina") as (there,):
        there.open_case(two.made.begun).append(answer(99))
    monkeypatch.setattr(places, "fits", lambda *_: True)
    report = two.dan.packets.receive(late)
    assert report.outcomes == ((two.made.begun, Outcome.SUBMITTED),)
    assert two.dan.read_submitted(two.made.begun).events == 8
    assert not (two.office.folder / ASIDE).exists()


def _fail() -> None:
    raise sqlite3.OperationalError("planted")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _at_statement(number: int, do: Callable[[], None]) -> Iterator[None]:
    seen: list[None] = []

    def count(*_: object) -> None:
        seen.append(None)
        if len(seen) == number:
            do()

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)
