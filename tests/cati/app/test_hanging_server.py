"""A server that stops answering: nobody at the screen waits for it, and nothing is lost or doubled.

Whoever waited for the server would wait longer than the desk does, which then fails.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cati.screens.interview import InterviewScreen
from cati.screens.submit import WAITS
from cati.widgets.band import Band
from store import JSON, OpenCase, Study, open_study
from tests.cati.app.desk import Desk, desk
from tests.cati.app.household import NAME, PASSPHRASE, TO_THE_END
from tests.store.on_server import move_to_server
from tests.store.postgres_server import NO_SERVER, Server, _children, binaries, own_server

HERE = "saved on this computer"


@pytest.fixture
def server() -> Iterator[Server]:
    if binaries() is None:
        pytest.skip(NO_SERVER)
    with own_server() as server:
        yield server


@pytest.fixture
def far(study: Study, server: Server, tmp_path: Path) -> Iterator[Study]:
    """The study of the other tests, on a server."""
    move_to_server(study.folder, tmp_path / "far", server)
    far = open_study(tmp_path / "far")
    yield far
    far.close()


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """Every process of the server stands still, and each connection stays as it is."""
    _signal(server, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(server, signal.SIGCONT)


def _signal(server: Server, number: signal.Signals) -> None:
    assert server._process is not None
    for process in [*_children(server._process.pid), server._process.pid]:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def band(at: Desk) -> str:
    screen = next(one for one in at.app.screen_stack if isinstance(one, InterviewScreen))
    screen._tick()
    return screen.query_one(Band).render().plain


async def delivered(at: Desk, held: OpenCase) -> None:
    """What goes on every few seconds, until nothing waits any more."""

    def nothing_waits() -> bool:
        at.app.beside.deliver()
        return not held.waiting

    await at.until_holds(nothing_waits)


async def test_keys_go_on_while_the_server_stands_still(far: Study, server: Server) -> None:
    async with desk(far) as at:
        await at.press("enter", "enter", "enter")
        assert at.app.work is not None
        held = at.app.work.held
        with stopped(server):
            await at.press("y", "enter", "5", "enter")
            assert at.place == "adults"
            assert HERE in band(at)
            at.app.beside.heartbeat()  # waits for the server, in its thread
            await at.press("3", "enter", "1", "enter")
            assert at.place == "job"
            assert held.waiting == 4
        await delivered(at, held)
        assert HERE not in band(at)
        await at.press("f8", "enter")
        assert held.waiting == 0

        with stopped(server):
            await at.press("f8", "enter")
            assert held.waiting >= 1
            access = at.app.access
            assert access is not None
            at.app.beside.deliver()
            await at.app.action_lock()
            assert at.screen == "UnlockScreen"
            assert (access._bundle, held._held.keys, access.open_cases) == (None, None, [])
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        await at.press("escape")
        assert at.place == "starts"
        with stopped(server):
            await at.press("f8", "enter", "f5", "enter")
            assert at.screen == "CasesScreen"
            assert at.sees("Household 1: saved on this computer alone.", "cannot be reached")
            assert at.sees("CASES 1 to do, 1 in all")
    given = [
        (event["q"], event.get("v", event.get("m")))
        for event in events_of(far.folder)
        if event["e"] in ("set", "missing")
    ]
    assert given == [
        ("welcome", "read"),
        ("owns_car", "yes"),
        ("people", 5),
        ("adults", 3),
        ("rooms", ["kitchen"]),
        ("job", "not_sure"),
        ("since", "not_sure"),
        ("starts", "not_sure"),
    ]


async def test_lists_cases_and_submitting_wait_beside_the_screen(
    far: Study, server: Server
) -> None:
    async with desk(far) as at:
        with stopped(server):
            await at.press_on("enter")
            await at.until_sees("Opening Household 1 …")
            await at.press_on("enter", "down", "f1")
            assert at.screen == "CasesScreen"
        await at.settle()
        assert at.place == "welcome"
        await at.fill(**TO_THE_END)
        for part in at.interview.summary_parts:
            at.interview.write_summary(part.name, "Two adults.")
        await at.press("enter", "enter", "enter")

        # Locked while the server does not answer: nothing is open, and the case goes on later.
        access = at.app.access
        assert access is not None
        with stopped(server):
            await at.press_on("enter")
            await at.until_sees(WAITS)
            await at.press_on("enter", "escape", "ctrl+l")
            await at.until_holds(lambda: at.screen == "UnlockScreen")
            assert (access._bundle, access.open_cases, access.known) == (None, [], {})
            await at.settle()
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        assert at.app.work is not None
        assert at.app.work.held.taken_up == 0  # nothing was written behind what may be sealed
        await at.press("escape", "enter", "enter", "enter")
        assert at.screen == "SubmitScreen"
        with stopped(server):
            await at.press_on("enter")
            await at.until_sees(WAITS)
            await at.press_on("enter", "escape", "enter")
            assert at.sees(WAITS)
        await at.settle()
        assert at.screen == "CasesScreen"
        assert at.sees("Submitted and sealed.", "CASES 0 to do, 1 in all")
        assert at.app.access is not None
        assert at.app.access.verify().ok
        at.app.access.read_submitted(at.app.access.cases()[0].id)


def events_of(folder: Path) -> list[dict[str, JSON]]:
    """The one case's journal by a fresh opening, which takes up what waits and checks each link."""
    study = open_study(folder)
    try:
        access = study.unlock(NAME, PASSPHRASE)
        events = list(access.open_case(access.cases()[0].id).events)
        assert not access.drafts.every()
        assert not access.drafts.waiting()
        assert not access.verify().problems
        return events
    finally:
        study.close()
