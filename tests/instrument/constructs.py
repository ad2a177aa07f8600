"""Holds what the study measured (tests/constructs.yaml) against the shipped instruments.

`compare` says where the two differ; `settle` takes away the differences that the exceptions file
gives a reason for, and finds exceptions that are no longer needed. Constructs that no interview
can hold, such as the stratum of an agency, are listed there with the part of cati that does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from instrument.models import Computed, Instrument, Kind, Question, Roster

CONSTRUCTS = Path(__file__).parents[1] / "constructs.yaml"
EXCEPTIONS = Path(__file__).with_name("construct_exceptions.yaml")

CASE_SECTIONS = (
    "preliminary",
    "production",
    "possession",
    "enticement",
    "undercover",
    "suspect",
    "minor",
    "ypi",
)
"""Sections of the case interview, each asked in the section of the same name."""
SECTIONS = ("screener", *CASE_SECTIONS, "derived", "disposition", "sampling")
"""All sections of the inventory, in the order of the report."""
SCREENER = "njov4_screener"
NOT_SURE = "Not sure"


@dataclass(frozen=True)
class Construct:
    """One thing the study measured, derived or kept."""

    name: str
    section: str
    label: str
    kind: str
    """single, multi, number, date, text, roster or derived."""
    options: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Asked:
    """One question, computed value or roster, as far as constructs can tell."""

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
    computed: bool = False
    """Whether it is worked out and nobody is asked."""
    instrument: str = ""
    """Name of the instrument it belongs to."""


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
    elsewhere: Mapping[str, str]
    """Construct that no interview holds to the part of cati that does."""
    reasons: tuple[str, ...]


def read_constructs(path: Path = CONSTRUCTS) -> tuple[Construct, ...]:
    """All constructs, in their order."""
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
    )


def read_exceptions(path: Path = EXCEPTIONS) -> Exceptions:
    """The exceptions file."""
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text("utf-8"))
    return Exceptions(
        {(one["construct"], one["option"]): one["label"] for one in raw["renamed"]},
        frozenset(Difference(one["construct"], one["what"]) for one in raw["departures"]),
        frozenset(one["item"] for one in raw["added"]),
        {one["construct"]: tuple(one["items"]) for one in raw["asked_as"]},
        {one["construct"]: one["where"] for one in raw["elsewhere"]},
        tuple(one["reason"] for part in raw.values() for one in part),
    )


def asked_by(*instruments: Instrument) -> dict[str, Asked]:
    """Every question, computed value, roster and variable of the case, of some instruments."""
    found = {
        item.name: _asked(instrument, section.name, item)
        for instrument in instruments
        for section, _, item in instrument.walk()
        if isinstance(item, Question | Computed | Roster)
    }
    for instrument in instruments:
        found |= {one.name: one for one in _of_the_case(instrument)}
    return found


def _of_the_case(instrument: Instrument) -> Iterator[Asked]:
    """The variables that stand at no item: the share of valid answers, and whether it is enough."""
    if (validity := instrument.validity) is not None:
        kinds = ((validity.share, Kind.DECIMAL, ()), (validity.enough, Kind.YES_NO, ("Yes", "No")))
        for variable, kind, choices in kinds:
            yield Asked(
                variable.name,
                "",
                variable.label,
                kind,
                choices,
                not_sure=False,
                computed=True,
                instrument=instrument.name,
            )


def _asked(instrument: Instrument, section: str, item: Question | Computed | Roster) -> Asked:
    if isinstance(item, Roster):
        return Asked(item.name, section, item.title, "roster", (), True, instrument=instrument.name)
    question = isinstance(item, Question)
    return Asked(
        item.name,
        section,
        item.variable.label,
        item.kind,
        tuple(choice.label for choice in item.choices),
        isinstance(item, Question) and _takes_not_sure(instrument, item),
        isinstance(item, Question) and item.specifies is not None,
        computed=not question,
        instrument=instrument.name,
    )


def _takes_not_sure(instrument: Instrument, item: Question) -> bool:
    """Whether *not sure* can be given in every mode in which a question exists."""
    return all(
        any(reason.name == "not_sure" for reason in instrument.reasons_for(item, mode))
        for mode in item.modes
    )


def expected_kinds(construct: Construct) -> tuple[str, ...]:
    """The kinds of question that can carry a construct."""
    answers = set(construct.options) - {NOT_SURE}
    match construct.kind:
        case "derived" if not answers:
            return (Kind.INTEGER,)
        case "single" | "derived" if answers == {"No", "Yes"}:
            return (Kind.YES_NO,)
        case "single" | "derived":
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
        if construct.name in exceptions.elsewhere:
            if construct.name in asked:
                found.add(Difference(construct.name, "has an item, and is held elsewhere"))
        elif construct.name in exceptions.asked_as:
            missing = [n for n in exceptions.asked_as[construct.name] if n not in asked]
            found |= {Difference(construct.name, f"lacks its item {name}") for name in missing}
        elif construct.name not in asked:
            found.add(Difference(construct.name, "has no item"))
        else:
            found |= _compare_one(construct, asked[construct.name], exceptions)
    known = {construct.name for construct in constructs} | exceptions.added
    known.update(name for items in exceptions.asked_as.values() for name in items)
    found |= {
        Difference(name, "is no construct")
        for name, item in asked.items()
        if name not in known and not (item.specifies or item.computed or item.kind == "roster")
    }
    return found


def _compare_one(construct: Construct, item: Asked, exceptions: Exceptions) -> set[Difference]:
    found = set()
    if not _stands_right(construct, item):
        found.add(f"stands in {item.section}")
    if construct.kind == "derived" and not item.computed:
        found.add("is asked, and should be worked out")
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


def _stands_right(construct: Construct, item: Asked) -> bool:
    """Whether an item stands where its construct does; what is derived can stand anywhere."""
    if construct.section in CASE_SECTIONS:
        return item.section == construct.section and item.instrument != SCREENER
    return construct.section != "screener" or item.instrument == SCREENER


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
    for name in (*exceptions.asked_as, *exceptions.elsewhere):
        if name not in named:
            needless.append(f"{name}: no such construct")
    for name in exceptions.asked_as:
        if name not in named:
            continue
        if name in exceptions.elsewhere:
            needless.append(f"{name}: both asked and held elsewhere")
        elif name in asked and not _compare_one(named[name], asked[name], exceptions):
            needless.append(f"{name}: the item of this name is all it takes")
    return unexplained, needless


@dataclass(frozen=True)
class Coverage:
    """How much of one section's constructs the instruments hold."""

    section: str
    constructs: int
    constructs_total: int
    """Of those that an instrument can hold."""
    options: int
    options_total: int
    elsewhere: int
    """Constructs held by another part of cati."""


def coverage(
    constructs: Sequence[Construct], asked: Mapping[str, Asked], exceptions: Exceptions
) -> list[Coverage]:
    """Per section, the constructs and options that have an item or choice."""
    result = []
    for section in SECTIONS:
        of_section = [construct for construct in constructs if construct.section == section]
        own = [one for one in of_section if one.name not in exceptions.elsewhere]
        covered = [construct for construct in own if _is_asked(construct, asked, exceptions)]
        options = sum(_options_asked(construct, asked, exceptions) for construct in own)
        total = sum(len(construct.options) for construct in own)
        result.append(
            Coverage(section, len(covered), len(own), options, total, len(of_section) - len(own))
        )
    return result


def _is_asked(construct: Construct, asked: Mapping[str, Asked], exceptions: Exceptions) -> bool:
    names = exceptions.asked_as.get(construct.name, (construct.name,))
    return all(name in asked for name in names)


def _options_asked(construct: Construct, asked: Mapping[str, Asked], exceptions: Exceptions) -> int:
    names = exceptions.asked_as.get(construct.name, (construct.name,))
    item = asked.get(names[0] if len(names) == 1 else construct.name)
    if item is None:
        return 0
    count = sum(label in item.choices for label in options_of(construct, exceptions))
    sure = Difference(construct.name, "does not accept not sure") in exceptions.departures
    return count + (NOT_SURE in construct.options and (item.not_sure or sure))
