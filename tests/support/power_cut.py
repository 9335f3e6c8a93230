"""A power cut, simulated: what a process did to a folder is written down, and replayed up to any moment.

What a disk promises, and no more, as ext4 keeps it:

* What was written to a file before its last fsync is there. Of what was written after it any part may be: nothing, a
  beginning, zeros where data should be, or some pages and not others.
* Names (files made, renamed, removed) become durable in their order; each fsync of anything makes all names before it
  durable, and later ones may be or not, up to any point.

`disk_shim.c` writes the log, from within the process: SQLite and DuckDB write from C.
"""

import os
import random
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct("=cIqq")
_PAGE = 4096
MODES = ("none", "prefix", "zeros", "pages")
"""What of the data that was not synced survives."""


def build_shim(folder: Path) -> Path:
    """Compile the shim; needs gcc."""
    library = folder / "disk_shim.so"
    source = Path(__file__).with_name("disk_shim.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl", "-lpthread"], check=True)
    return library


def under_the_shim(library: Path, root: Path, log: Path | None = None, fail: Path | None = None) -> dict[str, str]:
    """The environment of a process that is watched."""
    root.mkdir(parents=True, exist_ok=True)
    names = {"SHIM_ROOT": str(root), "SHIM_LOG": str(log or ""), "SHIM_FAIL": str(fail or "")}
    return {**os.environ, **{name: text for name, text in names.items() if text}, "LD_PRELOAD": str(library)}


def record(library: Path, root: Path, log: Path, words: Sequence[str], lines: int) -> None:
    """Let a program of ours work below `root` until it has said so many lines, then kill it."""
    child = subprocess.Popen(
        [sys.executable, *words], env=under_the_shim(library, root, log), stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    for _ in range(lines):
        assert child.stdout.readline(), "the program ended by itself"
    child.kill()
    child.wait()
    child.stdout.close()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done; `kind` as the shim names it."""

    kind: str
    fd: int
    offset: int
    data: bytes


def steps_of(log: Path) -> list[Step]:
    """Everything that was done, in order; a record that the kill cut off is left out."""
    return list(_steps(log.read_bytes()))


def _steps(log: bytes) -> Iterator[Step]:
    at = 0
    while at + _HEAD.size <= len(log):
        kind, fd, offset, length = _HEAD.unpack_from(log, at)
        end = at + _HEAD.size + length
        if end > len(log):
            return
        yield Step(kind.decode(), fd, offset, log[at + _HEAD.size : end])
        at = end


@dataclass(slots=True, eq=False)
class _File:
    """Content that a cut cannot take, and what was done since, in order: (offset, data), or a new length."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes] | int] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.since:
            _apply(self.safe, change)
        self.since.clear()

    def after_a_cut(self, mode: str, chance: random.Random) -> bytes:
        content = bytearray(self.safe)
        if mode == "none":
            return bytes(content)
        changes = self.since if mode == "pages" else self.since[: chance.randint(0, len(self.since))]
        for place, change in enumerate(changes):
            if isinstance(change, int):
                if mode != "pages" or chance.random() < 0.5:
                    _apply(content, change)
                continue
            offset, data = change
            if mode == "pages":
                _some_pages(content, offset, data, chance)
            elif place < len(changes) - 1:
                _apply(content, change)
            elif mode == "prefix":
                _apply(content, (offset, data[: chance.randint(0, len(data))]))
            else:
                keep = chance.randint(0, len(data))
                _apply(content, (offset, data[:keep] + bytes(len(data) - keep)))
        if mode == "zeros" and chance.random() < 0.5:  # the length has reached the disk, the data has not
            for change in self.since[len(changes) :]:
                if not isinstance(change, int):
                    content.extend(bytes(max(0, change[0] + len(change[1]) - len(content))))
        return bytes(content)


def _some_pages(content: bytearray, offset: int, data: bytes, chance: random.Random) -> None:
    start = 0
    while start < len(data):
        end = min(len(data), start + _PAGE - (offset + start) % _PAGE)
        if chance.random() < 0.5:
            _apply(content, (offset + start, data[start:end]))
        start = end


def _apply(content: bytearray, change: tuple[int, bytes] | int) -> None:
    if isinstance(change, int):
        del content[change:]
        content.extend(bytes(change - len(content)))
        return
    offset, data = change
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


class Disk:
    """A folder as the steps leave it, and as a power cut would."""

    def __init__(self) -> None:
        self._live: dict[str, _File | None] = {}
        self._safe: dict[str, _File | None] = {}
        self._names: list[tuple[str, str, str, _File | None]] = []  # not durable yet
        self._open: dict[int, _File | None] = {}
        self.said = b""

    def do(self, step: Step) -> None:
        """One more step."""
        name = step.data.decode("utf-8", "replace") if step.kind in "ocumd" else ""
        match step.kind:
            case "s":
                self.said += step.data
            case "o" | "c":
                if step.kind == "c" or (name not in self._live and name):
                    self._name("make", name, "", _File())
                opened = self._live.get(name)
                if opened is not None and step.offset:
                    opened.since.append(0)
                self._open[step.fd] = opened
            case "x":
                self._open.pop(step.fd, None)
            case "w" | "t":
                file = self._open.get(step.fd)
                if file is not None:
                    file.since.append((step.offset, step.data) if step.kind == "w" else step.offset)
            case "f":
                file = self._open.get(step.fd)
                if file is not None:
                    file.sync()
                for change in self._names:
                    _change(self._safe, change)
                self._names.clear()
            case "m":
                self._name("make", name, "", None)
            case "u" | "d":
                self._name("drop", name, "", None)
            case "r":
                first, second = step.data[: step.offset - 1].decode(), step.data[step.offset :].decode()
                self._name("move", first, second, None)
            case _:
                raise AssertionError(step)

    def _name(self, what: str, name: str, other: str, file: "_File | None") -> None:
        change = (what, name, other, file)
        _change(self._live, change)
        self._names.append(change)

    def cut(self, folder: Path, mode: str, chance: random.Random) -> None:
        """Write into `folder` what a power cut at this moment leaves."""
        names = dict(self._safe)
        for change in self._names[: chance.randint(0, len(self._names))]:
            _change(names, change)
        for name, file in sorted(names.items()):
            place = folder / name.lstrip("/")
            if file is None:
                place.mkdir(parents=True, exist_ok=True)
            elif not name.endswith("-shm"):  # memory of the processes that have it open
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.after_a_cut(mode, chance))


def _change(names: "dict[str, _File | None]", change: "tuple[str, str, str, _File | None]") -> None:
    what, name, other, file = change
    if what == "make":
        names[name] = file
    elif what == "drop":
        names.pop(name, None)
    elif name in names:
        names[other] = names.pop(name)
