"""What `cati verify` and the questions before it print."""

from pathlib import Path

import pytest

from cati.commands.passphrases import Passphrases
from cati.demo import ADMINISTRATOR
from tests.cati.cli.conftest import Keys, Run


def test_each_thing_not_checked_is_said_once(run: Run, study: Path, keys: Keys) -> None:
    done = run("verify", "--study", study, *keys(ADMINISTRATOR))
    assert done.code == 0
    said = [line for line in done.out.splitlines() if "Not checked" in line]
    assert said
    assert all(line.count("Not checked: ") == 1 for line in said)


def test_a_name_with_control_sequences_is_asked_about_without_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def prompt(text: str) -> str:
        asked.append(text)
        return "a quiet garden of ina"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("cati.commands.asking.getpass", prompt)
    name = "i\x1b]52;c;eA==\x07n\x1b[2J\u202ea"
    Passphrases(None).ask(name)
    Passphrases(None).ask_new(name)
    asked_for = ["Passphrase of ina", "New passphrase for ina", "The same once more"]
    assert asked == [f"{one}: " for one in asked_for]
