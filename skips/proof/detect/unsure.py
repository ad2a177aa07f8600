"""Missing answers that silently drop what every answer, or one of them, would lead to.

That a follow-up is not asked of those who are not sure is ordinary. Reported is

- a missing answer with which nothing of a section, or no row of a roster, is asked that an answer
  there can open, and
- a missing answer with which none of several items is asked, although every answer leads to one,

in both cases unless something is asked then that speaks of the missing answer: an item or a section
with `missing(…)` or `answered(…)` in its condition. There is one finding for each question, at the
question, since it is there that the author settles it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import Node, names_read
from instrument.models import Question, Roster, Section
from skips.proof.detect.leaning import Leaning, Reasons, is_asked_of
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.unsure_groups import Group, dropped_groups
from skips.proof.detect.words import first_large, joined, listed, named, quoted, section_named
from skips.proof.findings import Finding, finding
from skips.proof.goals import (
    All,
    Any_,
    Asked,
    Empty,
    Given,
    Goal,
    Not_,
    Reason,
    RosterIs,
    RowAsked,
    SectionIs,
)
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

SCOPE: Final = "ahead"
CODE: Final = "unsure-drops"


Block = Section | Roster


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A question without an answer, and a section or roster that may be dropped by that."""

    question: Question
    block: Block
    reasons: Reasons
    """Those that come to the same; the first stands for all."""


@dataclass(frozen=True, slots=True)
class _Dropped:
    """What some missing reasons of a question drop."""

    blocks: tuple[tuple[Block, Witness], ...]
    groups: tuple[Group, ...]

    @property
    def witness(self) -> Witness | None:
        """A case in which it is so."""
        return self.blocks[0][1] if self.blocks else self.groups[0].witness


def find(settler: "Settler") -> Iterator[Finding]:
    """Report every question of which a missing answer silently drops something."""
    leaning = Leaning(settler.program)
    blocks = _dropped_blocks(settler, leaning)
    groups = dropped_groups(settler, leaning)
    for question in leaning.can_be_missing(settler.instrument.items):
        dropped = {
            reasons: _Dropped(tuple(blocks.get(key, ())), tuple(groups.get(key, ())))
            for reasons in leaning.reasons(question)
            if (key := (question.name, reasons)) in blocks or key in groups
        }
        if dropped:
            yield _finding(question, dropped)


def _dropped_blocks(
    settler: "Settler", leaning: Leaning
) -> dict[tuple[str, Reasons], list[tuple[Block, Witness]]]:
    """By question and reasons what the missing answer drops, each with a case in which it does."""
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
        leaves = {
            pair: _opens(leaning, pair, witness, opened=False)
            for pair, witness in shown.items()
            if isinstance(pair.block, Roster)
        }
        settled = settle_quietly(settler, (*opens.values(), *leaves.values()))
        found |= {
            pair: shown[pair]
            for pair, goal in opens.items()
            if settled[goal].is_possible
            # A number that can be none is an ordinary way to ask of nobody.
            and (pair not in leaves or settled[leaves[pair]].verdict is Verdict.IMPOSSIBLE)
        }
    by_question: dict[tuple[str, Reasons], list[tuple[Block, Witness]]] = {}
    for pair in pairs:
        if pair in found:
            key = (pair.question.name, pair.reasons)
            by_question.setdefault(key, []).append((pair.block, found[pair]))
    return by_question


def _pairs(settler: "Settler", leaning: Leaning) -> Iterator[_Pair]:
    instrument = settler.instrument
    for section in instrument.sections:
        rosters = [one for one in section.items if isinstance(one, Roster)]
        blocks: list[Block] = [section, *rosters]
        for block in blocks:
            read = {name for tree in _trees(block) for name in names_read(tree)}
            if not read or not is_asked_of(block, settler.mode):
                continue
            for question in leaning.can_be_missing(leaning.below(read)):
                home = instrument.section_of[question.name].name
                if settler.looks_at(home) and not leaning.is_checked(question):
                    for reasons in leaning.reasons(question):
                        yield _Pair(question, block, reasons)


def _trees(block: Block) -> Iterator[Node]:
    """What decides whether anything of a section or roster is asked."""
    size = block.size if isinstance(block, Roster) else None
    yield from (one.tree for one in (block.ask_if, size) if one is not None)


def _unknown(leaning: Leaning, pair: _Pair, *, strictly: bool) -> Goal:
    """That the question has no answer, all else has, nothing of it is asked, and nobody cares."""
    program, question = leaning.program, pair.question
    trees = list(_trees(pair.block))
    if isinstance(pair.block, Roster):
        trees += _trees(leaning.instrument.section_of[pair.block.name])
    below = leaning.below({name for tree in trees for name in names_read(tree)})
    others = [one for one in leaning.can_be_missing(below) if one is not question]
    goals: list[Goal] = [
        Reason(leaning.first(question), pair.reasons[0].name),
        *_is_unknown(leaning, pair.block),
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


def _is_unknown(leaning: Leaning, block: Block) -> Iterator[Goal]:
    """That it is not known whether anything of a section is asked, or how many rows there are."""
    if isinstance(block, Section):
        yield SectionIs(block.name, Truth.UNKNOWN)
        return
    yield SectionIs(leaning.instrument.section_of[block.name].name)
    unknown: Goal = RosterIs(block.name, Truth.UNKNOWN)
    if block.size is not None:
        slot = leaning.program.places.rosters[block.name].slot
        no_size = Empty(block.size.tree, 0, slot)
        unknown = Any_((unknown, All((RosterIs(block.name), no_size))))
    yield unknown


def _opens(leaning: Leaning, pair: _Pair, witness: Witness, *, opened: bool = True) -> Goal:
    """That an answer to the question, all other answers being the same, opens the block, or not.

    What is asked only because of that answer may be answered in any way.
    """
    program = leaning.program
    place = leaning.first(pair.question)
    at = program.slot(place)
    asked: SectionIs | RowAsked = (
        SectionIs(pair.block.name)
        if isinstance(pair.block, Section)
        else RowAsked(pair.block.name, 1)
    )
    gate = asked.before(program)
    kept: list[Goal] = []
    for instance, answer in witness.answers:
        slot = program.slot(instance)
        if slot < at:
            kept.append(Given(instance, answer))
        elif at < slot < gate:
            kept.append(Any_((Given(instance, answer), Not_(Asked(instance)))))
    outcome: Goal = asked if opened else Not_(asked)
    return All((*kept, Asked(place), Not_(Reason(place)), outcome))


# --- in words -------------------------------------------------------------------------------------


def _finding(question: Question, dropped: Mapping[Reasons, _Dropped]) -> Finding:
    """One finding for all that missing reasons of a question drop."""
    says: dict[str, list[str]] = {}
    for reasons, one in dropped.items():
        says.setdefault(_says(one), []).extend(reason.label for reason in reasons)
    parts = [(_either(labels), what) for what, labels in says.items()]
    text = f"With {parts[0][0]} at {named(question)}, {parts[0][1]}"
    text += "".join(f"; with {labels}, {what}" for labels, what in parts[1:])
    first = next(iter(dropped.values()))
    blocks = [block for block, _ in first.blocks]
    return finding(
        CODE,
        question.source,
        question.name,
        f"{text}.",
        f"Ask or say something where “missing({question.name})” holds, do not accept the missing "
        "reason (no_missing), or acknowledge this with the reason why it is meant.",
        witness=first.witness,
        shows=_shows(first),
        related=tuple(
            (one.ask_if.source, f"{_called(one)} is asked if {quoted(one.ask_if)}")
            for one in blocks
            if one.ask_if is not None
        ),
    )


def _either(labels: Sequence[str]) -> str:
    return joined([f"“{one}”" for one in labels], "or")


def _says(dropped: _Dropped) -> str:
    blocks = [block for block, _ in dropped.blocks]
    sections = [one for one in blocks if isinstance(one, Section)]
    rosters = [one for one in blocks if isinstance(one, Roster)]
    parts = [_of_sections(sections)] if sections else []
    parts += [f"no row of {named(one)} is asked, though every answer opens some" for one in rosters]
    parts += [
        f"{_none_of([named(item) for item in group.items])} is asked, "
        f"though {group.answers} leads to one of them"
        for group in dropped.groups
    ]
    return "; and ".join(parts)


def _shows(dropped: _Dropped) -> str:
    if not dropped.blocks:
        names = [repr(item.name) for item in dropped.groups[0].items]
        return first_large(f"{_none_of(names)} is asked.")
    block = dropped.blocks[0][0]
    if isinstance(block, Roster):
        return f"No row of roster '{block.name}' is asked."
    return f"Section '{block.title}' is not asked: {quoted(next(_trees(block)))} is unknown."


def _called(block: Block) -> str:
    return named(block) if isinstance(block, Roster) else section_named(block)


def _of_sections(sections: Sequence[Section]) -> str:
    titles = listed([f"'{one.title}'" for one in sections])
    if len(sections) == 1:
        return f"nothing of section {titles} is asked, though an answer can open it"
    return f"nothing of sections {titles} is asked, though an answer can open them"


def _none_of(names: Sequence[str]) -> str:
    if len(names) == 2:
        return f"neither {joined(names, 'nor')}"
    return f"none of {listed(names)}"
