"""Stands between SQLite and the disk, and between the store's own files and the disk.

SQLite lets a program put a layer of its own in front of the system (a VFS). The layer here is laid
around the one that the very library in use has, by ctypes, so the store and its statements run as
they are shipped and every write, sync, truncation and unlinking passes by. What the store does with
files itself (`store/files.py`) passes through functions of `os`, which are replaced meanwhile.

Whoever watches gets an `Op` before it is done, and may raise `Failing` in its place.
"""

import _sqlite3
import contextlib
import ctypes
import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

_OK = 0
_OPEN_CREATE = 0x4
_FULL = 13
_IOERR_WRITE, _IOERR_FSYNC, _IOERR_TRUNCATE, _IOERR_DELETE = 778, 1034, 1546, 2570
_CANTOPEN = 14
_REFUSALS = {
    "write": _IOERR_WRITE,
    "sync": _IOERR_FSYNC,
    "sync folder": _IOERR_FSYNC,
    "truncate": _IOERR_TRUNCATE,
    "unlink": _IOERR_DELETE,
    "rename": _IOERR_WRITE,
    "open": _CANTOPEN,
}
NAME = b"watched"


@dataclass(frozen=True)
class Op:
    """One thing that a program asks of the disk."""

    kind: str
    """`open` (creates the file if need be), `write`, `truncate`, `sync`, `unlink`, `rename` or
    `sync folder`."""
    path: str
    at: int = 0
    """Of a write, its offset; of a truncation, the new size."""
    data: bytes = b""
    to: str = ""
    """Of a renaming, the new name."""


class Failing(Exception):
    """Raised by a watcher: the disk refuses.

    Attributes:
        full: it says that there is no room.
        half: half of what was to be written arrives nevertheless.
    """

    def __init__(self, *, full: bool = False, half: bool = False) -> None:
        super().__init__()
        self.full = full
        self.half = half


Watcher = Callable[[Op], None]


class _File(ctypes.Structure):
    _fields_ = [("methods", ctypes.c_void_p)]


_METHOD = ctypes.CFUNCTYPE
_P, _I, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_CLOSE = _METHOD(_I, _P)
_WRITE = _METHOD(_I, _P, _P, _I, _L)
_TRUNCATE = _METHOD(_I, _P, _L)
_SYNC = _METHOD(_I, _P, _I)
# A name is handed on as the very pointer: behind its end SQLite keeps what else it knows of it.
_OPEN = _METHOD(_I, _P, _P, _P, _I, _P)
_DELETE = _METHOD(_I, _P, ctypes.c_char_p, _I)
_FOLDER = _METHOD(_I, ctypes.c_char_p, _P)
_GET_CALL = _METHOD(_P, _P, ctypes.c_char_p)
_SET_CALL = _METHOD(_I, _P, ctypes.c_char_p, _P)


class _Methods(ctypes.Structure):
    """`sqlite3_io_methods` as far as all versions have it; the rest is copied along."""

    _fields_ = [
        ("version", _I),
        ("close", _P),
        ("read", _P),
        ("write", _P),
        ("truncate", _P),
        ("sync", _P),
        ("others", _P * 13),
    ]


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", _I),
        ("file_size", _I),
        ("path_size", _I),
        ("next", _P),
        ("name", ctypes.c_char_p),
        ("data", _P),
        ("open", _P),
        ("delete", _P),
        ("access", _P),
        ("full_path", _P),
        ("libraries", _P * 4),
        ("randomness", _P),
        ("sleep", _P),
        ("time", _P),
        ("last_error", _P),
        ("time_64", _P),
        ("set_call", _P),
        ("get_call", _P),
        ("next_call", _P),
    ]


def _library() -> Any:
    """The SQLite that the module sqlite3 itself is linked with."""
    library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    return library


class _Layer:
    """Our layer around the system's, made once in a process and silent while nobody watches."""

    def __init__(self) -> None:
        self.watcher: Watcher | None = None
        self._half = False
        self._library = _library()
        self._real = self._library.sqlite3_vfs_find(None).contents
        self._paths: dict[int, str] = {}
        self._methods: dict[int, _Methods] = {}
        self._keep: list[Any] = []
        self._vfs = _Vfs()
        ctypes.memmove(ctypes.byref(self._vfs), ctypes.byref(self._real), ctypes.sizeof(_Vfs))
        self._vfs.name, self._vfs.next = NAME, None
        self._real_open, self._real_delete = _OPEN(self._real.open), _DELETE(self._real.delete)
        self._vfs.open = self._pointer(_OPEN(self._open))
        self._vfs.delete = self._pointer(_DELETE(self._delete))
        if self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1) != _OK:
            raise RuntimeError("SQLite does not take another layer")
        sqlite3.connect(f"file::memory:?vfs={NAME.decode()}", uri=True).close()
        self._watch_folders()

    def _pointer(self, function: Any) -> int:
        self._keep.append(function)
        return ctypes.cast(function, ctypes.c_void_p).value or 0

    def _watch_folders(self) -> None:
        """SQLite opens a folder to sync it and for nothing else."""
        real = ctypes.byref(self._real)
        name = b"openDirectory"
        before = _FOLDER(_GET_CALL(self._real.get_call)(real, name))

        def opened(path: bytes, handle: int) -> int:
            if self.tell(Op("sync folder", str(Path(path.decode()).parent))) != _OK:
                return _CANTOPEN
            return int(before(path, handle))

        _SET_CALL(self._real.set_call)(real, name, self._pointer(_FOLDER(opened)))

    def tell(self, op: Op) -> int:
        """What SQLite is to be told instead of doing it; 0 for going on."""
        if self.watcher is None:
            return _OK
        try:
            self.watcher(op)
        except Failing as failing:
            self._half = failing.half
            return _FULL if failing.full else _REFUSALS[op.kind]
        return _OK

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, given: int) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        # An open that creates nothing writes nothing.
        new = path and flags & _OPEN_CREATE and not Path(path).exists()
        if new and (code := self.tell(Op("open", path))) != _OK:
            ctypes.cast(file, ctypes.POINTER(_File)).contents.methods = None
            return code
        code = int(self._real_open(ctypes.addressof(self._vfs), name, file, flags, given))
        opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
        if code == _OK and opened.methods and path:
            self._paths[file] = path
            opened.methods = ctypes.addressof(self._watched(opened.methods))
        return code

    def _delete(self, _vfs: int, name: bytes, sync: int) -> int:
        if Path(name.decode()).exists() and (code := self.tell(Op("unlink", name.decode()))) != _OK:
            return code
        return int(self._real_delete(ctypes.addressof(self._vfs), name, sync))

    def _watched(self, address: int) -> _Methods:
        """A copy of a table of methods in which four are ours."""
        if address in self._methods:
            return self._methods[address]
        real = _Methods.from_address(address)
        ours = _Methods()
        ctypes.memmove(ctypes.byref(ours), ctypes.byref(real), ctypes.sizeof(_Methods))
        close, write = _CLOSE(real.close), _WRITE(real.write)
        truncate, sync = _TRUNCATE(real.truncate), _SYNC(real.sync)

        def closed(file: int) -> int:
            self._paths.pop(file, None)
            return int(close(file))

        def written(file: int, data: int, size: int, at: int) -> int:
            op = Op("write", self._paths[file], at, ctypes.string_at(data, size))
            if (code := self.tell(op)) != _OK:
                if self._half:
                    write(file, data, size // 2, at)
                return code
            return int(write(file, data, size, at))

        def cut(file: int, size: int) -> int:
            return self.tell(Op("truncate", self._paths[file], size)) or int(truncate(file, size))

        def synced(file: int, flags: int) -> int:
            return self.tell(Op("sync", self._paths[file])) or int(sync(file, flags))

        ours.close = self._pointer(_CLOSE(closed))
        ours.write = self._pointer(_WRITE(written))
        ours.truncate = self._pointer(_TRUNCATE(cut))
        ours.sync = self._pointer(_SYNC(synced))
        self._methods[address] = ours
        return ours


_layer = cache(_Layer)


@contextlib.contextmanager
def watching(folder: Path, watcher: Watcher) -> Iterator[None]:
    """Let a watcher see what is asked of the disk below a folder.

    Databases have to be opened inside the block. One watcher at a time.
    """
    layer, root = _layer(), str(folder.resolve())

    def below(op: Op) -> None:
        if op.path.startswith(root):
            watcher(op)

    if layer.watcher is not None:
        raise RuntimeError("someone watches already")
    layer.watcher = below
    try:
        with _Files(below).in_place():
            yield
    finally:
        layer.watcher = None


def _absolute(path: Any) -> str:
    return str(Path(os.fsdecode(path)).absolute())


class _Files:
    """What Python's own functions do with files below the folder.

    What is written through a file object is seen when the next thing happens to that file: nothing
    that comes later can be taken for earlier.
    """

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._open: dict[int, str] = {}
        self._seen: dict[str, int] = {}
        self._os = {
            name: getattr(os, name) for name in ("open", "fsync", "rename", "replace", "unlink")
        }

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Our functions instead of those of `os`."""
        ours = {
            "open": self.open,
            "fsync": self.fsync,
            "rename": lambda *given, **others: self.move("rename", *given, **others),
            "replace": lambda *given, **others: self.move("replace", *given, **others),
            "unlink": self.unlink,
            "remove": self.unlink,
        }
        with contextlib.ExitStack() as stack:
            for name, function in ours.items():
                stack.enter_context(mock.patch.object(os, name, function))
            yield

    def open(self, path: Any, flags: int, mode: int = 0o777, **others: Any) -> int:
        """Like os.open."""
        name = _absolute(path)
        if flags & os.O_CREAT and not Path(name).exists():
            self._ask(Op("open", name))
            self._seen[name] = 0
        handle: int = self._os["open"](path, flags, mode, **others)
        self._open[handle] = name
        return handle

    def fsync(self, handle: int) -> None:
        """Like os.fsync."""
        path = self._open.get(handle, "")
        self._catch_up(path)
        self._ask(Op("sync folder" if Path(path).is_dir() else "sync", path))
        self._os["fsync"](handle)

    def move(self, how: str, old: Any, new: Any, **others: Any) -> None:
        """Like os.rename and os.replace, of a file or a folder."""
        here, there = (_absolute(one) for one in (old, new))
        self._catch_up(here)
        self._ask(Op("rename", here, to=there))
        self._os[how](old, new, **others)

    def unlink(self, path: Any, **others: Any) -> None:
        """Like os.unlink."""
        name = _absolute(path)
        if Path(name).exists():
            self._ask(Op("unlink", name))
        self._os["unlink"](path, **others)

    def _catch_up(self, path: str) -> None:
        if path not in self._seen:
            return
        data = Path(path).read_bytes()
        if data[self._seen[path] :]:
            self._ask(Op("write", path, self._seen[path], data[self._seen[path] :]))
        self._seen[path] = len(data)

    def _ask(self, op: Op) -> None:
        try:
            self._watcher(op)
        except Failing as failing:
            raise OSError(errno.ENOSPC if failing.full else errno.EIO, "refused") from None
