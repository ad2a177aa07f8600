"""What differs between two versions, for people at a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cati.differences.cases import beyond_words, case_words, relation
from cati.differences.report import SAME, Part, Report, Row
from instrument.changes import ASKED_IF, WORKED_OUT, Pairs, worst
from instrument.counts import counted
from skips.proof.compare_universes import Relation, Universes

_LISTED: Final = 12
"""Names of items that follow something else, before the rest is only counted."""


def lines(report: Report, pairs: Pairs) -> Iterator[str]:
    """The whole report: sections with the worst changes first, in each the worst items first."""
    yield _headline(report)
    yield from _indented(map(str, report.header), 2)
    for part in sorted(report.parts, key=lambda part: part.worst):
        if part.differs or part.rewritten or any(row.rewritten for row in part.rows):
            yield ""
            yield from _part(report, pairs, part)
    for one in report.changes.likely:
        yield ""
        yield (
            f"{one.new} looks like {one.old} under another name: if it is, say "
            f"--rename {one.old}={one.new}."
        )


def _headline(report: Report) -> str:
    old, new = report.old, report.new
    title = f"{old.name} {old.version}" + (f" and {new.name}" if new.name != old.name else "")
    versions = f"{title} and {new.version}" if new.version != old.version else title
    if report.same:
        found = " What is written otherwise comes to the same."
        rewritten = any(one.rewritten for one in report.parts) or any(
            one.rewritten for one in report.rows
        )
        return f"{versions}: the same in {_items(report)}.{found if rewritten else ''}"
    counts = ", ".join(f"{number} {what}" for what, number in report.counts.items())
    return f"{versions}: {_items(report)}: {counts}."


def _items(report: Report) -> str:
    return counted(sum(1 for _ in report.rows), "item")


def _part(report: Report, pairs: Pairs, part: Part) -> Iterator[str]:
    was = f" (was {part.section.old})" if part.section.old not in (None, part.name) else ""
    yield f"{part.name}{was}: {part.section.title}"
    yield from _indented(map(str, part.differences), 2)
    yield from _rewritten(part, 2)
    if part.universes is not None and part.universes.relation is not Relation.SAME:
        yield f"  The section: {relation(part.universes)}."
        yield from _apart(report, pairs, part.universes, 4)
    if part.universes is not None and (part.differences or part.rewritten):
        yield from _indented(beyond_words(report.old, report.new, part.universes), 4)
    rows = sorted(part.rows, key=lambda row: worst(row.changes))
    told: list[Row] = []
    for row in rows:
        if row.differs and not row.follows and row not in told:
            same = _told_alike(row, rows)
            told += same
            yield from _row(report, pairs, row, same)
    yield from _following(report, pairs, [row for row in rows if row.follows])
    for row in rows:
        if row.rewritten and (row.follows or not row.differs):
            yield f"  {row.item.name}{'' if row.differs else f': {row.status[0]}'}"
            yield from _rewritten(row, 4)
            if not row.differs:
                yield from _around(report, row)
    yield from _as_written(report, [row for row in rows if not row.differs and not row.rewritten])


def _around(report: Report, row: Row) -> Iterator[str]:
    """What is said of an item besides its differences: who else is asked, and of open cases."""
    if row.universes is not None:
        yield from _indented(beyond_words(report.old, report.new, row.universes), 6)
    yield from _indented((f"Open cases: {one.text}" for one in row.effects), 4)


def _as_written(report: Report, rows: Sequence[Row]) -> Iterator[str]:
    """Items that are as they were and of which something is to be said, the like ones together."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        said = tuple(_around(report, row))
        if said:
            alike.setdefault((row.status[0], *said), []).append(row)
    for (status, *told), found in alike.items():
        yield f"  {_listed(found)}: {status}"
        yield from told


def _listed(rows: Sequence[Row]) -> str:
    names = [row.item.name for row in rows[:_LISTED]]
    return ", ".join([*names, *([f"{len(rows) - _LISTED} more"] if len(rows) > _LISTED else [])])


def _told_alike(row: Row, rows: Sequence[Row]) -> list[Row]:
    """The items of which the same is said, such as that a reason is gone from the instrument."""

    def said(one: Row) -> object:
        return one.status, one.other, one.differences, one.effects, one.universes

    alone = row.item.renamed or row.rewritten or not row.differences or row.item.old is None
    return [row] if alone else [one for one in rows if not one.rewritten and said(one) == said(row)]


def _row(report: Report, pairs: Pairs, row: Row, alike: Sequence[Row]) -> Iterator[str]:
    said = [one for one in row.status if one != SAME or not row.other]
    old = row.item.old
    was = f" (was {old.name})" if row.item.renamed and old is not None else ""
    yield f"  {_listed(alike)}{was}: {', '.join([*said, *row.other])}"
    yield from _indented(map(str, row.differences), 4)
    yield from _rewritten(row, 4)
    if row.universes is not None and row.universes.relation is not Relation.SAME:
        yield f"    Its universe: {relation(row.universes)}."
        yield from _apart(report, pairs, row.universes, 6)
    yield from _around(report, row)


def _following(report: Report, pairs: Pairs, rows: Sequence[Row]) -> Iterator[str]:
    """Items that differ only by what stands around them, by how they do, with one case each."""
    by_relation: dict[str, list[Row]] = {}
    for row in rows:
        assert row.universes is not None
        by_relation.setdefault(relation(row.universes), []).append(row)
    for said, found in by_relation.items():
        yield f"  Through what their conditions read or stand in: {_listed(found)}"
        yield f"    {said[0].upper()}{said[1:]}."
        first = found[0]
        if first.universes is not None:
            yield from _apart(report, pairs, first.universes, 6, first.item.name)
            yield from _indented(beyond_words(report.old, report.new, first.universes), 6)


def _rewritten(what: Row | Part, indent: int) -> Iterator[str]:
    universes = what.universes
    for one in what.rewritten:
        yield f"{' ' * indent}{one}"
        same = "the same value" if one.what == WORKED_OUT else "the same cases"
        if one.what == ASKED_IF and universes is not None:
            if universes.relation is not Relation.SAME:
                same = "the same condition: the difference comes through what it reads"
            elif universes.beyond:
                same = "the same cases as far as both versions take the answers"
        yield f"{' ' * indent}  Written otherwise, {same}."


def _apart(
    report: Report, pairs: Pairs, universes: Universes, indent: int, name: str = ""
) -> Iterator[str]:
    for one in universes.apart:
        words = case_words(report.old, report.new, pairs, one)
        words = f"{name} is {words}" if name else f"{words[0].upper()}{words[1:]}"
        yield f"{' ' * indent}{words}."


def _indented(said: Iterable[str], indent: int) -> Iterator[str]:
    return (f"{' ' * indent}{one}" for one in said)
