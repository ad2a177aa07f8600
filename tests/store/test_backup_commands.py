"""`cati backup`, `cati restore` and `cati erase`, run in this process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from cati.errors import known_errors, sentence
from cati.leaving import back_up
from cati.program import app
from cati.settings import BackupPlan
from tests.store.made import Made, passphrase


class Done(NamedTuple):
    code: int
    out: str


Run = Callable[..., Done]


@pytest.fixture
def run(made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command on the study with the passphrases of these people on standard input."""
    home = tmp_path / "home"
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("CATI_STUDY", str(made.folder))

    def command(*words: str | Path, people: tuple[str, ...] = ()) -> Done:
        asked = ["--passphrase-file", "-"] if people else []
        if people and words[0] != "restore":
            asked += ["--as", people[0]]
        typed = "".join(f"{passphrase(name)}\n" for name in people)
        result = CliRunner().invoke(app, [*map(str, words), *asked], input=typed)
        error = result.exception
        if isinstance(error, known_errors()):
            return Done(2, sentence(error))
        assert error is None or isinstance(error, SystemExit), error
        return Done(result.exit_code, result.output)

    return command


def test_backups_are_made_listed_tried_and_restored(made: Made, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert run("backup", "make", "--to", folder, people=("ina",)).code == 2
    folder.mkdir()
    assert "Say where backups go" in run("backup", "make", people=("ina",)).out
    done = run("backup", "make", "--to", folder, "--json", people=("ina",))
    assert done.code == 0
    file = Path(json.loads(done.out)["file"])
    assert "never" in run("backup", "list", "--to", folder).out
    assert run("backup", "verify", file, people=("sue",)).code == 2
    done = run("backup", "verify", file, people=("dan",))
    assert (done.code, "Test-restored, no problem found." in done.out) == (0, True)
    (one,) = json.loads(run("backup", "list", "--to", folder, "--json").out)
    assert (one["made_by"], one["tried_by"], one["sound"]) == ("ina", "dan", True)
    options = ("--keys", made.folder / "keys", "--as", "ada")
    done = run("restore", file, tmp_path / "new", *options, people=("ada",))
    assert (done.code, "No problem found." in done.out) == (0, False)
    assert "what was erased since it was made is back: give --current" in done.out
    assert run("restore", file, tmp_path / "new", *options, people=("ada",)).code == 2
    damaged = folder / "damaged.zip"
    damaged.write_bytes(file.read_bytes()[:-1])
    done = run("restore", damaged, tmp_path / "other", *options, people=("ada",))
    assert (done.code, "cannot be relied on" in done.out) == (2, True)
    assert not (tmp_path / "other").exists()


def test_a_case_is_erased_and_stays_so(made: Made, run: Run, tmp_path: Path) -> None:
    folder, paper, case = tmp_path / "backups", tmp_path / "paper.json", made.begun[:8]
    folder.mkdir()
    assert run("erase", "request", case, people=("ina",)).code == 0
    assert case in run("erase", "requests", people=("dan",)).out
    assert run("backup", "make", "--to", folder, people=("dan",)).code == 0
    erase = ("erase", "case", case, "--reason", "withdrawn", "--certificate", paper)
    asked = run(*erase, "--with", "ada", people=("dan", "ada"))
    assert (asked.code, "--yes says so" in asked.out) == (2, True)
    assert f"whether to destroy case {case} for good" in asked.out
    sure = (*erase, "--yes")
    assert run(*sure, people=("dan",)).code == 2, "two people are needed"
    assert not paper.exists()
    done = run(*sure, "--with", "ada", people=("dan", "ada"))
    assert (done.code, "A copy may be in: " in done.out) == (0, True)
    assert "name a new file" in run(*sure, "--with", "ada", people=("dan", "ada")).out
    done = run("erase", "check", paper)
    assert (done.code, "confirmed by ada" in done.out) == (0, True)
    (file,) = folder.glob("*.zip")
    options = ("--keys", made.folder / "keys", "--as", "ada", "--current", made.folder)
    done = run("restore", file, tmp_path / "new", *options, people=("ada",))
    assert (done.code, "is older than" in done.out, "--older-is-fine" in done.out) == (
        2,
        True,
        True,
    )
    done = run("restore", file, tmp_path / "new", *options, "--older-is-fine", people=("ada",))
    assert (done.code, "Erased again: 1" in done.out) == (0, True)
    assert "is back" not in done.out, "the study that is replaced told what was erased"
    all_of_them = ("erase", "identities", "--certificate", tmp_path / "all.json", "--with", "ada")
    asked = run(*all_of_them, people=("dan", "ada"))
    assert (asked.code, "whether to destroy all identities" in asked.out) == (2, True)
    done = run(
        "erase",
        "identities",
        "--certificate",
        tmp_path / "all.json",
        "--with",
        "ada",
        "--yes",
        people=("dan", "ada"),
    )
    assert (done.code, "the identities of all cases" in done.out) == (0, True)
    for name, says in (("dan", "(contact erased)"), ("sue", "(sealed for others)")):
        listed = run("case", "list", people=(name,)).out
        assert listed.count(says) == 4, "all but the one that was erased whole"
        (gone,) = [line for line in listed.splitlines() if line.endswith("(erased)")]
        assert "1970" not in gone
        assert "unknown" not in gone
    again = tmp_path / "again.json"
    assert run("erase", "certificate", "1", "--certificate", again, people=("dan",)).code == 0
    on_server = (made.folder / "database.yaml").exists()
    assert run("erase", "clean", people=("dan",)).code == (2 if on_server else 0)
    assert run("verify", people=("dan",)).code == 0


def test_on_leaving_a_live_study_is_backed_up_once_a_day(
    made: Made, other_study: Made, tmp_path: Path
) -> None:
    plan = BackupPlan(folder=str(tmp_path / "backups"))
    live = other_study.copy(tmp_path / "live")
    with live.unlocked("ina") as (ina,), made.unlocked("ina") as (practicing,):
        assert "No backup was made. There is no readable folder" in back_up(ina, plan)
        (tmp_path / "backups").mkdir()
        assert back_up(ina, None) == back_up(practicing, plan) == ""
        assert back_up(ina, plan).startswith("Backup made: ")
        assert back_up(ina, plan) == ""
    assert len(list((tmp_path / "backups").iterdir())) == 1
