"""What differs between the choices of a question, or of a computed value, in two versions."""

from collections.abc import Iterator, Sequence

from instrument.changes.model import Change, Difference
from instrument.changes.names import Pairs
from instrument.changes.texts import condition
from instrument.models import Choice


def choice_differences(
    old: Sequence[Choice], new: Sequence[Choice], pairs: Pairs
) -> Iterator[Difference]:
    """Choices are the same by their names, as in conditions and in what is kept of a case."""
    was, now = {one.name: one for one in old}, {one.name: one for one in new}
    gone = [name for name in was if name not in now]
    come = [name for name in now if name not in was]
    for name in gone:
        same = [there for there in come if _one(was[name]) == _one(now[there])]
        if len(same) == 1:
            come.remove(same[0])
            yield Difference(Change.RECODED, "the name of a choice", f"'{name}'", f"'{same[0]}'")
        else:
            yield Difference(Change.RECODED, "choice", _said(was[name]), None)
    for name in come:
        yield Difference(Change.RECODED, "choice", None, _said(now[name]))
    for name, choice in was.items():
        if name in now:
            yield from _of_one(choice, now[name], pairs)
    order = [name for name in was if name in now], [name for name in now if name in was]
    if order[0] != order[1]:
        yield Difference(
            Change.REWORDED, "the order of the choices", ", ".join(order[0]), ", ".join(order[1])
        )


def _of_one(old: Choice, new: Choice, pairs: Pairs) -> Iterator[Difference]:
    named = f"'{new.name}'"
    if old.code != new.code:
        yield Difference(Change.RECODED, f"the code of {named}", str(old.code), str(new.code))
    if old.label != new.label:
        yield Difference(
            Change.REWORDED, f"the label of {named}", f'"{old.label}"', f'"{new.label}"'
        )
    elif _in_languages(old) != _in_languages(new):
        yield Difference(Change.REWORDED, f"the translation of the label of {named}")
    if old.exclusive != new.exclusive:
        yield Difference(
            Change.RECODED,
            f"{named} is {'taken alone now' if new.exclusive else 'no longer taken alone'}",
        )
    if old.specify != new.specify:
        yield Difference(
            Change.RECODED,
            f"{named} {'asks for its wording now' if new.specify else 'is no longer specified'}",
        )
    if old.read != new.read:
        yield Difference(
            Change.REWORDED,
            f"{named} is {'read aloud now' if new.read else 'no longer read aloud'}",
        )
    if old.fixed != new.fixed:
        yield Difference(
            Change.REWORDED,
            f"{named} {'keeps its place now' if new.fixed else 'is shuffled with the others now'}",
        )
    if pairs.tree(old.ask_if) != (new.ask_if.tree if new.ask_if else None):
        yield Difference(
            Change.RECODED, f"when {named} is offered", condition(old.ask_if), condition(new.ask_if)
        )


def _one(choice: Choice) -> object:
    """What two names of one choice share."""
    return choice.code, choice.label


def _in_languages(choice: Choice) -> dict[str, str | None]:
    return {code: words.get("label") for code, words in choice.translations.items()}


def _said(choice: Choice) -> str:
    return f"'{choice.name}' ({choice.code}, \"{choice.label}\")"
