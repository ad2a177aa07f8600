"""The choices of a computed value that takes those of several questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from cati.importing.names import Names, line
from cati.importing.outline import Plain
from cati.importing.xlsform.questions import as_mappings
from cati.importing.xlsform.shop import Shop
from cati.importing.xlsform.terms import Sort, Term, quoted
from instrument.naming import RESERVED_CHOICES


@dataclass(frozen=True, slots=True)
class JoinedChoices:
    """One list out of several."""

    choices: list[dict[str, Plain]]
    words: dict[str, tuple[str, ...]]
    """As `Known.choices`."""
    renumbered: bool
    """Whether the codes are not those of the lists it comes from."""


def join_choices(shop: Shop, values: Sequence[Term]) -> JoinedChoices:
    """The choices of all items among some values, and those that constants among them name."""
    found: dict[str, dict[str, Plain]] = {}
    words: dict[str, tuple[str, ...]] = {}
    for value in values:
        if value.item is None:
            continue
        for choice in as_mappings(shop.choices_of[value.item.name]):
            kept = {key: choice[key] for key in ("name", "code", "label")}
            found.setdefault(str(choice["name"]), kept)
        for foreign, ours in value.item.choices.items():
            words[foreign] = tuple(dict.fromkeys((*words.get(foreign, ()), *ours)))
    names = Names(RESERVED_CHOICES | frozenset(found))
    for value in values:
        constant = str(value.constant)
        if value.sort is Sort.CONSTANT and constant not in words:
            name = names.give(constant, otherwise="other_value")
            found[name] = {"name": name, "code": 0, "label": line(constant)}
            words[constant] = (quoted(name),)
    codes = [choice["code"] for choice in found.values()]
    renumbered = len(set(map(str, codes))) < len(codes) or 0 in codes
    labels: set[str] = set()
    for number, choice in enumerate(found.values(), 1):
        if renumbered:
            choice["code"] = number
        label = choice["label"] if isinstance(choice["label"], str) else ""
        if label in labels:
            choice["label"] = f"{label} ({choice['name']})"
        labels.add(str(choice["label"]))
    return JoinedChoices(list(found.values()), words, renumbered)
