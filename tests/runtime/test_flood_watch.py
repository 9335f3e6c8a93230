"""A flood as everybody sees it: tags and a caution, from what the engine announces."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.alarms import an_alarm
from tests.support.builders import a_tag
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.flood import FLOOD, FLOODING, RATE
from vmshmi.core.alarms.model import Priority
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.alarms.flood_watch import FloodWatch, flood_alarms, flood_tags
from vmshmi.runtime.storage.alarm_journal import AlarmJournal
from vmshmi.runtime.tag_store import TagStore

OIL = TagId("me_p.lo_press")
IDS = [f"alarm{number}" for number in range(12)]


class Ship:
    """A store, an engine on a real journal, and the watch; every alarm watches the one tag."""

    def __init__(self, path: Path | None, clock: FakeClock) -> None:
        self.clock = clock
        self.store = TagStore(clock)
        self.store.register_many([a_tag(), *flood_tags()])
        alarms = [an_alarm(alarm_id, limit=float(number)) for number, alarm_id in enumerate(IDS)]
        test = an_alarm("system.test.alarm", limit=50.0)
        self.engine = AlarmEngine([*alarms, test, *flood_alarms()], clock, AlarmJournal(path, clock))
        self.store.add_listener(self.engine.on_samples)
        self.watch = FloodWatch(self.store, self.engine, clock)

    async def oil(self, bar: float) -> None:
        """Alarm n stands below n bar; the test alarm below 50."""
        self.store.update(OIL, TagValue(bar, Quality.GOOD, self.clock.now(), bar))
        await self.engine.announced()

    async def rise(self, count: int) -> None:
        """Raise this many anew, all at once."""
        await self.oil(99.0)
        await self.oil(11.5 - count)

    async def seen(self, after_s: float = 0.0) -> tuple[object, object]:
        """Flood and rate."""
        self.clock.advance(after_s)
        self.engine.tick()
        self.watch.observe()
        await self.engine.announced()
        return self.store.get(FLOOD).value, self.store.get(RATE).value


@asynccontextmanager
async def sailing(path: Path | None = None, clock: FakeClock | None = None) -> AsyncIterator[Ship]:
    """From start to stop."""
    ship = Ship(path, clock or FakeClock())
    await ship.engine.start()
    await ship.watch.remember()
    try:
        yield ship
    finally:
        await ship.engine.stop()


async def test_ten_raisings_are_a_flood_and_it_ends_below_five() -> None:
    async with sailing() as ship:
        await ship.rise(9)
        assert await ship.seen(1) == (False, 9)
        await ship.rise(1)
        assert await ship.seen() == (True, 10)
        assert ship.engine.record(FLOODING).active
        assert await ship.seen(598) == (True, 10)
        assert await ship.seen(1) == (False, 1)
        assert not ship.engine.record(FLOODING).active


async def test_the_flood_has_an_alarm_that_is_a_caution_with_an_advice() -> None:
    (alarm,) = flood_alarms()
    assert (alarm.priority, alarm.tag) == (Priority.CAUTION, FLOOD)
    assert all((alarm.message, alarm.cause, alarm.consequence, alarm.action))


async def test_the_alarm_test_and_the_floods_own_caution_are_not_counted() -> None:
    async with sailing() as ship:
        await ship.rise(10)
        assert await ship.seen() == (True, 10)  # the test alarm was raised too
        assert await ship.seen() == (True, 10)  # and the caution


async def test_what_is_not_announced_is_not_counted() -> None:
    async with sailing() as ship:
        for alarm_id in IDS[:6]:
            await ship.engine.shelve(alarm_id, "chief", 30, "bad float")
        await ship.engine.out_of_service(IDS[6], "chief", "dismantled")
        await ship.rise(11)
        assert await ship.seen() == (False, 5)


async def test_a_flood_outlives_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with sailing(tmp_path / "journal.sqlite", clock) as ship:
        await ship.engine.shelve(IDS[11], "chief", 30, "bad float")
        await ship.rise(11)
        assert await ship.seen() == (True, 10)
    clock.advance(100)
    async with sailing(tmp_path / "journal.sqlite", clock) as ship:
        assert await ship.seen() == (True, 10)
        assert await ship.seen(499) == (True, 10)
        assert await ship.seen(1) == (False, 0)


async def test_what_is_raised_while_the_past_is_being_read_is_counted_once(tmp_path: Path) -> None:
    clock = FakeClock()
    async with sailing(tmp_path / "journal.sqlite", clock) as ship:
        await ship.rise(4)
    clock.advance(60)
    ship = Ship(tmp_path / "journal.sqlite", clock)
    await ship.engine.start()
    try:
        await ship.rise(6)
        await ship.watch.remember()
        assert await ship.seen() == (True, 10)
    finally:
        await ship.engine.stop()


async def test_the_rate_is_written_when_it_changes_only() -> None:
    async with sailing() as ship:
        await ship.seen()
        before = ship.store.get(RATE).timestamp
        await ship.seen(5)
        assert ship.store.get(RATE).timestamp == before
