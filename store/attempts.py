"""The growing delay after wrong passphrases: 1, 2, 4 … 60 seconds, counted for each key file.

The count stands in a small file beside the key file. It slows down whoever sits at the keyboard;
against a copy of the key file only the cost of the derivation helps.
"""

from datetime import datetime
from pathlib import Path

from store import canonical
from store.errors import TooSoon
from store.files import file_errors, read_limited, sync_folder, write_file

LONGEST = 60.0


def delay(failures: int) -> float:
    """Seconds to wait after that many wrong passphrases in a row."""
    return 0.0 if failures <= 0 else min(LONGEST, 2.0 ** min(failures - 1, 10))


def require_patience(path: Path, now: datetime) -> None:
    """Raise TooSoon while the delay runs. A clock set back makes the wait no longer."""
    failures, last = _read(path)
    elapsed = now.timestamp() - last
    if elapsed < 0:
        elapsed = 0.0
        _write(path, failures, now.timestamp())
    remaining = delay(failures) - elapsed
    if remaining > 0:
        raise TooSoon(remaining)


def count_failure(path: Path, now: datetime) -> None:
    """Remember one more wrong passphrase."""
    failures, _ = _read(path)
    _write(path, failures + 1, now.timestamp())


def forget_failures(path: Path) -> None:
    """Begin anew after a right passphrase."""
    if path.exists():
        with file_errors(path.name):
            path.unlink(missing_ok=True)
            sync_folder(path.parent)


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
