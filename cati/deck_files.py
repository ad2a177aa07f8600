"""Files of a deck: one test interview each, in YAML that people can read and edit."""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final, NoReturn

from cati.refusal import Refusal
from instrument import Instrument
from instrument.source import Source
from instrument.values import Instance, PartialDate
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping, Scalar, YamlNode
from instrument.yaml_nodes import Sequence as YamlSequence
from skips.proof.deck.script import Given, Noted, Refused, Script, Step, Written

FORM: Final = 1
"""The version of the form, written as `deck: 1`."""
SUFFIX: Final = ".yaml"
_KEYS: Final = (
    "deck", "instrument", "version", "fingerprint", "mode", "seed", "shows", "interview_date",
    "rows", "interview", "computed", "unknown",
)  # fmt: skip
_NEEDED: Final = ("deck", "instrument", "version", "fingerprint", "mode", "interview")
_PLACE: Final = re.compile(r"([a-z][a-z0-9_]*)(?:\[([1-9][0-9]{0,5})\])?")
_PLAIN: Final = re.compile(
    r"[a-z][a-z0-9_]*"  # names
    r"|[0-9]{4}-[0-9]{2}(-[0-9]{2})?"  # days and months
    r"|[0-9]{1,15}(\.[0-9]{1,9})? [a-z]+"  # durations
)
_NOT_PLAIN: Final = {"null", "true", "false"}


# --- writing --------------------------------------------------------------------------------------


def write_script(script: Script, instrument: Instrument, seed: int, heading: str) -> str:
    """A script as its file holds it.

    Args:
        script: what is written.
        instrument: says in which section each item stands.
        seed: that of its deck.
        heading: a line of comment at the top.
    """
    return "\n".join([*_head(script, seed, heading), *_body(script, instrument)]) + "\n"


def _head(script: Script, seed: int, heading: str) -> Iterator[str]:
    yield f"# {heading}"
    yield f"deck: {FORM}"
    yield f"instrument: {script.instrument}"
    yield f"version: {quoted(script.version)}"
    yield f"fingerprint: {quoted(script.fingerprint)}"
    yield f"mode: {script.mode}"
    yield f"seed: {seed}"
    yield "# What no other interview of this deck covers:"
    yield f"shows:{'' if script.why else ' []'}"
    for why in script.why:
        yield f"  - {quoted(why)}"


def _body(script: Script, instrument: Instrument) -> Iterator[str]:
    if script.interview_date is not None:
        yield f"interview_date: {_scalar(str(script.interview_date))}"
    if script.rows:
        yield "rows:"
        yield from (f"  {one.instance}: {one.value}" for one in script.rows)
    yield ""
    yield "# Everything that is asked, in order."
    yield f"interview:{'' if script.steps else ' []'}"
    section = ""
    for step in script.steps:
        now = instrument.section_of[step.instance.item]
        if now.name != section:
            section = now.name
            yield f"  # {' '.join(now.title.split())}"
        yield f"  - {step.instance}: {_step(step)}"
    if script.computed:
        yield ""
        yield "# What is worked out; null where it comes to nothing."
        yield "computed:"
        yield from (f"  {one.instance}: {written_value(one.value)}" for one in script.computed)
    if script.unknown:
        yield ""
        yield "# What is neither asked nor ruled out, as what it depends on has no value."
        yield "unknown:"
        yield from (f"  - {_scalar(str(one))}" for one, _ in script.unknown)


def _step(step: Step) -> str:
    if not (step.refused or step.confirms or step.hidden) and step.given.missing is None:
        return written_value(step.given.answer)
    parts = [_given(step.given)]
    if step.refused:
        refused = (f"{{{_given(one.given)}, by: {_names(one.by)}}}" for one in step.refused)
        parts.insert(0, f"refused: [{', '.join(refused)}]")
    if step.confirms:
        parts.append(f"confirms: {_names(step.confirms)}")
    if step.hidden:
        parts.append(f"hidden: {_names(step.hidden)}")
    return f"{{{', '.join(parts)}}}"


def _given(given: Given) -> str:
    if given.missing is not None:
        return f"missing: {given.missing}"
    return f"answer: {written_value(given.answer)}"


def _names(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"


def written_value(value: Written | None) -> str:
    """A value as files write it; null where there is none."""
    match value:
        case None:
            return "null"
        case tuple():
            return f"[{', '.join(map(_scalar, value))}]"
        case str():
            return _scalar(value)
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text not in _NOT_PLAIN else quoted(text)


def quoted(text: str) -> str:
    """A text in quotes: what is JSON is YAML, too."""
    return json.dumps(text, ensure_ascii=False)


# --- reading --------------------------------------------------------------------------------------


def deck_files(folder: Path) -> list[Path]:
    """The files of a deck, in order."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def read_script(file: Path) -> Script:
    """The test interview in a file.

    Raises:
        Refusal: it is none; says where and why.
    """
    return script_from(str(file), file.read_bytes())


def script_from(name: str, content: bytes) -> Script:
    """The test interview that is written in some bytes.

    Args:
        name: what the file is called in messages.
        content: its bytes.

    Raises:
        Refusal: it is none; says where and why.
    """
    node, problems = read_yaml(name, content)
    if problems:
        raise Refusal("\n".join(map(str, problems)))
    if not isinstance(node, Mapping):
        _refuse(node.source if node else Source(name, 1, 1), "a test interview is 'key: value'")
    return _script(node)


def _refuse(source: Source, text: str) -> NoReturn:
    raise Refusal(f"{source}: {text}.")


def _script(node: Mapping) -> Script:
    for key, entry in node.entries.items():
        if key not in _KEYS:
            known = ", ".join(_KEYS)
            _refuse(entry.key.source, f"'{key}' is not known here; known are {known}")
    for key in _NEEDED:
        if key not in node.entries:
            _refuse(node.source, f"'{key}' is missing: this is no file of a deck")
    form = node.entries["deck"].node
    if not isinstance(form, Scalar) or form.value != FORM:
        _refuse(form.source, f"'deck' is {FORM} in files of this form")
    words = {key: _word(node.entries[key].node) for key in _NEEDED[1:5]}
    return Script(
        **words,
        steps=tuple(map(_read_step, _list(node, "interview"))),
        computed=tuple(_noted(node, "computed")),
        unknown=tuple((_place(one), one.source.line) for one in _list(node, "unknown")),
        rows=tuple(_noted(node, "rows")),
        interview_date=_date(node),
        why=tuple(map(_word, _list(node, "shows"))),
        mode_line=node.entries["mode"].node.source.line,
    )


def _list(node: Mapping, key: str) -> list[YamlNode]:
    if key not in node.entries:
        return []
    found = node.entries[key].node
    if not isinstance(found, YamlSequence):
        _refuse(found.source, f"'{key}' is a list")
    return found.nodes


def _noted(node: Mapping, key: str) -> Iterator[Noted]:
    if key not in node.entries:
        return
    found = node.entries[key].node
    if not isinstance(found, Mapping):
        _refuse(found.source, f"'{key}' is written 'name: value'")
    for entry in found.entries.values():
        empty = isinstance(entry.node, Scalar) and entry.node.value is None
        value = None if empty and key == "computed" else _answer(entry.node)
        yield Noted(_place(entry.key), value, entry.key.source.line)


def _date(node: Mapping) -> PartialDate | None:
    if "interview_date" not in node.entries:
        return None
    found = node.entries["interview_date"].node
    try:
        return PartialDate.parse(_word(found))
    except ValueError:
        _refuse(found.source, "a date is written 2019-03-19")


def _read_step(node: YamlNode) -> Step:
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        _refuse(node.source, "an entry of the interview is '- item: answer'")
    ((_, entry),) = node.entries.items()
    place, line = _place(entry.key), entry.key.source.line
    if not isinstance(entry.node, Mapping):
        return Step(place, Given(_answer(entry.node)), line=line)
    given, more = _read_given(entry.node, ("refused", "confirms", "hidden"))
    return Step(
        place,
        given,
        tuple(map(_read_refused, _list(more, "refused"))),
        tuple(map(_word, _list(more, "confirms"))),
        tuple(map(_word, _list(more, "hidden"))),
        line,
    )


def _read_refused(node: YamlNode) -> Refused:
    if not isinstance(node, Mapping):
        _refuse(node.source, "what is refused is written '{answer: …, by: [check]}'")
    given, more = _read_given(node, ("by",))
    return Refused(given, tuple(map(_word, _list(more, "by"))))


def _read_given(node: Mapping, others: tuple[str, ...]) -> tuple[Given, Mapping]:
    for key, entry in node.entries.items():
        if key not in ("answer", "missing", *others):
            known = ", ".join(("answer", "missing", *others))
            _refuse(entry.key.source, f"'{key}' is not known here; known are {known}")
    if ("answer" in node.entries) == ("missing" in node.entries):
        _refuse(node.source, "an item has either an answer or a missing reason")
    if "missing" in node.entries:
        return Given(missing=_word(node.entries["missing"].node)), node
    return Given(_answer(node.entries["answer"].node)), node


def _answer(node: YamlNode) -> Written:
    if isinstance(node, YamlSequence):
        return tuple(map(_word, node.nodes))
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
        _refuse(node.source, "an answer is needed here")
    return node.value


def _word(node: YamlNode) -> str:
    if not isinstance(node, Scalar) or not node.text:
        _refuse(node.source, "a word is needed here")
    return node.text


def _place(node: YamlNode) -> Instance:
    found = _PLACE.fullmatch(_word(node))
    if found is None:
        _refuse(node.source, "an item is named 'age', in a roster 'age[2]'")
    return Instance(found[1], int(found[2] or 0))
