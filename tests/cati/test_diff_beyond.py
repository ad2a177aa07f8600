"""`cati diff`: what only one version takes, and what open cases hold, is not passed over."""

import pytest

from cati.differences import markdown
from cati.differences.as_json import document
from cati.differences.compare import compare_versions
from cati.differences.report import Report, Row
from cati.differences.text import lines
from instrument.changes import Change, Pairs, pair
from instrument.values import Instance
from skips.proof.compare_universes import Beyond, Relation
from tests.scenario import inline_instrument

FUEL = """
- question: f
  kind: one_of
  choices: [{{name: gas, code: 1, label: Gas}}, {{name: oil, code: 2, label: Oil}}{more}]
- {{question: b, kind: yes_no, ask_if: {when}}}
"""
WOOD = ", {name: wood, code: 3, label: Wood}"
NUMBER = """
- {{question: a, kind: integer, range: {limits}{more}}}
- {{question: b, kind: yes_no, ask_if: "{when}"}}
"""
CHECK = ", checks: [{hard: a < 9, say: Less.}]"


def compared(old: str, new: str, *, prove: bool = True) -> tuple[Pairs, Report]:
    pairs = pair(inline_instrument(old), inline_instrument(new))
    return pairs, compare_versions(pairs, prove=prove)


def row_of(report: Report, name: str = "b") -> Row:
    return next(row for row in report.rows if row.item.name == name)


def number(limits: str, when: str, more: str = "") -> str:
    return NUMBER.format(limits=limits, when=when, more=more)


def test_a_new_choice_that_the_rewriting_is_about_is_named() -> None:
    old = FUEL.format(more="", when="f == gas")
    pairs, report = compared(old, FUEL.format(more=WOOD, when="f != oil"))
    row = row_of(report)
    assert row.universes is not None
    assert row.universes.relation is Relation.SAME
    assert row.universes.beyond == (Beyond("new", Instance("f"), "wood"),)
    told = "\n".join(lines(report, pairs))
    assert "  b: same as far as both take the answers\n" in told
    assert "the same cases as far as both versions take the answers." in told
    assert "Asked besides with: f is Wood; the new version alone takes that." in told
    table = next(one for one in markdown.lines(report) if one.startswith("| b "))
    assert "| same as far as both take the answers |" in table
    assert "f is Wood" in table
    (part,) = document(report)["sections"]
    assert part["items"][1]["universe"]["beyond"] == [
        {"asked_in": "new", "item": "f", "row": 0, "missing": None, "answer": "wood"}
    ]
    # A choice that nobody is asked by is not named.
    _, report = compared(old, FUEL.format(more=WOOD, when="f in (gas)"))
    assert row_of(report).status == ("same",)


@pytest.mark.parametrize(
    ("new", "effects"),
    [
        (
            number("0..10", "a > 5 and a < 9", CHECK),
            ["a new hard check refuses, it does not apply any more"],
        ),
        (number("0..10", "a > 5", CHECK), []),
        (
            number("0..5", "a > 4"),
            ["to be asked in cases", "an answer to 'a' is left behind, its answer is set aside"],
        ),
    ],
)
def test_open_cases_hold_what_no_case_of_both_versions_does(new: str, effects: list[str]) -> None:
    _, report = compared(number("0..10", "a > 5"), new)
    told = [one.text for one in row_of(report).effects]
    assert len(told) == len(effects)
    assert all(part in text for part, text in zip(effects, told, strict=True))


def test_nobody_left_is_not_everybody() -> None:
    pairs, report = compared(number("0..10", "a > 5"), number("0..5", "a > 4"))
    told = "\n".join(lines(report, pairs))
    assert "all who were asked are asked" not in told
    assert "nobody who was asked before can answer so any more (proved)" in told
    _, report = compared(number("0..10", "a > 3"), number("0..5", "a > 2"))
    universes = row_of(report).universes
    assert universes is not None
    assert (universes.none_left, universes.relation) == (False, Relation.WIDER)


def test_a_reason_that_the_instrument_loses_is_lost_to_its_questions() -> None:
    items = number("0..10", "a > 5")
    old = inline_instrument(items)
    reason = old.missing[-1]
    new = old.model_copy(update={"missing": old.missing[:-1]})
    pairs = pair(old, new)
    report = compare_versions(pairs)
    for name in ("a", "b"):
        row = row_of(report, name)
        assert Change.RECODED in row.changes
        assert "That reason is not accepted any more." in row.effects[0].text
        assert reason.name in row.effects[0].text
    assert "  a, b: recoded" in list(lines(report, pairs))


def test_what_is_not_settled_is_not_counted_as_new() -> None:
    old, new = number("0..10", "a > 5"), number("0..10", "not a <= 5")
    _, report = compared(old, new, prove=False)
    assert row_of(report).status == ("universe not settled",)
    assert "new universe" not in report.counts


def test_a_new_form_is_told_apart_from_what_it_reads() -> None:
    text = """
- {{question: a, kind: integer, range: 0..10}}
- {{compute: m, kind: integer, as: a + {0}}}
- {{question: b, kind: yes_no, ask_if: "{1}"}}
"""
    pairs, report = compared(text.format(1, "m > 5"), text.format(2, "not m <= 5"))
    row = row_of(report)
    assert [one.what for one in row.rewritten] == ["asked if"]
    assert row.status == ("new universe",)
    told = "\n".join(lines(report, pairs))
    assert "the same condition: the difference comes through what it reads." in told
    _, report = compared(text.format(1, "m > 5"), text.format(2, "not m <= 7"))
    assert not row_of(report).rewritten


def test_a_case_is_told_by_what_makes_the_difference() -> None:
    text = """
- question: ways
  kind: any_of
  choices: [{{name: bus, code: 1, label: Bus}}, {{name: car, code: 2, label: Car}},
    {{name: foot, code: 3, label: On foot}}, {{name: train, code: 4, label: Train}}]
- {{question: works, kind: yes_no}}
- {{question: cars, kind: integer, range: 0..9, no_missing: all}}
- {{question: b, kind: yes_no, ask_if: "{0}"}}
"""
    # Whatever `works` and `cars` are, one is asked: neither has to be told.
    more = "(answered(works) or not answered(works)) and cars >= 0"
    _, report = compared(
        text.format(f"taken(ways) > 9 and {more}"), text.format(f"ways has car and {more}")
    )
    universes = row_of(report).universes
    assert universes is not None
    (apart,) = universes.apart
    told = dict(apart.new.answers)
    assert told[Instance("ways")] == ("car",)
    assert Instance("works") not in told
    assert Instance("cars") in told  # without an answer it would not be known
    # What has to be answered so that nothing else decides is told.
    _, report = compared(text.format("cars > 6 or works"), text.format("cars > 5 or works"))
    universes = row_of(report).universes
    assert universes is not None
    (apart,) = universes.apart
    assert {at.item for at, _ in apart.new.answers} == {"works", "cars"}
