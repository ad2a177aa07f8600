"""What the findings of a section depend on, as keys: as long as a key is the same, so are they."""

import hashlib
import json
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

import skips
from instrument.cache import reading_code
from instrument.conditions.nodes import names_read
from instrument.models import Expression, Instrument, Question, Section
from instrument.normal import Json, form
from instrument.shelf import code_of
from skips.proof.anchors import parts_of
from skips.proof.detectors import Scope

FORMAT: Final = 2
"""Raised when what is kept under a key changes its meaning."""

_WORDS: Final = frozenset({"wordings", "say", "row_label", "stem", "translations"})
"""Fields that only say something: no other section depends on them. Labels stay, as findings name
items by them.
"""


class SectionKeys:
    """The keys of an instrument's sections in one mode.

    A section depends on those before it that it reads, and on those that these read, and so on. It
    depends, too, on each section in between with a hard check of an item that it reads: nobody goes
    on while that fires, so it binds the answers there can be. Of all these only that matters which
    shapes cases, and not what is read aloud.
    """

    def __init__(self, instrument: Instrument, mode: str) -> None:
        self._instrument = instrument
        self._mode = mode
        self._at = {section.name: at for at, section in enumerate(instrument.sections)}

    def key(self, section: str, scope: Scope, detectors: tuple[str, ...]) -> str:
        """The key of a section's findings.

        Args:
            section: its name; any for what depends on the whole instrument.
            scope: what the findings depend on.
            detectors: names of those that look for them.
        """
        if scope is Scope.INSTRUMENT:
            members = (1 << len(self._at)) - 1
        elif scope is Scope.AHEAD:
            members = self._around(self._at[section])
        else:
            members = self._behind[self._at[section]]
        return self._hash(
            members, proving_code(), scope, " ".join(detectors), section, self._whole(section)
        )

    def of_section(self, section: str) -> str:
        """The key of what shapes cases up to the end of a section, whatever is looked for."""
        return self._hash(self._behind[self._at[section]])

    def _hash(self, members: int, *parts: str) -> str:
        shapes = (self._shapes[one] for one in _numbers(members))
        whole = (str(FORMAT), self._header, self._mode, *parts, *shapes)
        return hashlib.sha256("\n".join(whole).encode()).hexdigest()[:40]

    @cached_property
    def _header(self) -> str:
        of = self._instrument
        parts = (of.modes, of.record_modes, of.languages, of.missing, of.summary, of.validity)
        return _digest([form(one) for one in parts])

    @cached_property
    def _forms(self) -> list[Json]:
        return [form(section) for section in self._instrument.sections]

    @cached_property
    def _shapes(self) -> list[str]:
        """By section a digest of what shapes cases."""
        return [_digest(_without_words(one)) for one in self._forms]

    def _whole(self, section: str) -> str:
        """A digest of everything in a section; of nothing where no section is meant."""
        at = self._at.get(section)
        return "" if at is None else _digest(self._forms[at])

    @cached_property
    def _reads(self) -> list[tuple[int, int]]:
        """By section, as bits: the sections it reads, and those that its hard checks read."""
        return [self._read_by(section) for section in self._instrument.sections]

    def _read_by(self, section: Section) -> tuple[int, int]:
        reads = binds = 0
        for _, part in parts_of(section):
            if isinstance(part, Expression):
                reads |= self._of_items(part)
            elif isinstance(part, Question):
                for check in part.checks:
                    if check.severity == "hard":
                        binds |= self._of_items(check.condition)
        return reads, binds

    def _of_items(self, expression: Expression) -> int:
        """The sections of the items that an expression reads, as bits."""
        bits = 0
        for name in names_read(expression.tree):
            bits |= 1 << self._at[self._instrument.section_of[name].name]
        return bits

    @cached_property
    def _behind(self) -> list[int]:
        """By section, as bits: itself and all that it depends on."""
        binding: list[int] = [0] * len(self._at)
        for at, (_, binds) in enumerate(self._reads):
            for bound in _numbers(binds):
                binding[bound] |= 1 << at
        found = []
        for at in range(len(self._at)):
            upto = (2 << at) - 1
            members = fresh = 1 << at
            while fresh:
                more = 0
                for one in _numbers(fresh):
                    more |= self._reads[one][0] | (binding[one] & upto)
                fresh = more & ~members
                members |= fresh
            found.append(members)
        return found

    def _around(self, at: int) -> int:
        """A section, all later ones that depend on it, and what these depend on; as bits."""
        members = 0
        for one in self._behind[at:]:
            if one >> at & 1:
                members |= one
        return members


@cache
def proving_code() -> str:
    """SHA-256 over what findings depend on besides the instrument: our code and the prover's."""
    home = Path(skips.__file__).parent
    code = code_of((home, home / "proof", home / "proof" / "detect"))
    return _digest([reading_code(), code, version("z3-solver")])


def _digest(value: Json) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _without_words(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_words(one) for key, one in value.items() if key not in _WORDS}
    return [_without_words(one) for one in value] if isinstance(value, list) else value


def _numbers(bits: int) -> list[int]:
    """The numbers of the bits that are set, in order."""
    return [at for at in range(bits.bit_length()) if bits >> at & 1]
