"""Holds a document to `ddi_shape.yaml`: elements, their order, attributes, references."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

SHAPE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("ddi_shape.yaml").read_text(encoding="utf-8")
)
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SIGNS = {"?": "?", "*": "*", "+": "+"}


def shape_problems(document: str) -> list[str]:
    """Everything in which a document differs from the shape."""
    root = ET.fromstring(document)
    found = [] if _name(root) == SHAPE["root"] else [f"the root is {root.tag}"]
    ids = [one.get("ID") for one in root.iter() if one.get("ID")]
    found += [
        f"{times} elements have the ID {one}" for one, times in Counter(ids).items() if times > 1
    ]
    known = frozenset(ids)
    for element in root.iter():
        found += _problems(element, known)
    return found


def _name(element: ET.Element) -> str:
    space, _, name = element.tag.rpartition("}")
    return name if space == "{" + SHAPE["namespace"] else element.tag


def _problems(element: ET.Element, ids: frozenset[str | None]) -> Iterator[str]:
    name = _name(element)
    shape = SHAPE["elements"].get(name)
    if shape is None:
        yield f"{name}: no such element"
        return
    children = [_name(child) for child in element]
    rule = shape.get("children", [])
    parts = [(one.rstrip("?*+"), SIGNS.get(one[-1], "")) for one in rule]
    between = "|" if shape.get("any order") else ""
    pattern = between.join(f"({part} ){sign}" for part, sign in parts)
    pattern = f"({pattern})*" if between else pattern
    if not re.fullmatch(pattern, "".join(f"{child} " for child in children)):
        yield f"{name}: its children {children} do not stand as {rule}"
    around = [element.text, *(child.tail for child in element)]
    if not shape.get("text") and any(text and text.strip() for text in around):
        yield f"{name}: text where there can be none"
    yield from _attribute_problems(name, element, shape.get("attributes", {}), ids)


def _attribute_problems(
    name: str, element: ET.Element, rules: dict[str, Any], ids: frozenset[str | None]
) -> Iterator[str]:
    known = {key.rstrip("!"): rule for key, rule in rules.items()}
    for key in rules:
        if key.endswith("!") and key.rstrip("!") not in element.attrib:
            yield f"{name}: no {key}"
    for key, value in element.attrib.items():
        rule = {"ID": "id", LANG: "language"}.get(key, known.get(key))
        if not (value in rule if isinstance(rule, list) else _fits(rule, value, ids)):
            yield f"{name}: {key}={value!r}"


def _fits(rule: str | None, value: str, ids: frozenset[str | None]) -> bool:
    """Whether the value of an attribute is of a sort; of no sort there is no value."""
    match rule:
        case "text":
            return True
        case "number":
            return value.isdigit()
        case "ids":
            return bool(value.split()) and ids.issuperset(value.split())
        case "id":
            return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", value) is not None
        case "language":
            return re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", value) is not None
        case _:
            return False
