"""Puts the files of an imported instrument into a folder of their own."""

from collections.abc import Mapping
from pathlib import Path

from cati.importing.errors import ImportingError


def save(files: Mapping[str, str], folder: Path) -> None:
    """Write the files into a folder that is new or empty.

    Raises:
        ImportingError: the folder holds something already, or is a file.
        OSError: it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise ImportingError(f"{folder}: this is a file; name a folder that is new or empty.")
    if folder.is_dir() and any(folder.iterdir()):
        raise ImportingError(f"{folder}: the folder is not empty; name one that is new or empty.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
