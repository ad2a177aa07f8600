"""A form and a scripted interview in neutral JSON, for every engine alike.

`python -m benchmarks.peers.form SIZE FOLDER` writes `form.json` and `script.json`, the same for the
same size. The form is the one of `benchmarks._instruments`:

    {"name": ..., "sections": [{"name", "title", "gate": CONDITION or null, "items": [
        {"name", "kind", "choices": [...], "ask_if": CONDITION or null, "value": CONDITION}
    ]}]}

`kind` is yes_no, one_of, integer, any_of or computed; `value` stands with computed items alone, and
those are "yes" or "no". A condition speaks of earlier items only. It is one of

    ["yes", ITEM]  ["in", ITEM, [CHOICE, ...]]  ["has", ITEM, CHOICE]
    [">=", ITEM, N]  ["<", ITEM, N]  ["and", CONDITION, ...]  ["or", CONDITION, ...]

What has no answer or is not relevant is not yes, not in, has nothing, and is neither below nor
above anything.

The script is `{"steps": [[ITEM, VALUE, IS_FLIP], ...]}`; a value is a choice, an integer, or a list
of choices. Only items on the route are answered. A flip changes the answer of an earlier gate.
"""

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

from benchmarks._instruments import random_value, realistic_instrument
from instrument.conditions import nodes as n
from instrument.models import Computed, Instrument, Item, Question
from instrument.values import Instance
from skips import Route, compile_instrument

MOST_STEPS = 4_000
FLIP_EVERY = 60
"""Answers between two flips."""
EARLY_FLIPS = (10, 20, 30, 40)
"""Steps that are flips, too, so that an engine which comes no further meets some."""
FEWEST_FLIPS = 20
"""A short interview is followed by flips until there were as many."""
CLOSING = 3
"""At the end as many gates are closed, and the first of them is opened again."""
GATES_IN_REACH = 20
"""A flip changes one of so many gates answered last."""

Json = dict[str, Any]
Condition = list[Any]


def form(size: int, seed: int = 0) -> Json:
    """The form of about `size` items."""
    return form_of(realistic_instrument(size, seed))


def form_of(instrument: Instrument) -> Json:
    """An instrument in neutral words. Raises TypeError for what those have no word for."""
    return {
        "name": instrument.name,
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "gate": section.ask_if and _condition(section.ask_if.tree),
                "items": [_item(item) for item in section.items],
            }
            for section in instrument.sections
        ],
    }


def script(instrument: Instrument, seed: int = 1) -> Json:
    """An interview from start to end, going back to change an earlier gate now and then.

    It has MOST_STEPS, or fewer when nothing is open any more, there were FEWEST_FLIPS, and
    the first gate is open.
    """
    rng, route = Random(seed), Route(compile_instrument(instrument))
    steps: list[list[Any]] = []
    gates: list[Instance] = []
    flips = 0

    def step(instance: Instance, value: Any, *, is_flip: bool) -> None:
        route.answer(instance, value)
        steps.append([instance.item, list(value) if isinstance(value, tuple) else value, is_flip])

    while len(steps) < MOST_STEPS - CLOSING - 1:
        instance = route.first_open()
        is_enough = flips >= FEWEST_FLIPS and route.counted(gates[0]) == "yes"
        if instance is None and is_enough:
            break
        standing = [gate for gate in gates[-GATES_IN_REACH:] if route.on_route(gate)]
        is_flip = (
            instance is None
            or len(steps) in EARLY_FLIPS
            or len(steps) % FLIP_EVERY == FLIP_EVERY - 1
        )
        if is_flip:
            gate = rng.choice(standing)
            step(gate, "no" if route.kept(gate) == "yes" else "yes", is_flip=True)
            flips += 1
            continue
        assert instance is not None
        question = instrument.items[instance.item]
        assert isinstance(question, Question)
        if instance.item.endswith("_q0"):
            gates.append(instance)
        step(instance, random_value(rng, question), is_flip=False)
    standing = [gate for gate in gates[-GATES_IN_REACH:] if route.counted(gate) == "yes"]
    closing = sorted(rng.sample(standing, min(CLOSING, len(standing))), key=gates.index)
    for at, gate in enumerate(closing):
        if route.on_route(gate):
            step(gate, "no", is_flip=True)
        if at == 0:
            step(gate, "yes", is_flip=True)
    return {"steps": steps}


def write(size: int, folder: Path, seed: int = 0) -> None:
    """Write `form.json` and `script.json` of about `size` items."""
    instrument = realistic_instrument(size, seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "form.json").write_text(json.dumps(form_of(instrument)), encoding="utf-8")
    (folder / "script.json").write_text(json.dumps(script(instrument, seed + 1)), encoding="utf-8")


def _item(item: Item) -> Json:
    match item:
        case Computed(expression=expression) if expression is not None:
            return {
                "name": item.name,
                "kind": "computed",
                "choices": ["no", "yes"],
                "ask_if": item.ask_if and _condition(item.ask_if.tree),
                "value": _condition(expression.tree),
            }
        case Question():
            return {
                "name": item.name,
                "kind": item.kind.value,
                "choices": [choice.name for choice in item.choices],
                "ask_if": item.ask_if and _condition(item.ask_if.tree),
            }
        case _:
            raise TypeError(f"'{item.name}' is of a kind that forms for peers do not have.")


def _condition(node: n.Node) -> Condition:
    match node:
        case n.And(parts=parts):
            return ["and", *map(_condition, parts)]
        case n.Or(parts=parts):
            return ["or", *map(_condition, parts)]
        case n.IsYes(item=n.Item(name=name)):
            return ["yes", name]
        case n.In(left=n.Item(name=name), options=options, negated=False):
            return ["in", name, [option.value for option in options]]
        case n.Has(item=n.Item(name=name), choice=choice):
            return ["has", name, choice]
        case n.Compare(operator=sign, left=n.Item(name=name), right=n.Literal(value=value)):
            return [str(sign.value), name, value]
        case _:
            raise TypeError(f"Forms for peers have no word for {node!r}.")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
