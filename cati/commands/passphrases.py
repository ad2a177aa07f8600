"""Passphrases come from a hidden prompt, or for scripts from a file; never from the arguments."""

import sys
import warnings
from collections.abc import Iterator
from getpass import GetPassWarning, getpass
from pathlib import Path

import typer

from cati.hardening import private_files
from cati.refusal import Refusal
from cati.safe import display_safe

LONGEST_FILE = 65_536
"""Bytes; a file of passphrases is a few lines."""


class Passphrases:
    """Hands out passphrases in the order in which a command needs them."""

    def __init__(self, file: Path | None) -> None:
        """Take them from the lines of `file` (`-` is standard input), or ask when it is None."""
        private_files()  # whoever holds keys makes files for nobody else
        self._lines = _lines(file) if file is not None else None

    def ask(self, name: str) -> str:
        """The passphrase that opens the key file of `name`."""
        return self._next(name) or _prompt(f"Passphrase of {name}")

    def ask_new(self, name: str) -> str:
        """A passphrase that `name` is going to have, typed twice at a terminal."""
        given = self._next(name)
        if given:
            return given
        _say("At least 15 characters; several words are easiest to remember.")
        first = _prompt(f"New passphrase for {name}")
        if _prompt("The same once more") != first:
            raise Refusal("The two passphrases differ: nothing was changed; start again.")
        return first

    def _next(self, name: str) -> str | None:
        if self._lines is None:
            if not sys.stdin.isatty():
                raise Refusal(
                    f"There is no terminal to ask for the passphrase of {name}: "
                    "use --passphrase-file FILE."
                )
            return None
        line = next(self._lines, "")
        if not line:
            raise Refusal(
                f"The passphrase file has no line left for {name}: it holds one passphrase a line, "
                "in the order they are asked."
            )
        return line


def _lines(file: Path) -> Iterator[str]:
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(LONGEST_FILE)
        else:
            with file.open("rb") as handle:
                content = handle.read(LONGEST_FILE)
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{file}: the passphrase file is not UTF-8 text.") from None
    except OSError as error:
        raise Refusal(f"{file}: the passphrase file cannot be read ({error.strerror}).") from None
    return iter(text.splitlines())


def _prompt(text: str) -> str:
    """Ask until something is typed. The question comes only when what is typed is not shown."""
    question, answer = f"{display_safe(text)}: ", ""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            while not answer:
                answer = getpass(question)
        except GetPassWarning:
            raise Refusal(
                "This terminal would show the passphrase while it is typed: "
                "use another, or --passphrase-file FILE."
            ) from None
    return answer


def _say(text: str) -> None:
    typer.echo(display_safe(text), err=True)
