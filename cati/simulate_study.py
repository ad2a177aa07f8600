"""Random respondents in a practice study: cases are added, conducted, and submitted for good."""

from collections.abc import Iterator
from datetime import UTC
from random import Random

from cati.case_journal import CaseJournal
from cati.interview import Interview
from cati.refusal import Refusal
from cati.simulate import Habits, SimulatedClock, conduct
from instrument import Instrument
from skips import Route, compile_instrument
from store import Access


def simulate_into(
    manager: Access,
    interviewer: Access,
    instrument: Instrument,
    mode: str,
    cases: int,
    seed: int,
    habits: Habits | None = None,
) -> Iterator[str]:
    """Simulate cases one after the other; yields the id of each once it is submitted.

    Args:
        manager: a data manager, who adds the cases.
        interviewer: who conducts them.
        instrument: one of the study's.
        mode: one of the instrument's.
        cases: how many.
        seed: of the first case; each further case has the next one.
        habits: how the respondents answer.

    Raises:
        Refusal: the study is live.
        Stuck: no random answer settles some item.
    """
    if manager.study.kind != "practice":
        raise Refusal("This is a live study: simulated cases belong in a practice study.")
    program = compile_instrument(instrument, mode)
    for number in range(cases):
        random = Random(seed + number)  # noqa: S311 (repeatable on purpose)
        case = manager.add_case(
            label=f"Simulated case {seed + number}",
            identity={"contact": "nobody; this case is simulated"},
            instrument=instrument.fingerprint,
            mode=mode,
            assignee=interviewer.person.name,
        )
        opened = interviewer.open_case(case)
        journal = CaseJournal(opened)
        try:
            interview = Interview(
                instrument,
                Route(program),
                journal,
                by=interviewer.person.name,
                now=SimulatedClock(random),
                zone=UTC,
            )
            conduct(interview, random, habits)
            journal.submit(interview.document())
        finally:
            opened.release()
        yield case
