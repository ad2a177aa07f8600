"""A recovery sheet typed from paper, where nobody sees it: each line is looked at before the next.

The first line names the sheet, its study and its set, which the manifest knows; only both lines
together hold the checksum. What is typed again is the line with the slip, as far as that is known.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cati.commands.asking import ask_hidden
from cati.commands.shared import say
from cati.sheet_page import PER_LINE

if TYPE_CHECKING:
    from store.trust.entries import Body

LINES = (1, 2)
ORDER = ("first", "second")


@dataclass(frozen=True)
class Marks:
    """What the first line of every sheet in force names."""

    study: int
    set: int
    set_text: str
    """The set's number as it is printed."""


def marks_of(body: "Body") -> Marks:
    """What the sheets of a study name; NotAllowed where it has none."""
    from store.crypto import sheets
    from store.team.recovery import set_of, sheets_of
    from store.trust.entries import unpack

    recovery = sheets_of(body)
    mark = sheets.set_mark(unpack(recovery.signing))
    return Marks(sheets.study_mark(body.id, body.kind), mark, set_of(recovery))


def type_two(marks: Marks) -> tuple[str, str]:
    """The codes of two different sheets, each asked until its checksum fits.

    Raises:
        typer.Abort: an empty line was typed, or the terminal was left.
    """
    from store.crypto import sheets

    say("What you type is not shown. Enter alone leaves.", err=True)
    first = _typed(marks, 0, None)
    number, _, _ = sheets.head(sheets.signs(first))
    return first, _typed(marks, 1, number)


def _typed(marks: Marks, at: int, taken: int | None) -> str:
    """One sheet, line by line; `taken` is the number of the sheet that was typed before."""
    from store.crypto import sheets

    typed: dict[int, str] = {}
    again: tuple[int, ...] = LINES
    while True:
        for line in again:
            typed[line] = _line(marks, at, line, taken)
        both = " ".join(typed.values())
        try:
            sheets.read(both)
        except sheets.Mistyped as slip:
            again = _told_again(slip.group)
        else:
            return both


def _told_again(group: int | None) -> tuple[int, ...]:
    """Say what is wrong with both lines together, and which of them to type again.

    Args:
        group: the only wrong one of the sheet, from 0; None if unknown.
    """
    if group is None:
        say(
            "More than one character differs from what was printed: compare every group with the "
            "paper, and type both lines again.",
            err=True,
        )
        return LINES
    line, place = group // PER_LINE + 1, group % PER_LINE + 1
    say(
        f"Group {place} of line {line} seems to hold a wrong character: compare it with the "
        "paper, and type that line again.",
        err=True,
    )
    return (line,)


def _line(marks: Marks, at: int, line: int, taken: int | None) -> str:
    """One line, asked until nothing in it alone is wrong."""
    while True:
        typed = ask_hidden(f"The {ORDER[at]} sheet, line {line} of 2")
        if not typed.strip():
            raise typer.Abort
        wrong = _wrong_with(typed, line, marks, taken)
        if wrong is None:
            return typed
        say(f"{wrong} Type line {line} again.", err=True)


def _wrong_with(text: str, line: int, marks: Marks, taken: int | None) -> str | None:
    """What a line alone shows to be wrong, as one sentence; None if nothing."""
    from store.crypto import sheets

    typed = sheets.signs(text)
    try:
        sheets.require_signs(typed, PER_LINE, "line", f"line {line}")
    except sheets.Mistyped as slip:
        return f"{slip.found}."
    if line != LINES[0]:
        return None
    number, study, of_set = sheets.head(typed)
    if number not in sheets.SHEETS or study != marks.study:
        return (
            "Line 1 is of no sheet of this study: compare its first two groups with the paper, or "
            "take a sheet of this study."
        )
    if of_set != marks.set:
        return (
            f"Line 1 is not of set {marks.set_text}, which alone opens the keys: compare its "
            "second and third group with the paper, or take a sheet of that set."
        )
    if number == taken:
        return f"This is sheet {number} once more: take another."
    return None
