"""Measuring and printing times of things that take microseconds."""

from collections.abc import Callable
from statistics import median, quantiles
from time import thread_time_ns


def timed(action: Callable[[], object]) -> float:
    """Microseconds of processor time that something takes, with about 0.5 for looking at the clock.

    Processor time, since other programs on the machine would otherwise be measured, too.
    """
    start = thread_time_ns()
    action()
    return (thread_time_ns() - start) / 1_000


def heading(name: str = "µs") -> None:
    """Print what stands above rows of `figures`."""
    print(f"  {name:<34}{'median':>10}{'p95':>10}{'p99':>10}{'worst':>11}")


def figures(name: str, times: list[float]) -> str:
    """Median, 95th and 99th percentile, and the worst, of times in µs."""
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return (
        f"  {name:<34}{median(times):>10.1f}{cuts[94]:>10.1f}{cuts[98]:>10.1f}{max(times):>11.1f}"
        f"   of {len(times)}"
    )
