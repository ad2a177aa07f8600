"""What moving a case to another version did, told in instances of items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from instrument.models import Computed
from instrument.values import Instance, Value
from skips.case_state import CaseState, route_of
from skips.change import Computation, Failing
from skips.program import Program
from skips.route import Route
from skips.wording import reworded


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What moving a case did, in the order of the interview; items by their new names."""

    carried: tuple[Instance, ...] = ()
    """Whose answer went along, whether or not it counts."""
    converted: tuple[Instance, ...] = ()
    """Those of `carried` whose answer is written in another way, since their kind has changed."""
    reworded: tuple[tuple[Instance, tuple[str, ...]], ...] = ()
    """Those of `carried` that were given to other words, each with what reads otherwise."""
    restored: tuple[Instance, ...] = ()
    """Whose answer was left behind before, and is back."""
    left_behind: tuple[tuple[Instance, str], ...] = ()
    """Whose answer is left behind by this move, each with a sentence why; in the old order."""
    parked: tuple[Instance, ...] = ()
    """Whose answer counted, is kept, and is off the new route."""
    unparked: tuple[Instance, ...] = ()
    """Whose answer was kept off the route, and counts now."""
    opened: tuple[Instance, ...] = ()
    """On the new route without an answer, and not on the old one or not in the old version."""
    asked_again: tuple[Instance, ...] = ()
    """On both routes, answered before, and without an answer now."""
    computed: tuple[Computation, ...] = ()
    """Computed values of the new version that are other ones than before."""
    failing: tuple[Failing, ...] = ()
    """Checks that fire and did not before."""


def report_of(
    before: CaseState, after: CaseState, old: Program, new: Program, names: Mapping[str, str]
) -> MigrationReport:
    """Compare a case in two versions.

    Args:
        before: the case as it was.
        after: the case as it is.
        old: the version that it was in.
        new: the version that it is in.
        names: old names of items to new ones.
    """
    was, now = route_of(old, before), route_of(new, after)
    source = {Instance(names.get(at.item, at.item), at.row): at for at in was.instances()}
    order = list(now.instances())
    carried = [at for at in order if at in after.answers and source.get(at) in before.answers]
    answered = [at for at in order if at in after.answers]
    met_before = {at for at, old_at in source.items() if was.on_route(old_at)}
    met = [at for at in now.route() if at not in after.answers]
    return MigrationReport(
        carried=tuple(carried),
        converted=tuple(
            at for at in carried if type(after.answers[at]) is not type(before.answers[source[at]])
        ),
        reworded=tuple(
            (at, changes)
            for at in carried
            if (changes := reworded(old, new, source[at], at, names))
        ),
        restored=tuple(at for at in answered if source.get(at) not in before.answers),
        left_behind=_left(was, before, after, names),
        parked=tuple(at for at in carried if at in met_before and not now.on_route(at)),
        unparked=tuple(at for at in carried if at not in met_before and now.on_route(at)),
        opened=tuple(at for at in met if at not in met_before),
        asked_again=tuple(at for at in met if at in met_before and source[at] in before.answers),
        computed=_computed(was, now, source),
        failing=_failing(was, now, source),
    )


def _left(
    was: Route, before: CaseState, after: CaseState, names: Mapping[str, str]
) -> tuple[tuple[Instance, str], ...]:
    """What this move leaves behind."""
    places = (
        Instance(names.get(at.item, at.item), at.row)
        for at in was.instances()
        if at in before.answers
    )
    return tuple((at, after.left_behind[at].why) for at in places if at not in after.answers)


def _computed(
    was: Route, now: Route, source: Mapping[Instance, Instance]
) -> tuple[Computation, ...]:
    def before(at: Instance) -> Value | None:
        return was.counted(source[at]) if at in source else None

    values = now.program.instrument.items
    return tuple(
        Computation(at, before(at), now.counted(at))
        for at in now.instances()
        if isinstance(values[at.item], Computed) and before(at) != now.counted(at)
    )


def _failing(was: Route, now: Route, source: Mapping[Instance, Instance]) -> tuple[Failing, ...]:
    """A check is the same if it stands at the same question with the same condition."""
    fired = {_named(one, one.instance) for one in was.failing()}
    return tuple(one for one in now.failing() if _named(one, source.get(one.instance)) not in fired)


def _named(failing: Failing, at: Instance | None) -> Iterable[object]:
    return (at, failing.check.severity, failing.check.condition.text)
