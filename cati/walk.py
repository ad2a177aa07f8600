"""An instrument line by line in a plain terminal: how authors look at what they wrote."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from cati import walk_signs
from cati.interview import CannotAdvance, Interview, NotOnRoute
from cati.memory import MemoryJournal
from cati.moving import propose
from cati.safe import display_safe
from cati.walk_shows import banner, help_of, shown
from cati.watching import Lines, Watch
from instrument import Instrument, InstrumentError, read_instrument
from instrument.entry import EntryError
from instrument.judging import none_will_do
from instrument.models import Question, Statement
from instrument.values import READ, Instance
from skips import Route, RouteError, compile_instrument
from skips.case_state import route_of

WATCHING = "Save a change of the instrument, and the preview goes on with it."
REMARK = "  (An interview asks for a remark here. < goes back to correct the answer.)"
ON_WITH_BEFORE = "The preview goes on with the version before."
_CANNOT = (EntryError, CannotAdvance, NotOnRoute, RouteError)


def walk(
    instrument: Instrument, mode: str, language: str | None = None, *, watch: Path | None = None
) -> None:
    """Ask the questions of an instrument on standard input until its end or `q`.

    Args:
        instrument: what is asked.
        mode: one of its modes.
        language: one of its languages; None for its first.
        watch: its folder, to go on with a changed version whenever a file is saved.

    Raises:
        typer.Abort: standard input ended before the route did.
    """
    lines = Lines(None if watch is None else Watch(watch))
    interview = _interview(Route(compile_instrument(instrument, mode)))
    interview.begin(language=language)
    for line in banner(interview):
        _say(line)
    if watch is not None:
        _say(WATCHING)
    while True:
        for line in shown(interview):
            _say(line)
        try:
            typed = lines.next()
        except typer.Abort:
            if interview.place is None:
                return
            raise
        if typed is None and watch is not None:
            interview = _read_again(interview, watch)
        elif typed is None or typed.strip() == "q":
            return
        else:
            _take(interview, typed.strip())


def _interview(route: Route) -> Interview:
    """An interview that nobody keeps."""
    return Interview(route.instrument, route, MemoryJournal(_now), by="preview", now=_now)


def _now() -> datetime:
    return datetime.now(UTC)


def _read_again(before: Interview, folder: Path) -> Interview:
    """The interview under what the files say now; under the version before if they say nothing."""
    try:
        new = read_instrument(folder)
    except InstrumentError as error:
        for one in error.problems:
            _say(f"{folder / one.source.file}{str(one).removeprefix(one.source.file)}")
        _say(ON_WITH_BEFORE)
        return before
    if new.fingerprint == before.instrument.fingerprint:
        _say("The files have changed, the instrument has not.")
        return before
    mode = before.mode if before.mode in new.modes else next(iter(new.modes))
    program = compile_instrument(new, mode)
    moved = propose(before.record, program, {})
    interview = _interview(route_of(program, moved.case))
    interview.record.left_behind = moved.case.left_behind
    interview.record.rows_left = moved.case.rows_left
    interview.begin(language=before.language, seed=before.record.seed)
    _say(f"The instrument has changed. Answers kept: {len(moved.report.carried)}.")
    if back := moved.report.restored:
        _say(f"Answers that fit again: {', '.join(map(str, back))}.")
    if left := moved.report.left_behind:
        _say(f"Answers that no longer fit: {', '.join(str(at) for at, _ in left)}.")
    if mode != before.mode:
        _say(f"Its mode is gone; it goes on as {_mode(interview)}.")
    if before.place is None and interview.place is None:
        return interview
    if before.place in interview.route.route():
        interview.jump(before.place)
    elif before.place is not None:
        _say(f"'{before.place}' is not asked any more.")
    return interview


def _mode(interview: Interview) -> str:
    return interview.instrument.modes[interview.mode]


def _take(interview: Interview, typed: str) -> None:
    """Do what was typed; what cannot be done is said in a sentence, and nothing changes."""
    try:
        if not _signs(interview, typed):
            _answer(interview, typed)
    except _CANNOT as error:
        _say(f"  {error}")


def _signs(interview: Interview, typed: str) -> bool:
    """Do what a sign asks for; whether it was one."""
    place = interview.place
    if typed == "<":
        interview.back()
    elif typed == "?" and place is not None:
        _say(interview.speech.why(place))
    elif typed == "??" and place is not None:
        _say(help_of(interview, place) or f"'{place.item}' has no help.")
    elif typed == "=":
        for line in walk_signs.worked_out(interview):
            _say(f"  {line}")
    elif typed.startswith("!"):
        interview.jump(walk_signs.named_place(interview, typed[1:]))
    elif typed == "+" or (typed.startswith("+") and not typed[1:2].isdigit()):
        roster = walk_signs.roster_to_extend(interview, typed[1:].strip())
        row = interview.route.next_row(roster)
        interview.add_row(roster)
        interview.jump(walk_signs.named_place(interview, f"{roster} {row}"))
    elif walk_signs.is_language(typed):
        interview.speak(walk_signs.named_language(interview, typed[1:]))
    else:
        return False
    return True


def _answer(interview: Interview, typed: str) -> None:
    """Answer the item in place, look at its checks and go on."""
    place = interview.place
    if place is None:
        return
    item = interview.instrument.items[place.item]
    if isinstance(item, Statement):
        interview.give(READ)
    elif isinstance(item, Question) and walk_signs.is_reason(typed):
        interview.give(walk_signs.named_reason(interview, item, typed[1:]))
    elif typed:
        interview.type_in(typed)
    elif isinstance(item, Question) and not interview.is_settled(place):
        if not none_will_do(item):
            raise EntryError(walk_signs.how_to_answer(interview, item))
        interview.give(())
    if not _stopped(interview, place):
        interview.advance()


def _stopped(interview: Interview, place: Instance) -> bool:
    """Say which checks of an item fire, and pass the soft ones; whether a hard one stops here."""
    failing = interview.unsettled(place)
    for one in failing:
        _say(f"  {one.check.severity} check: {interview.speech.check(one)}")
        if one.check.severity == "soft":
            _say(REMARK)
            interview.confirm(one, "looked at in the preview")
    return any(one.check.severity == "hard" for one in failing)


def _say(text: str) -> None:
    typer.echo(display_safe(text))
