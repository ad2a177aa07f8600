"""`cati explain`: the page about a code that ends a message on an instrument."""

import re
import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from cati.commands.shared import say
from cati.refusal import Refusal

_EXPORT = (
    "# `export`: Answers that could not be exported\n\n"
    "The instrument can be read and asked, but its answers would not fit into data files as they "
    "are: two columns would have the same name, or a text could be longer than SPSS takes.\n\n"
    "## What to do\n\n"
    "The sentence in front of the code names the item and says what to change, such as its name or "
    "its `max_length`. `cati instrument add` refuses the instrument until then.\n"
)
"""About the one code of `cati check` that is not the reader's."""
_PROOF = "Proof"
"""The group of what `cati check` finds in instruments that can be read."""
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
    """Explain a problem or a finding: a wrong and a right example, and what to do.

    Without a code: list all of them.
    """
    from instrument import catalog, findings_catalog
    from instrument.spelling import Speller

    if code is None:
        for group, codes in {**catalog.BY_GROUP, _PROOF: findings_catalog.TITLES}.items():
            say(f"{group}\n")
            for one, title in codes.items():
                say(f"  {one:<24}{title}")
            say()
        return
    wanted = code.strip("[]").lower()
    if wanted == "export":
        text = _EXPORT
    elif wanted in catalog.TITLES:
        text = catalog.page(wanted)
    elif wanted in findings_catalog.TITLES:
        text = findings_catalog.page(wanted)
    else:
        known = (*catalog.TITLES, *findings_catalog.TITLES)
        hint = Speller().hint(wanted, known) or "`cati explain` alone lists them."
        raise Refusal(f"{code}: there is no such code; {hint}")
    for line in _plain(text):
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
