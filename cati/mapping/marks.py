"""What a proof says of the items and sections of a map."""

from typing import TYPE_CHECKING

from cati.mapping.model import Mark, Marks
from instrument.findings_catalog import TITLES

if TYPE_CHECKING:
    from skips.proof.check import Report
    from skips.proof.findings import Finding

_DEAD = frozenset({"item-unreachable", "section-unreachable"})


def marks_of(report: "Report") -> Marks:
    """By item or section what was found there, and what was acknowledged."""
    found: dict[str, list[Mark]] = {}
    pairs = [(one, False) for one in report.findings]
    pairs += [(one, True) for one, _ in report.acknowledged]
    for finding, is_acknowledged in pairs:
        found.setdefault(_name(finding), []).append(_mark(finding, is_acknowledged, report))
    return {name: tuple(dict.fromkeys(marks)) for name, marks in found.items()}


def _name(finding: "Finding") -> str:
    """The item or section that a place begins with."""
    for sign in ".#@":
        place, _, _ = finding.place.partition(sign)
        if place != finding.place:
            return place
    return finding.place


def _mark(finding: "Finding", is_acknowledged: bool, report: "Report") -> Mark:
    is_dead = finding.code in _DEAD
    words = "never asked" if is_dead else TITLES[finding.code]
    if finding.modes:
        words += f" ({', '.join(report.instrument.modes[one] for one in finding.modes)})"
    if is_acknowledged:
        words = f"acknowledged: {words}"
    return Mark(finding.code, f"{words} [{finding.code}]", is_dead, is_acknowledged)
