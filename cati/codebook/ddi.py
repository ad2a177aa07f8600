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

from cati.codebook.ddi_variable import add_variable
from cati.codebook.ddi_xml import FILE, XML_LANG, add, conditions, with_modes
from cati.codebook.model import (
    Codebook,
    CodebookSection,
    Entry,
    FieldText,
    Group,
    plain,
    quoted,
)
from cati.export.columns import Column

NAMESPACE: Final = "ddi:codebook:2_5"


def to_ddi(book: Codebook) -> str:
    """The codebook as a DDI-Codebook 2.5 document."""
    root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", XML_LANG: book.language})
    _study(root, book)
    _file(root, book)
    data = ET.SubElement(root, "dataDscr")
    for section in book.sections:
        _groups(data, section)
    described: set[str] = set()
    for column, owner in _columns(book):
        name = owner.name if owner is not None else ""
        add_variable(data, column, owner, fresh=name not in described)
        described.add(name)
    for entry in book.entries:
        if entry.sort == "statement":
            for text in entry.texts:
                _statement(data, entry, text)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


# --- study and file ----------------------------------------------------------------------------


def _study(root: ET.Element, book: Codebook) -> None:
    study = add(root, "stdyDscr")
    citation = add(study, "citation")
    title = add(citation, "titlStmt")
    add(title, "titl", book.title)
    add(title, "IDNo", book.name)
    statement = add(citation, "verStmt")
    add(statement, "version", book.version)
    add(statement, "notes", book.fingerprint, type="fingerprint")
    for mode in book.modes:
        add(study, "notes", mode, type="mode")
    for term in book.definitions:
        add(study, "notes", term.means, type="definition", subject=term.term)
    for guide in book.guides:
        add(study, "notes", guide.text, type="guide", subject=guide.title)


def _file(root: ET.Element, book: Codebook) -> None:
    described = add(add(root, "fileDscr", ID=FILE), "fileTxt")
    add(described, "fileName", book.name)
    add(described, "fileStrc", type="rectangular")
    dimensions = add(described, "dimensns")
    add(dimensions, "varQnty", str(sum(1 for _ in _columns(book))))
    add(
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
    group = add(
        data,
        "varGrp",
        ID=f"S_{section.name}",
        type="section",
        name=section.name,
        var=_ids(column for entry in section.blocks for column in _own_columns(entry)),
        varGrp=" ".join(inner),
    )
    add(group, "labl", section.title)
    add(group, "universe", quoted(section.universe.sentence))
    conditions(group, section.universe.levels)
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
        group = add(
            data,
            "varGrp",
            ID=_block_id(block),
            type=several,
            name=block.name,
            var=_ids(block.columns),
        )
        add(group, "labl", block.label)
        return
    own = [*block.columns, *(column for one in block.blocks for column in _own_columns(one))]
    group = add(
        data,
        "varGrp",
        ID=_block_id(block),
        type="grid" if block.sort == "grid" else "repetition",
        name=block.name,
        var=_ids(own),
        varGrp=" ".join(_block_id(one) for one in block.blocks if _is_group(one)),
    )
    add(group, "labl", block.label)
    for text in block.stem:
        for said in text.said:
            add(group, "txt", plain(said.words), lang=said.language)
    if block.rows:
        add(group, "txt", quoted(block.rows))
    if block.universe is not None:
        add(group, "universe", quoted(block.universe.sentence))
        conditions(group, block.universe.levels)
    for one in block.blocks:
        _block(data, one)


def _ids(columns: Iterable[Column]) -> str:
    return " ".join(f"V_{column.name}" for column in columns)


def _statement(data: ET.Element, entry: Entry, text: FieldText) -> None:
    for said in text.said:
        add(
            data,
            "notes",
            with_modes(said, text),
            type="statement",
            subject=entry.name,
            lang=said.language,
        )
