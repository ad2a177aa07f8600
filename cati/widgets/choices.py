"""A list of choices, of which one or several are taken by their keys, by arrows or by the mouse."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Spacing
from textual.message import Message
from textual.widgets import Static

from cati.hints import UNREAD
from cati.question_view import ChoiceLine
from cati.widgets.choice_rows import ChoiceRows, Row
from cati.widgets.entry import Touched
from cati.widgets.words import cut_within, named
from instrument.values import Answer, Missing

SHORT = 9
"""Lists up to this length take one digit; longer ones take two, and filter by typing."""

QUOTED = 24
"""Cells that typed letters take where they are quoted."""


class ChoiceList(VerticalScroll, can_focus=True, inherit_bindings=False):
    """The choices of one question; it scrolls by its arrows, and PgUp and PgDn leave it."""

    class Speaks(Message):
        """The line of what is typed came or went."""

    def __init__(self, choices: Sequence[ChoiceLine] = (), *, several: bool = False) -> None:
        super().__init__()
        self._digit = self._filter = self._refused = ""
        self._words: str | None = None
        self._taken: list[str] = []
        self._kept: Answer | None = None
        self._touched = self._rests = False
        self._here = 0
        self._choices = tuple(choices)
        self._several = several

    def compose(self) -> ComposeResult:
        """A line for what is typed, and the rows."""
        yield Static(id="typed", markup=False)
        yield ChoiceRows()

    def on_mount(self) -> None:
        """Show the state from the start."""
        self._show()

    def offer(self, choices: Sequence[ChoiceLine], *, several: bool) -> None:
        """Offer other choices; none of them is taken."""
        self._choices, self._several = tuple(choices), several
        self.put_back(None)

    def retell(self, choices: Sequence[ChoiceLine]) -> None:
        """Show the same choices in other words; what is taken or being typed stays so."""
        self._choices = tuple(choices)
        if not self._several:  # what the letters found is taken already
            self._filter = ""
        self._aim()
        self._show()

    def height_of_rows(self, width: int) -> int:
        """Lines that all rows take."""
        return self.query_one(ChoiceRows).get_content_height(self.size, self.size, width)

    @property
    def speaks(self) -> bool:
        """Whether a line about what is typed stands over the rows."""
        return bool(self._words)

    # --- the entry ---------------------------------------------------------------------------

    def pending(self) -> Answer | None:
        """The choice taken, or all choices taken, in the order shown.

        As long as nothing is taken or left, it is the answer that was put back, also when one of
        its choices is no longer offered.
        """
        if not self._touched:
            return self._kept
        if not self._taken:
            return None
        if not self._several:
            return self._taken[0]
        return tuple(choice.name for choice in self._choices if choice.name in self._taken)

    def put_back(self, answer: Answer | None) -> None:
        """Show an answer as taken; of a missing reason, nothing is at hand here."""
        self._rests = isinstance(answer, Missing)
        self._kept = None if isinstance(answer, Missing) else answer
        self._touched = False
        kept = self._kept if isinstance(self._kept, tuple) else (self._kept,)
        self._taken = [choice.name for choice in self._choices if choice.name in kept]
        self._digit = self._filter = self._refused = ""
        names = [choice.name for choice in self._choices]
        self._here = names.index(self._taken[0]) if self._taken else 0
        self._show()

    # --- what is typed and not taken ---------------------------------------------------------

    @property
    def unfinished(self) -> bool:
        """Whether a digit or letters are typed for which nothing was taken.

        Letters in a one-of list are finished as soon as a choice that has them is taken.
        """
        if self._digit or not self._filter:
            return bool(self._digit)
        names = {self._choices[number].name for number in self._found()}
        return self._several or names.isdisjoint(self._taken)

    def finish(self) -> str | None:
        """Settle what was typed, before going on; None if nothing is in the way.

        Where it fits one choice alone, that is taken, and the list tells so: the result is empty.
        Otherwise a sentence about what is pending.
        """
        if self._digit:
            number = int(self._digit)
            self._digit = ""
            if not 1 <= number <= len(self._choices):
                self._show()
                return f"There is no choice {number}."
            return self._take_typed(number - 1)
        if self.unfinished:
            found, typed = self._found(), cut_within(self._filter, QUOTED)
            if len(found) == 1:
                return self._take_typed(found[0])
            if found:
                fits = f"“{typed}” fits {len(found)} choices"
                return f"{fits}: type on, or Space takes the one marked. Esc drops it."
            return f"No choice has “{typed}”: Bksp takes a letter back, Esc drops it."
        if self._refused:
            refused, self._refused = self._refused, ""
            self._show()
            return f"{refused} Nothing was taken for it."
        return None

    def drop_unfinished(self) -> bool:
        """Drop what was typed and not taken; whether there was anything.

        In a one-of list letters change what is taken while they are typed, so that it stays with
        what was typed.
        """
        found = self._several and self.unfinished
        if found:
            self._digit = self._filter = self._refused = ""
            self._show()
        return found

    def refuse(self, character: str) -> None:
        """Say that a key takes nothing here, so that nobody takes it for an answer."""
        self._refused = f"No choice has the key “{character}”."
        self._show()

    def _take_typed(self, number: int) -> str:
        """Take what was typed for; a choice taken before stays so."""
        before = self._choices[number].name in self._taken
        self._reach(number)
        if before:
            self._touch()
        else:
            self._take_here()
        self._tell_taken(number)
        return ""

    def _tell_taken(self, number: int) -> None:
        """Say what was taken, where that is not what the key does elsewhere or not in sight."""
        label = cut_within(self._choices[number].label, QUOTED)
        key = self._key(number)
        taken = self._choices[number].name in self._taken
        done = f"✓ {key} is taken" if taken else f"{key} is left"
        self._show(done if self._filter else f"✓ {key} {label} is taken; ↵ goes on.")

    def _reach(self, number: int) -> None:
        """Go to a choice; letters that do not find it are still to be settled."""
        if not self._several or number in self._found():
            self._filter = ""
        self._here = number

    # --- keys --------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Digits and letters take choices; arrows move; Space takes or leaves one."""
        if self._handled(event.key, event.character or ""):
            event.stop()
            event.prevent_default()

    def _handled(self, key: str, character: str) -> bool:
        before, self._refused = self._refused, ""
        handled = self._done(key, character, refused=bool(before))
        if not handled:
            self._refused = before
        return handled

    def _done(self, key: str, character: str, *, refused: bool) -> bool:
        match key:
            case "up" | "down" | "home" | "end":
                self._move(key)
            case "space":
                self._space()
            case "backspace" if self._digit or self._filter or refused:
                self._filter = self._filter if self._digit or refused else self._filter[:-1]
                self._digit = ""
                self._find()
            case _ if character.isascii() and character.isdigit():
                self._digit_typed(character)
            case _ if len(character) == 1 and character.isprintable():
                return self._letter_typed(character)
            case _:
                return False
        return True

    def _space(self) -> None:
        """Take what is typed by one digit, or take or leave what is at hand."""
        if self._rests and self._several:  # nothing is marked here: first show what would be taken
            self._touch()
            self._show()
        elif self._digit:
            self._number_typed(int(self._digit))
        elif not self._several and self._filter and self._found(f"{self._filter} "):
            self._filter += " "
            self._find()
        elif self._here in self._found():
            self._filter = "" if self._several else self._filter
            self._take_here()

    def _digit_typed(self, digit: str) -> None:
        if self._is_long and not self._digit:
            self._digit = digit
            self._touch()
            self._show()
        else:
            self._number_typed(int(self._digit + digit))

    def _number_typed(self, number: int) -> None:
        self._digit = ""
        if 1 <= number <= len(self._choices):
            self._reach(number - 1)
            self._take_here()
            if self._filter:
                self._tell_taken(number - 1)
        else:
            self._refused = f"There is no choice {number}."
            self._show()

    def _letter_typed(self, letter: str) -> bool:
        for number, choice in enumerate(self._choices):
            if choice.letter and choice.letter == letter.lower():
                self._here = number
                self._take_here()
                return True
        if not self._is_long:
            return False
        self._digit = ""
        self._filter += letter
        self._find()
        return True

    def _find(self) -> None:
        """Show only what matches the filter; of one-of lists, take the first match."""
        self._aim()
        if self._found() and self._filter and not self._several:
            self._take_here()
        else:
            self._touch()
            self._show()

    def _aim(self) -> None:
        """Have something at hand that is shown."""
        found = self._found()
        if found and self._here not in found:
            self._here = found[0]

    def _move(self, key: str) -> None:
        found = self._found()
        if not found:
            return
        self._digit = ""
        place = found.index(self._here) if self._here in found else 0
        first = not self._several and not self._taken
        self._here = found[
            {
                "up": max(0, place - 1),
                "down": place if first else min(len(found) - 1, place + 1),
                "home": 0,
                "end": len(found) - 1,
            }[key]
        ]
        if self._several:
            self._touch()
            self._show()
        else:
            self._take_here()

    # --- state -------------------------------------------------------------------------------

    @property
    def _is_long(self) -> bool:
        return len(self._choices) > SHORT

    def _found(self, letters: str | None = None) -> list[int]:
        wanted = (self._filter if letters is None else letters).casefold()
        return [n for n, choice in enumerate(self._choices) if wanted in choice.label.casefold()]

    def _take_here(self) -> None:
        choice = self._choices[self._here]
        self._touched = True
        if not self._several:
            self._taken = [choice.name]
        elif choice.name in self._taken:
            self._taken.remove(choice.name)
        elif choice.exclusive:
            self._taken = [choice.name]
        else:
            alone = {other.name for other in self._choices if other.exclusive}
            self._taken = [name for name in self._taken if name not in alone] + [choice.name]
        self._touch()
        self._aim()
        self._show()

    def _touch(self) -> None:
        self._rests = False
        self.post_message(Touched())

    def on_choice_rows_clicked(self, message: ChoiceRows.Clicked) -> None:
        """Take what the mouse points at."""
        message.stop()
        self._here = message.number
        self._digit = self._filter = self._refused = ""
        self.focus()
        self._take_here()

    def _show(self, done: str = "") -> None:
        if not self.is_mounted:
            return
        rows = self.query_one(ChoiceRows)
        rows.show([self._row(number) for number in self._found()])
        self.call_after_refresh(self._follow)
        words = " · ".join(filter(None, (done, self._typed_so_far())))
        if words != self._words:
            if bool(words) != bool(self._words):
                self.post_message(self.Speaks())
            self._words = words
            typed = self.query_one("#typed", Static)
            typed.update(named(words))
            typed.display = bool(words)

    def on_resize(self) -> None:
        """Keep the choice at hand in sight when there is more or less room."""
        self._follow()

    def _follow(self) -> None:
        region = self.query_one(ChoiceRows).region_of(self._here)
        if region is not None and self.max_scroll_y:
            above = 1 if self.query_one("#typed").display else 0
            self.scroll_to_region(
                region.translate((0, above)),
                spacing=Spacing(top=above),  # the line of what is typed stays over the rows
                animate=False,
                immediate=True,
            )

    def _row(self, number: int) -> Row:
        choice = self._choices[number]
        label = choice.label if choice.read else f"{choice.label}  {UNREAD}"
        style = "" if choice.read else "dim"
        return Row(number, self._lead(number), label, choice.name in self._taken, style)

    def _lead(self, number: int) -> Content:
        """The bar of the choice taken (or, of boxes, at hand), the key, and the box."""
        choice = self._choices[number]
        taken = choice.name in self._taken
        bar = number == self._here and not self._rests if self._several else taken
        key = self._key(number)
        box = ("[x] " if taken else "[ ] ") if self._several else ""
        return Content.assemble("▌ " if bar else "  ", (key, "bold"), "  ", box)

    def _key(self, number: int) -> str:
        letter = self._choices[number].letter.upper()
        return f"{number + 1:02d}" if self._is_long else letter or str(number + 1)

    def _typed_so_far(self) -> str:
        if self._refused or self._digit:
            return self._refused or f"{self._digit}_  one more digit"
        if not self._filter:
            return ""
        typed = cut_within(self._filter, QUOTED)
        back = "(Bksp takes a letter back)"
        return f"with “{typed}”  {back}" if self._found() else f"No choice has “{typed}”  {back}"
