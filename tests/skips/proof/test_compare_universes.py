"""Whether two versions ask something of the same cases: what is said is true, case by case."""

from collections.abc import Sequence
from random import Random

import pytest

from instrument import Instrument
from instrument.changes import Pairs, pair
from instrument.conditions import nodes as n
from instrument.models import Expression
from instrument.values import Instance
from skips import Truth
from skips.proof.apart import Apart, Side
from skips.proof.compare_universes import (
    Compare,
    Outcome,
    Relation,
    Universes,
    compare_universes,
    pairings,
)
from skips.proof.joint import JointProver
from skips.proof.pairing import Compared, Pairing
from skips.proof.side_by_side import side_by_side
from skips.proof.witness import Witness
from tests.naive import Naive
from tests.random_conditions import condition
from tests.scenario import inline_instrument
from tests.strategies import Maker, expression
from tests.versions import another_version

ITEMS = """
    - {{question: age, kind: integer, range: {limits}}}
    - {{question: works, kind: yes_no}}
    - {{question: ways, kind: any_of, choices: [
        {{name: bus, code: 1, label: Bus}}, {{name: car, code: 2, label: Car}},
        {{name: none, code: 3, label: None of these, exclusive: true}}]}}
    - {{question: since, kind: date, range: 2000-01-01..2025-12-31}}
    - {{compute: grown, kind: yes_no, as: "{grown}"}}
    - {{roster: jobs, at_most: {jobs}, items: [
        {{question: hours, kind: integer, range: 0..80}},
        {{question: nights, kind: yes_no, ask_if: "{nights}"}}]}}
    - {{question: target, kind: yes_no, ask_if: "{target}"}}
    - {{question: after, kind: yes_no, ask_if: target}}
"""
PLAIN = {
    "limits": "0..120",
    "grown": "age >= 18",
    "jobs": 3,
    "nights": "hours > 0",
    "target": "works",
}

SAME, WIDER, NARROWER, OTHER = (
    Relation.SAME,
    Relation.WIDER,
    Relation.NARROWER,
    Relation.OTHER,
)
CONDITIONS = [
    ("works", "not not works", SAME),
    ("age >= 18", "not age < 18", SAME),
    ("age >= 18", "grown", SAME),
    ("age > 17", "age >= 18 or age > 100", SAME),
    ("works and age > 30", "age >= 31 and works", SAME),
    ("ways has bus", "ways has bus and not ways has none", SAME),
    ("missing(works) or works", "not (answered(works) and not works)", SAME),
    ("count(works, grown) == 2", "works and grown", SAME),
    # One row without an answer leaves the count unknown; any row that holds is enough for `any`.
    ("any(jobs where hours > 9)", "count(jobs where hours > 9) >= 1", NARROWER),
    ("year(since) > 2010", "since >= 2011-01-01", SAME),
    ("works", "works or missing(works)", WIDER),
    ("age >= 18", "age >= 16", WIDER),
    ("works == yes", "works != no", SAME),
    ("not works", "not works or not grown", WIDER),
    ("works", "works and age != 33", NARROWER),
    ("taken(ways) >= 1", "ways has bus", NARROWER),
    ("works", "grown", OTHER),
    ("missing(age, not_sure)", "missing(age, declined)", OTHER),
    ("all(jobs where hours > 9)", "any(jobs where hours > 9)", OTHER),
    # Hard to meet by chance:
    ("sum(jobs, hours) == 100", "sum(jobs, hours) == 100 and age != 77", NARROWER),
]


@pytest.mark.parametrize(("before", "after", "relation"), CONDITIONS)
def test_a_condition_and_its_successor(before: str, after: str, relation: Relation) -> None:
    pairs = versions({"target": before}, {"target": after})
    found = compared(pairs)
    assert found.items["target"].relation is relation
    # What follows from it goes the same way, and what stands before it does not change.
    assert found.items["after"].relation is relation
    assert found.items["hours"].relation is SAME
    assert wrong_cases(pairs, found) == []
    back = compared(versions({"target": after}, {"target": before})).items["target"].relation
    assert back is {WIDER: NARROWER, NARROWER: WIDER}.get(relation, relation)


def test_what_is_read_decides_as_the_condition_does() -> None:
    found = compared(versions({"target": "grown"}, {"target": "grown", "grown": "age >= 21"}))
    assert found.items["target"].relation is NARROWER
    found = compared(versions({"target": "grown"}, {"target": "grown", "grown": "not age <= 17"}))
    assert found.same_values == {"grown"}
    assert found.items["target"].relation is SAME


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("age >= 18", "not age < 18", True),
        ("age >= 18", "age > 18", False),
        ("age >= 18", "answered(age) and age >= 18", False),  # no, and not unknown, for not sure
        ("age >= 18 or works", "works or age >= 17", False),
    ],
)
def test_a_value_that_is_worked_out_otherwise(before: str, after: str, same: bool) -> None:
    found = compared(versions({"grown": before}, {"grown": after}))
    assert found.same_values == ({"grown"} if same else set())


def test_an_own_condition_is_told_apart_from_what_stands_around_it() -> None:
    rows = "{{roster: jobs, at_most: 2, ask_if: {0}, items: [{{question: hours, kind: integer}}, "
    rows += "{{question: nights, kind: yes_no, ask_if: {1}}}]}}"
    first = "- {question: works, kind: yes_no}\n- {question: other, kind: yes_no}\n- "
    gates = [("works", "hours > 9"), ("works and other", "not hours <= 9")]
    old, new = (inline_instrument(first + rows.format(*gate)) for gate in gates)
    found = compared(pair(old, new))
    assert found.items["nights"].relation is NARROWER
    assert found.same_own == {"nights"}


def test_rows_are_compared_as_far_as_both_versions_have_them() -> None:
    pairs = versions(
        {"target": "any(jobs where nights)"}, {"jobs": 2, "target": "any(jobs where nights)"}
    )
    found = compared(pairs)
    assert found.items["nights"].relation is SAME
    assert found.items["target"].relation is SAME
    pairs = versions({}, {"nights": "hours > 10"})
    found = compared(pairs)
    assert found.items["nights"].relation is NARROWER
    assert [one.row > 0 for one in found.items["nights"].apart] == [True]
    assert wrong_cases(pairs, found) == []


def test_cases_that_only_one_version_can_have_are_no_difference() -> None:
    """Nobody is 110 in both versions: then the conditions never part."""
    pairs = versions(
        {"target": "age > 30"}, {"limits": "0..100", "target": "age > 30 and age < 105"}
    )
    assert compared(pairs).items["target"].relation is SAME
    pairs = versions({"target": "age > 30"}, {"target": "age > 30 and age < 105"})
    assert compared(pairs).items["target"].relation is NARROWER


def test_without_a_proof_it_is_not_settled_that_there_is_no_difference() -> None:
    pairs = versions({"target": "works"}, {"target": "not not works"})
    found = compare_universes(pairings(pairs)).items
    assert (found["target"].relation, found["target"].by) == (Relation.UNDECIDED, "nothing")
    assert (found["age"].relation, found["age"].by) == (SAME, "writing")
    pairs = versions({"target": "works"}, {"target": "grown and works"})
    assert compare_universes(pairings(pairs)).items["target"].relation is Relation.DIFFERENT


# --- random versions ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_nothing_that_is_said_of_random_versions_is_contradicted(seed: int) -> None:
    pairs = random_versions(seed)
    found = compare_universes(
        pairings(pairs), prover=lambda one: JointProver(one, seconds=0.5), interviews=10
    )
    assert wrong_cases(pairs, found) == []
    assert contradicted(pairs, found) == []


def test_control_a_proof_of_everything_is_contradicted() -> None:
    caught = 0
    for seed in range(5):
        pairs = random_versions(seed)
        found = compare_universes(pairings(pairs), prover=Forged, interviews=0)
        caught += bool(contradicted(pairs, found))
    assert caught > 0
    pairs = versions({"target": "works"}, {"target": "works and age != 33"})
    found = compare_universes(pairings(pairs), prover=Forged, interviews=0)
    assert contradicted(pairs, found, 60) == ["target", "after"]


def test_control_a_case_that_shows_nothing_is_wrong() -> None:
    pairs = versions({"target": "works"}, {"target": "not works"})
    witness = Witness("interview", ((Instance("works"), "yes"),))
    right = Apart("interview", "old", 0, witness, witness)
    wrong = Apart("interview", "new", 0, witness, witness)
    for apart, expected in ((right, []), (wrong, ["target"])):
        found = Compare({"target": Universes(OTHER, "cases", (apart,))}, {})
        assert wrong_cases(pairs, found) == expected


class Forged:
    """Proves whatever it is asked."""

    def __init__(self, _: Pairing) -> None:
        pass

    def __call__(self, instances: Sequence[Compared], side: Side) -> Outcome:
        return Outcome(impossible=True)

    def same_own(self, one: Compared) -> bool:
        return True

    def same_value(self, one: Compared) -> bool:
        return True


# --- helpers --------------------------------------------------------------------------------------


def versions(before: dict[str, object], after: dict[str, object]) -> Pairs:
    old, new = (inline_instrument(ITEMS.format(**PLAIN | one)) for one in (before, after))
    return pair(old, new)


def compared(pairs: Pairs) -> Compare:
    return compare_universes(pairings(pairs)[:1], prover=JointProver, interviews=15)


class Rewriter(Maker):
    """Makes the instrument that a Maker makes, with other conditions here and there."""

    def __init__(self, rng: Random, other: Random) -> None:
        super().__init__(rng)
        self.other = other

    def universe(self, share: float) -> Expression | None:
        made = super().universe(share)
        if made is None or self.other.random() < 0.5:
            return made
        another = condition(self.other, self.view, 1)
        return expression(
            self.other.choice(
                (
                    another,
                    n.And((made.tree, another)),
                    n.Or((made.tree, another)),
                    n.Not(n.Not(made.tree)),
                    n.Or((made.tree, n.And((made.tree, another)))),
                )
            )
        )


def random_versions(seed: int) -> Pairs:
    """Every other pair differs in conditions alone."""
    if seed % 2:
        made = Maker(Random(seed)).instrument(), Rewriter(Random(seed), Random(-seed)).instrument()
        return pair(*made)
    rng = Random(seed)
    old = Maker(rng).instrument()
    new = another_version(rng, old, changes=3)
    renamed = {here: there for here, there in new.renamed.items() if here in old.items}
    return pair(old, new.instrument, renamed)


def wrong_cases(pairs: Pairs, found: Compare) -> list[str]:
    """Items with a case that does not show what it should, by the plainest reading of the rules."""
    return [
        name
        for name, universes in found.items.items()
        for apart in universes.apart
        if (
            asked(pairs.old, pairs.was[name], apart.row, apart.old),
            asked(pairs.new, name, apart.row, apart.new),
        )
        != (apart.asked_in == "old", apart.asked_in == "new")
    ]


def asked(instrument: Instrument, name: str, row: int, witness: Witness) -> bool:
    naive = Naive(instrument, witness.mode)
    naive.answers = dict(witness.answers)
    naive.rows = {roster: set(range(1, rows + 1)) for roster, rows in witness.rows}
    naive.interview_date = witness.interview_date
    return naive.picture().truths[Instance(name, row)] is Truth.YES


def contradicted(pairs: Pairs, found: Compare, interviews: int = 20) -> list[str]:
    """Items that random interviews show to be asked of others than is said."""
    against = []
    for pairing in pairings(pairs):
        for seed in range(10_000, 10_000 + interviews):
            both = side_by_side(pairing, seed)
            for one in both.differing(pairing.compared):
                if one.is_section:
                    continue
                in_old = both.old.on_route(Instance(pairs.was[one.item], one.row))
                if found.items[one.item].relation in (
                    (SAME, WIDER) if in_old else (SAME, NARROWER)
                ):
                    against.append(one.item)
    return list(dict.fromkeys(against))
