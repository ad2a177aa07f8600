"""One study for the whole run of a worker; a copy of it for each test, in a file or on a server.

A core of the tests runs on both databases. With CATI_BACKEND=postgres all run on a server, but for
those that are about SQLite's file.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from store import Study
from tests.store.forging import ABE
from tests.store.made import Clock, Made, found, make
from tests.store.manifests import body, world
from tests.store.postgres_server import NO_SERVER, Server, binaries, own_server, shared_server
from tests.store.quick_keys import quick_keys, real_keys, remembered_keys
from tests.store.spoken import sentences_only
from tests.store.two_places import apart, two

__all__ = ["apart", "body", "two", "world"]

# How long an example takes says something about the computer and nothing about the store.
settings.register_profile("untimed", deadline=None)
if settings.get_current_profile_name() != "mutants":
    settings.load_profile("untimed")


ON_FILES = {
    "test_backup_file.py",
    "test_bad_files.py",
    "test_busy_file.py",
    "test_founding.py",
    "test_keystore.py",
    "test_kill.py",
    "test_migrations.py",
    "test_notices.py",
    "test_pages.py",
    "test_put_back.py",
    "test_reader.py",
    "test_scan.py",
}
"""About the file, or about files beside the database."""

REAL_KEYS = {"test_keystore.py", "test_kill.py", "test_reader.py", "test_sheets.py"}
"""Here new key files are derived as they are outside of tests."""

ALONE = {
    "test_a_case_that_nobody_began_goes_to_someone_else",
    "test_a_case_that_was_begun_goes_on_with_someone_else",
    "test_a_key_file_in_place_stays_when_enrolling_fails",
    "test_a_study_put_back_as_a_whole_is_told_by_what_was_seen",
    "test_an_assignment_that_was_ended_cannot_be_put_back",
    "test_an_earlier_manifest_put_back_is_told_by_the_audit",
    "test_an_older_manifest_put_back_is_reported",
    "test_changed_instrument_files_are_reported",
    "test_the_deleted_pages_are_overwritten_in_the_file",
    "test_what_cannot_be_deleted_beside_it_stops_nothing_and_is_named",
    "test_what_lies_beside_the_database_goes_as_well",
    "test_verify_notices_what_is_done_to_ledger_and_erased_cases",
}
"""These look into the file or put one back; what is done to the folder, a server mends."""

ON_BOTH: dict[str, tuple[str, ...]] = {
    "test_backups.py": ("test_a_restored_study_is_the_one_that_was_backed_up",),
    "test_cases.py": (
        "test_what_was_appended_is_replayed_with_times_and_ids",
        "test_repeating_an_append_is_harmless_also_after_reopening",
        "test_times_in_clear_are_rounded_and_carry_their_zone",
    ),
    "test_doubt.py": (
        "test_an_append_repeated_after_an_error_is_saved_once",
        "test_while_the_database_cannot_be_read_the_doubt_remains",
        "test_another_submission_after_one_that_happened_is_refused",
    ),
    "test_erasure.py": ("test_identities_go_and_answers_stay",),
    "test_lease.py": (
        "test_a_stale_token_neither_appends_nor_submits_nor_releases",
        "test_a_refused_opening_changes_nothing",
    ),
    "test_forgetting.py": ("test_the_interviewers_keys_open_nothing_of_a_submitted_case",),
    "test_audit.py": ("test_each_action_leaves_exactly_one_entry",),
    "test_reviews.py": ("test_it_can_be_returned_and_handed_in_again_and_again",),
    "test_assignments.py": ("test_the_hold_of_a_program_is_ended",),
    "test_packets.py": ("test_an_office_may_be_on_a_server",),
}
"""The core that runs on a server in each run of the tests."""


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Made:
    with real_keys():
        return make(tmp_path_factory.mktemp("original") / "study")


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    """The PostgreSQL server of this run."""
    if binaries() is None:
        if os.environ.get("CI"):
            pytest.fail(NO_SERVER)
        pytest.skip(NO_SERVER)
    with shared_server() as server:
        yield server


@pytest.fixture(scope="module")
def alone(running: Server) -> Iterator[Server]:
    """A server that nobody else uses, to be put out of order and killed."""
    with own_server() as server:
        yield server


@pytest.fixture(scope="session")
def original_on_server(
    original: Made, running: Server, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    from tests.store.on_server import move_to_server

    folder = tmp_path_factory.mktemp("original") / "study"
    move_to_server(original.folder, folder, running)
    return replace(original, folder=folder)


@pytest.fixture(scope="session")
def with_abe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with a second administrator."""
    folder = tmp_path_factory.mktemp("with-abe") / "study"
    with quick_keys():
        found(folder, everyone=ABE).close()
    return folder


@pytest.fixture
def office(with_abe: Path, tmp_path: Path) -> Made:
    """A copy of it."""
    shutil.copytree(with_abe, tmp_path / "study")
    return Made(tmp_path / "study", "", "", "", "", "")


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgres`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def made(
    request: pytest.FixtureRequest, backend: str, original: Made, tmp_path: Path
) -> Iterator[Made]:
    if backend == "sqlite":
        yield original.copy(tmp_path / "study")
        return
    from tests.store.on_server import clone, database_of

    template: Made = request.getfixturevalue("original_on_server")
    server: Server = request.getfixturevalue("running")
    copy = replace(template, folder=tmp_path / "study")
    clone(template.folder, copy.folder, server)
    yield copy
    server.execute(f"DROP DATABASE {database_of(copy.folder)} WITH (FORCE)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose on which databases a test runs."""
    if "backend" not in metafunc.fixturenames:
        return
    name = Path(str(metafunc.module.__file__)).name
    if name.startswith("test_postgres") or name == "test_spool.py":
        backends = ["postgres"]
    elif name in ON_FILES or metafunc.function.__name__ in ALONE:
        backends = ["sqlite"]
    elif os.environ.get("CATI_BACKEND") == "postgres":
        backends = ["postgres"]
    elif metafunc.function.__name__ in ON_BOTH.get(name, ()):
        backends = ["sqlite", "postgres"]
    else:
        backends = ["sqlite"]
    metafunc.parametrize("backend", backends, indirect=True)


@pytest.fixture(scope="session")
def other_study(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Another study with the same people by name and other keys, of the other kind."""
    with quick_keys():
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


@pytest.fixture(scope="package", autouse=True)
def _say_sentences() -> Iterator[None]:
    """Whatever a test has refused, it is refused in a sentence."""
    with sentences_only():
        yield


@pytest.fixture(scope="session", autouse=True)
def _derive_once() -> Iterator[None]:
    """The same passphrase of the same key file is derived by the real Argon2id once."""
    with remembered_keys():
        yield


@pytest.fixture(scope="module", autouse=True)
def _derive_quickly(_derive_once: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """But for studies that tests share, and where the derivation or another process is tried."""
    with nullcontext() if request.path.name in REAL_KEYS else quick_keys():
        yield
