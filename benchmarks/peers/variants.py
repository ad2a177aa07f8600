"""A simple evaluator of neutral forms, under each way of treating answers that leave the route.

It shares no code with any engine. An engine whose relevant items differ from ours is explained when
the evaluator arrives at exactly those once it treats such answers the way the engine does.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from benchmarks.peers.form import Condition, Json

Seen = dict[str, Any]
"""What conditions read, by item."""
Test = Callable[[Seen], bool]


class Policy(StrEnum):
    """What becomes of an answer off the route, as its item is not relevant any more: it …"""

    PARKED = "is kept, and no condition reads it"
    READ = "is kept, and conditions go on reading it"
    READ_NOT_COMPUTED = "is kept and read on, a computed value is not"
    CLEARED = "is cleared when its item goes, and missing when it returns"
    CLEARED_ON_CHANGE = "is cleared whenever something changes that its failing condition reads"
    CLEARED_ITSELF = "is cleared if its own condition fails, kept and read if its section closes"


CLEARING = frozenset({Policy.CLEARED, Policy.CLEARED_ON_CHANGE, Policy.CLEARED_ITSELF})


FITTED = frozenset({Policy.CLEARED_ON_CHANGE, Policy.CLEARED_ITSELF})
"""Written down after an engine had been seen to differ: only another form than that tests them."""


class _Place(NamedTuple):
    name: str
    section: int
    ask_if: Test
    value: Test | None
    """Of a computed item."""
    sources: frozenset[str]
    """Items whose answers its condition and its section's read, through computed values, too."""


class Evaluator:
    """A form and its answers; nothing is worked out before it is asked for, but what is cleared."""

    def __init__(self, form: Json, policy: Policy) -> None:
        self.policy = policy
        self.answers: dict[str, Any] = {}
        self._seen: Seen = {}
        self._gates = [_test(section["gate"]) for section in form["sections"]]
        self._places = list(_places(form))
        self._at = {place.name: at for at, place in enumerate(self._places)}
        self._standing: set[str] = set()
        """What has not been cleared since it was last relevant."""
        self._changed: set[str] = set()
        """The items of which the last step changed the answer."""
        self._end = 0
        """Behind the last item that has been answered; what follows has nothing to lose."""

    def answer(self, name: str, value: Any) -> None:
        """Give an answer."""
        self.answers[name] = value
        self._changed = {name}
        start = min(self._at[name], self._end)
        self._end = max(self._end, self._at[name] + 1)
        if self.policy in CLEARING:
            self._walk(start, self._end)

    def relevant(self) -> list[str]:
        """The names of all items on the route, computed ones if they are relevant."""
        self._changed = set()
        return self._walk(0, len(self._places))

    def _walk(self, start: int, end: int) -> list[str]:
        """Look at a stretch of items, when `_seen` is right about those before."""
        found: list[str] = []
        section, is_open = -1, False
        for place in self._places[start:end]:
            if place.section != section:
                section, is_open = place.section, self._gates[place.section](self._seen)
            wanted = place.ask_if(self._seen)
            is_relevant = is_open and wanted
            if is_relevant:
                found.append(place.name)
            if self.policy in CLEARING and self._loses(place, wanted, is_relevant):
                self.answers.pop(place.name, None)
                self._changed.add(place.name)
            self._seen[place.name] = self._read(place, is_relevant)
        return found

    def _loses(self, place: _Place, wanted: bool, is_relevant: bool) -> bool:
        """Whether the answer of an item is cleared now; one given off the route is left alone."""
        if self.policy is Policy.CLEARED_ON_CHANGE:
            return not is_relevant and not self._changed.isdisjoint(place.sources)
        stands = wanted if self.policy is Policy.CLEARED_ITSELF else is_relevant
        if stands:
            self._standing.add(place.name)
            return False
        lost = place.name in self._standing
        self._standing.discard(place.name)
        return lost

    def _read(self, place: _Place, is_relevant: bool) -> Any:
        """What conditions read of an item."""
        if place.value is None:
            readable = is_relevant or self.policy is not Policy.PARKED
            return self.answers.get(place.name) if readable else None
        if is_relevant or self.policy not in (Policy.PARKED, Policy.READ_NOT_COMPUTED):
            return "yes" if place.value(self._seen) else "no"
        return None


class Explanation(NamedTuple):
    """How a set of relevant items compares with ours, and which policy leads to it."""

    alike: int
    """Items about which both say the same."""
    differing: int
    policy: Policy
    """The one that comes nearest to the engine's set and answers; ours where several do."""
    unexplained: int
    """Items about whose relevance, or whose answer, the engine and even that policy disagree."""
    as_well: int
    """Other policies that come as near; these steps cannot tell them apart."""


def compare(
    form: Json,
    steps: Sequence[Sequence[Any]],
    ours: Collection[str],
    theirs: Collection[str],
    again: Collection[str],
) -> Explanation:
    """Compare what two engines hold to be relevant after the same steps.

    Args:
        form: the neutral form.
        steps: those of the script that both have taken.
        ours: items relevant by our engine.
        theirs: items relevant by theirs.
        again: items relevant by theirs that were answered, and of which it holds no answer now.
    """
    size = sum(len(section["items"]) for section in form["sections"])
    differing = len(set(ours) ^ set(theirs))
    given = {name for name, value, _ in steps if value != []}
    left: dict[Policy, int] = {}
    for policy in Policy:
        evaluator = Evaluator(form, policy)
        for name, value, _ in steps:
            evaluator.answer(name, value)
        relevant = set(evaluator.relevant())
        cleared = given - evaluator.answers.keys()
        left[policy] = len((relevant ^ set(theirs)) | ((cleared ^ set(again)) & relevant))
    nearest = min(left, key=left.__getitem__)
    as_well = sum(found == left[nearest] for found in left.values()) - 1
    return Explanation(size - differing, differing, nearest, left[nearest], as_well)


def _places(form: Json) -> Iterator[_Place]:
    """All items in order."""
    computed: dict[str, frozenset[str]] = {}
    for number, section in enumerate(form["sections"]):
        behind = _sources(section["gate"], computed)
        for item in section["items"]:
            value = None
            if item["kind"] == "computed":
                value = _test(item["value"])
                computed[item["name"]] = _sources(item["value"], computed)
            sources = behind | _sources(item["ask_if"], computed)
            yield _Place(item["name"], number, _test(item["ask_if"]), value, sources)


def _sources(condition: Condition | None, computed: Mapping[str, frozenset[str]]) -> frozenset[str]:
    match condition:
        case None:
            return frozenset()
        case ["and" | "or", *parts]:
            return frozenset().union(*[_sources(part, computed) for part in parts])
        case _:
            return computed.get(condition[1], frozenset({condition[1]}))


def _test(condition: Condition | None) -> Test:
    match condition:
        case None:
            return lambda seen: True  # noqa: ARG005
        case ["and", *parts]:
            tests = [_test(part) for part in parts]
            return lambda seen: all(test(seen) for test in tests)
        case ["or", *parts]:
            tests = [_test(part) for part in parts]
            return lambda seen: any(test(seen) for test in tests)
        case ["yes", name]:
            return lambda seen: seen.get(name) == "yes"
        case ["in", name, options]:
            return lambda seen: seen.get(name) in options
        case ["has", name, choice]:
            return lambda seen: choice in (seen.get(name) or ())
        case [">=", name, number]:
            return lambda seen: seen.get(name) is not None and seen[name] >= number
        case ["<", name, number]:
            return lambda seen: seen.get(name) is not None and seen[name] < number
        case _:
            raise ValueError(f"{condition!r} is not a condition of a neutral form.")
