"""`cati diff`: what differs between two versions of an instrument."""

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.renames import DropOption, Names, RenameOption, read_names
from cati.commands.shared import JsonOption, instrument_folder, say, say_json
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.differences.report import Report
    from instrument import Instrument
    from instrument.changes import Pairs

MISSING_EXTRA = (
    "Whether universes are the same is proved with the solver z3, which is not installed: install "
    "cati with the extra `prove` (pip install 'cati[prove]'), or leave the proof out with --quick."
)


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="The version before: its folder, or the name of one with cati."
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The version after, in the same way.")],
    rename: RenameOption = None,
    drop: DropOption = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Leave the proof out: universes are compared by random interviews only."
        ),
    ] = False,
    as_json: JsonOption = False,
    as_markdown: Annotated[
        bool,
        typer.Option("--markdown", help="Print the table of what is comparable, in Markdown."),
    ] = False,
) -> None:
    """Compare two versions of an instrument, item by item.

    Says of each item whether it is the same, reworded, recoded, asked of other cases (with a case
    that shows it, or a proof that there is none), dropped or new, and what would become of the
    answers of open cases. Exit code 0 when both ask the same, 1 when they differ, 2 when it could
    not be done.
    """
    if as_json and as_markdown:
        raise Refusal("--json and --markdown exclude each other: give one of them.")
    if not quick and find_spec("z3") is None:
        raise Refusal(MISSING_EXTRA)
    from instrument.changes import pair

    names = read_names(rename, drop)
    before, after = _read(old), _read(new)
    _require_possible(before, after, names)
    pairs = pair(before, after, names.renamed, names.dropped)
    report = _compare(pairs, quick=quick)
    if as_json:
        from cati.differences.as_json import document

        say_json(document(report))
    elif as_markdown:
        from cati.differences import markdown

        say("\n".join(markdown.lines(report, pairs)))
    else:
        _tell(report, pairs)
    if not report.same:
        raise typer.Exit(1)


def _read(said: str) -> "Instrument":
    from instrument import InstrumentError, read_instrument

    place = instrument_folder(said)
    try:
        return read_instrument(place)
    except InstrumentError as error:
        # Which of the two it is has to be said: both have files of the same names.
        told = [f"{place / one.source.file}{str(one).removeprefix(one.source.file)}"
                for one in error.problems]  # fmt: skip
        raise Refusal("\n".join(told)) from None


def _require_possible(old: "Instrument", new: "Instrument", names: Names) -> None:
    """Raise Refusal where no case could be moved with these names."""
    from skips import compile_instrument
    from skips.migration import CaseState, MigrationError, migrate

    common = [mode for mode in new.modes if mode in old.modes]
    if not common:
        raise Refusal(
            f"The versions share no mode: the old one has {', '.join(old.modes)}, the new one "
            f"{', '.join(new.modes)}."
        )
    if not (names.renamed or names.dropped):
        return
    here, there = (compile_instrument(one, common[0]) for one in (old, new))
    try:
        migrate(CaseState({}, {}), here, there, names.of_move(1))
    except MigrationError as error:
        raise Refusal(f"New names: {error}") from None


def _compare(pairs: "Pairs", *, quick: bool) -> "Report":
    from cati.differences.compare import compare_versions

    line = _Progress()
    try:
        return compare_versions(pairs, prove=not quick, on_progress=line.show)
    finally:
        line.clear()


def _tell(report: "Report", pairs: "Pairs") -> None:
    from cati.differences.text import lines

    say("\n".join(lines(report, pairs)))
    if any(row.effects for row in report.rows):
        say(
            "What becomes of the cases of a study: `cati case move --all --dry-run`, once the new "
            "version belongs to it.",
            err=True,
        )


class _Progress:
    """How many universes are settled, on one line of the terminal, gone at the end."""

    def __init__(self) -> None:
        self._drawn = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, done: int, of: int) -> None:
        """Draw the line anew."""
        if self._drawn:
            sys.stderr.write(f"\r\x1b[KUniverses: {done:,} of {of:,}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
