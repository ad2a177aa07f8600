from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Study
from tests.cati.app.household import a_copy, household_study
from tests.cati.travel import TRAVEL
from tests.store.quick_keys import remembered_keys


@pytest.fixture(scope="session", autouse=True)
def each_passphrase_is_derived_once() -> Iterator[None]:
    """Every test opens a copy of one study; its key is derived by the real Argon2id, once."""
    with remembered_keys():
        yield


@pytest.fixture(scope="session")
def household_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("households")
    household_study(folder).close()
    return folder / "study"


@pytest.fixture(scope="session")
def travel_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("travels")
    household_study(folder, {"Traveler 1": "interview"}, TRAVEL).close()
    return folder / "study"


@pytest.fixture
def travel_study(travel_folder: Path, tmp_path: Path) -> Iterator[Study]:
    """A practice study with one new case of the travel survey."""
    with a_copy(travel_folder, tmp_path) as study:
        yield study


@pytest.fixture
def study(household_folder: Path, tmp_path: Path) -> Iterator[Study]:
    """A practice study with one new household case."""
    with a_copy(household_folder, tmp_path) as study:
        yield study
