"""How a case can end: with no closing statement, or with nothing to write a summary of.

A *closing* statement is one behind which no question is ever asked. An instrument that has any is
meant to end with one of them. One that is read only where no part of the summary is wanted closes
an interview early; then nobody expects a summary.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from instrument.conditions.nodes import IsYes, Item, Type
from instrument.models import Question, Statement
from instrument.values import Instance
from skips.program import ASKABLE
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.words import first_large, joined, listed, named
from skips.proof.findings import Finding, finding
from skips.proof.goals import All, Any_, Asked, Comes, Goal, Not_, SectionIs
from skips.proof.verdict import Verdict
from skips.proof.witness import NotReplayed, Witness, replay
from skips.route import Route
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settled, Settler

SCOPE: Final = "instrument"
OPEN: Final = "ends-open"
NO_SUMMARY: Final = "ends-without-summary"
_NEAR: Final = 8
"""So many questions behind a statement are asked about before all the others."""


class _Question(NamedTuple):
    """A question that an interview can come to."""

    slot: int
    section: str
    asked: Asked


def find(settler: "Settler") -> Iterator[Finding]:
    """Report that cases can end otherwise than the instrument means them to."""
    if (nothing := _nothing_asked(settler)) is not None:
        yield nothing
        return
    closing = _closing(settler)
    yield from _open(settler, closing)
    yield from _without_summary(settler, closing)


# --- nothing is asked -----------------------------------------------------------------------------


def _nothing_asked(settler: "Settler") -> Finding | None:
    """A finding if there are cases in which nothing comes up at all."""
    program, instrument = settler.program, settler.instrument
    if Route(program).first_open() is not None:
        return None
    first = [
        Asked(instance)
        for instance, role in zip(program.instances, program.roles, strict=True)
        if role == ASKABLE and instance is not None
    ]
    nothing = Not_(Any_(tuple(first)))
    settled = settler.settle([nothing])[nothing]
    if not settled.is_possible:
        return None
    section = instrument.sections[0]
    mode = instrument.modes[settler.mode]
    return finding(
        OPEN,
        section.source,
        section.name,
        f"In the mode '{settler.mode}' ({mode}) an interview can end before anything is asked.",
        "Let at least one item be there for everybody, or take the mode out of 'modes'.",
        witness=settled.witness,
        shows="No question and no statement is on the route.",
    )


# --- closing statements ---------------------------------------------------------------------------


def _closing(settler: "Settler") -> list[Statement]:
    """The statements that can be read and behind which no question is ever asked, in order.

    Most statements are followed at once by a question, which is asked about first; sections that
    are never open together with a statement are left out before their questions are looked at.
    """
    statements = {one.name: one for one in _statements(settler)}
    read = {name: Asked(Instance(name)) for name in statements}
    settled = settler.settle(read.values())
    questions = list(_questions(settler))
    behind = {
        name: questions[_after(questions, settler.program.slot(Instance(name))) :]
        for name in statements
        if settled[read[name]].is_possible
    }
    followed = _followed(
        settler,
        {
            (name, ""): All((read[name], Any_(tuple(one.asked for one in some[:_NEAR]))))
            for name, some in behind.items()
            if some
        },
    )
    left = {
        (name, section): tuple(one.asked for one in some)
        for name in behind
        if name not in followed
        for section, some in groupby(behind[name], key=lambda one: one.section)
    }
    gates = {
        (name, section): All((read[name], SectionIs(section, Truth.YES))) for name, section in left
    }
    settled = settler.settle(gates.values())
    followed |= _followed(
        settler,
        {
            (name, section): All((read[name], Any_(left[name, section])))
            for (name, section), gate in gates.items()
            if not _never(settled[gate])
        },
    )
    return [statements[name] for name in behind if name not in followed]


def _after(questions: list[_Question], slot: int) -> int:
    """The place of the first question behind a slot."""
    return bisect_right(questions, slot, key=lambda one: one.slot)


def _followed(settler: "Settler", wanted: dict[tuple[str, str], Goal]) -> set[str]:
    """The statements that one of some goals can hold of."""
    settled = settler.settle(wanted.values())
    return {name for (name, _), goal in wanted.items() if not _never(settled[goal])}


def _never(settled: "Settled") -> bool:
    return settled.verdict is Verdict.IMPOSSIBLE


def _statements(settler: "Settler") -> list[Statement]:
    """The statements of the mode that stand in no roster."""
    return [
        item
        for _, roster, item in settler.instrument.walk()
        if isinstance(item, Statement) and roster is None and settler.mode in item.modes
    ]


def _questions(settler: "Settler") -> Iterator[_Question]:
    """Every question of the mode, in the rows that may differ, in the order of the interview."""
    program = settler.program
    for section, _, item in settler.instrument.walk():
        if isinstance(item, Question) and settler.mode in item.modes:
            for row in rows_to_ask(program, item.name):
                instance = Instance(item.name, row)
                yield _Question(program.slot(instance), section.name, Asked(instance))


def _open(settler: "Settler", closing: list[Statement]) -> Iterator[Finding]:
    """A finding if a case can end without any of the closing statements."""
    if not closing:
        return
    goal = Not_(Any_(tuple(Asked(Instance(one.name)) for one in closing)))
    settled = settler.settle([goal])[goal]
    if not settled.is_possible:
        return
    last = closing[-1]
    yield finding(
        OPEN,
        last.source,
        last.name,
        first_large(f"an interview can end without a closing statement: {_none_of(closing)}."),
        "Add a closing statement for these cases; often it is an answer that is missing which "
        "leaves a condition unknown.",
        witness=settled.witness,
        shows=_last_item(settler, settled.witness),
        related=tuple((one.source, f"'{one.name}'") for one in closing[:-1]),
    )


def _none_of(closing: list[Statement]) -> str:
    names = [f"'{one.name}'" for one in closing]
    match names:
        case [only]:
            return f"{only}, behind which no question is ever asked, is not read"
        case [_, _]:
            return f"neither {joined(names, 'nor')} is read"
        case _:
            return f"none of {listed(names)} is read"


def _last_item(settler: "Settler", witness: Witness | None) -> str:
    """The last thing on the route of the case that shows it."""
    if witness is None:
        return ""
    try:
        last = replay(settler.program, witness).preceding(None)
    except NotReplayed:  # a trap further on: the case comes to no end at all
        return ""
    return "" if last is None else f"The last thing on the route is '{last}'."


# --- the summary ----------------------------------------------------------------------------------


def _without_summary(settler: "Settler", closing: list[Statement]) -> Iterator[Finding]:
    """A finding if a case can end like others and no part of the summary is wanted of it."""
    summary = settler.instrument.summary
    names = list(dict.fromkeys(part.ask_if for part in summary if part.ask_if is not None))
    if not summary or any(part.ask_if is None for part in summary):
        return
    wanted = Any_(tuple(_is_yes(settler, name) for name in names))
    read = {one.name: Asked(Instance(one.name)) for one in closing}
    with_summary = {name: All((goal, wanted)) for name, goal in read.items()}
    settled = settler.settle(with_summary.values())
    early = tuple(read[name] for name, goal in with_summary.items() if _never(settled[goal]))
    goal = All((Not_(wanted), Not_(Any_(early)))) if early else Not_(wanted)
    found = settler.settle([goal])[goal]
    if not found.is_possible:
        return
    items = settler.instrument.items
    yield finding(
        NO_SUMMARY,
        summary[0].source,
        names[0],
        first_large(
            "an interview can end with nothing to write a summary of: every part of the summary "
            f"is wanted only where {listed([named(items[name]) for name in names], 'others')} "
            f"{'is' if len(names) == 1 else 'are'} yes."
        ),
        "Let one part be wanted always, or close these cases by a statement of their own, read "
        "only where there is no summary.",
        witness=found.witness,
        shows=_not_yes(names),
    )


def _is_yes(settler: "Settler", name: str) -> Goal:
    """That a yes/no item comes to yes."""
    slot = settler.program.slot(Instance(name)) + 1
    return Comes(IsYes(Item(name, Type.CHOICE)), 0, Truth.YES, slot)


def _not_yes(names: list[str]) -> str:
    return f"{listed([repr(name) for name in names])} {'is' if len(names) == 1 else 'are'} not yes."
