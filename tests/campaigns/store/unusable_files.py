"""Eight databases that cannot be used: `cati verify` says so in a sentence and changes nothing.

    python -m tests.campaigns.store.unusable_files [--control]

Each is tried with the command as it is installed, in a process of its own. The control is a sound
study, with which the command must succeed, so that a message does not come from something else.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.campaigns.store.support import a_study, options, scratch, tell
from tests.store.made import Made, passphrase

ROOT = Path(__file__).parents[3]

Spoiled: TypeAlias = contextlib.AbstractContextManager[None]

# The superuser writes wherever they like; so the capabilities behind that are given up first.
BOUND = """
import ctypes, os, sys
if os.geteuid() == 0:
    libc = ctypes.CDLL(None)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Said:
    """What the command said, and whether it left the files alone."""

    case: str
    code: int
    text: str
    unchanged: bool
    words: str
    """What the message must contain."""

    @property
    def sound(self) -> bool:
        """As it must be."""
        one = self.text.strip()
        clear = self.words in one and "Traceback" not in one and len(one.splitlines()) <= 3
        return self.code not in (0, None) and clear and self.unchanged


def verify(made: Made) -> tuple[int, str]:
    """Exit code of `cati verify` and all it printed."""
    secret = made.folder.parent / "passphrase"
    secret.write_text(passphrase("dan") + "\n")
    words = ["-m", "cati", "verify", "--study", str(made.folder), "--as", "dan"]
    words += ["--passphrase-file", str(secret)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-c", BOUND, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def digest(folder: Path) -> dict[str, str]:
    """SHA-256 of every file."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextlib.contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    yield
    path.chmod(before)


@contextlib.contextmanager
def _sql(made: Made, statement: str) -> Iterator[None]:
    with made.sql() as sql:
        sql.execute(statement)
    yield


@contextlib.contextmanager
def _content(made: Made, content: bytes | None) -> Iterator[None]:
    path = made.folder / "study.db"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    yield


@contextlib.contextmanager
def _another_suite(made: Made) -> Iterator[None]:
    """The fourth byte of an event names the suite."""
    with made.sql() as sql:
        (envelope,) = sql.execute(
            "SELECT envelope FROM event WHERE case_id=? AND seq=1", (made.begun,)
        ).fetchone()
        changed = envelope[:3] + b"\x09" + envelope[4:]
        sql.execute("UPDATE event SET envelope=? WHERE case_id=? AND seq=1", (changed, made.begun))
    yield


# In a process of its own: locks end when the process that holds them closes the file anywhere.
LOCK = """
import sqlite3, sys
sql = sqlite3.connect(sys.argv[1], isolation_level=None)
sql.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def _locked(made: Made) -> Iterator[None]:
    path = str(made.folder / "study.db")
    command = [sys.executable, "-c", LOCK, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        yield
        assert other.stdin is not None
        other.stdin.close()


def cases(made: Made) -> dict[str, tuple[Spoiled, str]]:
    """The eight, with words of the message."""
    return {
        "read-only file": (_mode(made.folder / "study.db", 0o444), "cannot be written"),
        "read-only folder": (_mode(made.folder, 0o555), "cannot be written"),
        "missing": (_content(made, None), "missing"),
        "0 bytes": (_content(made, b""), "empty"),
        "not a database": (_content(made, b"not a database " * 1000), "damaged"),
        "newer schema": (_sql(made, "PRAGMA user_version = 999"), "update cati"),
        "unknown suite": (_another_suite(made), "damaged"),
        "locked by another": (_locked(made), "busy"),
    }


NAMES = tuple(cases(Made(Path(), "", "", "", "", "")))


def run_one(name: str, made: Made) -> Said:
    """One of them."""
    spoiled, words = cases(made)[name]
    with spoiled:
        before = digest(made.folder)
        code, text = verify(made)
        return Said(name, code, text, digest(made.folder) == before, words)


def main() -> int:
    """Run all; 1 when one is not told as it must be, or the control fails."""
    given = options(__doc__, len(NAMES))
    with scratch() as folder:
        original = a_study(folder / "original")
        if given.control:
            code, text = verify(original)
            tell(f"sound study: exit code {code}: {text.strip()}")
            return int(code != 0)
        found = []
        for number, name in enumerate(NAMES[: given.size]):
            (folder / str(number)).mkdir()
            said = run_one(name, original.copy(folder / str(number) / "study"))
            found.append(said)
            tell(
                f"{said.case:18} exit {said.code}  "
                f"{'unchanged' if said.unchanged else 'CHANGED'}: {said.text.strip()}"
            )
    tell(f"{sum(said.sound for said in found)} of {len(found)} as they must be")
    return int(not all(said.sound for said in found))


if __name__ == "__main__":
    raise SystemExit(main())
