"""What peer programs report, brought into tables."""

from collections.abc import Mapping, Sequence
from math import log
from statistics import linear_regression, median, quantiles
from typing import Any, NamedTuple

from benchmarks.peers.variants import FITTED, Explanation, Policy

HEAD = (
    "engine",
    "load ms",
    "answer µs: median",
    "p95",
    "p99",
    "to ours",
    "flip µs: median",
    "to ours",
    "heap MB",
    "whole MB",
    "steps",
)
ALIKE_HEAD = (
    "engine",
    "steps",
    "items alike",
    "to be asked again",
    "why they differ",
)


class Run(NamedTuple):
    """What one engine did with one form; times in ms and µs, memory in MB."""

    engine: str
    version: str
    load: float
    median: float
    p95: float
    p99: float
    flip: float | None
    """None when no gate was flipped before the time was over."""
    heap: float
    rss: float
    done: int
    steps: int
    note: str
    answers: tuple[float, ...]
    """µs of each answer that is no flip, in the order of the script; its beginning is compared."""
    flips: tuple[float, ...]


class Agreement(NamedTuple):
    """How the items on the route and the answers held compare with ours after the same steps."""

    engine: str
    done: int
    explanation: Explanation
    again: int
    """Items on the engine's route that were answered, and whose answer it no longer holds."""
    given: int


def run_of(engine: str, result: Mapping[str, Any], steps: int) -> Run | None:
    """The figures of a peer's result; None when it did not get to an answer."""
    answers, flips = result["answer_us"], result["flip_us"]
    if not answers:
        return None
    cuts = quantiles(answers, n=100, method="inclusive") if len(answers) > 1 else answers * 99
    return Run(
        engine=engine,
        version=result["version"],
        load=result["load_ms"],
        median=median(answers),
        p95=cuts[94],
        p99=cuts[98],
        flip=median(flips) if flips else None,
        heap=result["heap_mb"],
        rss=result["rss_mb"],
        done=result["steps_done"],
        steps=steps,
        note=result["note"],
        answers=tuple(answers),
        flips=tuple(flips),
    )


def table(runs: Sequence[Run]) -> str:
    """The figures of all engines on one form; the first is ours."""
    ours = runs[0]
    rows: list[tuple[str, ...]] = [HEAD]
    for run in runs:
        flips = ("-", "-")
        if run.flip is not None:
            flips = (figure(run.flip), figure(run.flip / ours.flip) if ours.flip else "-")
        rows.append(
            (
                run.engine,
                figure(run.load),
                figure(run.median),
                figure(run.p95),
                figure(run.p99),
                figure(run.median / ours.median),
                *flips,
                figure(run.heap),
                figure(run.rss),
                f"{run.done:,} of {run.steps:,}",
            )
        )
    return markdown(rows)


def agreement_table(found: Sequence[Agreement]) -> str:
    """How far the engines agree with ours, and why they do not."""
    rows = [ALIKE_HEAD]
    for one in found:
        alike, differing = one.explanation[:2]
        rows.append(
            (
                one.engine,
                f"{one.done:,}",
                f"{alike:,} of {alike + differing:,}",
                f"{one.again:,} of {one.given:,}",
                because(one),
            )
        )
    return markdown(rows)


def because(found: Agreement) -> str:
    """Where differences come from, in words, and what these steps cannot tell."""
    explanation = found.explanation
    others = f"too few steps to tell from {explanation.as_well} of {len(Policy) - 1} other policies"
    if not (explanation.differing or explanation.unexplained or found.again):
        return f"agrees; {others}" if explanation.as_well else "nothing to explain"
    fitted = " (fitted)" if explanation.policy in FITTED else ""
    if explanation.unexplained:
        left = f"not explained for {explanation.unexplained:,} items"
        return f"{left}; nearest: {explanation.policy}{fitted}"
    said = f"off the route, an answer {explanation.policy}{fitted}"
    return f"{said}; {others}" if explanation.as_well else said


def exponents(runs: Mapping[int, Sequence[Run]]) -> str:
    """How the median time of an answer, that of a flip, and the load grow with the size.

    An exponent of 0 is a constant time, 1 one in proportion to the size, 2 one to its square.
    Medians are those of as many first answers, or flips, as the engine came to at every size.
    """
    names = dict.fromkeys(run.engine for found in runs.values() for run in found)
    rows = [("engine", "sizes", "answer", "of the first", "flip", "of the first", "load")]
    for name in names:
        mine = {size: run for size, found in runs.items() for run in found if run.engine == name}
        rows.append(
            (
                name,
                " ".join(f"{size:,}" for size in mine),
                *_growth({size: run.answers for size, run in mine.items()}),
                *_growth({size: run.flips for size, run in mine.items() if run.flips}),
                _exponent({size: run.load for size, run in mine.items()}),
            )
        )
    return markdown(rows)


def slope(points: Mapping[int, float]) -> float:
    """The slope of the line through the logarithms, by least squares; of two points or more."""
    return linear_regression(
        [log(size) for size in points], [log(value) for value in points.values()]
    ).slope


def figure(value: float) -> str:
    """A number with about three digits that matter."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head; columns are as wide as their widest cell."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _growth(times: Mapping[int, Sequence[float]]) -> tuple[str, str]:
    """The exponent of medians of the same first times at each size, and how many those are."""
    first = min(map(len, times.values()), default=0)
    points = {size: median(found[:first]) for size, found in times.items()}
    return _exponent(points), f"{first:,}" if len(points) > 1 else "-"


def _exponent(points: Mapping[int, float]) -> str:
    return f"{slope(points):.2f}" if len(points) > 1 else "-"
