"""A whole workstation under load: 5,000 tags at 10 Hz, runtime in its thread, a real window, what it paints and plays.

The tags have no device: the bench writes them where a driver would. Moments are seconds of the monotonic clock.
"""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject

from tests.bench.measure import LagMeter
from vmshmi.app import compose, paths
from vmshmi.app.bridge import Bridge
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime
from vmshmi.ui.shell.main_window import MainWindow

SLICES = 10
"""Parts of a round of samples: a ship's devices do not answer all at one moment."""


def a_project(tags: int, delay_s: float = 1.0) -> Project:
    """Each tag has a high alarm, every second one with a delay; the first page shows 200 of them."""
    ids = [f"bench.t{number}" for number in range(tags)]
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "Bench"},
            "tags": [{"id": tag_id, "unit": "bar", "group": f"G{n % 20}"} for n, tag_id in enumerate(ids)],
            "alarms": [
                {
                    "id": f"{tag_id}.high", "tag": tag_id, "operator": ">", "limit": 90, "hysteresis": 5,
                    "delay_s": delay_s if n % 2 else 0.0, "message": f"Bench tag {n} high", "group": f"G{n % 20}",
                    "priority": "alarm" if n % 5 == 0 else "warning" if n % 5 < 4 else "caution",
                }
                for n, tag_id in enumerate(ids)
            ],
            "pages": [
                {
                    "id": "overview", "title": "Bench",
                    "elements": [
                        {"type": "readout", "tag": tag_id, "label": tag_id, "w": 60, "h": 60,
                         "x": (n % 20) * 64, "y": (n // 20) * 64}
                        for n, tag_id in enumerate(ids[:200])
                    ],
                }
            ],
        }
    )  # fmt: skip


class Frames(QObject):
    """How long events take on the main thread, and which alarm the banner painted when."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._banner = window.banner_panel
        self._alarms = window.banner_panel._queue
        self.painted: dict[tuple[str, int], float] = {}
        """Alarm and occurrence: when the banner with it had been painted."""
        self._banner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            watched.event(event)
            watched.installEventFilter(self)
            record = self._alarms.shown
            if record is not None:
                self.painted.setdefault((record.id, record.occurrence), time.monotonic())
            return True
        return False

    def close(self) -> None:
        """See no more."""
        self._banner.removeEventFilter(self)


class Workstation:
    """Everything at work. Belongs to the main thread; what runs in the runtime's loop says so.

    Args:
        folder: database.
        tags: how many.
        delay_s: of every second alarm.
        page: shown by the window.
    """

    def __init__(self, folder: Path, tags: int, delay_s: float = 1.0, page: str = "") -> None:
        self._page = page
        self.clock = SystemClock()
        self.project = a_project(tags, delay_s)
        sound = replace(compose.sound_of(self.project.station("")), backends=("NULL",))  # plays, and nobody hears it
        self.runtime = build_runtime(self.project, RuntimeOptions(database=folder, sound=sound, api_port=0))
        self.ids = [TagId(tag.id) for tag in self.project.tags]
        self.write = self.runtime.store.claim("bench", self.ids)
        self.high: set[int] = set()
        """Tags beyond their limit; the runtime's loop."""
        self.thread = LoopThread("runtime")
        self.told: list[tuple[float, AlarmTransition]] = []
        self.requested: dict[tuple[str, int], float] = {}
        """Alarm and occurrence: when the player was asked for a sound with it among the loud ones."""
        self.samples = 0
        self._chance = random.Random(1)
        self._watch_sound()

    def _watch_sound(self) -> None:
        """Note when the horn asks the player."""
        sound: Any = self.runtime._sound
        horn, play = sound._horn, sound._player.play

        def asked(sounding: object) -> None:
            play(sounding)
            now = time.monotonic()
            for loud in horn._loud.values():
                self.requested.setdefault((loud.alarm_id, loud.occurrence), now)

        sound._player.play = asked

    async def start(self) -> None:
        """Runtime, bridge and window."""
        self.thread.start()
        await self.thread.run(self.runtime.start())
        self.runtime.alarms.subscribe(
            lambda transitions: self.told.extend((time.monotonic(), transition) for transition in transitions)
        )
        self.bridge = Bridge(self.runtime, self.thread, self.clock)
        await self.bridge.open()
        self.window = MainWindow(
            self.bridge, self.project, self.project.station(""), self.clock, paths.resources(), start_page=self._page
        )
        self.window.resize(1920, 1080)
        self.window.show()
        self.frames = Frames(self.window)
        self.lag = LagMeter()
        self._lag = asyncio.get_running_loop().create_task(self.lag.run())
        compose.keep_what_is_built()

    async def feed(self, rate_hz: float) -> None:
        """Write every tag `rate_hz` times a second until cancelled. Runs in the runtime's loop."""
        begin, turn = time.monotonic(), 0
        while True:
            self.give(range(turn % SLICES, len(self.ids), SLICES))
            turn += 1
            await asyncio.sleep(max(0.0, begin + turn / (rate_hz * SLICES) - time.monotonic()))

    def give(self, numbers: "range | list[int]") -> None:
        """One batch, as a driver delivers it. Runs in the runtime's loop."""
        now, high, ids = self.clock.now(), self.high, self.ids
        noise = self._chance.random()
        batch: list[tuple[TagId, TagValue]] = []
        for number in numbers:
            value = 95.0 + noise if number in high else 50.0 + noise * 10 + number % 7
            batch.append((ids[number], TagValue(value, Quality.GOOD, now, value)))
        self.write(batch)
        self.samples += len(batch)

    async def raise_at(self, begin: float, plan: Sequence[tuple[int, float]], raised: dict[int, float]) -> None:
        """Let tags cross their limits at their moments after `begin`; notes when. Runs in the runtime's loop."""
        for number, moment in plan:
            wait = begin + moment - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self.high.add(number)
            raised[number] = time.monotonic()
            self.give([number])

    async def set_high(self, numbers: list[int], *, high: bool) -> float:
        """Let tags cross their limit, in a batch of their own; returns when that batch was handed over."""

        async def cross() -> float:
            (self.high.update if high else self.high.difference_update)(numbers)
            begin = time.monotonic()
            self.give(numbers)
            return begin

        return await self.thread.run(cross())

    async def stop(self) -> None:
        """In order."""
        self._lag.cancel()
        self.frames.close()
        self.window.shutdown()
        self.window.close()
        await self.bridge.close()
        await self.thread.run(self.runtime.stop())
        self.thread.close()
        compose.let_go()

    @contextmanager
    def fed(self, rate_hz: float) -> Iterator[None]:
        """Load while this lasts."""
        task = self.thread.submit(self.feed(rate_hz)) if rate_hz else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
