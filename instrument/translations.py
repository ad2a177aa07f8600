"""What people read of an instrument, and which of it is not translated into a language yet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from instrument.models import (
    Choice,
    Computed,
    Definition,
    GridRow,
    Guide,
    Instrument,
    Kind,
    MissingReason,
    Question,
    Roster,
    Section,
    Statement,
    SummaryPart,
    Text,
    Wording,
)
from instrument.source import Source

_Fixed = (
    Choice | Definition | GridRow | Guide | Instrument | MissingReason | Roster | Section
    | SummaryPart
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """One text that people read."""

    source: Source
    what: str
    """What it is, such as `'ask' of question 'age'`."""
    text: str
    """In the first language of the instrument."""
    languages: frozenset[str]
    """The other languages it is written in."""
    field: str = ""
    """Of fixed words, the field of the element at `source`; texts stand at places of their own."""


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A text that is read in the first language though another one is spoken."""

    source: Source
    what: str
    text: str
    """In the first language of the instrument."""


def untranslated(instrument: Instrument, language: str) -> list[Untranslated]:
    """The texts that are not written in a language, in the order of the files.

    Args:
        instrument: a sound instrument.
        language: code of one of its languages but the first, in which every text is written.
    """
    return [
        Untranslated(words.source, words.what, words.text)
        for words in words_of(instrument)
        if language not in words.languages
    ]


def words_of(instrument: Instrument) -> list[Words]:
    """Every text that people see or hear, once, in the order of the files.

    Texts without a letter of their own, such as `{name}`, are left out: they are the same in all
    languages. What several items share, such as a choice of a shared list, is called as the first
    of them has it.
    """
    found: dict[tuple[Source, str], Words] = {}
    for words in (*_of_header(instrument), *_of_sections(instrument)):
        if any(char.isalpha() for char in words.text):
            found.setdefault((words.source, words.field), words)
    order = {instrument.source.file: -1}
    for place, section in enumerate(instrument.sections, start=1):
        order.setdefault(section.source.file, place)
    # Files of choices belong to no section: they come between instrument.yaml and the sections.
    return sorted(found.values(), key=lambda one: (order.get(one.source.file, 0), one.source))


def _of_header(instrument: Instrument) -> Iterator[Words]:
    yield from _fixed(instrument, "the instrument", "title")
    for reason in instrument.missing:
        yield from _fixed(reason, f"missing reason '{reason.name}'", "label")
    for definition in instrument.definitions:
        yield from _fixed(definition, f"definition '{definition.term}'", "term", "means")
    for guide in instrument.guides:
        yield from _fixed(guide, f"guide '{guide.name}'", "title", "text")
    for part in instrument.summary:
        yield from _fixed(part, f"part '{part.name}' of the summary", "label", "hint")


def _of_sections(instrument: Instrument) -> Iterator[Words]:
    for section in instrument.sections:
        yield from _fixed(section, f"section '{section.name}'", "title")
    for _, _, item in instrument.walk():
        match item:
            case Question():
                yield from _of_question(item, instrument.source)
            case Statement():
                yield from _of_wordings(item, f"statement '{item.name}'", "say")
            case Computed():
                yield from _of_choices(item, instrument.source)
            case Roster():
                what = f"roster '{item.name}'"
                yield from _fixed(item, what, "title")
                yield from _text(item.row_label, f"'row_label' of {what}")


def _of_question(question: Question, house: Source) -> Iterator[Words]:
    if question.grid is not None:
        grid = f"grid '{question.grid.grid}'"
        yield from _fixed(question.grid, grid, "title")
        for stem in question.grid.stem.values():
            yield from _text(stem, f"'ask' of {grid}")
    if question.specifies is None:
        yield from _of_wordings(question, f"question '{question.name}'", "ask")
    else:
        yield from _of_specify(question, house)
    yield from _of_choices(question, house)
    for check in question.checks:
        if check.name.endswith("#choices"):
            yield from _house("choose_again", check.say.translations, check.say.raw, house)
        else:
            yield from _text(check.say, f"'say' of check '{check.name}'")


def _of_specify(question: Question, house: Source) -> Iterator[Words]:
    """What asks for the wording of a choice: the author's words, or those of the house."""
    for wording in question.wordings.values():
        if wording.ask.source == question.source:
            yield from _house("specify", wording.ask.translations, wording.ask.raw, house)
        else:
            yield from _text(wording.ask, f"'specify' of question '{question.specifies}'")
        if wording.instruct is not None:
            instruct = wording.instruct
            yield from _house("specify_instruct", instruct.translations, instruct.raw, house)


def _of_wordings(item: Question | Statement, what: str, first: str) -> Iterator[Words]:
    for wording in item.wordings.values():
        for key in Wording.model_fields:
            text = getattr(wording, key)
            if isinstance(text, Text):
                yield from _text(text, f"'{first if key == 'ask' else key}' of {what}")


def _of_choices(item: Question | Computed, house: Source) -> Iterator[Words]:
    """The labels of choices; of shared lists each comes with every question, from one place."""
    for choice in item.choices:
        if item.kind is Kind.YES_NO:
            yield from _house(choice.name, choice.translations, choice.label, house)
        else:
            yield from _fixed(choice, f"choice '{choice.name}'", "label")


def _house(word: str, translations: Iterable[str], text: str, house: Source) -> Iterator[Words]:
    """A word that no item writes itself; an author gives it under `words`."""
    yield Words(house, f"'{word}' under 'words'", text, frozenset(translations), f"words.{word}")


def _fixed(part: _Fixed, what: str, *keys: str) -> Iterator[Words]:
    """The fixed words of an element."""
    for key in keys:
        there = {language for language, words in part.translations.items() if key in words}
        yield Words(part.source, f"'{key}' of {what}", part.said(key), frozenset(there), key)


def _text(text: Text, what: str) -> Iterator[Words]:
    """A text with its fills; judged by what stands between them."""
    if any(isinstance(piece, str) and any(map(str.isalpha, piece)) for piece in text.pieces):
        yield Words(text.source, what, text.raw, frozenset(text.translations))
