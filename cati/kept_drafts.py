"""What a draft of this computer holds, in words: for the screen, and for `cati case drafts`."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import JSON, LocalDraft

_TEXTS = ("text", "why", "v", "m")
"""Where an entry of an interview has what was typed or chosen, in the order they are looked at."""


def lines_of(draft: "LocalDraft", zone: tzinfo | None = None) -> Iterator[str]:
    """Its entries, a line each: when, which item, what; of what says nothing by itself, the kind.

    `zone` is that of the times told, None for the computer's own.
    """
    for entry in draft.entries:
        event = entry.event
        said = next((_said(event[name]) for name in _TEXTS if event.get(name) is not None), "")
        if not said and "e" not in event:
            continue
        about = f"{event['q']}: " if event.get("q") else ""
        when = entry.at.astimezone(zone)
        yield f"{when:%Y-%m-%d %H:%M} {about}{said or event['e']}"


def resume_notes(drafts: "Iterable[LocalDraft]", taken_up: int, zone: tzinfo | None) -> list[str]:
    """What an interviewer who opens the case again is told, a sentence or an entry each."""
    from instrument.counts import counted

    notes = []
    if taken_up:
        what = counted(taken_up, "answer or note", "answers and notes")
        verb = "is" if taken_up == 1 else "are"
        notes.append(f"{what} saved on this computer while the server was gone {verb} in the case.")
    entries = [line for draft in drafts for line in lines_of(draft, zone)]
    if entries:
        notes.append(
            "Not in the case, since it was taken over before this was saved; `cati case drafts` "
            "shows it, too, and throws it away:"
        )
    return notes + entries


def _said(value: "JSON") -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_said(one) for one in value)
        case dict():
            return ", ".join(f"{name} {_said(one)}" for name, one in value.items())
        case _:
            return "" if value is None else str(value)
