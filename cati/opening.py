"""What choosing a line of the list comes to; it may wait for a server, and runs in a thread."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cati.casework import Casework, Scripts, take_up
from instrument.values import Instance
from store import Access, CaseCard, StoreError

TO_DO = ("open", "fresh")
"""States in which its interviewer works on a case."""


@dataclass(frozen=True)
class LockedCase:
    """What was open when the screen locked, and is opened again with the passphrase."""

    case_id: str
    place: Instance | None
    """The item it stood at, which comes back: what was chosen there and not entered yet is kept,
    and is to be seen before the interview goes on."""


def open_listed(
    access: Access,
    case_id: str,
    card: CaseCard | None,
    *,
    now: Callable[[], datetime],
    zone: tzinfo | None,
    scripts: Scripts | None,
) -> Casework | CaseCard | None:
    """Take up a case of the list.

    Args:
        access: of the person who interviews.
        case_id: which case.
        card: as the list shows it; None if it is too far down in the list.
        now: a clock (UTC).
        zone: that of the interview's date; None for the computer's own.
        scripts: the respondents of practice cases.

    Returns:
        The case, whose sitting has yet to begin; its card as it is now, if nobody is to work on it;
        None if there is no such case.

    Raises:
        StoreError, InstrumentError, MovingError: nothing was opened.
    """
    if card is None:
        card = next(iter(access.cases(begins=case_id)), None)
        if card is None:
            return None
    if card.state not in TO_DO:  # it may have been returned since the list was read
        with suppress(StoreError):
            card = next(iter(access.cases(begins=case_id)), card)
    if card.state not in TO_DO:
        return card
    return take_up(access, case_id, now=now, zone=zone, scripts=scripts)
