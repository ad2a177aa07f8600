"""What is known of a case: the state that replaying its journal gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from pydantic import JsonValue

from cati import events as ev
from cati.changes import Before, Changes
from cati.moved_notes import (
    FormerConfirmed,
    Note,
    confirmations_moved,
    has_place,
    renamed_comments,
    renamed_places,
    takes_draft,
)
from cati.moving import UNTRUE, Move, MovingError, case_of, moved_note, outcome
from instrument.conditions.nodes import names_read
from instrument.counts import counted
from instrument.entry import from_json, to_json
from instrument.models import (
    Computed,
    Instrument,
    Kind,
    Question,
    Roster,
    Statement,
    SummaryPart,
)
from instrument.values import READ, Answer, Instance, Missing, PartialDate
from skips import Change, Failing, Program, Route
from skips.case_state import LeftBehind, RowsKept, filled


@dataclass
class Sitting:
    """One continuous stretch of interviewing."""

    by: str
    begun: datetime
    last: datetime
    """Of its last event: where it ended, if it broke off."""
    ended: datetime | None = None
    why: str = ""


class CaseRecord:
    """Answers (in the route), notes, summary and times of one case; changed only by `replay`."""

    def __init__(
        self,
        instrument: Instrument,
        route: Route,
        versions: Callable[[str], Route] | None = None,
    ) -> None:
        """Begin with nothing known.

        Args:
            instrument: the version that the case was added with.
            route: a fresh one in it.
            versions: gives a fresh route in another version, by its fingerprint; None where cases
                do not move.
        """
        self.instrument = instrument
        self.route = route
        self._versions = versions
        self.moves: list[Move] = []
        self.left_behind: Mapping[Instance, LeftBehind] = {}
        """Answers that the version in use has no place for."""
        self.rows_left: Mapping[str, RowsKept] = {}
        """Rows that cannot stand in it."""
        self.former_confirmed: list[FormerConfirmed] = []
        """Confirmations of checks that the version in use does not have."""
        self.former_times: dict[Instance, int] = {}
        """Times of places that it does not have, and so with remarks and texts begun."""
        self.former_remarks: dict[Instance, str] = {}
        self.former_drafts: dict[Instance, str] = {}
        self.remarks: dict[Instance, str] = {}
        self.remark_times: dict[Instance, datetime] = {}
        self.drafts: dict[Instance, str] = {}
        """Long texts typed and not yet given, by item."""
        self.confirmed: dict[tuple[str, int], ev.Confirmed] = {}
        self.flags: list[ev.Flagged] = []
        self.returns: list[ev.Returned] = []
        """What reviewers said when they returned the case, oldest first."""
        self.summary: dict[str, str] = {}
        self.explained: dict[str, str] = {}
        self.sittings: list[Sitting] = []
        self.seed: str | None = None
        """Decides the order of shuffled choices; None before the first sitting."""
        self.interview_date: PartialDate | None = None
        """The local date of the first sitting."""
        self.language = next(iter(instrument.languages))
        """The language that is spoken: one of the instrument's."""
        self.times: dict[Instance, int] = {}
        self.last_seen: datetime | None = None
        self.changes = Changes()
        """What can be taken back, and what was."""

    @property
    def summary_parts(self) -> tuple[SummaryPart, ...]:
        """The parts of the summary that the answers call for."""
        return tuple(
            part
            for part in self.instrument.summary
            if part.ask_if is None or self.route.counted(Instance(part.ask_if)) == "yes"
        )

    @property
    def confirmations(self) -> list[tuple[Failing, ev.Confirmed]]:
        """The soft checks that fire now and are confirmed for the answers as they are."""
        return [
            (failing, self.confirmed[failing.check.name, failing.instance.row])
            for failing in self.route.failing()
            if self.is_confirmed(failing)
        ]

    def change_of(
        self,
        instance: Instance,
        answer: Answer | None,
        *,
        t: datetime,
        ms: int = 0,
        undo: bool = False,
        redo: bool = False,
    ) -> ev.Event:
        """The event that gives an item this answer (None: takes it away)."""
        q, r = instance.item, instance.row
        if answer is None:
            return ev.Cleared(t=t, q=q, r=r, undo=undo, redo=redo)
        if isinstance(answer, Missing):
            return ev.Lacking(t=t, q=q, r=r, m=answer.reason, ms=ms, undo=undo, redo=redo)
        return ev.Given(t=t, q=q, r=r, v=to_json(answer), ms=ms, undo=undo, redo=redo)

    def replay(self, event: ev.Event) -> Change:
        """Let an event count; what it changed on the route (nothing, for notes)."""
        self.last_seen = event.t
        # A move or a return is no interviewing: no sitting that broke off before gets longer.
        if self.sittings and not isinstance(event, ev.SittingBegun | ev.Moved | ev.Returned):
            self.sittings[-1].last = event.t
        match event:
            case ev.Given() | ev.Lacking() | ev.Cleared():
                return self._change_answer(event)
            case ev.RowChanged():
                return self._change_row(event)
            case ev.RowsOrdered():
                self.route.order_rows(event.q, event.rows)
            case ev.Moved():
                self._move(event)
            case ev.SittingBegun():
                self._begin(event)
            case ev.Returned():
                self.returns.append(event)
            case ev.LanguageChanged():
                self._speak(event.language)
            case ev.SittingEnded():
                if self.sittings:
                    self.sittings[-1].ended = event.t
                    self.sittings[-1].why = event.why
            case _:
                self._keep_note(event)
        return Change()

    def is_confirmed(self, failing: Failing) -> bool:
        """Whether a soft check was confirmed for the answers as they are now."""
        if failing.check.severity == "hard":
            return False
        event = self.confirmed.get((failing.check.name, failing.instance.row))
        return event is not None and event.of == self.answers_read(failing)

    def answers_read(self, failing: Failing) -> dict[str, JsonValue]:
        """The answers that a check reads, by instance, as far as it can tell them apart.

        A value as JSON, `{"missing": REASON}`, `{"asked": false}`, or null where there is no answer
        yet; of a roster, the ids of its rows.
        """
        read: dict[str, JsonValue] = {}
        items = self.instrument.items
        for name in sorted(names_read(failing.check.condition.tree)):
            if isinstance(items.get(name), Roster):
                read[name] = list(self.route.rows(name))
            for instance in self._instances(name, failing.instance):
                read[str(instance)] = self._as_read(instance)
        return read

    def _as_read(self, instance: Instance) -> JsonValue:
        value, reason = self.route.counted(instance), self.route.reason(instance)
        if value is not None:
            return to_json(value)
        if reason is not None:
            return {"missing": reason}
        return None if self.route.on_route(instance) else {"asked": False}

    def resume_notes(self, zone: tzinfo | None = None) -> tuple[str, ...]:
        """What an interviewer taking the case up again should be told, one sentence each.

        `zone` is that of the times told, None for the computer's own.
        """
        if not self.sittings:
            return ()
        last = self.sittings[-1]
        when = (last.ended or last.last).astimezone(zone)
        notes = [f"Last worked on {when:%Y-%m-%d %H:%M} by {last.by}."]
        if self.came_back:  # handing in ends a sitting without a word in the journal
            notes = [f"Submitted {when:%Y-%m-%d %H:%M} by {last.by}."]
        elif last.ended is None:
            notes.append("That sitting broke off without being closed; nothing saved was lost.")
        elif last.why:
            notes.append(f"It ended with: {last.why}.")
        if self.returns:  # at each opening: handing in is what ends a return
            notes[:0] = self._returned_notes(self.returns[-1], zone)
        if self.moves and self.moves[-1].event.t > last.last:
            notes.append(moved_note(self.moves[-1], len(self.left_behind)))
        settled = sum(1 for instance in self.route.route() if self.route.kept(instance) is not None)
        notes.append(
            f"{counted(settled, 'item is', 'items are')} done, {self.route.open_count} open."
        )
        return tuple(notes)

    @property
    def came_back(self) -> bool:
        """Whether it was returned, and nobody has taken it up since."""
        begun = self.sittings[-1].last if self.sittings else None
        return bool(self.returns) and (begun is None or self.returns[-1].t > begun)

    @property
    def commented(self) -> tuple[Instance, ...]:
        """The items on the route that the last return is about, in the order of the route."""
        return tuple(one for one in self.route.route() if self.comments_on(one))

    def comments_on(self, at: Instance) -> tuple[str, ...]:
        """What the last return says of an item: of it in its row, then of it in every row."""
        said = self.returns[-1].items if self.returns else {}
        return tuple(said[name] for name in dict.fromkeys((str(at), at.item)) if name in said)

    # --- inside ------------------------------------------------------------------------------

    def _returned_notes(self, event: ev.Returned, zone: tzinfo | None) -> list[str]:
        """What an interviewer is told of a case that came back, one sentence each."""
        notes = [f"Returned {event.t.astimezone(zone):%Y-%m-%d %H:%M} by {event.by}: {event.text}"]
        for said, text in event.items.items():
            item = self.instrument.items.get(said.partition("[")[0])
            title = said
            if isinstance(item, Question | Computed):
                title = f"“{item.variable.label}” ({said})"
            notes.append(f"About {title}: {text}")
        return notes

    def _begin(self, event: ev.SittingBegun) -> None:
        """Open a sitting; what is written once in a case stays as it was written first."""
        self.sittings.append(Sitting(event.by, begun=event.t, last=event.t))
        self._speak(event.language)
        self.seed = self.seed or event.seed
        if self.interview_date is None and event.date is not None:
            self.interview_date = PartialDate.parse(event.date)
            self.route.set_interview_date(self.interview_date)

    def _move(self, event: ev.Moved) -> None:
        """Go on in another version; what was said of items goes on by name."""
        if self._versions is None:
            raise LookupError("this journal goes on in a version that is not at hand")
        old, names = self.route.program, event.renamed
        try:
            route = self._versions(event.new)
            case = outcome(case_of(self), event, old, route.instrument)
            confirmed, former = confirmations_moved(self, event)
            self.route = filled(route, case)
        except (LookupError, ValueError, AssertionError) as error:
            raise MovingError(UNTRUE) from error
        self.instrument = route.instrument
        self.confirmed, self.former_confirmed = confirmed, former
        self.left_behind, self.rows_left = case.left_behind, case.rows_left
        self.moves.append(Move(event, old.instrument, route.instrument))
        self.flags = [
            one.model_copy(update={"q": names.get(one.q or "", one.q)}) for one in self.flags
        ]
        self.returns = [renamed_comments(one, names) for one in self.returns]
        self._move_notes(route.program, names)
        self.changes = Changes()
        if self.language not in self.instrument.languages:
            self.language = next(iter(self.instrument.languages))

    def _move_notes(self, program: Program, names: Mapping[str, str]) -> None:
        """Keep in use what has its place, by slot: a name alone may be in fewer rows, or none."""
        remarks = renamed_places(self.former_remarks | self.remarks, names)
        drafts = renamed_places(self.former_drafts | self.drafts, names)
        times = renamed_places(self.former_times | self.times, names)
        self.remark_times = renamed_places(self.remark_times, names)
        self.remarks, self.former_remarks = _split(remarks, program, has_place)
        self.drafts, self.former_drafts = _split(drafts, program, takes_draft)
        self.times, self.former_times = _split(times, program, has_place)

    def _speak(self, language: str | None) -> None:
        """Go on in a language, if the instrument has it; another version of it need not."""
        if language is not None and language in self.instrument.languages:
            self.language = language

    def _change_answer(self, event: ev.Given | ev.Lacking | ev.Cleared) -> Change:
        instance = event.instance
        self.drafts.pop(instance, None)
        before = (instance, self.route.kept(instance))
        if event.undo:
            self.changes.back(before)
        elif event.redo:
            self.changes.again(before)
        else:
            self.changes.anew(before, self._is_long_text)
        if not isinstance(event, ev.Cleared):
            self.times[instance] = self.times.get(instance, 0) + event.ms
        return self.route.answer(instance, self._answer_in(event))

    def _is_long_text(self, before: Before) -> bool:
        """Whether it is a text that nobody wants to type twice."""
        item = self.instrument.items[before[0].item]
        is_long = isinstance(item, Question) and item.kind is Kind.LONG_TEXT
        return is_long and isinstance(before[1], str)

    def _answer_in(self, event: ev.Given | ev.Lacking | ev.Cleared) -> Answer | None:
        match event:
            case ev.Cleared():
                return None
            case ev.Lacking(m=reason):
                return Missing(reason)
            case ev.Given(v=value):
                item = self.instrument.items[event.q]
                return from_json(item.kind, value) if isinstance(item, Question) else READ

    def _change_row(self, event: ev.RowChanged) -> Change:
        if event.change == "removed":
            return self.route.remove_row(event.q, event.r)
        if event.r in self.route.rows(event.q, removed=True):
            change = self.route.restore_row(event.q, event.r)
        else:
            change = self.route.add_row(event.q)
        # A row that stands again waits no longer, also if it is taken out by hand later.
        self.rows_left = case_of(self).rows_left
        return change

    def _keep_note(
        self,
        event: (
            ev.Drafted | ev.Remarked | ev.Confirmed | ev.Flagged | ev.Summarized | ev.MarkExplained
        ),
    ) -> None:
        match event:
            case ev.Drafted():
                self.drafts[event.instance] = event.text
            case ev.Remarked():
                self._keep_remark(event)
            case ev.Confirmed():
                self.confirmed[event.check, event.r] = event
            case ev.Flagged():
                self.flags.append(event)
            case ev.Summarized():
                self.summary[event.part] = event.text
            case ev.MarkExplained():
                self.explained[event.mark] = event.why

    def _keep_remark(self, event: ev.Remarked) -> None:
        if event.text:
            self.remarks[event.instance] = event.text
            self.remark_times[event.instance] = event.t
        else:
            self.remarks.pop(event.instance, None)
            self.remark_times.pop(event.instance, None)

    def _instances(self, name: str, seen_from: Instance) -> list[Instance]:
        """An item as a condition at `seen_from` reads it: its own row, or all rows."""
        item = self.instrument.items.get(name)
        if not isinstance(item, Question | Computed | Statement):
            return []
        roster = self.instrument.roster_of.get(name)
        if roster is None:
            return [Instance(name)]
        if self.instrument.roster_of.get(seen_from.item) is roster:
            return [Instance(name, seen_from.row)]
        return [Instance(name, row) for row in self.route.rows(roster.name)]


def _split(
    notes: Mapping[Instance, Note], program: Program, fits: Callable[[Program, Instance], bool]
) -> tuple[dict[Instance, Note], dict[Instance, Note]]:
    """The notes that a version has a place for, and the others."""
    fitting = {at: note for at, note in notes.items() if fits(program, at)}
    return fitting, {at: note for at, note in notes.items() if at not in fitting}


def flag_json(flag: ev.Flagged) -> Mapping[str, JsonValue]:
    """A flag as the case document holds it."""
    return {"q": flag.q, "r": flag.r, "text": flag.text, "t": flag.t.isoformat()}


def remark_json(record: CaseRecord, at: Instance, text: str) -> dict[str, JsonValue]:
    """A remark as the case document holds it."""
    return {"q": at.item, "r": at.row, "text": text, "t": record.remark_times[at].isoformat()}


def confirmed_json(check: str, row: int, event: ev.Confirmed) -> dict[str, JsonValue]:
    """A confirmed check as the case document holds it."""
    return {"check": check, "r": row, "text": event.text, "t": event.t.isoformat()}
