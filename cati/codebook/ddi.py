"""A codebook as DDI-Codebook 2.5, the XML in which data archives keep codebooks.

| DDI | here |
| --- | --- |
| `varGrp` | sections, rosters, grids, and the columns of one any-of question, date or text |
| `var` | a column of a full export, in its order |
| `qstn` | the question, at the first of its columns; the others refer to it |
| `universe` | for whom it is asked, in words; the conditions stand in `notes` |
| `catgry` | a code with its labels; `missing="Y"` where it stands for no value |
| `derivation` | how a computed value is worked out |
"""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from cati.codebook.markup import storable
from cati.codebook.model import (
    Codebook,
    CodebookSection,
    Entry,
    FieldText,
    Group,
    Level,
    Said,
    plain,
    quoted,
)
from cati.export.columns import HIGHEST_CODE, LOWEST_CODE, Column, Storage

NAMESPACE: Final = "ddi:codebook:2_5"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_FILE: Final = "F1"
_QUESTION_PARTS: Final = (
    ("preQTxt", ("stem", "say")),
    ("qstnLit", ("ask",)),
    ("postQTxt", ("probe",)),
    ("ivuInstr", ("instruct", "help")),
)
"""Element to the texts of an item that it holds."""


def to_ddi(book: Codebook) -> str:
    """The codebook as a DDI-Codebook 2.5 document."""
    root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", _XML_LANG: book.language})
    _study(root, book)
    _file(root, book)
    data = ET.SubElement(root, "dataDscr")
    for section in book.sections:
        _groups(data, section)
    for variable in _variables(book):
        data.append(variable)
    for entry in book.entries:
        if entry.sort == "statement":
            for text in entry.texts:
                _statement(data, entry, text)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    """A new last child; attributes that are empty are left out."""
    given = {
        (_XML_LANG if key == "lang" else key): storable(value)
        for key, value in attributes.items()
        if value
    }
    child = ET.SubElement(parent, name, given)
    if text:
        child.text = storable(text)
    return child


# --- study and file ----------------------------------------------------------------------------


def _study(root: ET.Element, book: Codebook) -> None:
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    title = _add(citation, "titlStmt")
    _add(title, "titl", book.title)
    _add(title, "IDNo", book.name)
    statement = _add(citation, "verStmt")
    _add(statement, "version", book.version)
    _add(statement, "notes", book.fingerprint, type="fingerprint")
    for mode in book.modes:
        _add(study, "notes", mode, type="mode")
    for term in book.definitions:
        _add(study, "notes", term.means, type="definition", subject=term.term)


def _file(root: ET.Element, book: Codebook) -> None:
    described = _add(_add(root, "fileDscr", ID=_FILE), "fileTxt")
    _add(described, "fileName", book.name)
    _add(described, "fileStrc", type="rectangular")
    dimensions = _add(described, "dimensns")
    _add(dimensions, "varQnty", str(sum(1 for _ in _columns(book))))
    _add(
        described,
        "dataMsng",
        "; ".join(f"{one.code} {one.label}" for one in book.missing),
    )


def _columns(book: Codebook) -> Iterator[tuple[Column, Entry | Group | None]]:
    """Every column of a full export in its order, with what it belongs to."""
    for column in book.case_columns:
        yield column, None
    owners: dict[str, Entry | Group] = {entry.name: entry for entry in book.variables}
    owners |= {group.name: group for section in book.sections for group in _rosters(section.blocks)}
    for column in book.item_columns:
        assert column.at is not None
        yield column, owners[column.at.item]
    for column in book.summary_columns:
        yield column, None


def _rosters(blocks: Iterable[Entry | Group]) -> Iterator[Group]:
    for block in blocks:
        if isinstance(block, Group):
            yield block
            yield from _rosters(block.blocks)


# --- groups ------------------------------------------------------------------------------------


def _groups(data: ET.Element, section: CodebookSection) -> None:
    """The section and everything in it that groups columns."""
    inner = [_block_id(block) for block in section.blocks if _is_group(block)]
    group = _add(
        data,
        "varGrp",
        ID=f"S_{section.name}",
        type="section",
        name=section.name,
        var=_ids(column for entry in section.blocks for column in _own_columns(entry)),
        varGrp=" ".join(inner),
    )
    _add(group, "labl", section.title)
    _add(group, "universe", quoted(section.universe.sentence))
    _conditions(group, section.universe.levels)
    for block in section.blocks:
        _block(data, block)


def _is_group(block: Entry | Group) -> bool:
    return isinstance(block, Group) or len(block.columns) > 1


def _block_id(block: Entry | Group) -> str:
    return f"{'G' if isinstance(block, Group) else 'M'}_{block.name}"


def _own_columns(block: Entry | Group) -> tuple[Column, ...]:
    """The columns of a block that stand in no smaller group."""
    return () if _is_group(block) else block.columns


def _block(data: ET.Element, block: Entry | Group) -> None:
    if not _is_group(block):
        return
    if isinstance(block, Entry):
        several = "multipleResp" if block.several else "other"
        group = _add(
            data,
            "varGrp",
            ID=_block_id(block),
            type=several,
            name=block.name,
            var=_ids(block.columns),
        )
        _add(group, "labl", block.label)
        return
    own = [*block.columns, *(column for one in block.blocks for column in _own_columns(one))]
    group = _add(
        data,
        "varGrp",
        ID=_block_id(block),
        type="grid" if block.sort == "grid" else "repetition",
        name=block.name,
        var=_ids(own),
        varGrp=" ".join(_block_id(one) for one in block.blocks if _is_group(one)),
    )
    _add(group, "labl", block.label)
    for text in block.stem:
        for said in text.said:
            _add(group, "txt", plain(said.words), lang=said.language)
    if block.rows:
        _add(group, "txt", quoted(block.rows))
    if block.universe is not None:
        _add(group, "universe", quoted(block.universe.sentence))
        _conditions(group, block.universe.levels)
    for one in block.blocks:
        _block(data, one)


def _ids(columns: Iterable[Column]) -> str:
    return " ".join(f"V_{column.name}" for column in columns)


def _conditions(parent: ET.Element, levels: Iterable[Level]) -> None:
    for level in levels:
        _add(parent, "notes", level.condition, type="condition", level=level.whose)


# --- variables ---------------------------------------------------------------------------------


def _variables(book: Codebook) -> Iterator[ET.Element]:
    first: set[str] = set()
    for column, owner in _columns(book):
        fresh = isinstance(owner, Entry) and owner.name not in first
        if isinstance(owner, Entry):
            first.add(owner.name)
        yield _variable(column, owner, fresh)


def _variable(column: Column, owner: Entry | Group | None, fresh: bool) -> ET.Element:
    """One column; the question itself stands at the first column of its item."""
    asked = isinstance(owner, Entry) and bool(owner.texts)
    variable = ET.Element(
        "var",
        {
            "ID": f"V_{column.name}",
            "name": column.name,
            "files": _FILE,
            "dcml": str(column.decimals),
            "intrvl": "contin" if column.measure == "scale" else "discrete",
        },
    )
    for name, value in (
        ("measUnit", column.unit),
        ("nature", "" if column.measure == "scale" else column.measure.value),
        ("representationType", _representation(column)),
        ("qstn", f"Q_{owner.name}" if asked and not fresh and owner else ""),
    ):
        if value:
            variable.set(name, storable(value))
    _add(variable, "labl", column.label)
    if isinstance(owner, Entry):
        _add_if(variable, "security", owner.sensitivity)
        if asked and fresh:
            _question(variable, owner)
        _range(variable, owner, column)
    if column.has_codes:
        _add(_add(variable, "invalrng"), "range", min=str(LOWEST_CODE), max=str(HIGHEST_CODE))
    if owner is not None and owner.universe is not None:
        _add(variable, "universe", quoted(owner.universe.sentence))
    _categories(variable, column, owner)
    if isinstance(owner, Entry):
        _worked_out(variable, owner)
    number = column.storage is Storage.NUMBER
    _add(
        variable,
        "varFormat",
        type="numeric" if number else "character",
        formatname=f"F{column.width}.{column.decimals}" if number else "A",
        schema="SPSS",
    )
    if isinstance(owner, Entry) and fresh:
        _notes(variable, owner)
    return variable


def _add_if(parent: ET.Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _representation(column: Column) -> str:
    if column.storage is Storage.TEXT:
        return "text"
    coded = any(not LOWEST_CODE <= code <= HIGHEST_CODE for code in column.values)
    return "code" if coded else "numeric"


def _question(variable: ET.Element, entry: Entry) -> None:
    question = _add(variable, "qstn", ID=f"Q_{entry.name}", seqNo=str(entry.position))
    for element, fields in _QUESTION_PARTS:
        for text in entry.texts:
            if text.field in fields:
                for said in text.said:
                    _add(question, element, _with_modes(said, text), lang=said.language)


def _with_modes(said: Said, text: FieldText) -> str:
    modes = f"({', '.join(text.modes)}) " if text.modes else ""
    return modes + plain(said.words)


def _range(variable: ET.Element, entry: Entry, column: Column) -> None:
    """The values that are taken, of the column that holds a number."""
    bounded = entry.low or entry.high
    if bounded and column.storage is Storage.NUMBER and not column.name.endswith("_status"):
        units = "REAL" if "." in entry.low + entry.high or column.decimals else "INT"
        _add(_add(variable, "valrng"), "range", UNITS=units, min=entry.low, max=entry.high)


def _categories(variable: ET.Element, column: Column, owner: Entry | Group | None) -> None:
    labels = _translated(owner) if isinstance(owner, Entry) and not owner.several else {}
    for code in sorted(column.values, key=lambda code: (_is_missing(column, code), abs(code))):
        label, missing = column.values[code], _is_missing(column, code)
        category = _add(variable, "catgry", missing="Y" if missing else "")
        _add(category, "catValu", str(code))
        if missing or code not in labels:
            _add(category, "labl", label)
            continue
        for said in labels[code]:
            _add(category, "labl", plain(said.words), lang=said.language)


def _is_missing(column: Column, code: int) -> bool:
    return column.has_codes and LOWEST_CODE <= code <= HIGHEST_CODE


def _translated(entry: Entry) -> dict[int, tuple[Said, ...]]:
    return {choice.code: choice.labels for choice in entry.choices}


def _worked_out(variable: ET.Element, entry: Entry) -> None:
    if not entry.rule:
        return
    derivation = _add(variable, "derivation")
    words, commands = [], []
    for line in entry.rule:
        otherwise = "otherwise" if len(entry.rule) > 1 else ""
        when = f"when {quoted(line.when_words)}" if line.when else otherwise
        words.append(f"{quoted(line.value_words)} {when}".strip())
        commands.append(f"{line.value} when {line.when}" if line.when else line.value)
    _add(derivation, "drvdesc", "; ".join(words))
    _add(derivation, "drvcmd", "; ".join(commands), syntax="cati")


def _notes(variable: ET.Element, entry: Entry) -> None:
    """What DDI has no element for, each sort by its type."""
    _conditions(variable, entry.universe.levels)
    for check in entry.checks:
        said = " / ".join(plain(one.words) for one in check.say)
        _add(variable, "notes", f"{check.condition}: {said}", type=f"{check.severity} check")
    for choice in entry.choices:
        remarks = [plain(remark) for remark in choice.remarks]
        if choice.ask_if is not None:
            remarks.append(f"offered unless this is no: {choice.ask_if.condition}")
        if remarks:
            _add(variable, "notes", "; ".join(remarks), type="choice", subject=choice.name)
    for limit in entry.limits:
        _add(variable, "notes", limit, type="limit")
    for trait in entry.traits:
        _add(variable, "notes", trait, type="trait")
    if entry.left_out:
        _add(variable, "notes", entry.left_out, type="not in analysis exports")
    _add_if(variable, "notes", entry.note)
    if entry.used_by:
        readers = (use.reader for use in entry.used_by)
        _add(variable, "notes", " ".join(readers), type="used by")


def _statement(data: ET.Element, entry: Entry, text: FieldText) -> None:
    for said in text.said:
        _add(
            data,
            "notes",
            _with_modes(said, text),
            type="statement",
            subject=entry.name,
            lang=said.language,
        )
