"""The alarm system's numbers at a station that is elsewhere, over a real API."""

from datetime import timedelta

import pytest

from tests.runtime.remote.test_remote_runtime import seen_from_afar
from tests.support.api_ship import a_running_ship, served
from tests.support.fake_clock import FakeClock
from vmshmi.core.errors import StorageError


async def test_the_numbers_are_those_of_the_runtime() -> None:
    async with a_running_ship() as ship, served(ship) as server, seen_from_afar(server) as remote:
        await ship.raise_low()
        assert isinstance(ship.clock, FakeClock)
        ship.clock.advance(90)
        now = ship.clock.now()
        found = await remote.alarms.kpi(now - timedelta(hours=4), now)
        assert found == await ship.runtime.alarms.kpi(now - timedelta(hours=4), now)
        assert (found.raised, found.answers.waiting) == (1, 1)


async def test_a_runtime_that_is_gone_is_one_line() -> None:
    async with a_running_ship() as ship:
        now = ship.clock.now()
        async with served(ship) as server, seen_from_afar(server) as remote:
            await server.stop()
            with pytest.raises(StorageError, match=server.url):
                await remote.alarms.kpi(now - timedelta(hours=4), now)
