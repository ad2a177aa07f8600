"""For whom an item is asked: the conditions in front of it, in words and as they are written."""

from collections.abc import Iterator
from typing import Literal

from cati.codebook.model import Level, Ref, Universe, Words, quoted
from cati.codebook.words import Wording, all_of, listed
from instrument.conditions.nodes import And, Node
from instrument.models import Computed, Expression, Instrument, Item, Roster, Section, Statement

Whose = Literal["section", "roster", "row", "item"]


def universe_in_words(instrument: Instrument, item: Item, language: str | None = None) -> str:
    """The universe of an item in one sentence, such as "Asked when “Tenure” is “Rented”."

    Args:
        instrument: the instrument that the item belongs to.
        item: one of its items.
        language: the language of the labels of choices; None for the instrument's first.
    """
    return quoted(universe_of(Wording(instrument, language), item).sentence)


def universe_of(wording: Wording, item: Item) -> Universe:
    """The universe of an item: its section's condition, its roster's, its own."""
    instrument = wording.instrument
    section, roster = instrument.section_of[item.name], instrument.roster_of.get(item.name)
    gates = list(_gates(wording, section, roster, item))
    modes = tuple(label for mode, label in instrument.modes.items() if mode in item.modes)
    limited = modes if len(modes) < len(instrument.modes) else ()
    inside = wording.roster(roster) if roster is not None else None
    sentence = _sentence(wording, _verb(item), [tree for _, tree in gates], limited, inside)
    return Universe(sentence, tuple(level for level, _ in gates), limited)


def universe_of_section(wording: Wording, section: Section) -> Universe:
    """The universe of a section."""
    gates = list(_gates(wording, section, None, None))
    sentence = _sentence(wording, "Asked", [tree for _, tree in gates], (), None)
    return Universe(sentence, tuple(level for level, _ in gates))


def level_of(
    wording: Wording, whose: Whose, title: str, expression: Expression
) -> tuple[Level, Node]:
    """One condition, in words and as it is written, with its tree."""
    tree = expression.tree
    return Level(whose, title, one_line(str(expression)), wording.condition(tree)), tree


def one_line(condition: str) -> str:
    """A condition that was written over several lines."""
    return " ".join(condition.split())


def _gates(
    wording: Wording, section: Section, roster: Roster | None, item: Item | None
) -> Iterator[tuple[Level, Node]]:
    """The conditions in front of an item, the outermost first."""
    if section.ask_if is not None:
        title = section.said("title", wording.language)
        yield level_of(wording, "section", title, section.ask_if)
    if roster is not None:
        title = roster.said("title", wording.language)
        if roster.ask_if is not None:
            yield level_of(wording, "roster", title, roster.ask_if)
        if roster.row_if is not None:
            yield level_of(wording, "row", title, roster.row_if)
    if item is not None and item.ask_if is not None:
        if isinstance(item, Roster):
            title = item.said("title", wording.language)
            yield level_of(wording, "roster", title, item.ask_if)
        else:
            yield level_of(wording, "item", "", item.ask_if)


def _verb(item: Item) -> str:
    if isinstance(item, Computed):
        return "Worked out"
    return "Read aloud" if isinstance(item, Statement) else "Asked"


def _sentence(
    wording: Wording,
    verb: str,
    trees: list[Node],
    modes: tuple[str, ...],
    inside: Words | None,
) -> Words:
    """All conditions as one sentence, each clause once."""
    parts = list(dict.fromkeys(part for tree in trees for part in all_of(tree)))
    words: list[str | Ref] = [verb]
    if inside is not None:
        words += [" in each row of ", *inside]
    if parts:
        whole = parts[0] if len(parts) == 1 else And(tuple(parts))
        words += [" when ", *wording.condition(whole)]
    elif inside is None:
        words.append(" in every interview")
    if modes:
        word = "modes" if len(modes) > 1 else "mode"
        words.append(f", only in the {word} {listed([f'“{mode}”' for mode in modes], 'and')}")
    words.append(".")
    return tuple(words)
