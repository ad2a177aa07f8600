"""The route of one case: which items its answers call for, kept up to date at every answer."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress

from instrument.models import Choice, Computed, Instrument, Question, Text
from instrument.values import Answer, Instance, Missing, PartialDate, Value
from skips.change import NO_CHANGE, Change, Failing
from skips.errors import RouteError
from skips.explain import AS_WRITTEN, Explainer, Phrases
from skips.fills import fill
from skips.offers import offered
from skips.overview import Overview
from skips.pace import at_pace
from skips.places import DATE, RosterPlace, SectionPlace
from skips.program import ASKABLE, COMPUTED, Program
from skips.progress import SectionProgress
from skips.report import report
from skips.row_order import full_order, reordered
from skips.state import State, Trace
from skips.status import Status
from skips.truth import NO, YES


class Route:
    """Answers of a case and everything that follows from them.

    Whatever is answered here is kept; it counts only while its item is on the route. Every method
    that takes an instance raises RouteError when the instrument does not have it.
    """

    def __init__(
        self,
        program: Program,
        answers: Mapping[Instance, Answer] | None = None,
        interview_date: PartialDate | None = None,
        pace: Mapping[str, float] | None = None,
    ) -> None:
        """Route a case.

        Args:
            program: the instrument, compiled for the mode.
            answers: what is kept of the case.
            interview_date: the day of its first sitting, once it is known.
            pace: expected seconds by item, learned from earlier cases; an item that it lacks, and
                every item when there is none, takes as long as the program expects.
        """
        self.program = program
        self._seconds = at_pace(program.items, program.seconds, pace)
        self.state = State(program)
        self._added: dict[str, list[int]] = {
            name: [] for name, place in program.places.rosters.items() if place.is_open
        }
        self._order: dict[str, tuple[int, ...]] = {}
        if interview_date is not None:
            self.set_interview_date(interview_date)
        for instance, answer in (answers or {}).items():
            self.answer(instance, answer)

    @property
    def instrument(self) -> Instrument:
        """The questionnaire that is routed."""
        return self.program.instrument

    @property
    def mode(self) -> str:
        """The mode that it is routed for."""
        return self.program.mode

    # --- changes ---------------------------------------------------------------------------------

    def answer(self, instance: Instance, answer: Answer | None) -> Change:
        """Keep an answer, or clear it with None, and report what that did."""
        return self._report(self.state.put(self._askable(instance), answer))

    def preview(self, instance: Instance, answer: Answer | None) -> Change:
        """What `answer` would do; the route is afterwards as it was."""
        slot, state = self._askable(instance), self.state
        before = state.cells.kept[slot]
        trace = state.put(slot, answer)
        change = self._report(trace)
        state.undo(slot, before, trace)
        return change

    @property
    def interview_date(self) -> PartialDate | None:
        """The date that conditions read as `interview_date`; None as long as it is not known."""
        date = self.state.cells.counted[DATE]
        assert date is None or isinstance(date, PartialDate)
        return date

    def set_interview_date(self, date: PartialDate | None) -> Change:
        """Say on which day the interview takes place (None: not known), and report what that did.

        It is the local date of the case's first sitting.
        """
        return self._report(self.state.put(DATE, date))

    def has_room(self, roster: str) -> bool:
        """Whether another row can stand in an open roster; rows that are not asked take room, too.

        Raises RouteError for a roster whose rows follow from answers.
        """
        place, _ = self._open_roster(roster)
        return len(self._standing(place)) < place.roster.at_most

    def next_row(self, roster: str) -> int:
        """The id that `add_row` would give; raises RouteError where it would."""
        place, added = self._room_in(roster)
        row = len(added) + 1
        if row > len(place.gates):
            raise RouteError(f"'{roster}' cannot take another new row; bring back a removed one.")
        return row

    def add_row(self, roster: str) -> Change:
        """Add a row to an open roster; its id, one more than any before, is then last in `rows`."""
        row = self.next_row(roster)
        place, added = self._open_roster(roster)
        added.append(row)
        return self._put_rows(place, self._standing(place) | {row})

    def require_row(self, roster: str, row: int) -> None:
        """Raise RouteError unless an open roster has this row standing."""
        place, _ = self._open_roster(roster)
        if row not in self._standing(place):
            raise RouteError(f"'{roster}' has no row {row} to remove.")

    def remove_row(self, roster: str, row: int) -> Change:
        """Take a row out of an open roster; its answers are parked and its id stays its own."""
        self.require_row(roster, row)
        place, _ = self._open_roster(roster)
        return self._put_rows(place, self._standing(place) - {row})

    def require_removed_row(self, roster: str, row: int) -> None:
        """Raise RouteError unless an open roster has room for this row, which was removed."""
        place, added = self._open_roster(roster)
        if row not in added or row in self._standing(place):
            raise RouteError(f"'{roster}' has no removed row {row} to bring back.")
        self._room_in(roster)

    def restore_row(self, roster: str, row: int) -> Change:
        """Bring back a row that was removed, with its answers."""
        self.require_removed_row(roster, row)
        place, _ = self._open_roster(roster)
        return self._put_rows(place, self._standing(place) | {row})

    def set_rows(self, roster: str, order: Sequence[int], standing: frozenset[int]) -> Change:
        """Let an open roster have had the rows 1 to n, shown in this order, of which some stand.

        Raises RouteError when there cannot be such rows.
        """
        place, added = self._open_roster(roster)
        ids = sorted(order)
        if (
            ids != list(range(1, len(ids) + 1))
            or len(ids) > len(place.gates)
            or len(standing) > place.roster.at_most
            or not standing.issubset(ids)
        ):
            raise RouteError(f"'{roster}' cannot have had these rows.")
        added[:] = ids
        self._order[roster] = tuple(order)
        return self._put_rows(place, standing)

    def rows(self, roster: str, *, removed: bool = False) -> tuple[int, ...]:
        """The ids of a roster's rows that are asked; of an open one with `removed` all there were.

        Rows of an open roster stand whether or not the roster is on the route now.
        """
        place, cells = self._roster(roster), self.state.cells
        if place.is_open and removed:
            return tuple(self._added[roster])
        if place.is_open:
            asked = sorted(self._standing(place))
            if place.roster.row_if is not None:
                asked = [row for row in asked if self._is_asked(place, row)]
            return tuple(asked)
        universe = cells.universe
        return tuple(row for row, gate in enumerate(place.gates, start=1) if universe[gate] == YES)

    def row_order(self, roster: str) -> tuple[int, ...]:
        """The ids of all rows that an open roster ever had, in the order of their places on show.

        Those that were never put in an order come last, by id.
        """
        _, added = self._open_roster(roster)
        return full_order(self._order.get(roster, ()), added)

    def shown_rows(self, roster: str) -> tuple[int, ...]:
        """The rows that `rows` gives, in the order in which they are shown."""
        rows = self.rows(roster)
        if roster not in self._order:
            return rows
        return tuple(row for row in self.row_order(roster) if row in rows)

    def require_order(self, roster: str, order: Sequence[int]) -> tuple[int, ...]:
        """What `row_order` would be after `order_rows`; raises RouteError where that would."""
        _, added = self._open_roster(roster)
        full = reordered(self._order.get(roster, ()), added, self.rows(roster), order)
        if full is None:
            raise RouteError(f"An order of '{roster}' must name every row that is shown once.")
        return full

    def order_rows(self, roster: str, order: Sequence[int]) -> None:
        """Show the rows of an open roster in another order; nothing else follows it.

        A row that is removed keeps its place for when it returns.

        Args:
            roster: an open one.
            order: every row of `shown_rows` once. Others that there were may be named as well;
                those that are not named keep their places.
        """
        self._order[roster] = self.require_order(roster, order)

    # --- one item --------------------------------------------------------------------------------

    def status(self, instance: Instance) -> Status:
        """The one status that an instance has."""
        slot = self.program.slot(instance)
        truth, kept = self.state.cells.universe[slot], self.state.cells.kept[slot]
        if truth == YES:
            if isinstance(kept, Missing):
                return Status.MISSING
            settled = self.state.cells.counted[slot] is not None
            return Status.ANSWERED if settled else Status.NOT_REACHED
        if kept is not None:
            return Status.PARKED
        return Status.NOT_APPLICABLE if truth == NO else Status.NOT_REACHED

    def reason(self, instance: Instance) -> str | None:
        """The missing reason that counts, if any."""
        return self.state.cells.reasons[self.program.slot(instance)]

    def kept(self, instance: Instance) -> Answer | None:
        """What was answered, whether or not it counts now."""
        return self.state.cells.kept[self.program.slot(instance)]

    def counted(self, instance: Instance) -> Value | None:
        """The value that counts: given or computed, and on the route. Of a roster: its rows."""
        return self.state.cells.counted[self.program.slot(instance)]

    def on_route(self, instance: Instance) -> bool:
        """Whether the answers so far call for the item."""
        return self.state.cells.universe[self.program.slot(instance)] == YES

    def offered(self, instance: Instance) -> tuple[Choice, ...]:
        """The choices that an item offers now, in the author's order; none where it has none.

        Left out are those whose `ask_if` is *no*; one that is unknown hides nothing.
        """
        item = self.program.items[self.program.slot(instance)]
        if isinstance(item, Question):
            return offered(self.program, self.state.cells, item, instance.row)
        return item.choices if isinstance(item, Computed) else ()

    def explain(self, instance: Instance, phrases: Phrases = AS_WRITTEN) -> str:
        """Why an item is asked or not, naming what decides it and the answers that were read.

        Args:
            instance: the item.
            phrases: how items are named and conditions are said.
        """
        return self.explainer(instance, phrases).text()

    def explainer(self, instance: Instance, phrases: Phrases = AS_WRITTEN) -> Explainer:
        """Explains an item as `explain` does; also its choices, its checks, and what was read."""
        return Explainer(self.program, self.state.cells, self.program.slot(instance), phrases)

    # --- the way through -------------------------------------------------------------------------

    def instances(self) -> Iterator[Instance]:
        """Every question, statement and computed value there can be, row by row, in order."""
        for instance, role in zip(self.program.instances, self.program.roles, strict=True):
            if instance is not None and role in (ASKABLE, COMPUTED):
                yield instance

    def route(self) -> list[Instance]:
        """What the interviewer meets, in order: questions and statements on the route."""
        return [one for one in compress(self.program.instances, self.state.cells.met) if one]

    def following(self, instance: Instance | None) -> Instance | None:
        """The next thing on the route behind an item (None: from the start), or None at the end."""
        start = 0 if instance is None else self.program.slot(instance) + 1
        return self._at(self.state.cells.met.find(1, start))

    def preceding(self, instance: Instance | None) -> Instance | None:
        """The last thing on the route before an item (None: from the end), or None at the start."""
        end = self.program.size if instance is None else self.program.slot(instance)
        return self._at(self.state.cells.met.rfind(1, 0, end))

    def first_open(self) -> Instance | None:
        """The first thing on the route without an answer."""
        return self._at(self.state.cells.open.find(1))

    def open_items(self) -> list[Instance]:
        """Everything on the route without an answer, in order."""
        return [one for one in compress(self.program.instances, self.state.cells.open) if one]

    # --- checks and texts ------------------------------------------------------------------------

    def failing(self, instance: Instance | None = None) -> list[Failing]:
        """The checks that fire now, of one item or of all."""
        program, flags = self.program, self.state.failing
        if instance is not None:
            slot = program.slot(instance)
            # An item's own checks are among those that read it.
            numbers = program.checks_reading[slot]
            own = [one for one in numbers if flags[one] and program.checks[one].slot == slot]
            return [self._failing(number) for number in own]
        found, number = [], -1
        while (number := flags.find(1, number + 1)) >= 0:
            found.append(self._failing(number))
        return found

    def first_unsettled(self, is_confirmed: Callable[[Failing], bool]) -> Failing | None:
        """The first check that fires and is hard, or soft and not confirmed; None if there is none.

        Args:
            is_confirmed: whether a soft check that fires was confirmed for the answers as they are.
        """
        flags, number = self.state.failing, -1
        while (number := flags.find(1, number + 1)) >= 0:
            failing = self._failing(number)
            if failing.check.severity == "hard" or not is_confirmed(failing):
                return failing
        return None

    def fill(self, text: Text, row: int = 0, language: str | None = None) -> str:
        """A text with its fills filled in from what counts now.

        Args:
            text: of the instrument.
            row: that of its item.
            language: one of the instrument's; None means the first, which also stands in where
                there is no translation.
        """
        return fill(self.program, self.state.cells, text, row, language)

    def row_label(self, roster: str, row: int, language: str | None = None) -> str:
        """What stands above the items of a row."""
        return self.fill(self._roster(roster).roster.row_label, row, language)

    # --- progress --------------------------------------------------------------------------------

    @property
    def open_count(self) -> int:
        """How many things on the route have no answer yet."""
        return self._overview.open_count

    def minutes_left(self) -> float:
        """Minutes that the open items of the route can be expected to take."""
        return self._overview.seconds_left / 60

    def expected_seconds(self, instance: Instance) -> float:
        """Seconds that an item can be expected to take; 0 for what nobody is asked."""
        return self._seconds[self.program.slot(instance)]

    def sections(self, within: slice = slice(None)) -> list[SectionProgress]:
        """How far each section has come, in the order of the interview, or each of some of them.

        A section in which everything is worked out is none for the interviewer, and left out.
        """
        return self._overview.sections(within)

    def has_undecided_section(self) -> bool:
        """Whether a section may yet be asked of which nothing is on the route so far."""
        return self._overview.is_undecided

    def in_section(self, instance: Instance) -> list[Instance]:
        """What the interviewer meets in the section of an item, in order."""
        place = self._section_of(self.program.slot(instance))
        within = slice(place.gate, place.end)
        cells, instances = self.state.cells, self.program.instances
        return [one for one in compress(instances[within], cells.met[within]) if one]

    def place_in_section(self, instance: Instance) -> tuple[int, int]:
        """The how-manieth an item on the route is of its section, from 1, and of how many."""
        slot = self.program.slot(instance)
        place, met = self._section_of(slot), self.state.cells.met
        return met.count(1, place.gate, slot + 1), met.count(1, place.gate, place.end)

    def set_aside(self) -> list[Instance]:
        """The questions and statements whose answer is kept and does not count, in order."""
        cells, size = self.state.cells, self.program.size
        aside = int.from_bytes(cells.dealt, "little") & ~int.from_bytes(cells.met, "little")
        flags = aside.to_bytes(size, "little")
        return [one for one in compress(self.program.instances, flags) if one]

    # --- within ----------------------------------------------------------------------------------

    @cached_property
    def _overview(self) -> Overview:
        return Overview(self.program, self.state.cells, self._seconds)

    def _section_of(self, slot: int) -> SectionPlace:
        sections = self.program.sections
        return sections[bisect_right(sections, slot, key=lambda place: place.gate) - 1]

    def _at(self, slot: int) -> Instance | None:
        return None if slot < 0 else self.program.instances[slot]

    def _askable(self, instance: Instance) -> int:
        slot = self.program.slot(instance)
        if self.program.roles[slot] != ASKABLE:
            raise RouteError(f"'{instance}' is not answered by anybody; it is worked out.")
        return slot

    def _roster(self, name: str) -> RosterPlace:
        try:
            return self.program.places.rosters[name]
        except KeyError:
            raise RouteError(f"'{name}' is not a roster of '{self.instrument.name}'.") from None

    def _open_roster(self, name: str) -> tuple[RosterPlace, list[int]]:
        place = self._roster(name)
        if not place.is_open:
            raise RouteError(f"The rows of '{name}' follow from answers and are not added by hand.")
        return place, self._added[name]

    def _room_in(self, roster: str) -> tuple[RosterPlace, list[int]]:
        """An open roster in which another row can stand."""
        place, added = self._open_roster(roster)
        if not self.has_room(roster):
            raise RouteError(f"'{roster}' has room for {place.roster.at_most} and is full.")
        return place, added

    def _is_asked(self, place: RosterPlace, row: int) -> bool:
        condition = self.program.conditions[place.gates[row - 1]]
        return condition is not None and condition(self.state.cells) == YES

    def _standing(self, place: RosterPlace) -> frozenset[int]:
        return self.state.cells.rows.get(place.slot, frozenset())

    def _put_rows(self, place: RosterPlace, rows: frozenset[int]) -> Change:
        return self._report(self.state.put_rows(place.slot, rows))

    def _failing(self, number: int) -> Failing:
        found = self.program.checks[number]
        return Failing(found.instance, found.check, self.fill(found.check.say, found.instance.row))

    def _report(self, trace: Trace) -> Change:
        """A trace of slots in words that people use."""
        if len(trace.log) < 2 and not trace.checks:
            # At most the answer itself is different, which is the usual case.
            return NO_CHANGE
        failing = [self._failing(one) for one in trace.checks if self.state.failing[one]]
        return report(self.program, self.state.cells, trace, failing)
