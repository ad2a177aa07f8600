"""Cases taken up and submitted as the app does it, without a screen."""

from collections.abc import Callable
from datetime import datetime

from cati.casework import Casework, take_up
from store import Access


def open_casework(access: Access, case_id: str, *, now: Callable[[], datetime]) -> Casework:
    """A case that is open, and whose sitting has begun."""
    work = take_up(access, case_id, now=now)
    work.interview.begin()
    return work


def submit(work: Casework) -> None:
    """Submit a case as it is, complete or not."""
    work.hand_in(work.interview.document())
