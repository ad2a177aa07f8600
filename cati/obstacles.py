"""What stands between a case and its submission."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cati.summary import scan
from instrument.values import Instance

if TYPE_CHECKING:
    from cati.interview import Interview


@dataclass(frozen=True)
class Obstacle:
    """One thing to settle before the case can be submitted."""

    kind: Literal["open item", "check", "summary part", "identifying text"]
    sentence: str
    instance: Instance | None = None
    """Where to go, if it is about an item."""
    part: str | None = None
    """Which part of the summary, if it is about one."""


def obstacles(interview: "Interview", known: Sequence[str]) -> Iterator[Obstacle]:
    """Open items, unsettled checks, missing parts of the summary and words that may identify.

    Args:
        interview: the case as it stands.
        known: words that identify this case.
    """
    for instance in interview.route.open_items():
        sentence = f"{interview.speech.title(instance)}: no answer yet."
        yield Obstacle("open item", sentence, instance)
    for failing in interview.unsettled():
        yield Obstacle("check", interview.speech.check(failing), failing.instance)
    for part in interview.summary_parts:
        text = interview.summary.get(part.name, "")
        if not text.strip():
            label = interview.speech.said(part, "label")
            sentence = f"The summary lacks: {label.lower()}."
            yield Obstacle("summary part", sentence, part=part.name)
        for mark in scan(text, known):
            if mark.text not in interview.explained:
                sentence = f"The summary may identify somebody: {mark.text}"
                yield Obstacle("identifying text", sentence, part=part.name)
