"""Edits of conditions that the replay of a deck notices: `python -m tests.campaigns.deck_mutants`.

An instrument is edited in one condition at a time, as by an author's slip, and the interviews of
its deck are led through each. Edits that none of them notices are judged: the edited condition is
compared with the original over all cases there can be, by proof. Either it means the same, or the
deck missed it.

Fails when the share noticed of those that mean something else is lower than is asked for.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import instrument as package
from cati.deck_files import deck_files, read_script
from instrument import Computed, Instrument, instrument_files, read_files
from skips import compile_instrument
from skips.proof.deck.compare import Difference, first_difference
from skips.proof.deck.make import Deck, make
from skips.proof.deck.script import Script, script_of
from skips.proof.deck.sites import Site, Spot, both, sites
from skips.proof.goals import All, Any_, Asked, Comes, Goal, Not_
from skips.proof.settle import Settler
from skips.proof.verdict import Verdict
from skips.truth import Truth
from tests.campaigns.condition_edits import ConditionEdit, condition_edits


def noticed(edited: Instrument, scripts: Iterable[Script]) -> Difference | None:
    """The first difference that any of some scripts shows."""
    programs = {mode: compile_instrument(edited, mode) for mode in edited.modes}
    for script in scripts:
        difference = first_difference(programs[script.mode], script)
        if difference is not None:
            return difference
    return None


def judged(settlers: Mapping[str, Settler], edit: ConditionEdit) -> Verdict:
    """Whether an edited condition can come to something else than the original in any case.

    Of the branches of a value: whether another one can decide.

    What stands before it is the same in both versions, so that the original's cases are those of
    the edited one when the interview comes to it.
    """
    verdicts = set()
    for mode, settler in settlers.items():
        goals = list(_apart(settler, edit.instrument, mode))
        verdicts |= {one.verdict for one in settler.settle(goals).values()}
    for verdict in (Verdict.POSSIBLE, Verdict.UNDECIDED):
        if verdict in verdicts:
            return verdict
    return Verdict.IMPOSSIBLE


def _apart(settler: Settler, edited: Instrument, mode: str) -> Iterable[Goal]:
    after = compile_instrument(edited, mode)
    for old, new in _pairs(list(sites(settler.program)), list(sites(after))):
        item = settler.instrument.items.get(old.place.partition("#")[0])
        if isinstance(item, Computed) and item.branches:
            # What counts of a branch is which value it leads to.
            other = edited.items[item.name]
            assert isinstance(other, Computed)
            yield from _values_apart(settler, item, other)
            continue
        for truth in Truth:
            goals = tuple(
                both(
                    *spot.where,
                    Comes(old.tree, spot.row, truth, slot),
                    Not_(Comes(new.tree, spot.row, truth, slot)),
                )
                for spot in old.spots
                for slot in [_slot(spot)]
            )
            yield goals[0] if len(goals) == 1 else Any_(goals)


def _values_apart(settler: Settler, before: Computed, after: Computed) -> Iterable[Goal]:
    """That one branch decides in one version and not in the other."""
    program = settler.program
    for one in program.places.slots:
        if one.item == before.name:
            slot = program.slot(one)
            for at in range(len(before.branches)):
                old, new = (_decides(item, at, one.row, slot) for item in (before, after))
                yield All((Asked(one), old, Not_(new)))
                yield All((Asked(one), new, Not_(old)))


def _decides(item: Computed, at: int, row: int, slot: int) -> Goal:
    whens = [branch.when for branch in item.branches[: at + 1]]
    return All(
        tuple(
            Comes(when.tree, row, Truth.YES if number == at else Truth.NO, slot)
            for number, when in enumerate(whens)
            if when is not None
        )
    )


def _slot(spot: Spot) -> int:
    return spot.slot if spot.refused_at is None else spot.refused_at


def _pairs(before: list[Site], after: list[Site]) -> Iterable[tuple[Site, Site]]:
    """Conditions that stand at the same place in both versions and are not the same."""
    places: dict[str, list[Site]] = {}
    for site in after:
        places.setdefault(site.place, []).append(site)
    for site in before:
        others = places.get(site.place)
        if others:
            other = others.pop(0)
            if other.tree != site.tree:
                yield site, other


def shipped_deck(folder: Path) -> list[Script]:
    """The deck that stands in an instrument's folder."""
    return [read_script(file) for file in deck_files(folder / "deck")]


def new_deck(read: Instrument) -> list[Script]:
    """A deck drawn up for every mode of an instrument."""
    scripts: list[Script] = []
    decks: list[Deck] = []
    for mode in read.modes:
        program = compile_instrument(read, mode)
        decks.append(make(read, mode, others=decks))
        scripts += [script_of(program, one.interview) for one in decks[-1].tests]
    return scripts


def judged_edits(
    files: Mapping[str, bytes], scripts: Sequence[Script], edits: int, seed: int
) -> Iterator[tuple[ConditionEdit, Verdict | None]]:
    """Edits, each with None if a deck notices it, and else whether it can make a difference."""
    read = read_files(files)
    settlers = {mode: Settler(read, mode) for mode in read.modes}
    for edit in condition_edits(files, edits, seed):
        if noticed(edit.instrument, scripts) is not None:
            yield edit, None
        else:
            yield edit, judged(settlers, edit)


def main() -> int:
    """Edit, replay and judge; 1 when too few edits are noticed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--instrument", default="njov4", help="a shipped one, or a folder")
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--least", type=float, default=0.9, help="share that must be noticed")
    parser.add_argument("--blind", action="store_true", help="control: of the deck, nothing is led")
    options = parser.parse_args()
    shipped = Path(package.__file__).parent / options.instrument
    folder = shipped if shipped.exists() else Path(options.instrument)
    files = instrument_files(folder)
    scripts = [] if options.blind else shipped_deck(folder) or new_deck(read_files(files))
    counts: Counter[Verdict | None] = Counter()
    for edit, verdict in judged_edits(files, scripts, options.edits, options.seed):
        counts[verdict] += 1
        if verdict is not None:
            print(f"{_SAID[verdict]}: {edit}", flush=True)
    other = counts.total() - counts[Verdict.IMPOSSIBLE]
    share = counts[None] / other if other else 1.0
    print(
        f"{len(scripts)} interviews, {counts.total()} edits: {counts[None]} noticed, "
        f"{counts[Verdict.IMPOSSIBLE]} mean the same (proved), {counts[Verdict.POSSIBLE]} missed, "
        f"{counts[Verdict.UNDECIDED]} not settled; {share:.1%} of those that mean something else"
    )
    if options.blind:
        return 0 if not counts[None] and counts[Verdict.POSSIBLE] else 1
    return 0 if share >= options.least else 1


_SAID = {
    Verdict.IMPOSSIBLE: "means the same",
    Verdict.POSSIBLE: "MISSED",
    Verdict.UNDECIDED: "not settled",
}


if __name__ == "__main__":
    sys.exit(main())
