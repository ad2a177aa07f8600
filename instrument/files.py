"""The files of an instrument's folder."""

from pathlib import Path
from typing import Final

from instrument.header import FILE
from instrument.problems import InstrumentError, Problem
from instrument.source import Source
from instrument.yaml_door import MAX_BYTES, clip

MAX_FILES: Final = 2_000
"""Most files of one instrument."""


def instrument_files(folder: Path) -> dict[str, bytes]:
    """The YAML files that stand directly in a folder, by name.

    Of a file that is too large only so much is read that the reader will refuse it.

    Raises:
        InstrumentError: the folder or one of its files cannot be read.
    """
    try:
        names = sorted(
            path.name for path in folder.iterdir() if path.suffix.lower() in (".yaml", ".yml")
        )
    except OSError as error:
        raise _unreadable(FILE, f"the folder '{folder}' cannot be opened", error) from None
    if len(names) > MAX_FILES:
        says = (
            f"the folder '{folder}' has {len(names):,} YAML files; at most {MAX_FILES:,} are read"
        )
        raise InstrumentError([Problem("file-unreadable", Source(FILE, 1, 1), says)])
    return {name: _read(folder / name) for name in names}


def _read(path: Path) -> bytes:
    if not path.is_file():
        says = "this is not a regular file"
        raise InstrumentError([Problem("file-unreadable", Source(clip(path.name), 1, 1), says)])
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path.name, "the file cannot be read", error) from None


def _unreadable(name: str, says: str, error: OSError) -> InstrumentError:
    reason = error.strerror or type(error).__name__
    return InstrumentError(
        [Problem("file-unreadable", Source(clip(name), 1, 1), f"{says}: {reason}")]
    )
