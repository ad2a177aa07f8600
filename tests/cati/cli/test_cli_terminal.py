"""What only shows in a real terminal: hidden passphrases, and the app that opens."""

import shutil
import sys
from pathlib import Path

import pytest

from cati.demo import DATA_MANAGER, INTERVIEWER, PASSPHRASE, make_practice_study
from store import open_study
from tests.campaigns.terminal import Terminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal") / "study"
    make_practice_study(folder).close()
    return folder


def run(words: str, study: Path) -> Terminal:
    environment = {"XDG_CONFIG_HOME": str(study.parent / "config"), "CATI_STUDY": str(study)}
    return Terminal(f"'{sys.executable}' -m cati {words}", ROOT, environment, 80, 24)


def test_a_passphrase_is_asked_and_never_shown(study: Path) -> None:
    with run("case list", study) as terminal:
        terminal.wait_for("Your login name")
        terminal.type(INTERVIEWER)
        terminal.press("Enter")
        terminal.wait_for(f"Passphrase of {INTERVIEWER}")
        terminal.type(PASSPHRASE)
        terminal.press("Enter")
        screen = terminal.wait_for("ended with 0", "Practice 1")
    assert PASSPHRASE not in screen
    assert "steady" not in screen


def test_new_passphrases_have_to_be_the_same_twice(study: Path) -> None:
    with run(f"user passphrase --as {INTERVIEWER}", study) as terminal:
        terminal.wait_for(f"Passphrase of {INTERVIEWER}")
        terminal.type(PASSPHRASE)
        terminal.press("Enter")
        terminal.wait_for(f"New passphrase for {INTERVIEWER}")
        terminal.type("one long passphrase")
        terminal.press("Enter")
        terminal.wait_for("The same once more")
        terminal.type("another long passphrase")
        terminal.press("Enter")
        terminal.wait_for("The two differ", f"New passphrase for {INTERVIEWER}")
        for question in (f"New passphrase for {INTERVIEWER}", "The same once more"):
            terminal.wait_for(question)
            terminal.type("another long passphrase")
            terminal.press("Enter")
        terminal.wait_for(f"The passphrase of {INTERVIEWER} is changed", "ended with 0")


def test_the_contact_of_a_case_is_asked(study: Path) -> None:
    words = f"case add --as {DATA_MANAGER} --assign {INTERVIEWER} --label Fourth"
    with run(words, study) as terminal:
        for question, answer in (
            (f"Passphrase of {DATA_MANAGER}", PASSPHRASE),
            ("Agency", "Example"),
            ("Contact", ""),
            ("Telephone", "555-0110"),
            ("Reference", ""),
            ("Add this case?", "n"),
            ("Agency [Example]", ""),
            ("Contact", ""),
            ("Telephone [555-0110]", "555-0101"),
            ("Reference", ""),
            ("Telephone: 555-0101", ""),
        ):
            terminal.wait_for(question)
            terminal.type(answer)
            terminal.press("Enter")
        terminal.wait_for(f"is assigned to {INTERVIEWER}", "ended with 0")
    found = open_study(study)
    manager = found.unlock(DATA_MANAGER, PASSPHRASE)
    identities = [card.identity for card in manager.cases() if card.label == "Fourth"]
    manager.lock()
    found.close()
    assert identities == [{"agency": "Example", "telephone": "555-0101"}]


def test_alone_it_opens_the_study_and_leaves_it(study: Path) -> None:
    with run("", study) as terminal:
        screen = terminal.wait_for("PRACTICE", "Your name", "Your passphrase")
        assert "steady" not in screen
        terminal.press("C-q")
        terminal.wait_for("ended with 0")
