"""Traps: a case can come to an item at which nothing that can be answered lets it go on.

A hard check that does not look at its own item is asked about apart. It is there to send the
interviewer back; but if all that it reads are answers to single questions, it stands in the wrong
place, and the interviewer is held at a question that has nothing to do with it. One that looks over
the rows of a roster has no better place and is no trap (see `rosters`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import Node, names_read
from instrument.models import Check, Computed, Instrument, Question
from instrument.values import Instance
from skips.proof.detect.anywhere import Anywhere, rows_to_ask, settle_any
from skips.proof.detect.checks import hard_checks, is_over_rows, reads_itself
from skips.proof.detect.words import first_large, joined, named, quoted
from skips.proof.findings import Finding, finding
from skips.proof.goals import All, Asked, Comes, Goal, Not_, Stuck
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

CODE: Final = "trap"


def find(settler: "Settler") -> Iterator[Finding]:
    """Report the items at which a case can be held whatever is answered."""
    program, instrument = settler.program, settler.instrument
    questions = [
        item
        for item in instrument.items.values()
        if isinstance(item, Question)
        and program.mode in item.modes
        and hard_checks(item)
        and settler.looks_at(instrument.section_of[item.name].name)
    ]
    misplaced = {
        check.name: (item, check)
        for item in questions
        for check in hard_checks(item)
        if not reads_itself(item, check) and not is_over_rows(instrument, check.condition.tree)
    }
    held = {item.name: item for item in questions if _of_itself(item)}
    settled = settle_any(
        settler,
        {item.name: _stuck(settler, item) for item in held.values()}
        | {name: _fires(settler, item, check) for name, (item, check) in misplaced.items()},
    )
    for name, item in held.items():
        if settled[name].is_possible:
            yield _trap(settler, item, settled[name])
    told = {name for name in held if settled[name].is_possible}
    for name, (item, check) in misplaced.items():
        if settled[name].is_possible and item.name not in told:
            told.add(item.name)
            yield _misplaced(settler, item, check, settled[name])


def _of_itself(question: Question) -> tuple[Check, ...]:
    """The hard checks of a question that look at its own answer."""
    return tuple(one for one in hard_checks(question) if reads_itself(question, one))


def _stuck(settler: "Settler", question: Question) -> list[Goal]:
    """That nothing will do for the checks of what is answered, while the others are quiet."""
    program = settler.program
    others = [one for one in hard_checks(question) if not reads_itself(question, one)]
    goals: list[Goal] = []
    for row in rows_to_ask(program, question.name):
        instance = Instance(question.name, row)
        slot = program.slot(instance)
        quiet = [Not_(Comes(one.condition.tree, row, Truth.NO, slot)) for one in others]
        goals.append(All((Stuck(instance), *quiet)) if quiet else Stuck(instance))
    return goals


def _fires(settler: "Settler", question: Question, check: Check) -> list[Goal]:
    """That a check fires whatever is answered."""
    program = settler.program
    goals: list[Goal] = []
    for row in rows_to_ask(program, question.name):
        instance = Instance(question.name, row)
        fires = Comes(check.condition.tree, row, Truth.NO, program.slot(instance))
        goals.append(All((Asked(instance), fires)))
    return goals


def _trap(settler: "Settler", question: Question, found: Anywhere) -> Finding:
    checks = _of_itself(question)
    names = joined([f"'{one.name}'" for one in checks])
    whose = f"hard check {names}" if len(checks) == 1 else f"hard checks {names}"
    says = ", ".join(quoted(one.condition) for one in checks)
    reasons = settler.instrument.reasons_for(question, settler.mode)
    lets = "lets" if len(checks) == 1 else "let"
    passes = f"{lets} no value and no missing reason pass"
    if not reasons:
        passes = f"{lets} no value pass, and it takes no missing reason"
    return finding(
        CODE,
        question.source,
        question.name,
        first_large(
            f"a case can come to {named(question)} where its {whose}, {says}, "
            f"{passes}: nobody can go on from there."
        ),
        "Ask it only where there is an answer that passes, by 'ask_if', loosen the check, or take "
        "a missing reason.",
        witness=found.witness,
        shows=f"At '{question.name}' every answer leaves a hard check firing.",
        related=tuple((one.source, f"the check '{one.name}'") for one in checks),
    )


def _misplaced(settler: "Settler", question: Question, check: Check, found: Anywhere) -> Finding:
    last = _last_read(settler.instrument, check.condition.tree)
    there = "" if last is None else f", best at {named(last)}"
    return finding(
        CODE,
        check.source,
        question.name,
        first_large(
            f"the hard check '{check.name}', {quoted(check.condition)}, does not look at what is "
            f"answered to {named(question)} itself: where it fires, nothing that is answered there "
            "lets anybody go on."
        ),
        f"Put the check where what it looks at is answered{there}; or let it look at its own item.",
        witness=found.witness,
        shows=f"At '{question.name}' every answer leaves '{check.name}' firing.",
        related=((check.source, f"the check '{check.name}'"),),
    )


def _last_read(instrument: Instrument, tree: Node) -> Question | None:
    """The last question that a condition depends on, by way of computed values, too."""
    seen, left = set[str](), [*names_read(tree)]
    while left:
        name = left.pop()
        item = instrument.items[name]
        if name in seen:
            continue
        seen.add(name)
        if isinstance(item, Computed):
            parts = [item.expression, *(branch.when for branch in item.branches)]
            parts += [branch.value for branch in item.branches]
            for part in parts:
                left += names_read(part.tree) if part is not None else ()
    items = [item for name, item in instrument.items.items() if name in seen]
    return next((item for item in reversed(items) if isinstance(item, Question)), None)
