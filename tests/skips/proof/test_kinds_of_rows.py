"""Counts said by kinds of rows: long rosters are settled, short ones as they were before."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

import pytest
import z3

from instrument import Instrument
from instrument.values import Instance
from skips.proof import kinds_of_rows
from skips.proof.prover import Outcome, Prover
from skips.proof.verdict import Verdict
from skips.proof.witness import replay
from skips.proof.world import World
from tests.scenario import inline_instrument

ROSTERS = 16
"""Random rosters that are settled in both ways."""
FAULT_TRIES = 120
"""Random rosters drawn at most until a planted mistake is noticed."""

LONG = """
- roster: people
  at_most: {rows}
  items:
  - {{question: age, kind: integer, range: 0..110, no_missing: all}}
  - {{question: works, kind: yes_no, ask_if: age >= 14}}
- {{compute: claim, as: '{claim}'}}
"""
SMALL = """
- {{question: n, kind: integer, range: 0..4}}
- roster: people
  {size}
  items:
  - {{question: age, kind: integer, range: 0..5}}
  - {{question: works, kind: yes_no, ask_if: age >= 2}}
- {{compute: claim, as: '{claim}'}}
"""
SIZES = (
    "at_most: 3",
    "rows: 3",
    "size: n\n  at_most: 3",
    "at_most: 3\n  row_if: row != 2 or n > 1",
)
WHERES = (
    "age >= 1",
    "age >= 3",
    "age < 3",
    "age == row",
    "works",
    "not works",
    "answered(works)",
    "missing(age)",
    "row <= 2",
    "works and age > 3",
    "n > row",
)


def settled(instrument: Instrument, seconds: float = 10.0) -> Outcome:
    """Whether the claim can be so; a case in which it can is led through the engine."""
    world = World(instrument, "interview")
    slot = world.program.slot(Instance("claim"))
    found = Prover(world, seconds=seconds).ask(world.takes(slot, "yes"), before=slot, about=[slot])
    if found.witness is not None:
        route = replay(world.program, found.witness, until=slot)
        assert route.counted(Instance("claim")) == "yes", found.witness
    return found


def small_roster(seed: int) -> Instrument:
    """A short roster of any sort, and a claim about some counts over it."""
    rng = Random(seed)

    def count() -> str:
        where = rng.choice(WHERES)
        return f"count(people where {where})" if rng.random() < 0.9 else "count(people)"

    left = " + ".join(count() for _ in range(rng.choice((1, 1, 2))))
    right = " + ".join(count() for _ in range(rng.choice((1, 1, 2))))
    factor = rng.choice(("", "", "2 * "))
    claim = f"{left} {rng.choice(('>', '<', '==', '>='))} {factor}({right}) + {rng.randint(0, 2)}"
    return inline_instrument(SMALL.format(size=rng.choice(SIZES), claim=claim))


def both_ways(seed: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Verdict, Verdict]:
    """What is said of a small roster as it stands, and by kinds of rows."""
    instrument = small_roster(seed)
    verdicts = []
    for fewest in (1000, 1):
        monkeypatch.setattr(kinds_of_rows, "FEWEST_ROWS", fewest)
        verdicts.append(settled(instrument).verdict)
    return verdicts[0], verdicts[1]


CLAIMS = [
    (20, "count(people where age >= 65) > count(people where age >= 18)", Verdict.IMPOSSIBLE),
    (50, "count(people where age >= 65) > count(people where age >= 18)", Verdict.IMPOSSIBLE),
    (50, "count(people where age >= 65) > count(people where age >= 66)", Verdict.POSSIBLE),
    (
        50,
        "count(people where age >= 65) + count(people where age < 65) < count(people where works)",
        Verdict.IMPOSSIBLE,
    ),
    (
        20,
        "count(people where age >= 65) > count(people where age >= 18 or works)",
        Verdict.IMPOSSIBLE,
    ),
    (20, "sum(people, age where works) > sum(people, age)", Verdict.IMPOSSIBLE),
    (20, "sum(people, age) == 77 and count(people where works) == 3", Verdict.POSSIBLE),
]


@pytest.mark.parametrize(("rows", "claim", "verdict"), CLAIMS)
def test_long_rosters_are_settled(rows: int, claim: str, verdict: Verdict) -> None:
    assert settled(inline_instrument(LONG.format(rows=rows, claim=claim))).verdict is verdict


def test_as_they_stand_two_counts_over_many_rows_are_out_of_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows, claim, _ = CLAIMS[0]
    instrument = inline_instrument(LONG.format(rows=rows, claim=claim))
    assert settled(instrument, seconds=1.0).verdict is Verdict.IMPOSSIBLE
    monkeypatch.setattr(kinds_of_rows, "FEWEST_ROWS", rows + 1)
    assert settled(instrument, seconds=1.0).verdict is Verdict.UNDECIDED


def test_random_rosters_are_settled_alike_in_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [both_ways(seed, monkeypatch) for seed in range(ROSTERS)]
    assert [before for before, _ in found] == [now for _, now in found]
    assert {verdict for pair in found for verdict in pair} == {
        Verdict.POSSIBLE,
        Verdict.IMPOSSIBLE,
    }


Kinds = Iterator[tuple[tuple[bool, ...], list[z3.BoolRef]]]
Sort = Callable[[Sequence[Sequence[z3.BoolRef]]], Kinds]
KINDS: Sort = kinds_of_rows.kinds


def _without_rows_in_all(counts: Sequence[Sequence[z3.BoolRef]]) -> Kinds:
    yield from ((signs, rows) for signs, rows in KINDS(counts) if not all(signs))


def _without_the_last_row(counts: Sequence[Sequence[z3.BoolRef]]) -> Kinds:
    yield from ((signs, rows[:-1]) for signs, rows in KINDS(counts))


def _in_one_count_and_perhaps_in_others(counts: Sequence[Sequence[z3.BoolRef]]) -> Kinds:
    for signs, _ in KINDS(counts):
        wanted = [count for sign, count in zip(signs, counts, strict=True) if sign]
        yield signs, [z3.And(*row) for row in zip(*wanted, strict=True)]


@pytest.mark.parametrize(
    "wrong",
    [_without_rows_in_all, _without_the_last_row, _in_one_count_and_perhaps_in_others],
)
def test_a_mistake_in_sorting_rows_is_noticed(wrong: Sort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds_of_rows, "kinds", wrong)

    def is_noticed(seed: int) -> bool:
        try:
            before, now = both_ways(seed, monkeypatch)
        except AssertionError:
            return True
        return before is not now

    assert any(is_noticed(seed) for seed in range(FAULT_TRIES))
