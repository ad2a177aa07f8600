"""What can be wrong with an instrument, said so that its author can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

from instrument.source import Source


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an author should fix."""

    code: str
    """Stable and documented, such as `choice-repeated`; see `instrument.catalog`."""
    source: Source
    text: str
    """What is wrong, in a sentence. May span lines: a condition with a caret under it."""
    hint: str = ""
    """What to do about it."""

    def __str__(self) -> str:
        first, *more = self.text.split("\n")
        lines = [f"{self.source}: {first} [{self.code}]", *more]
        if self.hint:
            lines.append(f"    {self.hint}")
        return "\n".join(lines)


class InstrumentError(Exception):
    """The instrument cannot be used; holds every problem found in its files, in their order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
