"""Findings of sections that were proved before, kept so that they need not be proved again.

A file belongs to one mode of one instrument, by its name: versions of it share most of their
sections. It holds the findings of sections by their keys (`skips.proof.section_keys`): a section
with another key is proved anew. What is written is data and nothing else. What is damaged, or
cannot be made into a finding of this instrument, is as good as none.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from instrument.models import Instrument
from instrument.shelf import CacheError, Shelf
from skips.proof.anchors import Anchors, Lost
from skips.proof.findings import SEVERITIES, Finding, Severity
from skips.proof.section_keys import SectionKeys

SUFFIX: Final = ".findings"
MOST_FILES: Final = 40
"""Instruments and modes in the cache; those used longest ago go first."""
MOST_OLD: Final = 2_000
"""Keys of former versions that are kept beside those in use."""
MOST_BYTES: Final = 20_000_000
"""Of one file: what would be larger is not kept."""

Written = dict[str, Any]
"""The findings of one key, and the keys of further sections that their witnesses go through."""


class Cache:
    """A folder with what was found before."""

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder, SUFFIX, MOST_FILES)

    def take(self, instrument: Instrument, mode: str) -> dict[str, Written]:
        """What is kept of an instrument in a mode, by key."""
        return self._shelf.take(_name(instrument, mode), _read) or {}

    def put(
        self,
        instrument: Instrument,
        mode: str,
        used: Mapping[str, Written],
        old: Mapping[str, Written],
    ) -> None:
        """Keep what was used or found now, and some of what was kept before."""
        entries = dict(used)
        for key, written in old.items():
            if len(entries) >= len(used) + MOST_OLD:
                break
            entries.setdefault(key, written)
        body = json.dumps(entries, separators=(",", ":")).encode()
        if len(body) <= MOST_BYTES:
            self._shelf.put(_name(instrument, mode), body)


def _name(instrument: Instrument, mode: str) -> str:
    return hashlib.sha256(f"{instrument.name}\n{mode}".encode()).hexdigest()


def _read(body: bytes) -> dict[str, Written]:
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CacheError("no JSON") from error
    if not isinstance(entries, dict) or not all(isinstance(one, dict) for one in entries.values()):
        raise CacheError("not the findings of an instrument")
    return entries


class Page:
    """Turns the findings of sections of one instrument into JSON and back."""

    def __init__(self, instrument: Instrument, keys: SectionKeys) -> None:
        self._instrument = instrument
        self._keys = keys
        self._anchors = Anchors(instrument)

    def write(self, findings: Iterable[Finding], home: str) -> Written | None:
        """Findings of the section `home`; None when a place of one could not be found again."""
        through: set[str] = set()
        written = []
        for one in findings:
            try:
                written.append(self._written(one, home))
            except Lost:
                return None
            if one.witness is not None:
                through.update(self._section(answer[0].item) for answer in one.witness.answers)
                through.update(self._section(roster) for roster, _ in one.witness.rows)
        needs = {name: self._keys.of_section(name) for name in sorted(through)}
        return {"findings": written, "needs": needs}

    def read(self, written: Written) -> tuple[Finding, ...] | None:
        """The findings that `write` wrote, where their places are now; None if they do not hold.

        They do not when a witness goes through a section that has changed since.
        """
        try:
            for name, key in written["needs"].items():
                if key != self._keys.of_section(name):
                    return None
            return tuple(self._finding(one) for one in written["findings"])
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
            return None

    def _section(self, item: str) -> str:
        return self._instrument.section_of[item].name

    def _written(self, one: Finding, home: str) -> dict[str, Any]:
        from skips.proof.witness import to_json

        return {
            "code": one.code,
            "severity": str(one.severity),
            "at": self._anchors.of(one.source, home),
            "place": one.place,
            "text": one.text,
            "hint": one.hint,
            "modes": one.modes,
            "witness": None if one.witness is None else to_json(one.witness),
            "shows": one.shows,
            "related": [[self._anchors.of(source, home), says] for source, says in one.related],
        }

    def _finding(self, one: dict[str, Any]) -> Finding:
        from skips.proof.witness import from_json

        if one["code"] not in SEVERITIES:
            raise ValueError("no such code")
        witness = one["witness"]
        words = (one["place"], one["text"], one["hint"], one["shows"])
        if not all(isinstance(said, str) for said in words):
            raise TypeError("no text")
        return Finding(
            one["code"],
            Severity(one["severity"]),
            self._anchors.place(tuple(one["at"])),
            one["place"],
            one["text"],
            one["hint"],
            modes=tuple(one["modes"]),
            witness=None if witness is None else from_json(self._instrument, witness),
            shows=one["shows"],
            related=tuple((self._anchors.place(tuple(at)), says) for at, says in one["related"]),
        )
