"""The catalog of planted defects: what is edited, what must be found, what may follow from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

import yaml

from tests.campaigns.planted.bases import HERE, SHORT, Texts, base

ALTERNATIVES = " | "


class StaleDefectError(Exception):
    """A defect can no longer be planted: its base was changed."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding: a code, at one of several places."""

    code: str
    places: tuple[str, ...]
    """Each exact, or a pattern with `*`; any of them will do."""

    def holds(self, code: str, place: str) -> bool:
        """Whether a finding is this one."""
        return code == self.code and any(fnmatchcase(place, one) for one in self.places)

    def __str__(self) -> str:
        return f"{self.code} at {' or '.join(self.places)}"


@dataclass(frozen=True, slots=True)
class Edit:
    """One piece of text in place of another, which stands just once in its file."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Defect:
    """A mistake of an author."""

    kind: str
    """The code of the finding that it was made for."""
    name: str
    because: str
    """What the mistake is, in a sentence."""
    of: str
    """The base."""
    edits: tuple[Edit, ...]
    finds: tuple[Expected, ...]
    """Each must be found."""
    follows: tuple[Expected, ...]
    """These may be found as well, as they follow from the mistake."""
    sample: bool
    """Whether it is one of the few that every run of the tests plants."""

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    def texts(self) -> Texts:
        """The base with the mistake in it.

        Raises:
            StaleDefectError: what is edited does not stand there just once.
        """
        texts = dict(base(self.of))
        for edit in self.edits:
            count = texts[edit.file].count(edit.old)
            if count != 1:
                raise StaleDefectError(
                    f"{self}: {edit.old!r} stands in {edit.file} of {self.of} {count} times"
                )
            texts[edit.file] = texts[edit.file].replace(edit.old, edit.new)
        return texts


@cache
def catalog() -> tuple[Defect, ...]:
    """Every planted defect, by kind."""
    return tuple(
        _defect(file.stem, entry)
        for file in sorted((HERE / "defects").glob("*.yaml"))
        for entry in yaml.safe_load(file.read_text("utf-8"))
    )


def _defect(kind: str, entry: Mapping[str, object]) -> Defect:
    unknown = set(entry) - {"plant", "because", "of", "edit", "finds", "follows", "sample"}
    if unknown:
        raise ValueError(f"{kind}: unknown keys {sorted(unknown)}")
    of = str(entry["of"])
    edits = entry["edit"]
    assert isinstance(edits, list)
    return Defect(
        kind,
        str(entry["plant"]),
        str(entry["because"]),
        of,
        tuple(Edit(_file(of, edit), edit["old"], edit["new"]) for edit in edits),
        tuple(_expected(entry["finds"])),
        tuple(_expected(entry.get("follows", {}))),
        entry.get("sample") is True,
    )


def _file(of: str, edit: Mapping[str, str]) -> str:
    """The file of an edit; it may be left out where only one holds the text."""
    if "in" in edit:
        return edit["in"]
    holding = [name for name, text in base(of).items() if edit["old"] in text]
    if set(base(of)) == {SHORT}:
        return SHORT
    if len(holding) != 1:
        raise StaleDefectError(f"{edit['old']!r} stands in {len(holding)} files of {of}")
    return holding[0]


def _expected(findings: object) -> Iterator[Expected]:
    assert isinstance(findings, Mapping)
    for code, places in findings.items():
        for place in places if isinstance(places, list) else [places]:
            yield Expected(code, tuple(str(place).split(ALTERNATIVES)))
