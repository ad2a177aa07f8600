"""`cati map`: an instrument on paper, section by section."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cati.commands.shared import FolderArgument, instrument_folder, say
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.mapping.model import Marks
    from instrument import Instrument


def map_(
    folder: FolderArgument,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="Where the SVG files are written."),
    ] = None,
    table: Annotated[
        Literal["text", "markdown"] | None,
        typer.Option("--table", help="Print the map as a table instead."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out what a proof says of its items.")
    ] = False,
) -> None:
    """Draw an instrument: an overview of its sections, and each section, as SVG to be printed.

    Marked are items that nobody can be asked, and what was found or acknowledged by `cati check`.
    """
    from instrument import InstrumentError, read_instrument

    if to is None and table is None:
        raise Refusal("Say where the maps are to be written with --to FOLDER, or give --table.")
    try:
        read = read_instrument(instrument_folder(folder))
    except InstrumentError as error:
        raise Refusal(f"{folder} cannot be read: `cati check {folder}` says why.") from error
    marks = {} if quick else _marks(read)
    if table is not None:
        from cati.mapping.table import table_lines

        say("\n".join(table_lines(read, marks, markdown=table == "markdown")))
    if to is not None:
        _write(read, marks, to)


def _marks(read: "Instrument") -> "Marks":
    from importlib.util import find_spec

    if find_spec("z3") is None:
        raise Refusal(
            "Marking what cannot be reached needs the solver z3: install cati with the extra "
            "`prove` (pip install 'cati[prove]'), or leave the marks out with --quick."
        )
    from cati.checking.cache import findings_cache
    from cati.checking.progress import progress_line
    from cati.mapping.marks import marks_of
    from skips.proof.check import check

    with progress_line(read) as line:
        return marks_of(check(read, on_progress=line.show, cache=findings_cache()))


def _write(read: "Instrument", marks: "Marks", to: Path) -> None:
    from importlib.util import find_spec

    if find_spec("igraph") is None:
        raise Refusal(
            "Maps are laid out by igraph, which is not installed: install cati with the extra "
            "`prove` (pip install 'cati[prove]'), or print the map with --table."
        )
    from cati.mapping.draw import draw
    from cati.mapping.model import sheets
    from cati.mapping.pages import pages

    to.mkdir(parents=True, exist_ok=True)
    written = 0
    for at, sheet in enumerate(sheets(read, marks)):
        for page in pages(sheet):
            more = f"-{page.number}" if page.of > 1 else ""
            file = to / f"{at:02}-{sheet.name}{more}.svg"
            file.write_text(draw(page), "utf-8")
            written += 1
    say(f"{read.name} {read.version}: {written} pages written to {to}.")
