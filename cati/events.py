"""What an interview writes into its case's journal, one event per thing that happened.

The names are short because every event is padded and stored on its own. `t` is the time in UTC,
`q` an item, `r` the row of a roster (0 outside of one). The store keeps these as opaque JSON.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from instrument.values import Instance


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    t: datetime


class _OfItem(_Event):
    q: str
    r: int = 0

    @property
    def instance(self) -> Instance:
        """The item it is about."""
        return Instance(self.q, self.r)


class Given(_OfItem):
    """A value was given (or a statement read)."""

    e: Literal["set"] = "set"
    v: JsonValue
    ms: int = 0
    """Milliseconds from the item's appearance to its answer."""
    undo: bool = False
    """Whether it takes the last change back."""
    redo: bool = False
    """Whether it brings back what was taken back last."""


class Lacking(_OfItem):
    """A missing reason was given."""

    e: Literal["missing"] = "missing"
    m: str
    ms: int = 0
    undo: bool = False
    redo: bool = False


class Cleared(_OfItem):
    """The answer was taken away."""

    e: Literal["clear"] = "clear"
    undo: bool = False
    redo: bool = False


class Drafted(_OfItem):
    """A long text as far as it was typed; it is no answer yet."""

    e: Literal["draft"] = "draft"
    text: str


class Remarked(_OfItem):
    """A remark was written; an empty text takes the earlier one away."""

    e: Literal["remark"] = "remark"
    text: str


class Confirmed(_OfItem):
    """A soft check was confirmed for the answers that it read."""

    e: Literal["confirm"] = "confirm"
    check: str
    text: str
    of: dict[str, JsonValue]
    """The answers read, by instance: when one of them changes, the check asks again."""


class RowChanged(_OfItem):
    """A row of an open roster was added or removed; `q` is the roster."""

    e: Literal["row"] = "row"
    change: Literal["added", "removed"]


class RowsOrdered(_Event):
    """The rows of an open roster are shown in another order; `q` is the roster."""

    e: Literal["order"] = "order"
    q: str
    rows: tuple[int, ...]
    """The ids of the rows shown, in their new order."""


class Rows(BaseModel):
    """The rows of an open roster, as a move leaves them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    added: int
    standing: tuple[int, ...]
    order: tuple[int, ...]


class Moved(_Event):
    """The case goes on in another version of its instrument; this is the outcome, in new names.

    An answer that is not named here went along as it was, by name or by `renamed`. What is said
    here holds for ever, whatever the rules of moving are later.
    """

    e: Literal["move"] = "move"
    by: str
    old: str
    """Fingerprint of the version before."""
    new: str
    renamed: dict[str, str] = {}
    left: dict[str, list[str]] = {}
    """Answers that stay behind: a sentence why to items, such as `age` or `age[2]`."""
    still: dict[str, list[str]] = {}
    """The same of answers that were left behind before and still are."""
    back: tuple[str, ...] = ()
    """Items whose answer was left behind, and is back."""
    turned: dict[str, JsonValue] = {}
    """Answers that the new version writes in another way."""
    rows: dict[str, Rows] = {}
    rows_left: dict[str, Rows] = {}
    """Rows that cannot stand, by roster."""
    ask_again: tuple[str, ...] = ()
    """Confirmed checks that are not the same in the new version, such as `age#1[2]`."""
    renumbered: dict[str, str] = {}
    """Confirmed checks that stand at another number of their question there."""
    confirmed_back: dict[str, int] = {}
    """Checks whose confirmation had been set aside, and counts again: its place in that list."""


class SittingBegun(_Event):
    """An interviewer opened the case."""

    e: Literal["begin"] = "begin"
    by: str
    mode: str
    instrument: str
    """Fingerprint of the instrument in use."""
    seed: str | None = None
    """Decides the order of shuffled choices; written once in a case."""
    date: str | None = None
    """The local date of the interview, as `2026-03-19`; written once in a case."""
    language: str | None = None
    """The language that is spoken; None for the instrument's first."""


class LanguageChanged(_Event):
    """The interview goes on in another language."""

    e: Literal["language"] = "language"
    language: str


class SittingEnded(_Event):
    """The interviewer left the case."""

    e: Literal["end"] = "end"
    why: str


class Flagged(_Event):
    """A note for the supervisor."""

    e: Literal["flag"] = "flag"
    q: str | None = None
    r: int = 0
    text: str


class Returned(_Event):
    """A reviewer returned the case; its interviewer is told when they take it up again."""

    e: Literal["returned"] = "returned"
    by: str
    text: str
    items: dict[str, str] = {}
    """What is said of single items, such as `age` or `age[2]`."""


class Summarized(_Event):
    """A part of the summary as it stands; drafts are written while typing."""

    e: Literal["summary"] = "summary"
    part: str
    text: str
    draft: bool = False


class MarkExplained(_Event):
    """Why words that look identifying may stay in the summary."""

    e: Literal["explain"] = "explain"
    mark: str
    why: str


Event = (
    Given
    | Lacking
    | Cleared
    | Drafted
    | Remarked
    | Confirmed
    | RowChanged
    | RowsOrdered
    | Moved
    | SittingBegun
    | SittingEnded
    | LanguageChanged
    | Flagged
    | Returned
    | Summarized
    | MarkExplained
)

_READER: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="e")])


def write_event(event: Event) -> dict[str, JsonValue]:
    """The event as plain JSON, without what is at its default."""
    body = event.model_dump(mode="json", exclude_defaults=True)
    return {"e": event.e, **body}


def read_event(body: object) -> Event:
    """The event that `write_event` wrote; raises pydantic.ValidationError for anything else."""
    return _READER.validate_python(body)
