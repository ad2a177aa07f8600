"""`cati import`: questionnaires of other systems become instruments."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.shared import JsonOption, say, say_json

if TYPE_CHECKING:
    from cati.importing.report import ImportReport

app = typer.Typer(
    help="Turn questionnaires of other systems into instruments.", no_args_is_help=True
)

OutputOption = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FOLDER", help="A folder that is new or empty."),
]


@app.command("xlsform")
def xlsform(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook of an XLSForm.")],
    output: OutputOption,
    as_json: JsonOption = False,
) -> None:
    """Turn an XLSForm into an instrument, and report what has no equivalent, cell by cell.

    What is written always loads; what could not be carried over stands as a comment at its place.
    """
    from cati.importing.xlsform import import_xlsform

    settled, report = import_xlsform(file)
    finish(settled.files, report, output, as_json)


@app.command("redcap")
def redcap(
    file: Annotated[
        Path, typer.Argument(metavar="DICTIONARY.csv", help="The data dictionary of a project.")
    ],
    output: OutputOption,
    missing_codes: Annotated[
        str,
        typer.Option(
            "--missing-codes",
            metavar="CODES",
            help="The missing data codes of the project, as in its settings: "
            "'-999, Unknown | -998, Refused'.",
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Turn a data dictionary of REDCap into an instrument, and report what has no equivalent.

    What is written always loads; what could not be carried over stands as a comment at its place.
    """
    from cati.importing.redcap import import_redcap

    settled, report = import_redcap(file, missing_codes)
    finish(settled.files, report, output, as_json)


def finish(files: Mapping[str, str], report: "ImportReport", output: Path, as_json: bool) -> None:
    """Write the files of an imported instrument and print the report."""
    from cati.importing.saving import save

    save(files, output)
    if as_json:
        say_json({"folder": str(output), **report.as_json()})
        return
    for line in report.lines():
        say(line)
    say(f"\nWritten to {output}: {', '.join(files)}.", err=True)
