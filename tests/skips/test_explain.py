"""Whatever the instrument and the answers, there is a reason in words, and it fits the status."""

from random import Random

from hypothesis import HealthCheck, given, settings

from skips import Status
from tests.skips.oracle import live
from tests.strategies import randoms

STARTS = {
    Status.ANSWERED: ("Asked", "Worked out"),
    Status.MISSING: ("Asked",),
    Status.NOT_APPLICABLE: ("Not asked: ", "Not worked out: "),
    Status.PARKED: ("Not asked",),
    Status.NOT_REACHED: (
        "Asked",
        "Not asked so far: ",
        "Not known so far: ",
        "Not worked out so far: ",
    ),
}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(randoms)
def test_every_item_has_a_reason_that_fits_its_status(rng: Random) -> None:
    both = live(rng, 8)
    for instance in both.route.instances():
        status, words = both.route.status(instance), both.route.explain(instance)
        assert words.startswith(STARTS[status]), (instance, status, words)
        assert words.endswith(".")
        assert ("kept aside" in words) == (status is Status.PARKED)
