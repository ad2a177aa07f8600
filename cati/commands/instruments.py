"""`cati instrument`: check and format one, see what is untranslated; take it into a study."""

import typer

from cati.commands.format import format_instrument
from cati.commands.passphrases import Passphrases
from cati.commands.shared import (
    FolderArgument,
    JsonOption,
    PassphraseOption,
    PersonOption,
    StudyOption,
    instrument_folder,
    opened,
    say,
    say_json,
    say_table,
    unlocked,
)
from cati.commands.translations import translations
from cati.refusal import Refusal

app = typer.Typer(
    help="Instruments: check, format, translations, add to a study, list.", no_args_is_help=True
)
app.command("translations")(translations)
app.command("format")(format_instrument)


@app.command("check")
def check(folder: FolderArgument, as_json: JsonOption = False) -> None:
    """Read an instrument and print every problem as file:line:column.

    Once it can be read, what its answers could not be exported for is printed, too. Exit code 0
    when there is no problem, 1 when there are some.
    """
    from cati.export import export_problems
    from instrument import InstrumentError, read_instrument

    place = instrument_folder(folder)
    try:
        read = read_instrument(place)
    except InstrumentError as error:
        if as_json:
            say_json(
                {
                    "problems": [
                        {
                            "file": one.source.file,
                            "line": one.source.line,
                            "column": one.source.column,
                            "code": one.code,
                            "text": one.text,
                            "hint": one.hint,
                        }
                        for one in error.problems
                    ]
                }
            )
        else:
            for one in error.problems:
                say(f"{place / one.source.file}{str(one).removeprefix(one.source.file)}")
            _count(len(error.problems))
            say(f"`cati explain {error.problems[0].code}` says more about the first.", err=True)
        raise typer.Exit(1) from None
    unfit = export_problems(read)
    if unfit:
        if as_json:
            say_json({"problems": [{"code": "export", "text": text} for text in unfit]})
        else:
            for text in unfit:
                say(f"{place}: {text} [export]")
            _count(len(unfit))
        raise typer.Exit(1)
    figures = {
        "name": read.name,
        "version": read.version,
        "fingerprint": read.fingerprint,
        "sections": len(read.sections),
        "items": len(read.items),
    }
    if as_json:
        say_json({"problems": [], **figures})
    else:
        say(
            f"{read.name} {read.version}: no problems in {_number(len(read.items), 'item')} of "
            f"{_number(len(read.sections), 'section')}. Fingerprint {read.fingerprint[:16]}."
        )


def _count(problems: int) -> None:
    say(f"{_number(problems, 'problem')}.", err=True)


def _number(count: int, what: str) -> str:
    """`1 section`, `2 sections`."""
    return f"{count} {what}{'s' if count != 1 else ''}"


@app.command("add")
def add(
    context: typer.Context,
    folder: FolderArgument,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Take an instrument into a study (by an administrator); it must be without problems."""
    from cati.export import export_problems
    from cati.library import take_in
    from instrument import read_instrument

    place = instrument_folder(folder)
    unfit = export_problems(read_instrument(place))
    if unfit:
        more = f" ({len(unfit) - 1} more: see cati instrument check)" if len(unfit) > 1 else ""
        raise Refusal(f"{place}: its answers could not be exported. {unfit[0]}{more}")
    with unlocked(context, study, acting, Passphrases(passphrase_file)) as access:
        read = take_in(access, place)
    say(
        f"{read.name} {read.version} belongs to the study now. Fingerprint {read.fingerprint[:16]}."
    )


@app.command("list")
def list_instruments(
    context: typer.Context, study: StudyOption = None, as_json: JsonOption = False
) -> None:
    """List the instruments of a study."""
    with opened(context, study) as found:
        cards = found.instruments
    if as_json:
        say_json(
            [
                {"name": one.name, "version": one.version, "fingerprint": one.fingerprint}
                for one in cards
            ]
        )
        return
    say_table(
        ("name", "version", "fingerprint"),
        [(one.name, one.version, one.fingerprint[:16]) for one in cards],
    )
    if not cards:
        from cati.library import shipped_instruments

        say(f"With cati come: {', '.join(shipped_instruments())}.", err=True)
