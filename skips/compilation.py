"""From an instrument to a program."""

from instrument.models import Instrument
from instrument.pause import collector_paused
from skips.errors import RouteError
from skips.layout import lay_out
from skips.program import Program
from skips.wiring import wire


def compile_instrument(instrument: Instrument, mode: str | None = None) -> Program:
    """Compile an instrument for a mode (by default its first one).

    Raises:
        RouteError: the instrument does not have the mode.
        CompileError: a condition reads something that does not stand before it, which the reader
            never lets through.
    """
    program = Program(instrument, mode_of(instrument, mode))
    with collector_paused():
        lay_out(program)
        wire(program)
    return program


def mode_of(instrument: Instrument, mode: str | None) -> str:
    """A mode of an instrument, by default its first one; RouteError when it does not have it."""
    mode = next(iter(instrument.modes)) if mode is None else mode
    if mode not in instrument.modes:
        known = ", ".join(instrument.modes)
        raise RouteError(f"'{instrument.name}' has no mode '{mode}'; it has {known}.")
    return mode
