"""The command line. What a command needs is imported when it runs."""

import io
from pathlib import Path
from typing import Annotated

import typer

from cati import LEFT_BY_KEY
from cati.commands import (
    backup,
    case,
    erase,
    importing,
    instruments,
    keys,
    pace,
    policy,
    review,
    user,
)
from cati.commands.asking import LEFT
from cati.commands.audit import audit
from cati.commands.check import check
from cati.commands.codebook import codebook
from cati.commands.deck import deck
from cati.commands.demo import demo
from cati.commands.diff import diff
from cati.commands.examples import Sections, complete
from cati.commands.explain import explain
from cati.commands.export import export
from cati.commands.init import init
from cati.commands.interview import interview, open_app, preview
from cati.commands.join import join
from cati.commands.map import map_
from cati.commands.packets import receive, send
from cati.commands.replay import replay
from cati.commands.restore import restore
from cati.commands.schema import schema
from cati.commands.settings import settings
from cati.commands.shared import MANIFEST, Start, find_study
from cati.commands.simulate import simulate
from cati.commands.upgrade import upgrade
from cati.commands.verify import verify
from cati.errors import known_errors, sentence
from cati.hardening import harden
from cati.safe import display_safe

app = typer.Typer(
    name="cati",
    cls=Sections,
    help="Computer-assisted telephone interviewing in the terminal.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo)
app.command("interview")(interview)
app.command("preview")(preview)
app.command("check")(check)
app.command("diff")(diff)
app.command("map")(map_)
app.command("deck")(deck)
app.command("replay")(replay)
app.command("export")(export)
app.command("verify")(verify)
app.command("audit")(audit)
app.command("upgrade")(upgrade)
app.command("send")(send)
app.command("receive")(receive)
app.command("restore")(restore)
app.command("codebook")(codebook)
app.command("simulate")(simulate)
app.command("explain")(explain)
app.command("schema")(schema)
app.command("settings")(settings)
app.command("init")(init)
app.command("join")(join)
app.add_typer(user.app, name="user")
app.add_typer(policy.app, name="study")
app.add_typer(instruments.app, name="instrument")
app.add_typer(importing.app, name="import")
app.add_typer(case.app, name="case")
app.add_typer(review.app, name="review")
app.add_typer(pace.app, name="pace")
app.add_typer(backup.app, name="backup")
app.add_typer(erase.app, name="erase")
app.add_typer(keys.app, name="keys")
complete(app)


@app.callback()
def start(
    context: typer.Context,
    study: Annotated[
        Path | None,
        typer.Option(
            "--study",
            metavar="FOLDER",
            envvar="CATI_STUDY",
            help="The study's folder; by default the current folder.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Computer-assisted telephone interviewing in the terminal.

    Without a command: opens the study in the current folder (or --study) at its cases. `cati demo`
    opens a practice study that needs no set-up.
    """
    context.obj = Start(study)
    if context.invoked_subcommand is None:
        if study is None and not (Path.cwd() / MANIFEST).is_file():
            typer.echo(context.get_help())
            return
        open_app(find_study(context, study))


def main() -> int:
    """Run one command.

    Returns:
        0 when it did what was asked; 1 when it has findings to show; 2 when it could not be done,
        with one sentence about why on standard error, or when somebody said no; 130 when somebody
        left with Ctrl+C, at a question or in the midst of work, or a question with Ctrl+D.
    """
    harden()
    try:
        code = typer.main.get_command(app).main(prog_name="cati", standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except typer.Abort:
        typer.echo(LEFT, err=True)
        return LEFT_BY_KEY
    except typer.TyperException as error:
        return _refused(error)
    except known_errors() as error:
        typer.echo(display_safe(sentence(error)), err=True)
        return 2
    return code if isinstance(code, int) else 0


def _refused(error: typer.TyperException) -> int:
    """Say what is wrong with a command line; it may quote the name of any file."""
    told = io.StringIO()
    show = getattr(error, "show", None)
    if show is not None:
        show(told)
    typer.echo(display_safe(told.getvalue() or f"{error}\n"), err=True, nl=False)
    return int(getattr(error, "exit_code", 2))
