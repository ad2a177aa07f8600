"""Pictures of the main screens: a change in how they look is a change somebody meant."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cati.app import CatiApp
from cati.settings import Settings
from instrument.values import Answer
from store import Study, open_study
from tests.cati.app.desk import Desk, noon
from tests.cati.app.household import (
    NAME,
    PASSPHRASE,
    TO_CARS,
    TO_JOB,
    TO_ROOMS,
    TO_THE_END,
)
from tests.cati.app.test_travel import TO_COMMUTE, TO_GRID

Compare = Callable[..., bool]


@pytest.fixture
def app(study: Study, tmp_path: Path) -> Iterator[CatiApp]:
    study.close()
    yield from _app(tmp_path)


@pytest.fixture
def travel_app(travel_study: Study, tmp_path: Path) -> Iterator[CatiApp]:
    travel_study.close()
    yield from _app(tmp_path)


def _app(folder: Path) -> Iterator[CatiApp]:
    still = open_study(folder / "study", now=noon)
    app = CatiApp(
        still,
        name=NAME,
        passphrase=PASSPHRASE,
        settings=Settings(rest_ms=0),
        now=noon,
        zone=UTC,
    )
    yield app
    if app.access is not None:
        app.access.lock()
    still.close()


def after(given: dict[str, Answer], *keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Open the case, give answers, press keys."""

    async def run(pilot: Pilot[int]) -> None:
        assert isinstance(pilot.app, CatiApp)
        at = Desk(pilot.app, pilot)
        await at.until("CasesScreen")
        await at.press("enter")
        await at.fill(**given)
        await at.press(*keys)

    return run


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        pytest.param(TO_ROOMS, ("1", "2"), id="any of"),
        pytest.param(TO_JOB, ("0", "4"), id="long list"),
        pytest.param(TO_JOB, ("pageup", "pageup", "9", "enter"), id="hard check"),
        pytest.param(TO_CARS | {"cars": 2}, ("f4",), id="overview"),
        pytest.param(
            TO_CARS | {"cars": 1, "car_year": 2001},
            ("f4", *"owns", "enter", "n", "enter"),
            id="change",
        ),
        pytest.param(
            TO_CARS | {"cars": 1, "car_year": 2001}, ("f4", *"owns", "enter", "n"), id="foreseen"
        ),
        pytest.param(
            TO_CARS | {"cars": 1, "car_year": 2001},
            ("f4", *"owns", "enter", "n", "enter", "enter", "f4", "left", "left"),
            id="set aside",
        ),
        pytest.param(
            TO_CARS | {"cars": 1, "car_year": 2001},
            ("y", "enter", "y", "2", "enter", "y", "ctrl+g", "u"),
            id="rows",
        ),
        pytest.param(TO_THE_END, ("enter", *"A van of Jordan Example."), id="summary"),
    ],
)
def test_a_screen_looks_as_it_did(
    snap_compare: Compare, app: CatiApp, given: dict[str, Answer], keys: tuple[str, ...]
) -> None:
    assert snap_compare(app, run_before=after(given, *keys), terminal_size=(80, 24))


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        pytest.param(TO_COMMUTE, (*"1 h 15 min", "ctrl+t"), id="duration, another language"),
        pytest.param(TO_GRID, ("1", "enter", "2", "enter"), id="grid"),
    ],
)
def test_a_screen_of_the_travel_survey_looks_as_it_did(
    snap_compare: Compare, travel_app: CatiApp, given: dict[str, Answer], keys: tuple[str, ...]
) -> None:
    assert snap_compare(travel_app, run_before=after(given, *keys), terminal_size=(80, 24))
