"""What the making of all items shares: names, lists, texts, what each row became."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cati.importing.names import Names
from cati.importing.outline import Lost, Origin, Plain, Remark
from cati.importing.xlsform.calls import TODAY
from cati.importing.xlsform.form import Cell, Form, FormRow
from cati.importing.xlsform.languages import TextMaker
from cati.importing.xlsform.lists import Lists
from cati.importing.xlsform.terms import Known, Term, both
from cati.importing.xlsform.translate import BLANK, Translator
from cati.importing.xlsform.xpath import XPathError

LATER: Final = "which comes later"
FIRST_SITTING: Final = (
    "today() became the date of the case's first sitting, which stays when it is taken up again"
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that a group puts on everything in it."""

    term: Term
    cell: Cell


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is made."""

    roster: str | None = None
    gates: tuple[Gate, ...] = ()
    """Of the groups around it, from the outside; those that its section keeps are not here."""

    def inside(self, gate: Gate | None) -> "Place":
        """The place inside a group."""
        return self if gate is None else replace(self, gates=(*self.gates, gate))


@dataclass(slots=True)
class Shop:
    """The state of one import."""

    form: Form
    names: Names
    lists: Lists
    maker: TextMaker
    known: dict[str, Known] = field(default_factory=dict)
    """Foreign name to what it became; see `learn`."""
    shared: dict[str, str] = field(default_factory=dict)
    """Foreign name that several rows have, to the places of the rows."""
    choices_of: dict[str, Plain] = field(default_factory=dict)
    """Name of a question to its choices, for computed values that take the same ones."""
    plain_lists: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Name of a question to the list it takes as it is, and whether with "other"."""
    given: dict[str, str] = field(default_factory=dict)
    """Row (such as `survey!12`) to the name that its item has."""
    made: dict[str, str] = field(default_factory=dict)
    """Row to the name of the item or section that it became; empty for what needs no item."""
    lost: list[Lost] = field(default_factory=list)
    """What the item that is being made loses; see `taken`."""
    remarks: list[Remark] = field(default_factory=list)
    with_blank: bool = False
    """Whether the instrument has a missing reason for answers left out."""

    def learn(self, foreign: str, known: Known) -> None:
        """Note what a foreign name became, for whatever reads it later.

        A name that several rows have stands for none of them: which one is meant is not known.
        """
        if foreign in self.shared:
            known = Known(
                known.name, why_not=f"which several rows are called: {self.shared[foreign]}"
            )
        carried = foreign in self.known and not self.known[foreign].why_not
        if not (known.why_not and carried):  # a row switched off hides no other of its name
            self.known[foreign] = known

    def lose(self, cell: Cell, feature: str, why: str) -> None:
        """Note that a cell has no place here."""
        self.lost.append(Lost(cell.at, feature, cell.text, why))

    def remark(self, cell: Cell, became: str, why: str) -> None:
        """Note that something should be read again."""
        self.remarks.append(Remark(cell.at, cell.text, became, why))

    def taken(self) -> tuple[Lost, ...]:
        """The losses noted since the last call, those of texts and lists, too."""
        found = (*self.lost, *self.maker.lost, *self.lists.lost)
        for noted in (self.lost, self.maker.lost, self.lists.lost):
            noted.clear()
        return found

    def translator(self, place: Place, own: Known | None = None) -> Translator:
        """A translator for a row that stands there."""
        return Translator(self.known, own, {}, place.roster)

    def gate(self, row: FormRow, place: Place) -> Gate | None:
        """The condition of a group; None if it has none that can be carried over."""
        cell = row.get("relevant")
        if cell is None:
            return None
        try:
            term = self.translator(place).condition(cell.text)
        except XPathError as error:
            self.lose(cell, "relevant", f"{error}; what stands in the group is asked without it")
            return None
        if term.constant is True:
            return None
        self.note(cell, term)
        return Gate(term, cell)

    def note(self, cell: Cell, term: Term) -> None:
        """Note a condition or value that means a little less, or something else, than it did."""
        if term.blank_is_yes:
            self.remark(cell, term.text, BLANK)
        if TODAY in term.text:
            self.remark(cell, term.text, FIRST_SITTING)

    def asked_if(self, row: FormRow, place: Place) -> tuple[str | None, Origin | None]:
        """The condition of an item: that of its groups and its own, joined by `and`."""
        gates = list(place.gates)
        cell = row.get("relevant")
        if cell is not None:
            try:
                term = self.translator(place).condition(cell.text)
                self.note(cell, term)
                gates.append(Gate(term, cell))
            except XPathError as error:
                self.lose(cell, "relevant", f"{error}; it is asked without this condition")
        gates = [gate for gate in gates if gate.term.constant is not True]
        if not gates:
            return None, None
        term = gates[0].term
        for gate in gates[1:]:
            term = both(term, gate.term)
        last = gates[-1].cell
        original = " and ".join(gate.cell.text for gate in gates)
        return term.text, Origin(last.at, "relevant", original)


def rest(shop: Shop, row: FormRow, read: Sequence[str]) -> None:
    """Note every cell of a row that nothing was made of."""
    for (column, _), cell in row.cells.items():
        if column not in read and cell.text:
            shop.lose(cell, column, _WHY.get(column, "there is nothing like it here"))


_WHY: Final = {
    "default": "no answer is filled in before it is given",
    "appearance": "screens are laid out by the kind of question",
    "read_only": "what cannot be answered is a statement or a computed value",
    "required_message": "an answer that is missing has a message of its own",
    "image": "nothing is shown on the telephone",
    "audio": "nothing is played on the telephone",
    "video": "nothing is shown on the telephone",
    "big-image": "nothing is shown on the telephone",
    "trigger": "a value is computed whenever what it reads changes",
    "hint": "it has no hint",
    "guidance_hint": "it has no help",
}


def joined(terms: Sequence[Term]) -> Term | None:
    """Several conditions as one; None without any."""
    term: Term | None = None
    for one in terms:
        term = one if term is None else both(term, one)
    return term if term is None or term.constant is not True else None
