"""Run in a terminal of its own: shows texts, one after another, in every kind of widget.

    python -m tests.cati.app.parade (cati|backstop|stock) FILE

`cati`: the widgets of cati; `backstop`: widgets of Textual with unfiltered texts inside cati's app;
`stock`: the same inside a plain Textual app, which filters nothing. FILE is a JSON list of texts.
"""

import json
import sys
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Label, OptionList, Static, TextArea

from cati.app import CatiApp
from cati.question_view import ChoiceLine
from cati.screens.note import NoteDialog
from cati.screens.page import Page, entry
from cati.widgets.band import Band
from cati.widgets.choices import ChoiceList
from cati.widgets.fields import SafeInput, SafeTextArea
from cati.widgets.hanging import Piece, Texts
from cati.widgets.status import StatusLine
from cati.widgets.words import named, said


class Stage(Screen[None]):
    """A screen that shows one text."""

    def show(self, text: str) -> None:
        """Each stage below has its own way; this class is never shown itself."""
        raise NotImplementedError  # only a stage that forgot its way comes here


class Raw(Stage):
    """Widgets of Textual, given a text as it is."""

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(id="static", markup=False)
            yield Label(id="label", markup=False)
            yield OptionList(id="options", markup=False)
            yield Input(id="input")
            yield TextArea(id="area")

    def show(self, text: str) -> None:
        self.query_one("#static", Static).update(text)
        self.query_one("#label", Label).update(text)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_option(text)
        self.query_one("#input", Input).value = text.replace("\n", " ")
        self.query_one("#area", TextArea).text = text


class Ours(Stage):
    """Widgets of cati."""

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(id="said", markup=False)
            yield Static(id="named", markup=False)
            yield Texts()
            yield ChoiceList()
            yield SafeInput(id="input")
            yield SafeTextArea(id="area")
            yield StatusLine()

    def show(self, text: str) -> None:
        self.query_one("#said", Static).update(said(text))
        self.query_one("#named", Static).update(named(text, width=40))
        self.query_one(Texts).show([Piece(text, "Note  ")])
        self.query_one(ChoiceList).offer([ChoiceLine("a", text)], several=True)
        self.query_one("#input", SafeInput).value = text
        self.query_one("#area", SafeTextArea).load_text(text)
        self.query_one(StatusLine).tell(text)
        for band in self.query(Band):
            band.remove()
        self.mount(Band(text, text, practice=True, record=False, zone=None))


def parade(base: type[App[Any]], screen: type[Stage], texts: list[str]) -> type[App[Any]]:
    """An app that shows all texts and ends."""

    class Parade(base):  # type: ignore[misc, valid-type]
        def on_mount(self, event: object) -> None:
            if hasattr(event, "prevent_default"):
                event.prevent_default()
            self.run_worker(self.march())

        async def march(self) -> None:
            stage = screen()
            await self.push_screen(stage)
            for text in texts:
                stage.show(text)
                await self.shown()
            if screen is Ours:
                for text in texts[::8]:
                    for window in (Page(text, entry(text, text)), NoteDialog(text, text, text)):
                        await self.push_screen(window)
                        await self.shown()
                        await self.pop_screen()
            self.exit(0)

        async def shown(self) -> None:
            """Wait until everything is drawn."""
            import asyncio

            done = asyncio.Event()
            self.screen.call_after_refresh(done.set)
            await done.wait()

    return Parade


class _NoStudy:
    lock_after_minutes = 5


def main() -> None:
    kind, file = sys.argv[1:]
    texts = json.loads(Path(file).read_text(encoding="ascii"))
    if kind == "stock":
        app = parade(App, Raw, texts)()
    else:
        made: Any = parade(CatiApp, Ours if kind == "cati" else Raw, texts)
        app = made(_NoStudy())
    app.run()
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
