"""Plays the tests against one mutant; mutmut is told to use this as a plugin of pytest.

Fast tests come first, since the first that fails settles the matter. Controls stay out: they plant
faults of their own. A test that a mutant sends around in circles is told by processor time, since
on a busy machine time on the wall says nothing.
"""

import json
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

STATS = Path("mutmut-stats.json")
"""Where mutmut keeps how long each test takes, seen from the folder in which tests run."""
OUT_OF_TIME = 36
"""The exit code from which mutmut reads that time ran out."""
SECONDS, TIMES = 10, 5
"""A test hangs after so many seconds of the processor and so many times what it usually takes."""
MEMORY = 4 << 30
"""Bytes that a run may take; a mutant that gathers without end runs into it."""

# Counterexamples need not be small here, and nothing may hang on chance or on the machine.
settings.register_profile(
    "mutants",
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutants")


def is_mutant() -> bool:
    """Whether a mutant is run, and not the tests as they are."""
    return "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", "")


def durations() -> dict[str, float]:
    """Seconds that each test took, by its id; nothing before they were taken."""
    if not STATS.exists():
        return {}
    known: dict[str, float] = json.loads(STATS.read_text(encoding="utf-8"))["duration_by_test"]
    return known


def pytest_configure(config: pytest.Config) -> None:
    """Limits what a mutant can take of the machine's memory."""
    if is_mutant():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the controls out, and puts the fast tests first."""
    controls = [one for one in items if one.name.startswith("test_control_")]
    config.hook.pytest_deselected(items=controls)
    known = durations()
    items[:] = sorted(
        set(items) - set(controls), key=lambda one: (known.get(one.nodeid, 0.0), one.nodeid)
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Ends the run as out of time where a test hangs."""
    if not is_mutant():
        return (yield)

    def give_up(_signal: int, _frame: object) -> None:
        os._exit(OUT_OF_TIME)

    signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, SECONDS + TIMES * durations().get(item.nodeid, 0.0))
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
