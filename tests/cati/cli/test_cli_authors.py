"""Commands for authors: the normal form of files, and a preview that goes on with changed files."""

import io
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from cati.watching import Watch
from tests.campaigns.terminal import Terminal
from tests.cati.cli.conftest import Run
from tests.cati.household import HOUSEHOLD

ROOT = Path(__file__).parents[3]
UNTIDY = HOUSEHOLD["home.yaml"].replace("section: home\n", "").replace(
    "title: Home\n", "title:   'Home'   # shown\nsection: home\n"
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "household"
    place.mkdir()
    for name, text in {**HOUSEHOLD, "home.yaml": UNTIDY}.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


# --- instrument format -------------------------------------------------------------------------


def test_files_are_put_in_the_normal_form_once(run: Run, folder: Path) -> None:
    fingerprint = run("instrument", "check", folder).out.partition("Fingerprint")[2]
    first = run("instrument", "format", folder)
    assert first.code == 0
    assert f"{folder / 'home.yaml'} is in the normal form now." in first.out
    home = (folder / "home.yaml").read_text(encoding="utf-8")
    assert home.startswith("section: home\ntitle: Home  # shown\nitems:\n  - statement: welcome\n")
    assert run("instrument", "check", folder).out.partition("Fingerprint")[2] == fingerprint
    again = run("instrument", "format", folder)
    assert (again.code, again.out) == (0, "")
    assert "3 of 3 files were in the normal form." in again.err
    assert sorted(one.name for one in folder.iterdir()) == sorted(HOUSEHOLD)


def test_check_and_diff_write_nothing(run: Run, folder: Path) -> None:
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    check = run("instrument", "format", folder, "--check")
    assert check.code == 1
    assert f"{folder / 'home.yaml'} is not in the normal form." in check.out
    diff = run("instrument", "format", folder, "--diff")
    assert diff.code == 0
    assert "-title:   'Home'   # shown" in diff.out
    assert "+title: Home  # shown" in diff.out
    assert run("instrument", "format", folder, "--check", "--diff").code == 1
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    run("instrument", "format", folder)
    assert run("instrument", "format", folder, "--check").code == 0


def test_what_cannot_be_read_or_is_not_ones_own_is_left_alone(run: Run, folder: Path) -> None:
    broken = "section: home\ntitle: [Home\n"
    (folder / "home.yaml").write_text(broken, encoding="utf-8")
    done = run("instrument", "format", folder)
    assert done.code == 1
    assert f"{folder / 'home.yaml'}:2:8: " in done.out
    assert "[yaml-syntax]" in done.out
    assert (folder / "home.yaml").read_text(encoding="utf-8") == broken
    own = run("instrument", "format", "njov4")
    assert own.code == 2
    assert "njov4 comes with cati and is not rewritten" in own.err


def test_a_file_that_cannot_be_written_stays_as_it_is(run: Run, folder: Path) -> None:
    (folder / ".home.yaml.new").mkdir()
    done = run("instrument", "format", folder)
    assert done.code == 2
    assert f"{folder / 'home.yaml'} cannot be written: " in done.err
    assert (folder / "home.yaml").read_text(encoding="utf-8") == UNTIDY


# --- preview -----------------------------------------------------------------------------------


def test_signs_of_a_preview(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ["", "1", "3", "!owns_car", "!zebra", "+", "4", "=", "+zebra", "!cars", "2", "q"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(typed) + "\n"))
    done = run("preview", folder)
    assert done.code == 0, done.err
    for words in (
        "  +  adds a row\n",
        "owns_car\nDo you own a car?\n    1  Yes\n    0  No\n",
        "    0  No\n  or -not_sure, -declined\n  so far: Yes\n",
        "There is no item 'zebra'.",
        "[Home, Visitor 1] nights",
        "Nothing has been worked out yet.",
        "Say which: +visitor.",
        "[Driving] cars",
        "[Driving, Car 1] car_year",
    ):
        assert words in done.out, words


TRIP = """section: trip
title: Trip
items:
  - {question: bus, kind: yes_no, label: Bus, ask: By bus?, no_missing: all}
  - question: why
    kind: one_of
    label: Reason
    ask: Why?
    probe: Anything else?
    help: "Read slowly.\\nWait."
    ask_if: bus
    read_choices: true
    shuffle: true
    choices:
      - {name: fast, code: 4, label: Fast}
      - {name: calm, code: 2, label: Calm}
      - {name: none, code: 9, label: Nothing, read: false}
  - question: stops
    kind: integer
    label: Stops
    ask: How many stops?
    help: All of them.
    no_missing: [refused]
    range: -5..90
    checks:
      - {soft: stops > 0, say: Really none?}
      - {hard: stops != 13, say: Not thirteen.}
"""
TRIP_HEADER = """instrument: trip
title: Trip
version: "1"
missing:
  - {reason: dont_know, code: -8, label: Does not know, key: f8}
  - {reason: refused, code: -9, label: Refused, key: f9}
sections: [trip]
"""
TALK = (
    ("", "Type an answer first."),
    ("-dont_know", "'bus' does not take -dont_know, nor any other."),
    (
        "1",
        "Why?\n  probe: Anything else?\n  help: Read slowly.  (?? shows the rest)\n  read aloud, ",
    ),
    ("-", "    4  Fast\n    2  Calm\n    9  Nothing  (do not read)\n  or -dont_know, -refused\n"),
    ("?", "Asked: “Bus” is yes.\n"),
    ("??", "Read slowly.\nWait.\n"),
    ("", "Type an answer first, or -dont_know, -refused."),
    ("-refused", "How many stops?\n  help: All of them.\n"),
    ("-refused", "'stops' does not take -refused; it takes -dont_know."),
    ("-not_sure", "There is no missing reason 'not_sure'; there are -dont_know, -refused."),
    ("@es", "There is no language 'es' in this instrument; there is @en."),
    ("-9", "The number must be from -5 to 90."),
    ("13", "hard check: Not thirteen.\n"),
    ("-1", "soft check: Really none?\n  (An interview asks for a remark here. < goes back"),
    ("more", "This is the end of the route: < goes back, q ends."),
    ("<", "  or -dont_know\n  so far: -1\n"),
    ("-dont_know", "This is the end of the route: < goes back, q ends."),
)
"""What is typed, and what is then said before the next is typed."""


@pytest.mark.parametrize("ending", ["q\n", ""], ids=["ended", "no more lines"])
def test_what_a_preview_shows_and_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    (tmp_path / "instrument.yaml").write_text(TRIP_HEADER, encoding="utf-8")
    (tmp_path / "trip.yaml").write_text(TRIP, encoding="utf-8")
    lines = "".join(f"{typed}\n" for typed, _ in TALK) + ending
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    done = run("preview", tmp_path)
    assert done.code == 0, done.err
    said_first, *said = done.out.split("> ")
    assert "  -  gives a missing reason: -dont_know, -refused\n" in said_first
    assert not {"  @  ", "  +  "} & set(re.findall("^  .  ", said_first, re.MULTILINE))
    for (typed, words), heard in zip(TALK, said, strict=False):
        assert words in heard, (typed, heard)
    assert done.out.count("Not thirteen.") == 1


def test_a_watch_tells_each_change_once(folder: Path) -> None:
    watch = Watch(folder)
    assert not watch.changed()
    for change in (
        lambda: (folder / "home.yaml").write_text(UNTIDY + "# more\n", encoding="utf-8"),
        lambda: os.utime(folder / "home.yaml", ns=(1, 1)),
        lambda: (folder / "other.yaml").write_text("choices: {}\n", encoding="utf-8"),
        (folder / "other.yaml").unlink,
    ):
        change()
        assert watch.changed()
        assert not watch.changed()
    (folder / "notes.txt").write_text("not watched", encoding="utf-8")
    assert not watch.changed()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux to hold a real terminal")
def test_a_preview_goes_on_with_what_is_saved_while_it_waits(folder: Path) -> None:
    home = folder / "home.yaml"
    command = f"'{sys.executable}' -m cati preview '{folder}' --watch"
    with Terminal(command, ROOT, {}, 100, 40) as terminal:
        terminal.wait_for("I will ask about your household.")
        for typed, shown in (("", "Do you own a car?"), ("1", "How many people live here?")):
            terminal.type(typed)
            terminal.press("Enter")
            terminal.wait_for(shown)
        terminal.type("15")
        terminal.press("Enter")
        terminal.wait_for("soft check: 15 people is many.", "How many of them are adults?")

        # A line that was begun is put away; the place stays, and the answers that still fit.
        terminal.type("1")
        home.write_text(
            UNTIDY.replace("of them are adults", "are grown up").replace("1..20", "1..9"),
            encoding="utf-8",
        )
        screen = terminal.wait_for(
            "Answers kept: 2.", "no longer fit: people.", "How many are grown up?"
        )
        assert "[Home] adults" in screen.rpartition("The instrument has changed.")[2]

        home.write_text(UNTIDY.replace("kind: integer", "kind: intger", 1), encoding="utf-8")
        terminal.wait_for(f"{home}:", "[value-unknown]", "on with the version before.")

        home.write_text(UNTIDY.replace("adults", "grown"), encoding="utf-8")
        terminal.wait_for("Answers kept: 2.", "'adults' is not asked any more.", "How many people")
        terminal.type("q")
        terminal.press("Enter")
        terminal.wait_for("ended with 0")
