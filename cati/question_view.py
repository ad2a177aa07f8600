"""What the screen shows of the item in place, worked out from the interview without a widget."""

from dataclasses import dataclass
from decimal import Decimal

from cati.interview import Interview
from instrument.conditions.nodes import names_read
from instrument.dates import show_date
from instrument.models import (
    CHOICE_KINDS,
    NUMBER_KINDS,
    Computed,
    Guide,
    Item,
    Kind,
    MissingReason,
    Question,
    Statement,
)
from instrument.values import Answer, Duration, Instance, Missing, PartialDate
from skips import SectionState
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
    reasons: tuple[MissingReason, ...]
    kept: Answer | None
    hint: str
    """What may be typed."""
    because: str
    guides: tuple[Guide, ...]
    remark: str
    drafted: str | None
    """A long text typed before and not given yet."""


def view_of(interview: Interview, instance: Instance) -> QuestionView:
    """The view of an item that is on the route."""
    instrument, route = interview.instrument, interview.route
    item = instrument.items[instance.item]
    if not isinstance(item, Question | Statement):
        raise TypeError(f"{instance} is not asked by anybody")
    wording = item.wordings[interview.mode]
    question = item if isinstance(item, Question) else None
    section = instrument.section_of[instance.item]
    siblings = [one for one in route.route() if instrument.section_of[one.item] is section]
    roster = instrument.roster_of.get(instance.item)

    def filled(part: str) -> str:
        text = getattr(wording, part)
        return "" if text is None else route.fill(text, instance.row)

    return QuestionView(
        instance=instance,
        question=question,
        section=section.title,
        number=siblings.index(instance) + 1,
        total=len(siblings),
        row=route.row_label(roster.name, instance.row) if roster else "",
        minutes=minutes_left(interview),
        ask=filled("ask"),
        instruct=filled("instruct"),
        probe=filled("probe"),
        choices=choice_lines(question) if question else (),
        reasons=instrument.reasons_for(question, interview.mode) if question else (),
        kept=route.kept(instance),
        hint=hint_of(question) if question else "",
        because=because(interview, instance),
        guides=tuple(guide for guide in instrument.guides if instance.item in guide.items),
        remark=interview.remarks.get(instance, ""),
        drafted=interview.record.drafts.get(instance),
    )


def choice_lines(question: Question) -> tuple[ChoiceLine, ...]:
    """The choices as they are offered; yes and no are also taken by their letters."""
    letters = {"yes": "y", "no": "n"} if question.kind is Kind.YES_NO else {}
    return tuple(
        ChoiceLine(choice.name, choice.label, choice.exclusive, letters.get(choice.name, ""))
        for choice in question.choices
    )


def hint_of(question: Question) -> str:
    """What may be typed, in a few words."""
    low, high = _bound(question.minimum, "01-01"), _bound(question.maximum, "12-31")
    unit = question.variable.unit or ""
    if low is not None and high is not None:
        bounds = f"from {low} to {high}"
    elif low is not None:
        bounds = f"from {low}"
    else:
        bounds = f"up to {high}" if high is not None else ""
    if question.kind in NUMBER_KINDS:
        return " ".join(filter(None, (unit or "a number", bounds)))
    if question.kind in CHOICE_KINDS:
        return _how_many(question) if question.kind is Kind.ANY_OF else ""
    return {
        Kind.DATE: ", ".join(filter(None, ("3/19/2019, mar 2019 or 2019", bounds))),
        Kind.TIME: "time: 2:30 pm or 14:30",
        Kind.TEXT: f"up to {question.max_length} characters",
        Kind.LONG_TEXT: f"up to {question.max_length} characters; ^J begins a new line",
    }[question.kind]


def _bound(bound: int | Decimal | PartialDate | Duration | None, edge_of_year: str) -> str | None:
    """A bound as people write it; of a date only the year, if it is the edge of one."""
    if isinstance(bound, PartialDate):
        return str(bound.year) if str(bound).endswith(edge_of_year) else show_date(bound)
    return None if bound is None else str(bound)


def minutes_left(interview: Interview) -> str:
    """How long the rest will take, as people say it.

    While whole sections still hang on answers to come, it is a least and not an estimate: someone
    told "about a minute" at the first question would feel deceived.
    """
    route = interview.route
    if not route.open_count:
        return "nothing left to ask"
    undecided = any(not one.total and one.state is SectionState.AHEAD for one in route.sections())
    whole = round(route.minutes_left())
    if not whole:
        return "a minute or more left" if undecided else "less than a minute left"
    how = "at least" if undecided else "about"
    return f"{how} {whole} minute{'' if whole == 1 else 's'} left"


def because(interview: Interview, instance: Instance) -> str:
    """The answers for which an item is asked; empty if its section asks it of everybody."""
    instrument = interview.instrument
    condition = instrument.items[instance.item].ask_if
    if condition is None:
        return ""
    facts: list[str] = []
    order = list(instrument.items)
    for name in sorted(names_read(condition.tree), key=order.index):
        item, roster = instrument.items[name], instrument.roster_of.get(name)
        if roster is not None and roster is not instrument.roster_of.get(instance.item):
            continue
        read = Instance(name, instance.row if roster else 0)
        answer = _fact(interview, item, read)
        if answer and isinstance(item, Question | Computed):
            facts.append(f"“{item.variable.label}” is {answer}")
    return f"Asked because {' and '.join(facts[:MOST_FACTS])}." if facts else ""


def _fact(interview: Interview, item: Item, read: Instance) -> str:
    if isinstance(item, Computed):
        value = interview.route.counted(read)
        return "" if value is None else spoken(value, item.choices)
    return answer_in_words(interview, read) if interview.route.on_route(read) else ""


def answer_in_words(interview: Interview, instance: Instance) -> str:
    """The answer of an item on one line; a missing reason stands in brackets."""
    shown = interview.shown_answer(instance)
    missing = isinstance(interview.route.kept(instance), Missing)
    return f"({shown})" if missing else " ".join(shown.split())


def _how_many(question: Question) -> str:
    least, most = question.at_least, question.at_most
    if most is not None and most == least:
        return f"take {most}"
    if most is not None:
        return f"take {least} to {most}"
    return "" if least <= 1 else f"take {least} or more"
