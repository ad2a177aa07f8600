"""One field becomes one item, with whatever of it could not be carried over."""

from dataclasses import dataclass, field
from typing import Final

from cati.importing.names import Names, line
from cati.importing.outline import Origin, OutlineItem, Plain, Remark
from cati.importing.redcap import translate
from cati.importing.redcap.bounds import read_bounds
from cati.importing.redcap.calculations import calculated_number, calculated_text
from cati.importing.redcap.entries import Entry, has_time, is_required
from cati.importing.redcap.known import Fields, Known
from cati.importing.redcap.labels import Piping
from cati.importing.redcap.logic import Untranslatable, parse_logic
from cati.importing.redcap.notes import Notes
from cati.importing.redcap.questions import BOUNDED, kind_keys, statement_losses, tag_keys, unused
from cati.importing.redcap.reading import Reading
from cati.importing.redcap.table import Column
from cati.importing.settle import WHOLE
from instrument import Kind

_OF_COMPUTED: Final = ("@CALCTEXT", "@HIDDEN", "@READONLY")
"""Action tags that a computed value fulfills as it is: nobody sees it or enters it."""
_WITH_FIELD: Final = (
    Column.NOTE, Column.VALIDATION, Column.MINIMUM, Column.MAXIMUM, Column.IDENTIFIER,
    Column.NUMBER, Column.ANNOTATION,
)  # fmt: skip
"""What goes with a field that becomes no item, beside its label, logic and choices."""
_PERSONAL: Final = ("email", "phone", "ssn", "mrn", "vmrn")
"""Validations of what identifies a person, whether the dictionary says so or not."""


@dataclass(slots=True)
class Made:
    """What one field became, before it is put into its section."""

    entry: Entry
    notes: Notes
    keys: dict[str, Plain] = field(default_factory=dict)
    """Empty when it became no item."""
    origins: dict[str, Origin] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    """Fields of choices whose code it reads as a number."""

    @property
    def with_time(self) -> bool:
        """Whether a question about the time of day goes with it."""
        return (
            self.entry.kind is Kind.DATE
            and has_time(self.entry.field[Column.VALIDATION].lower())
            and "question" in self.keys
        )

    @property
    def item(self) -> OutlineItem:
        """As an item of its own."""
        return OutlineItem(self.keys, tuple(self.notes.lost), self.origins)


@dataclass(slots=True)
class Workshop:
    """Makes items of fields, one after the other."""

    fields: Fields
    names: Names
    given: frozenset[str]
    """Names of all items."""
    blank: str = ""
    """The missing reason that required questions do not take; empty when there is none."""
    _numbers: dict[str, str] = field(default_factory=dict)

    def number_of(self, known: Known) -> str:
        """The name of the computed item that holds the code of a choice as a number."""
        if known.foreign not in self._numbers:
            self._numbers[known.foreign] = self.names.give(f"{known.name}_number")
        return self._numbers[known.foreign]

    def reading(self, place: int, *, own: bool = False, alone: bool = True) -> Reading:
        """A reading of logic that belongs to a field.

        Args:
            place: the number of the field.
            own: whether the field itself can be read.
            alone: whether computed items can be put in front of it.
        """
        number_of = self.number_of if alone else None
        return Reading(self.fields, place, own=own, names=self.given, number_of=number_of)

    def make(self, entry: Entry, *, alone: bool = True) -> Made:
        """Make the item of a field.

        Args:
            entry: the field.
            alone: false for a row of a matrix.
        """
        made = Made(entry, Notes(entry.field))
        made.origins[WHOLE] = made.notes.origin(Column.TYPE, f"field {entry.field[Column.NAME]}")
        if not entry.role:
            self._gone(made)
            return made
        reading = self.reading(entry.place, alone=alone)
        if entry.role == "statement":
            self._statement(made, reading)
        elif entry.role == "compute":
            self._compute(made, reading)
        else:
            self._question(made, reading)
        if made.keys:
            self._others(made)
        made.needed = tuple(reading.needed)
        return made

    def piping(self, made: Made, column: Column) -> Piping:
        """How piping in a column of a field is carried over."""

        def lose(original: str, why: str) -> None:
            made.notes.lose(column, "piping", why, original)

        return Piping(self.fields, made.entry.place, lose)

    def _gone(self, made: Made) -> None:
        name = made.entry.field[Column.NAME]
        why = self.fields.gone.get(name.lower(), "a field before it has the same name")
        if name.lower() in self.fields.known:
            why = "a field before it has the same name"
        label = made.entry.field[Column.LABEL]
        sort = made.entry.field[Column.TYPE]
        feature = " ".join(["field", name, *(["of type", sort] if sort else [])])
        rest = [f"{one.value}: {text}" for one in _WITH_FIELD if (text := made.entry.field[one])]
        original = "; ".join([*([label] if label else []), *rest])
        made.notes.lose(Column.NAME, " ".join(feature.split()), why, original)
        for column, what in ((Column.BRANCHING, "branching logic"), (Column.CHOICES, "choices")):
            if made.entry.field[column]:
                made.notes.lose(column, f"{what} of {name}", "its field was not carried over")

    def _statement(self, made: Made, reading: Reading) -> None:
        said = self.piping(made, Column.LABEL).filled(made.notes.stripped(Column.LABEL))
        if not said:
            made.notes.lose(
                Column.LABEL, f"field {made.entry.field[Column.NAME]}", "it has no words"
            )
            return
        made.keys["statement"] = made.entry.name
        self._ask_if(made, reading)
        made.keys["say"] = said

    def _compute(self, made: Made, reading: Reading) -> None:
        entry = made.entry
        tag = entry.annotation.tag("@CALCTEXT") if entry.kind is Kind.TEXT else None
        column = Column.ANNOTATION if tag else Column.CHOICES
        original = tag.value if tag else entry.field[Column.CHOICES]
        name = entry.field[Column.NAME].lower()
        try:
            calculate = calculated_text if tag else calculated_number
            calculated = calculate(parse_logic(original), reading)
        except Untranslatable as error:
            made.notes.lose(column, f"calculation of {name}", str(error), original)
            for other, what in ((Column.LABEL, "label"), (Column.NOTE, "field note")):
                if entry.field[other]:
                    why = "its calculation was not carried over"
                    made.notes.lose(other, f"{what} of {name}", why)
            self._forget(name, "its calculation was not carried over")
            reading.needed.clear()
            return
        kind = entry.kind or (Kind.INTEGER if calculated.whole else Kind.DECIMAL)
        made.keys |= {"compute": entry.name, "kind": kind.value, "label": self._label(made)}
        self._ask_if(made, reading)
        made.keys |= calculated.keys
        became = str(calculated.keys.get("as", "branches"))
        made.notes.remark(column, became, reading.remarks)
        made.origins[WHOLE] = made.notes.origin(column, f"calculation of {name}")
        for one in entry.annotation.tags:
            if one.name not in _OF_COMPUTED:
                made.notes.lose(
                    Column.ANNOTATION, f"action tag {one.name}", "it has no equal here", one.text
                )

    def _forget(self, name: str, why: str) -> None:
        del self.fields.known[name]
        self.fields.gone[name] = why

    def _question(self, made: Made, reading: Reading) -> None:
        entry, keys = made.entry, made.keys
        assert entry.kind is not None
        keys |= {"question": entry.name, "kind": entry.kind.value, "label": self._label(made)}
        self._ask_if(made, reading)
        keys["ask"] = self._ask(made)
        instruct = kind_keys(made.entry, made.notes, keys)
        self._choices_without_piping(made)
        note = self.piping(made, Column.NOTE).filled(made.notes.stripped(Column.NOTE))
        if words := "\n".join(one for one in (note, instruct) if one):
            keys["instruct"] = words
        tag_keys(made.entry, made.notes, keys)
        if entry.kind in BOUNDED:
            self._bounds(made)
        if self.blank and is_required(entry.field):
            keys["no_missing"] = [self.blank]

    def _bounds(self, made: Made) -> None:
        entry, keys = made.entry, made.keys
        bounds = read_bounds(entry, self.reading(entry.place, own=True, alone=False), made.notes)
        if bounds.range:
            keys["range"] = bounds.range
            made.origins["range"] = made.notes.origin(Column.MINIMUM, "least and greatest value")
        if bounds.checks:
            keys["checks"] = bounds.checks
            for number, column in enumerate(bounds.columns):
                made.origins[f"checks/{number}"] = made.notes.origin(column, "bound")

    def _choices_without_piping(self, made: Made) -> None:
        """Labels of choices are fixed; what was piped into one is left out where it can be."""
        choices = made.keys.get("choices")
        if not isinstance(choices, list):
            return
        piping = self.piping(made, Column.CHOICES)
        labels = [line(piping.fixed(str(choice["label"]))) for choice in choices]
        if len(set(labels)) == len(labels):
            for choice, label in zip(choices, labels, strict=True):
                choice["label"] = label

    def _label(self, made: Made) -> str:
        """The label of the variable: one line, without what cannot be filled in."""
        entry = made.entry
        quiet = Piping(self.fields, entry.place, lambda *_: None)
        stripped = Notes(entry.field).stripped(Column.LABEL)
        text = quiet.fixed(stripped)
        made.notes.altered(Column.LABEL, text)
        return line(text) or line(entry.field[Column.NAME])

    def _ask(self, made: Made) -> str:
        asked = self.piping(made, Column.LABEL).filled(made.notes.stripped(Column.LABEL))
        if asked:
            return asked
        header = self.piping(made, Column.HEADER).filled(made.notes.stripped(Column.HEADER))
        said = header or line(made.entry.field[Column.NAME].replace("_", " ").capitalize())
        cell, name = made.entry.field.cell(Column.LABEL), made.entry.field[Column.NAME]
        why = "the field has no label, and something must be read"
        made.notes.remarks.append(Remark(cell, name, said, why))
        return said

    def _ask_if(self, made: Made, reading: Reading) -> None:
        """The universe, from branching logic."""
        said = made.entry.field[Column.BRANCHING]
        if not said:
            return
        inner = self.reading(reading.place, alone=reading.number_of is not None)
        try:
            condition = translate.condition(parse_logic(said), inner).text
        except Untranslatable as error:
            made.notes.lose(Column.BRANCHING, "branching logic", str(error))
            return
        reading.needed |= inner.needed
        made.keys["ask_if"] = condition
        made.origins["ask_if"] = made.notes.origin(Column.BRANCHING, "branching logic")
        made.notes.remark(Column.BRANCHING, condition, inner.remarks)

    def _others(self, made: Made) -> None:
        """Columns that every field has."""
        source, keys = made.entry.field, made.keys
        personal = source[Column.VALIDATION].lower().startswith(_PERSONAL)
        if made.entry.role != "statement":
            if source[Column.IDENTIFIER].lower() == "y" or (
                personal and made.entry.kind is Kind.TEXT
            ):
                keys["sensitivity"] = "identifying"
            number = source[Column.NUMBER]
            rest = made.entry.annotation.rest
            made.notes.altered(Column.ANNOTATION, rest)
            notes = [f"Question number {line(number)}." if number else "", line(rest)]
            if made.entry.role == "compute":
                said = made.notes.stripped(Column.NOTE)
                made.notes.altered(Column.NOTE, said)
                notes.append(line(said))
            if note := " ".join(one for one in notes if one):
                keys["note"] = note
        else:
            statement_losses(made.entry, made.notes)
        unused(made.entry, made.notes)
        if source[Column.MATRIX] and "question" not in keys:
            made.notes.lose(Column.MATRIX, "matrix group", "only choices can stand in a matrix")
