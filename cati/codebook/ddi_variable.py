"""One column of the data as DDI describes it."""

from typing import Final
from xml.etree import ElementTree as ET

from cati.codebook.ddi_xml import FILE, add, conditions, with_modes
from cati.codebook.model import Entry, Group, Said, plain, quoted
from cati.export.columns import HIGHEST_CODE, LOWEST_CODE, Column, Storage
from instrument.models import Measure

_QUESTION_PARTS: Final = (
    ("preQTxt", ("stem", "say")),
    ("qstnLit", ("ask",)),
    ("postQTxt", ("probe",)),
    ("ivuInstr", ("instruct", "help")),
)
"""Element to the texts of an item that it holds."""


def add_variable(
    data: ET.Element, column: Column, owner: Entry | Group | None, *, fresh: bool
) -> None:
    """One column of a full export.

    Args:
        data: what it is added to.
        column: the column.
        owner: what it belongs to; None for the case as a whole.
        fresh: whether it is its item's first, where the question itself stands.
    """
    entry = owner if isinstance(owner, Entry) else None
    asked = entry is not None and entry.sort == "question"
    scale = column.measure is Measure.SCALE
    variable = add(
        data,
        "var",
        ID=f"V_{column.name}",
        name=column.name,
        files=FILE,
        dcml=str(column.decimals),
        intrvl="contin" if scale else "discrete",
        measUnit=column.unit,
        nature="" if scale else column.measure.value,
        representationType=_representation(column),
        qstn=f"Q_{entry.name}" if entry and asked and not fresh else "",
    )
    add(variable, "labl", column.label)
    if entry is not None and entry.sensitivity:
        add(variable, "security", entry.sensitivity)
    if entry is not None and asked and fresh:
        _question(variable, entry)
    if entry is not None:
        _range(variable, entry, column)
    if column.has_codes:
        add(add(variable, "invalrng"), "range", min=str(LOWEST_CODE), max=str(HIGHEST_CODE))
    if owner is not None and owner.universe is not None:
        add(variable, "universe", quoted(owner.universe.sentence))
    _categories(variable, column, entry)
    if entry is not None:
        _worked_out(variable, entry)
    if column.rule:
        add(add(variable, "derivation"), "drvdesc", column.rule)
    number = column.storage is Storage.NUMBER
    add(
        variable,
        "varFormat",
        type="numeric" if number else "character",
        formatname=f"F{column.width}.{column.decimals}" if number else "A",
        schema="SPSS",
    )
    if entry is not None and fresh:
        _notes(variable, entry)
    elif owner is None and column.note:
        add(variable, "notes", column.note)


def _representation(column: Column) -> str:
    if column.storage is Storage.TEXT:
        return "text"
    coded = any(not LOWEST_CODE <= code <= HIGHEST_CODE for code in column.values)
    return "code" if coded else "numeric"


def _question(variable: ET.Element, entry: Entry) -> None:
    question = add(variable, "qstn", ID=f"Q_{entry.name}", seqNo=str(entry.position))
    for element, fields in _QUESTION_PARTS:
        for text in entry.texts:
            if text.field in fields:
                for said in text.said:
                    add(question, element, with_modes(said, text), lang=said.language)


def _range(variable: ET.Element, entry: Entry, column: Column) -> None:
    """The values that are taken, of the column that holds a number."""
    bounded = entry.low or entry.high
    if bounded and column.storage is Storage.NUMBER and not column.name.endswith("_status"):
        units = "REAL" if "." in entry.low + entry.high or column.decimals else "INT"
        add(add(variable, "valrng"), "range", UNITS=units, min=entry.low, max=entry.high)


def _categories(variable: ET.Element, column: Column, entry: Entry | None) -> None:
    labels = _translated(entry) if entry is not None and not entry.several else {}
    for code in sorted(column.values, key=lambda code: (_is_missing(column, code), abs(code))):
        label, missing = column.values[code], _is_missing(column, code)
        category = add(variable, "catgry", missing="Y" if missing else "")
        add(category, "catValu", str(code))
        if missing or code not in labels:
            add(category, "labl", label)
            continue
        for said in labels[code]:
            add(category, "labl", plain(said.words), lang=said.language)


def _is_missing(column: Column, code: int) -> bool:
    return column.has_codes and LOWEST_CODE <= code <= HIGHEST_CODE


def _translated(entry: Entry) -> dict[int, tuple[Said, ...]]:
    return {choice.code: choice.labels for choice in entry.choices}


def _worked_out(variable: ET.Element, entry: Entry) -> None:
    if not entry.rule:
        return
    derivation = add(variable, "derivation")
    words, commands = [], []
    for line in entry.rule:
        otherwise = "otherwise" if len(entry.rule) > 1 else ""
        when = f"when {quoted(line.when_words)}" if line.when else otherwise
        words.append(f"{quoted(line.value_words)} {when}".strip())
        commands.append(f"{line.value} when {line.when}" if line.when else line.value)
    add(derivation, "drvdesc", "; ".join(words))
    add(derivation, "drvcmd", "; ".join(commands), syntax="cati")


def _notes(variable: ET.Element, entry: Entry) -> None:
    """What DDI has no element for, each sort by its type."""
    conditions(variable, entry.universe.levels)
    for check in entry.checks:
        said = " / ".join(plain(one.words) for one in check.say)
        add(variable, "notes", f"{check.condition}: {said}", type=f"{check.severity} check")
    for choice in entry.choices:
        remarks = [plain(remark) for remark in choice.remarks]
        if choice.ask_if is not None:
            remarks.append(f"offered unless this is no: {choice.ask_if.condition}")
        if remarks:
            add(variable, "notes", "; ".join(remarks), type="choice", subject=choice.name)
    for limit in entry.limits:
        add(variable, "notes", limit, type="limit")
    for trait in entry.traits:
        add(variable, "notes", trait, type="trait")
    if entry.left_out:
        add(variable, "notes", entry.left_out, type="not in analysis exports")
    if entry.note:
        add(variable, "notes", entry.note)
    if entry.used_by:
        readers = (use.reader for use in entry.used_by)
        add(variable, "notes", " ".join(readers), type="used by")
