"""What errors of the libraries below say of values: `python -m tests.campaigns.library_messages`.

SQLAlchemy, Pydantic, PyYAML and psycopg are made to fail on a value that is a canary, through the
doors by which values reach them here. What cati prints of it (the sentence of a known error, the
number of an unknown one), what it could log, and what hangs on the error that is passed on must not
hold the canary. The control prints the errors as the libraries made them: all of them tell it.
"""

import argparse
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from cati.crash import crash_line
from cati.errors import known_errors, sentence
from cati.settings import Settings, read_settings
from store import Study, open_study
from tests.campaigns.support import tell
from tests.store.made import found
from tests.store.postgres_server import Server, binaries

CANARY = "canary-62d0"


@dataclass(frozen=True)
class Told:
    """What one library said of the canary."""

    shown: int
    """Copies in what cati shows, prints of a crash, or hands on with the error."""
    control: int
    """Copies in the library's own message and traceback."""


def shown_for(door: Callable[[], object]) -> str:
    """Everything that can come to a screen or a log from one failure at a door."""
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            door()
    except known_errors() as error:
        chain = "".join(map(repr, _causes(error)))
        return sentence(error) + crash_line(error) + repr(error) + chain + str(warned)
    except Exception as error:  # noqa: BLE001 (whatever comes ends in the handler of crashes)
        return crash_line(error) + str(warned)
    raise AssertionError("the door let it through")


def _causes(error: BaseException) -> Iterator[object]:
    """What hangs on an error: those it came from as far as they would be shown, and their parts."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    while cause is not None:
        yield cause
        yield vars(cause)
        cause = cause.__cause__ or cause.__context__


def stock(door: Callable[[], object]) -> int:
    """How often the canary stands in what a plain program would print."""
    try:
        door()
    except (SQLAlchemyError, ValidationError, yaml.YAMLError) as error:
        return traceback.format_exc().count(CANARY) + repr(error).count(CANARY)
    raise AssertionError("the control did not fail")


def sqlalchemy(study: Study) -> Told:
    """A row that breaks a rule of its table."""

    def door() -> None:
        with study.database.write() as connection:
            connection.execute(
                text("INSERT INTO event (case_id, seq, envelope) VALUES (:a, 'x', :b)"),
                {"a": CANARY, "b": CANARY},
            )

    def control() -> None:
        with create_engine("sqlite://").connect() as connection:
            connection.execute(text("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT"))
            connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": CANARY})

    return Told(shown_for(door).count(CANARY), stock(control))


def pydantic(folder: Path) -> Told:
    """A value of the wrong kind in a settings file, and in the manifest of a study."""
    (folder / "settings.yaml").write_text(f"theme: {CANARY}\nkeys: {{remark: '{CANARY} !'}}\n")

    class Plain(BaseModel):
        theme: int

    shown = shown_for(lambda: read_settings(folder / "settings.yaml"))
    shown += shown_for(lambda: open_study(_spoiled(folder, f"title: [{CANARY}]\n")))
    assert Settings.model_config.get("hide_input_in_errors")
    return Told(shown.count(CANARY), stock(lambda: Plain.model_validate({"theme": CANARY})))


def pyyaml(folder: Path) -> Told:
    """A line that is no YAML in a settings file, and in the manifest of a study."""
    broken = f"theme: [{CANARY}\nkeys: }}{CANARY}\n"
    (folder / "settings.yaml").write_text(broken)
    shown = shown_for(lambda: read_settings(folder / "settings.yaml"))
    shown += shown_for(lambda: open_study(_spoiled(folder, broken)))
    return Told(shown.count(CANARY), stock(lambda: yaml.safe_load(broken)))


def _spoiled(folder: Path, manifest: str) -> Path:
    (folder / "spoiled").mkdir(exist_ok=True)
    (folder / "spoiled/study.yaml").write_text(manifest)
    return folder / "spoiled"


@contextmanager
def _server() -> Iterator[Server]:
    # A folder of its own: the server may run as somebody who cannot enter another.
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def psycopg() -> Told:
    """A text where the server wants a number: it quotes it back."""
    from store.databases.database import translated
    from store.databases.postgres import ours

    with _server() as server:
        url = server.url("postgres").replace("postgresql://", "postgresql+psycopg://")

        def ask(*, hide: bool) -> None:
            engine = create_engine(url, hide_parameters=hide)
            try:
                with engine.connect() as connection:
                    connection.execute(text("SELECT CAST(:a AS integer)"), {"a": CANARY})
            finally:
                engine.dispose()

        def door() -> None:
            with translated(ours):
                ask(hide=True)

        return Told(shown_for(door).count(CANARY), stock(lambda: ask(hide=False)))


def campaign(folder: Path, *, server: bool) -> dict[str, Told]:
    """All libraries; psycopg only with a server."""
    study = found(folder / "study")
    told = {
        "SQLAlchemy": sqlalchemy(study),
        "Pydantic": pydantic(folder),
        "PyYAML": pyyaml(folder),
    }
    study.close()
    if server:
        told["psycopg"] = psycopg()
    return told


def passed(told: dict[str, Told]) -> bool:
    """Nothing shown; every control told."""
    return all(one.shown == 0 and one.control > 0 for one in told.values())


def main() -> int:
    """Run it and print the figures."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    server = binaries() is not None
    with tempfile.TemporaryDirectory() as folder:
        told = campaign(Path(folder), server=server)
    for name, one in told.items():
        tell(f"{name:<12} shown {one.shown}   control, as the library says it: {one.control}")
    if not server:
        tell("psycopg: no server can be run here, so it was not asked")
    return int(not passed(told))


if __name__ == "__main__":
    sys.exit(main())
