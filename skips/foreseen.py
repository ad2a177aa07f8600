"""How far a route would have come after an answer that is not given yet."""

from instrument.values import Answer, Instance
from skips.progress import SectionProgress
from skips.route import Route


def sections_after(
    route: Route, instance: Instance, answer: Answer | None
) -> list[SectionProgress]:
    """What `Route.sections` would give after `answer`; the route is afterwards as it was."""
    slot, state = route.program.slot(instance), route.state
    before = state.cells.kept[slot]
    trace = state.put(slot, answer)
    found = route.sections()
    state.undo(slot, before, trace)
    return found
