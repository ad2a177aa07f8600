"""What the signs of a preview need: items by name, rosters that take rows, values worked out."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from cati.interview import Interview, NotOnRoute
from cati.walk_shows import languages_of, open_rosters, reasons_of
from instrument.entry import EntryError, show_number, to_json
from instrument.models import Computed, Question, Roster
from instrument.spelling import Speller
from instrument.values import Instance, Missing, Value

_NAMED: Final = re.compile(r"\s*([A-Za-z0-9_]+)(?:\s*\[\s*|\s+)?([0-9]{1,2})?\s*\]?\s*")

_REASON: Final = re.compile(r"-[A-Za-z][A-Za-z0-9_]*")
_LANGUAGE: Final = re.compile(r"@[A-Za-z]*(-[A-Za-z]*)?")


def is_reason(typed: str) -> bool:
    """Whether what was typed names a missing reason, known or not: `-declined`, but not `-5`."""
    return _REASON.fullmatch(typed) is not None


def named_reason(interview: Interview, question: Question, name: str) -> Missing:
    """The missing reason of a name.

    Raises:
        EntryError: there is none in this mode, or the question does not take it; says which it
            takes.
    """
    taken = [reason.name for reason in interview.instrument.reasons_for(question, interview.mode)]
    if name in taken:
        return Missing(name)
    known = reasons_of(interview.instrument, interview.mode)
    if name in known:
        raise EntryError(f"'{question.name}' does not take -{name}{_instead(taken)}.")
    there = _signs(known)
    raise EntryError(
        f"There is no missing reason '{name}'{f'; there are {there}' if there else ''}."
    )


def how_to_answer(interview: Interview, question: Question) -> str:
    """A sentence for who went on without an answer."""
    taken = [reason.name for reason in interview.instrument.reasons_for(question, interview.mode)]
    return f"Type an answer first{f', or {_signs(taken)}' if taken else ''}."


def _instead(names: list[str]) -> str:
    return f"; it takes {_signs(names)}" if names else ", nor any other"


def _signs(names: list[str]) -> str:
    return ", ".join(f"-{name}" for name in names)


def is_language(typed: str) -> bool:
    """Whether what was typed names a language, known or not: `@es`."""
    return _LANGUAGE.fullmatch(typed) is not None


def named_language(interview: Interview, code: str) -> str:
    """The language of a code; raises EntryError for one that there is not, with those there are."""
    if code in interview.instrument.languages:
        return code
    are = "are" if len(interview.instrument.languages) > 1 else "is"
    there = f"there {are} {languages_of(interview.instrument)}"
    raise EntryError(f"There is no language '{code}' in this instrument; {there}.")


def named_place(interview: Interview, said: str) -> Instance:
    """The place on the route that a name stands for: `age`, `age 2`, `age[2]`.

    A section, a roster or a grid stands for the first of its items that is asked; without a number
    an item of a roster for that of the row in place, else for the first.

    Raises:
        NotOnRoute: there is no such name, or nothing of it is asked; says why.
    """
    found = _NAMED.fullmatch(said)
    if found is None:
        raise NotOnRoute("Behind ! stands the name of an item, and perhaps a row: !age 2.")
    name, row = found[1], int(found[2] or 0)
    here = interview.place.row if interview.place is not None else 0
    places = [place for place in interview.route.route() if name in _names(interview, place)]
    in_row = [place for place in places if place.row == (row or here)]
    in_rosters = all(place.row for place in places)
    if in_row and (row or in_rosters):
        return in_row[0]
    if places and not row:
        return places[0]
    raise NotOnRoute(_why_not(interview, name, row))


def _names(interview: Interview, place: Instance) -> set[str]:
    """All names that a place goes by."""
    instrument = interview.instrument
    names = {place.item, instrument.section_of[place.item].name}
    if roster := instrument.roster_of.get(place.item):
        names.add(roster.name)
    item = instrument.items[place.item]
    if isinstance(item, Question) and item.grid is not None:
        names.add(item.grid.grid)
    return names


def _why_not(interview: Interview, name: str, row: int) -> str:
    instrument = interview.instrument
    item = instrument.items.get(name)
    if item is None:
        sections = [section.name for section in instrument.sections]
        if name in sections:
            return f"Nothing of the section '{name}' is asked now."
        near = Speller().near(name, [*instrument.items, *sections])
        return f"There is no item '{name}'.{f' Did you mean {near}?' if near else ''}"
    if isinstance(item, Roster):
        return f"'{name}' has no row {row}." if row else f"'{name}' has no rows now."
    if isinstance(item, Computed):
        return f"'{name}' is worked out and asked of nobody: = shows it."
    roster = instrument.roster_of.get(name)
    if roster is None:
        return interview.speech.why(Instance(name))
    if not 1 <= (row or 1) <= roster.at_most:
        return f"'{roster.name}' has no row {row}."
    return interview.speech.why(Instance(name, row or 1))


def roster_to_extend(interview: Interview, name: str) -> str:
    """The roster to which `+` adds a row: that of a name, that of the place, or the only one.

    Raises:
        NotOnRoute: it cannot be told which; says between which to choose.
    """
    instrument = interview.instrument
    rosters = list(open_rosters(instrument))
    here = instrument.roster_of.get(interview.place.item) if interview.place is not None else None
    for one in (name, here.name if here is not None and not name else ""):
        if one in rosters:
            return one
    if len(rosters) == 1 and not name:
        return rosters[0]
    known = ", ".join(f"+{one}" for one in rosters)
    raise NotOnRoute(f"Say which: {known}." if rosters else "There is no roster that takes rows.")


def worked_out(interview: Interview) -> Iterator[str]:
    """`name = value` for each computed value that has one, in order."""
    some = False
    for instance in interview.route.instances():
        item = interview.instrument.items[instance.item]
        value = interview.route.counted(instance) if isinstance(item, Computed) else None
        if isinstance(item, Computed) and value is not None:
            some = True
            yield f"{instance} = {_shown(interview, item, value)}"
    if not some:
        yield "Nothing has been worked out yet."


def _shown(interview: Interview, item: Computed, value: Value) -> str:
    if isinstance(value, str) and value in item.choice:
        return f"{value} ({interview.speech.said(item.choice[value], 'label')})"
    if isinstance(value, int | Decimal):
        unit = item.variable.unit
        return f"{show_number(value)} {unit}" if unit else show_number(value)
    return str(to_json(value))
