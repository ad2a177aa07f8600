"""The pages about findings, taken apart; and a program that writes what they say anew.

`python -m tests.skips.proof.finding_pages` checks the wrong example of each page, writes the
message it gets into the page, and writes the list of all pages.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from instrument import read_files
from instrument.findings_catalog import BY_KIND, PAGES, TITLES
from skips.proof.check import check
from skips.proof.findings import SEVERITIES, Finding
from tests.instrument.pages import Files, read_page

INDEX: Final = Path(__file__).parents[3] / "docs" / "findings.md"


def findings(files: Files) -> tuple[Finding, ...]:
    """What a check of the instrument in some files finds."""
    return check(read_files(files)).findings


def messages(files: Files) -> str:
    """The same as it is printed, without excerpts and witnesses."""
    return "".join(f"{one}\n" for one in findings(files))


def index() -> Iterator[str]:
    """The lines of the list of pages, by kind."""
    for kind, codes in BY_KIND.items():
        yield f"\n## {kind}\n\n| code | | |\n| --- | --- | --- |\n"
        for code, title in codes.items():
            link = f"[`{code}`](../instrument/finding_pages/{code}.md)"
            yield f"| {link} | {SEVERITIES[code]} | {title} |\n"


def main() -> None:
    """Write messages and list anew."""
    for code in TITLES:
        path = PAGES / f"{code}.md"
        text, page = path.read_text("utf-8"), read_page(code, PAGES)
        if page.wrong:
            before, _, behind = text.partition("```text\n")
            behind = behind.partition("```\n")[2]
            text = f"{before}```text\n{messages(page.wrong)}```\n{behind}"
        path.write_text(text, "utf-8")
    head = INDEX.read_text("utf-8").split("\n## ", maxsplit=1)[0]
    INDEX.write_text(head.rstrip("\n") + "\n" + "".join(index()), "utf-8")


if __name__ == "__main__":
    main()
