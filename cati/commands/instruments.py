"""`cati instrument`: check and format one, see what is untranslated; take it into a study."""

import typer

from cati.commands.acting import Acting, acting
from cati.commands.check import check
from cati.commands.deck import deck
from cati.commands.diff import diff
from cati.commands.format import format_instrument
from cati.commands.shared import (
    FolderArgument,
    JsonOption,
    StudyOption,
    instrument_folder,
    opened,
    say,
    say_json,
    say_table,
)
from cati.commands.translations import translations
from cati.refusal import Refusal

app = typer.Typer(
    help="Instruments: check, diff, format, translations, add to a study, list.",
    no_args_is_help=True,
)
app.command("check")(check)
app.command("translations")(translations)
app.command("format")(format_instrument)
app.command("diff")(diff)
app.command("deck")(deck)


@app.command("add")
@acting
def add(
    me: Acting,
    folder: FolderArgument,
) -> None:
    """Take an instrument into a study (by an administrator); it must be without problems."""
    from cati.export import export_problems
    from cati.library import take_in
    from instrument import read_instrument

    place = instrument_folder(folder)
    unfit = export_problems(read_instrument(place))
    if unfit:
        more = f" ({len(unfit) - 1} more: see cati check)" if len(unfit) > 1 else ""
        raise Refusal(f"{place}: its answers could not be exported. {unfit[0]}{more}")
    with me.unlocked() as access:
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
