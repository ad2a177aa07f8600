"""Texts that a terminal obeys, everywhere a text is shown: `python -m tests.campaigns.escapes`.

More than two hundred texts (escape sequences, control characters, bidirectional and invisible
characters, markup) are set in every kind of widget, pasted into a field of the app, given as names
of files, studies, people and options to commands, and stand in the texts of an instrument that
commands print. Of what reaches the terminal nothing may be obeyed or hide text, other than what
the same program sends with innocent texts. The control shows them in plain widgets of Textual,
and has commands print without the filter.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cati.commands.shared
import cati.safe
from cati import __main__ as program
from tests.campaigns.forked import drive
from tests.campaigns.support import tell
from tests.cati.app.household import FILES
from tests.cati.app.terminal import Terminal, obeyed, tokens
from tests.cati.payloads import MARKUP, PAYLOADS

INNOCENT = ["payload", "two\nlines", "fünf Äpfel – “so” …", "a" * 300]
MARK = "=== innocent texts end and begin here ==="


def texts() -> list[str]:
    """Every payload: alone, doubled inside of words, and behind characters of two cells."""
    alone = [*PAYLOADS.values(), *MARKUP.values()]
    return [*alone, *(f"a{one}b{one}c" for one in alone), *(f"日本{one}" for one in alone)]


@dataclass(frozen=True)
class Shown:
    """How one way of showing did."""

    texts: int
    leaks: int
    """Sequences and characters that reached the terminal and should not have."""


def in_widgets(kind: str, payloads: list[str], folder: Path) -> Shown:
    """All texts in all widgets: of cati (`cati`), of Textual inside cati (`backstop`), `stock`."""
    file = folder / "texts.json"
    file.write_text(json.dumps([*INNOCENT, MARK, *payloads, MARK, *INNOCENT]), encoding="ascii")
    terminal = Terminal(["-m", "tests.cati.app.parade", kind, str(file)])
    try:
        if terminal.until_end():
            raise AssertionError(terminal.output[-2000:])
    finally:
        terminal.close()
    output = terminal.output
    start, end = output.index(MARK), output.rindex(MARK)
    innocent = tokens(output[:start]) | tokens(output[end:])
    return Shown(len(payloads), len(obeyed(output[start:end], innocent)))


def commands(text: str, folder: Path) -> Iterator[tuple[str, ...]]:
    """Command lines that print a text they were given, or that stands in an instrument."""
    name = text.replace("\0", "").replace("/", "")
    yield "check", name
    yield "--study", name, "verify"
    yield "explain", name
    yield "codebook", str(folder / "instrument"), "--format", name
    yield "case", "add", "--study", name, "--assign", name
    yield "check", str(folder / "instrument")
    yield "check", str(folder / "instrument"), name
    yield name, "--help"


def instrument(text: str, folder: Path) -> None:
    """An instrument with the text in its title, in labels, and where it is an error."""
    (folder / "instrument").mkdir(exist_ok=True)
    quoted = json.dumps(text)
    for file, content in FILES.items():
        changed = content.replace("Household interview", quoted).replace(
            "label: Kitchen", f"label: {quoted}"
        )
        changed = changed.replace("kind: decimal", f"kind: {quoted}")
        (folder / "instrument" / file).write_text(changed, encoding="utf-8", errors="replace")


def printed(words: tuple[str, ...], *, filtered: bool = True) -> str:
    """What a command sends to its terminal."""

    def work() -> int:
        if not filtered:
            for module in (program, cati.commands.shared, cati.safe):
                module.display_safe = lambda text: text  # type: ignore[attr-defined]
        os.environ.pop("CATI_STUDY", None)
        sys.argv = ["cati", *words]
        return program.main()

    return drive(work, ()).output.decode(errors="surrogateescape")


def in_commands(payloads: list[str], folder: Path, *, filtered: bool = True) -> Shown:
    """All texts through all commands."""
    leaks = shown = 0
    for text in payloads:
        instrument(text, folder)
        usable = text.encode("utf-8", "replace").decode()
        for words in commands(usable, folder):
            output = printed(words, filtered=filtered)
            shown += 1
            leaks += len(obeyed(output.replace("\r\n", "\n"), ()))
    return Shown(shown, leaks)


def pasted(payloads: list[str], folder: Path) -> Shown:
    """All texts pasted, between innocent ones, into the name on the first screen of the app."""
    from tests.cati.app.household import household_study

    household_study(folder / "paste").close()
    terminal = Terminal(
        ["-m", "cati", "--study", str(folder / "paste/study")], {"XDG_CONFIG_HOME": str(folder)}
    )
    clear = b"\x15"
    try:
        terminal.until("Your passphrase")
        terminal.send(_paste("innocent") + clear)
        terminal.until("innocent")
        before = len(terminal.output)
        for text in payloads:
            terminal.send(_paste(text) + clear)
        terminal.send(_paste("that-was-all"))
        terminal.until("that-was-all")
        output = terminal.output
        terminal.send(b"\x11")
        terminal.until_end()
    finally:
        terminal.close()
    return Shown(len(payloads), len(obeyed(output[before:], tokens(output[:before]))))


def _paste(text: str) -> bytes:
    """As a terminal sends it; terminals take the end of a paste out of what is pasted."""
    plain = text.replace("\x1b[201~", "").encode("utf-8", "replace")
    return b"\x1b[200~" + plain + b"\x1b[201~"


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="take each n-th text for commands")
    parser.add_argument("--quick", action="store_true", help="two texts through the commands")
    said = parser.parse_args()
    everything = texts()
    if said.quick:
        with tempfile.TemporaryDirectory() as place:
            few = in_commands(everything[:60:59], Path(place))
            control = in_commands(everything[:1], Path(place), filtered=False)
        tell(f"{few.texts} texts shown, {few.leaks} obeyed; control {control.leaks}")
        return int(few.leaks > 0 or control.leaks == 0)
    plain = [text for text in everything if "\ud800" not in text]  # Textual alone ends at it
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        found = {
            "widgets of cati": in_widgets("cati", everything, folder),
            "widgets behind the last filter": in_widgets("backstop", everything, folder),
            "pasted into a field": pasted(everything, folder),
            "commands": in_commands(everything[:: said.every], folder),
        }
        controls = {
            "widgets of Textual": in_widgets("stock", plain, folder),
            "commands without the filter": in_commands(everything[::16], folder, filtered=False),
        }
    for name, one in found.items():
        tell(f"{name:<32} {one.texts:>5} texts shown, {one.leaks} obeyed")
    for name, one in controls.items():
        tell(f"control: {name:<27} {one.texts:>3} texts shown, {one.leaks} obeyed")
    return int(
        any(one.leaks for one in found.values()) or not all(c.leaks for c in controls.values())
    )


if __name__ == "__main__":
    sys.exit(main())
