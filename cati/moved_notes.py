"""What was noted beside the answers of a case, once the case goes on in another version.

Remarks, texts begun, times and confirmations stay with the place that they were made at, under the
name that it has now. What has no such place is set aside, and counts again in a version that has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from cati import events as ev
from instrument import Instrument
from instrument.models import Check, Kind, Question, Roster, Text
from instrument.values import Instance
from skips import Program
from skips.migration import new_place

if TYPE_CHECKING:
    from cati.record import CaseRecord

Note = TypeVar("Note")


class Asked(NamedTuple):
    """What makes a check the same in two versions, whatever its number."""

    severity: str
    condition: str
    say: tuple[tuple[str, str], ...]
    """By language; an empty one for the first."""
    nth: int
    """Among checks of one question that are otherwise the same."""


@dataclass(frozen=True, slots=True)
class FormerConfirmed:
    """A confirmation of a check that the version in use does not have."""

    event: ev.Confirmed
    """Under the names that its question and the answers it read have now."""
    asked: Asked | None
    """What it confirmed."""


class ConfirmationsMoved(NamedTuple):
    """What a move does to confirmations: three parts of its event."""

    ask_again: tuple[str, ...]
    renumbered: dict[str, str]
    confirmed_back: dict[str, int]


def has_place(program: Program, at: Instance) -> bool:
    """Whether there is such an item, in such a row, that can be shown."""
    item = program.instrument.items.get(at.item)
    return at in program.places.slots and not isinstance(item, Roster)


def takes_draft(program: Program, at: Instance) -> bool:
    """Whether a text can go on being typed there."""
    item = program.instrument.items.get(at.item)
    return has_place(program, at) and isinstance(item, Question) and item.kind is Kind.LONG_TEXT


def renamed_places(
    notes: Mapping[Instance, Note], names: Mapping[str, str]
) -> dict[Instance, Note]:
    """The same notes, where they are once names have changed."""
    return {new_place(at, names): note for at, note in notes.items()}


def renamed_comments(event: ev.Returned, names: Mapping[str, str]) -> ev.Returned:
    """The same return, about the items as they are called once names have changed."""
    places = [(said.partition("["), text) for said, text in event.items.items()]
    items = {f"{names.get(at[0], at[0])}{at[1]}{at[2]}": text for at, text in places}
    return event.model_copy(update={"items": items})


# --- confirmations --------------------------------------------------------------------------------


def confirmations_there(
    record: "CaseRecord", new: Program, names: Mapping[str, str]
) -> ConfirmationsMoved:
    """What moving a case to another version would do to its confirmations."""
    ask_again: list[str] = []
    renumbered: dict[str, str] = {}
    taken: set[Instance] = set()
    for event in record.confirmed.values():
        called = renamed_confirmation(event, names)
        check = _check_there(new, called, asked_of(record.instrument, event))
        if check is None:
            ask_again.append(str(Instance(called.check, called.r)))
            continue
        taken.add(Instance(check, called.r))
        if check != called.check:
            renumbered[called.check] = check
    back: dict[str, int] = {}
    for number, former in reversed(list(enumerate(record.former_confirmed))):
        called = renamed_confirmation(former.event, names)
        check = _check_there(new, called, former.asked)
        if check is not None and (place := Instance(check, called.r)) not in taken:
            taken.add(place)
            back[str(place)] = number
    return ConfirmationsMoved(tuple(ask_again), renumbered, back)


def confirmations_moved(
    record: "CaseRecord", event: ev.Moved
) -> tuple[dict[tuple[str, int], ev.Confirmed], list[FormerConfirmed]]:
    """The confirmations that count after a move, and those that are set aside.

    Args:
        record: the case in the version before.
        event: of the move.
    """
    names, other = event.renamed, {read_place(text) for text in event.ask_again}
    former = [
        FormerConfirmed(renamed_confirmation(one.event, names), one.asked)
        for one in record.former_confirmed
    ]
    counting: list[ev.Confirmed] = []
    aside: list[FormerConfirmed] = []
    for one in record.confirmed.values():
        called = renamed_confirmation(one, names)
        if Instance(called.check, called.r) in other:
            aside.append(FormerConfirmed(called, asked_of(record.instrument, one)))
        else:
            counting.append(_numbered(called, event.renumbered.get(called.check, called.check)))
    for text, number in event.confirmed_back.items():
        counting.append(_numbered(former[number].event, read_place(text).item))
    back = set(event.confirmed_back.values())
    stay = [one for number, one in enumerate(former) if number not in back]
    return {(one.check, one.r): one for one in counting}, stay + aside


def asked_of(instrument: Instrument, event: ev.Confirmed) -> Asked | None:
    """What a confirmation has confirmed, in the version in which it counts."""
    return _asked(instrument, event.q).get(event.check)


def renamed_confirmation(event: ev.Confirmed, names: Mapping[str, str]) -> ev.Confirmed:
    """A confirmation under the new names of its question and of the answers it read."""
    item, sign, number = event.check.partition("#")
    return event.model_copy(
        update={
            "q": names.get(event.q, event.q),
            "check": f"{names.get(item, item)}{sign}{number}",
            "of": {_renamed_text(at, names): value for at, value in event.of.items()},
        }
    )


def read_place(text: str) -> Instance:
    """The instance that `str` wrote, such as `age` or `age[2]`."""
    name, _, row = text.rstrip("]").partition("[")
    return Instance(name, int(row or 0))


def _numbered(event: ev.Confirmed, check: str) -> ev.Confirmed:
    return event.model_copy(update={"check": check})


def _check_there(new: Program, called: ev.Confirmed, asked: Asked | None) -> str | None:
    """The check of a version that asks the same, at the same place."""
    if asked is None or not has_place(new, called.instance):
        return None
    found = _asked(new.instrument, called.q)
    return next((name for name, one in found.items() if one == asked), None)


def _asked(instrument: Instrument, name: str) -> dict[str, Asked]:
    """The checks of a question by name; none of what is no question."""
    item = instrument.items.get(name)
    return _told_apart(item.checks) if isinstance(item, Question) else {}


def _told_apart(checks: Iterable[Check]) -> dict[str, Asked]:
    told: dict[str, Asked] = {}
    for check in checks:
        asked = Asked(check.severity, check.condition.text, _said(check.say), 0)
        nth = sum(1 for one in told.values() if one[:3] == asked[:3])
        told[check.name] = asked._replace(nth=nth)
    return told


def _said(text: Text) -> tuple[tuple[str, str], ...]:
    others = ((language, one.raw) for language, one in sorted(text.translations.items()))
    return (("", text.raw), *others)


def _renamed_text(text: str, names: Mapping[str, str]) -> str:
    place = read_place(text)
    return str(new_place(place, names)) if place.item in names else text
