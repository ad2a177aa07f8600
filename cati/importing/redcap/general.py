"""What holds for a dictionary as a whole: losses and remarks that belong to no single item."""

from collections.abc import Iterable, Iterator

from cati.importing.outline import Lost, Remark
from cati.importing.redcap.entries import text_kind
from cati.importing.redcap.order import Moved
from cati.importing.redcap.table import Column, Dictionary, Field
from instrument import NUMBER_KINDS


def negative(fields: Iterable[Field]) -> Iterator[range]:
    """Ranges of values below 0, where no missing reason may have its code."""
    for one in fields:
        if text_kind(one[Column.VALIDATION].lower()) in NUMBER_KINDS:
            try:
                low = int(float(one[Column.MINIMUM].replace(",", ".") or "0"))
                high = int(float(one[Column.MAXIMUM].replace(",", ".") or "0"))
            except (ValueError, OverflowError):
                continue
            if low < 0:
                yield range(low, max(high, -1) + 1)


def strange(dictionary: Dictionary) -> list[Lost]:
    """Columns that no data dictionary has."""
    why = "no data dictionary has a column of this name"
    return [Lost("", f"column {heading}", "", why) for heading in dictionary.strange]


def alignment(dictionary: Dictionary) -> list[Lost]:
    """One loss for all alignments: nearly every field of some dictionaries has one."""
    aligned = [one for one in dictionary.fields if one[Column.ALIGNMENT]]
    if not aligned:
        return []
    cells = ", ".join(one.cell(Column.ALIGNMENT) for one in aligned)
    kinds = ", ".join(sorted({one[Column.ALIGNMENT] for one in aligned}))
    return [Lost(cells, "custom alignment", kinds, "nothing is laid out on a page")]


def moves(moved: Iterable[Moved]) -> list[Remark]:
    """Calculations that stand elsewhere now."""
    why = "a calculation reads only what comes before it, so it was moved"
    return [
        Remark(
            one.field.cell(Column.NAME), one.field[Column.NAME], f"stands behind {one.behind}", why
        )
        for one in moved
        if one.field[Column.NAME]
    ]


def general(dictionary: Dictionary, *, refuses: bool) -> list[Remark]:
    """What holds for the dictionary as a whole."""
    remarks = []
    if dictionary.encoding != "UTF-8":
        why = f"the file is {dictionary.encoding} and not UTF-8: look at letters with accents"
        remarks.append(Remark("", "the file", "", why))
    numbers = [
        one
        for one in dictionary.fields
        if one[Column.TYPE].lower() == "text"
        and text_kind(one[Column.VALIDATION].lower()) in NUMBER_KINDS
    ]
    if any(not one[Column.MINIMUM] for one in numbers):
        why = "numbers without a least value begin at 0 here; write a range where they may be less"
        remarks.append(Remark("", "numbers without a least value", "0..", why))
    if refuses:
        why = "REDCap warns of a value outside and takes it; here it is refused"
        remarks.append(Remark("", "least and greatest values", "range", why))
    return remarks
