"""What a disk can hold after its power was cut.

A program is promised only what it has synced. Of everything else each sector of 512 bytes may have
arrived, not arrived, or arrived in part; each truncation, creation, renaming and unlinking may have
happened or not. This is worse than most disks and what the programs have to reckon with. Only
folders that were made are there at once: one without files tells nobody anything.
"""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.campaigns.store.disk import Op

SECTOR = 512
DROPPED, TORN = 0.4, 0.1
"""Shares of what was not synced that never arrives, and of sectors that arrive in part."""


@dataclass
class _File:
    safe: bytes = b""
    waiting: list[Op] = field(default_factory=list)


@dataclass(frozen=True)
class _Name:
    """A change of names in a folder that was not synced yet."""

    kind: str
    path: str
    file: _File | None
    """None for a folder that gets another name."""
    to: str = ""


class CutDisk:
    """The files of a folder, and what of them is safe; fed with everything that is done to them."""

    def __init__(self, folder: Path) -> None:
        """Begin with the folder as it is, all of it safe."""
        found = {str(path): path for path in folder.rglob("*") if path.is_file()}
        self.begun = {name: path.read_bytes() for name, path in found.items()}
        self._now = {name: _File(data) for name, data in self.begun.items()}
        self._safe = dict(self._now)
        self._waiting: list[_Name] = []

    def do(self, op: Op) -> None:
        """One thing was asked of the disk and done."""
        if op.kind == "open":
            self._rename(_Name("open", op.path, _File()))
        elif op.kind == "unlink":
            self._rename(_Name("unlink", op.path, self._now[op.path]))
        elif op.kind == "rename":
            self._rename(_Name("rename", op.path, self._now.get(op.path), op.to))
        elif op.kind == "sync folder":
            here = [one for one in self._waiting if str(Path(one.path).parent) == op.path]
            for one in here:
                _apply(self._safe, one)
                self._waiting.remove(one)
        elif op.kind == "sync":
            file = self._now[op.path]
            file.safe, file.waiting = _written(file.safe, file.waiting), []
        else:
            self._now[op.path].waiting.append(op)

    def after_a_cut(self, chance: Random) -> dict[str, bytes]:
        """Path to content, as it could be found after the power was cut now."""
        names = dict(self._safe)
        for one in self._waiting:
            if chance.random() >= DROPPED:
                _apply(names, one)
        return {path: _torn(file, chance) for path, file in names.items()}

    def _rename(self, name: _Name) -> None:
        _apply(self._now, name)
        self._waiting.append(name)


def _apply(names: dict[str, _File], change: _Name) -> None:
    if change.file is None:
        inside = [name for name in names if name.startswith(f"{change.path}/")]
        for name in inside:
            names[change.to + name.removeprefix(change.path)] = names.pop(name)
        return
    if change.kind == "open":
        names[change.path] = change.file
        return
    if names.get(change.path) is change.file:
        del names[change.path]
    if change.kind == "rename":
        names[change.to] = change.file


def _written(begin: bytes, ops: list[Op]) -> bytes:
    data = bytearray(begin)
    for op in ops:
        if op.kind == "truncate":
            _cut(data, op.at)
        else:
            _put(data, op.at, op.data)
    return bytes(data)


def _torn(file: _File, chance: Random) -> bytes:
    if not file.waiting:
        return file.safe
    data = bytearray(file.safe)
    for op in file.waiting:
        if op.kind == "truncate":
            if chance.random() >= DROPPED:
                _cut(data, op.at)
            continue
        for at, piece in _sectors(op):
            lot = chance.random()
            if lot >= DROPPED + TORN:
                _put(data, at, piece)
            elif lot >= DROPPED:
                _put(data, at, piece[: chance.randrange(len(piece))])
            elif at > len(data) and chance.random() < 0.5:
                _put(data, at, chance.randbytes(len(piece)))  # room that was given, not filled
    return bytes(data)


def _sectors(op: Op) -> list[tuple[int, bytes]]:
    found, begin, end = [], op.at, op.at + len(op.data)
    while begin < end:
        behind = min(end, (begin // SECTOR + 1) * SECTOR)
        found.append((begin, op.data[begin - op.at : behind - op.at]))
        begin = behind
    return found


def _cut(data: bytearray, size: int) -> None:
    del data[size:]
    data.extend(bytes(size - len(data)))


def _put(data: bytearray, at: int, piece: bytes) -> None:
    if at > len(data):
        data.extend(bytes(at - len(data)))
    data[at : at + len(piece)] = piece
