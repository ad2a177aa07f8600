"""An office, and a laptop that has cases of it; fixtures for tests of packets."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from store import (
    Access,
    Study,
    open_study,
)
from store.moving.arriving import start_study
from store.moving.reports import PacketMade
from tests.store.made import Made, passphrase


@dataclass
class Two:
    """An office, and a laptop of ina that has her cases."""

    office: Study
    laptop: Study
    dan: Access
    ina: Access
    """At the laptop."""
    first: PacketMade
    mail: Path
    made: Made

    def home(self, *chosen: str, give_back: bool = False) -> Path:
        """A packet from the laptop."""
        ids = chosen or tuple(self.ina.packets.due())
        return self.ina.packets.send(ids, self.mail, give_back=give_back).file

    def out(self, *chosen: str) -> Path:
        """A packet to ina."""
        return self.dan.packets.send(chosen, self.mail, to="ina").file


@pytest.fixture(scope="module")
def apart(original: Made, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PacketMade]:
    """Office and laptop as folders, to be copied."""
    folder = tmp_path_factory.mktemp("apart")
    made = original.copy(folder / "office")
    with made.unlocked("dan") as (dan,):
        first = dan.packets.send(dan.packets.due("ina"), folder, to="ina")
        fingerprint = dan.study.fingerprint
    key = made.folder / "keys" / "ina.key"
    start_study(
        first.file,
        folder / "laptop",
        key_file=key,
        passphrase=passphrase("ina"),
        expected=fingerprint,
    )
    return folder, first


@pytest.fixture
def two(apart: tuple[Path, PacketMade], original: Made, tmp_path: Path) -> Iterator[Two]:
    folder, first = apart
    for name in ("office", "laptop"):
        shutil.copytree(folder / name, tmp_path / name)
    shutil.copy(first.file, tmp_path)
    here = Made(tmp_path / "office", *ids_of(original))
    with ExitStack() as stack:
        office, laptop = open_study(tmp_path / "office"), open_study(tmp_path / "laptop")
        stack.callback(office.close)
        stack.callback(laptop.close)
        dan, ina = office.unlock("dan", passphrase("dan")), laptop.unlock("ina", passphrase("ina"))
        yield Two(office, laptop, dan, ina, first, tmp_path, here)


def ids_of(made: Made) -> tuple[str, ...]:
    """Of all cases, in the order of `Made`."""
    return made.begun, made.other, made.submitted, made.fresh, made.of_ivo


def dump(folder: Path) -> list[str]:
    """All that the database of a study folder holds."""
    connection = sqlite3.connect(folder / "study.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
