"""The commands of the screens: their keys, their names in the key bar, and what they do.

A key does the same thing on every screen that has it. People move keys by the `keys` part of their
settings; the key bar, the help page and the hints all read the keys from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding

from cati.settings import SettingsError


@dataclass(frozen=True)
class Command:
    """One thing that a key does."""

    id: str
    """Stable: settings move the key of a command by this."""
    key: str
    """As Textual names it; several are separated by commas, and the first is shown."""
    label: str
    """In the key bar."""
    does: str
    """On the help page, as a sentence."""

    def binding(self, action: str) -> Binding:
        """A binding of the command to an action of the screen that uses it."""
        return Binding(self.key, action, self.label, id=self.id, show=False)


_ALL = (
    Command("next", "enter,f10", "Next", "Keeps the answer and goes on."),
    Command("back", "pageup", "Back", "Goes to the question before."),
    Command("help", "f1", "Help", "Explains this question and lists all keys."),
    Command("remark", "f2", "Remark", "Writes a note on this question."),
    Command("terms", "f3", "Terms", "Shows the definitions of the study."),
    Command("overview", "f4", "Overview", "Lists every question, to look at or jump to."),
    Command("leave", "f5", "Leave", "Ends the call or leaves the case; everything is saved."),
    Command("lines", "f6", "Lines", "Shows or hides the respondent's lines (practice only)."),
    Command("flag", "f7", "Flag", "Leaves a note for the supervisor."),
    Command("undo", "ctrl+z", "Undo", "Takes back the last change of an answer."),
    Command("redo", "ctrl+y", "Redo", "Brings back what was taken back last."),
    Command("first_open", "ctrl+o", "Open", "Goes to what is open first, or to the review."),
    Command("first_check", "ctrl+n", "Check", "Goes to the first check that waits to be settled."),
    Command("rows", "ctrl+g", "Rows", "Lists people or things: add, go to, move, bring back."),
    Command("left", "ctrl+k", "Left behind", "In the overview: shows answers of other versions."),
    Command("forward", "pagedown", "Forward", "Goes to the next question without changing it."),
    Command("erase", "ctrl+e", "Erase", "Takes the answer of this question away."),
    Command("language", "ctrl+t", "Language", "Goes on in the next language of the study."),
    Command("replace", "f8", "Replace", "In the summary: writes the neutral words instead."),
    Command("keep", "f9", "Keep", "In the summary: keeps the marked words, with a reason."),
    Command("cancel", "escape", "Esc", "Closes a window, or drops what was not yet saved."),
    Command("scroll_up", "ctrl+up", "Up", "Scrolls the texts of a long question up."),
    Command("scroll_down", "ctrl+down", "Down", "Scrolls the texts of a long question down."),
    Command("retry", "ctrl+r", "Try again", "Saves again what could not be saved."),
    Command("lock", "ctrl+l", "Lock", "Locks the screen and puts the keys of the study away."),
    Command("quit", "ctrl+q", "Quit", "Leaves cati."),
)

COMMANDS: Mapping[str, Command] = {command.id: command for command in _ALL}
"""By id, in the order of the help page."""

NEW_LINE = "ctrl+j,shift+enter,alt+enter"
"""Begins a new line in a long text, where Enter goes on as everywhere."""

_SHOWN = {
    "enter": "↵",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "space": "Space",
    "tab": "Tab",
    "delete": "Del",
    "backspace": "Bksp",
    "insert": "Ins",
    "up": "↑",
    "down": "↓",
    "home": "Home",
    "end": "End",
}


def key_shown(key: str) -> str:
    """A key as it stands on the screen: `F2`, `PgUp`, `^Z`."""
    first = key.split(",", maxsplit=1)[0].strip()
    if first.startswith("ctrl+"):
        return "^" + key_shown(first.removeprefix("ctrl+"))
    return _SHOWN.get(first, first.upper() if len(first) <= 3 else first.capitalize())


@dataclass(frozen=True)
class KeyMap:
    """The keys in force: the usual ones, and those that the settings move.

    Raises SettingsError where something else than a command is moved, or one key would do two
    things.
    """

    moved: Mapping[str, str]

    def __post_init__(self) -> None:
        unknown = sorted(set(self.moved) - set(COMMANDS))
        if unknown:
            raise SettingsError(
                f"keys: '{unknown[0]}' is no command whose key could be moved; "
                f"commands are {', '.join(COMMANDS)}."
            )
        taken: dict[str, str] = {}
        for command in COMMANDS.values():
            for key in self.key(command.id).split(","):
                if key in taken:
                    raise SettingsError(
                        f"keys: the key {key} is given to both '{taken[key]}' and "
                        f"'{command.id}'; choose another for one of them."
                    )
                taken[key] = command.id

    def key(self, command: str) -> str:
        """The key of a command, as Textual names it."""
        return self.moved.get(command, COMMANDS[command].key)

    def shown(self, command: str) -> str:
        """The key of a command, as it stands on the screen."""
        return key_shown(self.key(command))

    def taken(self) -> frozenset[str]:
        """Every key that a command uses."""
        return frozenset(key for name in COMMANDS for key in self.key(name).split(","))
