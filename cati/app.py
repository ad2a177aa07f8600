"""The terminal app: what is open, and the rules that hold on every screen.

- Keys are handled strictly one after the other: a key is taken only when everything that the key
  before it set off is done, so that fast typing always lands where it was meant.
- Every line passes the filter of `cati.widgets.backstop` on its way to the terminal.
- A failure prints an error number (`cati.crash`); nothing is copied to a clipboard.
- After some minutes without a key, or on demand, the keys of the study are destroyed, and with them
  the screens that show a case.
"""

import asyncio
import contextlib
import gc
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from cati import crash, leaving
from cati.beside import Beside
from cati.casework import Casework, Scripts
from cati.disk import disk_note
from cati.errands import Errands
from cati.first_keys import TYPED_AHEAD, FirstKeys
from cati.hangup import end_on_hangup
from cati.hardening import no_dumps, private_files
from cati.idle import LOOK, Idle
from cati.keys import KeyMap
from cati.opening import LockedCase
from cati.safe import display_safe
from cati.screens.base import Dialog
from cati.screens.cases import CasesScreen
from cati.screens.small import TooSmall, too_small
from cati.screens.unlock import UnlockScreen
from cati.settings import Settings, read_settings, settings_path
from cati.settling import settle
from cati.themes import THEMES
from cati.widgets.backstop import SafeLines
from store import Access, StoreError, Study
from store.backup.ballast import keep_for

NOT_SAVED = "What was typed in the last question was not saved."
"""Said on the screen that asks for the passphrase again."""

LEAVES = 3.0
"""Seconds that the end of the program waits for a server."""

HURRY = 1.0
"""Seconds within which what waits for a server has been cut off by somebody in a hurry."""


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class CatiApp(App[int], inherit_bindings=False):
    """One study, one person, one case at a time. Textual's own keys to quit are left out."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "cati"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "nothing", show=False, priority=True)
    ]

    def __init__(
        self,
        study: Study,
        *,
        name: str | None = None,
        passphrase: str | None = None,
        scripts: Scripts | None = None,
        settings: Settings | None = None,
        now: Callable[[], datetime] = utc_now,
        zone: tzinfo | None = None,
        language: str | None = None,
    ) -> None:
        """Open a study.

        `passphrase` is that of a practice study, known to everybody: it is tried at once and, where
        it was what opened the study, shown when the screen is locked. `zone` is that of the times
        shown, None for the computer's own; `language` is spoken in fresh cases of the instruments
        that have it.
        """
        super().__init__()
        self.study = study
        self.scripts = scripts
        self.settings = settings or Settings()
        self.keys = KeyMap(self.settings.keys)
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[self.settings.theme].name
        self.now = now
        self.zone = zone
        self.speaks = language
        self.access: Access | None = None
        self.work: Casework | None = None
        self._login = name
        self._given = passphrase
        self._known: str | None = None
        self._is_known = False
        """Whether that of practice is the passphrase of whoever unlocked last."""
        self.reopen: LockedCase | None = None
        """The case that was open when the screen locked, until it is open again."""
        self.farewell = ""
        """Said in the terminal once the screen is gone."""
        self.backing_up: Access | None = None
        """Who left, and whose keys sign the backup of the day once the screen is gone."""
        self._hung_up = False
        self.idle = Idle()
        self._study_minutes = study.lock_after_minutes
        self._waiting: asyncio.Queue[events.Event | Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._first_keys = FirstKeys()
        self.beside = Beside(self, self._waiting.put_nowait)
        self.errands = Errands(self, self._waiting.put_nowait)
        self.handing_in = False
        """Whether the open case is on its way to be sealed."""
        self._key_task: asyncio.Task[None] | None = None
        self._filters_of_ours = (SafeLines(),)

    # --- life --------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin to take keys, and ask for the passphrase."""
        self.set_keymap(dict(self.settings.keys))
        loop = asyncio.get_running_loop()
        crash.install_in_loop(loop)
        self.take_keys()
        # Signals can be handled in a main thread on Unix only; elsewhere the app runs without.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            if not self.is_headless:
                end_on_hangup(partial(loop.call_soon_threadsafe, self._end_soon))
            stop = signal.getsignal(signal.SIGTSTP)
            if callable(stop):
                loop.add_signal_handler(signal.SIGTSTP, self.call_later, self._stop, stop)
        self.set_interval(LOOK, self._look_at_clock)
        self.beside.begin()
        # Practice holds invented cases; of a live study it is said once, and never in the way.
        note = disk_note(self.study.folder) if self.study.kind == "live" else ""
        self._known = self._given if self.study.kind == "practice" else None
        given, self._given = self._given, None
        self.push_screen(UnlockScreen(self._login, note=note, passphrase=given))

    def knows(self, passphrase: str) -> bool:
        """Whether this is the passphrase of practice that was given at the start."""
        return passphrase == self._known

    async def unlocked(self, access: Access, *, known: bool) -> None:
        """The passphrase was right: on to the cases, and to the case that was open before.

        `known` tells whether it was that of practice.
        """
        self._is_known = known
        if access.person.name != self._login:
            self.reopen = None
        self.access, self._login = access, access.person.name
        # The first case may be handed in when the disk is full already.
        self.run_worker(partial(keep_for, self.study), thread=True, group="room")
        await self.switch_screen(CasesScreen(reopen=self.reopen))

    async def action_lock(self) -> None:
        """Put the keys away, and everything that shows a case."""
        await self.lock("Locked. Your passphrase opens it again.")

    async def lock(self, note: str) -> None:
        """Save what can be saved, destroy the keys, and ask for the passphrase again."""
        if self.access is None:
            return
        with self.study.database.hurried():
            saved = self._put_away("locked")
            if not saved:
                note = f"{note} {NOT_SAVED}"
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            known = self._known if self._is_known else None
            await self.push_screen(UnlockScreen(self._login, note=note, known=known))
            self.cover_if_small()
            self._let_go()
            await self.errands.over(HURRY)  # what waits for a server is cut off by then

    def _let_go(self) -> None:
        """Free what the closed screens held; fields stay known to the app by the theme they watch.

        Being told of the theme once more, the app strikes those off its list that are closed.
        """
        self.mutate_reactive(CatiApp.theme)
        self.set_timer(LOOK, gc.collect)  # by then nothing that was going on holds them either

    async def action_leave(self) -> None:
        """Leave cati."""
        with self.study.database.hurried(LEAVES):
            self._put_away("left")
            await self.errands.over(LEAVES)
        self.exit(0)

    def action_nothing(self) -> None:
        """Ctrl+C neither quits nor copies."""

    def _put_away(self, why: str) -> bool:
        """Save what can be saved, and lock; False if something typed could not be saved."""
        kept = self.keep_drafts()
        if self.work is not None:
            self.reopen = LockedCase(self.work.card.id, self.work.interview.place)
            if self.handing_in:  # what came of it is seen when the case is opened again
                self.work.let_go()
            else:
                self.work.leave(why)
            self.work, self.handing_in = None, False
        if self.access is not None:
            plan = self.settings.backup
            if why == "left" and not self._hung_up and leaving.backs_up(self.study, plan):
                self.backing_up = self.access
            else:
                self.access.lock()
            self.access = None
        return kept

    def keep_drafts(self) -> bool:
        """Save what is typed on the open screens; False if something could not be."""
        # From the interview up: what failed before is tried again there, before anything else.
        drawn = [screen for screen in self.screen_stack if screen.is_mounted]  # else nothing typed
        drafts = [getattr(screen, "keep_draft", None) for screen in drawn]
        kept = [keep() for keep in drafts if keep is not None]
        return all(kept)

    def _look_at_clock(self) -> bool:
        """Lock after some minutes without a key, and after a sleep; whether that is due."""
        # While study.yaml cannot be looked at, what it said before holds.
        with contextlib.suppress(StoreError):
            self._study_minutes = self.study.lock_after_minutes
        least = min(self.settings.lock_after_minutes, self._study_minutes)
        why = self.idle.why(least)  # asked while locked, too: a sleep of then is over by now
        due = bool(why) and self.access is not None
        if due:
            self.call_later(self.lock, f"Locked {why}.")
        return due

    async def _stop(self, stop: Callable[[int, FrameType | None], Any]) -> None:
        """Asked to stop for a while (SIGTSTP): lock first; whoever goes on has to unlock."""
        await self.lock("Locked.")
        stop(signal.SIGTSTP, None)

    def _end_soon(self) -> None:
        """Leave what is open and end; of a terminal that is gone nothing more can be asked."""
        self._hung_up = True
        self.call_later(self.action_leave)

    # --- keys, one after the other -----------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes wait for their turn; everything else goes its way."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            # After a sleep of the computer a key can come before the clock is looked at.
            if self._look_at_clock():
                return
            self.idle.pressed()
            if self._first_keys.refuse(event.time):
                self.call_later(self._say_typed_ahead)
                return
            self._waiting.put_nowait(event)
            return
        await super().on_event(event)

    def take_keys(self) -> None:
        """Begin to take what waits for its turn."""
        self._key_task = asyncio.create_task(self._take_keys())
        self._key_task.add_done_callback(self._keys_ended)

    async def _take_keys(self) -> None:
        while True:
            event = await self._waiting.get()
            if not isinstance(event, events.Event):
                await event()  # which waits until it stands on the screen
            else:
                await self.errands.linger()
                if not self._typed_ahead(event):
                    await super().on_event(event)
                    await self.settled()
            self._waiting.task_done()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Remember when the first screen was drawn: keys pressed before it went nowhere."""
        if isinstance(screen, UnlockScreen):
            self._first_keys.drawn(time.monotonic())
        super()._display(screen, renderable)

    def _say_typed_ahead(self) -> None:
        if isinstance(self.screen, UnlockScreen):
            self.screen.say(TYPED_AHEAD)

    def _typed_ahead(self, event: events.Event) -> bool:
        """Whether a key was meant for what stood there before a window came up."""
        locks = isinstance(event, events.Key) and event.key in self.keys.key("lock").split(",")
        return isinstance(self.screen, Dialog) and self.screen.resting and not locks

    async def keys_done(self) -> None:
        """Wait until every key that was pressed has been dealt with."""
        await self._waiting.join()

    async def settled(self) -> None:
        """Wait until all that a key set off is done."""
        await settle(self)

    def _keys_ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._handle_exception(error)

    # --- the window --------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Cover everything with one sentence while the window is too small."""
        self.cover_if_small(event)

    def cover_if_small(self, event: events.Resize | None = None) -> None:
        """Say that the window is too small, or no longer."""
        size = event.size if event else self.size
        covered = isinstance(self.screen, TooSmall)
        if too_small(size) and not covered:
            self.push_screen(TooSmall())
        elif covered and not too_small(size):
            self.pop_screen()
        elif isinstance(self.screen, TooSmall):
            self.screen.fit(size)

    # --- what never leaves -------------------------------------------------------------------

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filter against escape sequences comes last, behind Textual's own."""
        return [*super().get_line_filters(), *self._filters_of_ours]

    def copy_to_clipboard(self, text: str) -> None:
        """Answers do not go to the clipboard of the computer, nor to one of our own."""

    def deliver_screenshot(self, *_: Any, **__: Any) -> None:
        """Pictures of the screen are not written to a disk."""

    def deliver_text(self, *_: Any, **__: Any) -> None:
        """Nothing shown is written to a disk."""

    def deliver_binary(self, *_: Any, **__: Any) -> None:
        """Nothing shown is written to a disk."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """No address is handed to another program."""

    def _fatal_error(self) -> None:
        """Textual's own report shows local variables; ours shows a number."""
        error = self._exception
        if error is not None:
            self._exit_renderables.append(crash.crash_line(_cause(error)))
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Print the sentence about a failure, once and without interpreting it."""
        for line in self._exit_renderables[:1]:
            self.error_console.print(line, markup=False, highlight=False, soft_wrap=True)
        self._exit_renderables.clear()

    def panic(self, *_: Any) -> None:
        """What an exception would draw of itself is not shown."""
        self._fatal_error()


def _cause(error: BaseException) -> BaseException:
    """The failure inside Textual's wrapper of a worker's failure."""
    inner = getattr(error, "error", None)
    return inner if isinstance(inner, BaseException) else error


def run(
    study: Study,
    *,
    name: str | None = None,
    passphrase: str | None = None,
    practice: Scripts | None = None,
    settings_file: Path | None = None,
    language: str | None = None,
) -> int:
    """Run the app on a study until it is left; the exit code.

    Raises:
        SettingsError: the settings file cannot be used.
    """
    settings = read_settings(settings_file or settings_path())
    app = CatiApp(
        study,
        name=name,
        passphrase=passphrase,
        scripts=practice,
        settings=settings,
        language=language,
    )
    crash.install()
    no_dumps()
    private_files()
    code = app.run()
    if app.access is not None:
        app.access.lock()
    if app.backing_up is not None:
        app.farewell = leaving.last_thing(app.backing_up, settings.backup, sys.stderr)
    if app.farewell:
        sys.stderr.write(f"{display_safe(app.farewell)}\n")
    return code if code is not None else (app.return_code or 0)
