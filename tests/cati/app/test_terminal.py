"""The whole program in a real terminal, from the command line to its end."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from store import Study, open_study
from tests.cati.app.household import NAME, PASSPHRASE
from tests.cati.app.terminal import TOKEN, Terminal

PASTE = b"\x1b[200~%s\x1b[201~"
DECEIVING = "\u202e\u200b3\x9b".encode()


def events_of(folder: Path) -> list[Mapping[str, object]]:
    """The journal of the one case."""
    study = open_study(folder)
    access = study.unlock(NAME, PASSPHRASE)
    held = access.open_case(access.cases()[0].id)
    events: list[Mapping[str, object]] = list(held.events)
    held.release()
    access.lock()
    study.close()
    return events


def test_keys_pastes_and_the_end_of_the_program(study: Study, tmp_path: Path) -> None:
    study.close()
    folder = tmp_path / "study"
    terminal = Terminal(
        ["-m", "cati", "--study", str(folder)],
        {"XDG_CONFIG_HOME": str(tmp_path), "TEXTUAL_LOG": str(tmp_path / "log")},
    )
    try:
        terminal.until("Your passphrase")
        terminal.send(NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r")
        terminal.until("Open")
        terminal.send(b"\r")
        terminal.until("Read this aloud")
        terminal.send(b"\ry\r" + PASTE % DECEIVING + b"\r2\r")
        terminal.until("Which rooms are there?")
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.until_end() == 0
    finally:
        terminal.close()
    assert "\u202e" not in terminal.output
    assert not (tmp_path / "log").exists()
    events = events_of(folder)
    given = [(event["q"], event["v"]) for event in events if event["e"] == "set"]
    assert given == [("welcome", "read"), ("owns_car", "yes"), ("people", 3), ("adults", 2)]
    assert events[-1]["e"] == "end"
    assert events[-1]["why"] == "left"


def test_what_is_typed_ahead_of_the_first_screen_never_shows(study: Study, tmp_path: Path) -> None:
    study.close()
    terminal = Terminal(
        ["-m", "cati", "--study", str(tmp_path / "study")], {"XDG_CONFIG_HOME": str(tmp_path)}
    )
    try:
        terminal.until("\x1b[?1049h")  # the terminal is ours, and nothing is drawn yet
        terminal.send(b"zzzzzzzz")
        terminal.until("Your passphrase")
        terminal.send(b"zzzzzzzz\r")  # typing goes on without a look at the screen
        terminal.until("is not taken")
        time.sleep(1)
        terminal.send(NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r")
        terminal.until("to do, 1 in all")
    finally:
        terminal.close()
    assert "z" not in TOKEN.sub("", terminal.output.partition("\x1b[?1049h")[2])


def test_a_program_that_was_stopped_is_locked(study: Study, tmp_path: Path) -> None:
    study.close()
    terminal = Terminal(
        ["-m", "cati", "--study", str(tmp_path / "study")], {"XDG_CONFIG_HOME": str(tmp_path)}
    )
    try:
        terminal.until("Your passphrase")
        terminal.send(NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r")
        terminal.until("Open")
        terminal.send(b"\r")
        terminal.until("Read this aloud")
        os.kill(terminal.process.pid, signal.SIGTSTP)
        terminal.until_stopped()
        terminal.raw = b""
        os.kill(terminal.process.pid, signal.SIGCONT)
        terminal.until("Locked.")
        assert "I will ask" not in terminal.output
    finally:
        terminal.close()
    assert [event["why"] for event in events_of(tmp_path / "study") if event["e"] == "end"] == [
        "locked"
    ]


@pytest.mark.parametrize("told", [True, False], ids=["told by a signal", "told by nobody"])
def test_a_program_whose_terminal_is_gone_ends(study: Study, tmp_path: Path, told: bool) -> None:
    study.close()
    terminal = Terminal(
        ["-m", "cati", "--study", str(tmp_path / "study")], {"XDG_CONFIG_HOME": str(tmp_path)}
    )
    terminal.until("Your passphrase")
    terminal.send(NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r")
    terminal.until("Open")
    terminal.send(b"\r")
    terminal.until("Read this aloud")
    terminal.send(b"\ry\r3\r2\r")
    terminal.until("Which rooms are there?")
    os.close(terminal.master)
    time.sleep(3)  # the clock on the screen goes on, and its writes have nowhere to go
    if told:
        os.kill(terminal.process.pid, signal.SIGHUP)
    terminal.process.wait(20)
    assert [event["v"] for event in events_of(tmp_path / "study") if event["e"] == "set"] == [
        "read",
        "yes",
        3,
        2,
    ]
