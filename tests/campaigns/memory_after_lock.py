"""Keys in the memory of a locked program: `python -m tests.campaigns.memory_after_lock`.

A program in a terminal of its own tells, through a pipe and without copying them, every key that it
comes to hold: key-encryption keys, private keys, the keys of cases and of submissions. Its memory
is searched for them while it is at work, after the lock key, and after the lock of a command that
made, submitted and read a case. The search before the lock is the control: it has to find keys.
Copies of answers and of the passphrase are counted, too; Python gives no way to overwrite those.
"""

import argparse
import functools
import os
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.campaigns.support import tell
from tests.cati.app.household import NAME, PASSPHRASE, household_study
from tests.cati.app.terminal import Terminal

ANSWER = "canaryinmemory"
PUBLIC = {"journal key id", "key file commitment"}
"""Derived values that stand in clear in files."""


# --- the child ------------------------------------------------------------------------------------


class Teller:
    """Writes keys to a pipe as they come to be, straight from where they are kept."""

    def __init__(self, pipe: Path) -> None:
        """Open the pipe; somebody must be reading."""
        self._pipe = os.open(pipe, os.O_WRONLY)

    def tell(self, kind: str, secret: bytes | bytearray | None) -> None:
        """One key: its kind, its length, itself."""
        if secret and kind not in PUBLIC:
            head = f"{kind}:{len(secret)}:".encode()
            os.writev(self._pipe, [head, memoryview(secret)])


def listen_in(teller: Teller) -> None:
    """Have every key of the store told."""
    import store.crypto.keys as keys
    import store.crypto.keystore as keystore
    import store.crypto.sealing as sealing

    class Telling:
        def __init__(self, **cost: Any) -> None:
            self._kdf = Argon2id(**cost)

        def derive_into(self, secret: bytes, target: bytearray) -> None:
            self._kdf.derive_into(secret, target)
            teller.tell("root of a key file", target)

    setattr(keystore, "Argon2id", Telling)  # noqa: B010 (a name that it imports)
    _everywhere("expand", keys.expand, lambda args, found: teller.tell(args[1], found))
    _everywhere("_seal", sealing._seal, lambda args, _: teller.tell("key of a box", args[0]))
    _everywhere("_open", sealing._open, lambda args, _: teller.tell("key of a box", args[0]))
    for kind in (keys.SealingSecret, keys.SigningSecret):
        _after(kind, "__init__", lambda args, _: teller.tell(type(args[0]).__name__, args[0].raw))
    _after(keys.SealingSecret, "open", lambda _, found: teller.tell("granted key", found))


def _everywhere(name: str, original: Any, then: Callable[[Any, Any], None]) -> None:
    """Put a telling function wherever modules of the store know one by its name."""

    @functools.wraps(original)
    def telling(*args: Any, **named: Any) -> Any:
        found = original(*args, **named)
        then(args, found)
        return found

    for module in [one for one in sys.modules.values() if one.__name__.startswith("store")]:
        if getattr(module, name, None) is original:
            setattr(module, name, telling)


def _after(owner: Any, name: str, then: Callable[[Any, Any], None]) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def telling(*args: Any, **named: Any) -> Any:
        found = original(*args, **named)
        then(args, found)
        return found

    setattr(owner, name, telling)


def be_app(folder: Path) -> int:
    """The whole program, on a study."""
    from cati.program import main as cati_main

    sys.argv = ["cati", "--study", str(folder)]
    return cati_main()


def be_command(folder: Path) -> int:
    """Make, hand in and read a case, and lock; then wait to be looked at."""
    from store import open_study

    study = open_study(folder)
    access = study.unlock(NAME, PASSPHRASE)
    fingerprint = study.instruments[0].fingerprint
    case_id = access.add_case(
        label="Second", identity={}, instrument=fingerprint, mode="interview", assignee=NAME
    )
    case = access.open_case(case_id)
    case.append({"e": "set", "v": ANSWER})
    _pause("at work")
    case.submit({"answers": [ANSWER]})
    access.read_submitted(case_id)
    access.lock()
    _pause("locked")
    study.close()
    return 0


def _pause(words: str) -> None:
    sys.stdout.write(f"now {words}\n")
    sys.stdout.flush()
    sys.stdin.readline()


# --- the parent -----------------------------------------------------------------------------------


class Heard:
    """What came through the pipe."""

    def __init__(self, pipe: Path) -> None:
        """Make the pipe, and listen in a thread."""
        os.mkfifo(pipe)
        self._told = bytearray()
        self._thread = threading.Thread(target=self._listen, args=(pipe,), daemon=True)
        self._thread.start()

    def _listen(self, pipe: Path) -> None:
        with pipe.open("rb", buffering=0) as file:
            while found := file.read(65536):
                self._told += found

    def keys(self) -> dict[str, set[bytes]]:
        """Keys so far, by their kind."""
        told, at = bytes(self._told), 0
        found: dict[str, set[bytes]] = defaultdict(set)
        while at < len(told):
            kind, size, _ = told[at : at + 80].split(b":", 2)
            at += len(kind) + len(size) + 2
            found[kind.decode()].add(told[at : at + int(size)])
            at += int(size)
        return found


def copies(pid: int, wanted: set[bytes]) -> dict[bytes, int]:
    """How often each text stands in what a program has written into its memory."""
    counts = dict.fromkeys(wanted, 0)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *rest = line.split()
            if not rights.startswith("rw") or rest[-1:] == ["[vvar]"]:
                continue
            start, end = (int(one, 16) for one in place.split("-"))
            memory.seek(start)
            try:
                content = memory.read(end - start)
            except OSError:
                continue
            for one in wanted:
                counts[one] += content.count(one)
    return counts


@dataclass
class Look:
    """One search of a program's memory."""

    keys: int = 0
    """Different keys looked for."""
    found: dict[str, int] = field(default_factory=dict)
    """Copies by kind of key; kinds without any are left out."""
    answers: int = 0
    passphrases: int = 0

    @property
    def copies(self) -> int:
        """Copies of any key."""
        return sum(self.found.values())


PIECE = 16
"""Bytes: memory that is given back loses its beginning to the allocator, and keeps the rest."""


def pieces(key: bytes) -> list[bytes]:
    """All parts of a key of which none stands anywhere by chance."""
    return [key[at : at + PIECE] for at in range(0, len(key) - PIECE + 1, PIECE)]


def look(terminal: Terminal, heard: Heard) -> Look:
    """Search the memory of the program in a terminal."""
    told = heard.keys()
    everything = {one for kind in told.values() for one in kind}
    texts = {ANSWER.encode(), PASSPHRASE.encode()}
    parts = {part for one in everything for part in pieces(one)}
    counts = copies(terminal.process.pid, parts | texts)
    by_kind = {
        kind: sum(max(counts[part] for part in pieces(one)) for one in ones)
        for kind, ones in told.items()
    }
    return Look(
        len(everything),
        {kind: count for kind, count in by_kind.items() if count},
        counts[ANSWER.encode()],
        counts[PASSPHRASE.encode()],
    )


def child(kind: str, folder: Path, pipe: Path) -> Terminal:
    """Start a child of ours in a terminal."""
    words = ["-m", "tests.campaigns.memory_after_lock", "--child", kind, str(folder), str(pipe)]
    return Terminal(words, {"XDG_CONFIG_HOME": str(pipe.parent), "COLUMNS": "80"})


def look_at_app(folder: Path) -> dict[str, Look]:
    """The app: at a question with answers given, then locked."""
    heard = Heard(folder / "pipe-app")
    terminal = child("app", folder / "study", folder / "pipe-app")
    try:
        terminal.until("Your passphrase")
        terminal.send(NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r")
        terminal.until("Open")
        terminal.send(b"\r")
        terminal.until("Read this aloud")
        terminal.send(b"\ry\r3\r2\r")
        terminal.until("Which rooms are there?")
        terminal.send(b"\x1bOQ" + ANSWER.encode() + b"\r")
        terminal.until("1 remark")
        found = {"app at work": look(terminal, heard)}
        terminal.raw = b""
        terminal.send(b"\x0c")
        terminal.until("Locked.")
        found["app locked"] = look(terminal, heard)
        terminal.send(b"\x11")
        terminal.until_end()
    finally:
        terminal.close()
    return found


def look_at_command(folder: Path) -> dict[str, Look]:
    """A case made, submitted and read, with keys in use and after the lock."""
    heard = Heard(folder / "pipe-command")
    terminal = child("command", folder / "study", folder / "pipe-command")
    found = {}
    try:
        for words in ("at work", "locked"):
            terminal.until(f"now {words}")
            found[f"command {words}"] = look(terminal, heard)
            terminal.send(b"\r")
        terminal.until_end()
    finally:
        terminal.close()
    return found


def campaign(folder: Path, *, app: bool = True) -> dict[str, Look]:
    """Both children, or the one without the app."""
    household_study(folder).close()
    return (look_at_app(folder) if app else {}) | look_at_command(folder)


def passed(found: dict[str, Look]) -> bool:
    """No key after a lock, and keys before."""
    return all(
        (one.copies == 0) if name.endswith("locked") else (one.copies > 0 and one.answers > 0)
        for name, one in found.items()
    )


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--child", nargs=3, metavar=("KIND", "FOLDER", "PIPE"))
    said = parser.parse_args()
    if said.child:
        kind, folder, pipe = said.child
        listen_in(Teller(Path(pipe)))
        return be_app(Path(folder)) if kind == "app" else be_command(Path(folder))
    if not Path("/proc/self/mem").exists():
        tell("This looks at memory through /proc, which is not here.")
        return 0
    with tempfile.TemporaryDirectory() as place:
        found = campaign(Path(place))
    for name, one in found.items():
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(one.found.items()))
        tell(
            f"{name:<16} {one.keys} keys looked for, {one.copies} copies ({kinds or 'none'}); "
            f"answers {one.answers}, passphrase {one.passphrases}"
        )
    return int(not passed(found))


if __name__ == "__main__":
    sys.exit(main())
