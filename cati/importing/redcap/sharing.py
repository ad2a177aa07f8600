"""Lists of choices that several questions use are written once."""

from collections.abc import Sequence
from typing import Final

from cati.importing.names import Names
from cati.importing.outline import OutlineItem, OutlineSection, Plain

_FIRST_SHARED: Final = 2
"""A list of choices is shared once so many questions use it."""


def share(
    sections: Sequence[OutlineSection],
) -> tuple[list[OutlineSection], dict[str, Sequence[dict[str, Plain]]]]:
    """Write lists of choices that several questions use only once."""
    used: dict[str, list[OutlineItem]] = {}
    for section in sections:
        for item in section.items:
            if "choices" in item.keys:
                used.setdefault(repr(item.keys["choices"]), []).append(item)
    names = Names(frozenset())
    shared: dict[str, Sequence[dict[str, Plain]]] = {}
    given: dict[str, str] = {}
    for text, items in used.items():
        if len(items) >= _FIRST_SHARED:
            given[text] = names.give(f"{items[0].name}_choices")
            choices = items[0].keys["choices"]
            assert isinstance(choices, list)
            shared[given[text]] = choices
    return [
        OutlineSection(
            section.name, section.title, tuple(_shared(item, given) for item in section.items)
        )
        for section in sections
    ], shared


def _shared(item: OutlineItem, given: dict[str, str]) -> OutlineItem:
    name = given.get(repr(item.keys.get("choices")))
    if name is None:
        return item
    return OutlineItem({**item.keys, "choices": name}, item.lost, item.origins, item.items)
