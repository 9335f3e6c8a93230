"""A small real ship with one alarm of every sort and three stations, for the API and for stations elsewhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.api_ship import Ship, a_running_ship
from tests.support.fake_clock import FakeClock
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmRecord
from vmshmi.core.values import TagId

TAGS = ("oil", "water", "fire", "level", "bilge")
OIL, WATER, FIRE, LEVEL, BILGE = (f"{tag}.high" for tag in TAGS)
"""A latching alarm, a warning that becomes an alarm, an emergency alarm, a caution, an alarm of category C."""

_MORE: dict[str, dict[str, object]] = {
    "oil": {"priority": "alarm", "latching": True, "cause": "a leak", "action": "look"},
    "water": {"priority": "warning", "escalate_s": 300, "off_delay_s": 0},
    "fire": {"priority": "emergency_alarm"},
    "level": {"priority": "caution", "enable_when": "bilge < 100"},
    "bilge": {"priority": "alarm", "category": "C"},
}


def an_alarm_project() -> Project:
    """Five tags, each with an alarm above 10; stations `ecr` (all visible at once), `cabin` and `bridge`."""
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora"},
            "tags": [{"id": tag} for tag in TAGS],
            "alarms": [
                {"id": f"{tag}.high", "tag": tag, "operator": ">", "limit": 10, "message": f"{tag} high", **_MORE[tag]}
                for tag in TAGS
            ],
            "stations": [
                {"id": "ecr", "acknowledge_visible": True},
                {"id": "cabin"},
                {"id": "bridge", "profile": "bridge", "banner": "non_modal"},
            ],
        }
    )


class AlarmShip(Ship):
    """Short ways to raise what there is."""

    clock: FakeClock

    async def let(self, alarm_id: str, value: float) -> AlarmRecord:
        """Give its tag this value; returns its record when that is announced."""
        self.put(value, TagId(alarm_id.removesuffix(".high")))
        await self.runtime.alarms.announced()
        return self.runtime.alarms.record(alarm_id)

    async def raise_(self, alarm_id: str) -> AlarmRecord:
        """Let it be raised."""
        await self.let(alarm_id, 5.0)
        record = await self.let(alarm_id, 11.0)
        assert record.active
        return record

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and the engine notice it."""
        self.clock.advance(seconds)
        self.runtime.alarms.tick()
        await self.runtime.alarms.announced()


@asynccontextmanager
async def a_ship_with_alarms() -> AsyncIterator[AlarmShip]:
    """It runs, every value is normal."""
    async with a_running_ship(an_alarm_project()) as ship:
        assert isinstance(ship.clock, FakeClock)
        running = AlarmShip(ship.runtime, ship.clock)
        for tag in TAGS:
            await running.let(f"{tag}.high", 5.0)
        yield running
