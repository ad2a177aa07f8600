"""The list of cases."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cati.casework import open_casework, words_of
from cati.keys import COMMANDS
from cati.moving import MovingError
from cati.safe import one_line
from cati.screens.base import CatiScreen
from cati.screens.interview import InterviewScreen
from cati.widgets.band import Band
from cati.widgets.keybar import KeyBar
from cati.widgets.picker import Picker
from cati.widgets.words import joined, named, said
from instrument import InstrumentError
from instrument.pause import keep_everything, keep_no_longer
from store import Access, CaseCard, Queue, Role, StoreError

SEALED = "It is sealed for the data manager; this computer can no longer read it."
INDENT = " " * 12
BETWEEN = "  ·  "
PAGE = 100
"""Cases shown at once, and added whenever more are wanted."""
MORE = "more"
"""The line below the cases that are shown; no id of a case."""
STATES = {
    "fresh": "· new",
    "open": "▸ open",
    "submitted": "✓ sealed",
    "accepted": "✓ accepted",
    "erased": "– erased",
}
RETURNED = "▸ returned"
"""Open again, and its interviewer has not looked at it since."""
ORDER = {"open": 0, "fresh": 1, "submitted": 2, "accepted": 3, "erased": 4}
TO_DO = ("open", "fresh")
"""States in which its interviewer works on a case."""
SINCE = {"submitted": "handed in", "accepted": "accepted", "erased": "erased"}


class CasesScreen(CatiScreen[None]):
    """Enter opens a case that is assigned to this person."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["lock"].binding("app.lock"),
        COMMANDS["quit"].binding("app.leave"),
    ]

    def __init__(self, *, note: str = "", reopen: str | None = None) -> None:
        super().__init__()
        self._note = note
        self._reopen = reopen
        self._cards: list[CaseCard] = []
        self._count = PAGE

    def compose(self) -> ComposeResult:
        """Who it is, the cases, and a line for what happened."""
        study, access = self.cati.study, self.cati.access
        who = f"{access.person.name}" if access else ""
        practice = study.kind == "practice"
        yield Band(f"{study.title} · {who}", "", practice=practice, record=False, zone=None)
        yield Static(id="cases-title", markup=False)
        yield Picker(markup=False, id="cases")
        yield Static(id="cases-note", markup=False)
        yield KeyBar(self.keymap, [("next", "Open"), "lock", "quit"])

    async def on_mount(self) -> None:
        """Read the list; after unlocking again, take up the case that was open."""
        self.refresh_cases(self._note)
        if self._reopen:
            await self._open(self._reopen)

    def refresh_cases(self, note: str = "") -> None:
        """Read the list anew, and say what happened."""
        listed = self.query_one("#cases", OptionList)
        access = self.cati.access
        if access is None:
            return
        try:
            # Other people's cases are nothing that an interviewer could open.
            mine_only = Role.INTERVIEWER in access.roles
            queue = access.queue(mine_only=mine_only, count=self._count)
        except StoreError as error:
            note = f"{note} ✗ {error}".strip()
            if self._cards:  # the list as it was is of more use than none
                self._say(note)
                listed.focus()
                return
            queue = Queue([], 0, 0)
        # Page by page, so that what is shown already stays where it is when more come.
        self._cards = [
            card
            for at in range(0, len(queue.cards), PAGE)
            for card in sorted(queue.cards[at : at + PAGE], key=_place)
        ]
        at = listed.highlighted
        listed.clear_options()
        listed.add_options([Option(self._prompt(card), id=card.id) for card in self._cards])
        left = queue.in_all - len(self._cards)
        if left > 0:
            listed.add_option(Option(_more(left), id=MORE))
        listed.highlighted = min(at or 0, listed.option_count - 1) if self._cards else None
        listed.focus()
        heading = Content.styled(f" CASES  {queue.to_do:,} to do, {queue.in_all:,} in all", "bold")
        self.query_one("#cases-title", Static).update(heading)
        self.query_one("#cases-note", Static).update(said(note or self._advice()))

    async def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Open the case, or show more of them."""
        message.stop()
        if message.option_id == MORE:
            self._count += PAGE
            self.refresh_cases()
        elif message.option_id:
            await self._open(message.option_id)

    async def _open(self, case_id: str) -> None:
        access = self.cati.access
        if access is None:
            return
        card = next((card for card in self._cards if card.id == case_id), None)
        try:
            if card is None:  # the one that was open before, far down in the list
                card = next(iter(access.cases(begins=case_id)), None)
        except StoreError as error:
            self._say(f"✗ {error}")
        if card is None:
            return
        if card.state not in TO_DO:  # it may have been returned since the list was read
            card = self._as_it_is_now(access, card)
        if card.state not in TO_DO:
            what = "It was erased; nothing of it is left." if card.state == "erased" else SEALED
            self._say(f"Case {card.label or card.short_id}: {what}")
            return
        try:
            work = open_casework(
                access,
                case_id,
                now=self.cati.now,
                zone=self.cati.zone,
                language=self.cati.speaks,
                scripts=self.cati.scripts,
            )
        except (StoreError, InstrumentError, MovingError) as error:
            self._say(f"✗ {str(error).splitlines()[0]}")
            return
        self.cati.work = work
        # What an instrument is made of stays until the case is left: looking through it for
        # garbage, again and again, would hold up keys.
        keep_everything()
        self.app.push_screen(InterviewScreen(work), self._came_back)

    def _as_it_is_now(self, access: Access, card: CaseCard) -> CaseCard:
        """A case read anew; the list as well if that changed its state."""
        try:
            now = next(iter(access.cases(begins=card.id)), card)
        except StoreError:
            return card
        if now.state != card.state:
            self.refresh_cases()
        return now

    async def _came_back(self, note: str | None) -> None:
        work, self.cati.work = self.cati.work, None
        keep_no_longer()
        with ExitStack() as stack:
            if work is not None and work.held.waiting:  # the server was not in reach just now
                stack.enter_context(self.cati.study.database.hurried())
            self.refresh_cases(note or "")

    def _say(self, words: str) -> None:
        self.query_one("#cases-note", Static).update(said(words))

    def _advice(self) -> str:
        access = self.cati.access
        if access is not None and Role.INTERVIEWER not in access.roles:
            return "Cases are opened by the interviewer they are assigned to; this is the list."
        if not self._cards:
            return "No case is assigned to you yet: ask your data manager."
        return ""

    def _prompt(self, card: CaseCard) -> Content:
        state = RETURNED if card.returned_by else STATES[card.state]
        state = "✗ damaged" if card.damaged else state
        label = named(card.label or f"Case {card.short_id}", width=self.app.size.width - 16)
        facts = [card.mode, "" if card.mine else f"assigned to {card.assignee}"]
        facts.append("contact erased" if card.contact_erased else "")
        if card.state != "fresh":
            at = f"{card.updated.astimezone(self.cati.zone):%Y-%m-%d %H:%M}"
            what = f"returned by {card.returned_by}" if card.returned_by else SINCE.get(card.state)
            facts.append(f"{what or 'saved'} about {at}")
        below = named(BETWEEN.join(filter(None, facts)), "$note")
        lines: list[Content | str] = [f" {state:<10} ", label, "\n", INDENT, below]
        if card.mine and card.state in TO_DO and card.identity:
            width = self.app.size.width - 16
            for line in _packed(list(words_of(card.identity)), width):
                lines += ["\n", INDENT, named(line, width=width)]
        return joined(*lines)


def _packed(words: Sequence[str], width: int) -> list[str]:
    """As many on a line as fit: a telephone number that is cut off calls nobody."""
    lines: list[str] = []
    for one in map(one_line, words):
        longer = f"{lines[-1]}{BETWEEN}{one}" if lines else one
        if lines and Content(longer).cell_length <= width:
            lines[-1] = longer
        else:
            lines.append(one)
    return lines


def _place(card: CaseCard) -> tuple[bool, int, str]:
    """Where a card stands: one's own first, then by state and label."""
    return not card.mine, ORDER[card.state], card.label or card.short_id


def _more(left: int) -> Content:
    """The line that shows more when it is chosen."""
    return Content.styled(f" ↓ {min(PAGE, left):,} more of {left:,}: Enter", "bold")
