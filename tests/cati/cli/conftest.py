"""Commands run in this process, on a practice study of their own each time."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cati.demo import PASSPHRASE, make_practice_study
from cati.program import main
from tests.store.quick_keys import remembered_keys


class Done(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """Runs a command in this process, in a folder without a study."""
    hooks, environment = (sys.excepthook, sys.unraisablehook), dict(os.environ)
    for name in ("CATI_STUDY", "CATI_NAME"):
        monkeypatch.delenv(name, raising=False)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    def command(*words: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["cati", *map(str, words)])
        code = main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Done(code, said.out, said.err)

    yield command
    sys.excepthook, sys.unraisablehook = hooks
    os.environ.update(environment)  # commands scrub what the tools of the tests need


@pytest.fixture(scope="session", autouse=True)
def _derived_once() -> Iterator[None]:
    """The same passphrase of the same key file is derived by the real Argon2id once."""
    with remembered_keys():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "study"
    make_practice_study(folder).close()
    return folder


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "study"))


@pytest.fixture
def keys(tmp_path: Path) -> Callable[..., list[str | Path]]:
    """Options by which a person acts, with the passphrases that the command will ask."""

    def options(name: str, *passphrases: str) -> list[str | Path]:
        file = tmp_path / "passphrases.txt"
        file.write_text("\n".join(passphrases or (PASSPHRASE,)) + "\n")
        return ["--as", name, "--passphrase-file", file]

    return options


Keys = Callable[..., list[str | Path]]
