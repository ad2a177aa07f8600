"""The program in a home of its own, and every file it left there or elsewhere.

Words are typed into the app (a remark, a flag, a search, an answer) and at the prompts of commands
(a label and a contact); then the app is left, locked and left, killed, or brought down by a fault
while something is typed. Home, temporary folder, configuration, state and study lie in one folder
that is searched whole; where strace is installed, every file opened for writing anywhere else is
searched, too. An export in clear is the one place where words may be found, and must be.
"""

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cati.case_journal import CaseJournal
from cati.interview import Interview
from instrument import read_instrument
from skips import Route, compile_instrument
from store import open_study
from tests.campaigns.forked import Forked, Step
from tests.campaigns.leaks import files_below, hits
from tests.campaigns.support import utc_now
from tests.cati.app.household import NAME, PASSPHRASE, TO_DUTIES, household_study

ROOT = Path(__file__).parents[2]
STRACE = shutil.which("strace")
_OPENED = re.compile(rb'\b(?:openat|open|creat|rename\w*|link\w*|mkdir\w*)\([^"]*"([^"]+)"(.*)')
_NOT_FILES = ("/dev/", "/proc/", "/sys/")

UNLOCK: tuple[Step, ...] = (
    ("Your passphrase", NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r"),
    ("Open", b"\r"),
)


@dataclass
class Found:
    """What the files of one run held."""

    ended: str
    typed: int
    """Different words typed."""
    files: int
    """Files searched."""
    elsewhere: tuple[str, ...]
    """Files opened for writing outside of the program's own folder."""
    words: set[str] = field(default_factory=set)
    """Words found where none may be."""
    exported: set[str] = field(default_factory=set)
    """Words found in files exported in clear."""


class House:
    """A home with a study in it, in which the program runs."""

    def __init__(self, folder: Path) -> None:
        """Make the home and the study."""
        self.folder = folder
        self.home = folder / "home"
        for name in ("home", "tmp", "state", "out", "backups"):
            (folder / name).mkdir(parents=True)
        household_study(folder).close()
        self.trace = folder.parent / f"{folder.name}.strace"
        self.environment = {
            "HOME": str(self.home),
            "TMPDIR": str(folder / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT),
            **{
                f"XDG_{name}_HOME": str(folder / "state")
                for name in ("CONFIG", "CACHE", "DATA", "STATE")
            },
            # Each of these would have a program write down what it shows.
            "TEXTUAL_LOG": str(folder / "state/log"),
            "TEXTUAL_SCREENSHOT": "1",
            "TEXTUAL_SCREENSHOT_LOCATION": str(folder / "state"),
            "TEXTUAL": "debug",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONASYNCIODEBUG": "1",
        }

    def program(self, *words: str) -> Forked:
        """Start the program in a terminal of its own, watched by strace where that is installed."""
        watched = [STRACE, "-f", "-qq", "-e", "trace=%file", "-A", "-o", str(self.trace)]
        line = [*(watched if STRACE else []), sys.executable, "-m", "cati", *words]

        def work() -> int:
            os.chdir(self.home)
            os.execvpe(str(line[0]), [str(one) for one in line], os.environ | self.environment)

        return Forked(work)

    def elsewhere(self) -> tuple[str, ...]:
        """Files that were opened for writing outside of this folder."""
        if not self.trace.exists():
            return ()
        return tuple(sorted(set(self._written())))

    def _written(self) -> Iterator[str]:
        for line in self.trace.read_bytes().splitlines():
            opened = _OPENED.search(line)
            if opened is None or b" = -1 " in line:
                continue
            name, rest = os.fsdecode(opened[1]), opened[2]
            writes = re.search(rb"O_WRONLY|O_RDWR|O_CREAT", rest) or b"open" not in line
            outside = name.startswith("/") and not Path(name).is_relative_to(self.folder)
            if writes and outside and not name.startswith(_NOT_FILES):
                yield name

    def searched(self, ended: str, typed: list[str]) -> Found:
        """Search everything that was written."""
        elsewhere = self.elsewhere()
        folders = [self.folder, *map(Path, elsewhere)]
        out = self.folder / "out"
        clear = [one for one in self.folder.iterdir() if one != out]
        return Found(
            ended,
            len(typed),
            len(files_below(folders)),
            elsewhere,
            hits([*clear, *map(Path, elsewhere)], typed),
            hits([out], typed),
        )


def _leave(app: Forked) -> None:
    app.press(b"\x11")
    app.finish()


def _lock(app: Forked) -> None:
    app.press(b"\x0c")
    app.until("Locked.")
    _leave(app)


def _kill(app: Forked) -> None:
    _signal(app, signal.SIGKILL)


def _fault(app: Forked) -> None:
    """As by a fault in a library: the end that leaves a core file where those are allowed."""
    _signal(app, signal.SIGSEGV)


def _signal(app: Forked, number: signal.Signals) -> None:
    """Send a signal to the program itself, which runs below strace."""
    below = Path(f"/proc/{app.pid}/task/{app.pid}/children")
    children = below.read_text().split() if STRACE and below.exists() else []
    os.kill(int(children[0]) if children else app.pid, number)
    app.finish()


ENDS: dict[str, Callable[[Forked], None]] = {
    "left": _leave,
    "locked": _lock,
    "killed": _kill,
    "brought down": _fault,
}


def run_app(folder: Path, ended: str, typed: list[str]) -> Found:
    """Type four words into the app, end it in one way, and search."""
    house = House(folder)
    remark, flag, answer, looked_for = (word.encode() for word in typed)
    steps: tuple[Step, ...] = (
        *UNLOCK,
        ("Read this aloud", b"\x1bOQ" + remark + b"\r"),
        ("1 remark", b"\x1b[18~" + flag + b"\r"),
        ("1 flag", b"\r"),
        ("own a car", b"y\r"),
        ("How many people", answer + b"\x1bOS"),
        ("Owns a car", b"/" + looked_for),
    )
    with house.program("--study", str(folder / "study")) as app:
        for words, keys in steps:
            if not app.until(words, 60.0):
                raise AssertionError(f"{words!r} did not come: {app.output[-1500:]!r}")
            app.press(keys)
        app.until(looked_for.decode(), 10.0)
        ENDS[ended](app)
    return house.searched(ended, typed)


def run_commands(folder: Path, typed: list[str]) -> Found:
    """Type label and contact at prompts, hand a case in, export it in clear, and back it up."""
    house = House(folder)
    study = str(folder / "study")
    (folder / "passphrase").write_text(f"{PASSPHRASE}\n")
    acting = ("--study", study, "--as", NAME, "--passphrase-file", str(folder / "passphrase"))
    prompts: tuple[Step, ...] = (
        ("Passphrase", PASSPHRASE.encode() + b"\r"),
        *((name, word.encode() + b"\r") for name, word in zip(PROMPTS, typed, strict=False)),
        ("Add this case?", b"\r"),
    )
    with house.program("case", "add", "--study", study, "--as", NAME, "--assign", NAME) as adding:
        for words, keys in prompts:
            adding.until(words, 60.0)
            adding.press(keys)
        adding.finish()
    _hand_in(folder / "study", typed[len(PROMPTS) :])
    commands: tuple[tuple[str, ...], ...] = (
        ("case", "list", *acting),
        ("verify", *acting),
        ("export", *acting, "--to", str(folder / "out"), "--profile", "full", "--format", "csv"),
        ("backup", "make", *acting, "--to", str(folder / "backups")),
    )
    for command in commands:
        with house.program(*command) as running:
            running.finish()
    return house.searched("commands", typed)


PROMPTS = ("Label", "Agency", "Contact", "Telephone", "Reference")


def _hand_in(folder: Path, words: list[str]) -> None:
    """Hand in a case that holds words; by the code behind the screens."""
    study = open_study(folder)
    access = study.unlock(NAME, PASSPHRASE)
    read = read_instrument(study.instrument_folder(study.instruments[0].fingerprint))
    card = next(one for one in access.cases() if one.state == "fresh")
    held = access.open_case(card.id)
    journal, route = CaseJournal(held), Route(compile_instrument(read, card.mode))
    interview = Interview(read, route, journal, by=NAME, now=utc_now)
    interview.begin()
    interview.read()
    for given in (*TO_DUTIES.values(), words[0]):
        interview.advance()
        interview.give(given)
    for part, word in zip(("who", "cars"), words[1:], strict=True):
        interview.write_summary(part, word)
    interview.end("done")
    journal.submit(interview.document())
    access.lock()
    study.close()
