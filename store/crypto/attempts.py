"""The growing delay after wrong passphrases: 1, 2, 4 … 60 seconds, counted for each key file.

The count stands in a small file beside the key file, and tries wait for one another, so that many
programs at once get no more of them than one. It slows down whoever sits at the keyboard;
against a copy of the key file only the cost of the derivation helps.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from store import canonical
from store.clock import Clock
from store.errors import TooSoon, WrongPassphrase
from store.files import file_errors, read_limited, sync_folder, write_file

LONGEST = 60.0


def delay(failures: int) -> float:
    """Seconds to wait after that many wrong passphrases in a row."""
    return 0.0 if failures <= 0 else min(LONGEST, 2.0 ** min(failures - 1, 10))


@contextlib.contextmanager
def one_try(path: Path, now: Clock) -> Iterator[None]:
    """A try of a passphrase, alone among all programs that try the same key file here.

    Args:
        path: the file with the count; the lock is held on the key file beside it.
        now: the clock.

    Raises:
        TooSoon: the delay after wrong ones before has not passed.
        WrongPassphrase: from the block; it is counted.
    """
    with _alone(path.with_suffix(".key")):
        _require_patience(path, now())
        try:
            yield
        except WrongPassphrase:
            failures, _ = _read(path)
            _write(path, failures + 1, now().timestamp())
            raise
        _forget_failures(path)


def _require_patience(path: Path, now: datetime) -> None:
    """Raise TooSoon while the delay runs. A clock set back makes the wait no shorter."""
    failures, last = _read(path)
    elapsed = now.timestamp() - last
    if elapsed < 0:
        elapsed = 0.0
        _write(path, failures, now.timestamp())
    remaining = delay(failures) - elapsed
    if remaining > 0:
        raise TooSoon(remaining)


def _forget_failures(path: Path) -> None:
    """Begin anew after a right passphrase."""
    if path.exists():
        with file_errors(path.name):
            path.unlink(missing_ok=True)
            sync_folder(path.parent)


@contextlib.contextmanager
def _alone(key_file: Path) -> Iterator[None]:
    """Wait until no other program tries this key file; the lock ends with the program.

    A file system without locks is one on which the delay holds for each program by itself.
    """
    try:
        handle = os.open(key_file, os.O_RDONLY)
    except OSError:
        yield  # reading it will tell what is wrong with it
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(path: Path) -> tuple[int, float]:
    """Failures and time of the last; an unreadable file counts as one failure long ago."""
    try:
        fields = canonical.decode_object(read_limited(path, 1024))
        failures, last = fields["failures"], fields["last_ms"]
    except FileNotFoundError:
        return 0, 0.0
    except (OSError, ValueError, KeyError):
        return 1, 0.0
    if type(failures) is not int or type(last) is not int or failures < 0:
        return 1, 0.0
    return failures, last / 1000


def _write(path: Path, failures: int, last: float) -> None:
    write_file(path, canonical.encode({"failures": failures, "last_ms": int(last * 1000)}))
