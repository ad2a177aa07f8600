"""`cati diff`: everything that differs is said, and everything that is said is so."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from cati.differences import markdown
from cati.differences.as_json import document
from cati.differences.compare import compare_versions
from cati.differences.report import Report
from cati.differences.text import lines
from instrument import Instrument
from instrument.changes import Pairs, pair
from instrument.values import Instance
from skips import Truth
from skips.proof.compare_universes import Relation
from skips.proof.witness import Witness, from_json
from tests.cati.diff_pairs import JOBS, PAIRS, Two
from tests.naive import Naive


@cache
def compared(name: str) -> tuple[Pairs, Report]:
    two = PAIRS[name]
    pairs = pair(*two.versions(), two.renamed)
    return pairs, compare_versions(pairs)


def said(report: Report) -> Two:
    """What a report says, as a pair of versions expects it."""
    return Two(
        {},
        (),
        {row.item.name: (*row.status, *row.other) for row in report.rows if row.differs},
        {
            row.item.name: row.universes.relation
            for row in report.rows
            if row.universes is not None and row.universes.relation is not Relation.SAME
        },
        frozenset(
            [row.item.name for row in report.rows if row.rewritten]
            + [part.name for part in report.parts if part.rewritten]
        ),
        likely=tuple((one.old, one.new) for one in report.changes.likely),
    )


def expected(two: Two) -> Two:
    return replace(two, files={}, edits=(), renamed={})


@pytest.mark.parametrize("name", PAIRS)
def test_all_that_differs_is_said_and_nothing_else(name: str) -> None:
    assert said(compared(name)[1]) == expected(PAIRS[name])


@pytest.mark.parametrize("name", PAIRS)
def test_every_case_shown_is_asked_under_one_version_alone(name: str) -> None:
    pairs, report = compared(name)
    shown = 0
    for row in report.rows:
        for one in row.universes.apart if row.universes else ():
            shown += 1
            here = asked(pairs.old, pairs.was[row.item.name], one.row, one.old)
            there = asked(pairs.new, row.item.name, one.row, one.new)
            assert (here, there) == (one.asked_in == "old", one.asked_in == "new")
            # The same answers: whatever both name, both hold alike.
            old = {(pairs.called.get(at.item), at.row): what for at, what in one.old.answers}
            new = {(at.item, at.row): what for at, what in one.new.answers}
            assert all(new[at] == old[at] for at in new.keys() & old.keys())
    assert (shown > 0) is bool(PAIRS[name].relations)


def asked(instrument: Instrument, name: str, row: int, witness: Witness) -> bool:
    naive = Naive(instrument, witness.mode)
    naive.answers = dict(witness.answers)
    naive.rows = {roster: set(range(1, rows + 1)) for roster, rows in witness.rows}
    naive.interview_date = witness.interview_date
    return naive.picture().truths[Instance(name, row)] is Truth.YES


@pytest.mark.parametrize("name", [name for name in PAIRS if name.startswith(("house", "jobs"))])
def test_control_an_edit_that_is_not_told_would_be_seen(name: str) -> None:
    """Without its last edit a pair is told otherwise, so that the expectations see every edit."""
    two = PAIRS[name]
    fewer = replace(two, edits=two.edits[:-1])
    old, new = fewer.versions()
    names = {} if two.renamed and len(two.edits) == 1 else two.renamed
    assert said(compare_versions(pair(old, new, names), prove=False)) != expected(two)


def test_the_report_for_people_tells_the_worst_first_and_shows_a_case() -> None:
    pairs, report = compared("household: words, codes and answers")
    told = list(lines(report, pairs))
    assert told[0] == (
        "household 1.0.0: 14 items: 8 same, 2 same as far as both take the answers, 3 recoded, "
        "2 reworded, 1 other checks, 1 documented otherwise."
    )
    named = [
        one.strip().partition(":")[0] for one in told if one.startswith("  ") and one[2] != " "
    ]
    assert named == ["pets", "size", "age", "story", "rent", "works, moved"]
    pairs, report = compared("jobs: what a missing answer opens")
    told = list(lines(report, pairs))
    at = told.index("  looking: new universe")
    assert told[at + 1 : at + 4] == [
        "    asked if: not working -> not working or missing(working)",
        "    Its universe: all who were asked are asked, and others (proved).",
        "      Asked in the new version only with: working: not sure.",
    ]


def test_what_follows_is_told_together() -> None:
    pairs, report = compared("household: a section's gate")
    told = "\n".join(lines(report, pairs))
    assert (
        "  Through what their conditions read or stand in: people, age, works, moved, rent, "
        "home_by, street, story\n    Only some of those who were asked are asked (proved).\n"
        "      people is asked in the old version only with: size is 2.\n"
    ) in told + "\n"


def test_what_becomes_of_open_cases() -> None:
    def effects(name: str) -> dict[str, list[str]]:
        return {
            row.item.name: [str(one.fate) for one in row.effects]
            for row in compared(name)[1].rows
            if row.effects
        }

    assert effects("household: words, codes and answers") == {
        "size": ["kept", "checked anew"],
        "pets": ["kept"],
        "age": ["left behind"],
        "works": ["set aside"],
        "moved": ["set aside"],
        "story": ["left behind"],
    }
    assert effects("household: another name, a new question, one that is gone") == {
        "home_by": ["left behind"],
        "pages": ["newly asked"],
    }
    assert effects("jobs: a value that others read") == {
        "adult": ["worked out anew"],
        "wage": ["newly asked"],
        "second": ["newly asked"],
        "raise": ["newly asked"],
    }


def test_the_document_holds_cases_that_can_be_read_back() -> None:
    pairs, report = compared("jobs: what a missing answer opens")
    read = json.loads(json.dumps(document(report)))
    assert (read["same"], read["proved"]) == (False, True)
    items = {one["new"]: one for part in read["sections"] for one in part["items"]}
    assert items["looking"]["status"] == ["new universe"]
    assert items["looking"]["universe"]["relation"] == "wider"
    (apart,) = items["looking"]["universe"]["apart"]
    assert apart["asked_in"] == "new"
    witness = from_json(pairs.new, apart["new"])
    assert asked(pairs.new, "looking", 0, witness)


def test_the_table_has_a_line_for_every_item() -> None:
    pairs, report = compared("travel: choices, a translation, order")
    told = list(markdown.lines(report, pairs))
    rows = [one for one in told if one.startswith("| ") and not one.startswith(("| old", "| ---"))]
    assert len(rows) == len(list(report.rows))
    assert all(one.replace("\\|", "").count("|") == 7 for one in rows)
    assert any(
        one.startswith("| plate | plate | Zone of the ticket | new universe |")
        and "asked in the new version only with: " in one
        for one in rows
    )


def test_the_page_about_it_shows_what_is_said() -> None:
    page = (Path(__file__).parents[2] / "docs" / "comparing-versions.md").read_text("utf-8")
    shown = page.split("$ cati diff", 1)[1].split("\n", 1)[1].split("```", 1)[0]
    edits = (
        ('version: "1.0.0"', 'version: "1.1.0"'),
        ("ask_if: not working}", "ask_if: not working or missing(working)}"),
    )
    pairs = pair(*Two(JOBS, edits).versions())
    assert "\n".join(lines(compare_versions(pairs), pairs)) + "\n" == shown
