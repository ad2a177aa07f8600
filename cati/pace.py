"""How long items take in this study: learned from its submitted cases, kept as a signed notice.

Interviews and record extraction are learned apart, as each mode has a notice of its own for each
version of an instrument. Notices stand in clear, and whoever keeps two of them sees what changed in
between. So they are renewed by `CASES_AT_ONCE` cases, and an item's times are told together with
those of `LEAST_CASES` cases or wait: no notice, and no two of them, say what one case was asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from cati.refusal import Refusal
from skips import Program
from skips.pace import Timing, learned, tempo

if TYPE_CHECKING:
    from cati.interview import Interview
    from store import JSON

CASES_AT_ONCE = 10
"""A notice tells of the first 10 cases, the first 20, and so on, never of a number in between."""

LEAST_CASES = 5
"""New times of an item wait until there are some from as many cases.

Half of `CASES_AT_ONCE`: that an item is told of, or is not, then leaves open for each case whether
it was asked there.
"""

STEP = 500
"""Milliseconds to which what is learned is rounded."""

LATELY = 100
"""How many of the items timed last tell an interviewer's tempo in the case at hand."""

NOTE = (
    "The minutes left are reckoned from the length of the texts: the study's pace is damaged. "
    "Nothing else is affected; tell your data manager."
)
"""What an interviewer is told when the notice cannot be relied on."""

Milliseconds = Annotated[int, Field(gt=0, le=24 * 60 * 60 * 1000)]


class StudyPace(BaseModel):
    """What is kept of one version of an instrument in one mode."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    format: Literal[1] = 1
    fingerprint: str
    mode: str
    learned_on: str
    """The day, such as 2026-03-19 (UTC)."""
    cases: int = Field(ge=CASES_AT_ONCE, multiple_of=CASES_AT_ONCE)
    """Submitted cases with times, as far as they are told of."""
    tempo_percent: int = Field(gt=0, le=10_000)
    """How long items take that have no time of their own, in hundredths of what is expected."""
    milliseconds: dict[str, Milliseconds]
    """By item."""

    def seconds(self, program: Program) -> dict[str, float]:
        """Expected seconds of every item of the instrument."""
        slower = self.tempo_percent / 100
        paced = {name: expected * slower for name, expected in prior(program).items()}
        return paced | {
            name: self.milliseconds[name] / 1000 for name in paced if name in self.milliseconds
        }


class Noticing(Protocol):
    """What is needed of a study: the notices that its data managers sign."""

    def notice(self, name: str) -> "dict[str, JSON] | None":
        """The content of a notice; raises StoreError when it cannot be relied on."""


def prior(program: Program) -> dict[str, float]:
    """Expected seconds by item, from the texts alone; 0 for what nobody is asked."""
    return {
        one.item: seconds
        for one, seconds in zip(program.instances, program.seconds, strict=True)
        if one is not None
    }


def learn(
    program: Program, documents: Iterable[Mapping[str, JsonValue]], today: date
) -> StudyPace | None:
    """The pace of one version in one mode; None while too few cases are in to tell of any item.

    Args:
        program: the instrument, compiled for the mode.
        documents: all submitted cases of that version and mode, in the order of submission, so that
            a later case changes nothing of what was told before.
        today: the day in UTC.
    """
    expected = prior(program)
    counting = (
        [timing for timing in timings_of(document) if expected.get(timing.item)]
        for document in documents
    )
    of_cases = [of_case for of_case in counting if of_case]
    cases = len(of_cases) // CASES_AT_ONCE * CASES_AT_ONCE
    timings = _told(of_cases)
    if not timings:
        return None
    told = {timing.item for timing in timings}
    found = learned(expected, timings)
    any_item = learned({**expected, "": 1.0}, timings)[""]
    return StudyPace(
        fingerprint=program.instrument.fingerprint,
        mode=program.mode,
        learned_on=today.isoformat(),
        cases=cases,
        tempo_percent=max(1, round(100 * any_item)),
        milliseconds={
            name: max(STEP, round(found[name] * 1000 / STEP) * STEP)
            for name in expected
            if name in told
        },
    )


def _told(of_cases: Sequence[Sequence[Timing]]) -> list[Timing]:
    """The times that may be told of, once those of too few cases are left waiting."""
    told: list[Timing] = []
    waiting: dict[str, list[list[Timing]]] = {}
    for number, of_case in enumerate(of_cases, start=1):
        own: dict[str, list[Timing]] = {}
        for timing in of_case:
            own.setdefault(timing.item, []).append(timing)
        for item, timings in own.items():
            waiting.setdefault(item, []).append(timings)
        if number % CASES_AT_ONCE == 0:
            for item in [name for name, cases in waiting.items() if len(cases) >= LEAST_CASES]:
                told += chain.from_iterable(waiting.pop(item))
    return told


def timings_of(document: Mapping[str, JsonValue]) -> Iterable[Timing]:
    """How long the items of a case took that count in it: whatever was undone or parked does not.

    An item that was answered again has the time of all its answers together.
    """
    times, answers = document.get("times"), document.get("answers")
    if not isinstance(times, dict) or not isinstance(answers, list):
        return
    settled = {
        f"{entry['q']}[{entry['r']}]" if entry["r"] else str(entry["q"]): entry["s"]
        for entry in answers
        if isinstance(entry, dict)
    }
    for place, milliseconds in times.items():
        # Statements are no answers: they are in `times` once they were read.
        counts = settled.get(place, "answered") in ("answered", "missing")
        if counts and isinstance(milliseconds, int) and milliseconds > 0:
            yield Timing(place.partition("[")[0], milliseconds / 1000)


def notice_name(fingerprint: str, mode: str) -> str:
    """Under which name the pace of a version in a mode is kept."""
    return f"pace-{fingerprint}-{mode}".lower()


def kept_pace(study: Noticing, fingerprint: str, mode: str) -> StudyPace | None:
    """The pace that a data manager has published; None if nobody has.

    Raises:
        StoreError, Refusal: the notice cannot be relied on.
    """
    content = study.notice(notice_name(fingerprint, mode))
    if content is None:
        return None
    try:
        pace = StudyPace.model_validate(content)
    except ValidationError:
        pace = None
    if pace is None or (pace.fingerprint, pace.mode) != (fingerprint, mode):
        raise Refusal(
            "The pace that is kept for this instrument is not one that this release of cati reads: "
            "ask a data manager for `cati pace learn`."
        )
    return pace


def pace_for(study: Noticing, program: Program) -> tuple[dict[str, float] | None, str | None]:
    """Seconds by item for a case that is opened; and a note when the study's pace is damaged."""
    from store import StoreError

    try:
        pace = kept_pace(study, program.instrument.fingerprint, program.mode)
    except (StoreError, Refusal):
        return None, NOTE
    return (None if pace is None else pace.seconds(program)), None


def tempo_so_far(interview: "Interview") -> float:
    """What the tempo of this case so far makes of expected times: 2 for twice as long.

    The same rule learns from the last items of the case that the study's pace is learned by.
    """
    route, times = interview.route, interview.record.times
    return tempo(
        [
            (route.expected_seconds(instance), times[instance] / 1000)
            for instance in islice(reversed(times), LATELY)
            if interview.is_settled(instance)
        ]
    )


def minutes_left(interview: "Interview") -> float:
    """Minutes that the rest can be expected to take, at the tempo of this case so far."""
    return interview.route.minutes_left() * tempo_so_far(interview)
