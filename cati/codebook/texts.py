"""The texts of an item as they are read, by mode and language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from cati.codebook.model import FieldText, Ref, Said, Words
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Check, Choice, Fill, Instrument, Question, Statement, Text, Wording

Field = Literal["stem", "ask", "say", "instruct", "probe", "help"]
_FIELDS: Final[tuple[tuple[Field, Callable[[Wording], Text | None]], ...]] = (
    ("ask", lambda wording: wording.ask),
    ("instruct", lambda wording: wording.instruct),
    ("probe", lambda wording: wording.probe),
    ("help", lambda wording: wording.help),
)


@dataclass(frozen=True)
class Speaker:
    """Says the texts of one instrument in the languages of the codebook."""

    instrument: Instrument
    language: str | None = None
    """The only language; None for all that a text is written in."""

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Languages in which texts are given."""
        return (self.language,) if self.language else tuple(self.instrument.languages)

    def text(self, text: Text) -> tuple[Said, ...]:
        """A text in each language that it is written in, or in the one language asked for."""
        if self.language is not None:
            spoken = text.in_language(self.language)
            first = next(iter(self.instrument.languages))
            written = self.language if spoken is not text else first
            return (Said(written, self._words(spoken)),)
        first, *others = self.languages
        there = [(code, text.translations[code]) for code in others if code in text.translations]
        return tuple(Said(code, self._words(one)) for code, one in [(first, text), *there])

    def label(self, choice: Choice) -> tuple[Said, ...]:
        """The label of a choice in each language that it is written in."""
        first = next(iter(self.instrument.languages))
        codes = [
            code
            for code in self.languages
            if code == first or "label" in choice.translations.get(code, {})
        ] or [first]
        return tuple(Said(code, (choice.said("label", code),)) for code in codes)

    def check(self, check: Check) -> tuple[Said, ...]:
        """What is said when a check fires."""
        return self.text(check.say)

    def texts(self, item: Question | Statement) -> tuple[FieldText, ...]:
        """All texts of an item, those alike in several modes once."""
        if isinstance(item, Statement):
            return self._field("say", {mode: one.ask for mode, one in item.wordings.items()})
        return tuple(
            said
            for field, read in _FIELDS
            for said in self._field(
                field, {mode: read(wording) for mode, wording in item.wordings.items()}
            )
        )

    def stem(self, stem: Mapping[str, Text]) -> tuple[FieldText, ...]:
        """What is read before the first row of a grid."""
        return self._field("stem", stem)

    def _field(self, field: Field, by_mode: Mapping[str, Text | None]) -> tuple[FieldText, ...]:
        alike: dict[tuple[Said, ...], list[str]] = {}
        for mode in self.instrument.modes:
            text = by_mode.get(mode)
            if text is not None:
                alike.setdefault(self.text(text), []).append(mode)
        return tuple(
            FieldText(field, self._labels(modes, by_mode), said) for said, modes in alike.items()
        )

    def _labels(self, modes: Iterable[str], among: Mapping[str, object]) -> tuple[str, ...]:
        """Labels of modes; none where they are all there are."""
        some = set(modes)
        if some == among.keys():
            return ()
        return tuple(label for mode, label in self.instrument.modes.items() if mode in some)

    def _words(self, text: Text) -> Words:
        return tuple(
            self._fill(piece) if isinstance(piece, Fill) else piece for piece in text.pieces
        )

    def _fill(self, fill: Fill) -> str | Ref:
        """A fill as it was written, in brackets; one that is an item leads to it."""
        fallback = "" if fill.fallback is None else f" | {fill.fallback}"
        written = f"[{' '.join(str(fill.expression).split())}{fallback}]"
        tree = fill.expression.tree
        if isinstance(tree, ItemNode) and tree.name in self.instrument.items:
            return Ref(tree.name, written)
        return written
