"""The words of an interview in the language that is spoken.

What the instrument does not say in that language is said in its first one.
"""

from typing import Protocol

from cati.record import CaseRecord
from instrument.entry import show
from instrument.house_words import none_of_these
from instrument.models import CHOICE_KINDS, Choice, Computed, Question, Roster, Statement, Text
from instrument.values import Answer, Instance, Missing, Value
from skips import Failing, Phrases


class Translated(Protocol):
    """A choice, a section, a definition: anything whose words may be in several languages."""

    def said(self, field: str, language: str | None = None) -> str:
        """The words of a field in a language."""


class Speech:
    """What is said of one case: texts with their fills, and labels."""

    def __init__(self, record: CaseRecord) -> None:
        self._record = record
        self._instrument = record.instrument
        self._route = record.route

    @property
    def language(self) -> str:
        """The language that is spoken: one of the instrument's."""
        return self._record.language

    def fill(self, text: Text, row: int = 0) -> str:
        """A text with its fills filled in; `row` is that of its item."""
        return self._route.fill(text, row, self.language)

    def said(self, element: Translated, field: str) -> str:
        """A text of an element that takes no fills, such as the label of a choice."""
        return element.said(field, self.language)

    def row_label(self, instance: Instance) -> str:
        """What stands above the items of a row; empty for an item outside of rosters."""
        roster = self._instrument.roster_of.get(instance.item)
        return self.label_of_row(roster, instance.row) if roster else ""

    def label_of_row(self, roster: Roster, row: int) -> str:
        """What stands above the items of a row of a roster."""
        return self._route.row_label(roster.name, row, self.language)

    def check(self, failing: Failing) -> str:
        """What a check says that fires."""
        return self.fill(failing.check.say, failing.instance.row)

    def why(self, instance: Instance) -> str:
        """Why an item is asked or not, with labels in place of names and conditions in words."""
        return self._route.explain(instance, self._phrases())

    def why_offered(self, instance: Instance, choice: Choice) -> str:
        """Why a choice of a question is offered or not, in the same words."""
        return self._route.explainer(instance, self._phrases()).of_choice(choice)

    def why_it_fires(self, failing: Failing) -> str:
        """Why a check fires, in the same words."""
        return self._route.explainer(failing.instance, self._phrases()).of_check(failing.check)

    def _phrases(self) -> Phrases:
        from cati.codebook.model import quoted
        from cati.codebook.words import Wording

        wording = Wording(self._instrument, self.language)
        return Phrases(
            item=self._called,
            condition=lambda tree: quoted(wording.condition(tree)),
            language=self.language,
            in_words=True,
        )

    def _called(self, name: str) -> str:
        match self._instrument.items.get(name):
            case Question() | Computed() as item:
                return f"“{item.variable.label}”"
            case Roster() as roster:
                return f"“{self.said(roster, 'title')}”"
            case _:
                return name

    def title(self, instance: Instance) -> str:
        """How lists name an item: its label, or the beginning of what is read; with its row."""
        item = self._instrument.items[instance.item]
        if isinstance(item, Question):
            title = item.variable.label
        elif isinstance(item, Statement):
            text = self.fill(item.wordings[self._route.mode].ask, instance.row)
            title = " ".join(text.split())
        else:
            title = instance.item
        row = self.row_label(instance)
        return f"{row}: {title}" if row else title

    def kept_answer(self, instance: Instance) -> str:
        """The answer of an item as the screen shows it; empty if there is none."""
        kept = self._route.kept(instance)
        item = self._instrument.items[instance.item]
        if kept is None:
            return ""
        return self.answer(item, kept) if isinstance(item, Question) else "Read"

    def answer(self, question: Question, answer: Answer) -> str:
        """An answer to a question as the screen shows it."""
        if isinstance(answer, Missing):
            return self.said(self._instrument.missing_reason[answer.reason], "label")
        if answer == ():
            return none_of_these(self.language)
        if question.kind in CHOICE_KINDS:
            return "; ".join(self._labels(question, answer))
        return show(question, answer)

    def _labels(self, question: Question, taken: Value) -> list[str]:
        names = taken if isinstance(taken, tuple) else (str(taken),)
        known: dict[str, Choice] = dict(question.choice)
        return [self.said(known[name], "label") if name in known else name for name in names]
