"""One study for the whole run of a worker; a copy of it for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from store import JSON, Study, keystore
from tests.store.made import Clock, Made, found, make

# How long an example takes says something about the computer and nothing about the store.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("original") / "study")


@pytest.fixture
def made(original: Made, tmp_path: Path) -> Made:
    return original.copy(tmp_path / "study")


@pytest.fixture(scope="session")
def other_study(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Another study with the same people by name and other keys, of the other kind."""
    return make(tmp_path_factory.mktemp("other") / "study", "live")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Study]:
    """A study without cases, open and still unlocked for nobody."""
    study = found(tmp_path / "empty")
    yield study
    study.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session", autouse=True)
def _derive_once() -> Iterator[None]:
    """Remember what the real key derivation gave for the same file and passphrase: a fifth of a
    second each, hundreds of times."""
    real = keystore._derive
    known: dict[object, tuple[bytes, bytes]] = {}

    def derive(fields: dict[str, JSON], passphrase: str) -> tuple[bytearray, bytes]:
        question = (keystore._context(fields), fields["salt"], passphrase)
        if question not in known:
            derived, commitment = real(fields, passphrase)
            known[question] = bytes(derived), commitment
        key, commitment = known[question]
        return bytearray(key), commitment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keystore, "_derive", derive)
        yield
