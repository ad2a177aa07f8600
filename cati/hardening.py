"""What the program takes away from its surroundings before it reads anything worth keeping secret.

The operating system, the interpreter and the libraries below have ways of writing down what a
program holds: core files, logs, tracebacks, screenshots, lists of running programs. None of them
is needed here, so all of them are closed first, before the libraries that look for them are
imported. Nothing here can fail the program: where a system does not know a switch, it stays as it
is, and `docs/security.md` says so.
"""

import faulthandler
import logging
import os
import sys
import warnings
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

HARMLESS: Final = frozenset(
    {"TEXTUAL_COLOR_SYSTEM", "TEXTUAL_ANIMATIONS", "TEXTUAL_FPS", "TEXTUAL_DISABLE_KITTY_KEY"}
)
"""Variables of Textual that change only how it draws."""

TELLING: Final = frozenset(
    {
        "PYTHONASYNCIODEBUG",  # logs the arguments of slow calls
        "PYTHONBREAKPOINT",
        "PYTHONDEVMODE",
        "PYTHONDUMPREFS",
        "PYTHONFAULTHANDLER",
        "PYTHONINSPECT",  # leaves an open interpreter behind, with everything in memory
        "PYTHONMALLOCSTATS",
        "PYTHONSTARTUP",
        "PYTHONTRACEMALLOC",
        "PYTHONVERBOSE",
        "PYTHONWARNINGS",
        "BROWSER",  # programs that others may start with a text of ours; none is
        "EDITOR",
        "PAGER",
        "VISUAL",
    }
)
"""Variables by which the interpreter, or a program that it starts, writes down or shows more."""

PRIVATE: Final = 0o077
"""Files that are made are for their owner alone."""

_PR_SET_DUMPABLE: Final = 4


def harden() -> None:
    """Close every way out that can be closed from inside; to be called before anything else."""
    scrub_environment()
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # they see, and may log, every value
    no_dumps()
    quiet()
    hide_arguments(sys.argv[1:])


def scrub_environment(environ: MutableMapping[str, str] = os.environ) -> list[str]:
    """Remove the variables by which Textual and the interpreter log, show or stay open.

    Textual reads its own when it is imported, so this has to come first. Returns what was removed.
    """
    found = [
        name
        for name in environ
        if name in TELLING or (name.startswith("TEXTUAL") and name not in HARMLESS)
    ]
    for name in found:
        del environ[name]
    return found


def private_files() -> None:
    """From now on files are made for their owner alone."""
    os.umask(PRIVATE)


def no_dumps() -> bool:
    """No core file, and on Linux no look into the memory by other programs of the same person.

    Returns:
        Whether both hold; on systems other than Linux only the first can be had.
    """
    faulthandler.disable()
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return False
    return sys.platform.startswith("linux") and _not_dumpable()


def _not_dumpable() -> bool:
    """A limit of zero does not hold for a core pattern that is a program; this does."""
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def quiet() -> None:
    """No library logs or warns: their messages quote parameters, values and lines of source.

    cati keeps no log. What has to be on record is in the audit of the study, without content.
    """
    logging.disable(logging.CRITICAL)
    logging.lastResort = None
    logging.raiseExceptions = False
    warnings.showwarning = _not_shown


def _not_shown(*_: Any, **__: Any) -> None:
    """Stands in for the function that prints warnings."""


def hide_arguments(given: list[str], process: Path = Path("/proc/self")) -> bool:
    """Blank the arguments of this program in the list of programs that everybody can read.

    Args:
        given: the arguments without the program's name; nothing is touched unless the system's
            list ends with exactly these.
        process: where the system tells about this program (Linux).

    Returns:
        Whether they are blank now.
    """
    try:
        listed = (process / "cmdline").read_bytes()
        # The name of the program stands in parentheses and may hold anything.
        fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
        start, end = int(fields[45]), int(fields[46])
    except (OSError, ValueError, IndexError):
        return False
    ours = b"".join(os.fsencode(one) + b"\0" for one in given)
    if not ours or end - start != len(listed) or not listed.endswith(ours):
        return False
    import ctypes

    ctypes.memset(end - len(ours), 0, len(ours))
    return True
