"""Practice cases from YAML, through the same guarded door as instruments."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cati.practice.answers import answer_key
from cati.practice.case import PracticeCase
from instrument import Instrument
from instrument.entry import EntryError
from instrument.models import Question, Statement
from instrument.problems import Problem
from instrument.source import Source
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping, YamlNode
from instrument.yaml_nodes import Sequence as YamlSequence

SUFFIX = ".yaml"


class PracticeError(Exception):
    """A practice case cannot be used; holds every problem found in it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.source))
        super().__init__("\n".join(map(str, self.problems)))


def read_practice_folder(folder: Path, instrument: Instrument) -> tuple[PracticeCase, ...]:
    """Every practice case of a folder, in the order of file names.

    Raises:
        PracticeError: with the problems of all files.
    """
    cases: list[PracticeCase] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            cases.append(read_practice_case(file.name, file.read_bytes(), instrument))
        except PracticeError as error:
            problems.extend(error.problems)
    if problems:
        raise PracticeError(problems)
    return tuple(cases)


def read_practice_case(name: str, content: bytes, instrument: Instrument) -> PracticeCase:
    """One practice case, held against the instrument it is for.

    Args:
        name: what the file is called in messages.
        content: its bytes.
        instrument: its items, choices, missing reasons and summary parts must be the case's.

    Raises:
        PracticeError: with every problem, each at file:line:column.
    """
    node, problems = read_yaml(name, content)
    if problems or not isinstance(node, Mapping):
        start = Source(name, 1, 1)
        raise PracticeError(
            problems or [Problem("practice-form", start, "a practice case is a mapping of keys")]
        )
    try:
        case = PracticeCase.model_validate(plain(node))
    except ValidationError as error:
        raise PracticeError(_problem(node, one) for one in error.errors()) from None
    problems = list(_misfits(case, node, instrument))
    if problems:
        raise PracticeError(problems)
    return case


def plain(node: YamlNode) -> Any:
    """A node without its places: dicts, tuples and scalars."""
    if isinstance(node, Mapping):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, YamlSequence):
        return tuple(plain(one) for one in node.nodes)
    return node.value


def source_at(node: YamlNode, path: Sequence[str | int]) -> Source:
    """Where a value stands; as near as the file goes if it is not there."""
    for step in path:
        if isinstance(node, Mapping) and step in node.entries:
            node = node.entries[str(step)].node
        elif isinstance(node, YamlSequence) and isinstance(step, int) and step < len(node.nodes):
            node = node.nodes[step]
        else:
            break
    return node.source


def _problem(node: Mapping, error: Any) -> Problem:
    """A validation error of the models, at its place in the file and in an author's words."""
    path, kind = error["loc"], error["type"]
    key = path[-1] if path else ""
    hint = ""
    if kind == "missing":
        text = f"'{key}' is missing here"
    elif kind == "extra_forbidden":
        text = f"'{key}' is not known here"
        known = ", ".join(PracticeCase.model_fields if len(path) == 1 else ())
        hint = f"known are: {known}" if known else ""
    elif kind == "value_error":
        text = str(error["ctx"]["error"])
    else:
        text = f"'{key}': {error['msg'][:1].lower()}{error['msg'][1:]}"
    return Problem("practice-form", source_at(node, path), text, hint)


def _misfits(case: PracticeCase, node: Mapping, instrument: Instrument) -> Iterable[Problem]:
    """Where a well-formed case and the instrument do not fit together."""
    if case.instrument != instrument.name:
        place = source_at(node, ("instrument",))
        text = f"this case is for '{case.instrument}', and the instrument is '{instrument.name}'"
        yield Problem("practice-instrument", place, text)
    elif case.mode not in instrument.modes:
        place = source_at(node, ("mode",))
        known = ", ".join(instrument.modes)
        yield Problem("practice-mode", place, f"no mode '{case.mode}'", f"known are: {known}")
    else:
        yield from _unknown_sections(case, node, instrument)
        yield from _summary_misfits(case, node, instrument)
        yield from _line_misfits(case, node, instrument)


def _unknown_sections(
    case: PracticeCase, node: Mapping, instrument: Instrument
) -> Iterable[Problem]:
    known = {section.name for section in instrument.sections}
    for number, section in enumerate(case.route):
        if section not in known:
            place = source_at(node, ("route", number))
            yield Problem("practice-section", place, f"no section '{section}'")


def _summary_misfits(
    case: PracticeCase, node: Mapping, instrument: Instrument
) -> Iterable[Problem]:
    parts = [part.name for part in instrument.summary]
    for part in case.summary:
        if part not in parts:
            place = source_at(node, ("summary", part))
            yield Problem("practice-summary", place, f"no summary part '{part}'")
    for part in parts:
        if part not in case.summary:
            place = source_at(node, ("summary",))
            yield Problem("practice-summary", place, f"the summary part '{part}' is missing")


def _line_misfits(case: PracticeCase, node: Mapping, instrument: Instrument) -> Iterable[Problem]:
    seen = set()
    for number, line in enumerate(case.lines):
        place = source_at(node, ("lines", number, "item"))
        item = instrument.items.get(line.item)
        if line.instance in seen:
            yield Problem("practice-line", place, f"'{line.instance}' has a line already")
        seen.add(line.instance)
        if not isinstance(item, Question | Statement):
            yield Problem("practice-line", place, f"no question or statement '{line.item}'")
        elif bool(line.row) != (line.item in instrument.roster_of):
            text = "an item of a roster has a row, and no other item has one"
            yield Problem("practice-line", place, text)
        else:
            try:
                answer_key(line, item, instrument, case.mode)
            except EntryError as error:
                key = "missing" if line.missing is not None else "answer"
                place = source_at(node, ("lines", number, key))
                yield Problem("practice-answer", place, str(error))
