"""Rows of open rosters: shown in another order, gone to, taken out, brought back."""

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
        """Keep the order in which rows are shown, and do what was chosen for one of them."""
        interview, roster = self._interview, done.roster

        async def then() -> None:
            if done.out is not None:
                self.take_out(roster, done.out)
            elif done.back is not None:
                back = done.back
                await self._steps.write(lambda: interview.restore_row(roster.name, back), come_back)
            elif done.go is not None:
                await go(done.go)

        async def come_back() -> None:
            await go(done.back or 0)
            self._at.saved("The row is back, with its answers.")

        async def go(row: int) -> None:
            first = first_of_row(interview, roster, row)
            if first is None:
                await self._at.show_place()
            else:
                await self._steps.jump(first)

        async def act() -> None:
            # Closing the window alone keeps nothing that is chosen in the question behind it.
            if done.acts:
                await self._steps.keep(then)

        if done.order == interview.route.shown_rows(roster.name):
            await act()
        else:
            order = done.order
            await self._steps.write(lambda: interview.order_rows(roster.name, order), act)

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
