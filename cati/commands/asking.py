"""Questions at a terminal: yes or no, a line, and a line that nobody sees.

Ctrl+C and Ctrl+D at any of them end the command: the line is ended and `cati` says one sentence.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import GetPassWarning, getpass

import typer

from cati.refusal import Refusal
from cati.safe import display_safe

LEFT = "Stopped at the question; nothing was done after it."
"""Said when somebody leaves at a question."""

ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


def agreed(question: str, *, default: bool = False) -> bool:
    """Whether somebody says yes; asked again until it is yes or no.

    Args:
        question: with its question mark.
        default: what Enter alone means.

    Raises:
        typer.Abort: they leave.
    """
    usual = "y" if default else "n"
    while True:
        said = ask_line(f"{question} y or n", usual).lower()
        if said in ANSWERS:
            return ANSWERS[said]
        _say(f"Type y for yes or n for no; Enter alone is {usual}.")


def ask_line(question: str, known: str | None = "") -> str:
    """A line that is shown while it is typed, without spaces around it.

    Args:
        question: without a colon.
        known: what Enter alone keeps; shown in brackets. None: asked until something is typed.

    Raises:
        typer.Abort: they leave.
    """
    while True:
        with _left_in_words():
            typed: str = typer.prompt(
                display_safe(question), default=known, show_default=bool(known), err=True
            )
        line = typed.strip()
        if line or known is not None:
            return line


def ask_hidden(question: str) -> str:
    """A line that is not shown while it is typed; asked only where that is so.

    Raises:
        Refusal: the terminal would show it.
        typer.Abort: they leave.
    """
    with _left_in_words(), warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{display_safe(question)}: ")
        except GetPassWarning:
            raise Refusal(
                "This terminal would show what is typed, and nobody may see it: use another, "
                "or a file (--passphrase-file, --sheets-file)."
            ) from None


@contextmanager
def patience(words: str) -> Iterator[None]:
    """Words that stand at the end of a terminal while the block runs, and are gone after it."""
    shown = f"{words} …" if sys.stderr.isatty() else ""
    if shown:
        typer.echo(shown, err=True, nl=False)
    try:
        yield
    finally:
        if shown:
            typer.echo(f"\r{' ' * len(shown)}\r", err=True, nl=False)


@contextmanager
def _left_in_words() -> Iterator[None]:
    """End the line at which somebody leaves, so that what follows stands below it."""
    try:
        yield
    except (KeyboardInterrupt, EOFError, typer.Abort):
        typer.echo(err=True)
        raise typer.Abort from None


def _say(text: str) -> None:
    typer.echo(text, err=True)
