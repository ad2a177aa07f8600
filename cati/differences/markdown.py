"""The table of what is comparable from one wave to the next, in Markdown."""

from collections.abc import Iterator

from cati.differences.cases import beyond_words, case_words, relation
from cati.differences.report import Report, Row
from instrument.changes import Pairs
from skips.proof.compare_universes import Relation

_HEADS = ("old", "new", "label", "comparable", "what differs", "open cases")


def lines(report: Report, pairs: Pairs | None = None) -> Iterator[str]:
    """One table for each section, in the order of the interview.

    Args:
        report: what is told.
        pairs: the versions, so that the cases that show another universe are told, too.
    """
    old, new = report.old, report.new
    yield f"# {_cell(new.title)}: {_cell(old.version)} and {_cell(new.version)}"
    yield ""
    yield "; ".join(f"{what}: {number}" for what, number in report.counts.items())
    if report.header:
        yield ""
        yield from (f"- {_cell(str(one))}" for one in report.header)
    for part in report.parts:
        yield ""
        yield f"## {_cell(part.section.title)}"
        yield ""
        if part.differences:
            yield from (f"- {_cell(str(one))}" for one in part.differences)
            yield ""
        yield f"| {' | '.join(_HEADS)} |"
        yield f"|{' --- |' * len(_HEADS)}"
        for row in part.rows:
            yield f"| {' | '.join(map(_cell, _cells(report, row, pairs)))} |"


def _cells(report: Report, row: Row, pairs: Pairs | None) -> tuple[str, ...]:
    item = row.item
    told = [str(one) for one in row.differences]
    told += [
        f"{one} (comes to the same{' as far as both take the answers' if row.is_limited else ''})"
        for one in row.rewritten
    ]
    if row.universes is not None and row.universes.relation is not Relation.SAME:
        told.append(f"universe: {relation(row.universes)}")
        if pairs is not None:
            told += [case_words(report.old, report.new, pairs, one) for one in row.universes.apart]
    if row.universes is not None:
        told += [one.rstrip(".") for one in beyond_words(report.old, report.new, row.universes)]
    return (
        item.old.name if item.old else "",
        item.new.name if item.new else "",
        row.label,
        ", ".join((*row.status, *row.other)),
        "; ".join(told),
        " ".join(one.text for one in row.effects),
    )


def _cell(text: str) -> str:
    """A text that stays in its cell and is taken as it stands."""
    line = " ".join(text.split()).replace("\\", "\\\\")
    for sign in "|*_`<>[]":
        line = line.replace(sign, f"\\{sign}")
    return line
