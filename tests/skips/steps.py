"""What can happen to a case, each step with what is to be found afterwards."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from instrument.values import Missing
from skips import Program, Route, RouteError
from skips.case_state import CaseState, route_of
from skips.migration import migrate, new_place
from tests.naive_migration import naive_case, naive_migrate, told
from tests.random_conditions import DATES, REASONS
from tests.skips import laws
from tests.skips.life import Life
from tests.skips.oracle import failing, from_the_cache
from tests.strategies import Edit, Put, RowEdit, Sit
from tests.versions import allowed, another_version, back

LARGEST = 40
"""Instances from which on a case moves to no version that could have more."""


# --- steps: answers --------------------------------------------------------------------------


def answer(life: Life, rng: Random) -> None:
    """Somebody answers."""
    if (at := life.somewhere(rng)) is not None:
        life.step(Put(at, life.another(rng, at)))


def clear(life: Life, rng: Random) -> None:
    """Somebody takes an answer back."""
    if life.naive.answers:
        life.step(Put(rng.choice(list(life.naive.answers)), None))


def give_a_reason(life: Life, rng: Random) -> None:
    """Somebody cannot or does not want to say."""
    at, reason = life.somewhere(rng), Missing(rng.choice(REASONS))
    if at is not None and life.takes(at, reason):
        life.step(Put(at, reason))


def change_back(life: Life, rng: Random) -> None:
    """Somebody answers as before."""
    if life.past:
        put = rng.choice(life.past[-6:])
        life.step(put)
        life.met["changed back"] += put.answer is not None


def preview(life: Life, rng: Random) -> None:
    """Somebody looks what an answer would do, and leaves it."""
    if (at := life.somewhere(rng)) is None:
        return
    put = Put(at, life.another(rng, at))
    life.story.append(("preview", put))
    before, kept = life.picture, dict(life.naive.answers)
    found = life.route.preview(*put)
    life.keep(put)
    life.picture = life.naive.picture()
    assert found == life.difference(before, kept), "a preview foretells something else"
    life.naive.answers, life.picture = kept, before
    life.compare()
    life.met["preview of a change"] += not found.is_empty


def sit(life: Life, rng: Random) -> None:
    """The interview takes place on a day, or it is not known on which."""
    life.step(Sit(rng.choice((None, *DATES))))


# --- steps: rows -----------------------------------------------------------------------------


def add_row(life: Life, rng: Random) -> None:
    """Somebody is added, as long as there is room."""
    if (name := life.open_roster(rng)) is not None:
        life.step(RowEdit("add", name))


def remove_row(life: Life, rng: Random) -> None:
    """Somebody is taken out; or the engine refuses, and the naive evaluator agrees."""
    if (name := life.open_roster(rng)) is not None:
        life.step(RowEdit("remove", name, rng.randint(1, 1 + life.ever.get(name, 0))))


def restore_row(life: Life, rng: Random) -> None:
    """Somebody returns; or the engine refuses, and the naive evaluator agrees."""
    if (name := life.open_roster(rng)) is not None:
        life.step(RowEdit("restore", name, rng.randint(1, 1 + life.ever.get(name, 0))))


def reorder_rows(life: Life, rng: Random) -> None:
    """Rows are shown in another order."""
    name = life.open_roster(rng)
    if name is None or not life.ever.get(name):
        return
    shown = list(life.route.shown_rows(name))
    others = [row for row in range(1, life.ever[name] + 1) if row not in shown]
    wanted = shown + [row for row in others if rng.random() < 0.3]
    rng.shuffle(wanted)
    life.story.append(("order", name, wanted))
    for wrong in (wanted[1:] if shown[:1] == wanted[:1] else [0, *wanted], wanted + shown):
        try:
            life.route.order_rows(name, wrong)
        except RouteError:
            continue
        assert wrong == wanted, "an order is taken that is none"
    life.route.order_rows(name, wanted)
    before, following = life.order[name], iter(wanted)
    life.order[name] = [next(following) if row in wanted else row for row in before]
    life.met["another order"] += life.order[name] != before
    life.compare()


# --- steps: going about ----------------------------------------------------------------------


def jump(life: Life, rng: Random) -> None:
    """Somebody goes on, back, to what is open, to what is unsettled, or anywhere."""
    route, picture, order = life.route, life.picture, list(life.picture.statuses)
    here = -1 if life.cursor is None else order.index(life.cursor)
    on = [at for at, one in enumerate(order) if one in set(picture.route)]
    life.story.append(("jump from", life.cursor))
    later = [order[at] for at in on if at > here]
    earlier = [order[at] for at in on if life.cursor is None or at < here]
    assert route.following(life.cursor) == (later[0] if later else None)
    assert route.preceding(life.cursor) == (earlier[-1] if earlier else None)
    for one in failing(picture):
        if rng.random() < 0.25:
            life.confirmed.add((one.instance, one.check.name))
    unsettled = [
        one
        for one in failing(picture)
        if one.check.severity == "hard" or (one.instance, one.check.name) not in life.confirmed
    ]
    found = route.first_unsettled(lambda one: (one.instance, one.check.name) in life.confirmed)
    assert found == (unsettled[0] if unsettled else None), "not the first unsettled check"
    life.met["unsettled soft check"] += found is not None and found.check.severity == "soft"
    places = [*later[:1], *earlier[-1:], *picture.open[:1], rng.choice(order)]
    places += [found.instance] if found else []
    life.cursor = rng.choice(places)
    life.compare()


# --- steps: the case as values ---------------------------------------------------------------


def reopen(life: Life, rng: Random) -> None:
    """The case is saved and opened again."""
    del rng
    life.story.append("reopen")
    open_with(life, life.route.program)


def open_from_the_cache(life: Life, rng: Random) -> None:
    """The case is opened again with a program out of the cache."""
    del rng
    life.story.append("open from the cache")
    open_with(life, from_the_cache(life.instrument, life.mode))


def open_with(life: Life, program: Program) -> None:
    saved = life.case
    if life.moves:
        same = migrate(saved, life.route.program, program).case
        assert same == saved, "moving to the same version changes something"
    life.route = route_of(program, saved)
    assert life.case == saved, "a case is another one when it is opened again"
    life.compare()


def answer_in_another_order(life: Life, rng: Random) -> None:
    """Somebody else gave the same answers, in another order and after others."""
    life.story.append("in another order")
    twin, case = Route(life.route.program), life.case
    puts = list(case.answers.items())
    detours = [(at, life.another(rng, at)) for at, _ in puts if rng.random() < 0.3]
    rosters = list(case.rows.items())
    doings: list[Callable[[], object]] = [
        *(lambda put=put: twin.answer(*put) for put in puts),
        *(lambda one=one: twin.set_rows(one[0], one[1].order, one[1].standing) for one in rosters),
        lambda: twin.set_interview_date(case.interview_date),
    ]
    rng.shuffle(doings)
    for put in detours:
        twin.answer(*put)
    for do in doings:
        do()
    looks, life.route = life.everything(), twin
    assert life.everything() == looks, "the order of changes matters"
    life.compare()


def park_and_restore(life: Life, rng: Random) -> None:
    """Answers that others hang on change, rows go, and all of it comes back in any order."""
    looks, pairs = life.everything(), list[tuple[Edit, Edit]]()
    readers = life.route.program.readers
    gates = [one for one in life.places if readers[life.route.program.slot(one)]]
    for at in rng.sample(gates, min(len(gates), rng.randint(1, 4))):
        pairs.append((Put(at, life.another(rng, at)), Put(at, life.naive.answers.get(at))))
    rows = [(name, row) for name in life.order for row in life.naive.rows.get(name, ())]
    for name, row in rng.sample(rows, min(len(rows), rng.randint(0, 2))):
        pairs.append((RowEdit("remove", name, row), RowEdit("restore", name, row)))
    if rng.random() < 0.3:
        pairs.append((Sit(rng.choice((None, *DATES))), Sit(life.naive.interview_date)))
    aside = life.route.set_aside()
    rng.shuffle(pairs)
    for do, _ in pairs:
        life.step(do)
    life.met["parked and restored"] += bool(set(life.route.set_aside()) - set(aside))
    rng.shuffle(pairs)
    for _, undo in pairs:
        life.step(undo)
    assert life.everything() == looks, "what was parked is not back as it was"


# --- steps: other versions -------------------------------------------------------------------


def renamed_back(case: CaseState, names: dict[str, str]) -> CaseState:
    """A case with its answers and rows by other names."""
    answers = {new_place(at, names): answer for at, answer in case.answers.items()}
    rows = {names.get(name, name): kept for name, kept in case.rows.items()}
    return replace(case, answers=answers, rows=rows)


def move(life: Life, rng: Random) -> None:
    """The case moves to another version, or back to the one that it came from."""
    if not life.moves:
        return
    here, is_back = life.route.program, bool(life.before) and rng.random() < 0.4
    if is_back:
        instrument, there, renamed = life.before.pop()
    elif len(life.picture.statuses) > LARGEST:
        return
    else:
        instrument, renamed = another_version(rng, life.instrument)
        there = life.compiled(instrument, life.mode)
    case = life.case
    names = allowed(case, renamed)
    life.story.append(("move back" if is_back else "move", names))
    if not is_back:
        life.before.append((life.instrument, here, back(names)))
    paper = naive_migrate(life.paper(), life.instrument, instrument, life.mode, names)
    moved = migrate(case, here, there, names).case
    assert told(naive_case(moved, instrument)) == told(paper), "moved otherwise"
    returned = migrate(moved, there, here, back(names)).case
    laws.there_and_back(case, renamed_back(moved, back(names)), returned)
    assert migrate(returned, here, there, names).case == moved, "there once more is elsewhere"
    life.given = laws.given_after(
        moved, {new_place(at, names): one for at, one in life.given.items()}
    )
    life.met.update(["moved back" if is_back else "moved"])
    life.met["left behind"] += bool(moved.left_behind)
    life.met["rows left"] += bool(moved.rows_left)
    life.met["restored by a move"] += len(moved.left_behind) < len(case.left_behind)
    life.instrument, life.route = instrument, route_of(there, moved)
    life.left_behind, life.rows_left = moved.left_behind, moved.rows_left
    life.settle_in(paper, names)


Step = Callable[[Life, Random], None]

STEPS: dict[Step, int] = {
    answer: 16,
    clear: 3,
    give_a_reason: 3,
    change_back: 3,
    preview: 4,
    sit: 2,
    add_row: 6,
    remove_row: 3,
    restore_row: 2,
    reorder_rows: 3,
    jump: 4,
    reopen: 1,
    open_from_the_cache: 1,
    answer_in_another_order: 1,
    park_and_restore: 2,
    move: 2,
}
"""All steps, each with how often it is taken."""
