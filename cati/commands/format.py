"""`cati instrument format`: the files of an instrument in the normal form, with their comments."""

import difflib
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from cati.commands.shared import FolderArgument, counted, instrument_folder, say
from cati.refusal import Refusal


def format_instrument(
    folder: FolderArgument,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; name the files that would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print what would change.")
    ] = False,
) -> None:
    """Rewrite the files of an instrument in the normal form; comments stay.

    Keys in the order of the reference, two columns of indentation, lines of 100 columns, quotes
    only where they are needed. What the instrument means never changes. With --check the exit code
    is 1 when a file is not in the normal form.
    """
    from instrument import InstrumentError, instrument_files
    from instrument.formatting import FormattingError, format_files

    place = instrument_folder(folder)
    if not (check or diff) and not Path(folder).is_dir():
        raise Refusal(
            f"{folder} comes with cati and is not rewritten: use --check or --diff, or name the "
            "folder of an instrument of your own."
        )
    files = instrument_files(place)
    try:
        formatted = format_files(files)
    except InstrumentError as error:
        for one in error.problems:
            say(f"{place / one.source.file}{str(one).removeprefix(one.source.file)}")
        say("Nothing was written: these files cannot be read.", err=True)
        raise typer.Exit(1) from None
    except FormattingError as error:
        raise Refusal(f"{place}: {error}") from None
    changed = {name: text for name, text in formatted.items() if text.encode() != files[name]}
    if diff:
        _show(place, files, changed)
    elif check:
        for name in changed:
            say(f"{place / name} is not in the normal form.")
    else:
        for name, text in changed.items():
            _replace(place / name, text)
            say(f"{place / name} is in the normal form now.")
    others = f"{len(files) - len(changed)} of {counted(len(files), 'file')}"
    say(f"{others} {'are' if check or diff else 'were'} in the normal form.", err=True)
    if check and changed:
        raise typer.Exit(1)


def _show(place: Path, files: Mapping[str, bytes], changed: Mapping[str, str]) -> None:
    for name, text in changed.items():
        before = files[name].decode("utf-8-sig").splitlines()
        path = str(place / name)
        for line in difflib.unified_diff(before, text.splitlines(), path, path, lineterm=""):
            say(line)


def _replace(path: Path, text: str) -> None:
    """Write a file so that at any moment it is either the old one or the new one, whole."""
    path = path.resolve()
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8", newline="\n")
        shutil.copymode(path, new)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise Refusal(f"{path} cannot be written: {reason}.") from None
