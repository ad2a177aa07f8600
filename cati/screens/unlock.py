"""The first screen: who is it, and the passphrase."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static

from cati.keys import COMMANDS
from cati.screens.base import CatiScreen
from cati.screens.undertaking import UndertakingDialog
from cati.widgets.band import Band
from cati.widgets.fields import SafeInput
from cati.widgets.keybar import KeyBar
from cati.widgets.words import named, said
from store import Access, StoreError, TooSoon, WrongPassphrase


class UnlockScreen(CatiScreen[None]):
    """Asks until the passphrase opens the keys; the work of Argon2 is done in a thread."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["next"].binding("go_on"),
        COMMANDS["quit"].binding("app.leave"),
    ]

    def __init__(
        self,
        name: str | None,
        *,
        note: str = "",
        passphrase: str | None = None,
        known: str | None = None,
    ) -> None:
        """Who unlocks, and why.

        Args:
            name: of the person, if it is known already.
            note: what happened before.
            passphrase: tried at once, without asking.
            known: a passphrase of practice that everybody may know, and is shown.
        """
        super().__init__()
        self._known = known
        self._login = name or ""
        self._note = note
        self._given = passphrase
        self._checking = False
        self._waits = 0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, name, passphrase."""
        study = self.cati.study
        practice = study.kind == "practice"
        yield Band("Unlock", "", practice=practice, record=False, zone=None)
        with Vertical(id="unlock"):
            yield Static(named(study.title), id="study", markup=False)
            if practice:
                words = "Practice: invented cases under keys of their own. Nothing here is live."
                yield Static(words, markup=False)
                if self._known:
                    words = f"The passphrase here is: {self._known}"
                    yield Static(words, id="known", markup=False)
            yield Static("Your name", classes="field", markup=False)
            yield SafeInput(self._login, id="login", max_length=32)
            yield Static("Your passphrase", classes="field", markup=False)
            yield SafeInput(password=True, id="passphrase", max_length=1024)
            yield Static(said(self._note), id="unlock-note", markup=False)
        yield KeyBar(self.keymap, [("next", "Unlock"), "quit"])

    def on_mount(self) -> None:
        """Ready for what is missing."""
        self.query_one("#passphrase" if self._login else "#login").focus()
        if self._login and self._given is not None:
            given, self._given = self._given, None
            self._try(given)

    def action_go_on(self) -> None:
        """From the name to the passphrase, and from there on to the cases."""
        field = self.query_one("#passphrase", SafeInput)
        if self._checking or self._waits:
            return
        if not self.query_one("#login", SafeInput).value.strip():
            self.say("Type the name you were given as an interviewer.")
            self.query_one("#login").focus()
        elif field.value:
            passphrase = field.value
            field.value = ""
            self._try(passphrase)
        elif not field.has_focus:
            field.focus()
        else:
            self.say("Type your passphrase.")

    def _try(self, passphrase: str) -> None:
        self._checking = True
        self.say("Checking the passphrase …")
        name = self.query_one("#login", SafeInput).value.strip()
        self.run_worker(lambda: self._unlock(name, passphrase), thread=True, exclusive=True)

    def _unlock(self, name: str, passphrase: str) -> None:
        """In a thread: it takes about a second on purpose."""
        try:
            access = self.cati.study.unlock(name, passphrase)
        except StoreError as error:
            self.app.call_from_thread(self._refused, error, passphrase)
            return
        try:
            text = access.people.undertaking()
        except StoreError as error:
            self.app.call_from_thread(self._turn_back, access, str(error))
        else:
            self.app.call_from_thread(self._opened, access, text, self.cati.knows(passphrase))

    def _opened(self, access: Access, text: str | None, known: bool) -> None:
        self._checking = False
        if text is None:
            self.cati.call_later(partial(self.cati.unlocked, access, known=known))
            return
        self.cati.access = access  # so that an idle desk is locked here too

        def answered(accepted: bool | None) -> None:
            if not accepted:
                self._turn_back(access, "The undertaking was not accepted.")
                return
            try:
                access.people.accept_undertaking(text)
            except StoreError as error:
                self._turn_back(access, str(error))
            else:
                self.cati.call_later(partial(self.cati.unlocked, access, known=known))

        self.cati.push_screen(UndertakingDialog(text), answered)

    def _turn_back(self, access: Access, why: str) -> None:
        self._checking = False
        self.cati.access = None
        access.lock()
        self.query_one("#passphrase").focus()
        self.say(f"✗ {why}")

    def _refused(self, error: StoreError, passphrase: str) -> None:
        self._checking = False
        field = self.query_one("#passphrase", SafeInput)
        field.focus()
        if isinstance(error, TooSoon):
            # It was not looked at; it need not be typed a second time.
            field.value = field.value or passphrase
            self._wait(error.seconds)
        else:
            self.say(f"✗ {error}")
        if isinstance(error, WrongPassphrase) and passphrase == self._known:
            self.query("#known").remove()  # it was changed since

    def _wait(self, seconds: int) -> None:
        self._waits = seconds
        self.say(str(TooSoon(seconds)))
        self._timer = self.set_interval(1.0, self._count_down)

    def _count_down(self) -> None:
        self._waits -= 1
        if self._waits > 0:
            self.say(str(TooSoon(self._waits)))
            return
        self._waits = 0
        if self._timer is not None:
            self._timer.stop()
        typed = bool(self.query_one("#passphrase", SafeInput).value)
        self.say("Press Enter to try it now." if typed else "Type your passphrase again.")

    def say(self, words: str) -> None:
        """A sentence under the fields."""
        self.query_one("#unlock-note", Static).update(said(words))
