"""An instrument line by line in a plain terminal: how authors look at what they wrote."""

from datetime import UTC, datetime

import typer

from cati.interview import CannotAdvance, Interview
from cati.memory import MemoryJournal
from cati.safe import display_safe
from instrument import Instrument
from instrument.entry import EntryError
from instrument.models import Question, Statement
from instrument.values import READ, Instance, Missing
from skips import Route, compile_instrument

HELP = (
    "Type an answer as an interviewer would; of choices, their codes (several with commas). "
    "< goes back, - takes a missing reason (-not_sure), ? says why this is asked, q ends."
)


def walk(instrument: Instrument, mode: str) -> None:
    """Ask the questions of an instrument on standard input until its end or `q`."""
    now = lambda: datetime.now(UTC)  # noqa: E731
    route = Route(compile_instrument(instrument, mode))
    interview = Interview(instrument, route, MemoryJournal(now), by="preview", now=now)
    interview.begin()
    _say(f"{instrument.title} {instrument.version}, {instrument.modes[mode]}")
    _say(HELP)
    while interview.place is not None:
        _show(interview, interview.place)
        typed: str = typer.prompt(">", default="", show_default=False, prompt_suffix=" ")
        if typed.strip() == "q":
            return
        _take(interview, interview.place, typed.strip())
    _say("This is the end of the route.")


def _show(interview: Interview, place: Instance) -> None:
    item = interview.instrument.items[place.item]
    section = interview.instrument.section_of[place.item]
    assert isinstance(item, Question | Statement)
    wording = item.wordings[interview.mode]
    row = ""
    if place.row:
        roster = interview.instrument.roster_of[place.item].name
        row = f", {interview.route.row_label(roster, place.row)}"
    _say(f"\n[{section.title}{row}] {place.item}")
    _say(interview.route.fill(wording.ask, place.row))
    if wording.instruct:
        _say(f"  ({interview.route.fill(wording.instruct, place.row)})")
    if isinstance(item, Question):
        for choice in item.choices:
            _say(f"  {choice.code:>3}  {choice.label}")
    if shown := interview.shown_answer(place):
        _say(f"  so far: {shown}")


def _take(interview: Interview, place: Instance, typed: str) -> None:
    """Do what was typed; what cannot be done is said in a sentence, and nothing changes."""
    item = interview.instrument.items[place.item]
    try:
        if typed == "<":
            interview.back()
            return
        if typed == "?":
            _say(interview.route.explain(place))
            return
        if isinstance(item, Statement):
            interview.give(READ)
        elif typed.startswith("-") and typed[1:] in interview.instrument.missing_reason:
            interview.give(Missing(typed[1:]))
        elif typed and isinstance(item, Question):
            interview.type_in(typed)
        for failing in interview.unsettled(place):
            _say(f"  {failing.check.severity} check: {failing.text}")
            if failing.check.severity == "soft":
                interview.confirm(failing, "looked at in the preview")
        interview.advance()
    except (EntryError, CannotAdvance) as error:
        _say(f"  {error}")


def _say(text: str) -> None:
    typer.echo(display_safe(text))
