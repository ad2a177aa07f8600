"""What would become of the answers of open cases if they moved to another version, item by item.

Every answer worth trying is held against the rules of moving themselves (`skips.fitting`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from instrument.changes import Change, ItemChange
from instrument.models import CHOICE_KINDS, TEXT_KINDS, Computed, Question, Roster, Statement
from instrument.values import READ, Answer, Instance, Missing
from skips.fitting import fit, given
from skips.proof.compare_universes import Relation, Universes
from skips.proof.leading import leader_of
from skips.proof.pairing import Pairing, as_moved


class Fate(StrEnum):
    """What moving does to an item of an open case."""

    KEPT = "kept"
    """Answers go along, and there is something about them to know."""
    FITTED = "fitted"
    """Answers go along, written in another way."""
    LEFT_BEHIND = "left behind"
    """Answers, or some of them, have no place any more; they stay with the case for ever."""
    ASKED = "newly asked"
    PARKED = "set aside"
    """Answers go along and do not count, since the item is not asked any more."""
    COMPUTED = "worked out anew"
    CHECKED = "checked anew"


@dataclass(frozen=True, slots=True)
class Effect:
    """What moving does, with a sentence for people."""

    fate: Fate
    text: str


_NAMED: Final = 4
"""Answers that are named."""
_LONG: Final = 2_000
"""Characters of a long answer where a question sets no limit."""
_ASKS_MORE: Final = frozenset({Relation.WIDER, Relation.OTHER})
_ASKS_LESS: Final = frozenset({Relation.NARROWER, Relation.OTHER})


def effects(
    pairings: Sequence[Pairing], item: ItemChange, universes: Universes | None
) -> tuple[Effect, ...]:
    """What moving would do to an item of open cases; empty where nothing happens to it.

    Args:
        pairings: both versions in each mode that they share.
        item: what differs about it.
        universes: how its universe changed; None for items of one version.
    """
    return tuple(dict.fromkeys(_effects(pairings, item, universes)))


def _effects(
    pairings: Sequence[Pairing], item: ItemChange, universes: Universes | None
) -> Iterator[Effect]:
    if item.new is None:
        yield from _of_dropped(item)
        return
    if item.old is None:
        yield from _of_new(item)
        return
    if isinstance(item.new, Computed):
        worked_out = not isinstance(item.old, Computed)
        if worked_out or Change.RECODED in item.changes:
            yield Effect(Fate.COMPUTED, "Its value is worked out anew.")
    if isinstance(item.old, Question | Statement):
        yield from _of_answers(pairings, item)
    elif isinstance(item.new, Question):
        yield Effect(Fate.ASKED, "Nothing was answered to it before; it is asked where it applies.")
    if isinstance(item.new, Roster) and Change.RECODED in item.changes:
        yield from _of_rows(item)
    if Change.CHECKED in item.changes:
        yield Effect(Fate.CHECKED, "Its checks are judged anew; one may have to be settled.")
    yield from _of_universe(item, universes)


def _of_dropped(item: ItemChange) -> Iterator[Effect]:
    if isinstance(item.old, Question | Statement):
        yield Effect(
            Fate.LEFT_BEHIND, "Every answer is left behind: There is no such question any more."
        )
    elif isinstance(item.old, Roster):
        yield Effect(Fate.LEFT_BEHIND, "Its rows, and every answer in them, are left behind.")


def _of_new(item: ItemChange) -> Iterator[Effect]:
    if isinstance(item.new, Question | Statement):
        yield Effect(Fate.ASKED, "It is to be asked wherever it applies.")
    elif isinstance(item.new, Computed):
        yield Effect(Fate.COMPUTED, "Its value is worked out.")
    else:
        yield Effect(Fate.ASKED, "Its rows are to be asked wherever it applies.")


def _of_rows(item: ItemChange) -> Iterator[Effect]:
    old, new = item.old, item.new
    if not (isinstance(old, Roster) and isinstance(new, Roster)):
        return
    if new.at_most < old.at_most:
        yield Effect(
            Fate.LEFT_BEHIND,
            f"Answers in rows beyond those that there can be ({new.at_most}) are left behind.",
        )
    by_hand = [one.size is None and one.rows is None for one in (old, new)]
    if by_hand == [True, False]:
        yield Effect(Fate.PARKED, "Rows that were added wait; how many there are follows now.")
    elif by_hand == [False, True]:
        yield Effect(Fate.PARKED, "Answers in rows are set aside until the rows are added by hand.")


def _of_universe(item: ItemChange, universes: Universes | None) -> Iterator[Effect]:
    if universes is None or not isinstance(item.new, Question | Statement):
        return
    shown = {one.asked_in for one in universes.apart}
    if universes.relation in _ASKS_MORE or "new" in shown:
        yield Effect(Fate.ASKED, "It is to be asked in cases that it did not apply to before.")
    if universes.relation in _ASKS_LESS or "old" in shown:
        yield Effect(
            Fate.PARKED,
            "Where it does not apply any more, its answer is set aside: kept, not used.",
        )
    elif "old" in universes.unchecked:
        yield Effect(
            Fate.PARKED,
            "Where an answer stands that a new hard check refuses, it does not apply any more: its "
            "answer is set aside: kept, not used.",
        )
    if "new" in universes.unchecked - shown and universes.relation not in _ASKS_MORE:
        yield Effect(
            Fate.ASKED,
            "It is to be asked where an answer stands that a new hard check refuses.",
        )
    left = dict.fromkeys(f"'{one.at.item}'" for one in universes.beyond if one.asked_in == "old")
    if left:
        yield Effect(
            Fate.PARKED,
            f"Where an answer to {' or '.join(left)} is left behind, its answer is set aside as "
            "long as it does not apply: kept, not used.",
        )


# --- answers --------------------------------------------------------------------------------------


def _of_answers(pairings: Sequence[Pairing], item: ItemChange) -> Iterator[Effect]:
    """Hold every answer worth trying against what the new version takes."""
    left: dict[str, dict[str, None]] = {}
    kept = fitted = 0
    for pairing in pairings:
        for answer, why, same in _tried(pairing, item):
            if why:
                left.setdefault(why, {})[_said(item, answer)] = None
            elif same:
                kept += 1
            else:
                fitted += 1
    if left and not kept and not fitted:
        for why in left:
            yield Effect(Fate.LEFT_BEHIND, f"Every answer is left behind: {why}")
        return
    for why, answers in left.items():
        yield Effect(
            Fate.LEFT_BEHIND, f"Left behind, and asked again: {_which(item, answers)}. {why}"
        )
    if fitted:
        yield Effect(Fate.FITTED, "Answers that go along are written in another way.")
    if (kept or fitted) and Change.REWORDED in item.changes:
        yield Effect(Fate.KEPT, "Answers go along and are to be looked at: the words have changed.")
    elif (kept or fitted) and any("code of" in one.what for one in item.differences):
        yield Effect(Fate.KEPT, "Answers go along by name; in data they have other codes.")


def _tried(pairing: Pairing, item: ItemChange) -> Iterator[tuple[Answer, str, bool]]:
    """Answers of the old version, why each is left behind (or ""), and if it is written alike."""
    assert item.old is not None
    assert item.new is not None
    name = item.old.name
    roster = pairing.old.places.roster_of.get(name)
    row = 0 if roster is None else 1
    at, to = Instance(name, row), Instance(item.new.name, row)
    slot = pairing.old.places.slots[at]
    palette = leader_of(pairing.old).palette(slot)
    answers: Sequence[Answer] = (READ,) if palette is None else palette.answers
    if isinstance(item.old, Question) and item.old.kind in TEXT_KINDS and item.old.mask is None:
        answers = (*answers, "x" * (item.old.max_length or _LONG))
    for answer in answers:
        what = as_moved(given(pairing.old, at, answer), pairing.pairs)
        found = fit(pairing.new, to, what)
        yield answer, found.why, type(found.answer) is type(answer)


def _said(item: ItemChange, answer: Answer) -> str:
    """An answer by its name, or as an example of the answers like it."""
    if isinstance(answer, Missing):
        return f"the reason '{answer.reason}'"
    if isinstance(item.old, Question) and item.old.kind in CHOICE_KINDS:
        taken = answer if isinstance(answer, tuple) else (str(answer),)
        return " and ".join(f"'{one}'" for one in taken) or "nothing taken"
    if isinstance(item.old, Question) and item.old.kind in TEXT_KINDS:
        return f"one of {len(str(answer))} characters"
    return str(answer)


def _which(item: ItemChange, answers: dict[str, None]) -> str:
    # Combinations say no more than the choices alone that cannot be kept.
    alone = [one for one in answers if " and " not in one] or list(answers)
    named = isinstance(item.old, Question) and item.old.kind in CHOICE_KINDS
    named = named or all(one.startswith("the reason") for one in alone)
    more = " and others" if len(alone) > _NAMED else ""
    return f"{'' if named else 'answers such as '}{', '.join(alone[:_NAMED])}{more}"
