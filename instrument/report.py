"""Where problems are gathered while an instrument is read."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from instrument.house_words import HouseWords
from instrument.models import ONE_LANGUAGE
from instrument.problems import Problem
from instrument.source import Source
from instrument.spelling import Speller
from instrument.yaml_door import clip

_MOST_LISTED: Final = 12
"""How many possible words a hint lists."""


MOST_PROBLEMS: Final = 200
"""Reading stops after so many: the rest would not help, and finding them could take long."""


class TooManyProblemsError(Exception):
    """Reading an instrument stops here."""


class Report:
    """The problems found so far, and the speller that suggests what was meant."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.speller = Speller()
        self.languages: tuple[str, ...] | None = tuple(ONE_LANGUAGE)
        """The languages of the instrument; None when something is wrong with them."""
        self.unlisted: list[tuple[Source, str]] | None = None
        """Place and name of the texts in other languages, when no languages are listed at all."""
        self.words = HouseWords()
        """What is said where no author writes it."""
        self.unusable: set[str] = set()
        """Names whose declaration was refused: whatever names them is no second problem."""
        self.unsure: set[str] = set()
        """Codes of problems that cannot be told, since something was declared without a name."""

    def add(self, code: str, source: Source, text: str, hint: str = "") -> None:
        """Note a problem; raises TooManyProblemsError when there have been enough."""
        if len(self.problems) >= MOST_PROBLEMS:
            says = f"more than {MOST_PROBLEMS} problems; reading stopped here"
            self.problems.append(Problem("problems-many", source, says, "mend the first ones"))
            raise TooManyProblemsError
        problem = Problem(code, source, text, hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def add_unlisted(self, order: Mapping[str, int]) -> None:
        """Note that no languages are listed, once, at the first text that is in another one.

        Args:
            order: file to its place among the files.
        """
        if self.unlisted:
            last = len(order)
            source, what = min(self.unlisted, key=lambda one: (order.get(one[0].file, last), one))
            self.problems.append(
                Problem(
                    "language-unknown",
                    source,
                    f"{what}: instrument.yaml lists no languages, and texts are in several",
                    "write them there, such as languages: {en: English, es: Español}",
                )
            )

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several problems."""
        for one in problems:
            self.add(one.code, one.source, one.text, one.hint)

    @contextmanager
    def once(self) -> Iterator[None]:
        """Leave out what is noted inside of it if it was noted already, of the same place.

        For parts that are read several times, such as a list that several questions share.
        """
        before = len(self.problems)
        known = {(one.code, one.source) for one in self.problems}
        yield
        self.problems[before:] = [
            one for one in self.problems[before:] if (one.code, one.source) not in known
        ]

    def unknown(
        self,
        code: str,
        source: Source,
        text: str,
        word: str,
        known: Iterable[str],
        meant: str | None = None,
    ) -> str:
        """Note a word that is not among the known; returns the one that was probably meant.

        Args:
            code: of the problem.
            source: where the word stands.
            text: what is wrong.
            word: the word.
            known: the words that are possible there.
            meant: the one that was meant, if the speller was asked already.
        """
        if word in self.unusable or code in self.unsure:
            return ""
        words = list(known)
        if meant is None:
            meant = self.speller.near(word, words)
        self.add(code, source, text, f"did you mean '{meant}'?" if meant else _listed(words))
        return meant


def quote(word: str) -> str:
    """A word of the author's in a message."""
    return f"'{clip(word)}'"


def _listed(words: list[str]) -> str:
    if not words:
        return ""
    rest = len(words) - _MOST_LISTED
    more = f" and {rest} more" if rest > 0 else ""
    return f"possible here: {', '.join(words[:_MOST_LISTED])}{more}"
