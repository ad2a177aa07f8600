"""The outline around the items: title, version, missing reasons, shared lists."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cati.importing.names import DEVICES, LEFT_BLANK, STANDARD_MISSING, Names, altered, line
from cati.importing.outline import (
    Lost,
    Outline,
    OutlineItem,
    OutlineSection,
    Plain,
    Remark,
    Renamed,
)
from cati.importing.xlsform.form import Form, FormRow
from cati.importing.xlsform.languages import Languages
from cati.importing.xlsform.shop import Shop

_SETTINGS = frozenset({"title", "id_string", "version", "default_language"})
_FROM_ZERO = "numbers begin at 0 here; where negative ones are meant, give the question a range"


def finish(
    shop: Shop,
    languages: Languages,
    sections: Sequence[OutlineSection],
    lost: Sequence[Lost],
    stem: str,
) -> tuple[Outline, list[Renamed]]:
    """The outline of an import whose items are made, and names of it that were changed.

    Args:
        shop: the import.
        languages: of the form.
        sections: with their items.
        lost: what stands in no section.
        stem: name of the file without the ending, for a form that has no name.
    """
    settings = shop.form.settings
    foreign = (settings.text("id_string") if settings else "") or stem
    named = settings.get("id_string") if settings else None
    names = Names(DEVICES)
    lists = Names()
    shared = _shared(shop, lists)
    outline = Outline(
        name=names.give(foreign, otherwise="imported_form", at=named.at if named else ""),
        title=title_of(shop.form, stem),
        version=_version(settings),
        sections=tuple(
            replace(one, items=tuple(_with_lists(item, shop, shared) for item in one.items))
            for one in sections
        ),
        languages=languages.names,
        missing=[*STANDARD_MISSING, *([LEFT_BLANK] if shop.with_blank else [])],
        choices={name: _choices(shop, key) for key, name in shared.items()},
        heading=f"Made from the XLSForm {line(stem)}; its report says what was not carried over.",
    )
    outline = replace(
        outline,
        lost=(*lost, *_lost_settings(settings), *_unused(shop), *shop.taken()),
        remarks=_remarks(shop, languages, outline),
    )
    return outline, [*names.renamed, *lists.renamed]


def title_of(form: Form, stem: str = "") -> str:
    """The title of a form: as its settings say, else its name, else that of its file."""
    said = (form.settings.text("title") or form.settings.text("id_string")) if form.settings else ""
    return line(said) or words(stem) or "Imported form"


def _title(form: Form) -> list[Remark]:
    """A remark on a title that does not stand as it was."""
    cell = form.settings.get("title") if form.settings else None
    why = altered(cell.text) if cell else ""
    return [Remark(cell.at, cell.text, line(cell.text), why)] if cell and why else []


def words(name: str) -> str:
    """A name as a title: `house_hold` becomes `House hold`."""
    text = line(re.sub(r"[_\s]+", " ", name))
    return text[:1].upper() + text[1:]


def _version(settings: FormRow | None) -> str:
    said = settings.text("version") if settings else ""
    kept = re.sub(r"[^0-9A-Za-z.+_-]+", "-", said).strip(".+_-")[:32]
    return kept or "1"


def _lost_settings(settings: FormRow | None) -> list[Lost]:
    cells = settings.cells.items() if settings else ()
    return [
        Lost(cell.at, f"setting {column}", cell.text, "an instrument has no such setting")
        for (column, _), cell in cells
        if column not in _SETTINGS
    ]


def _remarks(shop: Shop, languages: Languages, outline: Outline) -> tuple[Remark, ...]:
    remarks = [*shop.remarks, *shop.lists.remarks, *shop.maker.remarks, *_title(shop.form)]
    if languages.guessed:
        why = "the language of texts without one is taken for English"
        remarks.append(Remark("survey!1", "label", "en", why))
    numbers = any(
        item.keys.get("kind") in ("integer", "decimal") and "question" in item.keys
        for section in outline.sections
        for outer in section.items
        for item in (outer, *outer.items)
    )
    if numbers:
        remarks.append(Remark("survey!1", "integer, decimal", "", _FROM_ZERO))
    return tuple(remarks)


_List = tuple[str, bool]


def _shared(shop: Shop, names: Names) -> dict[_List, str]:
    """The lists that more than one question takes as they are, with the names they get here."""
    uses = Counter(shop.plain_lists.values())
    return {
        key: names.give(
            f"{key[0]}_or_other" if key[1] else key[0],
            otherwise="choices",
            at="" if key[1] else shop.form.choices[key[0]][0].at,
        )
        for key, number in uses.items()
        if number > 1
    }


def _choices(shop: Shop, key: _List) -> Sequence[Mapping[str, Plain]]:
    named = shop.lists.get(key[0], with_other=key[1])
    assert named is not None
    return named.choices


def _with_lists(item: OutlineItem, shop: Shop, shared: Mapping[_List, str]) -> OutlineItem:
    """An item that names its list where the list is shared."""
    inner = tuple(_with_lists(one, shop, shared) for one in item.items)
    rows = item.keys.get("items")
    first = item.name
    if isinstance(rows, list):
        first = str(rows[0]["item"])
    name = shared.get(shop.plain_lists.get(first, ("", False)))
    keys = {**item.keys, "choices": name} if name and "choices" in item.keys else item.keys
    return replace(item, keys=keys, items=inner)


def _unused(shop: Shop) -> list[Lost]:
    """Lists that no question takes."""
    used = " ".join(node.row.text("type") for top in shop.form.nodes for node in top.rows()).split()
    return [
        Lost(rows[0].at, f"list {name}", _listed(rows), "no question uses it")
        for name, rows in shop.form.choices.items()
        if name not in used
    ]


def _listed(rows: Sequence[FormRow]) -> str:
    """The choices of a list as a text: each its name and its labels."""
    return "; ".join(
        ", ".join([row.text("name"), *(cell.text for cell in row.texts("label").values())])
        for row in rows
    )
