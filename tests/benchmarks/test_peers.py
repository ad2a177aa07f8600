"""The comparison with other engines: form and script, our side of it, what explains differences."""

from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks._instruments import MODE, realistic_instrument
from benchmarks.peers import engines, figures
from benchmarks.peers.__main__ import DidNotFinish, agreement, lead
from benchmarks.peers.form import Condition, Json, form_of, script, write
from benchmarks.peers.ours import answer_of, held, instrument_of, run
from benchmarks.peers.rxeval_peer import words, xform
from benchmarks.peers.variants import FITTED, Evaluator, Policy
from instrument.models import Computed, Question
from instrument.values import Instance
from skips import Route, Truth, compile_instrument
from tests.naive import Naive

SIZE = 150


@pytest.fixture(scope="module")
def instrument() -> Any:
    return realistic_instrument(SIZE)


@pytest.fixture(scope="module")
def form(instrument: Any) -> Json:
    return form_of(instrument)


@pytest.fixture(scope="module")
def steps(instrument: Any) -> list[list[Any]]:
    taken: list[list[Any]] = script(instrument)["steps"]
    return taken


def items_of(condition: Condition | None) -> set[str]:
    match condition:
        case None:
            return set()
        case ["and" | "or", *parts]:
            return set().union(*map(items_of, parts))
        case [_, name, *_]:
            return {name}
    raise AssertionError(condition)


def test_the_same_seed_makes_the_same_form_and_script_and_another_does_not(
    form: Json, steps: list[list[Any]]
) -> None:
    again = realistic_instrument(SIZE)
    assert form_of(again) == form
    assert script(again)["steps"] == steps
    assert form_of(realistic_instrument(SIZE, seed=1)) != form
    assert script(again, seed=2)["steps"] != steps


def test_conditions_of_a_form_speak_of_earlier_items_only(form: Json) -> None:
    known: set[str] = set()
    spoken_of: set[str] = set()
    for section in form["sections"]:
        assert items_of(section["gate"]) <= known
        for item in section["items"]:
            reads = items_of(item["ask_if"]) | items_of(item.get("value"))
            assert reads <= known
            spoken_of |= reads
            known.add(item["name"])
    assert len(spoken_of) > SIZE / 4


def test_a_form_becomes_the_instrument_that_it_was(instrument: Any, form: Json) -> None:
    built = instrument_of(form)
    assert list(built.items) == list(instrument.items)
    for name, item in instrument.items.items():
        other = built.items[name]
        assert (other.ask_if and other.ask_if.tree) == (item.ask_if and item.ask_if.tree)
        assert type(other) is type(item)
        if isinstance(item, Computed):
            assert item.expression
            assert isinstance(other, Computed)
            assert other.expression
            assert other.expression.tree == item.expression.tree
    assert [section.ask_if and section.ask_if.tree for section in built.sections] == [
        section.ask_if and section.ask_if.tree for section in instrument.sections
    ]


def test_a_script_answers_what_is_on_the_route_and_our_engine_agrees_with_the_naive_one(
    form: Json, steps: list[list[Any]]
) -> None:
    built = instrument_of(form)
    route, naive = Route(compile_instrument(built)), Naive(built, MODE)
    for at, (name, value, _) in enumerate(steps):
        instance = Instance(name)
        assert route.on_route(instance)
        route.answer(instance, answer_of(value))
        naive.answers[instance] = answer_of(value)
        if at % 20 == 0 or at == len(steps) - 1:
            picture = naive.picture()
            assert held(route)[0] == [
                one.item
                for one, truth in picture.truths.items()
                if truth is Truth.YES and isinstance(built.items[one.item], Question | Computed)
            ]
    assert sum(step[2] for step in steps) >= 20


def test_the_evaluator_that_parks_agrees_with_our_engine_after_every_step(
    form: Json, steps: list[list[Any]]
) -> None:
    route, parked = Route(compile_instrument(instrument_of(form))), Evaluator(form, Policy.PARKED)
    others = [Evaluator(form, policy) for policy in Policy if policy is not Policy.PARKED]
    differed = set()
    for name, value, _ in steps:
        route.answer(Instance(name), answer_of(value))
        parked.answer(name, value)
        assert parked.relevant() == held(route)[0]
        for other in others:
            other.answer(name, value)
            if other.relevant() != parked.relevant():
                differed.add(other.policy)
    assert differed >= {Policy.READ, Policy.CLEARED, Policy.CLEARED_ITSELF}


def result_under(policy: Policy, form: Json, steps: list[list[Any]]) -> Json:
    """What a peer that treats answers so would report."""
    evaluator = Evaluator(form, policy)
    for name, value, _ in steps:
        evaluator.answer(name, value)
    relevant = evaluator.relevant()
    return {"relevant": relevant, "values": evaluator.answers, "steps_done": len(steps)}


def an_item(name: str, ask_if: Condition | None = None, value: Condition | None = None) -> Json:
    kind = "computed" if value else "yes_no"
    return {"name": name, "kind": kind, "choices": [], "ask_if": ask_if, "value": value}


def telling_form() -> Json:
    """Two alike pairs of a gated section and what reads it, so that each policy stands out."""
    gates = [an_item(f"{name}{at}") for at in (1, 2) for name in ("gate", "own")]
    sections: list[Json] = [{"name": "start", "title": "Start", "gate": None, "items": gates}]
    for at in (1, 2):
        gate: Condition = ["yes", f"gate{at}"]
        own: Condition = ["yes", f"own{at}"]
        behind = [
            an_item(f"plain{at}"),
            an_item(f"both{at}", own),
            an_item(f"value{at}", None, ["yes", f"plain{at}"]),
        ]
        after = [
            an_item(f"late{at}", ["and", gate, own]),
            an_item(f"of_plain{at}", ["yes", f"plain{at}"]),
            an_item(f"of_value{at}", ["yes", f"value{at}"]),
        ]
        sections += [
            {"name": f"behind{at}", "title": "Behind", "gate": gate, "items": behind},
            {"name": f"after{at}", "title": "After", "gate": None, "items": after},
        ]
    return {"name": "telling", "sections": sections}


def telling_steps() -> list[list[Any]]:
    """The first section closes and opens again, one item of it by itself; the second stays shut."""
    given = [f"{name}{at}" for at in (1, 2) for name in ("gate", "own", "plain", "both")]
    changes = [("gate1", "no"), ("late1", "yes"), ("own1", "no"), ("own1", "yes")]
    changes += [("gate1", "yes"), ("gate2", "no")]
    return [[name, value, False] for name, value in [*((one, "yes") for one in given), *changes]]


@pytest.mark.parametrize("policy", Policy)
def test_differences_are_explained_by_what_an_engine_does_with_answers_off_the_route(
    policy: Policy,
) -> None:
    form, steps = telling_form(), telling_steps()
    peer = agreement("peer", form, steps, result_under(policy, form, steps))
    found = peer.explanation
    assert (found.policy, found.unexplained, found.as_well) == (policy, 0, 0)
    assert ("(fitted)" in figures.because(peer)) == (policy in FITTED)
    assert (figures.because(peer) == "nothing to explain") == (policy is Policy.PARKED)
    assert found.alike + found.differing == 16


def test_agreement_before_an_answer_left_the_route_is_told_to_say_nothing(
    form: Json, steps: list[list[Any]]
) -> None:
    few = steps[:5]
    peer = agreement("peer", form, few, result_under(Policy.READ, form, few))
    assert peer.explanation.as_well == len(Policy) - 1
    assert figures.because(peer) == "agrees; too few steps to tell from 5 of 5 other policies"


def test_a_planted_difference_is_not_explained(form: Json, steps: list[list[Any]]) -> None:
    result = result_under(Policy.READ, form, steps)
    result["relevant"] = result["relevant"][:-1]
    found = agreement("peer", form, steps, result)
    assert found.explanation.unexplained == 1
    assert "not explained for 1" in figures.because(found)


def test_an_answer_that_is_gone_from_an_item_on_the_route_is_counted_and_not_explained(
    form: Json, steps: list[list[Any]]
) -> None:
    result = result_under(Policy.PARKED, form, steps)
    lost = next(name for name, value, _ in steps if name in result["relevant"] and value != [])
    result["values"] = {name: one for name, one in result["values"].items() if name != lost}
    found = agreement("peer", form, steps, result)
    assert found.again == 1
    assert found.explanation.unexplained == 1


def test_our_program_reports_what_the_contract_asks_for(tmp_path: Any) -> None:
    write(100, tmp_path)
    result = lead(engines.ENGINES[0], tmp_path, 30)
    form_text = (tmp_path / "form.json").read_text(encoding="utf-8")
    assert result["engine"] == "cati"
    assert result["steps_done"] == len(result["answer_us"]) + len(result["flip_us"])
    assert min(result["load_ms"], result["heap_mb"], result["rss_mb"]) > 0
    assert run(form_text, [], 30)["relevant"] != result["relevant"]


def test_a_program_that_fails_is_told_and_not_a_traceback(tmp_path: Any) -> None:
    with pytest.raises(DidNotFinish, match=r"^ended early \("):
        lead(engines.Engine("none", "no_such_program.py"), tmp_path, 1)


def test_times_are_summed_up() -> None:
    result = {
        "version": "1",
        "load_ms": 3.0,
        "steps_done": 103,
        "answer_us": [float(one) for one in range(1, 102)],
        "flip_us": [5.0, 9.0],
        "rss_mb": 1.0,
        "heap_mb": 1.0,
        "note": "",
    }
    run = figures.run_of("peer", result, 200)
    assert run is not None
    assert (run.median, run.p95, run.p99, run.flip) == (51.0, 96.0, 100.0, 7.0)
    assert figures.run_of("peer", {**result, "answer_us": []}, 200) is None
    slow = run._replace(engine="slow", median=510.0, flip=None)
    table = figures.table([run, slow])
    assert "10.0" in table.splitlines()[3]
    assert "103 of 200" in table
    assert figures.slope({10: 300.0, 100: 30_000.0, 1000: 3_000_000.0}) == pytest.approx(2)
    assert "| slow   | 100 1,000 | 1.00   | 2            | -" in figures.exponents(
        {
            100: [run, slow._replace(answers=(20.0, 40.0, 9_000.0), flips=())],
            1000: [run, slow._replace(answers=(200.0, 400.0), flips=())],
        }
    )


def test_engines_are_chosen_by_how_their_names_begin() -> None:
    assert [one.name for one in engines.chosen(["rx", "lunatic k"])] == [
        "cati",
        "lunatic kept",
        "rxeval",
    ]
    with pytest.raises(ValueError, match="There is no engine 'excel'"):
        engines.chosen(["excel"])


def test_without_node_a_peer_is_left_out_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CATI_PEERS", str(tmp_path / "peers"))
    with pytest.raises(engines.NotInstalled, match="needs node and npm"):
        engines.prepare(engines.chosen(["lunatic"])[1])
    assert not (tmp_path / "peers").exists()


def test_a_form_becomes_an_xform_with_a_bind_for_every_item(form: Json) -> None:
    document, paths = xform(form)
    binds = ElementTree.fromstring(document).iter("{http://www.w3.org/2002/xforms}bind")
    of = {bind.get("nodeset"): bind for bind in binds}
    assert set(paths.values()) <= of.keys()
    items = [item for section in form["sections"] for item in section["items"]]
    for item in items:
        bind = of[paths[item["name"]]]
        assert (bind.get("relevant") is not None) == (item["ask_if"] is not None)
        assert (bind.get("calculate") is not None) == (item["kind"] == "computed")
    assert words(["some", "all"]) == "some all"
