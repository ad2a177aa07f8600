"""Which program is which: boot, process number and start time, and whether it still runs.

A process number alone may be taken by another program later; together with the start time and the
boot it is not. No wall clock is involved.
"""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_BOOT = _PROC / "sys/kernel/random/boot_id"
_SPACE = _PROC / "self/ns/pid"


@dataclass(frozen=True)
class Process:
    """A running program on this computer since its last start."""

    boot: str
    pid: int
    started: str


def this_process() -> Process:
    """The program we are."""
    pid = os.getpid()
    return Process(_boot(), pid, _started(pid) or "")


def is_running(process: Process) -> bool:
    """Whether it runs here and now. False as well for one on another computer."""
    return process.boot == _boot() and _started(process.pid) == process.started


def exists(pid: int) -> bool:
    """Whether some program has this number now."""
    return _started(pid) is not None


@cache
def _boot() -> str:
    try:
        # Two containers of one computer share the boot and do not see one another's processes.
        return f"{_BOOT.read_text().strip()} {_SPACE.readlink()}"
    except OSError:
        return _ask("sysctl", "-n", "kern.bootsessionuuid") or "unknown"


def _started(pid: int) -> str | None:
    """Start time as the system counts it; None when no such process runs."""
    if not _PROC.joinpath("self/stat").exists():
        return _ask("ps", "-o", "lstart=", "-p", str(pid))
    try:
        stat = _PROC.joinpath(str(pid), "stat").read_text(errors="replace")
    except OSError:
        return None
    # The name of the program stands in parentheses and may hold anything.
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZXx" else rest[18]


def _ask(*command: str) -> str | None:
    environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
    try:
        answer = subprocess.run(  # noqa: S603 - fixed programs, our own arguments
            command, capture_output=True, text=True, timeout=5, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None
