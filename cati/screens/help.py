"""The texts of the help page: this question, its guides, and the keys."""

from collections.abc import Iterable, Iterator

from cati.casework import Casework
from cati.interview import Interview
from cati.keys import COMMANDS, KeyMap, key_shown
from cati.left_words import left_words
from cati.screens.page import entry, headed
from cati.widgets.hanging import Piece
from instrument.models import CHOICE_KINDS, Kind, Question, Statement
from instrument.values import Instance

FIELDS = (
    ("1–9", "Take a choice. Lists of more than nine take two digits, or letters to search."),
    ("Y  N", "Yes and no."),
    ("Space", "Takes or leaves a choice where several may be taken."),
    ("^J", "Begins a new line in a long text."),
)


def help_pieces(work: Casework, keys: KeyMap) -> list[Piece]:
    """What the help page shows: this question, its guides, the keys, the other guides."""
    return [
        *_question(work),
        *_guides(work, of_the_item=True),
        *_contact(work),
        *_persona(work),
        *_keys(work, keys),
        *_guides(work, of_the_item=False),
    ]


SUMMARY = (
    "Each part takes a few sentences in neutral words, from which nobody can be identified. What "
    "looks as if it could identify somebody is marked: write the neutral words instead, or keep it "
    "and say why. What you type is saved while you type it."
)

SUMMARY_KEYS = (
    ("next", "Keeps this part and goes to the next; after the last one, to submitting the case."),
    ("back", "Goes to the part before, and from the first one to the review."),
    ("cancel", "Goes to the review."),
)
"""What these do in the summary, where that is not what they do elsewhere."""

AS_ELSEWHERE = ("replace", "keep", "leave", "retry", "lock")


def summary_pieces(work: Casework, keys: KeyMap) -> list[Piece]:
    """What the help page shows in the summary: what is written there, and the keys."""
    lines = [
        *((keys.shown(command), does) for command, does in SUMMARY_KEYS),
        ("^J", "Begins a new line."),
        *((keys.shown(command), COMMANDS[command].does) for command in AS_ELSEWHERE),
    ]
    return [*entry("About the summary", SUMMARY), *_contact(work), *_listed(lines)]


def terms(work: Casework) -> list[Piece]:
    """The glossary."""
    said = work.interview.speech.said
    definitions = work.interview.instrument.definitions
    return [piece for one in definitions for piece in headed(said(one, "term"), said(one, "means"))]


def _question(work: Casework) -> Iterator[Piece]:
    interview = work.interview
    place = interview.place
    if place is None:
        return
    item = interview.instrument.items[place.item]
    assert isinstance(item, Question | Statement)
    for comment in interview.record.comments_on(place):
        yield from entry("What the reviewer said", comment)
    text = item.wordings[interview.mode].help
    if text is not None:
        yield from headed("About this question", interview.speech.fill(text, place.row))
    yield from entry("Why it is asked", interview.speech.why(place))
    for failing in interview.unsettled(place):
        said = f"{interview.speech.check(failing)} {interview.speech.why_it_fires(failing)}"
        yield from entry("Why its check fires", said)
    for left in left_words(interview, place):
        said = f"{left.answer}\n{left.why}"
        yield from entry(f"Left behind in version {left.version}", said)
    if isinstance(item, Question):
        yield from _withheld(interview, item, place)
        yield from entry("In the data", f"{item.name}: {item.variable.label}")
        if item.kind in CHOICE_KINDS and item.kind is not Kind.YES_NO:
            for choice in item.choices:
                yield Piece(interview.speech.said(choice, "label"), f"  {choice.code:>3}  ")


def _withheld(interview: Interview, question: Question, place: Instance) -> Iterator[Piece]:
    """The choices that are not offered now, each with its reason."""
    offered, speech = interview.offered_names(place), interview.speech
    lines = [
        f"{speech.said(choice, 'label')}. {speech.why_offered(place, choice)}"
        for choice in question.choices
        if choice.name not in offered
    ]
    if lines:
        yield from entry("Choices that are not offered", "\n".join(lines))


def _contact(work: Casework) -> Iterator[Piece]:
    if work.known:
        yield from entry("Whom to call", "\n".join(work.known))


def _persona(work: Casework) -> Iterator[Piece]:
    persona = work.persona()
    if persona:
        yield from entry("On the line (practice)", persona)


def _guides(work: Casework, *, of_the_item: bool) -> Iterator[Piece]:
    """The guides that are offered on the item in place, or all others."""
    place = work.interview.place
    here = place.item if place else ""
    said = work.interview.speech.said
    for guide in work.interview.instrument.guides:
        if (here in guide.items) is of_the_item:
            yield from headed(said(guide, "title"), said(guide, "text"))


def _keys(work: Casework, keys: KeyMap) -> Iterator[Piece]:
    interview, absent = work.interview, set(_absent(work.interview))
    reasons = interview.instrument.missing
    lines = [
        *FIELDS,
        *(
            (key_shown(reason.key), f"Takes “{interview.speech.said(reason, 'label')}”.")
            for reason in reasons
            if interview.mode in reason.modes
        ),
        *(
            (keys.shown(command.id), command.does)
            for command in COMMANDS.values()
            if command.id not in absent
        ),
    ]
    yield from _listed(lines)


def _listed(lines: Iterable[tuple[str, str]]) -> Iterator[Piece]:
    """Keys, each with what it does."""
    yield Piece("Keys", style="bold $primary", apart=True)
    for key, does in lines:
        yield Piece(does, f"  {key:<7}")


def _absent(interview: Interview) -> Iterator[str]:
    """The commands that have nothing to do in this case."""
    if len(interview.instrument.languages) == 1:
        yield "language"
    if not interview.record.left_behind:
        yield "left"
