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
    return first, _typed(marks, 1, sheets.read(first).number)


def _typed(marks: Marks, at: int, taken: int | None) -> str:
    """One sheet, line by line; `taken` is the number of the sheet that was typed before."""
    from store import InvalidInput
    from store.crypto import sheets

    typed: dict[int, str] = {}
    again: tuple[int, ...] = LINES
    while True:
        for line in again:
            typed[line] = _line(marks, at, line, taken)
        both = " ".join(typed.values())
        try:
            sheets.read(both)
        except InvalidInput:
            group = sheets.wrong_group(both)
            if group is None:
                say(
                    "More than one character differs from what was printed: compare every group "
                    "with the paper, and type both lines again.",
                    err=True,
                )
                again = LINES
            else:
                line, again = group // PER_LINE + 1, (group // PER_LINE + 1,)
                say(
                    f"Group {group % PER_LINE + 1} of line {line} seems to hold a wrong "
                    "character: compare it with the paper, and type that line again.",
                    err=True,
                )
        else:
            return both


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

    typed, whole = sheets.signs(text), PER_LINE * sheets.GROUP
    foreign = next((at for at, sign in enumerate(typed) if sign not in sheets.ALPHABET), None)
    if foreign is not None:
        return (
            f"Group {foreign // sheets.GROUP + 1} of line {line} holds a character that no sheet "
            "has (there is no 1, b, i or o)."
        )
    if len(typed) != whole:
        return (
            f"A line has {PER_LINE} groups of {sheets.GROUP} characters, {whole} in all, and these "
            f"are {len(typed)}."
        )
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
