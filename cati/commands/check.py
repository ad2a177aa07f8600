"""`cati check`: read an instrument, and prove it sound before anyone is called."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cati.commands.shared import (
    FolderArgument,
    JsonOption,
    counted,
    instrument_folder,
    one_of,
    say,
    say_json,
)
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.checking.outcome import Outcome
    from instrument import Instrument
    from skips.proof.check import Report

MISSING_EXTRA = (
    "The proof needs the solver z3, which is not installed: install cati with the extra `prove` "
    "(pip install 'cati[prove]'), or leave the proof out with --quick."
)
PROCESSES = 2
"""Most processes that a proof takes."""


def check(
    folder: FolderArgument,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only read the instrument; leave the proof out.")
    ] = False,
    mode: Annotated[
        list[str] | None,
        typer.Option("--mode", help="Prove this mode only; give it again for more."),
    ] = None,
    section: Annotated[
        list[str] | None,
        typer.Option("--section", help="Prove this section only; give it again for more."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="CODE", help="Show findings of this code only; again for more."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors do.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="List what was acknowledged, too.")
    ] = False,
    measures: Annotated[
        bool,
        typer.Option(
            "--measures", help="Count its routes, too: shortest, longest, how many; complexity."
        ),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Prove everything again, whatever is known already.")
    ] = False,
    form: Annotated[
        Literal["text", "json", "sarif"] | None,
        typer.Option("--format", help="What to print: text unless told otherwise."),
    ] = None,
    as_json: JsonOption = False,
    sarif: Annotated[
        Path | None,
        typer.Option(
            "--sarif",
            metavar="FILE",
            help="Write a SARIF 2.1.0 log there, too: for code hosts and editors.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Read an instrument, print every problem, and prove it sound over all answers there can be.

    Proved are only sections that were touched since the last time. Exit code 0 when there is
    nothing that must be mended or acknowledged, 1 when there is, 2 when it could not be done.
    """
    if as_json and form not in (None, "json"):
        raise Refusal(f"--json and --format {form} exclude each other: give one of them.")
    if quick and (mode or section or only or fresh):
        raise Refusal(
            "--quick leaves the proof out, and --mode, --section, --only and --fresh are about it: "
            "leave one or the other out."
        )
    place = instrument_folder(folder)
    outcome = _read(place)
    _require_known(outcome.read, mode or (), section or (), only or ())
    if outcome.read is not None and not quick:
        report = _prove(outcome.read, mode, section, fresh=fresh)
        outcome = replace(outcome, report=report, only=frozenset(only or ()))
    if outcome.read is not None and measures:
        from cati.checking.measures import measures_of

        outcome = replace(outcome, measures=measures_of(outcome.read, mode or ()))
    if sarif is not None:
        _write_sarif(outcome, sarif)
    _tell(outcome, "json" if as_json else form or "text", everything=everything)
    if not outcome.is_sound(strict=strict):
        raise typer.Exit(1)


def _read(place: Path) -> "Outcome":
    from cati.checking.outcome import Outcome
    from cati.export import export_problems
    from instrument import InstrumentError, read_instrument

    try:
        read = read_instrument(place)
    except InstrumentError as error:
        return Outcome(place, problems=error.problems)
    return Outcome(place, read=read, unfit=tuple(export_problems(read)))


def _require_known(
    read: "Instrument | None", modes: Sequence[str], sections: Sequence[str], codes: Sequence[str]
) -> None:
    from instrument.findings_catalog import TITLES
    from instrument.spelling import Speller

    for code in codes:
        if code not in TITLES:
            hint = Speller().hint(code, TITLES) or "`cati explain` lists them."
            raise Refusal(f"{code} is no code of a finding; {hint}")
    if read is not None:
        for one in modes:
            one_of(one, read.modes, "mode of this instrument")
        for one in sections:
            one_of(one, [known.name for known in read.sections], "section of this instrument")


def _prove(
    read: "Instrument", modes: list[str] | None, sections: list[str] | None, *, fresh: bool
) -> "Report":
    if find_spec("z3") is None:
        raise Refusal(MISSING_EXTRA)
    from cati.checking.cache import findings_cache
    from cati.checking.progress import progress_line
    from skips.proof.check import check as prove

    with progress_line(read) as line:
        return prove(
            read,
            modes=modes,
            sections=sections,
            on_progress=line.show,
            cache=findings_cache(),
            fresh=fresh,
            processes=min(PROCESSES, os.cpu_count() or 1),
        )


def _write_sarif(outcome: "Outcome", file: Path) -> None:
    from cati.checking.sarif import log

    text = json.dumps(log(outcome), indent=2, ensure_ascii=True) + "\n"
    file.write_text(text, "utf-8")


def _tell(outcome: "Outcome", form: str, *, everything: bool) -> None:
    if form == "json":
        from cati.checking.as_json import document

        say_json(document(outcome))
    elif form == "sarif":
        from cati.checking.sarif import log

        say_json(log(outcome))
    else:
        _tell_people(outcome, everything=everything)


def _tell_people(outcome: "Outcome", *, everything: bool) -> None:
    from cati.checking.excerpts import Excerpts
    from cati.checking.text import finding_lines, last_line, worst_code

    place, report = outcome.folder, outcome.report
    for problem in outcome.problems:
        say(f"{place / problem.source.file}{str(problem).removeprefix(problem.source.file)}")
    for text in outcome.unfit:
        say(f"{place}: {text} [export]")
    if outcome.read is None:
        say(f"{counted(len(outcome.problems), 'problem')}.", err=True)
        say(f"`cati explain {outcome.problems[0].code}` says more about the first.", err=True)
        return
    if report is not None:
        excerpts = Excerpts(place, shutil.get_terminal_size().columns)
        for one in outcome.findings:
            say("\n".join(finding_lines(one, report, place, excerpts)))
        for one, reason in outcome.acknowledged if everything else ():
            say("\n".join(finding_lines(one, report, place, excerpts, reason)))
    say(last_line(outcome))
    if outcome.measures:
        from cati.checking.measures import measure_lines

        say("\n".join(measure_lines(outcome.read, outcome.measures)))
    if outcome.findings:
        say(f"`cati explain {worst_code(outcome.findings)}` says more about it.", err=True)
