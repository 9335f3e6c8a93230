"""A real X display with a window manager, a hand on its mouse and keyboard, and `vmshmi` on it as a process."""

import mmap
import os
import re
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pytest

from tests.support.sources import ROOT

PROGRAMS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "xwininfo": "x11-utils"}
"""What these tests call, and the Debian package it is in."""
WAIT_S = 30.0
_Found = TypeVar("_Found")


def until(answer: Callable[[], _Found | None], what: str, seconds: float = WAIT_S) -> _Found:
    """Ask again until the answer is true; fails the test when it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = answer()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"within {seconds:.0f} s never: {what}")


@dataclass(frozen=True, slots=True)
class Box:
    """Where a window is, in pixels of the screen, without the frame a window manager gives it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


class XDisplay:
    """Xvfb, and openbox on it when asked for; a context manager that ends both.

    Args:
        folder: for the picture of the screen and openbox's settings.
        width, height: of the screen, in pixels.
        manager: False leaves the display without a window manager, as some kiosks are.
    """

    def __init__(self, folder: Path, width: int = 1920, height: int = 1080, *, manager: bool = True) -> None:
        self._folder = folder
        self._size = f"{width}x{height}x24"
        self._manager = manager
        self._ends = ExitStack()
        self._server: subprocess.Popen[bytes] | None = None
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        with ExitStack() as ends:
            reading, writing = os.pipe()
            command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-nolisten", "tcp", "-noreset"]
            self._server = self._start(ends, [*command, "-fbdir", str(self._folder)], pass_fds=(writing,))
            os.close(writing)
            with os.fdopen(reading) as pipe:
                number = pipe.readline().strip()
            assert number, "Xvfb does not start"
            self.environment = {
                **{key: value for key, value in os.environ.items() if not key.startswith(("QT_", "WAYLAND_"))},
                "DISPLAY": f":{number}",
                "XDG_CONFIG_HOME": str(self._folder),
                "XDG_CACHE_HOME": str(self._folder),
            }
            if self._manager:
                self._start(ends, ["openbox"], env=self.environment)
                until(lambda: self._run("xdotool", "get_desktop").returncode == 0, "a window manager")
            self._ends = ends.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    @staticmethod
    def _start(
        ends: ExitStack, command: list[str], *, env: dict[str, str] | None = None, pass_fds: tuple[int, ...] = ()
    ) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, pass_fds=pass_fds
        )
        ends.callback(process.wait)
        ends.callback(process.terminate)
        return process

    def end(self) -> None:
        """Take the display away from everybody on it."""
        assert self._server is not None
        self._server.terminate()
        self._server.wait()

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    # ---- what is on the screen

    def windows(self, name: str) -> list[str]:
        """Ids of the windows to be seen whose title matches a regular expression."""
        return self._run("xdotool", "search", "--onlyvisible", "--name", name).stdout.split()

    def ours(self) -> list[Box]:
        """Every window of the program that is to be seen."""
        found = self._run("xdotool", "search", "--onlyvisible", "--class", "^vmshmi$").stdout.split()
        return [self.box(window) for window in found]

    def window(self, name: str) -> str:
        """The one window of this title; waits for it."""
        return until(lambda: self.windows(name), f"a window {name!r}")[0]

    def box(self, window: str) -> Box:
        """Where a window is now."""
        text = self._run("xwininfo", "-id", window).stdout
        numbers = [re.search(rf"{word}:\s+(-?\d+)", text) for word in ("left X", "left Y", "Width", "Height")]
        found = [int(match[1]) for match in numbers if match]
        assert len(found) == 4, text
        return Box(*found)

    def picture(self, box: Box) -> bytes:
        """The pixels of a part of the screen, as they are seen now."""
        with (self._folder / "Xvfb_screen0").open("rb") as file:
            screen = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            head = struct.unpack(">25I", screen[:100])  # an X window dump: sizes in its header, then colours, pixels
            line, start = head[12], head[0] + head[19] * 12
            rows = [
                screen[start + y * line + box.x * 4 : start + y * line + box.right * 4]
                for y in range(box.y, box.bottom)
            ]
            screen.close()
        return b"".join(rows)

    def colour(self, x: int, y: int) -> str:
        """One pixel, as `rrggbb`."""
        return self.picture(Box(x, y, 1, 1))[2::-1].hex()

    # ---- a hand

    def do(self, *words: str) -> None:
        """One `xdotool` command."""
        done = self._run("xdotool", *words)
        assert done.returncode == 0, done.stderr

    def click(self, x: int, y: int) -> None:
        """Press and release at a place of the screen."""
        self.do("mousemove", str(x), str(y), "click", "1")

    def key(self, *keys: str) -> None:
        """Type keys into whatever has the keyboard."""
        self.do("key", *keys)


class Desktop:
    """`vmshmi` on a display; a context manager that kills it when it is still there.

    Args:
        display: where its window comes up.
        folder: its working folder, for what it says.
        arguments: its command line.
    """

    def __init__(self, display: XDisplay, folder: Path, *arguments: str) -> None:
        self._display = display
        self._says = folder / "says.txt"
        with self._says.open("w") as says:
            command = [sys.executable, "-m", "vmshmi", *arguments]
            self.process = subprocess.Popen(command, cwd=ROOT, env=display.environment, stdout=says, stderr=says)
        self.window = ""

    def __enter__(self) -> Self:
        try:
            self.window = until(self._look, "the window")[0]
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _look(self) -> list[str]:
        assert self.process.poll() is None, self.said()
        return self._display.windows(" - vmshmi$")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def said(self) -> str:
        """Everything it wrote so far."""
        return self._says.read_text(encoding="utf-8")

    def ended(self) -> int:
        """Its exit code; waits for its end."""
        return self.process.wait(WAIT_S)


def missing_programs() -> str:
    """One line that names what is not installed; empty when all is there."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    return f"please install: sudo apt-get install -y --no-install-recommends {' '.join(missing)}" if missing else ""
