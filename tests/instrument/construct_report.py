"""Prints how much of what the study measured the shipped instruments hold, and what holds the rest.

python -m tests.instrument.construct_report
"""

import sys
from collections.abc import Sequence

from tests.instrument.constructs import (
    Construct,
    Coverage,
    Exceptions,
    asked_by,
    coverage,
    read_constructs,
    read_exceptions,
    settle,
)
from tests.instrument.njov4 import njov4, screener


def lines(rows: list[Coverage]) -> list[str]:
    """The table, one line a section and a last one for all of them."""
    total = Coverage(
        "all",
        sum(row.constructs for row in rows),
        sum(row.constructs_total for row in rows),
        sum(row.options for row in rows),
        sum(row.options_total for row in rows),
        sum(row.elsewhere for row in rows),
    )
    return [f"{'section':<12} {'constructs':>12} {'options':>10} {'elsewhere':>10}"] + [
        f"{row.section:<12} {f'{row.constructs}/{row.constructs_total}':>12} "
        f"{f'{row.options}/{row.options_total}':>10} {row.elsewhere or '':>10}".rstrip()
        for row in [*rows, total]
    ]


def held_elsewhere(constructs: Sequence[Construct], exceptions: Exceptions) -> list[str]:
    """A line for each construct that no interview holds, with what does."""
    return [
        f"{one.section:<12} {one.name:<28} {exceptions.elsewhere[one.name]}"
        for one in constructs
        if one.name in exceptions.elsewhere
    ]


def main() -> int:
    """Print the figures; 1 when something is missing without a reason."""
    constructs, exceptions = read_constructs(), read_exceptions()
    asked = asked_by(njov4(), screener())
    unexplained, needless = settle(constructs, asked, exceptions)
    out = lines(coverage(constructs, asked, exceptions))
    out += ["", "held elsewhere:", *held_elsewhere(constructs, exceptions), ""]
    out.append(f"exceptions with a reason: {len(exceptions.reasons)}")
    out += [f"unexplained: {difference}" for difference in unexplained]
    out += [f"needless exception: {text}" for text in needless]
    sys.stdout.write("\n".join(out) + "\n")
    return 1 if unexplained or needless else 0


if __name__ == "__main__":
    sys.exit(main())
