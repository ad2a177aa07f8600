"""A program from the cache does what the compiled one does, or is compiled again."""

import json
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

import instrument.parts
from instrument import Instrument, cache, read_files, read_instrument
from instrument.models import Computed, Item
from instrument.shelf import CacheError, unsealed
from instrument.values import Instance
from skips import Program, Route, RouteError, compile_instrument
from skips.kept import SUFFIX, dump, load, program_of
from skips.state import State
from tests.skips.campaign import run
from tests.skips.oracle import from_the_cache
from tests.strategies import random_answer

HOME = Path(instrument.__file__).parent

FILES = {
    "instrument.yaml": (
        'instrument: commute\ntitle: Ways to work\nversion: "1"\n'
        "modes:\n  phone: By telephone\n  web: On the web\nsections: [only, cars]\n"
    ),
    "only.yaml": (
        "section: only\ntitle: Only\nitems:\n"
        "  - {question: works, kind: yes_no, label: Works, ask: Do you work?}\n"
        "  - {question: hours, kind: integer, label: Hours, ask: How long?, ask_if: works,"
        " range: 0..100}\n"
        "  - {compute: long, label: Long, as: hours > 48}\n"
        "  - {question: sure, kind: yes_no, label: Sure, ask: Is that so?, ask_if: long}\n"
    ),
    "cars.yaml": (
        "section: cars\ntitle: Cars\nask_if: works\nitems:\n"
        "  - roster: cars\n    title: Cars\n    rows: 2\n    row_label: 'Car {row}'\n    items:\n"
        "      - {question: age, kind: integer, label: Age, ask: How old?, range: 0..90}\n"
        "      - {question: old, kind: yes_no, label: Old, ask: Is it old?, ask_if: age > 20}\n"
    ),
}


def commute(title: str = "Ways to work") -> Instrument:
    texts = {name: text.replace("Ways to work", title) for name, text in FILES.items()}
    return read_files({name: text.encode() for name, text in texts.items()})


def kept_body(program: Program) -> dict[str, Any]:
    written = json.loads(dump(program))
    assert isinstance(written, dict)
    return written


def looks(route: Route) -> Any:
    """What can be seen of a route, explanations included."""
    return (
        [
            (one, route.status(one), route.counted(one), route.explain(one))
            for one in instances(route)
        ],
        route.failing(),
        route.sections(),
        route.minutes_left(),
    )


def instances(route: Route) -> list[Instance]:
    return list(route.instances())


def test_engine_and_naive_evaluator_agree_when_every_program_was_kept() -> None:
    assert run(300, seed=4_000, kept=True) >= 300


def is_caught(monkeypatch: pytest.MonkeyPatch, **wrong: Any) -> bool:
    """Whether the walk disagrees when some of what is kept is something else."""

    def altered(program: Program) -> bytes:
        written = kept_body(program)
        return json.dumps(written | {name: make(written) for name, make in wrong.items()}).encode()

    monkeypatch.setattr("tests.skips.oracle.dump_program", altered)
    try:
        run(2_000, seed=4_000, kept=True)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize(
    ("what", "make"),
    [
        ("readers", lambda written: written["readers"][1:]),
        ("conditions", lambda written: written["conditions"][1:]),
        ("fresh", lambda written: [flags.replace("02", "01") for flags in written["fresh"]]),
        ("checks_reading", lambda _: []),
        ("behind", lambda written: [[*one[:6], []] for one in written["behind"]]),
    ],
)
def test_control_what_is_kept_wrong_is_caught(
    monkeypatch: pytest.MonkeyPatch, what: str, make: Any
) -> None:
    assert is_caught(monkeypatch, **{what: make})


@pytest.mark.parametrize("name", ["njov4", "njov4_screener"])
def test_a_shipped_instrument_goes_the_same_way_and_says_the_same(name: str) -> None:
    read = read_instrument(HOME / name)
    for mode in read.modes:
        compiled = compile_instrument(read, mode)
        routes = Route(compiled), Route(from_the_cache(read, mode))
        assert routes[1].program.size == compiled.size
        askable = [
            one for one in instances(routes[0]) if not isinstance(read.items[one.item], Computed)
        ]
        rng = Random(name + mode)
        for _ in range(100):
            at = routes[0].first_open() if rng.random() < 0.8 else None
            at = at or rng.choice(askable)
            answer = random_answer(rng, read.items[at.item])
            assert routes[0].preview(at, answer) == routes[1].preview(at, answer)
            assert routes[0].answer(at, answer) == routes[1].answer(at, answer)
        assert looks(routes[0]) == looks(routes[1])
        routes[1].answer(askable[0], None)
        assert looks(routes[0]) != looks(routes[1])  # control


def test_nothing_is_made_or_compiled_before_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    read = commute()
    body, program = cache.dump(read), dump(compile_instrument(read))
    looked_at: list[str] = []
    part = instrument.parts.Reader.part

    def noted(self: instrument.parts.Reader, written: Any) -> Any:
        made = part(self, written)
        if isinstance(made, Item):
            looked_at.append(made.name)
        return made

    monkeypatch.setattr("instrument.parts.Reader.part", noted)
    route = Route(load(program, cache.load(body), "phone"))
    assert route.first_open() == Instance("works")
    assert [one.name for one in route.sections()] == ["only", "cars"]
    assert route.minutes_left() > 0
    assert looked_at == ["cars"], "a roster knows how many rows it can have"
    route.answer(Instance("works"), "yes")
    assert looked_at == ["cars", "hours"]
    slot = route.program.slot(Instance("hours"))
    assert not isinstance(route.program.conditions[slot], partial), (
        "the compiled one took its place"
    )
    assert route.route() == [
        *(Instance(name) for name in ("works", "hours")),
        *(Instance("age", row) for row in (1, 2)),
    ]


def test_what_is_kept_is_written_without_a_blank() -> None:
    assert b" " not in dump(compile_instrument(commute()))


def test_every_case_begins_with_a_state_of_its_own() -> None:
    for program in (compile_instrument(commute()), from_the_cache(commute(), "phone")):
        before = looks(Route(program))
        first = Route(program)
        first.answer(Instance("works"), "yes")
        first.answer(Instance("age", 1), 30)
        assert looks(Route(program)) == before != looks(first)


def test_a_kept_program_is_taken_for_the_same_instrument_mode_and_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = program_of(commute(), None, tmp_path)
    assert dump(program_of(commute(), "phone", None)) == dump(first)

    def unwanted(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr("skips.kept.compile_instrument", unwanted)
    again = program_of(commute(), "phone", tmp_path)
    assert (dump(again), again.mode) == (dump(first), "phone")
    for other, mode in ((commute(), "web"), (commute(title="Other"), "phone")):  # controls
        with pytest.raises(AssertionError, match="again"):
            program_of(other, mode, tmp_path)
    with pytest.raises(RouteError, match="no mode 'post'; it has phone, web"):
        program_of(commute(), "post", tmp_path)
    for code in ("skips.kept.compiling_code", "skips.kept.reading_code"):
        with monkeypatch.context() as changed:
            changed.setattr(code, lambda: "other code")
            with pytest.raises(AssertionError, match="again"):
                program_of(commute(), "phone", tmp_path)


def test_a_damaged_program_is_compiled_again(tmp_path: Path) -> None:
    first = dump(program_of(commute(), None, tmp_path))
    (place,) = tmp_path.glob(f"*{SUFFIX}")
    key, whole = place.name.removesuffix(SUFFIX), place.read_bytes()
    assert load(unsealed(key, whole), commute(), "phone").size  # control
    for at in range(len(whole)):
        for bad in (whole[:at], whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]):
            with pytest.raises(CacheError):
                unsealed(key, bad)
    for bad in (b"", whole[:-9], b"x" + whole[1:]):
        place.write_bytes(bad)
        assert dump(program_of(commute(), None, tmp_path)) == first
        assert place.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert program_of(commute(), "web", tmp_path / "file" / "cache").mode == "web"


WRONG: tuple[Any, ...] = (None, 7, -1, "", "zz", "ff", [], {}, [[]], [None], [10**30], [-5], [99],
    [0.5], ["a"], [[99]], [[0, 99]], [[2, -1]], [[2, 3, 99, 1, 1, 1, 1]], [[[]]])  # fmt: skip


def test_foreign_data_is_refused_or_leads_nowhere_else() -> None:
    """As somebody would write it who knows the format, so that the digest fits."""
    read = commute()
    written, refused = kept_body(compile_instrument(read)), 0
    for bad in (b"", b"[]", b"7", b"{}", b"[" * 5_000, b"\xff", b'{"gates":[]}'):
        with pytest.raises(CacheError, match=r"^not a program of this instrument$"):
            load(bad, read, "phone")
    for name, right in written.items():
        others = [*WRONG, right[1:], [*right, right[-1]]] if right else list(WRONG)
        for wrong in others:
            try:
                program = load(json.dumps(written | {name: wrong}).encode(), read, "phone")
            except CacheError:
                refused += 1
                continue
            # What is not refused has the shape of a program, and nothing in it leads outside.
            assert {len(one) for one in rows_of(program)} == {program.size}
            assert State(program).cells.universe[0] in (0, 1, 2)
    assert refused > 250


def test_a_program_of_another_kind_is_refused_in_its_place() -> None:
    read, other = commute(), commute(title="Other")
    written = kept_body(compile_instrument(read))
    assert load(json.dumps(written).encode(), read, "phone").size  # control
    slots = range(len(written["gates"]))
    forged: list[tuple[Instrument, str, dict[str, Any]]] = [
        (other, "phone", {}),
        (read, "web", {}),
        (read, "phone", {"of": [other.fingerprint, "phone"]}),
        (read, "phone", {"gates": list(slots)}),
        (read, "phone", {"gates": [0, *slots[2:], 0]}),
        (read, "phone", {"items": [0 for _ in slots]}),
        (read, "phone", {"sections": written["sections"][:-1]}),
        (read, "phone", {"sections": [*written["sections"], written["sections"][-1]]}),
    ]
    for instrument_, mode, change in forged:
        with pytest.raises(CacheError):
            load(json.dumps(written | change).encode(), instrument_, mode)


def rows_of(program: Program) -> list[Any]:
    """All that is kept by slot."""
    assert program.fresh is not None
    return [
        *(program.instances, program.items, program.roles, program.gates, program.conditions),
        *(program.readings, program.readers, program.watchers, program.behind, program.seconds),
        *(program.checks_reading, program.fresh.universe, program.fresh.counted),
    ]
