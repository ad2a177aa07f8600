"""Elements of an XML document, and what several parts of a DDI document write alike."""

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from cati.codebook.markup import storable
from cati.codebook.model import FieldText, Level, Said, plain

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
FILE: Final = "F1"
"""The ID of the data file."""


def add(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    """A new last child; attributes that are empty are left out."""
    given = {
        (XML_LANG if key == "lang" else key): storable(value)
        for key, value in attributes.items()
        if value
    }
    child = ET.SubElement(parent, name, given)
    if text:
        child.text = storable(text)
    return child


def conditions(parent: ET.Element, levels: Iterable[Level]) -> None:
    """The conditions in front of an item, as they are written."""
    for level in levels:
        add(parent, "notes", level.condition, type="condition", level=level.whose)


def with_modes(said: Said, text: FieldText) -> str:
    """A text, after the modes in which it is worded like this."""
    modes = f"({', '.join(text.modes)}) " if text.modes else ""
    return modes + plain(said.words)
