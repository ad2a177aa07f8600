"""Small files that people write for commands, and folders that must not be the study's."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cati.commands.contacts import read_contact
from cati.commands.shared import LONGEST_FILE, read_text, require_outside
from cati.demo import ADMINISTRATOR
from cati.refusal import Refusal
from tests.cati.cli.conftest import Run


@pytest.mark.parametrize("from_input", [True, False])
def test_a_file_is_read_whole_or_refused(
    from_input: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "contact.txt"

    def file(content: bytes) -> Path:
        there.write_bytes(content)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        return Path("-") if from_input else there

    longest = b"agency: " + b"x" * (LONGEST_FILE - 8)
    assert read_text(file(longest), "the contact file") == longest.decode()
    assert read_contact(file(b"agency: Example\n")) == {"agency": "Example"}
    # What is too long is said of it, also where a character is cut at the limit.
    for more in (b"x", b"\ntelephone: 555-0110\n", "é".encode()):
        with pytest.raises(Refusal, match="the contact file is longer than 65,536 bytes"):
            read_contact(file(longest + more))
    with pytest.raises(Refusal, match=r"the contact file is not UTF-8 text\."):
        read_contact(file(b"agency: \xff"))


def test_passphrases_and_sheets_behind_the_limit_are_not_lost_in_silence(
    run: Run, study: Path, tmp_path: Path
) -> None:
    long, short = tmp_path / "long.txt", tmp_path / "short.txt"
    long.write_text("one passphrase\n" + "\n" * LONGEST_FILE + "another\n")
    short.write_text("practice is a steady thing\n")
    place = ("--study", study, "--as", ADMINISTRATOR)
    done = run("case", "list", *place, "--passphrase-file", long)
    told = f"{long}: the passphrase file is longer than 65,536 bytes; name another.\n"
    assert done == (2, "", told)
    words = ("keys", "take-over", "kim", "--study", study, "--passphrase-file", short)
    done = run(*words, "--fingerprint", fingerprint(run, study), "--sheets-file", long)
    told = f"{long}: the sheets file is longer than 65,536 bytes; name another.\n"
    assert done == (2, "", told)


def fingerprint(run: Run, study: Path) -> str:
    """Of a study, as people compare it."""
    from store import open_study

    found = open_study(study)
    found.close()
    return found.fingerprint


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a study's folder and links; its file system takes no notice of case."""
    (tmp_path / "study").mkdir()
    (tmp_path / "studies").mkdir()
    for name, to in (
        ("link", "study"),
        ("dangling", "study/new"),
        ("elsewhere", "studies"),
        ("loop", "loop"),
    ):
        (tmp_path / name).symlink_to(to)
    return tmp_path


@pytest.fixture
def _ignoring_case(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are found whatever the case of their names, as on many a disk of a Mac."""
    looked = Path.stat

    def stat(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        known = self
        if self.is_relative_to(place):
            known = place / str(self.relative_to(place)).lower()
        return looked(known, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", stat)


INSIDE = ["study", "study/out", "study/out/more", "studies/../study/out", "link/out", "dangling"]
OUTSIDE = [".", "out", "study2", "studies", "study/../out", "elsewhere/out", "loop"]


@pytest.mark.usefixtures("_ignoring_case")
@pytest.mark.parametrize("inside", [*INSIDE, "STUDY", "Study/out", "STUDY/Out/more"])
def test_a_folder_in_that_of_the_study_is_refused_however_it_is_named(
    inside: str, place: Path
) -> None:
    with pytest.raises(Refusal, match=r"^The files must not lie there: name another folder with"):
        require_outside(place / inside, place / "study", "The files must not lie there")


@pytest.mark.parametrize("outside", OUTSIDE)
def test_another_folder_is_not_refused(
    outside: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_outside(place / outside, place / "study", "The files must not lie there")
    monkeypatch.chdir(place)
    require_outside(Path(outside), Path("study"), "The files must not lie there")


def test_a_relative_folder_is_compared_too(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place / "study")
    with pytest.raises(Refusal):
        require_outside(Path("out"), Path(), "The files must not lie there")
    require_outside(Path("../out"), Path(), "The files must not lie there")
