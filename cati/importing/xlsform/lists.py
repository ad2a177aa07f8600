"""Lists of choices of an XLSForm: shared ones, those with filters, those with "other"."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cati.importing.names import ForeignChoice, NamedChoices, name_choices
from cati.importing.outline import Lost, Plain, Remark
from cati.importing.xlsform.form import Cell, Form, FormRow
from cati.importing.xlsform.languages import TextMaker
from cati.importing.xlsform.translate import Translator
from cati.importing.xlsform.xpath import XPathError

OTHER = "other"
"""Name of the choice that `or_other` adds."""
ALL_OFFERED: Final = (
    "while an answer that a filter reads is missing, the original offers no choice that wants it; "
    "here it is offered, since a condition that is unknown hides nothing"
)
_READ = frozenset({"list_name", "name", "label", "caption"})


@dataclass(slots=True)
class Lists:
    """The lists of a form, each named and coded once."""

    form: Form
    maker: TextMaker
    items: frozenset[str] = frozenset()
    """Names of items: a choice of the same name is put in quotes in conditions."""
    lost: list[Lost] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    _named: dict[tuple[str, bool], NamedChoices] = field(default_factory=dict)

    def get(self, name: str, *, with_other: bool = False) -> NamedChoices | None:
        """The choices of a list; None if the form has no such list."""
        rows = self.form.choices.get(name)
        if not rows:
            return None
        if (name, with_other) not in self._named:
            first = (name, not with_other) not in self._named
            foreign = [
                ForeignChoice(row.text("name"), self.maker.plain(row.texts("label")))
                for row in rows
            ]
            other = with_other and not any(one.name == OTHER for one in foreign)
            if other:
                foreign.append(ForeignChoice(OTHER, "Other"))
            named = name_choices(foreign)
            if with_other:
                named = _specified(named)
            self._named[name, with_other] = named
            if first:
                self._note(name, rows, named)
        return self._named[name, with_other]

    def words(self, named: NamedChoices) -> dict[str, tuple[str, ...]]:
        """Foreign name of a choice to how conditions write ours."""
        return {
            foreign: tuple(f'"{name}"' if name in self.items else name for name in ours)
            for foreign, ours in named.all_names.items()
        }

    def filtered(
        self, name: str, named: NamedChoices, cell: Cell, translator: Translator
    ) -> list[dict[str, Plain]]:
        """The choices of a list with the condition that a filter is for each of them.

        Raises:
            XPathError: the filter cannot be translated.
        """
        found: list[dict[str, Plain]] = []
        never: list[str] = []
        rows = self.form.choices[name]
        for row, choice in zip(rows, named.choices, strict=False):
            columns = {column: one.text for (column, _), one in row.cells.items()}
            term = replace(translator, columns=columns).condition(cell.text)
            if term.constant is True:
                found.append(dict(choice))
            elif term.constant is False:
                never.append(row.text("name"))
            else:
                found.append({**choice, "ask_if": term.text})
        if not found:
            raise XPathError("it would offer none of the choices")
        if any("ask_if" in choice for choice in found):
            self.remarks.append(Remark(cell.at, cell.text, "", ALL_OFFERED))
        # What `or_other` adds stands in no row, and is always offered.
        found += [dict(choice) for choice in named.choices[len(rows) :]]
        if never:
            why = "the filter is never true for them: " + ", ".join(never[:20])
            self.lost.append(Lost(cell.at, "choices", cell.text, why))
        return found

    def _note(self, name: str, rows: Sequence[FormRow], named: NamedChoices) -> None:
        """What a list loses, once for all questions that use it."""
        self.remarks += [Remark(rows[0].at, f"list {name}", "", text) for text in named.changes]
        filters = " ".join(
            cell.text
            for top in self.form.nodes
            for node in top.rows()
            if (cell := node.row.get("choice_filter")) is not None
        )
        for row in rows:
            for (column, _), cell in row.cells.items():
                if column not in _READ and column not in filters:
                    why = "choices have a name, a code and a label"
                    self.lost.append(Lost(cell.at, f"column {column}", cell.text, why))


def _specified(named: NamedChoices) -> NamedChoices:
    """A list whose choice "other" asks for its wording."""
    last = named.names.get(OTHER)
    choices = tuple(
        {**choice, "specify": True} if choice["name"] == last else choice
        for choice in named.choices
    )
    return replace(named, choices=choices)
