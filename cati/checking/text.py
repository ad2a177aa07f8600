"""Findings as people read them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cati.checking.excerpts import Excerpts
from instrument.counts import counted
from skips.proof.findings import Finding, Severity

if TYPE_CHECKING:
    from cati.checking.outcome import Outcome
    from skips.proof.check import Report


def finding_lines(
    finding: Finding, report: "Report", folder: Path, excerpts: Excerpts, reason: str | None = None
) -> Iterator[str]:
    """The lines about one finding: where and what, the excerpt, what shows it, what to do.

    Args:
        finding: to be shown.
        report: that it belongs to.
        folder: of the instrument.
        excerpts: of the same folder.
        reason: why it is as it should be, if somebody said so.
    """
    place = f"{folder / finding.source.file}:{finding.source.line}:{finding.source.column}"
    yield f"{place}: {finding.severity}: {as_sentence(finding.text)} [{finding.code}]"
    yield from excerpts.at(finding.source)
    if finding.modes:
        labels = ", ".join(report.instrument.modes[mode] for mode in finding.modes)
        yield f"    Only in: {labels}."
    yield from _shown_by(finding, report)
    for source, says in finding.related:
        yield f"    {folder / source.file}:{source.line}:{source.column}: {as_sentence(says)}"
    if reason is not None:
        yield f"    Acknowledged: {as_sentence(reason)}"
    elif finding.hint:
        yield f"    {as_sentence(finding.hint)}"


def _shown_by(finding: Finding, report: "Report") -> Iterator[str]:
    if finding.witness is None:
        return
    from skips.proof.witness import as_words

    words = as_words(report.instrument, finding.witness)
    yield f"    It shows with: {'; '.join(words) or 'any answers'}."
    if finding.shows:
        yield f"    {as_sentence(finding.shows)}"


def last_line(outcome: "Outcome") -> str:
    """What was looked at, what was found, how long it took, and which instrument it is."""
    read, report = outcome.read, outcome.report
    assert read is not None
    ends = f"Fingerprint {read.fingerprint[:16]}."
    head = f"{read.name} {read.version}"
    if report is None:
        found = counted(len(outcome.unfit), "problem") if outcome.unfit else "no problems"
        return (
            f"{head}: {found} in {counted(len(read.items), 'item')} of "
            f"{counted(len(read.sections), 'section')}. {ends}"
        )
    return (
        f"{head}: {_found(outcome)} in {counted(report.items, 'item')} of "
        f"{counted(len(report.sections), 'section')}, {counted(len(report.modes), 'mode')}; "
        f"{report.seconds:.1f} s. {ends}"
    )


def _found(outcome: "Outcome") -> str:
    report = outcome.report
    assert report is not None
    found = _counted(outcome.findings)
    if outcome.unfit:
        found.insert(0, counted(len(outcome.unfit), "problem"))
    none = "no " + " or ".join(sorted(outcome.only)) if outcome.only else "no problems"
    meant = [f"{len(outcome.acknowledged):,} acknowledged"] if outcome.acknowledged else []
    rest = f" (and not shown: {', '.join(_counted(outcome.hidden))})" if outcome.hidden else ""
    return ", ".join([*(found or [none]), *meant]) + rest


def _counted(findings: Sequence[Finding]) -> list[str]:
    """`1 error`, `2 warnings`: how many there are of each severity, the worst first."""
    tally = Counter(one.severity for one in findings)
    return [counted(tally[one], one) for one in Severity if tally[one]]


def worst_code(findings: Sequence[Finding]) -> str:
    """The code of the first of the worst findings."""
    order = list(Severity)
    return min(findings, key=lambda one: order.index(one.severity)).code


def as_sentence(text: str) -> str:
    """What somebody wrote, with a capital and a full stop."""
    ends = "" if not text or text.endswith((".", "?", "!", "…")) else "."
    return text[:1].upper() + text[1:] + ends
