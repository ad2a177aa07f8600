"""The engine and the naive evaluator agree on the instruments that are shipped."""

from datetime import time
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

import instrument
from instrument import Instrument, Question, Statement, read_instrument
from instrument.values import READ, Answer, Duration, Instance, Missing, PartialDate
from skips import Route, compile_instrument
from tests.skips.oracle import Both
from tests.strategies import Put

SHIPPED = sorted(path.parent for path in Path(instrument.__file__).parent.glob("*/instrument.yaml"))


@pytest.fixture(scope="module", params=SHIPPED, ids=lambda folder: folder.name)
def shipped(request: pytest.FixtureRequest) -> Instrument:
    return read_instrument(request.param)


def random_answer(rng: Random, found: Instrument, route: Route, instance: Instance) -> Answer:
    """Something that an interviewer could enter; mostly *yes* and first choices, to get far."""
    item, offered = found.items[instance.item], route.offered(instance)
    if isinstance(item, Statement):
        return READ
    assert isinstance(item, Question)
    if rng.random() < 0.05:
        return Missing(found.missing[0].name)
    match item.kind:
        case "yes_no":
            return "yes" if rng.random() < 0.8 else "no"
        case "one_of":
            return rng.choice(offered[: rng.choice((1, len(offered)))]).name
        case "any_of":
            return tuple(choice.name for choice in offered if rng.random() < 0.3)
        case "integer":
            return rng.randint(0, 20)
        case "decimal":
            return Decimal(rng.randint(0, 200)) / 10
        case "time":
            return time(rng.randint(0, 23), 30)
        case "duration":
            return Duration(Decimal(rng.randint(1, 90)), rng.choice(item.units))
        case "date":
            return PartialDate(2019, rng.randint(1, 12))
        case _:
            return "words"


def test_shipped_instruments_are_found() -> None:
    assert SHIPPED


def test_a_whole_interview_with_changes_of_mind(shipped: Instrument) -> None:
    met = 0
    for seed in range(3):
        rng = Random(seed)
        both = Both(shipped, rng.choice(list(shipped.modes)))
        for _ in range(300):
            instance = both.route.first_open()
            if instance is None:
                break
            if rng.random() < 0.15:
                instance = rng.choice(both.route.route())
            put = Put(instance, random_answer(rng, shipped, both.route, instance))
            if rng.random() < 0.15:
                both.picture = both.naive.picture()
                both.step(put)
            else:
                both.put(put)
        both.picture = both.naive.picture()
        both.compare()
        met = max(met, len(both.route.route()))
    assert met > len(shipped.items) // 5, "the random interviews never got far"


def test_every_text_can_be_filled(shipped: Instrument) -> None:
    for mode in shipped.modes:
        route = Route(compile_instrument(shipped, mode))
        for instance in route.instances():
            item = shipped.items[instance.item]
            if isinstance(item, Question | Statement) and mode in item.modes:
                assert route.fill(item.wordings[mode].ask, instance.row)
