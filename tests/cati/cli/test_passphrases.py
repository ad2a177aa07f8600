"""Passphrases that are handed out to the person they are meant for, judged as they are typed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cati.commands import asking
from cati.commands.passphrases import Passphrases
from cati.demo import ADMINISTRATOR, PASSPHRASE
from tests.cati.cli.conftest import Keys, Run

RELEASES = Path(__file__).parents[2] / "store" / "releases"
"""Stores as earlier releases left them."""

ADA, DAN = "the first of two passphrases", "quite another one for the second"


def test_each_passphrase_twice_in_the_file_gives_nobody_the_one_of_another(
    run: Run, tmp_path: Path
) -> None:
    file, folder = tmp_path / "passphrases.txt", tmp_path / "new"
    found = ["init", folder, "--title", "New", "--administrator", "ada", "--data-manager", "dan"]
    file.write_text(f"{ADA}\n{ADA}\n{DAN}\n{DAN}\n")
    done = run(*found, "--passphrase-file", file)
    assert (done.code, done.out) == (2, "")
    assert "holds 4 lines; 2 are needed: ada's, dan's." in done.err
    for lines, told in (
        (f"{ADA}\n{ADA}\n", "The passphrase for dan: This is the passphrase of ada"),
        (f"{ADA}\nshort\n", "The passphrase for dan: The passphrase is too weak"),
        (f"{ADA}\n", "no line left for dan"),
    ):
        file.write_text(lines)
        done = run(*found, "--passphrase-file", file)
        assert (done.code, told in done.err) == (2, True), done.err
    assert not folder.exists()
    file.write_text(f"{ADA}\n{DAN}\n\n")  # the control: a file as it should be
    assert run(*found, "--passphrase-file", file).code == 0


def test_a_line_too_many_adds_nobody(run: Run, study: Path, keys: Keys) -> None:
    add = ["user", "add", "kim", "--role", "interviewer", "--study", study]
    done = run(*add, *keys(ADMINISTRATOR, PASSPHRASE, ADA, ADA))
    assert done.code == 2
    assert "3 lines; 2 are needed" in done.err
    assert "kim" not in run("user", "list", "--study", study).out


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What is typed at hidden prompts, in order; the questions are collected."""

    def types(*answers: str) -> list[str]:
        asked: list[str] = []
        left = iter(answers)

        def getpass(question: str) -> str:
            asked.append(question)
            return next(left)

        monkeypatch.setattr(asking, "getpass", getpass)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        return asked

    return types


def test_a_new_passphrase_is_judged_at_once_and_asked_again(
    typed: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = typed("too short", ADA, ADA, ADA, DAN, "a slip", DAN, DAN)
    ask = Passphrases(None)
    assert ask.ask_new("ada") == ADA
    assert ask.ask_new("dan") == DAN
    told = capsys.readouterr().err
    assert "too weak" in told
    assert "This is the passphrase of ada" in told
    assert "The two differ" in told
    assert [question.split(":")[0] for question in asked[:4]] == [
        "New passphrase for ada",
        "New passphrase for ada",
        "The same once more",
        "New passphrase for dan",
    ]


def test_nothing_typed_has_one_made(
    typed: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = "lusab-babad-gutih-tugad-bofun"
    monkeypatch.setattr("store.crypto.passphrase.generate_passphrase", lambda: made)
    typed("", made)
    assert Passphrases(None).ask_new("ada") == made
    assert made in capsys.readouterr().err


def test_whose_passphrase_is_wrong_is_said(
    run: Run, study: Path, keys: Keys, tmp_path: Path
) -> None:
    older = Path(shutil.copytree(RELEASES / "format-1", tmp_path / "older"))
    (tmp_path / "backups").mkdir()
    made = run(
        *("backup", "make", "--to", tmp_path / "backups", "--study", study, "--json"),
        *keys(ADMINISTRATOR),
    )
    file = json.loads(made.out)["file"]
    for name, words in (
        (ADMINISTRATOR, ("case", "list", "--study", study)),
        (ADMINISTRATOR, ("restore", file, tmp_path / "new", "--keys", study / "keys")),
        ("ada", ("upgrade", "--study", older)),
    ):
        done = run(*words, *keys(name, "none that fits"))
        assert (done.code, done.out) == (2, "")
        assert done.err == f"The passphrase of {name} is wrong: try again, minding Caps Lock.\n"
