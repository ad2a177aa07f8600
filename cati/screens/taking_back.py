"""The last change of an answer taken back, and brought back again."""

from cati.interview import Interview
from cati.screens.change import moved, needs_asking
from cati.screens.said import becomes
from cati.screens.steps import Place, Steps


class TakingBack:
    """Takes changes of one interview back on one screen; asks as for any other change."""

    def __init__(self, interview: Interview, place: Place, steps: Steps) -> None:
        self._interview = interview
        self._at = place
        self._steps = steps

    async def undo(self) -> None:
        """Drop what is not saved yet; if nothing is, take back the last change of an answer."""
        if self._steps.held_up() or self._steps.drop_fresh():
            return
        await self._change(undo=True)

    async def redo(self) -> None:
        """Bring back what was taken back last; what is not saved yet gives way."""
        if self._steps.held_up() or self._steps.drop_fresh():
            return
        await self._change(undo=False)

    async def _change(self, *, undo: bool) -> None:
        interview, changes = self._interview, self._interview.record.changes
        last = changes.last_change if undo else changes.last_undone
        if last is None:
            await self._at.show_place()
            self._at.saved(f"There is nothing to {'take' if undo else 'bring'} back.")
            return
        about, change = last[0], interview.route.preview(*last)
        words = f"{becomes(interview, last, again=undo)}{moved(interview, change)}"

        async def done() -> None:
            if interview.route.on_route(about):
                interview.jump(about)
            await self._at.show_place()
            self._at.saved(f"{'Taken' if undo else 'Brought'} back: {words}")

        async def make() -> None:
            await self._steps.write(interview.undo if undo else interview.redo, done)

        if needs_asking(interview, change, about):
            heading = f"{'Take' if undo else 'Bring'} back: {becomes(interview, last, again=undo)}?"
            self._steps.ask_change(change, heading, make)
        else:
            await make()
