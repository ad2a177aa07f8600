"""Texts that a terminal obeys, everywhere a text is shown: `python -m tests.campaigns.escapes`.

More than two hundred texts (escape sequences, control characters, bidirectional and invisible
characters, markup) are set in every kind of widget, pasted into fields of the app, stored in a
study by somebody who has its keys and then looked at in the app and by commands, given as names of
files, cases, people and options to commands, and stand in instruments that commands read. Every
text goes through every place; many go through one run of the program. Of what reaches the terminal
nothing may be obeyed or hide text, other than what the same program sends with innocent texts.

The controls show the same texts in plain widgets of Textual and have commands print without the
filter, and count which of them come through.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns import escape_commands, escape_keys
from tests.campaigns.escape_commands import Shown
from tests.campaigns.support import tell
from tests.cati.app.terminal import Terminal, obeyed, tokens
from tests.cati.payloads import MARKUP, PAYLOADS

INNOCENT = ["payload", "two\nlines", "fünf Äpfel – “so” …", "a" * 300]
MARK = "=== innocent texts end and begin here ==="
SURROGATE = "\ud800"


def texts() -> list[str]:
    """Every payload: alone, doubled inside of words, and behind characters of two cells."""
    alone = [*PAYLOADS.values(), *MARKUP.values()]
    return [*alone, *(f"a{one}b{one}c" for one in alone), *(f"日本{one}" for one in alone)]


def _parade(kind: str, shown: list[str], folder: Path) -> tuple[str, int]:
    """What the terminal gets while texts are shown in widgets, and the exit code."""
    file = folder / "texts.json"
    file.write_text(json.dumps(shown), encoding="ascii")
    terminal = Terminal(["-m", "tests.cati.app.parade", kind, str(file)])
    try:
        code = terminal.until_end()
        return terminal.output, code
    finally:
        terminal.close()


def in_widgets(kind: str, payloads: list[str], folder: Path) -> Shown:
    """All texts in all widgets: of cati (`cati`), of Textual inside cati (`backstop`)."""
    output, code = _parade(kind, [*INNOCENT, MARK, *payloads, MARK, *INNOCENT], folder)
    if code:
        raise AssertionError(output[-2000:])
    start, end = output.index(MARK), output.rindex(MARK)
    innocent = tokens(output[:start]) | tokens(output[end:])
    between = output[start:end]
    return Shown(len(payloads), len(between.encode(errors="replace")), obeyed(between, innocent))


def through_stock(payloads: list[str], folder: Path) -> Shown:
    """The control: how many texts come through the widgets of a plain app of Textual.

    After each text a mark is shown, so that what came is known to be of that text. A text at which
    the plain app breaks down is shown alone.
    """
    whole = [text for text in payloads if SURROGATE not in text]
    marked = [one for number, text in enumerate(whole) for one in (text, _mark(number))]
    output, code = _parade("stock", [*INNOCENT, MARK, *marked], folder)
    if code:
        raise AssertionError(output[-2000:])
    at = output.index(MARK)
    innocent, size, found, through = tokens(output[:at]), len(output[at:].encode()), [], 0
    for number in range(len(whole)):
        end = output.index(_mark(number), at)
        came = obeyed(output[at:end], innocent)
        found += came
        through += bool(came)
        at = end
    ended = [text for text in payloads if SURROGATE in text and _parade("stock", [text], folder)[1]]
    return Shown(len(payloads), size, found, through, ended=len(ended))


def _mark(number: int) -> str:
    return f"=== {number:03} was shown ==="


@dataclass(frozen=True)
class Part:
    """A way in which texts come to the terminal."""

    name: str
    places: str
    show: Callable[[list[str], Path], Shown]


PARTS = (
    Part("widgets of cati", "9 widgets, 2 windows", lambda t, f: in_widgets("cati", t, f)),
    Part("behind the last filter", "5 widgets", lambda t, f: in_widgets("backstop", t, f)),
    Part("pasted", escape_keys.PLACES, escape_keys.pasted),
    Part("stored, in the app", escape_keys.SCREENS, escape_keys.stored),
    Part("stored, by commands", escape_commands.STORED, escape_commands.stored),
    Part("given to commands", escape_commands.GIVEN, escape_commands.given),
)
CONTROLS = (
    Part("widgets of Textual", "5 widgets", through_stock),
    Part("commands, no filter", escape_commands.GIVEN, escape_commands.unfiltered),
)


def quick(everything: list[str]) -> int:
    """Two texts through commands, and one without the filter."""
    with tempfile.TemporaryDirectory() as place:
        few = escape_commands.given(everything[:60:59], Path(place))
        control = escape_commands.unfiltered(everything[:1], Path(place))
    tell(f"{few.texts} texts, {len(few.obeyed)} obeyed; control {len(control.obeyed)}")
    return int(bool(few.obeyed) or not control.obeyed)


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="take each n-th text")
    parser.add_argument("--quick", action="store_true", help="two texts through the commands")
    said = parser.parse_args()
    if said.quick:
        return quick(texts())
    everything, failed, total, size = texts()[:: said.every], 0, 0, 0
    for part in PARTS:
        with tempfile.TemporaryDirectory() as place:
            shown = part.show(everything, Path(place))
        tell(
            f"{part.name:<24} {shown.texts} texts ({part.places}), {shown.size:,} bytes looked at, "
            f"escapes passed: {len(shown.obeyed)}"
        )
        for one in shown.obeyed[:5]:
            tell(f"    {one!r}")
        failed += bool(shown.obeyed)
        total, size = total + shown.texts, size + shown.size
    for part in CONTROLS:
        with tempfile.TemporaryDirectory() as place:
            shown = part.show(everything, Path(place))
        tell(
            f"control: {part.name:<20} {shown.through} of {shown.texts} texts came through "
            f"({len(shown.obeyed):,} escapes), and {shown.ended} brought the program down"
        )
        failed += not shown.obeyed
    tell(f"{len(everything)} texts in {len(PARTS)} ways, {size:,} bytes: {failed} ways failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
