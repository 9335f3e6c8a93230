"""Tells everybody, as tags and as a caution, that alarms come faster than a person can answer them."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from vmshmi.core.alarms.flood import FLOOD, FLOODING, RATE, FloodMeter, is_counted
from vmshmi.core.alarms.model import AlarmDef, AlarmTransition, Operator, Priority, TransitionKind
from vmshmi.core.clock import Clock
from vmshmi.core.errors import StorageError
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.tag_store import TagStore

_log = logging.getLogger(__name__)

WRITER = "runtime flood"
GROUP = "System"
_RATE_OVER_S = 600.0
_MOST_ROWS = 50_000
"""Rows of the journal that are read back at a start; beyond it the beginning of a flood would be forgotten."""


def flood_tags() -> list[TagDef]:
    """The tags of the flood."""
    return [
        TagDef(
            FLOOD, "Alarm flood", kind=TagKind.DIGITAL, group=GROUP, normal_max=0, states=((0, "No"), (1, "Flood")),
        ),
        TagDef(RATE, "Alarms raised per 10 minutes", "/10 min", group=GROUP, normal_min=0, normal_max=9, decimals=0),
    ]  # fmt: skip


def flood_alarms() -> list[AlarmDef]:
    """The alarm of the flood, with an advice."""
    return [
        AlarmDef(
            FLOODING,
            FLOOD,
            Operator.EQUAL,
            1,
            priority=Priority.CAUTION,
            message="Alarm flood",
            group=GROUP,
            cause="More alarms have come within ten minutes than a person can answer; often one fault behind them all.",
            consequence="The list folds alarms below the one that explains them. Nothing is hidden or silenced by it.",
            action="Answer emergencies and first-outs first; look for the one cause; call help; then open the folds.",
        )
    ]


class FloodWatch:
    """Counts what the engine announces and writes flood and rate. Belongs to the runtime's loop.

    Args:
        store: has the flood's tags already.
        alarms: not yet started.
        clock: both clocks.
    """

    PERIOD_S = 0.25

    def __init__(self, store: TagStore, alarms: AlarmEngine, clock: Clock) -> None:
        rules = alarms.rules
        self._alarms = alarms
        self._clock = clock
        self._window_s = rules.flood_window_s
        self._meter = FloodMeter(rules.flood_start, rules.flood_end, rules.flood_window_s)
        self._write = store.claim(WRITER, [FLOOD, RATE])
        self._written: tuple[bool, float] | None = None
        self._early: list[float] | None = []
        self._made_at = clock.now()
        alarms.subscribe(self._take)

    def _take(self, transitions: Sequence[AlarmTransition]) -> None:
        now = self._clock.monotonic()
        for transition in transitions:
            if _counts(transition):
                if self._early is None:
                    self._meter.raised(now)
                else:
                    self._early.append(now)

    async def remember(self) -> None:
        """Read back what was raised before this start, within the window; once, after the engine has started."""
        try:
            before = await self._raised_before()
        except StorageError as error:
            _log.warning("flood: what was raised before the start is not known: %s", error)
            before = []
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        for at in before:
            self._meter.raised(monotonic - (wall - at).total_seconds())
        early, self._early = self._early or [], None
        for moment in early:
            self._meter.raised(moment)

    async def _raised_before(self) -> list[datetime]:
        since = self._made_at - timedelta(seconds=self._window_s)
        rows = await self._alarms.history(since, self._made_at, _MOST_ROWS)
        return [row.at for row in reversed(rows) if row.at < self._made_at and _counts(row)]

    def observe(self) -> None:
        """Look once, and write what has changed."""
        self._meter.passed(self._clock.monotonic())
        found = (self._meter.flood is not None, round(self._meter.rate * _RATE_OVER_S / self._window_s, 1))
        self._meter.ended.clear()
        if found != self._written:
            self._written = found
            now = self._clock.now()
            self._write([(FLOOD, _good(found[0], now)), (RATE, _good(found[1], now))])

    async def run(self) -> None:
        """Look four times a second until cancelled."""
        await self.remember()
        while True:
            self.observe()
            await asyncio.sleep(self.PERIOD_S)


def _counts(transition: AlarmTransition) -> bool:
    raised = transition.kind in (TransitionKind.RAISED, TransitionKind.REALARMED)
    return raised and transition.record.suppression is None and is_counted(transition.record.id)


def _good(value: Scalar, now: datetime) -> TagValue:
    return TagValue(value, Quality.GOOD, now, value)
