"""`cati check`: read an instrument, and prove it sound before anyone is called."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cati.commands.shared import FolderArgument, JsonOption, instrument_folder, say, say_json
from cati.refusal import Refusal

if TYPE_CHECKING:
    from instrument import Instrument, InstrumentError
    from skips.proof.check import Report

MISSING_EXTRA = (
    "The proof needs the extra `prove`, which is not installed: `pip install 'cati[prove]'`. "
    "With --quick it is left out."
)


def check(
    folder: FolderArgument,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only read the instrument; leave the proof out.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="List what was acknowledged, too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read an instrument, print every problem, and prove it over all answers there can be.

    Exit code 0 when there is no error that is not acknowledged, 1 when there are some, 2 when it
    could not be done.
    """
    from cati.export import export_problems
    from instrument import InstrumentError, read_instrument

    place = instrument_folder(folder)
    try:
        read = read_instrument(place)
    except InstrumentError as error:
        _tell_problems(error, place, as_json=as_json)
        raise typer.Exit(1) from None
    unfit = export_problems(read)
    if unfit:
        _tell_unfit(unfit, place, as_json=as_json)
        raise typer.Exit(1)
    if quick:
        if as_json:
            say_json({"problems": [], **_about(read)})
        else:
            say(_sound(read))
        return
    if find_spec("z3") is None:
        raise Refusal(MISSING_EXTRA)
    _tell_report(_proved(read), place, everything=everything)


def _proved(read: "Instrument") -> "Report":
    from skips.proof.check import check as prove

    return prove(read)


def _tell_report(report: "Report", place: Path, *, everything: bool) -> None:
    from cati.checking.excerpts import Excerpts
    from cati.checking.text import figures, finding_lines

    excerpts = Excerpts(place, shutil.get_terminal_size().columns)
    for one in report.findings:
        for line in finding_lines(one, report, place, excerpts):
            say(line)
    for one, reason in report.acknowledged if everything else ():
        for line in finding_lines(one, report, place, excerpts, reason):
            say(line)
    say(_sound(report.instrument))
    say(figures(report))
    if any(one.severity == "error" for one in report.findings):
        raise typer.Exit(1)


def _tell_problems(error: "InstrumentError", place: Path, *, as_json: bool) -> None:
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
        return
    for one in error.problems:
        say(f"{place / one.source.file}{str(one).removeprefix(one.source.file)}")
    say(f"{_number(len(error.problems), 'problem')}.", err=True)
    say(f"`cati explain {error.problems[0].code}` says more about the first.", err=True)


def _tell_unfit(unfit: list[str], place: Path, *, as_json: bool) -> None:
    if as_json:
        say_json({"problems": [{"code": "export", "text": text} for text in unfit]})
        return
    for text in unfit:
        say(f"{place}: {text} [export]")
    say(f"{_number(len(unfit), 'problem')}.", err=True)


def _about(read: "Instrument") -> dict[str, Any]:
    return {
        "name": read.name,
        "version": read.version,
        "fingerprint": read.fingerprint,
        "sections": len(read.sections),
        "items": len(read.items),
    }


def _sound(read: "Instrument") -> str:
    return (
        f"{read.name} {read.version}: no problems in {_number(len(read.items), 'item')} of "
        f"{_number(len(read.sections), 'section')}. Fingerprint {read.fingerprint[:16]}."
    )


def _number(count: int, what: str) -> str:
    """`1 section`, `2 sections`."""
    return f"{count} {what}{'s' if count != 1 else ''}"
