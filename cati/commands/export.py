"""`cati export`: submitted cases as labeled data files, by the data manager."""

from collections.abc import Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cati.commands.acting import Acting, acting
from cati.commands.shared import JsonOption, counted, one_of, require_outside, say, say_json
from cati.errors import known_errors, sentence
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.export import ExportCase, ExportReport
    from store import Access, Study

_IN_CLEAR = "Exported files are in clear, and must not lie in the study's folder"
"""They would lie among what is encrypted, and be copied with it."""


@acting
def export(
    me: Acting,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where the files go; made if need be.")
    ],
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            help="analysis: no free text, nothing identifying, coarse dates; or full: everything.",
        ),
    ] = "analysis",
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="csv, sav (SPSS), labels (CSV with labels for codes) or spreadsheet (the same, "
            "safe to open in one); give it again for more. By default csv and sav.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the same names.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write all submitted cases to CSV and SPSS files (by a data manager).

    With labels, and with a code for each reason why a value is missing. They are in clear.

    Everything is read back and compared before the files get their names. Cases of several
    versions of an instrument go to files of their own; when one of them cannot be exported, what
    was written before it stays, and the sentence says so.
    """
    from cati.export import Format, Profile, export_cases
    from cati.library import read_kept
    from store.trust.roles import Action, require

    chosen = Profile(one_of(profile, [one.value for one in Profile], "profile"))
    known = [one.value for one in Format]
    wanted = [Format(one_of(one, known, "format")) for one in formats or ("csv", "sav")]
    with me.unlocked() as access:
        require_outside(to, access.study.folder, _IN_CLEAR)
        require(Action.READ_SUBMITTED, access.roles)
        submitted = _versions(access)
        if not submitted:
            raise Refusal(
                f"No case of {access.study.title} is submitted yet: there is nothing to export."
            )
        reports: list[ExportReport] = []
        waiting = sorted(submitted)
        for fingerprint in tuple(waiting):
            try:
                report = export_cases(
                    read_kept(access.study.instrument_folder(fingerprint), fingerprint),
                    _cases(access, submitted[fingerprint]),
                    to,
                    profile=chosen,
                    formats=wanted,
                    practice=access.study.kind == "practice",
                    force=force,
                )
            except known_errors() as error:
                if len(submitted) == 1:
                    raise
                done, left = submitted.keys() - set(waiting), set(waiting)
                told = _what_is_there(access.study, to, done=done, left=left)
                raise Refusal(f"{sentence(error)} {told}") from error
            reports.append(report)
            waiting.remove(fingerprint)
        accepted = sum(one.state == "accepted" for one in access.cases(labels=False))
    rows = sum(report.rows for report in reports)
    if as_json:
        exports = [_as_json(report) for report in reports]
        say_json({"cases": rows, "accepted": accepted, "exports": exports})
        return
    for report in reports:
        _tell(report, chosen.value)
    if accepted:
        say(f"Accepted after review: {accepted} of {rows}.")


def _what_is_there(study: "Study", to: Path, *, done: Set[str], left: Set[str]) -> str:
    """Which versions were exported before an export broke off, and which were not."""
    versions = {one.fingerprint: f"{one.name} {one.version}" for one in study.instruments}

    def listed(fingerprints: Set[str]) -> str:
        return ", ".join(f"{versions[one]} ({one[:8]})" for one in sorted(fingerprints))

    written = f"Complete in {to}: {listed(done)}." if done else f"Nothing was written to {to}."
    return f"{written} Not exported: {listed(left)}."


def _versions(access: "Access") -> dict[str, set[str]]:
    """The versions that cases were submitted with, each with the ids of its cases.

    Where cases can move, only a case itself tells, and each is opened once to find out.
    """
    every = access.cases(labels=False)
    cards = [one for one in every if one.state in ("submitted", "accepted")]
    added = {one.instrument for one in cards}
    known = access.study.instruments
    names = {one.name for one in known if one.fingerprint in added}
    cannot_move = sum(one.name in names for one in known) == len(names)
    found: dict[str, set[str]] = {}
    for case in cards if cannot_move else access.submitted():
        found.setdefault(case.instrument, set()).add(case.id)
    return found


def _cases(access: "Access", ids: Set[str]) -> Iterator["ExportCase"]:
    from cati.export import ExportCase

    for case in access.submitted(ids):
        yield ExportCase(case.id, case.submitted_at, cast(Any, case.document))


def _as_json(report: "ExportReport") -> dict[str, Any]:
    return {
        "rows": report.rows,
        "columns": report.columns,
        "cells_compared": report.cells_compared,
        "files": [str(file) for file in report.files],
        "left_out": dict(report.left_out),
        "texts_cut_in_sav": report.texts_cut,
        "numbers_rounded_in_sav": report.numbers_rounded,
        "left_behind": [str(folder) for folder in report.left_behind],
        "moved_cases": report.moved_cases,
        "answers_left_behind": report.answers_left_behind,
    }


def _tell(report: "ExportReport", profile: str) -> None:
    say(
        f"{counted(report.rows, 'case')} in {counted(report.columns, 'column')}; "
        f"{counted(report.cells_compared, 'cell')} read back and "
        "found equal."
    )
    for file in report.files:
        say(f"  {file}")
    if report.left_out:
        items = ", ".join(item for item, _ in report.left_out)
        say(f"Left out by the profile {profile}: {items}. The profile full keeps them.")
    if report.texts_cut:
        texts = counted(report.texts_cut, "text is", "texts are")
        say(f"{texts} longer than a .sav file can hold: cut there (status 1), whole in CSV.")
    if report.numbers_rounded:
        numbers = counted(report.numbers_rounded, "number")
        say(f"{numbers} beyond 2^53: rounded in the .sav file, exact in CSV.")
    if report.moved_cases:
        moved = counted(report.moved_cases, "case was", "cases were")
        say(
            f"{moved} moved from another version; answers left behind there: "
            f"{report.answers_left_behind} (see the files about moves)."
        )
    for folder in report.left_behind:
        say(f"An export that was broken off left data in {folder}: remove it.", err=True)
