"""The texts of the help page: this question, its guides, and the keys."""

from collections.abc import Iterator

from cati.casework import Casework
from cati.keys import COMMANDS, KeyMap, key_shown
from cati.question_view import because
from instrument.models import CHOICE_KINDS, Kind, Question, Statement

FIELDS = (
    ("1–9", "Take a choice. Lists of more than nine take two digits, or letters to search."),
    ("Y  N", "Yes and no."),
    ("Space", "Takes or leaves a choice where several may be taken."),
    ("^J", "Begins a new line in a long text."),
)


def help_parts(work: Casework, keys: KeyMap) -> list[tuple[str, str]]:
    """Headings and texts of the help page."""
    return [
        *_question(work),
        *_guides(work, of_the_item=True),
        *_persona(work),
        *_keys(work, keys),
        *_guides(work, of_the_item=False),
    ]


def terms(work: Casework) -> list[tuple[str, str]]:
    """The glossary."""
    return [(entry.term, entry.means) for entry in work.interview.instrument.definitions]


def _question(work: Casework) -> Iterator[tuple[str, str]]:
    interview = work.interview
    place = interview.place
    if place is None:
        return
    item = interview.instrument.items[place.item]
    assert isinstance(item, Question | Statement)
    text = item.wordings[interview.mode].help
    if text is not None:
        yield "About this question", interview.route.fill(text, place.row)
    reason = because(interview, place)
    if reason:
        yield "Why it is asked", reason
    if isinstance(item, Question):
        yield "In the data", f"{item.name}: {item.variable.label}"
        if item.kind in CHOICE_KINDS and item.kind is not Kind.YES_NO:
            listed = "; ".join(f"{choice.code} {choice.label}" for choice in item.choices)
            yield "", listed


def _persona(work: Casework) -> Iterator[tuple[str, str]]:
    persona = work.persona()
    if persona:
        yield "On the line (practice)", persona


def _guides(work: Casework, *, of_the_item: bool) -> Iterator[tuple[str, str]]:
    """The guides that are offered on the item in place, or all others."""
    place = work.interview.place
    here = place.item if place else ""
    for guide in work.interview.instrument.guides:
        if (here in guide.items) is of_the_item:
            yield guide.title, guide.text


def _keys(work: Casework, keys: KeyMap) -> Iterator[tuple[str, str]]:
    lines = [f"{shown:<7} {does}" for shown, does in FIELDS]
    lines += [
        f"{key_shown(reason.key):<7} Takes “{reason.label}”."
        for reason in work.interview.instrument.missing
        if work.interview.mode in reason.modes
    ]
    lines += [f"{keys.shown(command.id):<7} {command.does}" for command in COMMANDS.values()]
    yield "Keys", "\n".join(lines)
