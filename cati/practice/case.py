"""What a practice case is: a persona, what it says at each item, and the answer key."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, model_validator

from instrument.values import Instance

Words = str | int | Decimal
"""What an answer is written as in the file: the name of a choice, a number, a date, a text."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Line(_Part):
    """What the respondent says at one item, and what the interviewer should make of it."""

    item: str
    row: int = Field(default=0, ge=0)
    """Of items in a roster: the row."""
    says: str = Field(min_length=1)
    """The respondent's words, not the answer: hearing the answer in them is the practice."""
    probed: str | None = None
    """What the respondent says when the interviewer probes; the answer may only be in here."""
    answer: Words | tuple[Words, ...] | None = None
    """The answer key; a list for any-of questions. Statements have none."""
    missing: str | None = None
    """The missing reason that is right here, instead of an answer."""
    confirm: str | None = None
    """The remark that settles a soft check which this answer sets off."""
    note: str | None = None
    """For the supervisor: what this line trains."""

    @model_validator(mode="after")
    def _one_of_two(self) -> "Line":
        if self.answer is not None and self.missing is not None:
            raise ValueError("a line has an answer or a missing reason, never both")
        return self

    @property
    def instance(self) -> Instance:
        """The item as it stands in the case."""
        return Instance(self.item, self.row)


class SummaryKey(_Part):
    """What one part of the interviewer's summary should hold."""

    write: str = Field(min_length=1)
    """A summary as it should be: complete, and identifying nobody."""
    points: tuple[str, ...] = Field(min_length=1)
    """What must not be missing from it."""


class PracticeCase(_Part):
    """One mock interview."""

    practice: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    """Its name."""
    title: str = Field(min_length=1)
    """Shown as the case's label."""
    instrument: str
    """The name of the instrument it is for."""
    mode: str
    persona: str = Field(min_length=1)
    """Who is on the line: for the supervisor who plays the part, and for the trainee after it."""
    trains: str = Field(min_length=1)
    """What this way through the instrument is good for."""
    contact: dict[str, str] = Field(min_length=1)
    """The invented contact, kept as a real one would be."""
    route: tuple[str, ...] = Field(min_length=1)
    """The sections that the right answers lead through, in order."""
    lines: tuple[Line, ...] = Field(min_length=1)
    summary: dict[str, SummaryKey]

    def with_lines(self, lines: Iterable[Line]) -> "PracticeCase":
        """The same case with other lines."""
        kept = {name: getattr(self, name) for name in PracticeCase.model_fields}
        return PracticeCase(**{**kept, "lines": tuple(lines)})

    @cached_property
    def line(self) -> Mapping[Instance, Line]:
        """Its lines by item instance."""
        return MappingProxyType({line.instance: line for line in self.lines})
