"""Files that are not as they should be: one clear sentence, and nothing changed."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store import (
    DamagedStudy,
    DiskFull,
    NewerFormat,
    StoreBusy,
    StoreError,
    UnknownInstrument,
    open_study,
)
from store.databases.sqlite import PRAGMAS, SqliteDatabase
from tests.store.made import FINGERPRINT, Made, answer, passphrase

ROOT = Path(__file__).parents[2]


def digest(folder: Path) -> dict[str, str]:
    """SHA-256 of every file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _sql(statement: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        connection = sqlite3.connect(folder / "study.db")
        connection.executescript(statement)
        connection.close()

    return change


def _replace(content: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / "study.db").write_bytes(content)

    return change


def _make_it_a_folder(folder: Path) -> None:
    (folder / "study.db").unlink()
    (folder / "study.db").mkdir()


def _truncate(folder: Path) -> None:
    path = folder / "study.db"
    os.truncate(path, path.stat().st_size // 2)


DATABASES: dict[str, tuple[Callable[[Path], None], type[StoreError], str]] = {
    "missing": (lambda folder: (folder / "study.db").unlink(), DamagedStudy, "missing"),
    "empty": (_replace(b""), DamagedStudy, "empty"),
    "not a database": (_replace(b"not a database " * 1000), DamagedStudy, "damaged"),
    "of another program": (
        _sql("PRAGMA application_id = 1"),
        DamagedStudy,
        "not a database of cati",
    ),
    "newer": (_sql("PRAGMA user_version = 999"), NewerFormat, "update cati"),
    "older than the first": (_sql("PRAGMA user_version = 0"), DamagedStudy, "tables"),
    "without a table": (_sql("DROP TABLE event"), DamagedStudy, "tables"),
    "with a planted trigger": (
        _sql("CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END"),
        DamagedStudy,
        "tables",
    ),
    "of another study": (_sql("UPDATE meta SET study = 'x'"), DamagedStudy, "another study"),
    "of another kind": (_sql("UPDATE meta SET kind = 'live'"), DamagedStudy, "another study"),
    "a folder": (_make_it_a_folder, StoreError, "study.db"),
}


@pytest.mark.parametrize("name", DATABASES)
def test_a_bad_database_is_told_in_a_sentence_and_left_alone(made: Made, name: str) -> None:
    spoil, error, words = DATABASES[name]
    spoil(made.folder)
    before = digest(made.folder)
    with pytest.raises(error, match=words) as told:
        open_study(made.folder)
    assert digest(made.folder) == before
    assert "\n" not in str(told.value)


def test_a_database_cut_off_is_noticed_at_the_latest_when_used(made: Made) -> None:
    _truncate(made.folder)
    noticed = False
    try:
        with made.unlocked("dan") as (dan,):
            noticed = not dan.verify().ok
    except DamagedStudy:
        noticed = True
    assert noticed


def test_the_message_of_an_error_carries_no_parameters(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with made.sql() as sql:
            sql.execute("DROP TABLE event")
        with pytest.raises(StoreError) as told:
            case.append({"value": "planted canary"})
    error: BaseException | None = told.value
    while error is not None:
        assert getattr(error, "params", None) is None
        assert "canary" not in str(error)
        assert "INSERT" not in str(error)
        error = error.__cause__ or error.__context__


def test_no_folder_and_no_manifest_are_told(tmp_path: Path, made: Made) -> None:
    with pytest.raises(DamagedStudy, match="no study folder"):
        open_study(tmp_path / "nowhere")
    (tmp_path / "bare").mkdir()
    with pytest.raises(DamagedStudy, match=r"study\.yaml"):
        open_study(tmp_path / "bare")


def test_the_settings_hold_on_the_connection_in_use(made: Made) -> None:
    database = SqliteDatabase(made.folder / "study.db")
    with database.read() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    assert found == PRAGMAS
    database.close()


def test_a_setting_that_does_not_hold_stops_the_opening(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "synchronous", 7)
    with pytest.raises(StoreError, match="synchronous"):
        open_study(made.folder)


def test_a_locked_database_is_told_after_the_wait(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "busy_timeout", 50)
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with made.sql() as sql:
            sql.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreBusy, match="repeat"):
                case.append(answer(9))
            sql.execute("ROLLBACK")
        assert case.append(answer(9)).seq == 9


def test_a_full_disk_loses_nothing_and_work_goes_on_after_space_is_made(made: Made) -> None:
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        with dan.study.database.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        number = 9
        with pytest.raises(DiskFull, match="all earlier ones are"):  # noqa: PT012 - at some append
            while number < 2000:
                case.append(answer(number))
                number += 1
        saved = len(case.events)
        assert saved >= 8
        with dan.study.database.read() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert case.append(answer(saved + 1)).seq == saved + 1
        case.release()
        assert ina.open_case(made.begun).events == [answer(n) for n in range(1, saved + 2)]
        assert dan.verify().ok


def test_an_error_after_the_commit_does_not_save_twice(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit went through and its acknowledgement was lost; the caller repeats the call."""
    import contextlib
    import uuid

    with made.unlocked("ina", "dan") as (ina, dan):
        case, given = ina.open_case(made.begun), uuid.uuid4()
        real = SqliteDatabase.append

        @contextlib.contextmanager
        def failing(self: SqliteDatabase, *patience: float):  # type: ignore[no-untyped-def]
            with real(self, *patience) as connection:
                yield connection
            raise StoreError("The disk reported an error.")

        monkeypatch.setattr(SqliteDatabase, "append", failing)
        with pytest.raises(StoreError):
            case.append(answer(9), event_id=given)
        monkeypatch.setattr(SqliteDatabase, "append", real)
        assert case.append(answer(9), event_id=given).seq == 9
        assert case.append(answer(10)).seq == 10
        assert len(case.events) == 10
        assert dan.verify().ok


def test_an_unknown_instrument_and_changed_files_of_a_known_one_are_told(made: Made) -> None:
    study = open_study(made.folder)
    with pytest.raises(UnknownInstrument):
        study.instrument_folder("0" * 64)
    folder = study.instrument_folder(FINGERPRINT)
    assert (folder / "sections/people.yaml").read_bytes() == b"section: people\n"
    (folder / "instrument.yaml").write_bytes(b"name: something else\n")
    with pytest.raises(DamagedStudy, match=r"households 1\.0"):
        study.instrument_folder(FINGERPRINT)
    (folder / "instrument.yaml").write_bytes(b"name: households\n")
    (folder / "extra.yaml").write_bytes(b"")
    with pytest.raises(DamagedStudy):
        study.instrument_folder(FINGERPRINT)
    study.close()


READ_ONLY = """
import sys
from pathlib import Path
from store import StoreError, open_study
try:
    study = open_study(Path(sys.argv[1]))
    study.unlock("ina", sys.argv[2]).open_case(sys.argv[3]).append({"a": 1})
    print("saved")
except StoreError as error:
    print(type(error).__name__ + ": " + str(error))
"""

# The superuser writes wherever they like; so the two capabilities behind that are given up first.
BOUND_BY_PERMISSIONS = """
import ctypes, os, sys
if os.geteuid() == 0:
    libc = ctypes.CDLL(None)
    if libc.prctl(24, 1, 0, 0, 0) or libc.prctl(24, 2, 0, 0, 0):
        sys.exit("cannot give up capabilities")
os.execv(sys.executable, [sys.executable, "-B", "-c", *sys.argv[1:]])
"""


@pytest.mark.parametrize("what", ["file", "folder", "control"])
def test_a_read_only_file_or_folder_is_told_and_left_alone(made: Made, what: str) -> None:
    if what == "file":
        (made.folder / "study.db").chmod(0o444)
    if what == "folder":
        made.folder.chmod(0o555)
    before = digest(made.folder)
    script = [sys.executable, "-c", BOUND_BY_PERMISSIONS, READ_ONLY]
    answered = subprocess.run(
        [*script, str(made.folder), passphrase("ina"), made.begun],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    made.folder.chmod(0o755)
    if "cannot give up capabilities" in answered.stderr:
        pytest.skip("the superuser cannot be bound by permissions here")
    assert answered.stderr == ""
    if what == "control":
        assert answered.stdout == "saved\n"
        return
    assert answered.stdout.startswith("Unwritable: study.db cannot be written")
    assert answered.stdout.count("\n") == 1
    assert digest(made.folder) == before
