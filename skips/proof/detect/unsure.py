"""Missing answers that silently drop what every answer, or one of them, would lead to.

That a follow-up is not asked of those who are not sure is ordinary. Reported is

- a missing answer with which nothing of a section is asked that an answer there can open, and
- a missing answer with which none of several items is asked, although every answer leads to one,

in both cases unless something is asked then that speaks of the missing answer: an item or a section
with `missing(…)` or `answered(…)` in its condition. There is one finding for each question, at the
question, since it is there that the author settles it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import names_read
from instrument.models import Question, Section
from skips.proof.detect.leaning import Leaning, is_asked_of
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.unsure_groups import Group, dropped_groups
from skips.proof.detect.words import first_large, joined, listed, named, quoted, section_named
from skips.proof.findings import Finding, finding
from skips.proof.goals import All, Any_, Asked, Given, Goal, Not_, Reason, SectionIs
from skips.proof.witness import Witness
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

SCOPE: Final = "ahead"


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A question without an answer, and a section that may be dropped by that."""

    question: Question
    section: Section


def find(settler: "Settler") -> Iterator[Finding]:
    """Report every question of which a missing answer silently drops something."""
    leaning = Leaning(settler.program)
    sections = _dropped_sections(settler, leaning)
    groups = dropped_groups(settler, leaning)
    for question in leaning.can_be_missing(settler.instrument.items):
        if question.name in sections or question.name in groups:
            yield _finding(
                settler, question, sections.get(question.name, []), groups.get(question.name, [])
            )


def _dropped_sections(
    settler: "Settler", leaning: Leaning
) -> dict[str, list[tuple[Section, Witness]]]:
    """By question the sections that its missing answer drops, each with a case in which it does."""
    pairs = list(_pairs(settler, leaning))
    found: dict[_Pair, Witness] = {}
    # First where all else is answered, so that nothing but this can be the cause.
    for strictly in (True, False):
        left = [pair for pair in pairs if pair not in found]
        goals = {pair: _unknown(leaning, pair, strictly=strictly) for pair in left}
        settled = settler.settle(goals.values())
        shown = {
            pair: witness
            for pair, goal in goals.items()
            if (witness := settled[goal].witness) is not None
        }
        opens = {pair: _opens(leaning, pair, witness) for pair, witness in shown.items()}
        settled = settle_quietly(settler, opens.values())
        found |= {pair: shown[pair] for pair, goal in opens.items() if settled[goal].is_possible}
    by_question: dict[str, list[tuple[Section, Witness]]] = {}
    for pair in pairs:
        if pair in found:
            by_question.setdefault(pair.question.name, []).append((pair.section, found[pair]))
    return by_question


def _pairs(settler: "Settler", leaning: Leaning) -> Iterator[_Pair]:
    instrument = settler.instrument
    for section in instrument.sections:
        if section.ask_if is None or not is_asked_of(section, settler.mode):
            continue
        for question in leaning.can_be_missing(leaning.below(names_read(section.ask_if.tree))):
            if settler.looks_at(
                instrument.section_of[question.name].name
            ) and not leaning.is_checked(question):
                yield _Pair(question, section)


def _unknown(leaning: Leaning, pair: _Pair, *, strictly: bool) -> Goal:
    """That the question has no answer, all else has, the section is not asked, and nobody cares."""
    assert pair.section.ask_if is not None
    program, question = leaning.program, pair.question
    below = leaning.below(names_read(pair.section.ask_if.tree))
    others = [one for one in leaning.can_be_missing(below) if one is not question]
    goals: list[Goal] = [
        Reason(leaning.first(question), _reason(leaning, question)),
        SectionIs(pair.section.name, Truth.UNKNOWN),
        *(Not_(Reason(leaning.first(one))) for one in others),
        *(Not_(goal) for goal in leaning.thought_of(question)),
    ]
    if strictly:
        goals += [
            Asked(leaning.first(one))
            for one in others
            if question.name not in leaning.below({one.name})
            and one.name not in program.instrument.roster_of
        ]
    return All(tuple(goals))


def _opens(leaning: Leaning, pair: _Pair, witness: Witness) -> Goal:
    """That an answer to the question, all other answers being the same, opens the section.

    What is asked only because of that answer may be answered in any way.
    """
    program = leaning.program
    place = leaning.first(pair.question)
    at = program.slot(place)
    gate = SectionIs(pair.section.name).before(program)
    kept: list[Goal] = []
    for instance, answer in witness.answers:
        slot = program.slot(instance)
        if slot < at:
            kept.append(Given(instance, answer))
        elif at < slot < gate:
            kept.append(Any_((Given(instance, answer), Not_(Asked(instance)))))
    return All((*kept, Asked(place), Not_(Reason(place)), SectionIs(pair.section.name)))


def _reason(leaning: Leaning, question: Question) -> str:
    return leaning.instrument.reasons_for(question, leaning.program.mode)[0].name


def _finding(
    settler: "Settler",
    question: Question,
    sections: Sequence[tuple[Section, Witness]],
    groups: Sequence[Group],
) -> Finding:
    reason = settler.instrument.reasons_for(question, settler.mode)[0]
    dropped = [section for section, _ in sections]
    parts = [_of_sections(dropped)] if dropped else []
    parts += [
        f"{_none_of([named(item) for item in group.items])} is asked, "
        "though every answer leads to one of them"
        for group in groups
    ]
    shows = [
        f"Section '{one.title}' is not asked: {quoted(one.ask_if)} is unknown."
        for one in dropped
        if one.ask_if is not None
    ] + [
        first_large(f"{_none_of([repr(item.name) for item in group.items])} is asked.")
        for group in groups
    ]
    return finding(
        "unsure-drops",
        question.source,
        question.name,
        f"With “{reason.label}” at {named(question)}, {'; and '.join(parts)}.",
        f"Ask or say something where “missing({question.name})” holds, do not accept the missing "
        "reason (no_missing), or acknowledge this with the reason why it is meant.",
        witness=sections[0][1] if sections else groups[0].witness,
        shows=shows[0],
        related=tuple(
            (one.ask_if.source, f"{section_named(one)} is asked if {quoted(one.ask_if)}")
            for one in dropped
            if one.ask_if is not None
        ),
    )


def _of_sections(sections: Sequence[Section]) -> str:
    titles = listed([f"'{one.title}'" for one in sections])
    if len(sections) == 1:
        return f"nothing of section {titles} is asked, though an answer can open it"
    return f"nothing of sections {titles} is asked, though an answer can open them"


def _none_of(names: Sequence[str]) -> str:
    if len(names) == 2:
        return f"neither {joined(names, 'nor')}"
    return f"none of {listed(names)}"
