"""Passphrases come from a hidden prompt, or for scripts from a file; never from the arguments."""

import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from cati.commands.asking import ask_hidden
from cati.commands.shared import counted, read_text
from cati.hardening import private_files
from cati.refusal import Refusal
from cati.safe import display_safe


class Passphrases:
    """Hands out passphrases in the order in which a command needs them."""

    def __init__(self, file: Path | None, first: str | None = None, *others: str | None) -> None:
        """Take them from the lines of `file` (`-` is standard input), or ask when it is None.

        Args:
            file: one passphrase a line, each once.
            first: whose is asked first; None where their name is asked as well.
            others: whose follow in the same command; None for nobody.

        Raises:
            Refusal: the file cannot be read, or holds more lines than the command needs: someone
                would be given a passphrase that was meant for another.
        """
        private_files()  # whoever holds keys makes files for nobody else
        self._given: dict[str, str] = {}
        self._lines: Iterator[str] | None = None
        if file is not None:
            lines = read_text(file, "the passphrase file").rstrip("\r\n").splitlines()
            whose = [first or "", *(name for name in others if name is not None)]
            if len(lines) > len(whose):
                raise Refusal(_too_many(len(lines), whose))
            self._lines = iter(lines)

    def ask(self, name: str) -> str:
        """The passphrase that opens the key file of `name`."""
        given = self._next(name) or _prompt(f"Passphrase of {name}")
        self._given[name] = given
        return given

    def ask_new(self, name: str) -> str:
        """A passphrase that `name` is going to have, typed twice at a terminal.

        At a terminal it is asked again until it will do; nothing typed has cati make one.

        Raises:
            Refusal: the one in the file is too weak, or that of somebody else.
        """
        from store import InvalidInput

        given = self._next(name)
        if given:
            try:
                self._require_own(name, given)
            except InvalidInput as refused:
                raise Refusal(
                    f"The passphrase for {name}: {refused} Nothing was changed."
                ) from None
            return given
        _say("At least 15 characters; several words are easiest to remember.")
        _say("Enter alone: cati makes one and shows it.")
        while True:
            first = ask_hidden(f"New passphrase for {name}") or _make()
            try:
                self._require_own(name, first)
            except InvalidInput as refused:
                _say(f"{refused} Choose another.")
                continue
            if _prompt("The same once more") == first:
                return first
            _say("The two differ: type it again.")

    def _require_own(self, name: str, passphrase: str) -> None:
        """Raise InvalidInput unless it is strong, and nobody else's; remember it."""
        from store import InvalidInput
        from store.crypto.passphrase import require_strong

        require_strong(passphrase)
        for other, theirs in self._given.items():
            if other != name and theirs == passphrase:
                raise InvalidInput(f"This is the passphrase of {other}; each person has their own.")
        self._given[name] = passphrase

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


def _too_many(count: int, whose: list[str]) -> str:
    needed = ", ".join(f"{name}'s" if name else "yours" for name in whose)
    return (
        f"The passphrase file holds {counted(count, 'line')}; "
        f"{counted(len(whose), 'is', 'are')} needed: {needed}. "
        "Each stands there once. Nothing was changed."
    )


def _make() -> str:
    from store.crypto.passphrase import generate_passphrase

    made = generate_passphrase()
    _say(f"Write it down and keep it where nobody else finds it: {made}")
    return made


def _prompt(text: str) -> str:
    """Ask until something is typed."""
    answer = ""
    while not answer:
        answer = ask_hidden(text)
    return answer


def _say(text: str) -> None:
    typer.echo(display_safe(text), err=True)
