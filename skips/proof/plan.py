"""What is to be proved of an instrument in one mode, and what is known from before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from instrument.models import Instrument
from skips.proof.detectors import Detector, Scope, of_scope
from skips.proof.findings import Finding
from skips.proof.kept import Cache, Page, Written
from skips.proof.proving import EVERYWHERE, Proved, Step
from skips.proof.section_keys import SectionKeys

STEP_ITEMS: Final = 400
"""Sections are proved together until they have as many items: interviews are led once for them."""


class Plan:
    """The sections of an instrument in one mode: which findings are known, which are to be found.

    Args:
        instrument: to be proved.
        mode: one of its modes.
        sections: names of those to be proved.
        detectors: that look for findings.
        cache: what was found before; None for nothing.
        fresh: nothing is taken from the cache, only kept there.
    """

    def __init__(
        self,
        instrument: Instrument,
        mode: str,
        sections: Sequence[str],
        detectors: Sequence[Detector],
        cache: Cache | None,
        *,
        fresh: bool = False,
    ) -> None:
        self.findings: list[Finding] = []
        """What is known so far."""
        self._instrument = instrument
        self._mode = mode
        self._cache = cache
        self._scopes = [scope for scope in Scope if of_scope(detectors, scope)]
        self._names = {
            scope: tuple(one.name for one in of_scope(detectors, scope)) for scope in self._scopes
        }
        self._sections = sections
        self._missing: dict[Scope, list[str]] = {scope: [] for scope in self._scopes}
        self._used: dict[str, Written] = {}
        if cache is None:
            for scope in self._scopes:
                self._missing[scope] = list(self._of_scope(scope))
        else:
            self._keys = SectionKeys(instrument, mode)
            self._page = Page(instrument, self._keys)
            self._old = cache.take(instrument, mode)
            self._look_up({} if fresh else self._old)

    def steps(self) -> list[Step]:
        """What is to be proved, in the order of the instrument."""
        missing = [set(self._missing.get(scope, ())) for scope in (Scope.SECTION, Scope.AHEAD)]
        either = missing[0] | missing[1]
        groups: list[list[str]] = []
        items = STEP_ITEMS
        for section in self._instrument.sections:
            if section.name not in either:
                continue
            if items >= STEP_ITEMS:
                groups.append([])
                items = 0
            groups[-1].append(section.name)
            items += len(section.items)
        steps = [self._step(group) for group in groups]
        if self._missing.get(Scope.INSTRUMENT):
            steps.append(Step(self._mode, ((Scope.INSTRUMENT, (EVERYWHERE,)),)))
        return steps

    def enter(self, proved: Proved) -> None:
        """Take in what was found in a section."""
        self.findings += proved.findings
        if self._cache is None:
            return
        written = self._page.write(proved.findings, proved.section)
        if written is not None:
            self._used[self._key(proved.scope, proved.section)] = written

    def keep(self) -> None:
        """Keep what was found so far for the next time."""
        if self._cache is not None:
            self._cache.put(self._instrument, self._mode, self._used, self._old)

    def _step(self, group: Sequence[str]) -> Step:
        wanted = [
            (scope, tuple(name for name in group if name in self._missing[scope]))
            for scope in self._scopes
            if scope is not Scope.INSTRUMENT
        ]
        return Step(self._mode, tuple((scope, names) for scope, names in wanted if names))

    def _look_up(self, known: Mapping[str, Written]) -> None:
        for scope in self._scopes:
            for section in self._of_scope(scope):
                key = self._key(scope, section)
                written = known.get(key)
                found = None if written is None else self._page.read(written)
                if written is None or found is None:
                    self._missing[scope].append(section)
                else:
                    self._used[key] = written
                    self.findings += found

    def _of_scope(self, scope: Scope) -> Iterator[str]:
        yield from (EVERYWHERE,) if scope is Scope.INSTRUMENT else self._sections

    def _key(self, scope: Scope, section: str) -> str:
        return self._keys.key(section, scope, self._names[scope])
