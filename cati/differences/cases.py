"""A case in which two versions part, in words."""

from typing import Final

from instrument.changes import Pairs
from instrument.models import Instrument
from skips.proof.apart import Apart
from skips.proof.compare_universes import Relation, Universes
from skips.proof.witness import Witness, as_words

_MOST: Final = 12
"""Answers of a case that are told."""

RELATIONS: Final = {
    Relation.SAME: "the same cases",
    Relation.WIDER: "all who were asked are asked, and others",
    Relation.NARROWER: "only some of those who were asked are asked",
    Relation.OTHER: "others are asked, and some who were asked are not",
    Relation.DIFFERENT: "other cases (which of them all are was not settled)",
    Relation.UNDECIDED: "not settled: no case was found that shows a difference, and no proof that "
    "there is none",
}


def relation(universes: Universes) -> str:
    """How a universe stands to what it was, and whether that is proved."""
    proof = " (proved)" if universes.by == "proof" else ""
    said = RELATIONS[universes.relation]
    if universes.none_left and universes.relation is Relation.WIDER:
        said = "others are asked, and nobody who was asked before can answer so any more"
    elif universes.beyond:
        said = f"{said}, as far as both versions take the answers"
    return f"{said}{proof}"


def beyond_words(old: Instrument, new: Instrument, universes: Universes) -> list[str]:
    """Who is asked with answers that one version alone takes, in a sentence for each version."""
    found = []
    for side, instrument, lead in (("new", new, "Asked besides"), ("old", old, "Asked before")):
        mode = next(iter(instrument.modes))
        told = [
            " ".join(as_words(instrument, Witness(mode, ((one.at, one.answer),))))
            for one in universes.beyond
            if one.asked_in == side
        ]
        if told:
            found.append(f"{lead} with: {' or '.join(told)}; the {side} version alone takes that.")
    if universes.none_left and universes.relation is not Relation.WIDER:
        found.append("Nobody who was asked before can answer so any more.")
    return found


def case_words(old: Instrument, new: Instrument, pairs: Pairs, apart: Apart) -> str:
    """Who is asked: `asked in the new version only with: size is 3; tenure: not sure`."""
    version = f"the {apart.asked_in} version"
    row = f", in row {apart.row}," if apart.row else ""
    common = {(pairs.called.get(at.item), at.row) for at, _ in apart.old.answers}
    shared = tuple(one for one in apart.new.answers if (one[0].item, one[0].row) in common)
    there = {(at.item, at.row): answer for at, answer in shared}
    alone = tuple(
        (at, answer)
        for at, answer in apart.old.answers
        if (pairs.called.get(at.item), at.row) not in there
    )
    free = tuple(one for one in apart.new.answers if one not in shared)
    said = _words(new, Witness(apart.mode, shared, apart.new.rows, apart.new.interview_date))
    parts = [said or "whatever is answered"]
    if alone:
        parts.append(f"in the old version alone {_words(old, Witness(apart.mode, alone))}")
    if free:
        parts.append(f"in the new version alone {_words(new, Witness(apart.mode, free))}")
    parts = [one for one in parts if not one.endswith("alone ")]
    return f"asked in {version} only{row} with: {'; '.join(parts)}"


def _words(instrument: Instrument, witness: Witness) -> str:
    told = as_words(instrument, witness)
    more = len(told) - _MOST
    return "; ".join(told[:_MOST]) + (f"; and {more} more answers" if more > 0 else "")
