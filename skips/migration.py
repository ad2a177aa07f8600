"""A case that moves to another version of its instrument: what goes along, and what waits.

The rules, all of them pure:

- An answer goes along by name, or by the new name of its question, if the new version has a place
  that takes it (`skips.fitting`). Otherwise it is left behind, with a sentence why; it is kept for
  ever, and comes back with the first version that takes it where the one before did not, unless the
  question was answered anew.
- An item can take the name of another one that has a new name itself, or is dropped: that one waits
  under a name that no version can have (`dropped_name`), until it is given one again.
- Whether an answer counts is no matter of moving: the new route says so, as after any change.
- Rows of open rosters stand as they stood, as many as can; the others wait like answers.
- Moving to another version and back again gives the case that was there before. Only what had been
  left behind, and found a place there, returns as it was there: an answer in the form of that
  version, and rows of which as many stand as can, lowest ids first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from instrument.models import Roster
from instrument.values import Answer, Instance
from skips.case_state import CaseState, LeftBehind, RowsKept, route_of, state_of, united
from skips.fitting import fit, given
from skips.migration_report import MigrationReport, report_of
from skips.program import Program

__all__ = [
    "CaseState",
    "LeftBehind",
    "Migration",
    "MigrationError",
    "MigrationReport",
    "RowsKept",
    "dropped_name",
    "is_dropped",
    "migrate",
    "new_place",
    "route_of",
    "state_of",
]

ANSWERED_ANEW = "The question was answered anew."
"""Why an answer stays behind that the version would take."""


_DROPPED = "~"


class MigrationError(ValueError):
    """Names cannot change in the way asked for; says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A case in the new version, and what moving it did."""

    case: CaseState
    report: MigrationReport


def migrate(
    case: CaseState, old: Program, new: Program, renamed: Mapping[str, str] | None = None
) -> Migration:
    """Move a case to another version of its instrument.

    Args:
        case: as it is under the version before.
        old: that version, compiled for the mode of the case.
        new: the version to move to.
        renamed: old name to new name of questions, statements and rosters; of an item whose name
            another one takes, to its `dropped_name`.

    Raises:
        MigrationError: the names cannot change so.
    """
    names = dict(renamed or {})
    _check_names(case, old, new, names)
    answers: dict[Instance, Answer] = {}
    left = {new_place(at, names): _renamed(what, names) for at, what in case.left_behind.items()}
    waiting = tuple(left)
    for at, answer in case.answers.items():
        place, what = new_place(at, names), _renamed(given(old, at, answer), names)
        kept, why = fit(new, place, what)
        if kept is not None:
            answers[place] = kept
        else:
            left[place] = replace(what, why=why, earlier=_superseded(left.get(place)))
    back = {new: old for old, new in names.items()}
    for place in waiting:
        what = left[place]
        kept, why = fit(new, place, what)
        if kept is None:
            left[place] = replace(what, why=why)
        elif place in answers or _fits_before(old, new_place(place, back), what, back):
            left[place] = replace(what, why=ANSWERED_ANEW)
        else:
            answers[place] = kept
            _take_away(left, place, new)
    rows, rows_left = _rows(case, old, new, names)
    moved = CaseState(answers, rows, case.interview_date, left, rows_left)
    return Migration(moved, report_of(case, moved, old, new, names))


def dropped_name(name: str, move: int) -> str:
    """The name under which an item waits for ever once its own belongs to another one.

    Args:
        name: its name in the version before.
        move: the number of the move in its case, from 1: no two drops in a case share a name.
    """
    return f"{name}{_DROPPED}{move}"


def is_dropped(name: str) -> bool:
    """Whether a name is one of `dropped_name`; no item of an instrument has such a name."""
    return _DROPPED in name


def new_place(at: Instance, renamed: Mapping[str, str]) -> Instance:
    """Where an instance stands once names have changed."""
    return Instance(renamed[at.item], at.row) if at.item in renamed else at


# --- answers --------------------------------------------------------------------------------------


def _renamed(what: LeftBehind, names: Mapping[str, str]) -> LeftBehind:
    """The same with the name that its roster has now."""
    if what.roster not in names and what.earlier is None:
        return what
    earlier = None if what.earlier is None else _renamed(what.earlier, names)
    roster = None if what.roster is None else names.get(what.roster, what.roster)
    return replace(what, roster=roster, earlier=earlier)


def _superseded(what: LeftBehind | None) -> LeftBehind | None:
    """What was left behind already when a newer answer to the same question is."""
    return None if what is None else replace(what, why=ANSWERED_ANEW)


def _fits_before(old: Program, place: Instance, what: LeftBehind, back: Mapping[str, str]) -> bool:
    """Whether the version before would have taken the answer as well: then moving changes nothing.

    It stayed behind there since the question had been answered anew.
    """
    return fit(old, place, _renamed(what, back)).answer is not None


def _take_away(left: dict[Instance, LeftBehind], place: Instance, new: Program) -> None:
    """Take the newest of what is left behind at a place away; what is older stays."""
    earlier = left[place].earlier
    if earlier is None:
        del left[place]
    else:
        left[place] = replace(earlier, why=fit(new, place, earlier).why or ANSWERED_ANEW)


# --- rows -----------------------------------------------------------------------------------------


def _rows(
    case: CaseState, old: Program, new: Program, names: Mapping[str, str]
) -> tuple[dict[str, RowsKept], dict[str, RowsKept]]:
    """The rows of the new version's open rosters, and those that wait."""
    rows: dict[str, RowsKept] = {}
    rows_left: dict[str, RowsKept] = {}
    for name in dict.fromkeys((*case.rows, *case.rows_left)):
        now, waiting = case.rows.get(name), case.rows_left.get(name)
        wanted, called = united(now, waiting), names.get(name, name)
        most, limit = _limits(new, called)
        may_return = most > _limits(old, name)[0]
        standing = sorted(now.standing if now else ())
        if may_return:
            standing += sorted(wanted.standing.difference(standing))
        stands = frozenset([row for row in standing if row <= limit][:most])
        added = min(wanted.added, limit)
        if added:
            rows[called] = RowsKept(added, stands, _first(wanted.order, added))
        waits = wanted.standing - stands
        if waits or added < wanted.added:
            rows_left[called] = RowsKept(wanted.added, waits, wanted.order)
    return rows, rows_left


def _first(order: tuple[int, ...], added: int) -> tuple[int, ...]:
    """The order of those rows that have the ids 1 to `added`."""
    return tuple(row for row in order if row <= added)


def _limits(program: Program, name: str) -> tuple[int, int]:
    """How many rows can stand in an open roster, and the highest id; zeros if there is none."""
    place = program.places.rosters.get(name)
    return (place.roster.at_most, len(place.gates)) if place and place.is_open else (0, 0)


# --- names ----------------------------------------------------------------------------------------


def _check_names(case: CaseState, old: Program, new: Program, names: Mapping[str, str]) -> None:
    """Raise MigrationError with the first thing that is wrong with new names."""
    for sentence in _wrong_names(case, old, new, names):
        raise MigrationError(sentence)


def _wrong_names(
    case: CaseState, old: Program, new: Program, names: Mapping[str, str]
) -> Iterator[str]:
    known, there = old.instrument.items, new.instrument.items
    waiting = {at.item for at in case.left_behind} | set(case.rows_left)
    for name, called in names.items():
        if is_dropped(called):
            if name not in there:
                yield (
                    f"'{name}' need not be dropped: the new version has no item of that name, and "
                    "what was answered to it is left behind anyway."
                )
            continue
        if name not in known and name not in waiting and not is_dropped(name):
            yield f"The version before has no item '{name}' that could have a new name."
        if called not in there:
            yield f"The new version has no item '{called}'."
        if isinstance(known.get(name), Roster) != isinstance(there.get(called), Roster) and (
            name in known
        ):
            yield f"'{name}' and '{called}' are not both rosters, or both questions."
        if called not in names and (called in known or called in waiting):
            yield (
                f"'{called}' cannot be the new name of '{name}': it is a name of its own already; "
                "give that one a new name too, or drop it."
            )
    if len(set(names.values())) < len(names):
        yield "Two items cannot have the same new name."
