"""Questions as they are typed at: what Enter alone means, and what a no leaves as it was."""

import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from cati.commands import erase
from cati.commands.asking import agreed, ask_line
from cati.demo import ADMINISTRATOR, DATA_MANAGER, PASSPHRASE
from store import open_study
from tests.cati.cli.conftest import Keys, Run

Typed = Callable[[str], StringIO]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What stands before the program at a terminal; what is left of it was not asked for."""

    def types(text: str) -> StringIO:
        keyboard = StringIO(text)
        monkeypatch.setattr(keyboard, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
        return keyboard

    return types


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize(
    ("lines", "meant", "asked"),
    [
        ("\n", None, 1),
        ("maybe\n\n", None, 2),
        ("y\n", True, 1),
        (" YES \n", True, 1),
        ("n\n", False, 1),
        ("No\n", False, 1),
        ("  \nn\n", False, 2),
    ],
)
def test_enter_alone_means_what_the_question_shows(
    lines: str,
    meant: bool | None,
    asked: int,
    default: bool,
    typed: Typed,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keyboard = typed(f"{lines}never read\n")
    assert agreed("Go on?", default=default) is (default if meant is None else meant)
    shown = "[y]" if default else "[n]"
    assert capsys.readouterr().err.count(f"Go on? y or n {shown}:") == asked
    assert keyboard.read() == "never read\n"


def test_blanks_alone_are_not_something_typed(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("\n   \n \t\n ada \n")
    assert ask_line("Your login name", None) == "ada"
    assert capsys.readouterr().err.count("Your login name:") == 4
    typed("\n")
    assert ask_line("Agency", "Example") == "Example"


def states(folder: Path) -> dict[str, str]:
    """State and label of each case, by its short id."""
    study = open_study(folder)
    cards = study.unlock(DATA_MANAGER, PASSPHRASE).cases()
    study.close()
    return {card.short_id: f"{card.state} {card.label}" for card in cards}


def both(keys: Keys) -> list[str | Path]:
    """The options of two people, whom an erasure takes."""
    return [*keys(DATA_MANAGER, PASSPHRASE, PASSPHRASE), "--with", ADMINISTRATOR]


@pytest.mark.parametrize("lines", ["\n", "n\n", "what\nno\n"])
def test_a_case_is_kept_by_enter_alone_and_by_a_no(
    lines: str, run: Run, study: Path, keys: Keys, tmp_path: Path, typed: Typed
) -> None:
    before, paper = states(study), tmp_path / "paper.json"
    short, found = next(iter(before.items()))
    words = ("--reason", "mistake", "--certificate", paper, "--study", study)
    typed(lines)
    kept = run("erase", "case", short, *words, *keys(DATA_MANAGER))
    label = found.partition(" ")[2]
    assert f"Destroy case {short} ({label}, " in kept.err
    assert kept.err.endswith("Nothing was erased.\n")
    assert (kept.code, kept.out.strip()) == (2, "")
    typed(lines)
    kept = run("erase", "identities", *words[2:], *keys(DATA_MANAGER))
    assert "can no longer be conducted then. y or n [n]:" in kept.err
    assert (kept.code, kept.err.endswith("Nothing was erased.\n")) == (2, True)
    assert states(study) == before
    assert not paper.exists()


def test_a_yes_destroys_the_case(
    run: Run, study: Path, keys: Keys, tmp_path: Path, typed: Typed
) -> None:
    short, *others = states(study)
    paper = tmp_path / "paper.json"
    typed("y\n")
    words = ("--reason", "mistake", "--certificate", paper, "--study", study)
    done = run("erase", "case", short, *words, *both(keys))
    assert (done.code, paper.exists()) == (0, True), done.err
    assert "traces" not in done.err
    left = states(study)
    assert left.pop(short).startswith("erased")
    assert list(left) == others


def test_an_erasure_that_left_something_says_what_is_to_be_done(
    run: Run, study: Path, keys: Keys, tmp_path: Path
) -> None:
    short = next(iter(states(study)))
    # A folder where a file belongs cannot be deleted as one, whoever runs the tests.
    kept = study / "study.db.before-2"
    kept.mkdir()
    words = ("--reason", "mistake", "--certificate", tmp_path / "paper.json", "--yes")
    done = run("erase", "case", short, *words, "--study", study, *both(keys))
    assert done.code == 0
    assert "run cati erase clean once nobody else works in the study" in done.err
    assert "study.db.before-2" in run("erase", "clean", "--study", study, *keys(DATA_MANAGER)).err
    kept.rmdir()
    done = run("erase", "clean", "--study", study, *keys(DATA_MANAGER))
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("redirected", ["stdin", "stderr"])
def test_what_is_kept_encrypted_is_not_said_where_there_is_nobody_to_ask(
    redirected: str,
    run: Run,
    study: Path,
    keys: Keys,
    tmp_path: Path,
    typed: Typed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = next(iter(states(study)))
    typed("y\n")
    monkeypatch.setattr(f"sys.{redirected}.isatty", lambda: False, raising=False)
    paper = ("--certificate", tmp_path / "paper.json")
    words = ("case", short, "--reason", "mistake", *paper, "--study", study, *both(keys))
    done = run("erase", *words)
    lines = [line for line in done.err.splitlines() if not line.startswith("\r")]
    assert (done.code, done.out) == (2, "")
    assert lines[-1].endswith(
        f"There is no terminal to ask whether to destroy case {short} for good: "
        "--yes says so. Nothing was erased."
    )
    assert "Practice" not in done.err

    def opened(*_: object) -> str:
        raise AssertionError("The label was opened although nothing is asked.")

    monkeypatch.setattr(erase, "_described", opened)
    assert run("erase", *words, "--yes").code == 0


def test_an_older_backup_is_not_restored_by_enter_alone(
    run: Run, study: Path, keys: Keys, tmp_path: Path, typed: Typed
) -> None:
    backups, place = tmp_path / "backups", ("--study", study)
    backups.mkdir()
    made = run("backup", "make", "--to", backups, "--json", *place, *keys(DATA_MANAGER))
    file = json.loads(made.out)["file"]
    assert run("study", "policy", "--lock-after", "9", *place, *keys(ADMINISTRATOR)).code == 0
    words = ("restore", file, tmp_path / "new", "--keys", study / "keys", "--current", study)
    for lines in ("\n", "n\n"):
        typed(lines)
        kept = run(*words, *keys(ADMINISTRATOR))
        assert "Restore it all the same? y or n [n]:" in kept.err
        assert (kept.code, kept.err.endswith("Nothing was restored.\n")) == (2, True), kept.err
        assert not (tmp_path / "new").exists()
    typed("y\n")
    assert run(*words, *keys(ADMINISTRATOR)).code == 0
    assert (tmp_path / "new").is_dir()
