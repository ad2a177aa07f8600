"""`cati init`: start a study."""

from pathlib import Path
from typing import Annotated

import typer

from cati.commands.acting import PassphraseOption
from cati.commands.asking import patience
from cati.commands.passphrases import Passphrases
from cati.commands.shared import say


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="FOLDER")],
    title: Annotated[str, typer.Option("--title", help="What the study is called on screen.")],
    administrator: Annotated[
        str,
        typer.Option("--administrator", metavar="NAME", help="Login name of the administrator."),
    ],
    data_manager: Annotated[
        str | None,
        typer.Option(
            "--data-manager",
            metavar="NAME",
            help="Login name of the data manager, when that is somebody else.",
            show_default=False,
        ),
    ] = None,
    practice: Annotated[
        bool, typer.Option("--practice", help="A practice study: never holds live cases.")
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="An empty database on a PostgreSQL server, such as "
            "postgresql://db.example.org/households?sslmode=verify-full; without it the study's "
            "database is a file in the folder. Never with a password: that belongs in ~/.pgpass.",
            show_default=False,
        ),
    ] = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Start a study in a folder of its own.

    Asks for a new passphrase for the administrator, and for the data manager if that is another
    person. Nobody can reset a passphrase; who loses it loses what it opens.
    """
    from store import KdfCost, NewPerson, Role, create_study
    from store.databases.server import place
    from store.team.founding import require_new_folder

    if database is not None:
        place(database)
    require_new_folder(folder)  # refused before anybody types a passphrase
    manager = data_manager or administrator
    other = manager if manager != administrator else None
    passphrases = Passphrases(passphrase_file, administrator, other)
    roles: dict[str, set[Role]] = {administrator: {Role.ADMINISTRATOR}}
    roles.setdefault(manager, set()).add(Role.DATA_MANAGER)
    people = [
        NewPerson(name, frozenset(held), passphrases.ask_new(name)) for name, held in roles.items()
    ]
    with patience("Making the keys"):
        study = create_study(
            folder,
            title=title,
            kind="practice" if practice else "live",
            people=people,
            cost=KdfCost.DEFAULT,
            database=database,
        )
    fingerprint = study.fingerprint
    study.close()
    say(f"The study {title} is in {folder}.")
    if database is not None:
        say(f"Its fingerprint, to print for everyone who joins: {fingerprint}")
    say("Next: cati instrument add, cati user add, cati case add (each with --help).")
    if not practice:
        say("Before the first interview: cati keys sheets, then cati keys rehearse.")
