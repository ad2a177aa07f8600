"""Rows of open rosters: shown in another order, gone to, taken out, brought back."""

from functools import partial

from cati.interview import Interview
from cati.screens.another import TakeOutDialog
from cati.screens.rows import RowsDone
from cati.screens.steps import Place, Steps
from instrument.models import Computed, Roster
from instrument.values import Instance


class RowSteps:
    """What becomes of the rows of one interview on one screen."""

    def __init__(self, interview: Interview, place: Place, steps: Steps) -> None:
        self._interview = interview
        self._at = place
        self._steps = steps

    async def finish(self, done: RowsDone) -> None:
        """Keep the orders in which rows are shown, and do what was chosen for one of them."""
        interview = self._interview

        async def act() -> None:
            await self._act(done)

        for name, order in done.orders.items():
            if order != interview.route.shown_rows(name):
                keep = partial(interview.order_rows, name, order)
                await self._steps.write(keep, partial(self.finish, done))
                return
        # Closing the window alone keeps nothing that is chosen in the question behind it.
        if done.acts:
            await self._steps.keep(act)

    async def _act(self, done: RowsDone) -> None:
        interview, roster = self._interview, done.roster
        if done.out is not None:
            self.take_out(roster, done.out)
        elif done.back is not None:
            back = done.back
            come_back = partial(self._come_back, roster, back)
            await self._steps.write(lambda: interview.restore_row(roster.name, back), come_back)
        elif done.add:
            go = partial(self._go, roster, interview.route.next_row(roster.name))
            await self._steps.write(lambda: interview.add_row(roster.name), go)
        elif done.go is not None:
            await self._go(roster, done.go)

    async def _come_back(self, roster: Roster, row: int) -> None:
        await self._go(roster, row)
        self._at.saved("The row is back, with its answers.")

    async def _go(self, roster: Roster, row: int) -> None:
        first = first_of_row(self._interview, roster, row)
        if first is None:
            await self._at.show_place()
        else:
            await self._steps.jump(first)

    def take_out(self, roster: Roster, row: int) -> None:
        """Take a row of an open roster out, after asking; if it holds the place, go before it."""
        if self._steps.held_up():
            return
        interview, route = self._interview, self._interview.route
        first = first_of_row(interview, roster, row)
        before = route.preceding(first) if first is not None else None

        async def taken() -> None:
            if interview.place is not None and not route.on_route(interview.place):
                near = before if before and route.on_route(before) else route.first_open()
                if near is not None:
                    interview.jump(near)
            await self._at.show_place()
            self._at.saved("The row is taken out.")

        async def decided(out: bool | None) -> None:
            if out:
                await self._steps.write(lambda: interview.remove_row(roster.name, row), taken)

        self._at.ask(TakeOutDialog(interview.speech.label_of_row(roster, row)), decided)


def first_of_row(interview: Interview, roster: Roster, row: int) -> Instance | None:
    """The first thing that the interviewer meets in a row; None if nothing in it is asked."""
    asked = (Instance(item.name, row) for item in roster.items if not isinstance(item, Computed))
    return next((one for one in asked if interview.route.on_route(one)), None)
