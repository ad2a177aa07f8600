"""Sorts findings by what an instrument's author acknowledged, and finds what no longer applies."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from instrument.models import Acknowledgement, Instrument
from skips.proof.findings import Finding, finding
from skips.proof.merge import section_of


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings of a check, sorted by what is acknowledged."""

    open: tuple[Finding, ...]
    """Those that nobody acknowledged, in the order given; then acknowledgements of nothing."""
    acknowledged: tuple[tuple[Finding, str], ...]
    """The others, each with the reason given."""


def acknowledge(
    instrument: Instrument,
    findings: Iterable[Finding],
    *,
    modes: Collection[str] | None = None,
    sections: Collection[str] | None = None,
) -> Judged:
    """Sort findings, and add an `acknowledged-not-found` for each acknowledgement without any.

    An acknowledgement may be of what was not looked at, or not decided: then nothing is said of it.

    Args:
        instrument: that was checked.
        findings: all that were found in it.
        modes: those that were looked at; None means all.
        sections: names of those that were looked at; None means all.
    """
    reasons = {(one.finding, one.at): one.reason for one in instrument.acknowledged}
    left: list[Finding] = []
    meant: list[tuple[Finding, str]] = []
    for one in findings:
        reason = reasons.get((one.code, one.place))
        if reason is None:
            left.append(one)
        else:
            meant.append((one, reason))
    used = {(one.code, one.place) for one, _ in meant}
    if modes is None or set(modes) >= instrument.modes.keys():
        undecided = {one.place for one in left if one.code == "undecided"}
        for given in instrument.acknowledged:
            if (given.finding, given.at) in used or given.at in undecided:
                continue
            stale = _stale(given, left)
            if sections is None or section_of(stale, instrument) in (None, *sections):
                left.append(stale)
    return Judged(tuple(left), tuple(meant))


def _stale(given: Acknowledgement, findings: Iterable[Finding]) -> Finding:
    """What is said of an acknowledgement of something that is not found."""
    elsewhere = sorted({one.place for one in findings if one.code == given.finding})
    hint = "Leave the acknowledgement out."
    if len(elsewhere) == 1:
        hint = f"Leave the acknowledgement out, or write at: {elsewhere[0]}, where it is found."
    return finding(
        "acknowledged-not-found",
        given.source,
        given.at,
        f"'{given.finding}' is acknowledged at '{given.at}', but it is not found there.",
        hint,
    )
