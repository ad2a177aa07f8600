"""This project's engine as one of the peers: `python -m benchmarks.peers.ours FORM SCRIPT SECONDS`.

One answer is `Route.answer` and `Route.following`: the change, its report, and the next item.
"""

import gc
import json
import sys
import tracemalloc
from importlib.metadata import version
from pathlib import Path
from time import process_time, process_time_ns, thread_time_ns
from types import MappingProxyType
from typing import Any

from benchmarks.peers.form import Condition, Json
from benchmarks.peers.memory import resident_mb
from instrument.conditions import nodes as n
from instrument.models import (
    Choice,
    Computed,
    Expression,
    Instrument,
    Item,
    Kind,
    Measure,
    Question,
    Section,
    Sensitivity,
    Text,
    Variable,
    Wording,
)
from instrument.source import Source
from instrument.values import Answer, Instance
from skips import Route, compile_instrument

HERE = Source("form.json", 1, 1)
MODE = "interview"
VARIABLE = Variable(source=HERE, label="", measure=Measure.NOMINAL, sensitivity=Sensitivity.NONE)
WORDING = Wording(source=HERE, ask=Text(source=HERE, raw="And that?", pieces=("And that?",)))
WORDINGS = MappingProxyType({MODE: WORDING})
TYPES = {Kind.INTEGER: n.Type.NUMBER, Kind.ANY_OF: n.Type.CHOICES}


class _Reader:
    """Reads a form; conditions need to know the types of the items they speak of."""

    def __init__(self) -> None:
        self.types: dict[str, n.Type] = {}

    def section(self, raw: Json) -> Section:
        return Section(
            source=HERE,
            name=raw["name"],
            title=raw["title"],
            ask_if=self.expression(raw["gate"]),
            items=tuple([self.item(one) for one in raw["items"]]),
        )

    def item(self, raw: Json) -> Item:
        is_computed = raw["kind"] == "computed"
        kind = Kind.YES_NO if is_computed else Kind(raw["kind"])
        common: dict[str, Any] = {
            "source": HERE,
            "name": raw["name"],
            "modes": (MODE,),
            "kind": kind,
            "ask_if": self.expression(raw["ask_if"]),
            "variable": VARIABLE,
        }
        built: Item
        if is_computed:
            built = Computed(**common, expression=self.expression(raw["value"]))
        else:
            choices = enumerate(raw["choices"])
            built = Question(
                **common,
                choices=tuple(
                    [Choice(source=HERE, name=one, code=code, label=one) for code, one in choices]
                ),
                wordings=WORDINGS,
            )
        self.types[raw["name"]] = TYPES.get(kind, n.Type.CHOICE)
        return built

    def expression(self, raw: Condition | None) -> Expression | None:
        if raw is None:
            return None
        tree = self.condition(raw)
        return Expression(source=HERE, text=str(tree), tree=tree)

    def condition(self, raw: Condition) -> n.Node:
        match raw:
            case ["and", *parts]:
                return n.And(tuple([self.condition(part) for part in parts]))
            case ["or", *parts]:
                return n.Or(tuple([self.condition(part) for part in parts]))
            case ["yes", name]:
                return n.IsYes(self.node(name))
            case ["in", name, options]:
                literals = [n.Literal(one, n.Type.CHOICE) for one in options]
                return n.In(self.node(name), tuple(literals))
            case ["has", name, choice]:
                return n.Has(self.node(name), choice)
            case [sign, name, number]:
                literal = n.Literal(number, n.Type.NUMBER)
                return n.Compare(n.Comparison(sign), self.node(name), literal)
            case _:
                raise ValueError(f"{raw!r} is not a condition of a neutral form.")

    def node(self, name: str) -> n.Item:
        return n.Item(name, self.types[name])


def instrument_of(form: Json) -> Instrument:
    """The instrument that a neutral form describes. Raises ValueError for a strange condition."""
    reader = _Reader()
    return Instrument(
        source=HERE,
        name=form["name"],
        title="Generated",
        version="1",
        modes=MappingProxyType({MODE: "Interview"}),
        record_modes=frozenset(),
        missing=(),
        definitions=(),
        guides=(),
        sections=tuple([reader.section(one) for one in form["sections"]]),
        summary=(),
        fingerprint="",
    )


def answer_of(value: Any) -> Answer:
    """A value of a script as this engine keeps it."""
    return tuple(value) if isinstance(value, list) else value


def lead(route: Route, steps: list[list[Any]], seconds: float) -> tuple[list[float], list[float]]:
    """Answer step by step until the time is over: µs of each answer, and of each flip."""
    answers: list[float] = []
    flips: list[float] = []
    until = process_time() + seconds
    for name, value, is_flip in steps:
        if process_time() > until:
            break
        instance, answer = Instance(name), answer_of(value)
        start = thread_time_ns()
        route.answer(instance, answer)
        route.following(instance)
        (flips if is_flip else answers).append((thread_time_ns() - start) / 1_000)
    return answers, flips


def held(route: Route) -> tuple[list[str], dict[str, Any]]:
    """The items on the route, and all answers kept and values computed."""
    relevant: list[str] = []
    values: dict[str, Any] = {}
    for instance in route.instances():
        if route.on_route(instance):
            relevant.append(instance.item)
        value = route.kept(instance)
        if (value if value is not None else route.counted(instance)) is not None:
            values[instance.item] = value if value is not None else route.counted(instance)
    return relevant, values


def heap_mb(text: str, steps: list[list[Any]]) -> float:
    """Memory of the instrument, its program and a case with these answers, in MB."""
    gc.collect()
    tracemalloc.start()
    route = Route(compile_instrument(instrument_of(json.loads(text))))
    lead(route, steps, float("inf"))
    gc.collect()
    taken: float = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return taken / 1e6


def after(form: Json, steps: list[list[Any]]) -> list[str]:
    """The items on the route after some steps."""
    route = Route(compile_instrument(instrument_of(form)))
    lead(route, steps, float("inf"))
    return held(route)[0]


def run(form_text: str, steps: list[list[Any]], seconds: float) -> Json:
    """The whole measurement, as the contract of peers has it."""
    start = process_time_ns()
    route = Route(compile_instrument(instrument_of(json.loads(form_text))))
    load_ms = (process_time_ns() - start) / 1e6
    answers, flips = lead(route, steps, seconds)
    done = len(answers) + len(flips)
    rss_mb = resident_mb()
    relevant, values = held(route)
    return {
        "engine": "cati",
        "version": version("cati"),
        "load_ms": load_ms,
        "steps_done": done,
        "answer_us": answers,
        "flip_us": flips,
        "rss_mb": rss_mb,
        "heap_mb": heap_mb(form_text, steps[:done]),
        "relevant": relevant,
        "values": values,
        "note": "one answer: the change, its report and the next item; load: models, compiled",
    }


def main() -> None:
    """Read the arguments, lead the interview, print the result."""
    form_text = Path(sys.argv[1]).read_text(encoding="utf-8")
    steps = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["steps"]
    json.dump(run(form_text, steps, float(sys.argv[3])), sys.stdout)


if __name__ == "__main__":
    main()
