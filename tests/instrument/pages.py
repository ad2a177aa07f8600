"""The pages about problems, taken apart; and a program that writes what follows from the rest anew.

`python -m tests.instrument.pages` runs the wrong example of each page, writes the message it gets
into the page, and writes the list of all pages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from instrument import InstrumentError, read_files
from instrument.catalogue import BY_GROUP, PAGES, TITLES

INDEX: Final = Path(__file__).parents[2] / "docs" / "problems.md"
HEADS: Final = ("Wrong", "Right", "What to do")
"""Headings of a page, in order."""

_BLOCK: Final = re.compile(r"```(\w+)(?: (\S+))?\n(.*?)```\n", re.DOTALL)

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Page:
    """One page, as far as it can be tried."""

    code: str
    title: str
    heads: tuple[str, ...]
    wrong: Files
    """Name to content; empty when words describe a file that no text can show."""
    message: str
    """What the page says that the wrong example gets."""
    right: Files


def read_page(code: str) -> Page:
    """The page of a code."""
    text = (PAGES / f"{code}.md").read_text("utf-8")
    first, *parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    parted = dict(zip(parts[::2], parts[1::2], strict=True))
    top = re.match(r"# `(.*)`: (.*)\n", first)
    assert top is not None, f"{code}: a page begins with its code and title"
    messages = [body for kind, _, body in _BLOCK.findall(parted["Wrong"]) if kind == "text"]
    return Page(
        code=top[1],
        title=top[2],
        heads=tuple(parts[::2]),
        wrong=completed(_files(parted["Wrong"])),
        message="".join(messages),
        right=completed(_files(parted["Right"])),
    )


def _files(text: str) -> Files:
    return {name: body.encode() for kind, name, body in _BLOCK.findall(text) if kind == "yaml"}


def completed(shown: Files) -> Files:
    """The files that a page shows, with those that it need not show.

    Without an instrument.yaml there is one that lists the sections shown; with nothing else the
    section `home` says hello.
    """
    if not shown:
        return {}
    files = dict(shown)
    if "instrument.yaml" not in files:
        sections = ", ".join(name.removesuffix(".yaml") for name in files)
        header = f'instrument: example\ntitle: Example\nversion: "1"\nsections: [{sections}]\n'
        files["instrument.yaml"] = header.encode()
    elif len(files) == 1:
        files["home.yaml"] = (
            b"section: home\ntitle: Home\nitems:\n  - {statement: hello, say: Hello.}\n"
        )
    return files


def messages(files: Files) -> str:
    """What the reader says of some files, as it is printed; nothing if it reads them."""
    try:
        read_files(files)
    except InstrumentError as error:
        return f"{error}\n"
    return ""


def index() -> Iterator[str]:
    """The lines of the list of pages, by group."""
    for group, codes in BY_GROUP.items():
        yield f"\n## {group}\n\n| code | |\n| --- | --- |\n"
        for code, title in codes.items():
            yield f"| [`{code}`](../instrument/problem_pages/{code}.md) | {title} |\n"


def main() -> None:
    """Write messages and list anew."""
    for code in TITLES:
        path = PAGES / f"{code}.md"
        text = path.read_text("utf-8")
        page = read_page(code)
        if page.wrong:
            before, _, behind = text.partition("```text\n")
            behind = behind.partition("```\n")[2]
            text = f"{before}```text\n{messages(page.wrong)}```\n{behind}"
            path.write_text(text, "utf-8")
    head = INDEX.read_text("utf-8").split("\n## ", maxsplit=1)[0]
    INDEX.write_text(head.rstrip("\n") + "\n" + "".join(index()), "utf-8")


if __name__ == "__main__":
    main()
