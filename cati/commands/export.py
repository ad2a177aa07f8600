"""`cati export`: submitted cases as data files, by the data manager."""

from pathlib import Path
from typing import Annotated

import typer

from cati.commands.passphrases import Passphrases
from cati.commands.shared import (
    JsonOption,
    PassphraseOption,
    PersonOption,
    StudyOption,
    say,
    say_json,
    unlocked,
)


def export(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the files go.")],
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write submitted cases."""
