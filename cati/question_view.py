"""What the screen shows of the item in place, worked out from the interview without a widget."""

from dataclasses import dataclass

from cati.hints import hint_of
from cati.interview import Interview
from cati.left_words import left_words
from instrument.counts import counted
from instrument.models import (
    CHOICE_KINDS,
    Computed,
    GridRow,
    Item,
    Kind,
    Question,
    Statement,
    Text,
)
from instrument.values import Answer, Instance, Missing
from skips.fills import spoken

MOST_FACTS = 3
"""Answers named as the reason for a question; more would not be read."""


@dataclass(frozen=True)
class ChoiceLine:
    """One choice as it is offered."""

    name: str
    label: str
    exclusive: bool = False
    letter: str = ""
    """A letter that takes it besides its number, such as `y`."""
    read: bool = True
    """Whether it may be read aloud."""


@dataclass(frozen=True)
class ReasonLine:
    """One missing reason as it is offered."""

    name: str
    label: str
    key: str


@dataclass(frozen=True)
class GridLine:
    """One row of a grid, and what was answered there."""

    text: str
    answer: str
    here: bool
    """Whether it is the row in place."""


@dataclass(frozen=True)
class GridView:
    """The grid that a question belongs to, as far as its rows are asked."""

    stem: str
    lines: tuple[GridLine, ...]

    @property
    def here(self) -> int:
        """Where the row in place stands among the lines, from 0."""
        return next(number for number, line in enumerate(self.lines) if line.here)

    @property
    def progress(self) -> str:
        """`3 of 11`."""
        return f"{self.here + 1} of {len(self.lines)}"


@dataclass(frozen=True)
class QuestionView:
    """One question or statement, ready to be drawn."""

    instance: Instance
    question: Question | None
    """None for a statement."""
    section: str
    number: int
    """Where it stands among the section's items on the route, from 1."""
    total: int
    row: str
    """Which row of a roster it belongs to; empty outside of one."""
    minutes: str
    ask: str
    instruct: str
    probe: str
    choices: tuple[ChoiceLine, ...]
    """In the order shown; those that are not offered now are left out."""
    reasons: tuple[ReasonLine, ...]
    kept: Answer | None
    hint: str
    """What may be typed."""
    because: str
    guides: tuple[str, ...]
    """Titles."""
    remark: str
    drafted: str | None
    """A long text typed before and not given yet."""
    fallen: str = ""
    """Labels of choices taken before that are no longer offered."""
    grid: GridView | None = None
    before: str = ""
    """What was answered in another version and left behind there; empty once it is answered."""


def view_of(interview: Interview, instance: Instance) -> QuestionView:
    """The view of an item that is on the route."""
    instrument, route, speech = interview.instrument, interview.route, interview.speech
    item = instrument.items[instance.item]
    if not isinstance(item, Question | Statement):
        raise TypeError(f"{instance} is not asked by anybody")
    wording = item.wordings[interview.mode]
    question = item if isinstance(item, Question) else None
    section = instrument.section_of[instance.item]
    number, total = route.place_in_section(instance)

    def filled(text: Text | None) -> str:
        return "" if text is None else speech.fill(text, instance.row)

    return QuestionView(
        instance=instance,
        question=question,
        section=speech.said(section, "title"),
        number=number,
        total=total,
        row=speech.row_label(instance),
        minutes=minutes_in_words(interview),
        ask=filled(wording.ask),
        instruct=filled(wording.instruct),
        probe=filled(wording.probe),
        choices=choice_lines(interview, instance, question) if question else (),
        reasons=reason_lines(interview, question) if question else (),
        kept=route.kept(instance),
        hint=hint_of(question, interview.offered_names(instance)) if question else "",
        because=because(interview, instance),
        guides=tuple(
            speech.said(guide, "title")
            for guide in instrument.guides
            if instance.item in guide.items
        ),
        remark=interview.remarks.get(instance, ""),
        drafted=interview.record.drafts.get(instance),
        fallen=_fallen(interview, instance, question) if question else "",
        grid=grid_view(interview, instance),
        before=_before(interview, instance),
    )


def choice_lines(
    interview: Interview, instance: Instance, question: Question
) -> tuple[ChoiceLine, ...]:
    """The choices as they are offered now; yes and no are also taken by their letters."""
    letters = {"yes": "y", "no": "n"} if question.kind is Kind.YES_NO else {}
    return tuple(
        ChoiceLine(
            choice.name,
            interview.speech.said(choice, "label"),
            choice.exclusive,
            letters.get(choice.name, ""),
            choice.read,
        )
        for choice in interview.offered(instance)
    )


def reason_lines(interview: Interview, question: Question) -> tuple[ReasonLine, ...]:
    """The missing reasons that a question takes."""
    return tuple(
        ReasonLine(reason.name, interview.speech.said(reason, "label"), reason.key)
        for reason in interview.instrument.reasons_for(question, interview.mode)
    )


def grid_view(interview: Interview, instance: Instance) -> GridView | None:
    """The grid of a question, with the rows that are asked; None for one that stands in none."""
    grid = _grid_of(interview, instance)
    if grid is None:
        return None
    speech, lines = interview.speech, []
    for one in interview.route.in_section(instance):
        item, found = interview.instrument.items[one.item], _grid_of(interview, one)
        if found is not None and found.grid == grid.grid and one.row == instance.row:
            assert isinstance(item, Question)
            text = speech.fill(item.wordings[interview.mode].ask, one.row)
            lines.append(GridLine(text, answer_in_words(interview, one), one == instance))
    stem = grid.stem.get(interview.mode)
    return GridView(speech.fill(stem, instance.row) if stem else "", tuple(lines))


def _grid_of(interview: Interview, instance: Instance) -> GridRow | None:
    item = interview.instrument.items[instance.item]
    return item.grid if isinstance(item, Question) else None


def _fallen(interview: Interview, instance: Instance, question: Question) -> str:
    """Labels of the choices taken that are no longer offered."""
    kept = interview.route.kept(instance)
    if question.kind not in CHOICE_KINDS or kept is None or isinstance(kept, Missing):
        return ""
    taken = kept if isinstance(kept, tuple) else (str(kept),)
    offered = interview.offered_names(instance)
    gone = tuple(name for name in taken if name not in offered)
    return interview.speech.answer(question, gone) if gone else ""


def _before(interview: Interview, instance: Instance) -> str:
    """The newest answer that a move left behind at a question which has none now."""
    if interview.route.kept(instance) is not None:
        return ""
    newest = left_words(interview, instance, most=1)
    return f"{newest[0].answer} ({newest[0].why})" if newest else ""


def minutes_in_words(interview: Interview) -> str:
    """How long the rest will take, as people say it.

    While whole sections still hang on answers to come, it is a least and not an estimate: someone
    told "about a minute" at the first question would feel deceived.
    """
    route = interview.route
    if not route.open_count:
        return "nothing left to ask"
    undecided = route.has_undecided_section()
    whole = round(interview.minutes_left())
    if undecided:
        return "at least a minute left" if whole <= 1 else f"at least {whole} minutes left"
    return f"about {counted(whole, 'minute')} left" if whole else "less than a minute left"


def because(interview: Interview, instance: Instance) -> str:
    """The answers for which an item is asked; empty if its section asks it of everybody."""
    instrument = interview.instrument
    if instrument.items[instance.item].ask_if is None:
        return ""
    facts: list[str] = []
    for read in _read_here(interview, instance):
        item = instrument.items[read.item]
        answer = _fact(interview, item, read)
        if answer and isinstance(item, Question | Computed):
            facts.append(f"“{item.variable.label}” is {answer}")
    return f"Asked because {' and '.join(facts[:MOST_FACTS])}." if facts else ""


def _read_here(interview: Interview, instance: Instance) -> list[Instance]:
    """The values that decide that an item is asked, of its own row and outside of rosters."""
    instrument, own = interview.instrument, interview.instrument.roster_of.get(instance.item)
    found = []
    for read in interview.route.explainer(instance).own():
        roster = instrument.roster_of.get(read.item)
        if isinstance(instrument.items.get(read.item), Question | Computed) and (
            roster is None or roster is own
        ):
            found.append(read)
    return sorted(found, key=interview.route.program.slot)


def _fact(interview: Interview, item: Item, read: Instance) -> str:
    if isinstance(item, Computed):
        value = interview.route.counted(read)
        return "" if value is None else spoken(value, item.choices, interview.language)
    return answer_in_words(interview, read) if interview.route.on_route(read) else ""


def answer_in_words(interview: Interview, instance: Instance) -> str:
    """The answer of an item on one line; a missing reason stands in brackets."""
    shown = interview.speech.kept_answer(instance)
    missing = isinstance(interview.route.kept(instance), Missing)
    return f"({shown})" if missing else " ".join(shown.split())
