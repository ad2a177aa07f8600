"""The list of cases."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cati.casework import Casework, words_of
from cati.errands import REFUSALS, Refusal
from cati.keys import COMMANDS
from cati.opening import TO_DO, LockedCase, open_listed
from cati.safe import one_line
from cati.screens.base import CatiScreen
from cati.screens.interview import InterviewScreen
from cati.widgets.band import Band
from cati.widgets.keybar import KeyBar
from cati.widgets.picker import Picker
from cati.widgets.words import joined, named, said
from instrument.pause import keep_everything, keep_no_longer
from instrument.values import Instance
from store import CaseCard, Queue, Role, StoreBusy, Unreachable

SEALED = "It is sealed for the data manager; this computer can no longer read it."
INDENT = " " * 12
BETWEEN = "  ·  "
READING = "Reading the list …"
REFRESH = 60.0
"""Seconds after which the list is read anew by itself."""
PAGE = 100
"""Cases shown at once, and added whenever more are wanted."""
MORE = "more"
"""The line below the cases that are shown; no id of a case."""
STATES = {
    "fresh": "· fresh",
    "open": "▸ open",
    "submitted": "✓ sealed",
    "accepted": "✓ accepted",
    "erased": "– erased",
}
NOT_NOW = (StoreBusy, Unreachable)
"""Errors after which the case that was open when the screen locked is worth another try."""
RETURNED = "▸ returned"
"""Open again, and not handed in since."""
ORDER = {"open": 0, "fresh": 1, "submitted": 2, "accepted": 3, "erased": 4}
SINCE = {"submitted": "submitted", "accepted": "accepted", "erased": "erased"}


class Why(Enum):
    """Why the list is read."""

    ASKED = auto()
    CAME_BACK = auto()
    OUT_OF_REACH = auto()
    """Back from a case whose server was not in reach just now, so it is not waited for."""
    BY_ITSELF = auto()


class CasesScreen(CatiScreen[None]):
    """Enter opens a case that is assigned to this person."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["lock"].binding("app.lock"),
        COMMANDS["quit"].binding("app.leave"),
    ]

    def __init__(self, *, note: str = "", reopen: LockedCase | None = None) -> None:
        super().__init__()
        self._note = note
        self._reopen = reopen
        self._cards: list[CaseCard] = []
        self._left = 0
        self._count = PAGE
        self._read_at: datetime | None = None
        self._readings: list[Why] = []
        """Under way, in their order."""
        self._opening = False
        self._is_stale = False
        """Whether it was said that the list could not be read."""

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

    def on_mount(self) -> None:
        """Read the list; after unlocking again, take up the case that was open."""
        self.query_one("#cases").focus()
        self.set_interval(REFRESH, self.refresh_by_itself)
        self.refresh_cases(self._note)

    def refresh_by_itself(self) -> None:
        """Read the list anew while nothing else goes on; nothing is said unless that fails."""
        if self.is_current and not self._readings and not self._opening:
            self._read(Why.BY_ITSELF)

    def refresh_cases(self, note: str = "", why: Why = Why.ASKED) -> None:
        """Read the list anew, and say what happened."""
        self._note = note
        self._say(f"{note} {READING}".strip())
        self._read(why)

    def _read(self, why: Why, after: str = "") -> None:
        """Read the list; `after` is what the screen says now, unless the note says it."""
        access = self.cati.access
        if access is None:
            return
        # Other people's cases are nothing that an interviewer could open.
        mine_only, count = Role.INTERVIEWER in access.roles, self._count
        database = self.cati.study.database
        hurried = why is Why.OUT_OF_REACH

        def deed() -> Queue:
            with database.hurried() if hurried else nullcontext():
                return access.queue(mine_only=mine_only, count=count)

        self._readings.append(why)
        quietly = why is Why.BY_ITSELF
        then = partial(self._was_read, why=why, after=after)
        self.cati.errands.begin(deed, then, quietly=quietly)

    def _was_read(self, outcome: Queue | Refusal, *, why: Why, after: str) -> None:
        self._readings.pop(0)
        by_itself = why is Why.BY_ITSELF
        if isinstance(outcome, Queue):
            self._show(outcome, why)
            self._read_at = self.cati.now()
            if not by_itself or self._is_stale:
                self._say_read(self._note or self._advice())
            self._is_stale = False
        else:
            if not (by_itself or self._cards):  # else the list as it was is of more use than none
                self._show(Queue([], 0, 0), why)
            if not (by_itself and self._is_stale):  # which is told once
                self._say_read(f"{after or self._note} ✗ {self._as_of()}{outcome}".strip())
            self._is_stale = True
        if self._reopen:
            reopen, self._reopen = self._reopen, None
            self._open(reopen.case_id, reopen.place)

    def _say_read(self, words: str) -> None:
        if not self._opening:  # which is what goes on now
            self._say(words)

    def _as_of(self) -> str:
        at = self._read_at
        return f"The list is as of {at.astimezone(self.cati.zone):%H:%M}. " if at else ""

    def _show(self, queue: Queue, why: Why) -> None:
        """Draw the list where it changed; the cursor stays on its case."""
        # Page by page, so that what is shown already stays where it is when more come.
        cards = [
            card
            for at in range(0, len(queue.cards), PAGE)
            for card in sorted(queue.cards[at : at + PAGE], key=_place)
        ]
        left = queue.in_all - len(cards)
        heading = Content.styled(f" CASES  {queue.to_do:,} to do, {queue.in_all:,} in all", "bold")
        self.query_one("#cases-title", Static).update(heading)
        if why is Why.BY_ITSELF and (cards, left) == (self._cards, self._left):
            return
        self._cards, self._left = cards, left
        listed = self.query_one("#cases", OptionList)
        at, above = listed.highlighted, listed.scroll_y
        on = None if at is None else listed.get_option_at_index(at).id
        listed.clear_options()
        listed.add_options([Option(self._prompt(card), id=card.id) for card in cards])
        if left > 0:
            listed.add_option(Option(_more(left), id=MORE))
        ids = [card.id for card in cards if why is Why.BY_ITSELF or card.state in TO_DO]
        ids += [MORE] if left > 0 and why is Why.BY_ITSELF else []
        if on in ids:
            at = listed.get_option_index(on)
        listed.highlighted = min(at or 0, listed.option_count - 1) if cards else None
        if why is Why.BY_ITSELF:
            listed.scroll_to(y=above, animate=False)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Open the case, or show more of them."""
        message.stop()
        if self._opening:
            return
        if message.option_id == MORE:
            if any(why is not Why.BY_ITSELF for why in self._readings):
                return
            self._count += PAGE
            self.refresh_cases()
        elif message.option_id:
            self._open(message.option_id)

    def _open(self, case_id: str, place: Instance | None = None) -> None:
        cati = self.cati
        access = cati.access
        if access is None:
            return
        card = next((card for card in self._cards if card.id == case_id), None)
        self._opening = True
        self._say(f"Opening {_called(card) if card else 'the case that was open'} …")
        deed = partial(
            open_listed,
            access,
            case_id,
            card,
            now=cati.now,
            zone=cati.zone,
            scripts=cati.scripts,
        )
        cati.errands.begin(deed, partial(self._opened, place=place))

    async def _opened(
        self, outcome: Casework | CaseCard | Refusal | None, *, place: Instance | None
    ) -> None:
        self._opening, self._note = False, ""  # something else is on the screen since
        if not isinstance(outcome, (Casework, *NOT_NOW)):
            self.cati.reopen = None
        match outcome:
            case Casework():
                await self._begin(outcome, place)
            case CaseCard():
                erased = outcome.state == "erased"
                what = "It was erased; nothing of it is left." if erased else SEALED
                note = f"Case {outcome.label or outcome.short_id}: {what}"
                if any(one.id == outcome.id and one.state != outcome.state for one in self._cards):
                    self.refresh_cases(note)
                else:
                    self._say(note)
            case None:
                self._say(self._advice())
            case _:
                refusal = f"✗ {str(outcome).splitlines()[0]}"
                self._say(refusal)
                # It may have been erased, or be elsewhere by now.
                self._read(Why.BY_ITSELF, after=refusal)

    async def _begin(self, work: Casework, place: Instance | None) -> None:
        try:
            work.interview.begin(language=self.cati.speaks)
        except REFUSALS as error:
            self._say(f"✗ {str(error).splitlines()[0]}")
            self.cati.errands.begin(work.let_go, lambda _: None)
            return
        if place is not None and place in work.interview.route.route():
            work.interview.jump(place)
        self.cati.work, self.cati.reopen = work, None
        # What an instrument is made of stays until the case is left: looking through it for
        # garbage, again and again, would hold up keys.
        keep_everything()
        # The next key is its own.
        await self.app.push_screen(InterviewScreen(work), self._came_back)

    def _came_back(self, note: str | None) -> None:
        work, self.cati.work = self.cati.work, None
        self.cati.handing_in = False  # also where the case was left while that went on
        keep_no_longer()
        waits = work is not None and work.held.waiting  # the server was not in reach just now
        self.refresh_cases(note or "", Why.OUT_OF_REACH if waits else Why.CAME_BACK)

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
            facts.append(f"returned by {card.returned_by}" if card.returned_by else "")
            facts.append(f"{SINCE.get(card.state, 'saved')} about {at}")
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


def _called(card: CaseCard) -> str:
    return card.label or f"Case {card.short_id}"


def _more(left: int) -> Content:
    """The line that shows more when it is chosen."""
    return Content.styled(f" ↓ {min(PAGE, left):,} more of {left:,}: Enter", "bold")
