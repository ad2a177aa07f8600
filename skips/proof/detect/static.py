"""What is said twice, and what is never used: found without asking what cases there can be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from instrument.conditions.nodes import names_read
from instrument.models import (
    Computed,
    Fill,
    Instrument,
    Item,
    Question,
    Roster,
    Section,
    Statement,
    Text,
    Wording,
)
from instrument.translations import words_of as texts_of
from skips.proof.canonical import canonical
from skips.proof.constants import expressions
from skips.proof.detect.mentions import Texts
from skips.proof.detect.words import named
from skips.proof.findings import Finding, finding

_Asked = Question | Statement
_Valued = Question | Computed


def find(instrument: Instrument) -> Iterator[Finding]:
    """Items that are the same, and lists, definitions and computed values that nothing uses."""
    yield from same_items(instrument)
    yield from unused_lists(instrument)
    yield from unused_definitions(instrument)
    yield from unused_values(instrument)


# --- the same twice ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """An item that may be said again later."""

    section: Section
    item: _Asked
    keys: dict[str, object] = field(default_factory=dict)
    """Mode to what is read, and of whom."""


def same_items(instrument: Instrument) -> Iterator[Finding]:
    """Questions and statements that say the same, in the same words, to the same cases.

    In two sections only questions that were copied with their condition or label: else the section
    says what is meant, as it does with "Is there anything else?".
    """
    seen: dict[object, list[_Seen]] = {}
    for section, roster, item in instrument.walk():
        if not isinstance(item, _Asked) or _is_specify(item):
            continue
        now = _Seen(section, item, _keys(section, roster, item))
        earlier = (one for key in now.keys.values() for one in seen.get(key, ()))
        first = next((one for one in earlier if _is_same(one, now)), None)
        if first is not None:
            yield _same(instrument, first, now)
        for key in dict.fromkeys(now.keys.values()):
            seen.setdefault(key, []).append(now)


def _is_specify(item: _Asked) -> bool:
    return isinstance(item, Question) and item.specifies is not None


def _keys(section: Section, roster: Roster | None, item: _Asked) -> dict[str, object]:
    """By mode what is read in it, and the cases it is read to."""
    gates = (section.ask_if, roster.ask_if if roster else None, item.ask_if)
    universe = canonical(*(gate.tree for gate in gates if gate is not None))
    answers: tuple[object, ...] = ()
    if isinstance(item, Question):
        choices = tuple((choice.name, choice.label) for choice in item.choices)
        limits = (item.minimum, item.maximum, item.at_least, item.at_most)
        forms = (item.max_length, item.mask, item.units)
        answers = (item.kind, choices, limits, forms)
    around = roster.name if roster else ""
    return {
        mode: (type(item), mode, around, universe, answers, _read(item, wording, mode))
        for mode, wording in item.wordings.items()
    }


def _read(item: _Asked, wording: Wording, mode: str) -> tuple[object, ...]:
    stem = item.grid.stem.get(mode) if isinstance(item, Question) and item.grid else None
    return tuple(_said(text) for text in (stem, wording.ask, wording.instruct))


def _said(text: Text | None) -> tuple[str, ...]:
    """A text without its layout."""
    if text is None:
        return ()
    return tuple(
        f"{{{canonical(piece.expression.tree)}|{piece.fallback}}}"
        if isinstance(piece, Fill)
        else " ".join(piece.casefold().split())
        for piece in text.pieces
    )


def _is_same(one: _Seen, other: _Seen) -> bool:
    shared = one.keys.keys() & other.keys.keys()
    if any(one.keys[mode] != other.keys[mode] for mode in shared):
        return False
    if one.section.name == other.section.name:
        return True
    first, second = one.item, other.item
    if not isinstance(first, Question) or not isinstance(second, Question):
        return False
    if first.ask_if is not None and second.ask_if is not None:
        return canonical(first.ask_if.tree) == canonical(second.ask_if.tree)
    return first.variable.label == second.variable.label


def _same(instrument: Instrument, one: _Seen, other: _Seen) -> Finding:
    shared = one.keys.keys() & other.keys.keys()
    modes = tuple(mode for mode in instrument.modes if mode in shared)
    what = "same words" if isinstance(other.item, Statement) else "same words and answers"
    return finding(
        "items-same",
        other.item.source,
        other.item.name,
        f"{named(other.item)} repeats {named(one.item)}: the {what}, for the same cases.",
        "Put in the words that were meant, or leave one of the two out.",
        modes=modes if len(modes) < len(instrument.modes) else (),
        related=((one.item.source, f"{named(one.item)} says it first"),),
    )


# --- never used ----------------------------------------------------------------------------------


def unused_lists(instrument: Instrument) -> Iterator[Finding]:
    """Shared lists of choices that no item takes."""
    for one in instrument.unused_lists:
        yield finding(
            "list-unused",
            one.source,
            one.name,
            f"No item takes the shared list of choices '{one.name}'.",
            "Leave the list out, or name it under 'choices' of the question that it is for.",
        )


def unused_definitions(instrument: Instrument) -> Iterator[Finding]:
    """Definitions of terms that stand in no text which people see or hear in the interview."""
    if not instrument.definitions:
        return
    # Labels of variables are shown where the screen says why something is asked.
    labels = {item.variable.label for _, _, item in instrument.walk() if isinstance(item, _Valued)}
    texts = Texts(
        chain(
            ((one.source, one.text) for one in texts_of(instrument)),
            ((instrument.source, label) for label in labels),
        )
    )
    for definition in instrument.definitions:
        if not texts.mention(definition.term, besides=definition.source):
            yield finding(
                "definition-unused",
                definition.source,
                definition.term,
                f"The glossary defines '{definition.term}', which no text mentions.",
                "Leave the definition out, or use the word in the texts that it explains.",
            )


def unused_values(instrument: Instrument) -> Iterator[Finding]:
    """Computed values that nothing reads, but for those that are evidently meant for the data.

    Those are the ones in sections made of nothing else, and those at the end of the instrument,
    behind everything that is asked.
    """
    read, for_data = _names_read(instrument), _for_data(instrument)
    for section, roster, item in instrument.walk():
        if not isinstance(item, Computed) or item.name in read or item.name in for_data:
            continue
        block = f"roster '{roster.name}'" if roster else f"section '{section.title}'"
        yield finding(
            "computed-unused",
            item.source,
            item.name,
            f"{named(item)} is worked out in {block}, and nothing reads it.",
            "Leave it out, or read it where it was meant to be read. If it is meant for the data "
            "alone, acknowledge it, or move it into a section of computed values.",
        )


def _for_data(instrument: Instrument) -> frozenset[str]:
    """The computed values that stand where only those who work with the data can use them."""
    found: set[str] = set()
    asked_behind = False
    for section, _, item in reversed(list(instrument.walk())):
        asked_behind = asked_behind or not isinstance(item, Computed)
        if not asked_behind or _only_computed(section.items):
            found.add(item.name)
    return frozenset(found)


def _only_computed(items: Sequence[Item]) -> bool:
    return all(
        _only_computed(one.items) if isinstance(one, Roster) else isinstance(one, Computed)
        for one in items
    )


def _names_read(instrument: Instrument) -> frozenset[str]:
    """Every item that a condition, a calculation, a text or the summary reads."""
    trees = chain(
        (one.tree for one in expressions(instrument)),
        (fill.expression.tree for text in _texts(instrument) for fill in text.fills),
    )
    parts = {part.ask_if for part in instrument.summary if part.ask_if is not None}
    return frozenset(parts).union(*(names_read(tree) for tree in trees))


def _texts(instrument: Instrument) -> Iterator[Text]:
    """Every text that can hold fills, in every language."""
    for text in _first_texts(instrument):
        yield text
        yield from text.translations.values()


def _first_texts(instrument: Instrument) -> Iterator[Text]:
    for _, _, item in instrument.walk():
        match item:
            case Question():
                yield from (check.say for check in item.checks)
                if item.grid is not None:
                    yield from item.grid.stem.values()
            case Roster():
                yield item.row_label
        if isinstance(item, _Asked):
            for wording in item.wordings.values():
                every = (wording.ask, wording.instruct, wording.probe, wording.help)
                yield from (text for text in every if text is not None)
