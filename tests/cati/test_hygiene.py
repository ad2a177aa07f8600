"""What the program closes before it holds anything, and what stays closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cati.disk import Cover, System, cover_of, cover_of_swap, disk_note
from cati.hardening import hide_arguments, scrub_environment

ROOT = Path(__file__).parents[2]
CANARY = "canary-19c2"

BEFORE = (
    "import sys; from cati import program; assert not {'textual', 'pydantic'} & set(sys.modules)"
)
HARDENED = f"{BEFORE}; from cati.hardening import harden; harden()"


def program(lines: str, environment: dict[str, str] | None = None, *, hardened: bool = True) -> str:
    """What a program of its own prints, on both ways out."""
    done = subprocess.run(
        [sys.executable, "-c", f"{HARDENED if hardened else BEFORE}\n{lines}"],
        cwd=ROOT,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout + done.stderr


def test_variables_that_make_programs_tell_are_removed() -> None:
    environ = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_LOG": "/tmp/log",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "PYTHONINSPECT": "1",
        "PYTHONPATH": "/srv/cati",
        "EDITOR": "ed",
        "HOME": "/home/ines",
    }
    assert set(scrub_environment(environ)) == {
        "TEXTUAL",
        "TEXTUAL_LOG",
        "TEXTUAL_SCREENSHOT",
        "PYTHONINSPECT",
        "EDITOR",
    }
    assert set(environ) == {"TEXTUAL_COLOR_SYSTEM", "PYTHONPATH", "HOME"}


SWITCHES = """
import faulthandler, os, resource
os.environ.setdefault('X', '')
from textual import constants
import ctypes
print(constants.LOG_FILE, constants.SCREENSHOT_DELAY, constants.DEBUG, faulthandler.is_enabled())
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
TELLING = {"TEXTUAL_LOG": "log", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_DEBUG": "1"} | {
    "PYTHONFAULTHANDLER": "1"
}


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_screenshots_logs_core_files_and_looks_from_outside_are_off() -> None:
    told = program(SWITCHES, TELLING).split("\n")
    assert told[:2] == ["None -1 False False", "(0, 0) 0"]
    control = program(SWITCHES, TELLING, hardened=False).split("\n")
    assert control[0] == "log 1 True True"
    assert control[1].endswith(" 1")


LEAKS = f"""
import logging, warnings
secret = {CANARY!r}
for name in ('', 'asyncio', 'sqlalchemy.engine', 'psycopg'):
    logging.getLogger(name).error('parameters: %s', secret)
logging.basicConfig(level=0)
logging.getLogger('late').critical(secret)
logging.getLogger('late').error('%d', secret)
warnings.warn(secret)
"""


def test_no_library_logs_or_warns() -> None:
    assert program(LEAKS) == ""
    assert program(LEAKS, hardened=False).count(CANARY) > 5


@pytest.mark.skipif(sys.platform != "linux", reason="lists programs by /proc")
@pytest.mark.parametrize("hidden", [True, False], ids=["hidden", "control"])
def test_arguments_do_not_stay_in_the_list_of_programs(hidden: bool) -> None:
    call = "hide_arguments(sys.argv[1:])" if hidden else "0"
    lines = (
        f"import sys; from cati.hardening import hide_arguments; done = {call}\n"
        "print(done, open('/proc/self/cmdline').read().count(sys.argv[2]), sys.argv[2])"
    )
    told = subprocess.run(
        [sys.executable, "-c", lines, "--label", CANARY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == (["True", "0"] if hidden else ["0", "1"]) + [CANARY]


def test_arguments_of_another_program_are_left_alone(tmp_path: Path) -> None:
    assert not hide_arguments(["--surely-not-ours"])
    assert not hide_arguments(["x"], tmp_path)


# --- the disk -----------------------------------------------------------------------------------


def machine(folder: Path, *, swap: str = "", crypt: bool = False, below: bool = False) -> System:
    """A made-up computer with everything on the device 8:1, or on one made from it."""
    proc, device = folder / "proc", folder / "sys/dev/block/8:1"
    (proc / "self").mkdir(parents=True)
    mounts = f"1 0 8:9 / / rw - ext4 /dev/x rw\n2 1 8:1 / {folder} rw - ext4 /dev/sda1 rw\n"
    (proc / "self/mountinfo").write_text(mounts)
    (proc / "swaps").write_text(f"Filename Type Size Used Priority\n{swap}")
    made = folder / "sys/devices/dm-0" if below else device
    (made / "dm").mkdir(parents=True)
    (made / "dm/uuid").write_text("CRYPT-LUKS2-1\n" if crypt else "LVM-1\n")
    if below:
        (device / "slaves").mkdir(parents=True)
        (device / "slaves/dm-0").symlink_to(made)
    return System(proc, folder / "sys")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux")
def test_the_disk_is_known_or_not_known_to_be_encrypted(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abcd"]
    for folder in folders:
        folder.mkdir()
    clear = machine(folders[0], swap=f"{folders[0]}/swapfile file 1 0 -2\n")
    (folders[0] / "swapfile").touch()
    locked = machine(folders[1], crypt=True, swap="/dev/zram0 partition 1 0 100\n")
    deeper = machine(folders[2], crypt=True, below=True)
    unknown = System(tmp_path / "no-proc", tmp_path / "no-sys")
    assert cover_of(folders[0], clear) is cover_of_swap(clear) is Cover.CLEAR
    assert cover_of(folders[1], locked) is cover_of_swap(locked) is Cover.ENCRYPTED
    assert cover_of(folders[2], deeper) is Cover.ENCRYPTED
    assert cover_of(folders[3], unknown) is cover_of_swap(unknown) is Cover.UNKNOWN
    assert disk_note(folders[1], locked) == ""
    assert disk_note(folders[0], clear) == (
        "The disk of this study is not encrypted and the swap space of this computer is not "
        "encrypted: ask whoever looks after this computer."
    )
    assert "not known to be encrypted" in disk_note(folders[3], unknown)
