"""Keeping an answer and going on: the steps between a key and the next question.

Each step ends by calling the next or by opening a window whose result calls it, so that keys are
always handled one after the other and an answer never lands in the wrong question.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from cati.casework import GONE
from cati.interview import CannotAdvance, Interview, NotOnRoute
from cati.question_view import answer_in_words
from cati.screens.another import AnotherDialog, open_roster_ahead
from cati.screens.base import Dialog
from cati.screens.change import ChangeDialog, becoming, foretold, needs_asking
from cati.screens.checks import CheckDialog, Confirmed
from cati.screens.said import kept_in_words
from cati.widgets.entry import Typed
from cati.widgets.question import QuestionPane
from instrument import EntryError
from instrument.entry import check_value, read_entry
from instrument.judging import none_will_do
from instrument.models import Question, Roster
from instrument.values import Answer, Instance, Missing
from skips import Change, Failing, RouteError
from store import StoreError

T = TypeVar("T")
Then = Callable[[], Awaitable[None]]


class Place(Protocol):
    """What the steps need of the screen they run on."""

    def pending(self) -> Answer | Typed | None:
        """What is chosen or typed."""

    @property
    def pane(self) -> QuestionPane:
        """What shows the question, and knows what is typed there and not taken."""

    def say(self, trouble: str) -> None:
        """A sentence under the entry."""

    def saved(self, words: str) -> None:
        """An answer is safe; show it for a moment."""

    def not_saved(self, error: StoreError) -> None:
        """Nothing was saved; offer to try again, if there is something to try."""

    def emptied(self) -> None:
        """Say how an answer is taken away that stands no longer on the screen."""

    def settle(self) -> None:
        """Nothing waits to be saved any more."""

    def hold_up(self) -> None:
        """Say that what was not saved is to be tried again or dropped first."""

    async def lost(self, error: StoreError) -> None:
        """The case is no longer ours: leave it."""

    async def show_place(self) -> None:
        """Draw the item in place."""

    def ask(self, dialog: Dialog[T], answered: Callable[[T | None], Awaitable[None]]) -> None:
        """Open a window."""


class Steps:
    """The moves of one interview on one screen."""

    def __init__(self, interview: Interview, place: Place) -> None:
        self.interview = interview
        self._at = place
        self._after: Then = self._nothing
        self._about_to_drop: Answer | Typed | None = None

    # --- moves -------------------------------------------------------------------------------

    async def go_on(self, *, alone: bool = True) -> None:
        """Keep what is chosen and go to the next item.

        With `alone`, nothing ticked says "none of these" where none need be.
        """
        await self.keep(self._settle_and_advance, reads=True, alone=alone)

    async def go_back(self) -> None:
        """Keep what is chosen and go to the item before."""
        await self.keep(self._back)

    async def go_to(self, instance: Instance) -> None:
        """Keep what is chosen and go to another item."""

        async def then() -> None:
            await self.jump(instance)

        await self.keep(then)

    async def to_first_open(self) -> None:
        """Keep what is chosen and go to the first item without an answer, or to the review."""

        async def then() -> None:
            if (found := self.interview.first_open()) is not None:
                await self.jump(found)
            else:
                self.interview.place = None
                await self._at.show_place()

        await self.keep(then)

    async def to_first_check(self) -> None:
        """Keep what is chosen, go to the first check to settle, and ask about it."""

        async def stay() -> None:
            await self._at.show_place()
            self._at.saved("✓ Confirmed.")

        async def then() -> None:
            found = self.interview.first_unsettled()
            if found is None:
                self._at.saved("✓ No check waits.")
            else:
                await self.jump(found.instance)
                self._ask_check(found, stay)

        await self.keep(then)

    def drop_fresh(self) -> bool:
        """Drop what is chosen, typed or emptied and not saved yet; whether there was anything."""
        if self._at.pane.drop_unfinished():
            return True
        fresh = self._fresh() is not None and not self._is_statement()
        found = fresh or self._is_emptied() or self._at.pane.unfinished
        if found:
            self._at.pane.put_back()
        return found

    async def erase(self) -> None:
        """Take the saved answer of the item away; the route is asked about first."""
        if self.held_up():
            return
        if self.interview.place is None or not self.interview.is_settled(self.interview.place):
            self._at.pane.put_back()
            return
        change = self.interview.preview(None)

        async def cleared() -> None:
            await self._at.show_place()
            self._at.saved("The answer is taken away.")

        async def clear() -> None:
            await self.write(self.interview.clear, cleared)

        if needs_asking(self.interview, change):
            self._ask_change(change, "no answer", clear)
        else:
            await clear()

    def foresee(self) -> str:
        """What going on would change with what is chosen or typed; nothing changes here.

        Empty if it is not new, or is no answer that the item takes.
        """
        pending, place, item = self._fresh(), self.interview.place, self._item()
        if pending is None or place is None or not isinstance(item, Question):
            return ""
        offered = self.interview.offered_names(place)
        try:
            answer = self._read(pending)
        except EntryError:
            return ""
        unfit = not isinstance(answer, Missing) and check_value(item, answer, offered=offered)
        return "" if unfit else foretold(self.interview, place, answer)

    # --- keeping -----------------------------------------------------------------------------

    async def keep(self, then: Then, *, reads: bool = False, alone: bool = False) -> None:
        """Save what is chosen or typed, if it is new; then go on with `then`.

        A statement counts as read only with `reads`: looking around does not read it. `alone` is
        that of `go_on`. A saved answer that was emptied stops here: it would count although it
        stands no longer on the screen.
        """
        if self.held_up() or self._at.pane.stops_at_typed():
            return
        if self._is_emptied():
            self._at.emptied()
            return
        pending = self._fresh(alone=alone)
        place = self.interview.place
        if pending is None or place is None or (self._is_statement() and not reads):
            await then()
            return
        try:
            answer = self._read(pending)
        except EntryError as error:
            self._at.say(str(error) if reads else f"{error} Esc drops what was typed.")
            return
        if answer == self.interview.route.kept(place):
            await then()
            return
        change = self.interview.preview(answer)

        async def given() -> None:
            self._at.saved(kept_in_words(self.interview, place))
            await then()

        async def give() -> None:
            await self.write(lambda: self.interview.give(answer), given)

        if needs_asking(self.interview, change):
            self._ask_change(change, self._in_words(answer), give)
        else:
            await give()

    def keep_quietly(self) -> bool:
        """Save what is chosen or typed if that asks nothing: it is valid and sets nothing aside.

        False if something chosen or typed is not saved.
        """
        try:
            self.interview.retry()
            if self._is_emptied():
                return False
            pending = self._fresh()
            if pending is None or self._is_statement():
                return True
            answer = self._read(pending)
            if needs_asking(self.interview, self.interview.preview(answer)):
                return False
            self.interview.give(answer)
        except (EntryError, NotOnRoute, StoreError):
            return False
        return True

    async def draft(self, text: str) -> None:
        """Keep a long text that is still being typed."""
        await self.write(lambda: self.interview.draft(text), self._nothing)

    # --- writing -----------------------------------------------------------------------------

    async def write(self, event: Callable[[], object], then: Then) -> None:
        """Write one event, and go on with `then` when it is safe.

        A failure is shown; `then` waits until `retry` has saved the same event.
        """
        if not self.held_up():
            await self._send(event, then)

    async def retry(self) -> None:
        """Send the write that failed once more, and go on where it stopped."""
        if self.interview.unsaved is not None:
            await self._send(self.interview.retry, self._after)

    async def drop(self) -> None:
        """Give up the write that failed, and show the saved answer again."""
        if self.interview.unsaved is not None:
            try:
                self.interview.drop()
            except StoreError as error:
                await self._failed(error)
                return
            self._at.settle()
            await self._at.show_place()
        elif self._at.pane.drop_unfinished() or self._asks_twice():
            return
        self._at.pane.put_back()

    def _asks_twice(self) -> bool:
        """Whether several choices ticked and not kept wait for a second press; says so."""
        pending = self._fresh()
        several = isinstance(pending, tuple) and len(pending) > 1
        if not several or pending == self._about_to_drop:
            self._about_to_drop = None
            return False
        self._about_to_drop = pending
        self._at.say("Once more drops what is ticked and not kept yet.")
        return True

    def held_up(self) -> bool:
        """Whether a write that failed has to be tried again or dropped first; says so."""
        if self.interview.unsaved is None:
            return False
        self._at.hold_up()
        return True

    async def _send(self, event: Callable[[], object], then: Then) -> None:
        try:
            event()
        except (EntryError, NotOnRoute, RouteError) as error:
            self._at.say(str(error))
        except StoreError as error:
            self._after = then
            await self._failed(error)
        else:
            self._at.settle()
            await then()

    async def _failed(self, error: StoreError) -> None:
        if isinstance(error, GONE):
            await self._at.lost(error)
        else:
            self._at.not_saved(error)

    async def _nothing(self) -> None:
        """What follows a write that nothing follows."""

    def _ask_change(self, change: Change, after: str, make: Then) -> None:
        place = self.interview.place
        before = answer_in_words(self.interview, place) if place else ""
        self.ask_change(change, becoming(before, after), make)

    def ask_change(self, change: Change, heading: str, make: Then) -> None:
        """Show what a change would do; `make` follows when it is to be made."""

        async def decided(made: bool | None) -> None:
            if made:
                await make()
            else:
                self._at.pane.put_back()

        self._at.ask(ChangeDialog(self.interview, change, heading), decided)

    # --- going on ----------------------------------------------------------------------------

    async def _settle_and_advance(self) -> None:
        """Settle what stands in the way, one thing at a time, and go to the next item."""
        roster = open_roster_ahead(self.interview)
        place = self.interview.place
        if roster is None or place is None or not self._is_done(place):
            await self._advance()
        else:
            self._ask_another(roster)

    def _is_done(self, place: Instance) -> bool:
        return self.interview.is_settled(place) and not self.interview.unsettled(place)

    async def _advance(self) -> None:
        try:
            self.interview.advance()
        except CannotAdvance as stop:
            if stop.failing:
                self._ask_check(stop.failing[0], self._settle_and_advance)
            else:
                self._at.say(str(stop))
            return
        await self._at.show_place()

    def _ask_another(self, roster: Roster) -> None:
        rows = len(self.interview.route.rows(roster.name))

        async def decided(more: bool | None) -> None:
            if more:
                await self.write(lambda: self.interview.add_row(roster.name), self._advance)
            elif more is not None:
                await self._advance()

        title = self.interview.speech.said(roster, "title")
        self._at.ask(AnotherDialog(title, rows), decided)

    def _ask_check(self, failing: Failing, settled: Then) -> None:
        """Ask about a check; `settled` follows when it is confirmed."""

        async def decided(result: Confirmed | Instance | None) -> None:
            match result:
                case Confirmed(remark):
                    await self.write(lambda: self.interview.confirm(failing, remark), settled)
                case Instance():
                    await self.jump(result)
                case None if self.interview.place != failing.instance:
                    await self.jump(failing.instance)
                case None:
                    pass

        self._at.ask(CheckDialog(self.interview, failing), decided)

    async def _back(self) -> None:
        self.interview.back()
        await self._at.show_place()

    async def jump(self, instance: Instance) -> None:
        """Go to an item of the route."""
        try:
            self.interview.jump(instance)
        except NotOnRoute as error:
            self._at.say(str(error))
            return
        await self._at.show_place()

    # --- reading what is pending -------------------------------------------------------------

    def _pending(self, *, alone: bool = False) -> Answer | Typed | None:
        """What stands on the screen.

        Where none of several choices need be taken, nothing ticked is an answer: with `alone`, and
        in place of an answer that was saved before.
        """
        pending, place, item = self._at.pending(), self.interview.place, self._item()
        if pending is not None or place is None or not isinstance(item, Question):
            return pending
        if not none_will_do(item):
            return None
        return () if alone or self.interview.route.kept(place) is not None else None

    def _is_emptied(self) -> bool:
        """Whether a saved answer was taken off the screen and nothing put in its stead."""
        place = self.interview.place
        if place is None or self._is_statement() or self.interview.route.kept(place) is None:
            return False
        return self._pending() is None

    def _fresh(self, *, alone: bool = False) -> Answer | Typed | None:
        """What is chosen or typed and differs from the saved answer; None if nothing does."""
        place, pending = self.interview.place, self._pending(alone=alone)
        if place is None or pending is None:
            return None
        kept = self.interview.route.kept(place)
        if pending == kept:
            return None
        if isinstance(pending, Typed) and kept is not None and not isinstance(kept, Missing):
            try:
                if self._read(pending) == kept:
                    return None
            except EntryError:
                return pending
        return pending

    def _read(self, pending: Answer | Typed) -> Answer:
        if not isinstance(pending, Typed):
            return pending
        item = self._item()
        assert isinstance(item, Question)
        return read_entry(item, pending.text)

    def _in_words(self, answer: Answer) -> str:
        item = self._item()
        return self.interview.speech.answer(item, answer) if isinstance(item, Question) else "Read"

    def _is_statement(self) -> bool:
        return not isinstance(self._item(), Question)

    def _item(self) -> object:
        place = self.interview.place
        return self.interview.instrument.items[place.item] if place else None
