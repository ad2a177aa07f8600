"""The campaigns against a PostgreSQL server, small: nothing lost, and each control loses some."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns import kill_clients, kill_server, many_writers
from tests.store.postgres_server import NO_SERVER, Server, binaries, own_server


@pytest.fixture(scope="module")
def alone() -> Iterator[Server]:
    """A server that nobody else uses."""
    assert binaries() is not None, NO_SERVER
    with own_server() as server:
        yield server


def test_programs_that_are_killed_lose_nothing(alone: Server, tmp_path: Path) -> None:
    tally = kill_clients.campaign(tmp_path / "study", alone, 4)
    assert (tally.kills, tally.lost, tally.damaged, tally.unverifiable) == (4, 0, 0, 0)
    assert tally.acknowledged > 0
    early = kill_clients.campaign(tmp_path / "control", alone, 4, control=True)
    assert early.lost > 0, "the control"


def test_a_server_that_is_killed_loses_nothing(alone: Server, tmp_path: Path) -> None:
    tally = kill_server.campaign(tmp_path / "study", alone, 1, writers=2)
    assert tally.sound, tally
    assert tally.kills == 1
    assert tally.acknowledged > 0


def test_control_programs_that_do_not_go_on_are_told(alone: Server, tmp_path: Path) -> None:
    assert kill_server.controls_told(tmp_path, alone)


def test_many_writers_at_once_all_get_through(alone: Server, tmp_path: Path) -> None:
    result = many_writers.campaign(tmp_path / "study", alone, 4, writers=4)
    assert (result.saved, result.errors) == (16, 0)
    assert (result.lost, result.unverifiable) == (0, 0)
