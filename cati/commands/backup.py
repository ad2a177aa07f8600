"""`cati backup`: backups of a study, made, listed, tried out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import Acting, acting
from cati.commands.shared import JsonOption, StudyOption, counted, opened, say, say_json, say_table
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import BackupReport
    from store.backup.retention import BackupCard

app = typer.Typer(help="Backups of a study: make, list, try out.", no_args_is_help=True)

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="FOLDER",
        help="The folder of the backups, best on another disk. Else the one in your settings.",
        show_default=False,
    ),
]


@app.command("make")
@acting
def make(
    me: Acting,
    folder: FolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Back up the study into one file (by anyone in it).

    It is written, read back and verified, or not there at all.

    Key files are not in it: keep copies of them elsewhere. Exit code 1 when the study itself has
    problems; the backup is there all the same.
    """
    place = backup_folder(folder)
    with me.unlocked() as access:
        made = access.backups.make(place)
    if as_json:
        say_json(
            {
                "file": str(made.path),
                "id": made.id,
                "bytes": made.size,
                "cases": made.cases,
                "audit_entries": made.audit_entries,
                "problems": list(made.problems),
            }
        )
    else:
        say(
            f"{made.path}: {counted(made.cases, 'case')}, "
            f"{counted(made.audit_entries, 'audit entry', 'audit entries')}, "
            f"{counted(made.size, 'byte')}."
        )
        for sentence in made.problems:
            say(f"Problem of the study: {sentence}")
        say("Try it out now and then: cati backup verify FILE. Key files are not in it.")
    if made.problems:
        raise typer.Exit(1)


@app.command("list")
def list_(
    context: typer.Context,
    folder: FolderOption = None,
    study: StudyOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the backups of the study, newest first, and which were never tried out."""
    from store.backup.retention import backups_in

    place = backup_folder(folder)
    with opened(context, study) as found:
        cards = backups_in(place, found.body)
        names = {person.id: person.name for person in found.body.people}
    if as_json:
        say_json([_as_json(card, names) for card in cards])
        return
    if not cards:
        say(f"There is no backup of this study in {place}.")
        return
    say_table(
        ("file", "made (UTC)", "by", "cases", "audit", "test-restored"),
        [
            (
                card.path.name,
                f"{card.made_at:%Y-%m-%d %H:%M}",
                names.get(card.made_by, "nobody (before an upgrade)"),
                str(card.cases),
                str(card.audit_entries),
                _tried(card),
            )
            for card in cards
        ],
    )


@app.command("verify")
@acting
def verify(
    me: Acting,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    as_json: JsonOption = False,
) -> None:
    """Try a backup out (by a data manager or administrator): restore it aside and check all of it.

    What is found sound is noted beside the file, under your signature. Exit code 1 when something
    is wrong.
    """
    from store.backup.retention import try_out

    with me.unlocked() as access:
        report = try_out(access, file)
    if as_json:
        say_json(_report_as_json(report))
    else:
        say(
            f"{file.name}: made {report.made_at:%Y-%m-%d %H:%M} UTC by "
            f"{report.made_by or 'nobody (before an upgrade)'}; "
            f"{counted(report.cases, 'case')}, "
            f"{counted(report.audit_entries, 'audit entry', 'audit entries')}, "
            f"{counted(report.erasures, 'erasure')}."
        )
        for sentence in report.unchecked:
            say(sentence)
        for sentence in report.problems:
            say(f"Problem: {sentence}")
        if report.ok:
            say("Test-restored, no problem found.")
    if not report.ok:
        raise typer.Exit(1)


def backup_folder(said: Path | None) -> Path:
    """The folder of the backups: as given, or as the settings name it.

    Raises:
        Refusal, SettingsError: there is none.
    """
    from cati.settings import read_settings, settings_path

    if said is not None:
        return said
    chosen = read_settings(settings_path()).backup
    if chosen is None:
        raise Refusal(
            "Say where backups go with --to FOLDER, or name a folder in your settings "
            f"({settings_path()}): `backup: {{folder: FOLDER}}`."
        )
    return Path(chosen.folder).expanduser()


def _tried(card: "BackupCard") -> str:
    if card.tried_at:
        return f"{card.tried_at[:10]} by {card.tried_by}"
    return "never" if card.sound else "never; not sound when made"


def _as_json(card: "BackupCard", names: dict[str, str]) -> dict[str, object]:
    return {
        "file": str(card.path),
        "id": card.id,
        "purpose": card.purpose,
        "made_at": card.made_at.isoformat(),
        "made_by": names.get(card.made_by),
        "sound": card.sound,
        "cases": card.cases,
        "audit_entries": card.audit_entries,
        "erasures": card.erasures,
        "tried_at": card.tried_at or None,
        "tried_by": card.tried_by or None,
    }


def _report_as_json(report: "BackupReport") -> dict[str, object]:
    return {
        "ok": report.ok,
        "id": report.id,
        "purpose": report.purpose,
        "made_at": report.made_at.isoformat(),
        "made_by": report.made_by or None,
        "cases": report.cases,
        "audit_entries": report.audit_entries,
        "erasures": report.erasures,
        "problems": list(report.problems),
        "unchecked": list(report.unchecked),
    }
