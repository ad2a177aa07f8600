"""Routes counted as sets of cases against all cases gone through one by one."""

from random import Random

import pytest

from skips import Program, Route, compile_instrument
from skips.proof.measures.complexity import complexities
from skips.proof.measures.looking import Looking
from skips.proof.measures.measure import measure
from skips.proof.measures.sweep import Sweep
from skips.proof.witness import replay
from tests.scenario import inline_instrument
from tests.skips.proof.exhaustive import Cases, TooMany, small_instrument

SEEDS = 24


class AllRoutes(Cases):
    """Every route that some case takes."""

    def __init__(self, program: Program) -> None:
        self.routes: set[tuple[int, ...]] = set()
        super().__init__(program)

    def _note(self, route: Route, reached: int) -> None:
        super()._note(route, reached)
        if reached == self.program.size:
            self.routes.add(tuple(self.program.slot(one) for one in route.route()))


def one_by_one(program: Program) -> tuple[float, ...] | None:
    """How many routes, and the shortest and longest; None where there are too many cases."""
    try:
        routes = AllRoutes(program).routes
    except TooMany:
        return None
    if not routes:
        return (0,)
    lengths = [len(route) for route in routes]
    seconds = [sum(program.seconds[slot] for slot in route) for route in routes]
    return (len(routes), min(lengths), max(lengths), min(seconds), max(seconds))


def swept(program: Program, *, enclosing: bool) -> tuple[float, ...]:
    found = Sweep(program, enclosing=enclosing).run()
    return (found.routes, *(way.length for way in found.ways))


def differing(seeds: range) -> tuple[int, list[int]]:
    """How many instruments were compared, and the seeds at which something differs."""
    compared, wrong = 0, []
    for seed in seeds:
        instrument = small_instrument(Random(seed))
        program = compile_instrument(instrument)
        known = one_by_one(program)
        if known is None:
            continue
        compared += 1
        if any(swept(program, enclosing=one) != pytest.approx(known) for one in (False, True)):
            wrong.append(seed)
    return compared, wrong


def test_routes_are_those_of_all_cases_gone_through() -> None:
    compared, wrong = differing(range(SEEDS))
    assert not wrong
    assert compared > SEEDS / 2


def test_hard_checks_that_are_overlooked_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Looking, "hard", lambda self, slot: iter(()))
    assert differing(range(14, 20))[1]


COUNTED = {
    "a follow-up": (
        """
        - {question: owns_car, kind: yes_no}
        - {question: cars, kind: integer, ask_if: owns_car}
        """,
        2,
    ),
    "answers that route alike are one": (
        """
        - {question: transport, kind: one_of, choices: [{name: car, code: 1, label: Car},
              {name: bus, code: 2, label: Bus}, {name: train, code: 3, label: Train}]}
        - {question: line, kind: text, ask_if: "transport in (bus, train)"}
        """,
        2,
    ),
    "what is asked of the same people counts once": (
        """
        - {question: a, kind: yes_no}
        - {question: b, kind: yes_no}
        - {question: c, kind: integer, ask_if: a}
        - {question: d, kind: integer, ask_if: a and b}
        - {question: e, kind: integer, ask_if: not a}
        """,
        4,  # missing a: neither; no: e; yes: c with or without d
    ),
    "rows of an open roster": (
        """
        - roster: people
          at_most: 2
          items:
            - {question: works, kind: yes_no}
            - {question: hours, kind: integer, ask_if: works}
        """,
        7,  # 1 + 2 + 4
    ),
    "a size that follows from an answer": (
        """
        - {question: cars, kind: integer, range: 0..4}
        - roster: car_list
          size: cars - 1
          at_most: 5
          items: [{question: color, kind: text}]
        """,
        4,  # 0 to 3 rows; not known is none
    ),
    "numbers without bounds compared with each other": (
        """
        - {question: rooms, kind: integer}
        - {question: beds, kind: integer}
        - {question: crowded, kind: yes_no, ask_if: beds > rooms}
        """,
        2,
    ),
    "dates": (
        """
        - {question: moved, kind: date}
        - {question: lately, kind: yes_no, ask_if: moved >= 2020-06}
        - {question: long_ago, kind: yes_no, ask_if: moved < 2020-06}
        """,
        3,  # partial dates and missing ones can be neither
    ),
    "a hard check in front of a follow-up": (
        """
        - {question: adults, kind: integer, range: 0..9}
        - question: children
          kind: integer
          range: 0..9
          checks: [{hard: adults + children >= 1, say: Somebody lives there.}]
        - {question: alone, kind: yes_no, ask_if: adults + children == 0}
        """,
        1,
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_routes_that_can_be_counted_by_hand(name: str) -> None:
    questionnaire, expected = COUNTED[name]
    found = measure(inline_instrument(questionnaire))
    assert (found.routes.least, found.routes.most) == (expected, expected)
    assert found.routes.is_exact
    assert all(extreme.is_proved for _, extreme in found.extremes)


INDEPENDENT = "".join(f"- {{question: q{at}, kind: yes_no}}\n" for at in range(8)) + "".join(
    f"- {{question: r{at}{half}, kind: integer, ask_if: q{at}}}\n"
    for half in "ab"
    for at in range(8)
)


def test_where_there_is_no_room_the_bounds_hold_the_number() -> None:
    instrument = inline_instrument(INDEPENDENT)
    assert measure(instrument).routes.least == 2**8
    narrow = measure(instrument, frontier=20).routes
    assert narrow.most is not None
    assert narrow.least < 2**8 <= narrow.most
    assert not narrow.is_exact


def test_the_shortest_and_the_longest_are_replayed() -> None:
    instrument = inline_instrument(COUNTED["rows of an open roster"][0])
    program = compile_instrument(instrument)
    extremes = dict(measure(instrument).extremes)
    assert extremes["fewest_items"].items == 0
    longest = extremes["most_items"]
    assert dict(longest.witness.rows) == {"people": 2}
    assert len(replay(program, longest.witness).route()) == longest.items == 4
    assert extremes["most_seconds"].seconds == sum(
        program.seconds[program.slot(one)] for one in replay(program, longest.witness).route()
    )


def test_complexity_is_what_is_decided_and_one() -> None:
    instrument = inline_instrument(
        """
        home:
          items:
            - {question: a, kind: yes_no}
            - {question: b, kind: yes_no, ask_if: a}
        work:
          ask_if: a and not b
          items:
            - {question: c, kind: yes_no, ask_if: a or (b and missing(a))}
            - roster: jobs
              items: [{question: d, kind: integer}]
        """
    )
    home, work = complexities(instrument, "interview")
    assert (home.items, home.gates, home.cyclomatic) == (2, 1, 2)
    assert (work.items, work.gates, work.decisions) == (3, 2, 2 + 3 + 1)
