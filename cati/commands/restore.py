"""`cati restore`: a study from a backup, in a new folder."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import PassphraseOption
from cati.commands.asking import agreed, patience
from cati.commands.passphrases import Passphrases
from cati.commands.shared import JsonOption, counted, say, say_json
from cati.places import seen_folder
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store.backup.restoring import Restored


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder for the restored study.")
    ],
    keys: Annotated[
        Path,
        typer.Option(
            "--keys",
            metavar="FOLDER",
            help="The folder with the key files (NAME.key), which no backup holds.",
        ),
    ],
    acting: Annotated[
        str,
        typer.Option("--as", metavar="NAME", envvar="CATI_NAME", help="An administrator's name."),
    ],
    current: Annotated[
        Path | None,
        typer.Option(
            "--current",
            metavar="FOLDER",
            help="The study folder that is replaced, as far as it is still there: what was erased "
            "and who was removed since the backup is taken from it.",
            show_default=False,
        ),
    ] = None,
    certificate: Annotated[
        list[Path] | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            help="A certificate of erasure that may be newer than the backup; several times for "
            "more.",
            show_default=False,
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="An empty database on a PostgreSQL server, onto which the study goes; the folder "
            "then names it. Never with a password: that belongs in ~/.pgpass.",
            show_default=False,
        ),
    ] = None,
    older_is_fine: Annotated[
        bool, typer.Option("--older-is-fine", help="Restore although later work is lacking.")
    ] = False,
    unsigned_is_fine: Annotated[
        bool,
        typer.Option("--unsigned-is-fine", help="Restore what was saved before an upgrade."),
    ] = False,
    altered_is_fine: Annotated[
        bool,
        typer.Option(
            "--altered-is-fine",
            help="Restore although the audit in --current was altered and may hide erasures.",
        ),
    ] = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore a study from a backup into a new folder (by an administrator).

    Checks signature, hashes and database, erases again what was erased since, fences off programs
    that still write, and says what is older than what you have. Exit code 1 when the restored study
    has problems.
    """
    from store.backup.known import OlderBackup
    from store.backup.restoring import Consent
    from store.backup.restoring import restore as restore_from

    passphrase = Passphrases(passphrase_file).ask(acting)
    consent = Consent(older=older_is_fine, unsigned=unsigned_is_fine, altered=altered_is_fine)

    def attempt(consent: Consent) -> "Restored":
        with patience("Restoring"):
            return restore_from(
                file,
                folder,
                keys_from=keys,
                name=acting,
                passphrase=passphrase,
                current=current,
                certificates=certificate or (),
                consent=consent,
                seen=seen_folder(),
                database=database,
            )

    try:
        done = attempt(consent)
    except OlderBackup as older:
        if not sys.stdin.isatty():
            raise
        say(str(older), err=True)
        if not agreed("Restore it all the same?"):
            raise Refusal("Nothing was restored.") from None
        done = attempt(replace(consent, older=True))
    _tell(done, as_json, informed=current is not None or bool(certificate))
    if done.problems:
        raise typer.Exit(1)


def _tell(done: "Restored", as_json: bool, *, informed: bool) -> None:
    """Say what was done; `informed` is whether anything told what happened after the backup."""
    if as_json:
        say_json(
            {
                "folder": str(done.folder),
                "cases": done.cases,
                "erased_again": done.erased_again,
                "lacks": done.older or None,
                "without_keys": list(done.without_keys),
                "problems": list(done.problems),
                "unchecked": list(done.unchecked),
            }
        )
        return
    say(f"Restored to {done.folder}: {counted(done.cases, 'case')}.")
    if done.older:
        say(f"It lacks {done.older}.")
    if done.erased_again:
        say(f"Erased again: {done.erased_again} of the erasures since the backup.")
    for name in done.without_keys:
        say(f"The key file of {name} was not found: put {name}.key into its folder keys.")
    for sentence in done.unchecked:
        say(sentence)
    for sentence in done.problems:
        say(f"Problem: {sentence}")
    if not done.problems and informed:
        say("No problem found.")
    elif not done.problems:
        say(
            "What the backup held is sound. Whoever was removed and what was erased since it was "
            "made is back: give --current or --certificate."
        )
    say("Whoever goes on in it and saw later entries takes it with: cati user accept-restored")
