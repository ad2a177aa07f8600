"""`cati case list`: the cases of a study, line by line as they are opened."""

import itertools
import json
import os
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cati.commands.acting import Acting, acting
from cati.commands.shared import JsonOption, say
from cati.refusal import Refusal
from cati.safe import display_safe

if TYPE_CHECKING:
    from store import Access, CaseCard

PART = 250
"""Cases that are opened at once."""

_HEADS = ("case", "state", "mode", "assigned to", "updated", "label")
_STATES = ("fresh", "open", "submitted", "accepted", "erased")
_MOMENT = "%Y-%m-%d %H:%M UTC"
_SEALED = "(sealed for others)"
_ERASED = "(erased)"
_NO_CONTACT = "(contact erased)"
_SHORTEST = 4
"""Digits of a case that are enough to name it."""

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="The first 8 digits of its id, as lists show it.")
]


@acting
def list_cases(
    me: Acting,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="List at most so many."),
    ] = None,
    after: Annotated[
        str,
        typer.Option("--after", metavar="CASE", help="Go on behind this case.", show_default=False),
    ] = "",
    search: Annotated[
        str,
        typer.Option(
            "--search",
            metavar="TEXT",
            help="Only cases whose label has this in it. Opens every label to find out.",
            show_default=False,
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """List the cases of a study, with labels as far as your keys open them.

    Cases come by their digits, as they are opened: of many, the first stand there at once.
    """
    if after and not _is_id(after):
        raise Refusal(f"{after} names no case: give the 8 digits that the list of cases shows.")
    with me.unlocked() as access:
        found = with_label(access, search, after) if search else paged(access, after)
        listed = itertools.islice(found, limit)
        last = _say_json(listed) if as_json else _say_lines(access, listed)
        more = limit is not None and last is not None and next(found, None) is not None
    if more and last is not None:
        say(f"There are more: `--after {last.short_id}` goes on.", err=True)


def paged(access: "Access", after: str = "", *, mine_only: bool = False) -> "Iterator[CaseCard]":
    """Cases by id, a part at a time; `after` is the id of a case or how it begins."""
    at = after if len(after) == 32 else after and f"{after}g"  # behind all that begin so
    while True:
        part = access.cases(mine_only=mine_only, after=at, count=PART)
        yield from part
        if len(part) < PART:
            return
        at = part[-1].id


def with_label(
    access: "Access", text: str, after: str = "", *, whole: bool = False
) -> "Iterator[CaseCard]":
    """Cases whose label has a text in it, or is it; how far the search is shows on a terminal."""
    drawable = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    wanted = text.casefold()
    for number, card in enumerate(paged(access, after), start=1):
        if drawable and number % PART == 0:
            typer.echo(f"\rLooked at {number:,} cases …", nl=False, err=True)
        label = card.label or ""
        if text == label if whole else wanted in label.casefold():
            if drawable and number >= PART:
                _clear()
            yield card
    if drawable:
        _clear()


def begin_so(access: "Access", said: str, *, labels: bool = True) -> "list[CaseCard]":
    """The cases whose id begins with these digits; none for what are not at least four."""
    return access.cases(begins=said, labels=labels) if _is_id(said) else []


def case_id(access: "Access", said: str) -> str:
    """The full id of a case that is named by its first digits; Refusal when none or several fit."""
    fitting = [one.id for one in begin_so(access, said, labels=False)]
    if len(fitting) != 1:
        what = "no case" if not fitting else f"{len(fitting)} cases"
        raise Refusal(f"{said} fits {what}: give four or more of the digits in the list of cases.")
    return fitting[0]


def named(access: "Access", said: str) -> "list[CaseCard]":
    """The cases that begin with these digits; or else those with this label, all opened for it."""
    return begin_so(access, said) or list(with_label(access, said, whole=True))


def label_of(case: "CaseCard") -> str:
    """The label, or why there is none to be read."""
    if case.label is not None:
        return case.label
    if case.contact_erased:
        return _NO_CONTACT
    return _ERASED if case.state == "erased" else _SEALED


def _say_lines(access: "Access", cases: "Iterator[CaseCard]") -> "CaseCard | None":
    """A table that begins before its end is known: as wide as its first part and all names."""
    from store.casework.lease import every_away

    first = list(itertools.islice(cases, PART))
    names = [person.name for person in access.study.everyone]
    known = [(), _STATES, (), names, (), ()]
    with access.study.database.read() as connection:
        away = every_away(connection)
    rows = [_row(one, away) for one in first]
    widths = [
        max(map(len, (head, *column, *(row[at] for row in rows))))
        for at, (head, column) in enumerate(zip(_HEADS, known, strict=True))
    ]
    _say_row(_HEADS, widths)
    last = None
    for last in itertools.chain(first, cases):
        _say_row(_row(last, away), widths)
    return last


def _row(one: "CaseCard", away: frozenset[str]) -> tuple[str, ...]:
    gone = one.state == "erased"
    updated = "" if gone else one.updated.strftime(_MOMENT)
    state = f"returned by {one.returned_by}" if one.returned_by else one.state
    state = f"{state}, away" if one.id in away else state
    cells = (one.short_id, state, one.mode, "" if gone else one.assignee, updated, label_of(one))
    return tuple(display_safe(cell).replace("\n", " ") for cell in cells)


def _say_row(cells: tuple[str, ...], widths: list[int]) -> None:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    typer.echo("  ".join(padded).rstrip())


def _say_json(cases: "Iterator[CaseCard]") -> "CaseCard | None":
    """A JSON array, an element at a time; control characters come out as escapes."""
    last = None
    for one in cases:
        typer.echo("[" if last is None else ",")
        typer.echo(textwrap.indent(json.dumps(_as_json(one), indent=2), "  "), nl=False)
        last = one
    typer.echo("[]" if last is None else "\n]")
    return last


def _as_json(one: "CaseCard") -> dict[str, Any]:
    return {
        "id": one.id,
        "short_id": one.short_id,
        "state": one.state,
        "mode": one.mode,
        "instrument": one.instrument,
        "events": one.events,
        "updated": one.updated.isoformat(),
        "assignee": one.assignee,
        "label": one.label,
        "contact_erased": one.contact_erased,
        "returned_by": one.returned_by or None,
    }


def _is_id(said: str) -> bool:
    return len(said) >= _SHORTEST and set(said) <= set("0123456789abcdef")


def _clear() -> None:
    typer.echo("\r\x1b[K", nl=False, err=True)
