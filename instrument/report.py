"""Where problems are gathered while an instrument is read."""

from collections.abc import Iterable

from instrument.problems import Problem
from instrument.source import Source
from instrument.spelling import Speller
from instrument.yaml_door import clip


class Report:
    """The problems found so far, and the speller that suggests what was meant."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.speller = Speller()

    def add(self, code: str, source: Source, text: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(code, source, text, hint))

    def unknown(
        self, code: str, source: Source, text: str, word: str, known: Iterable[str]
    ) -> None:
        """Note a word that is not among the known ones, with a suggestion."""
        words = list(known)
        hint = self.speller.hint(word, words)
        self.add(code, source, text, hint or _listed(words))


def quote(word: str) -> str:
    """A word of the author's in a message."""
    return f"'{clip(word)}'"


def _listed(words: list[str]) -> str:
    most = 12
    if not words:
        return ""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"possible here: {', '.join(words[:most])}{more}"
