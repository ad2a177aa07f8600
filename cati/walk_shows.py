"""What a preview prints of the item in place: its texts, what can be typed, and what it is for."""

from collections.abc import Iterator
from typing import Final

from cati.hints import NEW_LINE, UNREAD
from cati.interview import Interview
from cati.question_view import QuestionView, view_of
from instrument.models import Choice, Instrument, Question, Roster, Statement
from instrument.values import Instance

SHUFFLED: Final = "shuffled: each case has an order of its own"
END: Final = "This is the end of the route: < goes back, q ends."
_TYPED: Final = (
    "Type an answer as an interviewer would; of choices their codes, several with commas. Or:"
)


def banner(interview: Interview) -> Iterator[str]:
    """What is said first: the instrument, and the signs that can be typed."""
    instrument, mode = interview.instrument, interview.mode
    title = interview.speech.said(instrument, "title")
    yield f"{title} {instrument.version}, {instrument.modes[mode]}"
    yield _TYPED
    for sign, means in _signs(instrument, mode):
        yield f"  {sign}  {means}"


def _signs(instrument: Instrument, mode: str) -> Iterator[tuple[str, str]]:
    yield "<", "goes back"
    if reasons := reasons_of(instrument, mode):
        yield "-", f"gives a missing reason: {', '.join(f'-{name}' for name in reasons)}"
    if len(instrument.languages) > 1:
        yield "@", f"goes on in a language: {languages_of(instrument)}"
    yield "?", "says why this is asked; ?? shows the whole help of a question"
    yield "=", "shows what is worked out so far"
    yield "!", "jumps to an item: !age, or !age 2 for row 2"
    if any(open_rosters(instrument)):
        yield "+", "adds a row"
    yield "q", "ends"


def open_rosters(instrument: Instrument) -> Iterator[str]:
    """The names of the rosters to which rows are added one by one."""
    for item in instrument.items.values():
        if isinstance(item, Roster) and item.size is None and item.rows is None:
            yield item.name


def reasons_of(instrument: Instrument, mode: str) -> list[str]:
    """The names of the missing reasons that some question takes in a mode."""
    taken = {
        reason.name
        for item in instrument.items.values()
        if isinstance(item, Question)
        for reason in instrument.reasons_for(item, mode)
    }
    return [reason.name for reason in instrument.missing if reason.name in taken]


def languages_of(instrument: Instrument) -> str:
    """The languages as they are typed: `@en, @es`."""
    return ", ".join(f"@{code}" for code in instrument.languages)


def shown(interview: Interview) -> Iterator[str]:
    """The lines of the item in place, or of the end of the route."""
    place = interview.place
    if place is None:
        yield f"\n{END}"
        return
    view = view_of(interview, place)
    yield f"\n[{view.section}{f', {view.row}' if view.row else ''}] {place.item}"
    if view.grid is not None:
        yield f"{view.grid.stem}  ({view.grid.progress})"
    yield view.ask
    if view.instruct:
        yield f"  ({view.instruct})"
    if view.probe:
        yield f"  probe: {view.probe}"
    if manual := help_of(interview, place):
        first, *more = manual.splitlines()
        yield f"  help: {first}{'  (?? shows the rest)' if more else ''}"
    if view.question is not None:
        yield from _answers(interview, view.question, view)
    if kept := interview.speech.kept_answer(place):
        yield f"  so far: {kept}"


def help_of(interview: Interview, place: Instance) -> str:
    """The help of an item in the words of the mode; empty if it has none."""
    item = interview.instrument.items[place.item]
    text = item.wordings[interview.mode].help if isinstance(item, Question | Statement) else None
    return "" if text is None else interview.speech.fill(text, place.row).strip()


def _answers(interview: Interview, question: Question, view: QuestionView) -> Iterator[str]:
    """What can be answered: how, the choices in the order written, and the missing reasons."""
    if hint := "; ".join(
        filter(None, (view.hint.removesuffix(NEW_LINE), SHUFFLED if question.shuffle else ""))
    ):
        yield f"  {hint}"
    # As written, not as this case has them: a list that an author compares with the file.
    for choice in interview.route.offered(view.instance):
        yield f"  {choice.code:>3}  {_label(interview, choice)}"
    if view.reasons:
        yield f"  or {', '.join(f'-{reason.name}' for reason in view.reasons)}"


def _label(interview: Interview, choice: Choice) -> str:
    label = interview.speech.said(choice, "label")
    return label if choice.read else f"{label}  {UNREAD}"
