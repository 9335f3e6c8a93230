"""A flood of alarms within one turn of the runtime's loop: every station is told of every raising."""

import asyncio

from websockets.asyncio.client import ClientConnection

from tests.bench.measure import big_project
from tests.support.api_ship import PATIENCE_S, a_running_ship, listening, said, served, until
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.api.outbox import Outbox, RealtimeSettings

ALARMS = 4_691
"""As many as a ship had within ten minutes; here in one batch."""


async def raised(client: ClientConnection) -> set[tuple[str, int]]:
    """The occurrences of all the flood's alarms."""
    seen: set[tuple[str, int]] = set()
    async with asyncio.timeout(6 * PATIENCE_S):
        while len(seen) < ALARMS:
            message = await said(client)
            if message["type"] == "alarm" and message["kind"] == "raised":
                seen.add((message["alarm"]["id"], message["alarm"]["occurrence"]))
    return seen


async def test_a_whole_flood_in_one_batch_reaches_every_station() -> None:
    async with (
        a_running_ship(big_project(ALARMS, ALARMS)) as ship,
        served(ship) as server,
        listening(server, ping_interval=None) as one,
        listening(server, ping_interval=None) as other,
    ):
        await until(lambda: server.clients == 2)
        hot = TagValue(99.0, Quality.GOOD, ship.clock.now(), 99.0)
        ship.runtime.store.update_many([(TagId(f"bench.t{number}"), hot) for number in range(ALARMS)])
        told = await asyncio.gather(raised(one), raised(other))
        standing = {(record.id, record.occurrence) for record in ship.runtime.alarms.standing()}
        flood = {(alarm, occurrence) for alarm, occurrence in standing if alarm.startswith("bench.")}
        assert len(flood) == ALARMS
        assert [len(flood - seen) for seen in told] == [0, 0]


class Willing:
    """An outlet that takes everything at once and never lets anybody wait."""

    def __init__(self) -> None:
        self.taken = 0

    async def send_text(self, data: str) -> None:
        del data
        self.taken += 1

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        del code, reason


async def test_a_reader_that_keeps_up_still_lets_the_others_have_their_turn() -> None:
    outbox, outlet = Outbox(None, RealtimeSettings()), Willing()
    for number in range(20_000):
        outbox.offer_alarm(str(number))
    sending = asyncio.create_task(outbox.run(outlet))
    turns = 0
    while outlet.taken < 20_000:
        await asyncio.sleep(0)
        turns += 1
    assert turns > 2
    sending.cancel()
