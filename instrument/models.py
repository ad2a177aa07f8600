"""An instrument exactly as its author wrote it: frozen, each element knowing where it stands.

The reader (`instrument.reader`) is the only maker of these; by the time one exists its names are
unique, its conditions are parsed and type-checked, and its shared choice lists are written into
the questions that use them.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from instrument.conditions.nodes import Node
from instrument.element import Part, Translated
from instrument.values import Duration, PartialDate

ONE_LANGUAGE: MappingProxyType[str, str] = MappingProxyType({"en": "English"})


class Kind(StrEnum):
    """Kinds of answer."""

    ONE_OF = "one_of"
    ANY_OF = "any_of"
    YES_NO = "yes_no"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    TEXT = "text"
    LONG_TEXT = "long_text"


CHOICE_KINDS = frozenset({Kind.ONE_OF, Kind.ANY_OF, Kind.YES_NO})
NUMBER_KINDS = frozenset({Kind.INTEGER, Kind.DECIMAL})
TEXT_KINDS = frozenset({Kind.TEXT, Kind.LONG_TEXT})


class Sensitivity(StrEnum):
    """What an answer can give away; export profiles and the summary check go by it."""

    NONE = "none"
    QUASI_IDENTIFYING = "quasi_identifying"
    IDENTIFYING = "identifying"
    FREE_TEXT = "free_text"


class Measure(StrEnum):
    """How the values of a variable may be used."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


class Expression(Part):
    """A condition or a calculation: what the author typed, and what it means."""

    text: str
    tree: Node

    def __str__(self) -> str:
        return self.text


class Fill(Part):
    """A place in a text that takes an earlier answer: `{name}` or `{expression | fallback}`."""

    expression: Expression
    fallback: str | None = None
    """Read when the expression has no value."""


class Text(Part):
    """Something shown or read aloud, cut into fixed pieces and fills."""

    raw: str
    pieces: tuple[str | Fill, ...]
    translations: "MappingProxyType[str, Text]" = Field(
        default_factory=lambda: MappingProxyType({})
    )
    """Language to the text in it; the text itself is in the instrument's first language."""

    def in_language(self, language: str | None) -> "Text":
        """The text in a language; in the first language where it is not translated."""
        return self if language is None else self.translations.get(language, self)

    @property
    def fills(self) -> tuple[Fill, ...]:
        """Its fills, from left to right."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Fill))

    def __str__(self) -> str:
        return self.raw


class Choice(Translated):
    """One answer category."""

    name: str
    """Used in conditions and in the journal."""
    code: int
    """Used in data."""
    label: str
    """Read or shown."""
    exclusive: bool = False
    """Taken alone or not at all, such as "none of these"."""
    specify: bool = False
    """Asks for its wording: the reader puts a text item `QUESTION_specify` behind the question."""
    read: bool = True
    """False for a choice that the interviewer takes when it is said and never reads aloud."""
    fixed: bool = False
    """Keeps its place when the choices are shuffled."""
    ask_if: Expression | None = None
    """Not offered when this is *no*; a condition that is unknown hides nothing."""


class MissingReason(Translated):
    """Why an item may have no value."""

    name: str
    code: int
    """Negative, and used in data wherever a value would stand."""
    label: str
    key: str
    """The key that gives it, such as `f8`."""
    modes: tuple[str, ...]
    """The modes in which it can be given."""


class Definition(Translated):
    """One entry of the glossary."""

    term: str
    means: str


class Check(Part):
    """Something that must hold (`hard`) or usually holds (`soft`) of answers already given.

    It fires when its condition is *no*; a condition that is unknown is nobody's mistake.
    """

    name: str
    """Stable within the instrument: `ITEM#1` for the first check of an item."""
    severity: Literal["hard", "soft"]
    condition: Expression
    say: Text


class _Item(Part):
    """What every item has."""

    name: str
    """How conditions, fills and exports refer to it: `[a-z][a-z0-9_]*`, at most 32 characters."""
    ask_if: Expression | None = None
    """Its universe within its section (and roster); None means always."""
    modes: tuple[str, ...]
    """The modes in which it exists."""


class Variable(Part):
    """What data people need to know of an item that holds a value."""

    label: str
    measure: Measure
    sensitivity: Sensitivity
    note: str | None = None
    """Where the item comes from, or a decision about it."""
    unit: str | None = None
    """Of numbers, and of durations the unit that data are written in."""
    code_later: bool = False
    """An open answer that is sorted into categories after the interview."""


class Wording(Part):
    """The texts of a question in one mode."""

    ask: Text
    """Read aloud (or, from a record, the thing to look for)."""
    instruct: Text | None = None
    """For the interviewer alone."""
    probe: Text | None = None
    """Read aloud when the answer needs another try."""
    help: Text | None = None
    """The question-by-question specification."""


class GridRow(Translated):
    """The place of a question in a grid: one list of answers asked of several things in turn."""

    grid: str
    """The name of the grid; it is no item and holds no value."""
    title: str
    number: int
    """From 1."""
    of: int
    """How many rows the grid has."""
    stem: MappingProxyType[str, Text]
    """Mode to what is read before the first row, and again on demand."""


class Question(_Item):
    """One thing the interviewer asks."""

    kind: Kind
    wordings: MappingProxyType[str, Wording]
    """Mode to wording; has an entry for each mode the item exists in."""
    choices: tuple[Choice, ...] = ()
    """In the author's order; of yes/no questions `yes` (1) and `no` (0)."""
    read_choices: bool = False
    """Whether the interviewer reads the choices aloud."""
    shuffle: bool = False
    """Whether each case sees the choices in an order of its own (see `Choice.fixed`)."""
    minimum: int | Decimal | PartialDate | Duration | None = None
    maximum: int | Decimal | PartialDate | Duration | None = None
    units: tuple[str, ...] = ()
    """Of durations: the units it can be given in; a number alone is in the first."""
    at_least: int = 0
    """Of any-of questions: how many choices must be taken."""
    at_most: int | None = None
    """Of any-of questions: how many choices may be taken."""
    max_length: int | None = None
    """Of texts, in characters."""
    mask: str | None = None
    """Of short texts: `9` a digit, `A` a letter, `X` either, anything else itself."""
    checks: tuple[Check, ...] = ()
    no_missing: frozenset[str] = frozenset()
    """Missing reasons that this question does not accept."""
    variable: Variable
    specifies: str | None = None
    """Of a text made for an "other: specify" choice: the question it belongs to."""
    grid: GridRow | None = None

    @cached_property
    def choice(self) -> MappingProxyType[str, Choice]:
        """Its choices by name."""
        return MappingProxyType({choice.name: choice for choice in self.choices})


class Statement(_Item):
    """Something to read aloud that wants no answer."""

    wordings: MappingProxyType[str, Wording]


class Branch(Part):
    """One `when`/`is` pair of a computed value; without `when` it is the last resort."""

    when: Expression | None
    value: Expression


class Computed(_Item):
    """A value worked out from earlier answers: an expression, or the first branch that holds.

    With branches: the first whose `when` is *yes* decides; one that is unknown before that makes
    the whole value unknown.
    """

    kind: Kind
    expression: Expression | None = None
    branches: tuple[Branch, ...] = ()
    choices: tuple[Choice, ...] = ()
    variable: Variable

    @cached_property
    def choice(self) -> MappingProxyType[str, Choice]:
        """Its choices by name."""
        return MappingProxyType({choice.name: choice for choice in self.choices})


class Roster(_Item, Translated):
    """A block of items asked once per person or object.

    Its rows are numbered from 1; how many there are comes from `size` (an expression), from `rows`
    (a fixed number), or from the interviewer ("anyone else?") when both are None.
    """

    title: str
    """Shown."""
    label: str
    """What data people read; the title unless the author says otherwise."""
    size: Expression | None = None
    rows: int | None = None
    at_most: int
    """No more rows than this, whatever `size` says."""
    row_label: Text
    """Shown above the items of a row; `{row}` is the row's number."""
    row_if: Expression | None = None
    """A row is asked when this is *yes* for it; reads `row` and what stands before the roster."""
    items: Sequence[Question | Statement | Computed]


Item = Question | Statement | Computed | Roster


class Section(Translated):
    """A part of the interview with a gate of its own."""

    name: str
    title: str
    ask_if: Expression | None = None
    items: Sequence[Item]


class SummaryPart(Translated):
    """One thing that the interviewer's summary must cover."""

    name: str
    label: str
    hint: str
    """What to write about, in a sentence."""
    ask_if: str | None = None
    """Wanted only when this yes/no item is yes; None means always."""


class Guide(Translated):
    """A page of steps or rules that is one key away, such as how to choose the primary minor."""

    name: str
    title: str
    text: str
    items: tuple[str, ...]
    """The items on whose screen it is offered first."""


class CaseVariable(Part):
    """A value that belongs to a case as a whole and stands at no item."""

    name: str
    """That of its column; no item has it."""
    label: str


class Validity(Part):
    """The share of the answers of a case that are valid, and from which share on it is enough."""

    share: CaseVariable
    """Between 0 and 1."""
    enough: CaseVariable
    """Yes when the share is at least `percent`."""
    percent: int
    """From 1 to 100."""
    valid_reasons: frozenset[str] = frozenset()
    """Missing reasons that count as valid answers."""
    note: str | None = None
    """Where the rule comes from, or a decision about it."""


class Acknowledgement(Part):
    """A finding of `cati check` that is meant: it is no longer held against the instrument."""

    finding: str
    """Its code, one of `instrument.findings_catalog`."""
    at: str
    """Its place: an item, a section, a list, a term, `item.choice`, `item#1`."""
    reason: str
    """Why it is meant, for those who read the instrument later."""


class SharedList(Part):
    """The name of a shared list of choices."""

    name: str


class Instrument(Translated):
    """A whole questionnaire."""

    name: str
    title: str
    version: str
    modes: MappingProxyType[str, str]
    """Mode to label, in the author's order; the first is the default."""
    languages: MappingProxyType[str, str] = Field(default_factory=lambda: ONE_LANGUAGE)
    """Language (such as `en` or `es`) to label; texts are written in the first."""
    record_modes: frozenset[str]
    """Modes in which the answers come from a case record and nobody is on the line."""
    missing: tuple[MissingReason, ...]
    definitions: tuple[Definition, ...]
    guides: tuple[Guide, ...]
    sections: tuple[Section, ...]
    summary: tuple[SummaryPart, ...]
    validity: Validity | None = None
    """How the share of valid answers is counted; None for instruments that do not ask for it."""
    acknowledged: tuple[Acknowledgement, ...] = ()
    """In the author's order."""
    unused_lists: tuple[SharedList, ...] = ()
    """Shared lists that no item takes; they ask nobody anything and leave no other trace."""
    fingerprint: str
    """SHA-256 over the normal form, in hex: two instruments with one fingerprint ask the same."""

    def walk(self) -> Iterator[tuple[Section, Roster | None, Item]]:
        """Every item with its section and roster, in the order of the interview."""
        for section in self.sections:
            for item in section.items:
                yield section, None, item
                if isinstance(item, Roster):
                    for inner in item.items:
                        yield section, item, inner

    @cached_property
    def items(self) -> MappingProxyType[str, Item]:
        """Every item by name, in the order of the interview."""
        return MappingProxyType({item.name: item for _, _, item in self.walk()})

    @cached_property
    def section_of(self) -> MappingProxyType[str, Section]:
        """The section of every item, by the item's name."""
        return MappingProxyType({item.name: section for section, _, item in self.walk()})

    @cached_property
    def roster_of(self) -> MappingProxyType[str, Roster]:
        """The roster of every item that stands in one, by the item's name."""
        return MappingProxyType(
            {item.name: roster for _, roster, item in self.walk() if roster is not None}
        )

    @cached_property
    def missing_reason(self) -> MappingProxyType[str, MissingReason]:
        """Its missing reasons by name."""
        return MappingProxyType({reason.name: reason for reason in self.missing})

    def reasons_for(self, item: Question, mode: str) -> tuple[MissingReason, ...]:
        """The missing reasons that a question accepts in a mode."""
        return tuple(
            reason
            for reason in self.missing
            if mode in reason.modes and reason.name not in item.no_missing
        )
