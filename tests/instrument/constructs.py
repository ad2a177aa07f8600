"""Holds what the study measured (tests/constructs.yaml) against an instrument.

`compare` says where the two differ; `settle` takes away the differences that the exceptions file
gives a reason for, and finds exceptions that are no longer needed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from instrument.models import Instrument, Kind, Question, Roster

CONSTRUCTS = Path(__file__).parents[1] / "constructs.yaml"
EXCEPTIONS = Path(__file__).with_name("construct_exceptions.yaml")

SECTIONS = (
    "preliminary",
    "production",
    "possession",
    "enticement",
    "undercover",
    "suspect",
    "minor",
    "ypi",
)
NOT_SURE = "Not sure"


@dataclass(frozen=True)
class Construct:
    """One thing the study measured in a case interview."""

    name: str
    section: str
    label: str
    kind: str
    """single, multi, number, date, text or roster."""
    options: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Asked:
    """One question (or roster) of an instrument, as far as constructs can tell."""

    name: str
    section: str
    label: str
    kind: str
    """A kind of answer, or `roster`."""
    choices: tuple[str, ...]
    """Labels in their order."""
    not_sure: bool
    """Whether *not sure* can be given in every mode the question exists in."""
    specifies: bool = False
    """Whether it is the wording of an "other: specify" choice."""


@dataclass(frozen=True, order=True)
class Difference:
    """One way in which an instrument departs from the constructs."""

    construct: str
    what: str

    def __str__(self) -> str:
        return f"{self.construct} {self.what}"


@dataclass(frozen=True)
class Exceptions:
    """The departures that have a reason."""

    renamed: Mapping[tuple[str, str], str]
    """(construct, option) to the label it stands under."""
    departures: frozenset[Difference]
    added: frozenset[str]
    asked_as: Mapping[str, tuple[str, ...]]
    reasons: tuple[str, ...]


def read_constructs(path: Path = CONSTRUCTS) -> tuple[Construct, ...]:
    """The constructs of the eight sections of a case interview, in their order."""
    listed: Sequence[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["constructs"]
    return tuple(
        Construct(
            one["id"],
            one["section"],
            one["label"],
            one["kind"],
            tuple(one["options"]),
            one["source"],
        )
        for one in listed
        if one["section"] in SECTIONS and one["kind"] != "derived"
    )


def read_exceptions(path: Path = EXCEPTIONS) -> Exceptions:
    """The exceptions file."""
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text("utf-8"))
    return Exceptions(
        {(one["construct"], one["option"]): one["label"] for one in raw["renamed"]},
        frozenset(Difference(one["construct"], one["what"]) for one in raw["departures"]),
        frozenset(one["item"] for one in raw["added"]),
        {one["construct"]: tuple(one["items"]) for one in raw["asked_as"]},
        tuple(one["reason"] for part in raw.values() for one in part),
    )


def asked_by(instrument: Instrument) -> dict[str, Asked]:
    """Every question and roster of an instrument by name."""
    asked: dict[str, Asked] = {}
    for section, _, item in instrument.walk():
        if isinstance(item, Question):
            not_sure = all(
                any(reason.name == "not_sure" for reason in instrument.reasons_for(item, mode))
                for mode in item.modes
            )
            labels = tuple(choice.label for choice in item.choices)
            asked[item.name] = Asked(
                item.name,
                section.name,
                item.variable.label,
                item.kind,
                labels,
                not_sure,
                item.specifies is not None,
            )
        elif isinstance(item, Roster):
            asked[item.name] = Asked(item.name, section.name, item.title, "roster", (), True)
    return asked


def expected_kinds(construct: Construct) -> tuple[str, ...]:
    """The kinds of question that can carry a construct."""
    answers = set(construct.options) - {NOT_SURE}
    match construct.kind:
        case "single" if answers == {"No", "Yes"}:
            return (Kind.YES_NO,)
        case "single":
            return (Kind.ONE_OF,)
        case "multi":
            return (Kind.ANY_OF,)
        case "number":
            return (Kind.INTEGER,)
        case "date":
            return (Kind.DATE,)
        case "text":
            return (Kind.TEXT, Kind.LONG_TEXT)
        case "roster":
            return ("roster",)
    raise ValueError(f"{construct.name}: unknown kind of construct {construct.kind}")


def compare(
    constructs: Sequence[Construct], asked: Mapping[str, Asked], exceptions: Exceptions
) -> set[Difference]:
    """Every difference between constructs and questions that no renaming or mapping explains."""
    found: set[Difference] = set()
    for construct in constructs:
        if construct.name in exceptions.asked_as:
            missing = [n for n in exceptions.asked_as[construct.name] if n not in asked]
            found |= {Difference(construct.name, f"lacks its item {name}") for name in missing}
        elif construct.name not in asked:
            found.add(Difference(construct.name, "has no item"))
        else:
            found |= _compare_one(construct, asked[construct.name], exceptions)
    known = {construct.name for construct in constructs} | exceptions.added
    found |= {
        Difference(name, "is no construct")
        for name, item in asked.items()
        if name not in known and not item.specifies and item.kind != "roster"
    }
    return found


def _compare_one(construct: Construct, item: Asked, exceptions: Exceptions) -> set[Difference]:
    found = set()
    if item.section != construct.section:
        found.add(f"stands in {item.section}")
    if item.kind != "roster" and item.label != construct.label:
        found.add("has another label")
    if item.kind not in expected_kinds(construct):
        found.add(f"is {item.kind}")
    if NOT_SURE in construct.options and not item.not_sure:
        found.add("does not accept not sure")
    if NOT_SURE in item.choices:
        found.add("has not sure among its choices")
    found |= _compare_choices(construct, item, exceptions)
    return {Difference(construct.name, what) for what in found}


def _compare_choices(construct: Construct, item: Asked, exceptions: Exceptions) -> set[str]:
    wanted = options_of(construct, exceptions)
    if item.kind == Kind.YES_NO:
        return {f"lacks the option {label}" for label in set(wanted) - set(item.choices)}
    if not wanted:
        return {"has a list of its own"} if item.choices else set()
    lacking = {f"lacks the option {label}" for label in wanted if label not in item.choices}
    added = {f"has the added choice {label}" for label in item.choices if label not in wanted}
    shared = [label for label in item.choices if label in wanted]
    in_order = shared == [label for label in wanted if label in shared]
    return lacking | added | (set() if in_order else {"has its choices in another order"})


def options_of(construct: Construct, exceptions: Exceptions) -> tuple[str, ...]:
    """The labels that a construct's choices must have."""
    return tuple(
        exceptions.renamed.get((construct.name, option), option)
        for option in construct.options
        if option != NOT_SURE
    )


def settle(
    constructs: Sequence[Construct], asked: Mapping[str, Asked], exceptions: Exceptions
) -> tuple[list[Difference], list[str]]:
    """Differences without a reason, and exceptions without a difference."""
    found = compare(constructs, asked, exceptions)
    unexplained = sorted(found - exceptions.departures)
    needless = [f"{one}: no longer so" for one in sorted(exceptions.departures - found)]
    named = {construct.name: construct for construct in constructs}
    for (name, option), label in exceptions.renamed.items():
        choices = asked[name].choices if name in asked else ()
        if name not in named or option not in named[name].options or label not in choices:
            needless.append(f"{name}: nothing renamed {option!r}")
        elif option in choices:
            needless.append(f"{name}: {option!r} stands as it is")
    needless += [
        f"{name}: listed as added"
        for name in exceptions.added
        if name in named or name not in asked
    ]
    for name in exceptions.asked_as:
        if name not in named:
            needless.append(f"{name}: no such construct")
        elif name in asked and not _compare_one(named[name], asked[name], exceptions):
            needless.append(f"{name}: the item of this name is all it takes")
    return unexplained, needless


@dataclass(frozen=True)
class Coverage:
    """How much of one section's constructs an instrument asks."""

    section: str
    constructs: int
    constructs_total: int
    options: int
    options_total: int


def coverage(
    constructs: Sequence[Construct], asked: Mapping[str, Asked], exceptions: Exceptions
) -> list[Coverage]:
    """Per section, the constructs and options that have an item or choice."""
    result = []
    for section in SECTIONS:
        of_section = [construct for construct in constructs if construct.section == section]
        covered = [construct for construct in of_section if _is_asked(construct, asked, exceptions)]
        options = sum(_options_asked(construct, asked, exceptions) for construct in of_section)
        total = sum(len(construct.options) for construct in of_section)
        result.append(Coverage(section, len(covered), len(of_section), options, total))
    return result


def _is_asked(construct: Construct, asked: Mapping[str, Asked], exceptions: Exceptions) -> bool:
    names = exceptions.asked_as.get(construct.name, (construct.name,))
    return all(name in asked for name in names)


def _options_asked(construct: Construct, asked: Mapping[str, Asked], exceptions: Exceptions) -> int:
    item = asked.get(construct.name)
    if item is None:
        return 0
    count = sum(label in item.choices for label in options_of(construct, exceptions))
    return count + (NOT_SURE in construct.options and item.not_sure)
