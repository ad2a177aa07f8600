"""`cati interview` and `cati preview`: ask the questions."""

from pathlib import Path
from typing import Annotated

import typer

from cati.commands.instruments import FolderArgument
from cati.commands.shared import (
    PersonOption,
    StudyOption,
    find_study,
    instrument_folder,
    one_of,
    require_terminal,
)


def interview(
    context: typer.Context,
    acting: PersonOption = None,
    study: StudyOption = None,
) -> None:
    """Open a study at its cases. The passphrase is asked on the screen."""
    open_app(find_study(context, study), acting)


def open_app(folder: Path, name: str | None = None) -> None:
    """Run the app on a study until it is closed.

    Raises:
        typer.Exit: with the app's exit code.
    """
    from cati.settings import scrub_environment

    require_terminal()
    scrub_environment()
    from cati.app import run
    from store import open_study

    study = open_study(folder)
    try:
        code = run(study, name=name)
    finally:
        study.close()
    raise typer.Exit(code)


def preview(
    folder: FolderArgument,
    mode: Annotated[
        str | None,
        typer.Option("--mode", help="One of the instrument's modes; its first by default."),
    ] = None,
) -> None:
    """Walk through an instrument line by line, without a study. Nothing is kept."""
    from cati.walk import walk
    from instrument import read_instrument

    read = read_instrument(instrument_folder(folder))
    chosen = one_of(mode, list(read.modes), "mode") if mode else next(iter(read.modes))
    walk(read, chosen)
