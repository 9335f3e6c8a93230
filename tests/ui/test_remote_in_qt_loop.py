"""A runtime elsewhere, in the loop where screens really run: qasync's."""

from tests.support.api_ship import LOW, PRESS, a_running_ship, served, until
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmState
from vmshmi.core.history import HistoryQuery
from vmshmi.core.ports import TagChanges
from vmshmi.core.quality import Quality
from vmshmi.runtime.remote import FeedTiming, RemoteRuntime


async def test_values_answers_loss_and_return_work_in_the_screens_loop() -> None:
    async with a_running_ship() as ship, served(ship) as server:
        remote = RemoteRuntime(server.url, "bridge", FakeClock(), FeedTiming(retry_min_s=0.05, retry_max_s=0.1))
        assert (await remote.start()).vessel.name == "MV Aurora"
        seen: list[TagChanges] = []
        remote.tags.watch([PRESS], seen.append)
        occurrence = await ship.raise_low()
        await until(remote.alarms.standing)
        await until(lambda: seen[-1][PRESS].value == 1.0)
        assert (await remote.alarms.acknowledge(LOW, occurrence, "ana", "bridge")).state is AlarmState.ACK
        assert list((await remote.history.query(HistoryQuery(PRESS))).values) == [5.0, 1.0]
        await server.stop()
        await until(lambda: seen[-1][PRESS].quality is Quality.BAD_NO_COMMUNICATION)
        async with served(ship, port=server.port):
            await until(lambda: seen[-1][PRESS].value == 1.0)
            await remote.stop()
