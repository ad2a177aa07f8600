"""What moving a case does to its answers, in words and as JSON; of answers only their places."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cati.commands.shared import counted, say

if TYPE_CHECKING:
    from instrument.values import Instance
    from skips import Program
    from skips.migration import Migration, MigrationReport
    from store import CaseCard

_LISTED = 40
"""Items listed under one heading before the rest is only counted."""


def tell(card: "CaseCard", old: "Program", new: "Program", made: "Migration") -> None:
    """The report in words: counts first, then items."""
    report = made.report
    versions = f"version {old.instrument.version} to {new.instrument.version}"
    say(f"Case {card.short_id}, {versions}: {_counts(report)}.")
    _list(
        "Kept, and to be looked at: the words have changed",
        report.reworded,
        lambda one: f"{one[0]}: {'; '.join(one[1])}",
    )
    _list("Left behind", report.left_behind, lambda one: f"{one[0]}: {one[1]}")
    _list("Back, from what was left behind before", report.restored, str)
    _list("Written in another way, since the kind has changed", report.converted, str)
    _list("Set aside: answered, and not asked in this version", report.parked, str)
    _list("Counting again", report.unparked, str)
    _list("To be asked again", report.asked_again, str)
    _list("New to be asked", report.opened, str)
    _list("Worked out anew", [one.instance for one in report.computed], str)
    # What a check says can name answers, and what is printed stays in the terminal.
    _list("With a check to settle", [one.instance for one in report.failing], str)
    waiting = len(made.case.left_behind) - len(report.left_behind)
    if waiting:
        say(f"  Left behind by an earlier move, and still waiting: {counted(waiting, 'answer')}.")


def as_json(card: "CaseCard", old: "Program", new: "Program", made: "Migration") -> dict[str, Any]:
    """The whole report of a case that was not moved yet."""
    report = made.report

    def places(found: "Sequence[Instance]") -> list[str]:
        return [str(at) for at in found]

    return {
        "case": card.id,
        "from": old.instrument.fingerprint,
        "to": new.instrument.fingerprint,
        "moved": False,
        "carried": places(report.carried),
        "reworded": {str(at): list(changes) for at, changes in report.reworded},
        "converted": places(report.converted),
        "restored": places(report.restored),
        "left_behind": {str(at): why for at, why in report.left_behind},
        "parked": places(report.parked),
        "unparked": places(report.unparked),
        "opened": places(report.opened),
        "asked_again": places(report.asked_again),
        "computed": places([one.instance for one in report.computed]),
        "failing": places([one.instance for one in report.failing]),
        "waiting": places(list(made.case.left_behind)),
    }


def _counts(report: "MigrationReport") -> str:
    unasked = len(report.asked_again) + len(report.opened)
    return (
        f"{counted(len(report.carried), 'answer')} kept, {len(report.restored)} back, "
        f"{len(report.left_behind)} left behind, {counted(unasked, 'item')} to be asked"
    )


def _list(heading: str, found: Sequence[Any], named: Callable[[Any], str]) -> None:
    if not found:
        return
    say(f"  {heading}:")
    for one in found[:_LISTED]:
        say(f"    {named(one)}")
    if len(found) > _LISTED:
        say(f"    and {len(found) - _LISTED} more; --json lists all.")
