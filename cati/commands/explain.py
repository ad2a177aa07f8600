"""`cati explain`: the page about a code that ends a message on an instrument."""

import re
import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from cati.commands.shared import say
from cati.refusal import Refusal

_FENCE = re.compile(r"```(\w*) ?(\S*)")


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help="What stands in brackets at the end of a message, such as key-missing.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a problem of an instrument: a wrong and a right example, and what to do.

    Without a code: list all of them.
    """
    from instrument.catalogue import BY_GROUP, TITLES, page
    from instrument.spelling import Speller

    if code is None:
        for group, codes in BY_GROUP.items():
            say(f"{group}\n")
            for one, title in codes.items():
                say(f"  {one:<24}{title}")
            say()
        return
    wanted = code.strip("[]").lower()
    if wanted not in TITLES:
        hint = Speller().hint(wanted, TITLES) or "`cati explain` alone lists them."
        raise Refusal(f"{code}: there is no such code; {hint}")
    for line in _plain(page(wanted)):
        say(line)


def _plain(markdown: str) -> Iterator[str]:
    """A page without the marks of Markdown: headings underlined, examples indented."""
    block = False
    for line in markdown.rstrip("\n").split("\n"):
        fence = _FENCE.fullmatch(line)
        if fence:
            block = not block
            if block and fence[2]:
                yield f"    # {fence[2]}"
        elif block:
            yield f"    {line}".rstrip()
        elif line.startswith("# "):
            head = line.removeprefix("# ").replace("`", "")
            yield from (head, "=" * len(head))
        elif line.startswith("## "):
            head = line.removeprefix("## ")
            yield from (head, "-" * len(head))
        else:
            yield from _wrapped(line)


def _wrapped(paragraph: str) -> list[str]:
    """A paragraph in lines that fit a terminal."""
    return textwrap.wrap(paragraph, 80, break_long_words=False) or [""]
