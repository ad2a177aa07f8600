"""A codebook as plain values: what every variable of an instrument is, ready to be written down.

`cati.codebook.build` makes one from an instrument; `html` and `ddi` write it. Nothing here knows a
file format, and nothing here has to look anything up again.
"""

from dataclasses import dataclass
from typing import Literal

from cati.export.columns import Column


@dataclass(frozen=True, slots=True)
class Ref:
    """Words that stand for a variable, so that a reader can go there."""

    name: str
    """The item's name."""
    text: str
    """What is read: its label, or a fill as it was written."""

    def __str__(self) -> str:
        return self.text


Words = tuple[str | Ref, ...]
"""Running text; without its references it reads the same (see `plain`)."""


def plain(words: Words) -> str:
    """Running text without its references."""
    return "".join(map(str, words))


def quoted(words: Words) -> str:
    """Running text with its references in quotes, for where they cannot be told apart by sight."""
    return "".join(f"“{part}”" if isinstance(part, Ref) else part for part in words)


@dataclass(frozen=True, slots=True)
class Said:
    """A text in one language."""

    language: str
    """Its code, such as `en`."""
    words: Words


@dataclass(frozen=True, slots=True)
class FieldText:
    """One of the texts of an item, such as what is read aloud."""

    field: Literal["stem", "ask", "say", "instruct", "probe", "help"]
    modes: tuple[str, ...]
    """Labels of the modes in which it is worded like this; empty for all modes of the item."""
    said: tuple[Said, ...]
    """One for each language it is written in, the instrument's first language first."""


@dataclass(frozen=True, slots=True)
class Level:
    """One of the conditions that stand between an interview and an item."""

    whose: Literal["section", "roster", "row", "item"]
    title: str
    """Of the section or roster; empty for the item's own."""
    condition: str
    """As it stands in the instrument."""
    words: Words
    """The same in words."""


@dataclass(frozen=True, slots=True)
class Universe:
    """The cases for which an item is asked."""

    sentence: Words
    levels: tuple[Level, ...]
    """The outermost first; none means every case."""
    modes: tuple[str, ...] = ()
    """Labels of the modes in which it exists; empty for all of them."""


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One answer category."""

    name: str
    code: int
    labels: tuple[Said, ...]
    remarks: tuple[Words, ...]
    """Such as "taken alone"; each a few words."""
    ask_if: Level | None
    """Offered unless this is no."""


@dataclass(frozen=True, slots=True)
class MissingLine:
    """One of the codes that stand where there is no value."""

    code: int
    label: str
    modes: tuple[str, ...] = ()
    """Labels of the modes in which it can be given; empty for all."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check of an item."""

    severity: Literal["hard", "soft"]
    condition: str
    words: Words
    """What must hold."""
    say: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One step of how a value is worked out; with several, the first that holds decides."""

    when: str | None
    """As it stands in the instrument; None where nothing more must hold."""
    when_words: Words
    value: str
    value_words: Words


Reader = Literal["item", "section", "summary"]


@dataclass(frozen=True, slots=True)
class Use:
    """An item, section or part of the summary that reads a variable."""

    reader: str
    """Its name."""
    sort: Reader
    how: tuple[str, ...]
    """Such as "universe" or "check"."""


@dataclass(frozen=True, slots=True)
class GridPlace:
    """The place of a question among the rows of a grid."""

    name: str
    title: str
    number: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item: a question, a computed value, or a statement that is read aloud."""

    name: str
    sort: Literal["question", "computed", "statement"]
    position: int
    """Its place in the interview, from 1."""
    source: str
    """File and line."""
    universe: Universe
    texts: tuple[FieldText, ...] = ()
    label: str = ""
    kind: str = ""
    """In words, such as "one of a list"; empty for statements."""
    measure: str = ""
    unit: str = ""
    sensitivity: str = ""
    """In words; empty where there is nothing to say."""
    limits: tuple[str, ...] = ()
    """What an answer must meet, each in a few words."""
    low: str = ""
    """The least value that is taken; empty for none."""
    high: str = ""
    traits: tuple[str, ...] = ()
    """What else sets it apart, such as "sorted into categories after the interview"."""
    several: bool = False
    """Whether any number of its choices can be taken."""
    grid: GridPlace | None = None
    specifies: str | None = None
    """The question whose "other" choice it words."""
    choices: tuple[ChoiceLine, ...] = ()
    missing: tuple[MissingLine, ...] = ()
    checks: tuple[CheckLine, ...] = ()
    rule: tuple[RuleLine, ...] = ()
    note: str = ""
    columns: tuple[Column, ...] = ()
    """The columns of a full export, row after row."""
    left_out: str = ""
    """Why an analysis export does not have it; empty if it does."""
    used_by: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that belong together: a roster, asked once for each row, or the rows of a grid."""

    name: str
    sort: Literal["roster", "grid"]
    title: str
    label: str
    blocks: tuple["Entry | Group", ...]
    universe: Universe | None = None
    """Of rosters; the rows of a grid say their own."""
    stem: tuple[FieldText, ...] = ()
    """Of grids: what is read before the first row."""
    rows: Words = ()
    """Of rosters: how many rows there are."""
    rows_condition: str = ""
    row_label: tuple[Said, ...] = ()
    columns: tuple[Column, ...] = ()
    """Of rosters whose rows the interviewer adds: the numbers of the rows."""
    used_by: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class CodebookSection:
    """A part of the interview."""

    name: str
    title: str
    universe: Universe
    blocks: tuple[Entry | Group, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its items, those within groups included, in the order of the interview."""
        return tuple(entry for block in self.blocks for entry in entries_of(block))


@dataclass(frozen=True, slots=True)
class Term:
    """A definition of the glossary."""

    term: str
    means: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of steps or rules that the interviewer can open."""

    name: str
    title: str
    text: str
    items: tuple[str, ...]
    """The items on whose screen it is offered first."""


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One part of the interviewer's summary."""

    name: str
    label: str
    hint: str
    ask_if: str | None
    """The yes/no item that must be yes for it to be wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Everything data people need to know of an instrument."""

    name: str
    title: str
    version: str
    fingerprint: str
    language: str
    """The language of its fixed words."""
    languages: tuple[tuple[str, str], ...]
    """Code and label of each language that its texts are given in."""
    modes: tuple[str, ...]
    """Labels."""
    sections: tuple[CodebookSection, ...]
    missing: tuple[MissingLine, ...]
    """The instrument's reasons, then the codes that exports add."""
    definitions: tuple[Term, ...]
    guides: tuple[GuidePage, ...]
    summary: tuple[SummaryLine, ...]
    case_columns: tuple[Column, ...]
    item_columns: tuple[Column, ...]
    """All columns of items in the order of a full export."""
    summary_columns: tuple[Column, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every item in the order of the interview."""
        return tuple(entry for section in self.sections for entry in section.entries)

    @property
    def variables(self) -> tuple[Entry, ...]:
        """Every item that holds a value."""
        return tuple(entry for entry in self.entries if entry.sort != "statement")


def entries_of(block: Entry | Group) -> tuple[Entry, ...]:
    """The items of a block."""
    if isinstance(block, Entry):
        return (block,)
    return tuple(entry for inner in block.blocks for entry in entries_of(inner))
