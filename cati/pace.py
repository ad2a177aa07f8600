"""How long items take in this study: learned from its submitted cases, kept as a signed notice.

Interviews and record extraction are learned apart, as each mode has a notice of its own for each
version of an instrument. A notice says nothing of a single case: an item stands in it only once it
was timed in `LEAST_CASES` cases, in half seconds, after the extremes were left out.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from cati.refusal import Refusal
from skips import Program
from skips.pace import Timing, learned, tempo

if TYPE_CHECKING:
    from cati.interview import Interview
    from store import JSON

LEAST_CASES = 5
"""Items timed in fewer cases are left out: their times would tell about single cases."""

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
    cases: int = Field(ge=LEAST_CASES)
    """Submitted cases with times."""
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
    """The pace of one version in one mode; None when no item was timed in `LEAST_CASES` cases.

    Args:
        program: the instrument, compiled for the mode.
        documents: submitted cases of that version and mode.
        today: the day in UTC.
    """
    timings: list[Timing] = []
    cases = 0
    in_cases: dict[str, int] = {}
    for document in documents:
        of_case = list(timings_of(document))
        cases += bool(of_case)
        timings += of_case
        for item in {timing.item for timing in of_case}:
            in_cases[item] = in_cases.get(item, 0) + 1
    expected = prior(program)
    told = {name for name, count in in_cases.items() if count >= LEAST_CASES and expected.get(name)}
    if not told:
        return None
    timings = [timing for timing in timings if timing.item in told]
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


def minutes_left(interview: "Interview") -> float:
    """Minutes that the rest can be expected to take, at the tempo of this case so far.

    The same rule learns from the last items of the case that the study's pace is learned by.
    """
    route, times = interview.route, interview.record.times
    lately = [
        (route.expected_seconds(instance), times[instance] / 1000)
        for instance in islice(reversed(times), LATELY)
        if interview.is_settled(instance)
    ]
    return route.minutes_left() * tempo(lately)
