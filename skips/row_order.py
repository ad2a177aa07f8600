"""The order in which the rows of an open roster are shown; nothing but the display follows it."""

from collections.abc import Collection, Iterable, Sequence


def full_order(order: Sequence[int], added: Iterable[int]) -> tuple[int, ...]:
    """All rows that there were: those that have a place in `order` first, the others by id."""
    return (*order, *sorted(set(added).difference(order)))


def reordered(
    order: Sequence[int], added: Collection[int], shown: Collection[int], wanted: Sequence[int]
) -> tuple[int, ...] | None:
    """The order once rows are shown as wanted; a row that is not named keeps its place.

    Args:
        order: the order so far, as `full_order` gives it.
        added: the ids of all rows that there were.
        shown: the ids of those that are shown.
        wanted: ids in their new order: each of `shown`, and others of `added` if need be.

    Returns:
        All of `added` in their new order; None when `wanted` names a row twice, names one that
        there never was, or leaves one out that is shown.
    """
    named = set(wanted)
    if len(named) < len(wanted) or not named.issubset(added) or not named.issuperset(shown):
        return None
    following = iter(wanted)
    return tuple(next(following) if row in named else row for row in full_order(order, added))
