"""Constraints become hard checks; a pattern of fixed length becomes a mask."""

import re
from typing import Final

from cati.importing.outline import Origin, Plain
from cati.importing.xlsform.form import Cell, FormRow
from cati.importing.xlsform.shop import Place, Shop, joined
from cati.importing.xlsform.terms import Known, Term, as_condition
from cati.importing.xlsform.xpath import Binary, Call, Own, Part, String, XPathError, parse
from instrument import Kind

SAY: Final = "This answer does not fit. Please check it."
"""Said where the original has no message."""

_CLASSES: Final = {
    "[0-9]": "9", r"\d": "9", "[A-Za-z]": "A", "[a-zA-Z]": "A", "[A-Z]": "A", "[a-z]": "A",
    "[A-Za-z0-9]": "X", "[a-zA-Z0-9]": "X", "[0-9A-Za-z]": "X", "[A-Z0-9]": "X",
}  # fmt: skip
_PIECE: Final = re.compile(
    r"(?P<sort>" + "|".join(re.escape(one) for one in _CLASSES) + r"|\\[-./() +]|[- /:,_#@])"
    r"(?:\{(?P<times>[0-9]{1,2})\})?"
)
_LONGEST_MASK: Final = 60


def read_constraint(
    shop: Shop,
    row: FormRow,
    built_in: str,
    own: Known,
    place: Place,
    keys: dict[str, Plain],
    origins: dict[str, Origin],
) -> None:
    """Put the constraint of a question under `checks` and `mask`, and note what is lost of it.

    Args:
        shop: the import.
        row: the question.
        built_in: the constraint that its type has, if its row has none.
        own: the question as conditions know it.
        place: where it stands.
        keys: its keys so far; changed.
        origins: of the keys; changed.
    """
    cell = row.get("constraint")
    if cell is None and built_in:
        cell = Cell(built_in, (row.get("type") or Cell("", row.at)).at)
    if cell is None:
        return
    try:
        parts = _conjuncts(parse(cell.text))
    except XPathError as error:
        shop.lose(cell, "constraint", f"{error}; any answer is taken")
        return
    terms: list[Term] = []
    for part in parts:
        mask = _mask(part)
        if mask is not None and own.kind is Kind.TEXT and keys["kind"] == Kind.TEXT:
            keys["mask"], origins["mask"] = mask, Origin(cell.at, "constraint", cell.text)
            if re.search(r"\[(A-Z|a-z)(0-9)?\]", cell.text):
                shop.remark(cell, mask, "letters of a mask may be large or small")
            continue
        try:
            terms.append(as_condition(shop.translator(place, own).term(part)))
        except XPathError as error:
            rest = "; the rest of it is checked" if len(parts) > 1 else "; any answer is taken"
            shop.lose(cell, "constraint", f"{error}{rest}")
    term = joined(terms)
    if term is None:
        return
    message = row.texts("constraint_message")
    said, gaps = shop.maker.spoken(message, shop.translator(place, own))
    keys["checks"] = [{"hard": term.text, "say": said or SAY}]
    origins["checks/0"] = Origin(
        cell.at, "constraint", cell.text, {"hard": term.text, "say": gaps or SAY}
    )
    shop.note(cell, _of_others(term, own))
    if own.kind in (Kind.INTEGER, Kind.DECIMAL) and re.search(r"-\s*[1-9]", cell.text):
        shop.remark(cell, term.text, "numbers begin at 0 unless a range says otherwise")


def _of_others(term: Term, own: Known) -> Term:
    """A check of its own item alone means the same: none of the two judges what is blank."""
    names = set(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r'"[^"]*"', "", term.text)))
    others = names - {own.name, *_words(own)}
    return term if others - _LANGUAGE else Term(term.text, term.rank, term.sort)


def _words(own: Known) -> set[str]:
    return {word.strip('"') for words in own.choices.values() for word in words}


_LANGUAGE: Final = {
    "and", "or", "not", "in", "has", "answered", "length", "taken", "round", "if", "min", "max",
    "first", "years_between", "days_between", "interview_date", "sum",
}  # fmt: skip


def _conjuncts(part: Part) -> list[Part]:
    if isinstance(part, Binary) and part.operator == "and":
        return [*_conjuncts(part.left), *_conjuncts(part.right)]
    return [part]


def _mask(part: Part) -> str | None:
    """The mask that `regex(., 'PATTERN')` is; None if it is anything else."""
    match part:
        case Call("regex", (Own(), String(pattern))):
            pass
        case _:
            return None
    inner = pattern.removeprefix("^").removesuffix("$")
    mask = ""
    at = 0
    while at < len(inner):
        piece = _PIECE.match(inner, at)
        if piece is None:
            return None
        sort = piece["sort"]
        mask += _CLASSES.get(sort, sort[-1]) * int(piece["times"] or 1)
        at = piece.end()
    return mask if 0 < len(mask) <= _LONGEST_MASK else None
