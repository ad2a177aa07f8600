"""`cati init --database` and `cati join`, on a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cati.cli.conftest import Run
from tests.store.made import passphrase
from tests.store.postgres_server import NO_SERVER, Server, binaries, shared_server


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    assert binaries() is not None, NO_SERVER
    with shared_server() as server:
        yield server


def test_a_study_is_made_on_a_server_and_joined_from_another_folder(
    run: Run, running: Server, tmp_path: Path
) -> None:
    words, url = tmp_path / "words", running.url(running.new_database())
    words.write_text(passphrase("ada") + "\n")
    named = ["--database", url]
    made = run(
        *("init", tmp_path / "office", "--title", "Households", "--administrator", "ada"),
        *("--practice", "--passphrase-file", words, *named),
    )
    assert made.code == 0, made.err
    assert not list((tmp_path / "office").glob("study.db*"))
    fingerprint = made.out.partition("who joins: ")[2].splitlines()[0]
    assert len(fingerprint.split()) == 8
    key = tmp_path / "office/keys/ada.key"
    wrong = run("join", tmp_path / "here", "--fingerprint", "0" * 32, "--key", key, *named)
    assert (wrong.code, "not the study that was meant" in wrong.err) == (2, True)
    joined = run("join", tmp_path / "here", "--fingerprint", fingerprint, "--key", key, *named)
    assert joined.code == 0, joined.err
    assert (tmp_path / "here/keys/ada.key").read_bytes() == key.read_bytes()
    verified = run(
        *("verify", "--study", tmp_path / "here", "--as", "ada", "--passphrase-file", words)
    )
    assert verified.code == 0, verified.err + verified.out
    again = run("join", tmp_path / "here", "--fingerprint", fingerprint, *named)
    assert (again.code, "is not empty" in again.err) == (2, True)


def test_what_cannot_be_used_is_told_before_a_passphrase_is_asked(run: Run, tmp_path: Path) -> None:
    for url, why in (
        ("postgresql://ada:word@db.example.org/h?sslmode=verify-full", "password"),
        ("postgresql://db.example.org/h", "verify-full"),
    ):
        refused = run(
            *("init", tmp_path / "office", "--title", "Households", "--administrator", "ada"),
            *("--database", url),
        )
        assert refused.code == 2
        assert why in refused.err
        assert "ada:word" not in refused.err
    key = run(
        *("join", tmp_path / "here", "--fingerprint", "0" * 32, "--key", tmp_path / "ada.txt"),
        *("--database", "postgresql:///h?host=/run/postgresql"),
    )
    assert (key.code, "NAME.key" in key.err) == (2, True)
