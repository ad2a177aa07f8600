"""A small study made once and copied for each test: about households, and all invented."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store import (
    JSON,
    Access,
    InstrumentFiles,
    KdfCost,
    Kind,
    NewPerson,
    Role,
    Study,
    create_study,
    open_study,
)
from store.crypto.keys import SealingSecret

FINGERPRINT = "5f" * 32
INSTRUMENT = InstrumentFiles(
    "households",
    "1.0",
    FINGERPRINT,
    {"instrument.yaml": b"name: households\n", "sections/people.yaml": b"section: people\n"},
)
PEOPLE = {
    "ada": frozenset({Role.ADMINISTRATOR}),
    "dan": frozenset({Role.DATA_MANAGER}),
    "ina": frozenset({Role.INTERVIEWER}),
    "ivo": frozenset({Role.INTERVIEWER}),
    "sue": frozenset({Role.SUPERVISOR}),
}
IDENTITY: dict[str, JSON] = {
    "agency": "Example Town Hall",
    "contact": "Alex Example",
    "telephone": "555-0101",
}
DOCUMENT: dict[str, JSON] = {"answers": {"cars": 2, "owns_home": "yes"}, "summary": "A small home."}


def passphrase(name: str) -> str:
    """Everyone's passphrase."""
    return f"a quiet garden of {name}"


def answer(number: int) -> dict[str, JSON]:
    """Event number `number` of every case here."""
    return {"event": "set", "item": f"item_{number}", "value": f"value {number}"}


@dataclass(frozen=True)
class Made:
    """A study folder and what is in it."""

    folder: Path
    begun: str
    """Case of ina with eight events."""
    other: str
    """Case of ina with five events."""
    submitted: str
    """Case of ina that was handed in."""
    fresh: str
    """Case of ina that was never opened."""
    of_ivo: str
    """Case of ivo, never opened."""

    def copy(self, folder: Path) -> "Made":
        """The same study elsewhere."""
        shutil.copytree(self.folder, folder)
        return Made(folder, self.begun, self.other, self.submitted, self.fresh, self.of_ivo)

    @contextmanager
    def unlocked(self, *names: str) -> Iterator[list[Access]]:
        """Open the study and unlock it for these people."""
        study = open_study(self.folder)
        try:
            yield [study.unlock(name, passphrase(name)) for name in names]
        finally:
            study.close()

    @contextmanager
    def sql(self) -> Iterator[sqlite3.Connection]:
        """The database as someone sees it who has only the file, or runs the server."""
        connection = self._on_server() or sqlite3.connect(
            self.folder / "study.db", isolation_level=None
        )
        try:
            yield connection
        finally:
            connection.close()

    def _on_server(self) -> sqlite3.Connection | None:
        if not (self.folder / "database.yaml").exists():
            return None
        from tests.store.on_server import sql_of

        return sql_of(self.folder)


def found(
    folder: Path,
    kind: Kind = "practice",
    everyone: Mapping[str, frozenset[Role]] = PEOPLE,
    *,
    rehearsed: bool = True,
    database: str | None = None,
) -> Study:
    """An empty study with everyone in it and one instrument; a live one with rehearsed sheets."""
    people = [NewPerson(name, roles, passphrase(name)) for name, roles in everyone.items()]
    study = create_study(
        folder,
        title="Households",
        kind=kind,
        people=people,
        cost=KdfCost.FLOOR,
        database=database,
    )
    first = next(name for name, roles in everyone.items() if Role.ADMINISTRATOR in roles)
    study.unlock(first, passphrase(first)).add_instrument(INSTRUMENT)
    if kind == "live" and rehearsed:
        rehearse(study)
    return study


def rehearse(
    study: Study, administrator: str = "ada", manager: str = "dan"
) -> tuple[str, str, str]:
    """Make recovery sheets and try two of them, as a live study needs before its first case."""
    ada = study.unlock(administrator, passphrase(administrator))
    dan = ada if manager == administrator else study.unlock(manager, passphrase(manager))
    made = ada.study_keys.make_sheets(None if dan is ada else dan)
    ada.study_keys.rehearse(made[0], made[1])
    return made


def make(folder: Path, kind: Kind = "practice") -> Made:
    """The study the tests copy."""
    study = found(folder, kind)
    try:
        dan = study.unlock("dan", passphrase("dan"))
        ina = study.unlock("ina", passphrase("ina"))
        ids = [add_case(dan, f"Household {number}", "ina") for number in range(4)]
        ids.append(add_case(dan, "Household 4", "ivo"))
        for case_id, count in zip(ids, (8, 5, 3), strict=False):
            case = ina.open_case(case_id)
            for number in range(1, count + 1):
                case.append(answer(number))
            if case_id == ids[2]:
                case.submit(DOCUMENT)
            else:
                case.release()
    finally:
        study.close()
    return Made(folder, *ids)


def add_case(manager: Access, label: str, assignee: str) -> str:
    """A case with the usual identity."""
    return manager.add_case(
        label=label,
        identity=IDENTITY,
        instrument=FINGERPRINT,
        mode="interview",
        assignee=assignee,
    )


class BorrowedSecret(SealingSecret):
    """A made-up secret that calls itself by the public half of another."""

    def __init__(self, public: bytes) -> None:
        super().__init__(bytes(SealingSecret.generate().raw))
        self._public = public

    @property
    def public(self) -> bytes:
        return self._public


class Clock:
    """A clock that does what it is told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 14, 3, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass, or go back."""
        self.time += timedelta(seconds=seconds)
