"""What the campaigns against the store share: a small study, cheap keys, printing, options."""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from store import JSON, keystore


def tell(text: str) -> None:
    """Print a line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def cheap_keys() -> Iterator[None]:
    """Remember what the real key derivation gave for the same file and passphrase.

    A fifth of a second each, and a campaign unlocks thousands of times.
    """
    real = keystore._derive
    known: dict[object, tuple[bytes, bytes]] = {}

    def derive(fields: dict[str, JSON], passphrase: str) -> tuple[bytearray, bytes]:
        question = (keystore._context(fields), fields["salt"], passphrase)
        if question not in known:
            derived, commitment = real(fields, passphrase)
            known[question] = bytes(derived), commitment
        key, commitment = known[question]
        return bytearray(key), commitment

    with mock.patch.object(keystore, "_derive", derive):
        yield


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder for a while, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def options(doc: str | None, size: int, **flags: str) -> argparse.Namespace:
    """The arguments of a campaign: `--size`, `--seed`, `--control` and its own flags."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=size)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="plant the fault; must be noticed")
    for name, said in flags.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=said)
    return parser.parse_args()
