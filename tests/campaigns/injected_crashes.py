"""Failures planted everywhere: `python -m tests.campaigns.injected_crashes --points 60`.

A dry run in a terminal (unlock, answers, remark, overview, change, undo, lock; and commands) notes
which functions of ours are called. Then, in a run for each of some of them, that function fails,
with an answer and key bytes in its local variables, its message and its cause, as one of the kinds
of errors that libraries raise. On whatever the terminal gets, and in every file written, neither
may be found. The control is the same app with the handlers of Textual and Python.
"""

import argparse
import base64
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from random import Random
from types import CodeType, FunctionType
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import StatementError
from textual.app import App

from cati import crash, hardening
from cati.__main__ import main as cati_main
from cati.app import CatiApp
from tests.campaigns.forked import Ended, Step, drive
from tests.campaigns.support import tell
from tests.cati.app.household import NAME, PASSPHRASE, household_study

ANSWER = "canary-c3a7"
KEY = bytes(range(160, 192))
REMARK = "seenremark"
"""Typed on the screen and shown there: nothing of it may stay behind when the screen is gone."""

ERRORS: tuple[Callable[[], Exception], ...] = (
    lambda: ValueError(f"cannot use {ANSWER} under {KEY.hex()}"),
    lambda: KeyError(ANSWER, KEY),
    lambda: UnicodeDecodeError("utf-8", ANSWER.encode() + KEY, 0, 1, ANSWER),
    lambda: StatementError(ANSWER, f"INSERT {ANSWER}", {"a": KEY}, None),
    lambda: InvalidTag(ANSWER),
    lambda: RecursionError(ANSWER),
)

OPEN_CASE: tuple[Step, ...] = (
    ("Your passphrase", NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r"),
    ("Open", b"\r"),
    ("Read this aloud", b"\r"),
    ("own a car", b"y\r"),
    ("How many people", b"3\r"),
    ("adults", b"2\r"),
)
REST: tuple[Step, ...] = (
    ("Which rooms", b"\x1bOQ" + REMARK.encode() + b"\r"),  # a remark
    ("", b"12\r"),
    ("occupation", b"\x1b[17~\x1bOS"),  # the respondent's lines; the overview
    ("Household", b"/peo\x1b"),
    ("", b"\x1b\x1b[5~\x1b[5~"),  # back to the question before
    ("", b"\x1a\x19"),  # undo, redo
    ("", b"\x0c"),  # lock
    ("Your passphrase", b"\x11"),
)

Scenario = tuple[tuple[str, ...], tuple[Step, ...]]


def scenarios(folder: Path) -> dict[str, Scenario]:
    """Command lines, and the keys they need."""
    acting = ("--as", NAME, "--passphrase-file", str(folder / "passphrase"))
    study = ("--study", str(folder / "study"))
    return {
        "app": (study, (*OPEN_CASE, *REST)),
        "list": (("case", "list", *study, *acting), ()),
        "verify": (("verify", *study, *acting), ()),
        "add": (
            ("case", "add", *study, "--as", NAME, "--assign", NAME),
            (
                ("Passphrase", PASSPHRASE.encode() + b"\r"),
                ("Label", b"Second\r"),
                ("Agency", b"Example\r"),
                ("Contact", b"\r"),
                ("Telephone", b"555-0101\r"),
                ("Reference", b"\r"),
                ("Add this case?", b"\r"),
            ),
        ),
        "users": (("user", "list", *study), ()),
        "export": (("export", *study, *acting, "--to", str(folder / "out")), ()),
        "sheets": (("keys", "sheets", *study, *acting, "--to", str(folder / "sheets")), ()),
        "rotate": (("keys", "rotate", *study, *acting), ()),
    }


# --- in the child ---------------------------------------------------------------------------------


def strike() -> None:
    """Fail, with an answer and a key all around."""
    answer, key = ANSWER, bytearray(KEY)
    try:
        raise KeyError(answer, bytes(key))
    except KeyError as error:
        raise _error_now() from error


_error_now: Callable[[], Exception] = ERRORS[0]
_reached: int = -1


def struck(*_: Any, **__: Any) -> Any:
    """Runs in place of a function, whose globals it has."""
    import sys as system

    system.modules["tests.campaigns.injected_crashes"].report_and_strike()


def report_and_strike() -> None:
    """Tell that the place was reached, and fail."""
    os.write(_reached, b"!")
    strike()


def plant(place: str, error: Callable[[], Exception], pipe: int) -> None:
    """Let a function fail from now on, wherever it is known under whatever name."""
    global _error_now, _reached
    _error_now, _reached = error, pipe
    sys.modules["tests.campaigns.injected_crashes"] = sys.modules[__name__]  # also as a program
    found = [one for one in _functions() if f"{_place(one.__code__)}:".startswith(f"{place}:")]
    if not found:
        raise LookupError(place)
    for one in found:
        one.__code__ = struck.__code__


def _functions() -> list[FunctionType]:
    import gc

    return [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and not one.__code__.co_freevars
    ]


def _place(code: CodeType) -> str:
    file = Path(code.co_filename)
    return f"{'/'.join(file.parts[-3:])}:{code.co_qualname}:{code.co_firstlineno}"


def record(pipe: int, run: Callable[[], int]) -> int:
    """Run, and tell which functions of ours were called, in their order."""
    import threading

    # Before the run: what the program sets aside for speed is no longer listed afterwards.
    can_fail = {one.__code__ for one in _functions() if _is_ours(one.__code__)}
    called: dict[CodeType, None] = {}

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            called.setdefault(frame.f_code)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        code = run()
    finally:
        sys.setprofile(None)
        with os.fdopen(pipe, "w") as file:
            json.dump([_place(one) for one in called if one in can_fail], file)
    return code


_ROOT = Path(hardening.__file__).parents[1]


_FIRST = ("__main__.py", "crash.py", "hardening.py")
"""Files that put the handlers up; before that nothing of a case is known."""


def _is_ours(code: CodeType) -> bool:
    file = Path(code.co_filename)
    if not file.is_relative_to(_ROOT) or file.name in _FIRST:
        return False
    package = file.relative_to(_ROOT).parts[0]
    return package in ("cati", "store", "skips", "instrument")


def make_stock() -> None:
    """Take our handlers away: what is left is Textual's and Python's."""
    crash.install = lambda: None
    crash.install_in_loop = lambda loop: None
    for name in ("_fatal_error", "_print_error_renderables", "panic"):
        setattr(CatiApp, name, getattr(App, name))


# --- in the parent --------------------------------------------------------------------------------


@dataclass
class Figures:
    """What was found."""

    reached: int = 0
    missed: int = 0
    by_scenario: dict[str, int] = field(default_factory=dict)
    ended_early: int = 0
    leaks: list[str] = field(default_factory=list)


def forms(secret: bytes) -> list[bytes]:
    """How bytes may be printed."""
    return [
        secret,
        secret.hex().encode(),
        base64.b64encode(secret)[:40],
        repr(secret)[2:-1].encode(),
        str(list(secret))[1:-1].encode(),
    ]


SECRETS = [ANSWER.encode(), *forms(KEY), PASSPHRASE.encode()]
OFF_SCREEN = b"\x1b[?1049l"


def leaked(ended: Ended, folder: Path) -> bool:
    """Whether a secret was printed or written, or anything of the screen stayed behind."""
    texts = [ended.output, *(one.read_bytes() for one in folder.rglob("*") if one.is_file())]
    behind = ended.output.rpartition(OFF_SCREEN)[2] if OFF_SCREEN in ended.output else b""
    return any(one in text for one in SECRETS for text in texts) or REMARK.encode() in behind


class Bench:
    """A study to be copied for each run, and runs of the program on the copies."""

    def __init__(self, folder: Path) -> None:
        """Make the study."""
        self.folder = folder
        # Commands import these late; what is to fail has to be there before.
        late = ("cati.program", "cati.export", "store.record.verify", "store.casework.listing")
        for module in late:
            import_module(module)
        household_study(folder / "made").close()

    def run(
        self, name: str, child: Callable[[Callable[[], int], int], int], *, stock: bool = False
    ) -> tuple[Ended, bytes, Path]:
        """Run a scenario; `child` gets the program and a pipe. What came through it, and where."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copytree(self.folder / "made/study", place / "study")
        (place / "passphrase").write_text(f"{PASSPHRASE}\n")
        (place / "home").mkdir()
        words, keys = scenarios(place)[name]
        heard = self.folder / f"{place.name}.told"  # not where leaks are looked for
        writing = os.open(heard, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def work() -> int:
            home = str(place / "home")
            names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR")
            os.environ.update(dict.fromkeys(names, home))
            os.chdir(home)
            sys.argv = ["cati", *words]
            if stock:
                make_stock()
            return child(cati_main, writing)

        ended = drive(work, keys)
        os.close(writing)
        told = heard.read_bytes()
        heard.unlink()
        (place / "passphrase").unlink()
        return ended, told, place

    def places(self, name: str) -> list[str]:
        """The functions that a scenario calls; it has to come to its end."""
        ended, told, place = self.run(name, lambda run, pipe: record(pipe, run))
        if not ended.driven:
            raise AssertionError(f"{name} was not driven to its end: {ended.output[-3000:]!r}")
        shutil.rmtree(place)
        found: list[str] = json.loads(told)
        return found

    def crash(self, name: str, at: str, error: int, *, stock: bool = False) -> tuple[bool, bool]:
        """Let one function fail: whether it was reached, and whether anything leaked."""

        def child(run: Callable[[], int], pipe: int) -> int:
            plant(at, ERRORS[error % len(ERRORS)], pipe)
            return run()

        ended, told, place = self.run(name, child, stock=stock)
        found = leaked(ended, place)
        shutil.rmtree(place)
        return bool(told), found


def campaign(
    folder: Path, points: int, *, seed: int = 3, only: Sequence[str] = (), stock: bool = False
) -> Figures:
    """Let so many functions fail, shared out over the scenarios; half of them in the app."""
    random, bench, figures = Random(seed), Bench(folder), Figures()
    names = list(only) or list(scenarios(folder))
    half = points if len(names) == 1 else points // 2
    shares = {name: half if name == "app" else 0 for name in names}
    others = [name for name in names if not shares[name]]
    for number in range(points - sum(shares.values())):
        shares[others[number % len(others)]] += 1
    for name, share in shares.items():
        places = bench.places(name) if share else []
        random.shuffle(places)
        for number, at in enumerate(places[:share]):
            reached, leak = bench.crash(name, at, number, stock=stock)
            figures.reached += reached
            figures.missed += not reached
            figures.by_scenario[name] = figures.by_scenario.get(name, 0) + reached
            if leak:
                figures.leaks.append(f"{name}: {at}")
    return figures


QUICK = (
    ("app", "store/casework/open_case.py:OpenCase.append"),
    ("list", "store/casework/listing.py:list_cases"),
)
"""A few places, for every run of the tests."""


def quick(folder: Path) -> tuple[Figures, bool]:
    """Let a few known functions fail, and one of them without our handlers; whether that leaked."""
    bench, figures = Bench(folder), Figures()
    for number, (name, at) in enumerate(QUICK):
        reached, leak = bench.crash(name, at, number)
        figures.reached += reached
        figures.by_scenario[name] = figures.by_scenario.get(name, 0) + reached
        if leak:
            figures.leaks.append(f"{name}: {at}")
    return figures, bench.crash(*QUICK[-1], 0, stock=True)[1]


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=60)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--control", action="store_true", help="with Textual's own handlers")
    parser.add_argument("--quick", action="store_true", help="a few places, and the control")
    said = parser.parse_args()
    if said.quick:
        with tempfile.TemporaryDirectory() as folder:
            figures, control = quick(Path(folder))
        tell(f"{figures.reached} functions failed, {len(figures.leaks)} leaked; control {control}")
        return int(figures.reached != len(QUICK) or bool(figures.leaks) or not control)
    with tempfile.TemporaryDirectory() as folder:
        only = ("app",) if said.control else ()
        figures = campaign(Path(folder), said.points, seed=said.seed, only=only, stock=said.control)
    tell(f"{figures.reached} functions failed ({figures.missed} more were not called again)")
    for name, count in figures.by_scenario.items():
        tell(f"  {name:<8} {count}")
    tell(f"{len(figures.leaks)} runs in which an answer or a key was printed or written")
    for leak in figures.leaks:
        tell(f"  {leak}")
    if said.control:
        return int(not figures.leaks)
    return int(bool(figures.leaks) or not figures.reached)


if __name__ == "__main__":
    sys.exit(main())
