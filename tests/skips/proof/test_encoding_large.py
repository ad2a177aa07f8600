"""Long chains: nothing is too deep, part of a cone settles what is near, and runs are alike."""

import z3

from instrument import Instrument
from instrument.values import Instance
from skips.proof.prover import Prover
from skips.proof.verdict import Verdict
from skips.proof.witness import replay
from skips.proof.world import World
from tests.scenario import inline_instrument

LENGTH = 330


def chain() -> Instrument:
    """Each question is asked only after a yes to the one before; a sum runs alongside."""
    items = ["- {question: q0, kind: yes_no}", "- {compute: c0, kind: integer, as: '0'}"]
    for at in range(1, LENGTH):
        items.append(f"- {{question: q{at}, kind: yes_no, ask_if: q{at - 1}}}")
        if at % 10 == 0:
            value = f"c{at - 10} + if(q{at}, 1, 0)"
            items.append(f"- {{compute: c{at}, kind: integer, as: '{value}'}}")
    items.append(f"- {{question: end, kind: yes_no, ask_if: q{LENGTH - 1}}}")
    items.append(
        f"- {{question: never, kind: yes_no, ask_if: q{LENGTH - 1} and not q{LENGTH - 2}}}"
    )
    return inline_instrument("\n".join(items))


def test_a_chain_of_hundreds_is_settled_and_settled_alike_each_time() -> None:
    instrument = chain()
    witnesses = []
    for _ in range(2):
        world = World(instrument, "interview")
        slot = world.program.slot(Instance("end"))
        found = Prover(world).ask(world.universe(slot).yes, before=slot, about=[slot])
        assert found.verdict is Verdict.POSSIBLE
        assert found.witness is not None
        assert len(found.witness.answers) == LENGTH
        assert replay(world.program, found.witness, until=slot).on_route(Instance("end"))
        witnesses.append(found.witness)
    assert witnesses[0] == witnesses[1]


def test_what_is_impossible_near_by_is_settled_without_what_is_far() -> None:
    world = World(chain(), "interview")
    program = world.program
    slot = program.slot(Instance("never"))
    assert len(world.cone([slot], slot)) > LENGTH > len(world.near([slot], 100))
    claim = world.universe(slot).yes
    assert Prover(world).ask(claim, before=slot, about=[slot]).verdict is Verdict.IMPOSSIBLE
    # Far away, only the whole cone shows it: the first question is a no, and the end is asked.
    end, first = program.slot(Instance("end")), program.slot(Instance("q0"))
    claim = z3.And(world.universe(end).yes, world.takes(first, "no"))
    found = Prover(world).ask(claim, before=end, about=[end, first])
    assert found.verdict is Verdict.IMPOSSIBLE


def test_a_question_out_of_reach_of_the_steps_is_undecided() -> None:
    world = World(inline_instrument(PIGEONS), "interview")
    slot = world.program.slot(Instance("more"))
    claim = world.takes(slot, "yes")
    found = Prover(world, seconds=0.001).ask(claim, before=slot, about=[slot])
    assert found.verdict is Verdict.UNDECIDED
    assert found.witness is None


PIGEONS = """
- roster: people
  at_most: 20
  items: [{question: age, kind: integer, range: 0..110}]
- {compute: more, as: count(people where age >= 18) > count(people where age >= 14)}
"""
