"""Whether an answer that goes along to another version was given to the same words there."""

import re
from collections.abc import Iterator, Mapping

from instrument.models import Choice, Question, Roster, Statement, Text
from instrument.values import Instance
from skips.program import Program

Names = Mapping[str, str]

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def reworded(
    old: Program, new: Program, was: Instance, now: Instance, names: Names
) -> tuple[str, ...]:
    """What of a question or statement reads otherwise, in any language; empty if nothing does.

    Looked at is what an answer answers: what is read aloud or looked for, and the choices. What a
    text fills in counts as the same where only names have changed.

    Args:
        old: the version before.
        new: the version after.
        was: where the answer stood before.
        now: where it stands.
        names: old names of items to new ones.

    Returns:
        Short phrases, such as `the question` or `the label of 'bus'`.
    """
    before, after = old.instrument.items[was.item], new.instrument.items[now.item]
    if isinstance(before, Roster) or isinstance(after, Roster):
        return ()
    return tuple(_changes(before, after, new.mode, names))


def _changes(before: object, after: object, mode: str, names: Names) -> Iterator[str]:
    asked, asked_now = _asked(before, mode, names), _asked(after, mode, {})
    # Where one of them is not asked in the mode of the case, there is nothing to compare.
    if asked and asked_now and asked != asked_now:
        yield "the question" if isinstance(after, Question) else "the statement"
    if isinstance(before, Question) and isinstance(after, Question):
        yield from _choices(before, after)


def _asked(item: object, mode: str, names: Names) -> list[object]:
    """All that is read before an answer, by language; empty if it is not asked in the mode."""
    if not isinstance(item, Question | Statement) or mode not in item.wordings:
        return []
    texts = [item.wordings[mode].ask]
    if isinstance(item, Question) and item.grid is not None and mode in item.grid.stem:
        texts.append(item.grid.stem[mode])
    return [_words(text, names) for text in texts]


def _words(text: Text, names: Names) -> object:
    told = [
        piece
        if isinstance(piece, str)
        else (_NAME.sub(lambda found: names.get(found[0], found[0]), piece.expression.text),)
        + ((piece.fallback,) if piece.fallback is not None else ())
        for piece in text.pieces
    ]
    return told, {one: _words(other, names) for one, other in text.translations.items()}


def _choices(before: Question, after: Question) -> Iterator[str]:
    """What differs between choices; the order in which they are read counts, too."""
    if not (before.choices and after.choices):
        return
    was, now = before.choice, after.choice
    for name in (name for name in now if name in was):
        if _labels(was[name]) != _labels(now[name]):
            yield f"the label of '{name}'"
        if was[name].code != now[name].code:
            yield f"the code of '{name}'"
    if more := [name for name in now if name not in was]:
        yield "more choices: " + ", ".join(more)
    if fewer := [name for name in was if name not in now]:
        yield "choices that are gone: " + ", ".join(fewer)
    if [name for name in was if name in now] != [name for name in now if name in was]:
        yield "the order of the choices"


def _labels(choice: Choice) -> object:
    there = {one: words.get("label") for one, words in choice.translations.items()}
    return choice.label, there
