"""One case on the screen: its interview, its place in the study, and what practice adds to it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Protocol, cast

from pydantic import JsonValue

from cati.case_journal import WAITS_FOR_FILE, CaseJournal
from cati.interview import Interview
from cati.kept_drafts import resume_notes
from cati.library import compile_kept, read_kept
from cati.pace import pace_for
from instrument.values import Instance
from skips import Route
from store import (
    JSON,
    Access,
    AlreadySubmitted,
    CaseCard,
    CaseErased,
    InstrumentCard,
    LeaseLost,
    Locked,
    OpenCase,
    StoreError,
    Study,
)

GONE = (LeaseLost, AlreadySubmitted, CaseErased, Locked)
"""Errors after which nothing more can be written to a case from here; trying again is no use."""

GIVES_BACK = 4.0
"""Seconds to give a case back."""


class Scripts(Protocol):
    """The respondents of practice cases."""

    def lines(self, label: str, instance: Instance) -> str | None:
        """What the respondent of a case says at an item."""

    def persona(self, label: str) -> str | None:
        """Who the respondent of a case is."""


@dataclass(frozen=True)
class Casework:
    """A case that this person holds open."""

    interview: Interview
    card: CaseCard
    practice: bool
    scripts: Scripts | None
    held: OpenCase
    known: tuple[str, ...] = ()
    """Words that identify this case; the summary must not contain them."""

    @property
    def label(self) -> str:
        """The case as people call it."""
        return self.card.label or self.card.short_id

    @property
    def mode_label(self) -> str:
        """The mode in words."""
        return self.interview.instrument.modes[self.interview.mode]

    @property
    def from_record(self) -> bool:
        """Whether nobody is on the line."""
        return self.interview.mode in self.interview.instrument.record_modes

    def line(self, instance: Instance) -> str | None:
        """What the respondent says at an item, in practice."""
        return self.scripts.lines(self.label, instance) if self.scripts else None

    def persona(self) -> str | None:
        """Who is on the line, in practice."""
        return self.scripts.persona(self.label) if self.scripts else None

    def hand_in(self, document: dict[str, JsonValue]) -> None:
        """Hand in the interview's document; touches nothing of the interview.

        Raises StoreError, and `is_sealed` tells what became of it.
        """
        self.held.submit(cast(dict[str, JSON], document))

    def is_sealed(self) -> bool:
        """Whether the study's database says that the case was handed in; False if it is mute."""
        with suppress(StoreError):
            return self.held.submitted
        return False

    def leave(self, why: str) -> str:
        """End the sitting and let go of the case, whatever happens; what to tell afterwards.

        A sitting whose end cannot be written counts as broken off: the case is left all the same,
        since what was saved before stays saved, and what was not would not be saved by staying.
        """
        try:
            self.interview.retry()
            self.interview.end(why)
        except GONE as error:
            note = f"✗ {error}"
        except StoreError as error:
            note = (
                f"✗ {self.label}: the sitting could not be closed; nothing saved is lost. {error}"
            )
        else:
            note = f"{self.label}: saved, and open to go on."
        self.let_go()
        if self.held.waiting:
            note = (
                f"{self.label}: saved on this computer alone. Open it here once the server is in "
                "reach, so that its answers go there."
            )
        return note

    def keep_typed(self, text: str, about: Instance | None = None) -> bool:
        """Once the case is another's: keep what was typed and never sent, as a draft.

        Returns:
            Whether that and what was refused before it are kept.
        """
        if text:
            item: dict[str, JSON] = {} if about is None else {"q": about.item, "r": about.row}
            with suppress(StoreError):
                self.held.keep_draft({"e": "typed", **item, "text": text})
                return True
            return False
        return self.held.draft_kept

    def let_go(self) -> None:
        """Give the case back; if that cannot be written, it is free once this program ends."""
        with suppress(StoreError):
            self.held.release(within=GIVES_BACK)


def take_up(
    access: Access,
    case_id: str,
    *,
    now: Callable[[], datetime],
    zone: tzinfo | None = None,
    scripts: Scripts | None = None,
) -> Casework:
    """Take a case up; its sitting has yet to begin.

    Args:
        access: of the person who interviews.
        case_id: which case.
        now: a clock (UTC).
        zone: that of the interview's date; None for the computer's own.
        scripts: the respondents of practice cases.

    Raises:
        StoreError, InstrumentError, MovingError: nothing was opened.
    """
    held = access.open_case(case_id)
    journal = CaseJournal(held, WAITS_FOR_FILE)
    try:
        study = access.study
        known = tuple(words_of(held.identity))
        versions = partial(fresh_route, study, held.card.mode)
        route = versions(held.card.instrument)
        interview = Interview(
            route.instrument,
            route,
            journal,
            by=access.person.name,
            now=now,
            events=journal.events,
            known=known,
            zone=zone,
            versions=versions,
        )
        notes = (pace_for(study, interview.route.program)[1], newer_note(study, held.instrument))
        interview.changed_since += tuple(note for note in notes if note is not None)
        kept = access.drafts.of(case_id)
        interview.changed_since += tuple(resume_notes(kept, held.taken_up, zone))
        practice = study.kind == "practice"
        shown = scripts if practice else None
        return Casework(interview, held.card, practice, shown, held, known)
    except BaseException:
        with suppress(StoreError):  # what went wrong first is what is told
            held.release()
        raise


def fresh_route(study: Study, mode: str, fingerprint: str) -> Route:
    """A route in a version of a study's instrument that nothing has happened to, at its pace.

    Raises:
        StoreError, InstrumentError: the version is not the study's, or cannot be read.
        RouteError: it does not have the mode.
    """
    program = compile_kept(read_kept(study.instrument_folder(fingerprint), fingerprint), mode)
    return Route(program, pace=pace_for(study, program)[0])


def newest_version(study: Study, fingerprint: str) -> InstrumentCard:
    """The version of the same instrument that was approved last."""
    cards = study.instruments
    name = next(card.name for card in cards if card.fingerprint == fingerprint)
    return [card for card in cards if card.name == name][-1]


def newer_note(study: Study, fingerprint: str) -> str | None:
    """What an interviewer is told whose case is in an older version than the newest approved."""
    newest = newest_version(study, fingerprint)
    if newest.fingerprint == fingerprint:
        return None
    return (
        f"The study has version {newest.version} of this questionnaire by now; this case goes on "
        "in the version it is in. During a call nothing needs to be done about that."
    )


def words_of(identity: object) -> Iterator[str]:
    """Every text in what identifies a case: names, agency, telephone numbers."""
    match identity:
        case str() if identity.strip():
            yield identity
        case list():
            for entry in identity:
                yield from words_of(entry)
        case dict():
            for entry in identity.values():
                yield from words_of(entry)
        case _:
            return
