"""A small study for campaigns, on a server or in a file, and its interviewer in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store import Access, Role, Study, open_study
from tests.store.made import add_case, found, passphrase
from tests.store.postgres_server import Server

PEOPLE = {
    "dan": frozenset({Role.ADMINISTRATOR, Role.DATA_MANAGER}),
    "ina": frozenset({Role.INTERVIEWER}),
}


def make_study(folder: Path, cases: int, server: Server | None) -> list[str]:
    """A study with that many cases of ina, on a server or in a file; ids of the cases."""
    database = None if server is None else server.url(server.new_database())
    study = found(folder, everyone=PEOPLE, database=database)
    try:
        manager = study.unlock("dan", passphrase("dan"))
        return [add_case(manager, f"Household {number}", "ina") for number in range(cases)]
    finally:
        study.close()


@contextmanager
def as_ina(folder: Path) -> Iterator[Access]:
    """The study as its interviewer has it."""
    study: Study = open_study(folder)
    try:
        yield study.unlock("ina", passphrase("ina"))
    finally:
        study.close()


def problems(folder: Path) -> tuple[str, ...]:
    """What a verification by the data manager finds."""
    study = open_study(folder)
    try:
        return study.unlock("dan", passphrase("dan")).verify().problems
    finally:
        study.close()
