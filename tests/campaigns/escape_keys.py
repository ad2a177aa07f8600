"""Texts that a terminal obeys, in the app: pasted into its fields, and stored and looked at.

Behind each text that is pasted stands a number, and it is waited for on the screen: so every text
has been drawn before the next one comes. Terminals keep many of these texts from a paste, and
Textual takes some for keys; so a word is pasted that stands for a text, and becomes it where the
paste reaches the app.
"""

import os
import re
import sys
from pathlib import Path

from textual import events

from cati import program
from tests.campaigns.escape_commands import Shown, shows_words, study_with
from tests.campaigns.forked import Forked
from tests.cati.app.household import NAME, PASSPHRASE, household_study
from tests.cati.app.terminal import obeyed, tokens

PATIENCE, SOON = 60.0, 1.0
PLACES = "2 fields"
SCREENS = "list of cases"
CLEAR = b"\x15"
PAGE_DOWN = b"\x1b[6~"
LOCK, LEAVE = b"\x0c", b"\x11"
ENTERS = NAME.encode() + b"\r" + PASSPHRASE.encode() + b"\r"
INNOCENT = ("payload – innocent", "a long one " * 40)
"""What is too long for a field rings the bell."""


def _app(folder: Path, pasted: list[str]) -> Forked:
    """The app in a terminal, at the study in a folder; `pasted` is what `text N` stands for."""

    def work() -> int:
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR")
        os.environ.update(dict.fromkeys(names, str(folder)))
        os.environ["TEXTUAL_ANIMATIONS"] = "none"
        sys.argv = ["cati", "--study", str(folder / "study")]
        made = events.Paste.__init__

        def paste(event: events.Paste, text: str) -> None:
            named = re.fullmatch(r"text (\d+)", text)
            made(event, pasted[int(named[1])] if named else text)

        setattr(events.Paste, "__init__", paste)  # noqa: B010 (in this child alone)
        return program.main()

    return Forked(work)


def _step(app: Forked, words: str, keys: bytes) -> None:
    if not app.until(words, PATIENCE):
        raise AssertionError(f"{words!r} did not come: {app.output[-1500:]!r}")
    app.press(keys)


def _text(output: bytes) -> str:
    return output.decode(errors="surrogateescape")


def _into_field(app: Forked, texts: list[str]) -> tuple[int, list[str]]:
    """Paste all texts, the first of which are innocent, into the field that has the keys.

    Returns:
        Bytes looked at, and what reached the terminal and should not have.
    """
    before = 0
    for number in range(len(texts)):
        mark = f"..{number:03}.."
        app.press(b"\x1b[200~text %d\x1b[201~" % number + mark.encode())
        if not app.until(mark, SOON):
            # A name that is full takes no number; so it is emptied first.
            _step(app, "", CLEAR + mark.encode())
            _step(app, mark, b"")
        app.press(CLEAR)
        if number + 1 in (len(INNOCENT), len(texts)):
            while app.read(0.5):  # until all is drawn, so that no sequence is cut in two
                pass
        if number + 1 == len(INNOCENT):
            before = len(app.output)
    after = app.output[before:]
    return len(after), obeyed(_text(after), tokens(_text(app.output[:before])))


def pasted(payloads: list[str], folder: Path) -> Shown:
    """All texts pasted into the name on the first screen (one line), and a remark (lines)."""
    household_study(folder).close()
    texts = [*INNOCENT, *payloads]
    with _app(folder, texts) as app:
        _step(app, "Your passphrase", b"")
        found = [_into_field(app, texts)]
        app.press(ENTERS)
        _step(app, "Open", b"\r")
        _step(app, "Read this aloud", b"\x1bOQ")
        _step(app, "emark", b"")
        found.append(_into_field(app, texts))
        app.press(LOCK)
        app.until("Locked", PATIENCE)
        app.press(LEAVE)
        app.finish()
    leaks = [one for _, leaked in found for one in leaked]
    return Shown(len(payloads), sum(size for size, _ in found), leaks)


def stored(payloads: list[str], folder: Path) -> Shown:
    """All texts as labels in the list of cases."""
    study_with(payloads, folder)
    with _app(folder, []) as app:
        app.until("Your passphrase", PATIENCE)
        before = len(app.output)
        app.press(ENTERS)
        _step(app, "payload", b"")
        _page_down(app, len(payloads))
        after = app.output[before:]
        app.press(LOCK)
        app.until("Locked", PATIENCE)
        app.press(LEAVE)
        app.finish()
    if _text(after).count("payload") < shows_words(payloads):
        raise AssertionError(f"the list shows {_text(after).count('payload')} texts only")
    innocent = tokens(_text(app.output[:before]))
    return Shown(len(payloads), len(after), obeyed(_text(after), innocent))


def _page_down(app: Forked, rows: int) -> None:
    """Go down a list, a page at a time, each drawn before the next."""
    for _ in range(rows // 8 + 2):
        app.press(PAGE_DOWN)
        while app.read(0.15):
            pass
