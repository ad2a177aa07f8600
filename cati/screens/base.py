"""What all screens have in common."""

from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from cati.keys import COMMANDS, KeyMap
from cati.widgets.band import Band
from cati.widgets.words import joined, named, said

if TYPE_CHECKING:
    from cati.app import CatiApp
    from cati.casework import Casework

T = TypeVar("T")


class CatiScreen(Screen[T]):
    """A screen of cati: knows its app by its own type, and copies nothing to a clipboard."""

    ALLOW_SELECT = False

    @property
    def cati(self) -> "CatiApp":
        """The app, with what is open in it."""
        return _app_of(self)

    def band_of(self, work: "Casework") -> Band:
        """The first line of every screen that shows a case."""
        band = Band(
            work.label,
            work.mode_label,
            practice=work.practice,
            record=work.from_record,
            zone=self.cati.zone,
        )
        band.set_reactive(Band.saved_at, work.interview.saved_at)
        band.set_reactive(Band.saved_here, work.held.waiting > 0)
        return band

    @property
    def keymap(self) -> KeyMap:
        """The keys in force."""
        return self.cati.keys


class Dialog(ModalScreen[T]):
    """A window that asks one thing. The app drops keys typed ahead of it while it rests.

    Subclasses give a title, the parts in the middle, and the keys that are offered.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["cancel"].binding("cancel"),
        COMMANDS["lock"].binding("app.lock"),
    ]

    heading = ""
    rests = False
    """Whether a key typed ahead could decide something here."""

    _up_since: float | None = None

    def compose(self) -> ComposeResult:
        """A frame with a title, the parts, a line for trouble, and the keys."""
        with Vertical(id="frame"):
            yield Static(named(self.heading), id="dialog-title", markup=False)
            yield from self.parts()
            trouble = Static(id="trouble", markup=False)
            trouble.display = False
            yield trouble
            yield Static(self.offers(), id="offers", markup=False)

    def parts(self) -> ComposeResult:
        """What stands in the middle."""
        yield from ()

    def offers(self) -> Content:
        """The keys, in words."""
        return self.offer(("cancel", "Close"))

    def offer(self, *pairs: tuple[str, str]) -> Content:
        """Keys with what they do here; a key is the id of a command or the key itself."""
        keys = self._keys()
        pieces = [
            joined(Content.styled(keys.shown(key) if key in COMMANDS else key, "bold"), f" {words}")
            for key, words in pairs
        ]
        return Content("    ").join(pieces)

    def say(self, trouble: str) -> None:
        """One sentence above the keys, or nothing."""
        self.tell(f"✗ {trouble}" if trouble else "")

    def tell(self, words: str) -> None:
        """The same, of what is no trouble."""
        line = self.query_one("#trouble", Static)
        line.update(said(words))
        line.display = bool(words)

    def refresh_offers(self) -> None:
        """Other keys are offered than before."""
        self.query_one("#offers", Static).update(self.offers())

    def on_mount(self) -> None:
        """Remember when the window came up."""
        self._up_since = monotonic()

    @property
    def cati(self) -> "CatiApp":
        """The app, with what is open in it."""
        return _app_of(self)

    @property
    def resting(self) -> bool:
        """Whether the window has just come up and takes no keys yet."""
        if not self.rests or self._up_since is None:
            return self.rests
        return (monotonic() - self._up_since) * 1000 < self.cati.settings.rest_ms

    def keep_draft(self) -> bool:
        """Before locking: False if something was typed here that is not saved."""
        return True

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)

    def _keys(self) -> KeyMap:
        return self.cati.keys


def _app_of(screen: Screen[T]) -> "CatiApp":
    from cati.app import CatiApp

    assert isinstance(screen.app, CatiApp)
    return screen.app
