"""Which sections hold answers that do not count now."""

from collections.abc import Collection

from skips.route import Route


def sections_with_aside(route: Route, sections: Collection[str]) -> frozenset[str]:
    """Those of some sections, by name, in which an answer is kept that does not count.

    Looks at the slots of these sections only, so that it can be asked at every key.
    """
    dealt, met, found = route.state.cells.dealt, route.state.cells.met, set()
    for place in route.program.sections if sections else ():
        if place.section.name in sections:
            within = slice(place.gate, place.end)
            counting = int.from_bytes(met[within], "little")
            if int.from_bytes(dealt[within], "little") & ~counting:
                found.add(place.section.name)
    return frozenset(found)
