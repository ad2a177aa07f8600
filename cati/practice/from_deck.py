"""A draft of a practice case from a test interview: the answers stand, the words lack."""

from collections.abc import Iterator

from cati.deck_files import quoted, written_value
from instrument import Instrument
from instrument.models import Question
from skips.proof.deck.script import Given, Script, Step


def draft(script: Script, instrument: Instrument, name: str) -> str:
    """The file of a practice case with these answers; what somebody must write is in brackets.

    Args:
        script: the test interview.
        instrument: goes as the script expects.
        name: what the practice case is called.
    """
    return "\n".join(_lines(script, instrument, name)) + "\n"


def _lines(script: Script, instrument: Instrument, name: str) -> Iterator[str]:
    yield "# An invented case. Nobody in it exists, and nothing in it happened."
    yield f"practice: {name}"
    yield f"title: {quoted(name.replace('_', ' ').capitalize())}"
    yield f"instrument: {script.instrument}"
    yield f"mode: {script.mode}"
    yield f"persona: {quoted('[who is on the line, and how this person speaks]')}"
    yield f"trains: {quoted('; '.join(script.why) or '[what this way trains]')}"
    yield "contact:"
    yield f"  contact: {quoted('[an invented name]')}"
    yield "  telephone: 555-0100"
    sections = dict.fromkeys(instrument.section_of[one.instance.item].name for one in script.steps)
    yield f"route: [{', '.join(sections)}]"
    yield ""
    yield "lines:"
    for step in script.steps:
        yield from _line(step, instrument)
    yield ""
    yield f"summary:{'' if instrument.summary else ' {}'}"
    for part in instrument.summary:
        yield f"  {part.name}:"
        yield f"    write: {quoted(f'[{part.label}: {part.hint}]')}"
        yield f"    points: [{quoted('[what must not be missing]')}]"


def _line(step: Step, instrument: Instrument) -> Iterator[str]:
    item = instrument.items[step.instance.item]
    yield f"  - item: {item.name}"
    if step.instance.row:
        yield f"    row: {step.instance.row}"
    if not isinstance(item, Question):
        yield f"    says: {quoted('[all right]')}"
        return
    yield f"    says: {quoted(f'[in other words: {_meant(step.given, item, instrument)}]')}"
    if step.given.missing is not None:
        yield f"    missing: {step.given.missing}"
    else:
        yield f"    answer: {written_value(step.given.answer)}"
    if step.confirms:
        yield f"    confirm: {quoted('[why this is so all the same]')}"


def _meant(given: Given, item: Question, instrument: Instrument) -> str:
    """An answer in the labels that people see."""
    if given.missing is not None:
        return instrument.missing_reason[given.missing].label
    names = given.answer if isinstance(given.answer, tuple) else (str(given.answer),)
    labels = [item.choice[one].label if one in item.choice else one for one in names]
    return "; ".join(labels) or "none of these"
