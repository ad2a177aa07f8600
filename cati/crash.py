"""What is printed when cati itself fails: an error number and a place in the code, never a value.

The usual reports of Python and Textual show local variables, source lines and the messages of
exceptions; here those hold answers and keys. So every way out leads through `crash_line`.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

OURS = ("cati", "store", "skips", "instrument")
"""Packages whose line is named; the failing line of a library says little."""


def crash_line(error: BaseException) -> str:
    """The two sentences about a failure. The number is the same whenever the place is the same."""
    module, line = _place(error)
    kind = type(error).__name__
    number = crc32(f"{module}:{line}:{kind}".encode()) % 10_000
    return (
        f"cati stopped: error {number:04d} at {module}:{line} ({kind}). "
        "Nothing saved is lost. Start cati again to go on, and tell your supervisor the number."
    )


def install() -> None:
    """Let every failure that nobody handles, in any thread, end in `crash_line`."""
    sys.excepthook = _on_error
    threading.excepthook = _on_thread_error
    sys.unraisablehook = _on_unraisable


def install_in_loop(loop: asyncio.AbstractEventLoop) -> None:
    """The same for a task of an event loop whose failure nobody asked for."""
    loop.set_debug(False)  # it would log calls that take long, with their arguments
    loop.set_exception_handler(_on_loop_error)


def _place(error: BaseException) -> tuple[str, int]:
    """Module and line of the innermost frame of our own, else of the innermost frame."""
    found = ("unknown", 0)
    inside = False
    for name, line in _frames(error):
        mine = name.partition(".")[0] in OURS
        if mine or not inside:
            found = (name, line)
            inside = inside or mine
    return found


def _frames(error: BaseException) -> Iterator[tuple[str, int]]:
    """Modules and lines from the outermost frame to the innermost."""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        name = trace.tb_frame.f_globals.get("__name__") or Path(code.co_filename).stem
        yield str(name), trace.tb_lineno
        trace = trace.tb_next


def _say(error: BaseException | None) -> None:
    if error is not None:
        _write(crash_line(error))


def _write(line: str) -> None:
    """Print a line if that can be done; a failing hook would print the whole error after all."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{line}\n")


def _on_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        _write("Interrupted. Nothing saved is lost.")
        return
    _say(error.with_traceback(trace))


def _on_thread_error(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is not SystemExit:
        _say(args.exc_value)


def _on_unraisable(args: Any) -> None:
    _say(args.exc_value)


def _on_loop_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        _say(error)
