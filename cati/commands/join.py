"""`cati join`: take part in a study that is on a server."""

from pathlib import Path
from typing import Annotated

import typer

from cati.commands.shared import say
from cati.refusal import Refusal


def join(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="FOLDER")],
    database: Annotated[
        str,
        typer.Option(
            "--database",
            metavar="URL",
            help="The study's database, such as postgresql://ina@db.example.org/households?"
            "sslmode=verify-full. Never with a password: that belongs in ~/.pgpass.",
        ),
    ],
    fingerprint: Annotated[
        str,
        typer.Option(
            "--fingerprint",
            metavar="TEXT",
            help="The study's fingerprint, as its administrator printed it.",
        ),
    ],
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Your key file, NAME.key, as the administrator gave it to you.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a folder for a study that is on a PostgreSQL server.

    The folder gets the study's manifest, instruments and notices, each checked against the
    fingerprint that you type. Answers stay on the server; your key file stays here.
    """
    from store import join_study
    from store.files import write_file

    name, content = _key_file(key)
    study = join_study(folder, database=database, fingerprint=fingerprint)
    try:
        if content is not None:
            write_file(study.folder / "keys" / name, content)
        say(f"The study {study.title} is in {folder}.")
        if content is None:
            say(f"Put your key file into {folder / 'keys'}, then open the study there with cati.")
        else:
            say("Open it there with cati.")
    finally:
        study.close()


def _key_file(file: Path | None) -> tuple[str, bytes | None]:
    """Its name and content, before anything is made."""
    from store.files import read_limited

    if file is None:
        return "", None
    if file.suffix != ".key":
        raise Refusal(f"{file}: a key file is called NAME.key, with your login name.")
    try:
        return file.name, read_limited(file, 65_536)
    except (OSError, ValueError):
        raise Refusal(f"{file}: the key file cannot be read.") from None
