"""`cati interview` and `cati preview`: ask the questions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import PersonOption
from cati.commands.shared import (
    FolderArgument,
    StudyOption,
    find_study,
    instrument_folder,
    one_of,
    require_terminal,
)

if TYPE_CHECKING:
    from store import Study


def interview(
    context: typer.Context,
    acting: PersonOption = None,
    study: StudyOption = None,
    language: Annotated[
        str | None,
        typer.Option("--language", help="Spoken in fresh cases, such as es; ^T changes it."),
    ] = None,
) -> None:
    """Open a study at its cases. The passphrase is asked on the screen."""
    open_app(find_study(context, study), acting, language)


def open_app(folder: Path, name: str | None = None, language: str | None = None) -> None:
    """Run the app on a study until it is closed.

    Args:
        folder: the study's.
        name: who is to unlock it.
        language: spoken in fresh cases of the instruments that have it.

    Raises:
        Refusal: no instrument of the study has the language.
        typer.Exit: with the app's exit code.
    """
    require_terminal()
    from cati.app import run
    from cati.library import practice_scripts
    from cati.places import seen_folder
    from store import open_study

    study = open_study(folder, seen=seen_folder())
    try:
        if language is not None:
            one_of(language, _languages(study), "language of this study")
        code = run(study, name=name, language=language, practice=practice_scripts(study))
    finally:
        study.close()
    raise typer.Exit(code)


def _languages(study: "Study") -> list[str]:
    """Every language that an instrument of a study has."""
    from cati.library import read_kept

    read = [
        read_kept(study.instrument_folder(card.fingerprint), card.fingerprint)
        for card in study.instruments
    ]
    return list(dict.fromkeys(code for one in read for code in one.languages))


def preview(
    folder: FolderArgument,
    mode: Annotated[
        str | None,
        typer.Option("--mode", help="One of the instrument's modes; its first by default."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", help="One of the instrument's languages; its first by default."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with changes of the files as they are saved.")
    ] = False,
) -> None:
    """Walk through an instrument line by line, without a study. Nothing is kept.

    With --watch it is read again whenever one of its files is saved: answers that still fit are
    kept, problems are listed and the version before goes on.
    """
    from cati.walk import walk
    from instrument import read_instrument

    place = instrument_folder(folder)
    read = read_instrument(place)
    chosen = one_of(mode, list(read.modes), "mode") if mode else next(iter(read.modes))
    if language is not None:
        one_of(language, list(read.languages), "language of this instrument")
    walk(read, chosen, language, watch=place if watch else None)
