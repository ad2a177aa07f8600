"""First pass over the sections: which items there are, of what kind and with which choices.

Conditions can be judged only when every name is known, so texts and conditions wait for the second
pass (`instrument.items`), which finds what this one read in the drafts it leaves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from instrument.choices import ChoiceList, read_choices
from instrument.conditions.lookup import YES_NO
from instrument.conditions.nodes import Type
from instrument.conditions.scope import Declared, Role
from instrument.drafts import Draft, SectionDraft, specify_name
from instrument.fields import Fields
from instrument.house_words import HouseWords
from instrument.models import Choice, Kind
from instrument.naming import MAX_NAME, RESERVED, as_name, is_name, read_name
from instrument.report import Report, quote
from instrument.yaml_nodes import Scalar

TYPE_OF_KIND: Final = {
    Kind.ONE_OF: Type.CHOICE,
    Kind.ANY_OF: Type.CHOICES,
    Kind.YES_NO: Type.CHOICE,
    Kind.INTEGER: Type.NUMBER,
    Kind.DECIMAL: Type.NUMBER,
    Kind.DATE: Type.DATE,
    Kind.TIME: Type.TIME,
    Kind.DURATION: Type.DURATION,
    Kind.TEXT: Type.TEXT,
    Kind.LONG_TEXT: Type.TEXT,
}
COMPUTED_KINDS: Final = tuple(kind for kind in Kind if kind not in (Kind.ANY_OF, Kind.LONG_TEXT))
"""Kinds that a value can be computed in."""
GRID_KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.LONG_TEXT)
"""Kinds that the rows of a grid can have."""

_ROLES: Final = {
    "question": Role.QUESTION,
    "statement": Role.STATEMENT,
    "compute": Role.COMPUTED,
    "roster": Role.ROSTER,
    "grid": Role.GRID,
}
_KINDS: Final = {
    Role.QUESTION: tuple(Kind),
    Role.COMPUTED: COMPUTED_KINDS,
    Role.GRID: GRID_KINDS,
}
_SECTION_KEYS: Final = ("section", "title", "ask_if", "items")


class Declarer:
    """Gives every item its place and its name."""

    def __init__(
        self,
        report: Report,
        choices: Mapping[str, ChoiceList | None],
        keys: frozenset[str],
        *,
        complete: bool,
    ) -> None:
        self.report = report
        self.choices = choices
        self.keys = keys - {"item"}
        """Every key that some item can have, rows of grids apart."""
        self.complete = complete
        """Whether all shared lists are known."""
        self.items: dict[str, Declared] = {}
        self.broken: set[str] = set()
        """Names that authors meant for items which cannot be used under them."""
        self.named = True
        """Whether every item has a name, usable or not; an unknown name may else be that item's."""
        self.misnamed = False
        """Whether a name was no name: an unknown one elsewhere may be what was meant."""
        self.used: set[str] = set()
        """Shared lists that some item takes."""
        self._place = 0
        self._yes_no = _yes_no(report.words)

    def section(self, name: str, fields: Fields) -> SectionDraft:
        """Read the items of one section."""
        fields.allow(_SECTION_KEYS)
        scalar = fields.scalar("section", required=True)
        if scalar is not None and scalar.text != name:
            self.report.add(
                "section-name",
                scalar.source,
                f"this is section {quote(scalar.text)} in the file of section '{name}'",
                "call the section like its file",
            )
        place = self._place
        parts = fields.mappings("items", f"an item of section '{name}'", required=True)
        if fields.nodes("items") == []:
            self.report.add("value-empty", fields.place("items"), f"section '{name}' has no items")
        return SectionDraft(name, fields, place, self._items(parts, None))

    def _items(self, parts: Sequence[Fields], roster: str | None) -> list[Draft]:
        drafts = [self._item(part, roster) for part in parts]
        return [draft for draft in drafts if draft is not None]

    def _item(self, fields: Fields, roster: str | None) -> Draft | None:
        roles = [role for role in _ROLES if role in fields.mapping.entries]
        if not roles:
            fields.adopt(_ROLES, self.keys)
            roles = [role for role in _ROLES if fields.has(role)]
        if len(roles) != 1:
            self._refuse_form(fields, roles)
            return None
        fields.adopt(("kind", "choices", "items"), self.keys)
        role = _ROLES[roles[0]]
        scalar = fields.scalar(roles[0])
        if roster is not None and role is Role.ROSTER:
            self.report.add(
                "item-form", fields.source, f"a roster cannot stand inside the roster '{roster}'"
            )
            return None
        name = self._name(scalar, role)
        fields.what = f"{role} '{name}'" if name else f"this {role}"
        place = self._place
        declared = Declared(
            name, role, place, place, scalar.source if scalar else fields.source, roster
        )
        draft = Draft(declared, fields)
        if role is Role.GRID:
            self._grid(draft)
            return draft
        self._place += 1
        if role in (Role.QUESTION, Role.COMPUTED):
            self._read_kind(draft)
        elif role is Role.ROSTER:
            parts = fields.mappings("items", f"an item of roster '{name}'", required=True)
            draft.inner = self._items(parts, name or "?")
            draft.declared = declared._replace(end=self._place - 1)
        self._register(draft.declared)
        self._register_specify(draft)
        return draft

    def _refuse_form(self, fields: Fields, roles: Sequence[str]) -> None:
        """Note what is no item; whatever could have been its name is no name to others either."""
        says = f"it is both '{roles[0]}' and '{roles[1]}'" if roles else "it is none of them"
        self.report.add(
            "item-form",
            fields.source,
            f"an item is a question, a grid, a statement, a compute or a roster; {says}",
            "begin the item with '- question: NAME' or one of the others",
        )
        keys = roles or list(fields.mapping.entries)[:1]
        nodes = [fields.mapping.entries[key].node for key in keys]
        names = {node.text for node in nodes if isinstance(node, Scalar) and is_name(node.text)}
        self.broken |= names
        self.named = self.named and bool(names)

    def _name(self, scalar: Scalar | None, role: Role) -> str:
        """The name of an item; nothing if it has none that can be used."""
        name = read_name(scalar, self.report, role, RESERVED)
        if scalar is None:
            self.named = False
        elif name is None:
            self.broken.update((scalar.text, as_name(scalar.text)))
            self.misnamed = self.misnamed or not is_name(scalar.text)
        return name or ""

    def _grid(self, draft: Draft) -> None:
        """Declare the rows of a grid: questions, all of its kind and with its choices."""
        fields = draft.fields
        self._read_kind(draft)
        parts = fields.mappings("items", f"a row of {fields.what}", required=True)
        if fields.nodes("items") == []:
            self.report.add("value-empty", fields.place("items"), f"{fields.what} has no rows")
        draft.inner = [self._row(draft, part) for part in parts]
        # Kind and choices are those of the rows: no condition must take the grid for one of them.
        draft.declared = draft.declared._replace(
            end=self._place - 1,
            type=None,
            choices=(),
            codes=(),
            whole=False,
            broken=False,
            rows=tuple(row.declared.name for row in draft.inner if row.declared.name),
        )
        self._register(draft.declared)

    def _row(self, grid: Draft, fields: Fields) -> Draft:
        fields.adopt(("item",), self.keys)
        self._refuse_question(grid, fields)
        scalar = fields.scalar("item", required=True)
        name = self._name(scalar, Role.QUESTION)
        fields.what = f"row '{name}' of {grid.fields.what}" if name else "this row of a grid"
        declared = grid.declared._replace(
            name=name,
            role=Role.QUESTION,
            place=self._place,
            end=self._place,
            source=scalar.source if scalar else fields.source,
        )
        self._place += 1
        row = replace(grid, declared=declared, fields=fields, inner=[])
        self._register(declared)
        self._register_specify(row)
        return row

    def _refuse_question(self, grid: Draft, fields: Fields) -> None:
        """Read a question that stands where a row must as the row that was meant."""
        entries = fields.mapping.entries
        if "question" in entries and "item" not in entries:
            entry = entries["item"] = entries.pop("question")
            self.report.add(
                "item-form",
                entry.key.source,
                f"a row of {grid.fields.what} is called 'item', not 'question'",
                "write item: NAME; kind and choices stand in the grid",
            )

    def _register(self, declared: Declared) -> None:
        if not declared.name:
            return
        first = self.items.get(declared.name)
        if first is not None:
            self.report.add(
                "name-repeated",
                declared.source,
                f"there is another item '{declared.name}', at {first.source}",
                "give each item its own name",
            )
            return
        self.items[declared.name] = declared

    def _register_specify(self, draft: Draft) -> None:
        """Declare the text items behind a question with choices to be specified."""
        question = draft.declared.name
        for choice in draft.specify:
            name = specify_name(question, draft.specify, choice)
            if question and len(name) > MAX_NAME:
                self.report.add(
                    "name-form",
                    draft.declared.source,
                    f"'{name}' is needed for the wording of '{choice.name}' and is too long",
                    f"call the question by at most {MAX_NAME - len(name) + len(question)} "
                    "characters, or leave 'specify' out and write the text question yourself",
                )
            place = self._place
            self._place += 1
            if question:
                roster = draft.declared.roster
                self._register(
                    Declared(name, Role.QUESTION, place, place, choice.source, roster, Type.TEXT)
                )

    def _read_kind(self, draft: Draft) -> None:
        """Find kind, type and choices of a question or a computed value."""
        fields, declared = draft.fields, draft.declared
        asked = declared.role is not Role.COMPUTED
        kinds = _KINDS[declared.role]
        needed = declared.role is Role.QUESTION or fields.has("branches")
        word = fields.word("kind", kinds, required=needed)
        if word is None and (needed or fields.has("kind")):
            draft.declared = declared._replace(broken=True)
            return
        usual = Kind.ONE_OF if declared.role is Role.GRID else Kind.YES_NO
        kind = draft.kind = Kind(word) if word is not None else usual
        names: tuple[str, ...] = ()
        codes: tuple[int, ...] = ()
        broken = False
        if kind in (Kind.ONE_OF, Kind.ANY_OF):
            listed = self._choice_list(fields, asked=asked)
            broken = listed is None
            if listed is not None:
                draft.choices = listed.choices if asked else _unasked(listed.choices)
                names = tuple(choice.name for choice in listed.choices)
                codes = tuple(choice.code for choice in listed.choices)
                if asked:
                    draft.specify = tuple(one for one in listed.choices if one.specify)
                    draft.specify_texts = listed.specify_texts
                    draft.conditions = listed.conditions
        elif kind is Kind.YES_NO:
            names, codes = YES_NO, (1, 0)
            draft.choices = tuple(choice(source=declared.source) for choice in self._yes_no)
        draft.declared = declared._replace(
            type=TYPE_OF_KIND[kind],
            choices=names,
            codes=codes,
            whole=kind is Kind.INTEGER,
            broken=broken,
        )

    def _choice_list(self, fields: Fields, *, asked: bool) -> ChoiceList | None:
        """An item's own list, or the shared list it names."""
        node = fields.node("choices", required=True)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            return read_choices(fields, "choices", fields.what, asked=asked)
        if node.text in self.choices:
            self.used.add(node.text)
            return self.choices[node.text]
        if not self.complete:
            return None
        self.report.unknown(
            "choices-unknown",
            node.source,
            f"there is no list of choices {quote(node.text)}",
            node.text,
            self.choices,
        )
        return None


def _unasked(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Choices of a shared list without what matters only where somebody is asked."""
    return tuple(choice.model_copy(update={"read": True, "fixed": False}) for choice in choices)


def _yes_no(words: HouseWords) -> tuple[Callable[..., Choice], ...]:
    """The choices of yes/no questions, each of which still needs its place."""
    return tuple(
        partial(
            Choice,
            name=name,
            code=code,
            label=words.label(name),
            translations=words.translations(name),
        )
        for name, code in (("yes", 1), ("no", 0))
    )
