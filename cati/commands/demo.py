"""`cati demo`: a ready practice study, opened at its cases."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cati.commands.shared import require_terminal, say


def demo(
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="FOLDER",
            help="Where the practice study is, or is to be made; a new temporary folder by "
            "default. A study that is there already is opened again.",
            show_default=False,
        ),
    ] = None,
    discard: Annotated[
        bool, typer.Option("--discard", help="Remove a temporary folder at the end.")
    ] = False,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Make the study and say where it is; open nothing.")
    ] = False,
) -> None:
    """Open a practice study: three invented cases, the respondent's lines beside the questions.

    It has a database and keys of its own and never touches live data. The folder stays until you
    remove it (or --discard), so that a data manager can export what was practiced.
    """
    if not prepare:
        require_terminal()
    from cati.demo import INTERVIEWER, PASSPHRASE, open_demo

    temporary = folder is None
    place = folder or Path(tempfile.mkdtemp(prefix="cati-practice-"))
    say(f"Making ready the practice study in {place} …", err=True)
    ready = open_demo(place)
    code = 0
    try:
        if not prepare:
            from cati.app import run
            from cati.practice import PracticeScripts

            scripts = PracticeScripts(ready.cases)
            code = run(ready.study, name=INTERVIEWER, passphrase=PASSPHRASE, practice=scripts)
    finally:
        ready.study.close()
        if temporary and discard:
            shutil.rmtree(place)
            say("The practice study is removed.")
        else:
            say(what_next(place))
    if code:
        raise typer.Exit(code)


def what_next(place: Path) -> str:
    """What can be done with a practice study, as commands to copy."""
    from cati.demo import DATA_MANAGER, PASSPHRASE, PEOPLE

    cati = command_to_type()
    return "\n".join(
        (
            f"The practice study is in {place}",
            f"  people       {', '.join(PEOPLE)}",
            f"  passphrase   {PASSPHRASE}   (the same for all of them)",
            f"  go on        {cati} demo --folder {place}",
            f"  as another   {cati} --study {place}",
            f"  export       {cati} export --study {place} --as {DATA_MANAGER} --to FOLDER",
            f"  remove       rm -r {place}",
        )
    )


def command_to_type() -> str:
    """How cati is called from here: by its name, or by its path when the name would not find it."""
    installed = Path(sys.executable).with_name("cati")
    on_path = shutil.which("cati")
    if not installed.exists() or (on_path and Path(on_path).resolve() == installed.resolve()):
        return "cati"
    if installed.is_relative_to(Path.cwd()):
        return str(installed.relative_to(Path.cwd()))
    return str(installed)
