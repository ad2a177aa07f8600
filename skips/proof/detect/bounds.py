"""Bounds that no answer can meet, and checks that always or never have something to say.

A value is refused by the range of its question, and by hard checks. Asked here is whether the two
leave anything; a state in which nothing at all leads on is a trap (see `traps`).
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import (
    Apply,
    Compare,
    Comparison,
    Function,
    Item,
    Literal,
    Node,
    StatusFunction,
    StatusTest,
    Type,
    names_read,
)
from instrument.judging import bounds, show_number
from instrument.models import Check, Kind, Question
from instrument.values import Duration, Instance, PartialDate
from skips.proof.detect.anywhere import Anywhere, rows_to_ask, settle_any
from skips.proof.detect.checks import hard_checks, number_of, reads_itself
from skips.proof.detect.words import first_large, joined, named, quoted
from skips.proof.findings import Finding, Severity, finding
from skips.proof.goals import All, Asked, Comes, Fires, Goal, Reason, Stuck
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

UNMET: Final = "bounds-unmet"
ALWAYS: Final = "check-always"
NEVER: Final = "check-never"

_TYPES: Final = {
    Kind.INTEGER: Type.NUMBER,
    Kind.DECIMAL: Type.NUMBER,
    Kind.DATE: Type.DATE,
    Kind.DURATION: Type.DURATION,
}

_VALUES: Final = {
    Kind.INTEGER: "number",
    Kind.DECIMAL: "number",
    Kind.DATE: "date",
    Kind.DURATION: "duration",
}


def find(settler: "Settler") -> Iterator[Finding]:
    """Report bounds that cannot be met, and checks that always fire or never."""
    instrument = settler.instrument
    questions = [
        item
        for item in instrument.items.values()
        if isinstance(item, Question)
        and settler.mode in item.modes
        and settler.looks_at(instrument.section_of[item.name].name)
        and (item.checks or item.at_least > 1)
    ]
    wanted: dict[tuple[str, str], list[Goal]] = {}
    for question in questions:
        wanted |= _wanted(settler, question)
    settled = settle_any(settler, wanted)
    for question in questions:
        if settled["asked", question.name].is_possible:
            yield from _of_question(settler, question, settled)


Settled = dict[tuple[str, str], Anywhere]


def _wanted(settler: "Settler", question: Question) -> dict[tuple[str, str], list[Goal]]:
    """What is asked about a question and its checks, in each row that may differ."""
    name, program = question.name, settler.program
    places = [Instance(name, row) for row in rows_to_ask(program, name)]
    wanted: dict[tuple[str, str], list[Goal]] = {("asked", name): [Asked(one) for one in places]}
    if hard_checks(question):
        wanted["answered", name] = _behind(
            settler, question, StatusTest(StatusFunction.ANSWERED, name)
        )
        wanted["reason", name] = [Reason(one) for one in places]
        if _looks_around(question) and settler.instrument.reasons_for(question, settler.mode):
            wanted["stuck", name] = [Stuck(one) for one in places]
            wanted["valueless", name] = [Stuck(one, of_values=True) for one in places]
    if question.at_least > 1:
        taken = Apply(Function.TAKEN, (Item(name, Type.CHOICES),))
        least = Literal(question.at_least, Type.NUMBER)
        wanted["at_least", name] = _behind(settler, question, Compare(Comparison.GE, taken, least))
    for check in _written(question):
        wanted["fires", check.name] = [Fires(number_of(program, one, check)) for one in places]
        wanted["holds", check.name] = _behind(settler, question, check.condition.tree)
    for end, reached in _ends(question).items():
        wanted[end, name] = _behind(settler, question, reached)
    return wanted


def _written(question: Question) -> tuple[Check, ...]:
    """The checks that an author wrote for a question: not that of its choices."""
    return tuple(one for one in question.checks if one.name != f"{question.name}#choices")


def _of_question(settler: "Settler", question: Question, settled: Settled) -> Iterator[Finding]:
    name = question.name
    own = [one for one in hard_checks(question) if reads_itself(question, one)]
    refused = bool(own) and settled["answered", name].is_impossible
    if refused and settled["reason", name].is_possible:
        yield _refused(question, own)
        return
    if ("at_least", name) in settled and settled["at_least", name].is_impossible and not refused:
        yield _too_few(question)
    unmet = False
    for check in _written(question):
        fires, holds = settled["fires", check.name], settled["holds", check.name]
        if fires.is_impossible:
            yield _never(question, check)
        elif fires.is_possible and holds.is_impossible and check.severity == "soft":
            yield _always(question, check, fires)
        elif fires.is_possible and holds.is_impossible and check in own and not refused:
            unmet = True
            yield _unmet(question, check, fires)
    if not refused and not unmet and _is_valueless(settled, name):
        yield _valueless(settler, question, own, settled["valueless", name])
    if not refused:
        yield from _ends_refused(settler, question, own, settled)


# --- nothing is let pass --------------------------------------------------------------------------


def _refused(question: Question, checks: list[Check]) -> Finding:
    names = joined([f"'{one.name}'" for one in checks])
    says = ", ".join(quoted(one.condition) for one in checks)
    many = len(checks) > 1
    return finding(
        UNMET,
        question.source,
        question.name,
        first_large(
            f"no value of {named(question)}{_range(question)} is ever let pass by its hard "
            f"{'checks' if many else 'check'} {names}, {says}: only a missing reason leads on."
        ),
        f"Let the {'checks' if many else 'check'} and what the question takes agree.",
        related=tuple((one.source, f"the check '{one.name}'") for one in checks),
    )


def _looks_around(question: Question) -> bool:
    """Whether hard checks compare the answer with others: alone, they refuse always or never."""
    own = [one for one in hard_checks(question) if reads_itself(question, one)]
    return any(names_read(one.condition.tree) - {question.name} for one in own)


def _is_valueless(settled: Settled, name: str) -> bool:
    """Whether a case can come to a question that no value passes, and a missing reason always."""
    found = settled.get(("valueless", name))
    return found is not None and found.is_possible and settled["stuck", name].is_impossible


def _valueless(
    settler: "Settler", question: Question, checks: list[Check], found: Anywhere
) -> Finding:
    """A warning of a case in which only missing reasons are left."""
    many = len(checks) > 1
    what = _VALUES.get(question.kind, "value")
    labels = [one.label for one in settler.instrument.reasons_for(question, settler.mode)]
    left = joined([f"“{label}”" for label in labels], "or")
    made = finding(
        UNMET,
        question.source,
        question.name,
        first_large(
            f"a case can come to {named(question)} in which no {what} passes its hard "
            f"{'checks' if many else 'check'} "
            f"{', '.join(quoted(one.condition) for one in checks)}; only {left} is left."
        ),
        "Ask it only where there is a value that passes, or loosen the "
        f"{'checks' if many else 'check'}.",
        witness=found.witness,
        shows=f"At '{question.name}' every {what} leaves a hard check firing.",
        related=tuple((one.source, f"the check '{one.name}'") for one in checks),
    )
    return replace(made, severity=Severity.WARNING)


def _unmet(question: Question, check: Check, fires: Anywhere) -> Finding:
    return finding(
        UNMET,
        check.source,
        question.name,
        first_large(
            f"the hard check '{check.name}' of {named(question)}, {quoted(check.condition)}, is "
            "met by no answers: it lets pass only where something that it reads is not known."
        ),
        "Write what must hold so that some answers meet it.",
        witness=fires.witness,
        shows=f"'{check.name}' fires.",
        related=((question.source, f"'{question.name}'"),),
    )


def _too_few(question: Question) -> Finding:
    return finding(
        UNMET,
        question.source,
        question.name,
        first_large(
            f"{named(question)} wants at least {question.at_least} choices, and so many can never "
            "be taken together."
        ),
        "Lower 'at_least', or look at which choices are exclusive, which are offered together, and "
        "what the hard checks say.",
    )


def _range(question: Question) -> str:
    """` from 0 to 99`, where the question has bounds."""
    return f",{found}," if (found := bounds(question)) else ""


# --- checks that always or never speak ------------------------------------------------------------


def _always(question: Question, check: Check, fires: Anywhere) -> Finding:
    return finding(
        ALWAYS,
        check.source,
        check.name,
        first_large(
            f"the soft check '{check.name}' of {named(question)}, {quoted(check.condition)}, fires "
            "whatever is answered, as long as what it reads is known."
        ),
        "A check says what usually holds: turn the condition around if it says what is wrong, or "
        "use 'instruct' for what every interviewer must read.",
        witness=fires.witness,
        shows=f"'{check.name}' fires.",
    )


def _never(question: Question, check: Check) -> Finding:
    return finding(
        NEVER,
        check.source,
        check.name,
        first_large(
            f"the {check.severity} check '{check.name}' of {named(question)}, "
            f"{quoted(check.condition)}, can never fire: nothing that can be answered goes "
            "against it."
        ),
        "Leave it out, or correct it if it is to catch something.",
    )


# --- ends of the range ----------------------------------------------------------------------------


def _ends(question: Question) -> dict[str, Node]:
    """The ends of a range that hard checks may refuse, each with what it is to reach it.

    Where a check that looks at nothing else refuses an end, its author saw both: it says in its own
    words what the range would say. What follows from other answers nobody sees.
    """
    own = [one for one in hard_checks(question) if reads_itself(question, one)]
    if not any(names_read(one.condition.tree) - {question.name} for one in own):
        return {}
    ends = {"lowest": question.minimum, "highest": question.maximum}
    return {
        end: _reaches(question, bound, lowest=end == "lowest")
        for end, bound in ends.items()
        if bound is not None
    }


def _reaches(
    question: Question, bound: int | Decimal | PartialDate | Duration, *, lowest: bool
) -> Node:
    """That a value is at an end of the range, or as near to it as a date known in part can be."""
    value: int | Decimal | PartialDate | Duration = bound
    if isinstance(bound, PartialDate):
        day = bound.first if lowest else bound.last
        value = PartialDate(day.year, day.month, day.day)
    sign = Comparison.LE if lowest else Comparison.GE
    kind = _TYPES[question.kind]
    return Compare(sign, Item(question.name, kind), Literal(value, kind))


def _ends_refused(
    settler: "Settler", question: Question, checks: list[Check], settled: Settled
) -> Iterator[Finding]:
    """A note where an end of the range is never let pass."""
    shut = [
        end
        for end in ("lowest", "highest")
        if (end, question.name) in settled and settled[end, question.name].is_impossible
    ]
    if not shut:
        return
    limits = [_limit(settler, question, lowest=end == "lowest") for end in shut]
    names = joined([f"'{one.name}'" for one in checks])
    found = finding(
        UNMET,
        question.source,
        question.name,
        first_large(
            f"the range of {named(question)},{bounds(question)}, goes further than its hard checks "
            f"({names}) ever let pass: {joined(limits)}."
        ),
        "Narrow the range, so that the question says at once what it takes.",
        related=tuple((one.source, f"the check '{one.name}'") for one in checks),
    )
    yield replace(found, severity=Severity.NOTE)


def _limit(settler: "Settler", question: Question, *, lowest: bool) -> str:
    """How far values can go towards an end of the range, in words."""
    low, high = question.minimum, question.maximum
    word = "lowest" if lowest else "highest"
    if question.kind is not Kind.INTEGER or not isinstance(low, int) or not isinstance(high, int):
        return f"never its {word} value"
    while low < high:
        middle = (low + high) // 2 if lowest else (low + high + 1) // 2
        reached = _reaches(question, middle, lowest=lowest)
        found = settle_any(settler, {"": _behind(settler, question, reached)})[""]
        if lowest:
            low, high = (low, middle) if found.is_possible else (middle + 1, high)
        else:
            low, high = (middle, high) if found.is_possible else (low, middle - 1)
    return f"nothing {'below' if lowest else 'above'} {show_number(low)}"


def _behind(settler: "Settler", question: Question, condition: Node) -> list[Goal]:
    """That a condition holds once the interviewer has gone on, in each row that may differ."""
    program = settler.program
    places = [Instance(question.name, row) for row in rows_to_ask(program, question.name)]
    return [
        All((Asked(one), Comes(condition, one.row, Truth.YES, program.slot(one) + 1)))
        for one in places
    ]
