"""One sitting with one respondent, without a screen.

`Interview` joins an instrument's route, the answers of one case and the case's journal. Whatever
drives it (a screen, a test, a practice script, a simulated respondent) sees the same rules:

- an answer is written to the journal *before* it counts: when a call returns, the answer is safe;
  when the journal refuses, nothing has changed here either;
- the place moves only by `advance`, `back` and `jump`, so that no key can land in the wrong item;
- replaying the journal's events gives the same interview again.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from uuid import uuid4

from pydantic import JsonValue

from cati import events as ev
from cati.changes import Before
from cati.fitting import how_to_answer, in_order_shown, question_at, refuse_unfit
from cati.journal import Journal, Unsaved
from cati.obstacles import Obstacle, obstacles
from cati.pace import minutes_left
from cati.record import CaseRecord
from cati.speech import Speech
from instrument.entry import EntryError, read_entry
from instrument.models import Choice, Instrument, SummaryPart
from instrument.values import READ, Answer, Instance
from skips import Change, Failing, Route, Status

MAX_SUMMARY = 4_000
"""Characters that a part of the summary can have."""


class CannotAdvance(Exception):
    """The interview stays where it is; `str()` says why, `failing` lists the checks to settle."""

    def __init__(self, sentence: str, failing: Sequence[Failing] = ()) -> None:
        self.failing = tuple(failing)
        super().__init__(sentence)


class NotOnRoute(Exception):
    """The answers so far do not call for this item."""


class Interview:
    """One case being interviewed; see the module's docstring for the rules it keeps."""

    def __init__(
        self,
        instrument: Instrument,
        route: Route,
        journal: Journal,
        *,
        by: str,
        now: Callable[[], datetime],
        events: Sequence[Mapping[str, JsonValue]] = (),
        known: Sequence[str] = (),
        zone: tzinfo | None = None,
        versions: Callable[[str], Route] | None = None,
    ) -> None:
        """Take up a case.

        `route` must be fresh; `events` is what the journal holds so far; `known` are words that
        identify this case (its contact, its agency), which the summary must not contain; `zone`
        is that of the interview's date, None for the computer's own; `versions` gives fresh routes
        in the versions that the case was moved to (see `CaseRecord`).
        """
        self.mode = route.mode
        self.by = by
        self.place: Instance | None = None
        self.saved_at: datetime | None = None
        self.unsaved: Unsaved | None = None
        self._journal = journal
        self._now = now
        self._known = tuple(known)
        self._zone = zone
        self._shown_at = now()
        self.record = CaseRecord(instrument, route, versions)
        for body in events:
            self.record.replay(ev.read_event(body))
        self.instrument = self.record.instrument
        self.route = self.record.route
        self.speech = Speech(self.record)
        self.changed_since = self.record.resume_notes(zone)

    # --- the sitting -------------------------------------------------------------------------

    def begin(self, *, language: str | None = None, seed: str | None = None) -> None:
        """Open a sitting and go to the first item that still needs an answer.

        In a case that came back that is the first one that its reviewer said something about.

        The first sitting settles the date of the interview and the seed of its shuffled choices;
        later ones go on in the language that was spoken last.

        Args:
            language: spoken in a case that nobody has begun; None, or one that the instrument does
                not have, for its first.
            seed: of the shuffled choices; None for one made by chance.
        """
        record, now = self.record, self._now()
        first = record.sittings[0].begun if record.sittings else now
        fresh = not record.sittings and language in self.instrument.languages
        dated = record.interview_date is not None
        begun = ev.SittingBegun(
            t=now,
            by=self.by,
            mode=self.mode,
            instrument=self.instrument.fingerprint,
            seed=None if record.seed else seed or secrets.token_hex(8),
            date=None if dated else first.astimezone(self._zone).date().isoformat(),
            language=language if fresh else record.language,
        )
        new = record.came_back  # nobody has looked at it since
        self._write(begun)
        # What a reviewer said comes first; later on, what is open does, and then that again.
        said, opened = next(iter(record.commented), None), self.route.first_open()
        self._go(said or opened if new else opened or said)

    @property
    def language(self) -> str:
        """The language that is spoken: one of the instrument's."""
        return self.record.language

    def speak(self, language: str) -> None:
        """Go on in another language; raises KeyError for one that the instrument does not have."""
        if language not in self.instrument.languages:
            raise KeyError(language)
        if language != self.language:
            self._write(ev.LanguageChanged(t=self._now(), language=language))

    def end(self, why: str) -> None:
        """Close the sitting; the case stays open and can be taken up again."""
        self._write(ev.SittingEnded(t=self._now(), why=why))

    # --- answers -----------------------------------------------------------------------------

    def give(self, answer: Answer) -> Change:
        """Answer the item in place. When this returns, the answer is saved and counts.

        Raises EntryError if the item does not take this answer.
        """
        instance = self._needed_place()
        self._settle()
        if not self.route.on_route(instance):
            raise NotOnRoute(self.speech.why(instance))
        refuse_unfit(self, instance, answer)
        change = self.record.change_of(instance, answer, t=self._now(), ms=self._elapsed_ms())
        return self._write(change)

    def read(self) -> Change:
        """The statement in place has been read aloud."""
        return self.give(READ)

    def type_in(self, text: str) -> Change:
        """Answer the item in place with what was typed; raises EntryError."""
        place = self._needed_place()
        question = question_at(self, place)
        return self.give(read_entry(question, text, offered=self.offered_names(place)))

    def offered(self, instance: Instance) -> tuple[Choice, ...]:
        """The choices of a question that can be taken now, in the order this case sees them."""
        return in_order_shown(self, instance)

    def offered_names(self, instance: Instance) -> frozenset[str]:
        """The names of the choices of a question that can be taken now."""
        return frozenset(choice.name for choice in self.route.offered(instance))

    def draft(self, text: str) -> None:
        """Keep a long text that is still being typed; it becomes an answer when it is given."""
        place = self._needed_place()
        if text != self.record.drafts.get(place, self.speech.kept_answer(place)):
            self._write(ev.Drafted(t=self._now(), **_of(place), text=text))

    @property
    def drafted(self) -> str | None:
        """What was typed for the item in place and never given, if anything."""
        return None if self.place is None else self.record.drafts.get(self.place)

    def clear(self) -> Change:
        """Take the answer of the item in place away."""
        return self._write(ev.Cleared(t=self._now(), **_of(self._needed_place())))

    def preview(self, answer: Answer | None) -> Change:
        """What `give` would do to the route, without doing it."""
        return self.route.preview(self._needed_place(), answer)

    def undo(self) -> Change | None:
        """Take back the last change of an answer and go to its item; None if there is none."""
        self._settle()
        return self._change_again(self.record.changes.last_change, undo=True)

    def redo(self) -> Change | None:
        """Bring back what was taken back last and go to its item; None if there is nothing."""
        self._settle()
        return self._change_again(self.record.changes.last_undone, undo=False)

    def _change_again(self, last: Before | None, *, undo: bool) -> Change | None:
        if last is None:
            return None
        event = self.record.change_of(*last, t=self._now(), undo=undo, redo=not undo)
        change = self._write(event)
        if self.route.on_route(last[0]):
            self._go(last[0])
        return change

    def add_row(self, roster: str) -> Change:
        """One more row of an open roster; raises RouteError when it is full."""
        self._settle()
        row = self.route.next_row(roster)
        return self._write(ev.RowChanged(t=self._now(), q=roster, r=row, change="added"))

    def remove_row(self, roster: str, row: int) -> Change:
        """Set a row of an open roster aside; its answers are kept, parked. Raises RouteError."""
        self._settle()
        self.route.require_row(roster, row)
        return self._write(ev.RowChanged(t=self._now(), q=roster, r=row, change="removed"))

    def restore_row(self, roster: str, row: int) -> Change:
        """Bring back a row that was removed, with its answers; raises RouteError."""
        self._settle()
        self.route.require_removed_row(roster, row)
        return self._write(ev.RowChanged(t=self._now(), q=roster, r=row, change="added"))

    def order_rows(self, roster: str, order: Sequence[int]) -> None:
        """Show the rows of an open roster in another order; no answer changes. Raises RouteError.

        Args:
            roster: an open one.
            order: the ids that `Route.shown_rows` gives, in their new order.
        """
        self._settle()
        self.route.require_order(roster, order)
        if tuple(order) != self.route.shown_rows(roster):
            self._write(ev.RowsOrdered(t=self._now(), q=roster, rows=tuple(order)))

    # --- writes that failed ------------------------------------------------------------------

    def retry(self) -> Change:
        """Send the write that failed once more, the same event for the same item."""
        return Change() if self.unsaved is None else self._send(self.unsaved)

    def drop(self) -> Change:
        """Give up the write that failed.

        A journal can fail after it has kept an event; then the event counts, and what it changed
        is returned.
        """
        pending = self.unsaved
        if pending is None:
            return Change()
        held = self._journal.holds(pending.event_id)
        self.unsaved = None
        if not held:
            return Change()
        self.saved_at = self._now()
        return self.record.replay(pending.event)

    # --- moving ------------------------------------------------------------------------------

    def advance(self) -> None:
        """Go to the next item of the route, or to None after the last one.

        Raises CannotAdvance if the item in place has no answer, if a check of it is not settled,
        or if its section would close with a hard check unsettled.
        """
        place = self._needed_place()
        if not self.is_settled(place):
            raise CannotAdvance(how_to_answer(self, place))
        here = self.unsettled(place)
        if here:
            raise CannotAdvance(self.speech.check(here[0]), here)
        following = self.route.following(place)
        section = self.instrument.section_of[place.item]
        if following is None or self.instrument.section_of[following.item] is not section:
            hard = [
                failing
                for failing in self.unsettled()
                if failing.check.severity == "hard"
                and self.instrument.section_of[failing.instance.item] is section
            ]
            if hard:
                title, trouble = self.speech.said(section, "title"), self.speech.check(hard[0])
                raise CannotAdvance(f"Before leaving {title}: {trouble}", hard)
        self._go(following)

    def back(self) -> None:
        """Go to the item before; stays at the first."""
        before = self.route.preceding(self.place) if self.place else self._last()
        if before is not None:
            self._go(before)

    def jump(self, instance: Instance) -> None:
        """Go to any item of the route; raises NotOnRoute."""
        if not self.route.on_route(instance):
            raise NotOnRoute(self.speech.why(instance))
        self._go(instance)

    def first_open(self) -> Instance | None:
        """The first item of the route that still needs an answer."""
        return self.route.first_open()

    def minutes_left(self) -> float:
        """Minutes that the rest can be expected to take, at the tempo of this case so far."""
        return minutes_left(self)

    def is_settled(self, instance: Instance) -> bool:
        """Whether the item has a value or a missing reason (or was read)."""
        return self.route.status(instance) in (Status.ANSWERED, Status.MISSING)

    # --- checks and notes --------------------------------------------------------------------

    def unsettled(self, instance: Instance | None = None) -> list[Failing]:
        """Checks that fire, of one item or of all: hard ones, and soft ones not confirmed."""
        return [
            failing
            for failing in self.route.failing(instance)
            if not self.record.is_confirmed(failing)
        ]

    def first_unsettled(self) -> Failing | None:
        """The first check of the interview to settle: a hard one, or a soft one not confirmed."""
        return self.route.first_unsettled(self.record.is_confirmed)

    def confirm(self, failing: Failing, remark: str) -> None:
        """Settle a soft check with a remark, as long as the answers it read stay as they are.

        Raises EntryError for a hard check or an empty remark.
        """
        if failing.check.severity == "hard":
            raise EntryError("This has to be settled: change one of the answers it names.")
        if not remark.strip():
            raise EntryError("Say in a few words why the answer is right.")
        self._write(
            ev.Confirmed(
                t=self._now(),
                **_of(failing.instance),
                check=failing.check.name,
                text=remark.strip(),
                of=self.record.answers_read(failing),
            )
        )

    def remark(self, text: str, instance: Instance | None = None) -> None:
        """Keep an interviewer's note on an item; an empty text takes it away."""
        about = instance or self._needed_place()
        self._write(ev.Remarked(t=self._now(), **_of(about), text=text.strip()))

    @property
    def remarks(self) -> Mapping[Instance, str]:
        """Notes by item."""
        return self.record.remarks

    def flag(self, text: str) -> None:
        """Leave a note for the supervisor, with the place it was made at."""
        place = self.place
        self._write(
            ev.Flagged(
                t=self._now(),
                q=place.item if place else None,
                r=place.row if place else 0,
                text=text.strip(),
            )
        )

    # --- the summary and the end -------------------------------------------------------------

    @property
    def summary_parts(self) -> tuple[SummaryPart, ...]:
        """The parts of the summary that this case calls for; none for a case outside the study."""
        return self.record.summary_parts

    @property
    def summary(self) -> Mapping[str, str]:
        """The parts of the summary written so far."""
        return self.record.summary

    @property
    def explained(self) -> Mapping[str, str]:
        """Words of the summary that look identifying, with the reason why they may stay."""
        return self.record.explained

    def write_summary(self, part: str, text: str, *, draft: bool = False) -> None:
        """Keep one part of the summary as it stands; raises EntryError when it is too long."""
        if len(text) > MAX_SUMMARY:
            raise EntryError(f"A part of the summary takes up to {MAX_SUMMARY:,} characters.")
        if part not in {known.name for known in self.instrument.summary}:
            raise KeyError(part)
        self._write(ev.Summarized(t=self._now(), part=part, text=text, draft=draft))

    def explain_mark(self, mark: str, why: str) -> None:
        """Say why words that look identifying may stay; raises EntryError without a reason."""
        if not why.strip():
            raise EntryError("Say in a few words why this identifies nobody.")
        self._write(ev.MarkExplained(t=self._now(), mark=mark, why=why.strip()))

    def obstacles(self) -> list[Obstacle]:
        """Everything that stands between this case and its submission, in the order to settle."""
        return list(obstacles(self, self._known))

    def document(self) -> dict[str, JsonValue]:
        """The case as it is submitted; see `cati.document`."""
        from cati.document import case_document

        return case_document(self.record, by=self.by, now=self._now())

    # --- inside ------------------------------------------------------------------------------

    def _write(self, event: ev.Event) -> Change:
        """Journal first; only then does the event count here."""
        self._settle()
        about = getattr(event, "instance", None)
        return self._send(Unsaved(event, uuid4(), about))

    def _send(self, pending: Unsaved) -> Change:
        try:
            receipt = self._journal.append(ev.write_event(pending.event), pending.event_id)
        except BaseException:
            self.unsaved = pending
            raise
        self.unsaved = None
        self.saved_at = receipt.at
        return self.record.replay(pending.event)

    def _settle(self) -> None:
        """Nothing is written over a write of which nobody knows whether it is kept."""
        if self.unsaved is not None:
            self.drop()

    def _go(self, instance: Instance | None) -> None:
        self.place = instance
        self._shown_at = self._now()

    def _elapsed_ms(self) -> int:
        """Milliseconds since the item in place came up; never negative, whatever the clock does."""
        return max(0, round((self._now() - self._shown_at).total_seconds() * 1000))

    def _last(self) -> Instance | None:
        route = self.route.route()
        return route[-1] if route else None

    def _needed_place(self) -> Instance:
        if self.place is None:
            raise NotOnRoute("The interview is at its end: go back to an item first.")
        return self.place


def _of(instance: Instance) -> dict[str, str | int]:
    return {"q": instance.item, "r": instance.row}
