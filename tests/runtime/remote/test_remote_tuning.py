"""The screens ask what if and revise through the wire, and get what the runtime would have told them."""

import pytest

from tests.support.api_ship import LOW, a_running_ship, served, until
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.remote.remote_runtime import RemoteRuntime


async def test_what_if_and_revisions_are_the_same_over_the_wire() -> None:
    clock = FakeClock()
    async with a_running_ship(clock=clock) as ship, served(ship) as server:
        since = clock.now()
        for value in (5.0, 2.4, 5.0, 5.0, 1.0, 1.0, 5.0):
            ship.put(value)
            clock.advance(1)
        remote = RemoteRuntime(server.url, "bridge", clock)
        await remote.start()
        try:
            change = DefinitionChange(limit=2.0, delay_s=1.0)
            here = await ship.runtime.tuning.what_if(LOW, change, since, clock.now())
            assert await remote.tuning.what_if(LOW, change, since, clock.now()) == here
            made = await remote.tuning.revise(LOW, DefinitionChange(limit=2.2), "Chief", "swell", "bridge")
            assert list(await remote.tuning.revisions(LOW)) == [made]
            assert ship.runtime.alarms.revisions.of(LOW) == (made,)
            await until(lambda: remote.alarms.definitions()[LOW].limit == 2.2)
            with pytest.raises(CommandRefused) as refused:
                await remote.tuning.revise(LOW, DefinitionChange(limit=2.2), "Chief", "again", "bridge")
            assert refused.value.reason == "no_change"
        finally:
            await remote.stop()
