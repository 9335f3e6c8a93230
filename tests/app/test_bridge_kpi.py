"""The alarm system's numbers through the bridge: asked in the screen's thread, worked out beside the runtime's."""

from datetime import UTC, datetime, timedelta

from tests.app.test_bridge import House


async def test_the_numbers_of_a_period_come_through_the_bridge() -> None:
    house = House()
    house.thread.start()
    await house.thread.run(house.runtime.start())
    await house.bridge.open()
    try:
        now = datetime.now(UTC)
        found = await house.bridge.alarms.kpi(now - timedelta(hours=4), now + timedelta(days=1))
        assert found.until < now + timedelta(minutes=1)
        assert len(found.measures) == 15
    finally:
        await house.bridge.close()
        await house.thread.run(house.runtime.stop())
        assert house.thread.close()
