"""What a case left behind when it was moved to another version: to read, nothing to decide."""

from cati.interview import Interview
from cati.left_words import left_count, left_words
from cati.screens.page import Page
from cati.widgets.hanging import Piece

MOST_SHOWN = 500
"""Answers on one page: more would be drawn slowly and read by nobody."""

ABOUT = (
    "The version in use has no place for these answers. They stay with the case and are submitted "
    "with it. If the case is moved to a version that takes one, it returns by itself, unless its "
    "question has a newer answer."
)


def left_page(interview: Interview) -> Page:
    """Every answer left behind, with the version it is from and the sentence why."""
    found = left_words(interview, most=MOST_SHOWN)
    pieces = [Piece(ABOUT)]
    for one in found:
        pieces.append(Piece(one.title, style="bold $primary", apart=True))
        pieces.append(Piece(one.answer, f"  Version {one.version}: "))
        pieces.append(Piece(one.why, "  "))
    more = left_count(interview) - len(found)
    if more:
        pieces.append(Piece(f"… and {more:,} more, which the case holds, too.", apart=True))
    return Page("Left behind in other versions", pieces)
