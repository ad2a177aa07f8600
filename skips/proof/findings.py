"""What a check of an instrument can find: code, place, severity, sentence, hint and witness."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from instrument.findings_catalog import TITLES
from instrument.source import Source

if TYPE_CHECKING:
    from skips.proof.witness import Witness


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Cannot be meant: an instrument with one is not fit for the field."""
    WARNING = "warning"
    """Probably not meant: to be mended, or acknowledged with a reason."""
    NOTE = "note"
    """Good to know."""


_ERRORS: Final = frozenset(
    {
        "item-unreachable",
        "section-unreachable",
        "choice-unreachable",
        "branch-unreachable",
        "row-unreachable",
        "trap",
        "bounds-unmet",
        "roster-no-exit",
    }
)
_NOTES: Final = frozenset(
    {
        "check-never",
        "list-unused",
        "definition-unused",
        "computed-unused",
        "undecided",
    }
)


def _severity(code: str) -> Severity:
    if code in _ERRORS:
        return Severity.ERROR
    return Severity.NOTE if code in _NOTES else Severity.WARNING


SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {code: _severity(code) for code in TITLES}
)
"""Code to severity, of every finding there is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is so of an instrument and should not be."""

    code: str
    """Stable and documented, such as `item-unreachable`; see `instrument.findings_catalog`."""
    severity: Severity
    source: Source
    """Where it stands in the YAML."""
    place: str
    """What an acknowledgement names: an item, section, list or term, `item.choice`, `item#1`."""
    text: str
    """One sentence that an author understands."""
    hint: str
    """What to do about it."""
    modes: tuple[str, ...] = ()
    """The modes in which it is so; empty means all."""
    witness: "Witness | None" = None
    """Answers that show it."""
    shows: str = ""
    """What to look at when the witness is replayed, in a sentence."""
    related: tuple[tuple[Source, str], ...] = ()
    """Other places in the YAML that have to do with it, each with what stands there."""

    def __str__(self) -> str:
        return f"{self.source}: {self.text} [{self.code}]\n    {self.hint}"


def finding(
    code: str,
    source: Source,
    place: str,
    text: str,
    hint: str,
    *,
    modes: tuple[str, ...] = (),
    witness: "Witness | None" = None,
    shows: str = "",
    related: tuple[tuple[Source, str], ...] = (),
) -> Finding:
    """A finding with the severity that its code has.

    Raises:
        KeyError: there is no such code.
    """
    return Finding(
        code, SEVERITIES[code], source, place, text, hint, modes, witness, shows, related
    )
