"""Writes a page in the normal form: by rule, whatever the author's layout was."""

from typing import Final

from instrument.formatting.conditions import EXPRESSIONS, condition_lines
from instrument.formatting.order import (
    Form,
    form_of,
    rank,
    sort_of_elements,
    sort_of_file,
    sort_of_item,
    sort_of_value,
)
from instrument.formatting.parts import Branch, Leaf, Page, Unit, comments_in
from instrument.layout import WIDTH, quoted, text_lines, wrap

_ALWAYS_QUOTED: Final = frozenset({"version"})
"""Keys whose texts look like numbers too often to stand without quotes."""


def write_page(page: Page) -> str:
    """The text of a file in the normal form."""
    sort = sort_of_file(_keys(page.root))
    _arrange(page.root, sort)
    head = _single(page.head)
    while head and not head[-1]:
        head.pop()
    if page.head[-1:] == [""] and any(head) and page.root.units:
        first = page.root.units[0]
        first.before = _single(["", *first.before])
    lines = [*_without_first(head), *_block(page.root, sort, 0, first=not any(head))]
    lines += [] if page.root.units else ["{}"]
    lines += _single(page.tail)
    while not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


# --- order ---------------------------------------------------------------------------------------


def _arrange(branch: Branch, sort: str) -> None:
    """Put keys in their order, and what stands in front of an element's first key before it."""
    if branch.mapping:
        branch.units.sort(key=lambda unit: rank(sort, unit.key or ""))
    for unit in branch.units:
        unit.before = _single(unit.before)
        if len(unit.behind) > 1:
            unit.before, unit.behind = unit.before + unit.behind, []
        if isinstance(unit.node, Branch):
            _arrange(unit.node, _sort_inside(unit, unit.node, sort))
            if unit.key is None and unit.node.units:
                first = unit.node.units[0]
                unit.before += [line for line in first.before if line]
                first.before = []


def _sort_inside(unit: Unit, node: Branch, sort: str) -> str:
    """The sort of the branch in a unit; of lists that of their elements, marked with `/`."""
    if unit.key is None:
        found = sort.removesuffix("/")
        return sort_of_item(_keys(node)) if found == "item" else found
    if node.mapping:
        return sort_of_value(sort, unit.key)
    return sort_of_elements(sort, unit.key) + "/"


def _keys(branch: Branch) -> dict[str, Unit]:
    return {unit.key: unit for unit in branch.units if unit.key is not None}


# --- lines ---------------------------------------------------------------------------------------


def _block(branch: Branch, sort: str, indent: int, *, first: bool = True) -> list[str]:
    """The lines of a branch, a unit each; `first` where no empty line may stand in front."""
    lines: list[str] = []
    alike = form_of(sort.removesuffix("/")) is Form.ALIKE and not branch.mapping
    together = not alike or all(_fits(unit, sort, indent) for unit in branch.units)
    for unit in branch.units:
        lines += _unit(unit, sort, indent, flow=together, first=first and not lines)
    return lines


def _unit(unit: Unit, sort: str, indent: int, *, flow: bool, first: bool) -> list[str]:
    space = " " * indent
    lead = f"{space}-" if unit.key is None else f"{space}{quoted(unit.key, flow=True)}:"
    before, behind = list(unit.before), list(unit.behind)
    node = unit.node
    inner = indent + 2
    tail = f"  {behind[0]}" if behind else ""
    if isinstance(node, Leaf):
        lines = _leaf(unit, node, lead, inner, behind[0] if behind else "")
    elif flow and _fits(unit, sort, indent):
        lines = [f"{lead} {_flow(node)}{tail}"]
    elif unit.key is None:
        before, tail = before + behind, ""
        inside = _block(node, _sort_inside(unit, node, sort), inner)
        lines = [f"{lead} {inside[0].lstrip(' ')}", *inside[1:]]
    else:
        lines = [lead + tail, *_block(node, _sort_inside(unit, node, sort), inner)]
    above = _without_first(before) if first else before
    return [*(space + line if line else "" for line in above), *lines]


def _leaf(unit: Unit, leaf: Leaf, lead: str, indent: int, behind: str) -> list[str]:
    value = leaf.scalar.value
    if isinstance(value, str) and unit.key not in _ALWAYS_QUOTED:
        fold = condition_lines if unit.key in EXPRESSIONS else wrap
        return text_lines(lead, value, indent, behind, fold)
    tail = f"  {behind}" if behind else ""
    return [f"{lead} {_one_line(unit.key, leaf)}".rstrip(" ") + tail]


def _fits(unit: Unit, sort: str, indent: int) -> bool:
    """Whether the branch of a unit stands on the line of its key or dash."""
    node = unit.node
    if isinstance(node, Leaf) or not node.units:
        return True
    if form_of(_sort_inside(unit, node, sort).removesuffix("/")) is Form.BLOCK and node.mapping:
        return False
    if not node.mapping and any(
        isinstance(one.node, Branch) and one.node.units and one.node.mapping for one in node.units
    ):
        return False
    if any(comments_in(node)) or any("\n" in text for text in _texts(node)):
        return False
    lead = 1 if unit.key is None else len(quoted(unit.key, flow=True)) + 1
    return indent + lead + 1 + len(_flow(node)) <= WIDTH


def _texts(branch: Branch) -> list[str]:
    found: list[str] = []
    for unit in branch.units:
        found += [unit.node.scalar.text] if isinstance(unit.node, Leaf) else _texts(unit.node)
    return found


def _flow(branch: Branch) -> str:
    parts: list[str] = []
    for unit in branch.units:
        node = unit.node
        value = _one_line(unit.key, node, flow=True) if isinstance(node, Leaf) else _flow(node)
        key = "" if unit.key is None else f"{quoted(unit.key, flow=True)}: "
        parts.append(key + value)
    return f"{{{', '.join(parts)}}}" if branch.mapping else f"[{', '.join(parts)}]"


def _one_line(key: str | None, leaf: Leaf, *, flow: bool = False) -> str:
    value = leaf.scalar.value
    if isinstance(value, str):
        return quoted(value, flow=flow, always=key in _ALWAYS_QUOTED)
    return leaf.scalar.text or ("null" if flow else "")


# --- empty lines ---------------------------------------------------------------------------------


def _without_first(lines: list[str]) -> list[str]:
    """Lines without an empty one in front."""
    return lines[1:] if lines[:1] == [""] else lines


def _single(lines: list[str]) -> list[str]:
    """Lines with at most one empty one in a row."""
    return [line for n, line in enumerate(lines) if line or n == 0 or lines[n - 1]]
