"""Every code that a finding of `cati check` can have, with its title and the page about it.

Problems (`instrument.catalog`) keep an instrument from being read. Findings are of instruments that
can be read: the proof shows them of all cases that there can be. The list stands here, where the
language is read, since an author acknowledges a finding by its code in instrument.yaml.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

BY_KIND: Final[Mapping[str, Mapping[str, str]]] = {
    "What is never reached": {
        "item-unreachable": "An item that no answers lead to",
        "section-unreachable": "A section that no answers lead to",
        "choice-unreachable": "A choice that no answers offer",
        "branch-unreachable": "A branch of a computed value that never decides",
        "row-unreachable": "A row of a roster that is never asked",
    },
    "Who is asked": {
        "universe-always": "A condition that is yes in every case that comes to it",
        "universe-repeats": "A condition that merely repeats the one above it",
        "reads-unasked": "A condition that reads an item that may not have been asked",
        "unsure-drops": "A missing reason that silently drops what every answer leads to",
    },
    "Checks and bounds": {
        "trap": "A place where no answer satisfies the hard checks",
        "bounds-unmet": "Bounds that no answer meets",
        "check-always": "A soft check that fires whatever is answered",
        "check-never": "A check that never fires",
    },
    "Texts": {
        "fill-empty": "A fill that can be empty when it is read",
    },
    "Ends and rosters": {
        "ends-open": "A route that ends without a closing statement",
        "ends-without-summary": "A route on which no part of the summary is wanted",
        "roster-no-exit": "A roster that no number of rows leads out of",
        "roster-cut": "A roster that can be larger than it may",
    },
    "Computed values": {
        "branches-overlap": "Two branches that can both hold",
        "branches-missing": "A computed value for which no branch may hold",
    },
    "Said twice, or never used": {
        "items-same": "Two items with the same universe and the same texts",
        "list-unused": "A shared list of choices that no question takes",
        "definition-unused": "A definition whose term stands in no text",
        "computed-unused": "A computed value that nothing reads",
    },
    "The check itself": {
        "acknowledged-not-found": "An acknowledgement of something that is not found",
        "undecided": "Something that could not be decided within the limits",
    },
}
"""Kind of finding to its codes with their titles, in the order of the reference."""

TITLES: Final = {code: title for codes in BY_KIND.values() for code, title in codes.items()}
"""Code to title."""

NOT_ACKNOWLEDGED: Final = frozenset({"acknowledged-not-found", "undecided"})
"""Findings about the check itself, which nobody acknowledges."""

PAGES: Final = Path(__file__).parent / "finding_pages"
"""Where the pages are, `CODE.md` each: a wrong and a right example, and what to do."""


def page(code: str) -> str:
    """The page about a code, in Markdown.

    Raises:
        KeyError: there is no such code.
    """
    if code not in TITLES:
        raise KeyError(code)
    return (PAGES / f"{code}.md").read_text("utf-8")
