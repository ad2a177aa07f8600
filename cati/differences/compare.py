"""The whole comparison of two versions."""

from collections.abc import Callable
from dataclasses import replace

from cati.differences.report import Report, equal_parts, item_key, join
from instrument.changes import ItemChange, Pairs, changes_of
from skips.proof.compare_universes import Compare, compare_universes, pairings
from skips.proof.open_cases import Effect, effects
from skips.proof.pairing import Pairing


def compare_versions(
    pairs: Pairs, *, prove: bool = True, on_progress: Callable[[int, int], None] | None = None
) -> Report:
    """Compare what is written, what is asked of whom, and what it means for open cases.

    Args:
        pairs: the versions.
        prove: settle with z3 what random interviews do not show; z3 must then be installed.
        on_progress: told how many of how many universes are settled.
    """
    changes, both = changes_of(pairs), pairings(pairs)
    if prove:
        from skips.proof.further import with_what_lies_beyond
        from skips.proof.joint import JointProver

        provers = {one.mode: JointProver(one) for one in both}
        found = compare_universes(
            both, prover=lambda one: provers[one.mode], on_progress=on_progress
        )
        found = with_what_lies_beyond(both, found, lambda one: provers[one.mode])
    else:
        found = compare_universes(both, on_progress=on_progress)
    moved = {item_key(item): _effects(both, item, found) for item in changes.items}
    return join(pairs.old, pairs.new, changes, found, moved, proved=prove)


def _effects(both: tuple[Pairing, ...], item: ItemChange, found: Compare) -> tuple[Effect, ...]:
    equal = equal_parts(item, found)
    differing = tuple(one for one in item.differences if one.what not in equal)
    universes = found.items.get(item.name) if item.old else None
    return effects(both, replace(item, differences=differing), universes)
