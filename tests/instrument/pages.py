"""The pages about problems, taken apart; and a program that writes what follows from the rest anew.

`python -m tests.instrument.pages` runs the wrong example of each page, writes the message it gets
into the page, gathers what is said of other conditions in tests/conditions/messages.yaml, and
writes the list of all pages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from instrument import InstrumentError, read_files
from instrument.catalog import BY_GROUP, PAGES, TITLES
from tests.conditions.survey import error

INDEX: Final = Path(__file__).parents[2] / "docs" / "problems.md"
HEADS: Final = ("Wrong", "Right", "What to do")
"""Headings of a page, in order."""
MORE: Final = "More messages"
"""One more heading, of pages about conditions."""
SURVEY: Final = (
    "Here `age`, `size`, `rent`, `here` and `later` are numbers, `owns`, `works` and `crowded` yes "
    "or no, `city`, `birthplace` and `north` are one choice and `pets` any of several, `born` and "
    "`moved` dates, `home_by` a time, `commute` a duration, `street` a text. `people` and `cars` "
    "are rosters with `p_age`, `p_works` and `c_price`. The condition stands at `here`."
)
_CONDITIONS: Final = Path(__file__).parents[1] / "conditions" / "messages.yaml"

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
    more: str
    """What it says of other conditions, with the heading."""


def read_page(code: str, folder: Path = PAGES) -> Page:
    """The page of a code."""
    text = (folder / f"{code}.md").read_text("utf-8")
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
        more=f"\n## {MORE}\n{parted[MORE]}" if MORE in parted else "",
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


def more(code: str) -> str:
    """What is said of other conditions with a code, as the end of its page."""
    said = []
    for row in yaml.safe_load(_CONDITIONS.read_text("utf-8")):
        found, picture, hint = error(row["text"])
        if found == code:
            text, caret, says = picture.split("\n")
            lines = [text[4:], caret[4:], f"    {says}", f"    {hint}" if hint else ""]
            said.append("\n".join(lines).rstrip("\n"))
    if not said:
        return ""
    blocks = "\n\n".join(said)
    return f"\n## {MORE}\n\n{SURVEY}\n\n```text\n{blocks}\n```\n"


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
        text = text.partition(f"\n## {MORE}\n")[0] + more(code)
        path.write_text(text, "utf-8")
    head = INDEX.read_text("utf-8").split("\n## ", maxsplit=1)[0]
    INDEX.write_text(head.rstrip("\n") + "\n" + "".join(index()), "utf-8")


if __name__ == "__main__":
    main()
