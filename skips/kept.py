"""Programs that were compiled before, kept so that an instrument need not be looked through again.

A kept program belongs to its instrument's fingerprint, its mode and the code that compiles. Kept
are the slots, who looks at whom, and the state of a case without answers: numbers, a few values,
and no expression. Conditions and readings are compiled from the instrument when they are first
called; the compiled one then stands in the program in place of the caller, so that nothing is paid
for it later. Together with `instrument.later` a case is opened without looking at most of the items
there are.
"""

import hashlib
import json
from array import array
from collections.abc import Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from instrument.cache import reading_code
from instrument.later import Later
from instrument.models import Instrument, Item, Roster
from instrument.parts import BROKEN, Reader, Writer
from instrument.pause import collector_paused
from instrument.shelf import CacheError, Shelf, code_of
from instrument.values import Instance, Value
from skips.cells import Cells
from skips.compilation import compile_instrument, mode_of
from skips.gates import Behind, Span
from skips.places import ROOT, RosterPlace, SectionPlace
from skips.program import COMPUTED, GIVEN, ROSTER, CompiledCheck, Program
from skips.readings import never
from skips.state import State
from skips.truth import YES
from skips.wiring import Expressions

FORMAT: Final = 2
"""Raised when what is written here changes its meaning."""
SUFFIX: Final = ".program"
MOST_KEPT: Final = 40
"""Programs in the cache; those used longest ago go first."""

_FLAGS: Final = tuple(
    sorted(name for name in Cells.__slots__ if isinstance(getattr(Cells(0), name), bytearray))
)
"""The parts of a state that are rows of bytes."""

_MOST_ROWS: Final = 1 << 31
"""No roster has as many."""


def program_of(instrument: Instrument, mode: str | None, kept: Path | None) -> Program:
    """Compile an instrument for a mode, or take the program from the cache.

    Args:
        instrument: read or from the cache.
        mode: one of its modes; None means the first.
        kept: the folder of the cache, made when it is not there; None does without one.

    Raises:
        RouteError: the instrument does not have the mode.
    """
    if kept is None:
        return compile_instrument(instrument, mode)
    mode = mode_of(instrument, mode)
    shelf, key = Shelf(kept, SUFFIX, MOST_KEPT), _key_of(instrument, mode)
    found = shelf.take(key, lambda body: load(body, instrument, mode))
    if found is None:
        found = compile_instrument(instrument, mode)
        shelf.put(key, dump(found))
    return found


def _key_of(instrument: Instrument, mode: str) -> str:
    parts = (str(FORMAT), reading_code(), compiling_code(), instrument.fingerprint, mode)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def compiling_code() -> str:
    """SHA-256 over what a program depends on besides its instrument and how that is read."""
    return code_of([Path(__file__).parent])


# --- to JSON -------------------------------------------------------------------------------------


def dump(program: Program) -> bytes:
    """A program as JSON, for `load`."""
    numbers = {name: number for number, name in enumerate(program.instrument.items)}
    fresh, writer = State(program).cells, Writer({})
    written = {
        "of": [program.instrument.fingerprint, program.mode],
        "items": [-1 if one is None else numbers[one.item] for one in program.instances],
        "rows": [0 if one is None else one.row for one in program.instances],
        "roles": program.roles.hex(),
        "gates": program.gates,
        "sections": [[place.gate, place.end] for place in program.sections],
        "rosters": [[place.slot, *place.gates] for place in program.places.rosters.values()],
        "roster_of": [
            [numbers[name], numbers[roster]] for name, roster in program.places.roster_of.items()
        ],
        "conditions": [slot for slot, one in enumerate(program.conditions) if one is not None],
        "readers": _sparse(program.readers),
        "watchers": _sparse(program.watchers),
        "behind": [
            [gate, *_behind(one)] for gate, one in enumerate(program.behind) if one is not None
        ],
        "checks": [[one.slot, one.place] for one in program.checks],
        "checks_reading": _sparse(program.checks_reading),
        "seconds": program.seconds,
        "fresh": [getattr(fresh, name).hex() for name in _FLAGS],
        "counted": [
            [slot, writer.part(value)]
            for slot, value in enumerate(fresh.counted)
            if value is not None
        ],
    }
    return json.dumps(written, separators=(",", ":")).encode()


def _behind(behind: Behind) -> list[Any]:
    return [
        behind.end,
        behind.computed,
        behind.watched,
        behind.readers,
        behind.checks,
        [[at.start, at.stop, at.step, special.hex()] for at, special in behind.spans],
    ]


def _sparse(rows: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """The rows that are not empty, each behind its place."""
    return [[at, *row] for at, row in enumerate(rows) if row]


# --- and back ------------------------------------------------------------------------------------


def load(body: bytes, instrument: Instrument, mode: str) -> Program:
    """The program that `dump` wrote, for the instrument and mode that it was compiled from.

    Raises:
        CacheError: these bytes are something else.
    """
    try:
        with collector_paused():
            return _Loader(json.loads(body), instrument, mode).load()
    except (*BROKEN, AttributeError, AssertionError) as error:
        raise CacheError("not a program of this instrument") from error


class _Loader:
    """Makes a program of what was written of one.

    Numbers are held against how many of a thing there are, so that none leads outside; that they
    are the right ones is vouched for by the digest.
    """

    def __init__(self, written: dict[str, Any], instrument: Instrument, mode: str) -> None:
        self.written = written
        self.names = list(instrument.items)
        self.size = len(written["gates"])
        self.program = Program(instrument, mode)

    def load(self) -> Program:
        if self.written["of"] != [self.program.instrument.fingerprint, self.program.mode]:
            raise ValueError("the program of another instrument or mode")
        self._lay_out()
        self._wire()
        self._compile_later()
        self.program.fresh = self._fresh()
        return self.program

    def _lay_out(self) -> None:
        program, written, names, size = self.program, self.written, self.names, self.size
        items = _within(len(names), written["items"], least=-1)
        of_slots = zip(items, _within(_MOST_ROWS, written["rows"]), strict=True)
        program.instances = [
            None if number < 0 else Instance(names[number], row) for number, row in of_slots
        ]
        program.items = Later(range(size), self._item_at)
        program.gates = _within(size, written["gates"])
        if any(gate >= slot for slot, gate in enumerate(program.gates) if slot != ROOT):
            raise ValueError("a gate stands behind what it opens")
        program.roles = self._flags(written["roles"], GIVEN)
        sections = zip(program.instrument.sections, written["sections"], strict=True)
        for section, (gate, end) in sections:
            _within(size + 1, [gate, end])
            program.sections.append(SectionPlace(section, gate, end))
        places = program.places
        places.slots = {one: slot for slot, one in enumerate(program.instances) if one is not None}
        if len(places.slots) != size - program.instances.count(None):
            raise ValueError("an item stands in two places")
        places.roster_of = {names[inner]: names[outer] for inner, outer in written["roster_of"]}
        for slot, *gates in written["rosters"]:
            roster = program.items[slot]
            assert isinstance(roster, Roster)
            place = RosterPlace(roster, slot, tuple(_within(size, gates)))
            places.rosters[roster.name] = place

    def _item_at(self, slot: int) -> Item | None:
        instance = self.program.instances[slot]
        return None if instance is None else self.program.instrument.items[instance.item]

    def _wire(self) -> None:
        program, written = self.program, self.written
        checks = len(written["checks"])
        program.readers = self._rows(written["readers"], self.size)
        program.watchers = self._rows(written["watchers"], self.size)
        program.checks_reading = self._rows(written["checks_reading"], checks)
        program.seconds = array("d", written["seconds"]).tolist()
        if len(program.seconds) != self.size:
            raise ValueError("not as many items as there should be")
        program.behind = [None] * self.size
        for gate, end, *rows, due, spans in written["behind"]:
            _within(self.size + 1, [end])
            computed, watched, readers = (tuple(_within(self.size, row)) for row in rows)
            program.behind[gate] = Behind(
                end,
                tuple(self._span(*span) for span in spans),
                computed,
                watched,
                readers,
                tuple(_within(checks, due)),
            )

    def _span(self, start: int, stop: int, step: int, special: str) -> Span:
        _within(self.size + 1, [start, stop, step])
        span = Span(slice(start, stop, step), bytes.fromhex(special))
        if len(range(start, stop, step)) != len(span.special):
            raise ValueError("not as many slots as there should be")
        return span

    def _compile_later(self) -> None:
        """Put into each place what will compile its expression when it is first called."""
        program, expressions = self.program, Expressions(self.program)
        program.conditions = [None] * self.size
        for slot in _within(self.size, self.written["conditions"]):
            program.conditions[slot] = partial(_condition, expressions, slot)
        program.readings = [
            partial(_reading, expressions, slot) if role in (COMPUTED, ROSTER) else None
            for slot, role in enumerate(program.roles)
        ]
        for slot, place in self.written["checks"]:
            instance = program.instances[slot]
            assert instance is not None
            check = CompiledCheck(program.instrument, slot, instance, place, never)
            check.condition = partial(_check, expressions, check)
            program.checks.append(check)

    def _fresh(self) -> Cells:
        cells, reader = Cells(self.size), Reader(_nothing_shared, _nothing_shared)
        for name, flags in zip(_FLAGS, self.written["fresh"], strict=True):
            setattr(cells, name, self._flags(flags, YES))
        for slot, value in self.written["counted"]:
            cells.counted[slot] = reader.part(value)
        return cells

    def _flags(self, written: str, most: int) -> bytearray:
        flags = bytearray.fromhex(written)
        if len(flags) != self.size or max(flags) > most:
            raise ValueError("not the state of as many slots as there should be")
        return flags

    def _rows(self, written: list[list[int]], below: int) -> list[tuple[int, ...]]:
        """Rows of numbers below something, by slot."""
        rows: list[tuple[int, ...]] = [()] * self.size
        for slot, *row in written:
            rows[slot] = tuple(row)
        _within(below, list(chain.from_iterable(rows)))
        return rows


def _within(below: int, numbers: list[int], least: int = 0) -> list[int]:
    """The same numbers; raises one of BROKEN unless they are whole ones in that range."""
    if array("q", numbers) and not least <= min(numbers) <= max(numbers) < below:
        raise ValueError("a number leads outside")
    return numbers


def _nothing_shared(number: int) -> Any:
    raise LookupError(number)


# --- compiled when first called ------------------------------------------------------------------


def _condition(expressions: Expressions, slot: int, cells: Cells) -> int:
    made = expressions.condition(slot, expressions.compiler(slot))
    expressions.program.conditions[slot] = made
    return YES if made is None else made(cells)


def _reading(expressions: Expressions, slot: int, cells: Cells) -> Value | None:
    made = expressions.reading(slot, expressions.compiler(slot))
    expressions.program.readings[slot] = made
    return None if made is None else made(cells)


def _check(expressions: Expressions, check: CompiledCheck, cells: Cells) -> int:
    check.condition = expressions.compiler(check.slot).truth(check.check.condition.tree)
    return check.condition(cells)
