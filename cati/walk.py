"""An instrument line by line in a plain terminal: how authors look at what they wrote."""

from datetime import UTC, datetime

import typer

from cati.hints import UNREAD
from cati.interview import CannotAdvance, Interview
from cati.memory import MemoryJournal
from cati.question_view import view_of
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
LANGUAGES = "@ and a language goes on in it: {}."


def walk(instrument: Instrument, mode: str, language: str | None = None) -> None:
    """Ask the questions of an instrument on standard input until its end or `q`.

    Args:
        instrument: what is asked.
        mode: one of its modes.
        language: one of its languages; None for its first.
    """
    now = lambda: datetime.now(UTC)  # noqa: E731
    route = Route(compile_instrument(instrument, mode))
    interview = Interview(instrument, route, MemoryJournal(now), by="preview", now=now)
    interview.begin(language=language)
    title = interview.speech.said(instrument, "title")
    _say(f"{title} {instrument.version}, {instrument.modes[mode]}")
    _say(HELP)
    if len(instrument.languages) > 1:
        _say(LANGUAGES.format(", ".join(f"@{code}" for code in instrument.languages)))
    while interview.place is not None:
        _show(interview, interview.place)
        typed: str = typer.prompt(">", default="", show_default=False, prompt_suffix=" ")
        if typed.strip() == "q":
            return
        _take(interview, interview.place, typed.strip())
    _say("This is the end of the route.")


def _show(interview: Interview, place: Instance) -> None:
    view = view_of(interview, place)
    row = f", {view.row}" if view.row else ""
    _say(f"\n[{view.section}{row}] {place.item}")
    if view.grid is not None:
        _say(f"{view.grid.stem}  ({view.grid.progress})")
    _say(view.ask)
    if view.instruct:
        _say(f"  ({view.instruct})")
    if view.question is not None:
        for choice in view.choices:
            code = view.question.choice[choice.name].code
            _say(f"  {code:>3}  {choice.label}{'' if choice.read else f'  {UNREAD}'}")
        if not view.choices and view.hint:
            _say(f"  {view.hint}")
    if shown := interview.speech.kept_answer(place):
        _say(f"  so far: {shown}")


def _take(interview: Interview, place: Instance, typed: str) -> None:
    """Do what was typed; what cannot be done is said in a sentence, and nothing changes."""
    item = interview.instrument.items[place.item]
    try:
        if typed == "<":
            interview.back()
            return
        if typed == "?":
            _say(interview.speech.why(place))
            return
        if typed.startswith("@") and typed[1:] in interview.instrument.languages:
            interview.speak(typed[1:])
            return
        if isinstance(item, Statement):
            interview.give(READ)
        elif typed.startswith("-") and typed[1:] in interview.instrument.missing_reason:
            interview.give(Missing(typed[1:]))
        elif typed and isinstance(item, Question):
            interview.type_in(typed)
        for failing in interview.unsettled(place):
            _say(f"  {failing.check.severity} check: {interview.speech.check(failing)}")
            if failing.check.severity == "soft":
                interview.confirm(failing, "looked at in the preview")
        interview.advance()
    except (EntryError, CannotAdvance) as error:
        _say(f"  {error}")


def _say(text: str) -> None:
    typer.echo(display_safe(text))
