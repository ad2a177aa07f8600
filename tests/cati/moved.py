"""A second version of the household instrument, and cases that move to other versions."""

from cati.events import write_event
from cati.interview import Interview
from cati.memory import MemoryJournal
from cati.moving import move_event, propose
from instrument import READ, Answer, Instance, Instrument, read_files
from instrument.values import Value
from skips import Route, compile_instrument
from tests.cati.household import HOUSEHOLD, Clock, household

SECOND = {
    name: text.replace('version: "1.0.0"', 'version: "2.0.0"')
    .replace("question: people\n", "question: persons\n")
    .replace("people <= 12", "persons <= 12")
    .replace("{people}", "{persons}")
    .replace("items: [people]", "items: [persons]")
    .replace("adults <= people", "adults <= persons")
    .replace("range: 1..9", "range: 1..1")
    .replace("  - {part: cars, label: What they drive, hint: Cars in use., ask_if: owns_car}\n", "")
    .replace("{soft: count(visitor) <= 1,", "{soft: count(visitor) <= 0,")
    for name, text in HOUSEHOLD.items()
}


def second() -> Instrument:
    return read_files({name: text.encode() for name, text in SECOND.items()})


def begun(events: list[dict[str, object]] | None = None) -> Interview:
    """The interview as its journal tells it, in whatever version that ends."""
    clock = Clock()
    known = {one.fingerprint: one for one in (household(), second())}
    instrument = household()
    journal = MemoryJournal(clock)
    journal.events = list(events or [])  # type: ignore[arg-type]
    return Interview(
        instrument,
        Route(compile_instrument(instrument)),
        journal,
        by="ines",
        now=clock,
        events=journal.events,
        versions=lambda one: Route(compile_instrument(known[one])),
    )


def conducted() -> list[dict[str, object]]:
    """Events of an interview in the first version."""
    interview = begun()
    interview.begin()
    interview.read()
    answers: dict[str, Value] = {"owns_car": "yes", "people": 14, "adults": 2, "cars": 2}
    for name, answer in answers.items():
        interview.jump(Instance(name))
        interview.give(answer)
    interview.remark("Counted twice.", Instance("people"))
    interview.jump(Instance("people"))
    interview.confirm(interview.unsettled(Instance("people"))[0], "A shared house.")
    for _ in range(2):
        interview.add_row("visitor")
    interview.order_rows("visitor", (2, 1))
    interview.jump(Instance("visitors_right"))
    interview.give("yes")
    interview.confirm(interview.unsettled(Instance("visitors_right"))[0], "They are.")
    interview.jump(Instance("cars"))
    interview.write_summary("cars", "Two small cars.")
    interview.end("left")
    return interview._journal.events  # type: ignore[attr-defined,no-any-return]


def moved(events: list[dict[str, object]], to: Instrument, names: dict[str, str]) -> None:
    interview = begun(events)
    program = compile_instrument(to)
    proposed = propose(interview.record, program, names)
    event = move_event(
        interview.record,
        program,
        proposed,
        names,
        by="ines",
        t=interview.record.last_seen,  # type: ignore[arg-type]
    )
    events.append(write_event(event))  # type: ignore[arg-type]


class Moving:
    """A case in its journal, that can be opened and moved as often as it takes."""

    def __init__(self, first: Instrument, mode: str = "interview") -> None:
        self.first, self.mode = first, mode
        self.known = {first.fingerprint: first}
        self.journal = MemoryJournal(Clock())

    def open(self) -> Interview:
        """The interview that the journal tells, with a sitting that has begun."""
        interview = Interview(
            self.first,
            self.fresh(self.first.fingerprint),
            self.journal,
            by="ines",
            now=Clock(),
            events=list(self.journal.events),
            versions=self.fresh,
        )
        interview.begin()
        return interview

    def fresh(self, fingerprint: str) -> Route:
        """A route in a version that nothing has happened to."""
        return Route(compile_instrument(self.known[fingerprint], self.mode))

    def to(self, version: Instrument, names: dict[str, str] | None = None) -> Interview:
        """Move the case and open it there."""
        self.known[version.fingerprint] = version
        record = self.open().record
        program = compile_instrument(version, self.mode)
        proposed = propose(record, program, names or {})
        event = move_event(record, program, proposed, names or {}, by="ines", t=Clock()())
        self.journal.events.append(write_event(event))
        return self.open()


def answer(interview: Interview, name: str, value: Answer, row: int = 0) -> None:
    """Go to an item and answer it."""
    interview.jump(Instance(name, row))
    if value is READ:
        interview.read()
    else:
        interview.give(value)
