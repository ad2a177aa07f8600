"""Laws that hold of every case and need no second evaluator."""

from collections.abc import Mapping
from dataclasses import replace

from instrument.values import READ, Answer, Instance
from skips import Route, Status
from skips.case_state import CaseState, LeftBehind, united


def every_item_has_one_status(route: Route) -> None:
    """Each instance has exactly one status, and the one that its answer and its place call for."""
    for one in route.instances():
        on, kept = route.on_route(one), route.kept(one)
        is_valued, has_reason = route.counted(one) is not None, route.reason(one) is not None
        is_parked = kept is not None and not on
        is_bare = kept is None and not is_valued and not has_reason
        assert is_valued + has_reason + is_parked + is_bare == 1, one
        assert on or not (is_valued or has_reason), one
        status = route.status(one)
        assert (status is Status.ANSWERED) == is_valued, one
        assert (status is Status.MISSING) == has_reason, one
        assert (status is Status.PARKED) == is_parked, one
        assert (status in (Status.NOT_REACHED, Status.NOT_APPLICABLE)) == is_bare, one
        assert not (on and status is Status.NOT_APPLICABLE), one


def answers_in(case: CaseState) -> int:
    """How many answers there are, wherever they are."""

    def links(left: LeftBehind | None) -> int:
        return 0 if left is None else 1 + links(left.earlier)

    return len(case.answers) + sum(map(links, case.left_behind.values()))


def nothing_is_lost(case: CaseState, given: Mapping[Instance, Answer], held: int) -> None:
    """What nobody cleared is kept, or left behind by a move, as it was given.

    Args:
        case: how it is.
        given: the newest answer to each question, unless somebody cleared it.
        held: how many answers there must be, older ones included.
    """
    for at, answer in given.items():
        left = case.left_behind.get(at)
        assert case.answers.get(at) == answer or (left is not None and left.answer == answer), at
    assert answers_in(case) == held, "an answer is neither kept nor left behind"


def given_after(case: CaseState, given: Mapping[Instance, Answer]) -> dict[Instance, Answer]:
    """What is to be found after a move: all that was, some of it in the form of another kind."""
    for at, answer in given.items():
        left = case.left_behind.get(at)
        assert at in case.answers or (left is not None and left.answer == answer), at
    return {at: left.answer for at, left in case.left_behind.items()} | dict(case.answers)


def there_and_back(case: CaseState, there: CaseState, returned: CaseState) -> None:
    """Moving to another version and back gives the case that was there before.

    What was left behind before and found a place there returns as it was there: an answer in the
    form of that version, and rows of which as many stand as can.

    Args:
        case: how it was.
        there: in the other version, by the names before.
        returned: after the way back.
    """
    taken = {at for at in case.left_behind if at in there.answers and at not in case.answers}
    rejoined = {
        name
        for name, waiting in case.rows_left.items()
        if name in there.rows and waiting.standing & there.rows[name].standing
    }

    def told(one: CaseState) -> CaseState:
        left = {
            at: replace(what, answer=READ, kind="", why="") if at in taken else what
            for at, what in one.left_behind.items()
        }
        rows, waiting = (
            {name: kept for name, kept in rows.items() if name not in rejoined}
            for rows in (one.rows, one.rows_left)
        )
        return replace(one, left_behind=left, rows=rows, rows_left=waiting)

    assert told(returned) == told(case), "there and back is another case"
    for name in rejoined:
        whole = [united(one.rows.get(name), one.rows_left.get(name)) for one in (case, returned)]
        assert whole[0] == whole[1], "there and back are other rows"
