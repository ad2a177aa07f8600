"""Traps of every kind of question are found, and questions with a way on are none."""

import pytest

from instrument.values import Instance
from skips.proof.prover import Prover
from skips.proof.verdict import Verdict
from skips.proof.witness import replay
from skips.proof.world import World
from tests.scenario import inline_instrument

AGE = "- {question: age, kind: integer, range: 0..120, no_missing: all}\n"
PARTS = """choices: [
  {name: red, label: Red, code: 1}, {name: green, label: Green, code: 2},
  {name: gray, label: Gray, code: 3, exclusive: true}]"""


def last(kind: str, check: str, *, more: str = "", missing: bool = False) -> str:
    """A question with one hard check, which takes no missing reason unless it is said to."""
    refused = "" if missing else ", no_missing: all"
    return f"""
- {{question: last, kind: {kind}{more}{refused}, checks: [{{hard: '{check}', say: No.}}]}}
"""


TRAPS = [
    (AGE + last("integer", "last + 20 <= age"), True),
    (AGE + last("integer", "last + 20 <= age", missing=True), False),
    (AGE + last("integer", "last <= age"), False),
    (AGE + last("integer", "last * 2 == age", more=", range: 0..60"), True),
    (AGE + last("integer", "last * 2 == age or last * 2 + 1 == age", more=", range: 0..60"), False),
    (AGE + last("decimal", "last * 2 == age"), False),
    (AGE + last("decimal", "last * 3 == age"), True),
    (AGE + last("decimal", "last * 8 == age"), False),
    (AGE + last("decimal", "last > 120 and last < age + 1"), True),
    (AGE + last("yes_no", "age > 3"), True),
    (AGE + last("yes_no", "age > 3 or last"), False),
    (AGE + last("one_of", "last == red or age < 9", more=f", {PARTS}"), False),
    (AGE + last("one_of", "last == red and age < 9", more=f", {PARTS}"), True),
    (AGE + last("any_of", "last has gray and last has red or age < 9", more=f", {PARTS}"), True),
    (AGE + last("any_of", "taken(last) == 2 or age < 9", more=f", {PARTS}"), False),
    (AGE + last("date", "year(last) == 2000 + age", more=", range: 2000-01..2119-12"), True),
    (AGE + last("date", "year(last) == 2000 + age", more=", range: 2000-01..2120-01"), False),
    (AGE + last("time", 'last > "23:58" and age < 9'), True),
    (AGE + last("time", 'last > "23:58" or age < 9'), False),
    (AGE + last("duration", "amount(last, hours) > age", more=", units: [hours]"), False),
    (
        AGE + last("duration", "last > 2 hours", more=", units: [minutes], range: ..120 minutes"),
        True,
    ),
    (AGE + last("text", "length(last) > age", more=", max_length: 120"), True),
    (AGE + last("text", "length(last) > age", more=", max_length: 121"), False),
]


@pytest.mark.parametrize(("items", "trapped"), TRAPS)
def test_a_trap_is_found_where_there_is_one(items: str, trapped: bool) -> None:
    world = World(inline_instrument(items), "interview")
    slot = world.program.slot(Instance("last"))
    about = set().union(*map(world.depends.check, world.depends.checks_of(slot)))
    found = Prover(world, seconds=5).ask(world.stuck(slot), before=slot, about=about)
    assert found.verdict is (Verdict.POSSIBLE if trapped else Verdict.IMPOSSIBLE)
    if trapped:
        assert found.witness is not None
        assert replay(world.program, found.witness, until=slot).on_route(Instance("last"))
