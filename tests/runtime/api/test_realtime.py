"""The WebSocket, over a real server in the same loop."""

import asyncio
import json
import logging
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.api_ship import (
    LOW,
    PATIENCE_S,
    PRESS,
    RUN,
    Ship,
    a_project,
    a_running_ship,
    at,
    flood,
    listening,
    read_to_the_end,
    said,
    said_of,
    served,
    stubborn,
    until,
)
from tests.support.fake_clock import FakeClock
from vmshmi.runtime.api.outbox import TRY_AGAIN, RealtimeSettings

EAGER = RealtimeSettings(frame_s=0.0, heartbeat_s=0.05)
"""No pause between frames, and a heartbeat soon."""


async def test_the_first_message_is_a_snapshot_of_everything(ship: Ship) -> None:
    await ship.raise_low()
    async with served(ship) as server, listening(server) as client:
        snapshot = await said(client)
        assert snapshot["type"] == "snapshot"
        assert [tag["id"] for tag in snapshot["tags"]] == list(ship.runtime.store.definitions())
        assert [(alarm["id"], alarm["state"]) for alarm in snapshot["alarms"]] == [(LOW, "ACTIVE")]
        assert server.clients == 1
    await until(lambda: server.clients == 0)


async def test_only_what_changed_follows_with_the_fields_of_a_tag(ship: Ship) -> None:
    async with served(ship, EAGER) as server, listening(server, f"?tags={PRESS},{RUN}") as client:
        snapshot = await said(client)
        assert {tag["id"] for tag in snapshot["tags"]} == {PRESS, RUN}
        ship.put(4.2)
        assert (await said_of(client, "tags"))["tags"] == [
            {
                "id": "me_p.lo_press",
                "value": 4.2,
                "quality": "good",
                "quality_reason": "",
                "timestamp": "2026-11-22T14:06:00.000Z",
                "raw_value": 4.2,
                "unit": "bar",
                "description": "Port ME lube oil pressure",
                "kind": "analog",
                "group": "ME",
            }
        ]


async def test_changes_of_one_turn_are_one_message_with_the_latest_values(ship: Ship) -> None:
    async with served(ship, EAGER) as server, listening(server, f"?tags={PRESS},{RUN}") as client:
        await said(client)
        for value in range(3, 7):
            ship.put(float(value))
        ship.put(True, RUN)
        message = await said_of(client, "tags")
        assert {tag["id"]: tag["value"] for tag in message["tags"]} == {PRESS: 6.0, RUN: True}


async def test_a_filter_keeps_other_tags_away_but_no_alarm(ship: Ship) -> None:
    async with served(ship, EAGER) as server, listening(server, f"?tags={RUN}") as client:
        assert [tag["id"] for tag in (await said(client))["tags"]] == [RUN]
        await ship.raise_low()
        ship.put(True, RUN)
        kinds = {(await said(client))["type"] for _ in range(2)}
        assert kinds <= {"alarm", "tags", "heartbeat"}
        async with asyncio.timeout(PATIENCE_S):
            seen: list[dict[str, Any]] = []
            ship.put(False, RUN)
            while not any(m["type"] == "tags" and m["tags"][0]["value"] is False for m in seen):
                seen.append(await said(client))
        assert all(tag["id"] == RUN for m in seen if m["type"] == "tags" for tag in m["tags"])


async def test_a_filter_with_an_unknown_tag_is_refused_before_the_handshake(ship: Ship) -> None:
    async with served(ship) as server:
        with pytest.raises(InvalidStatus) as refused:
            async with listening(server, "?tags=me_p.lo_pres"):
                pass
        response = refused.value.response
        assert response.status_code == 404
        assert json.loads(response.body)["detail"].endswith("did you mean me_p.lo_press?")


async def test_a_page_of_another_site_may_not_listen(ship: Ship, caplog: pytest.LogCaptureFixture) -> None:
    async with served(ship) as server:
        with pytest.raises(InvalidStatus) as refused:
            async with listening(server, origin="http://evil.example"):
                pass
        assert refused.value.response.status_code == 403
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], "a refusal is no error of ours"


async def test_every_transition_arrives_in_order_with_the_fields_of_an_alarm(ship: Ship) -> None:
    async with served(ship) as server, listening(server) as client:
        await said(client)
        occurrence = await ship.raise_low()
        await ship.runtime.alarms.ack(LOW, "ana", "bridge", occurrence)
        ship.put(5.0)
        messages = [await said_of(client, "alarm") for _ in range(3)]
        assert [message["kind"] for message in messages] == ["raised", "acknowledged", "cleared"]
        assert [message["alarm"]["state"] for message in messages] == ["ACTIVE", "ACK", "CLEARED"]
        assert {message["alarm"]["occurrence"] for message in messages} == {occurrence}
        assert messages[1]["alarm"]["acked_by"] == "ana"


async def test_heartbeats_come_when_nothing_else_does(ship: Ship) -> None:
    async with served(ship, EAGER) as server, listening(server, f"?tags={RUN}") as client:
        await said(client)
        for _ in range(3):
            beat = await said(client)
            assert (beat["type"], at(beat["timestamp"])) == ("heartbeat", ship.clock.now())


@pytest.mark.parametrize("ping", ["ping", '{"type":"ping"}'])
async def test_a_ping_is_answered_and_nonsense_is_not_held_against_the_client(ship: Ship, ping: str) -> None:
    async with served(ship, EAGER) as server, listening(server, f"?tags={RUN}") as client:
        for nonsense in ("", "{", "[" * 1000, '{"type":7}', "null", b"\xff\x00", "pong"):
            await client.send(nonsense)
        await client.send(ping)
        assert await said_of(client, "pong")


async def test_a_message_without_measure_ends_only_its_sender(ship: Ship) -> None:
    async with served(ship, EAGER) as server, listening(server) as rude, listening(server) as polite:
        await said(polite)
        await rude.send("x" * 1_000_000)
        with pytest.raises(ConnectionClosed):
            await read_to_the_end(rude)
        ship.put(3.3)
        assert await said_of(polite, "tags")


async def test_stopping_says_goodbye(ship: Ship) -> None:
    async with served(ship) as server, listening(server) as client:
        await said(client)
        await server.stop()
        with pytest.raises(ConnectionClosed):
            await read_to_the_end(client)
        assert (client.close_code, client.close_reason) == (1001, "the runtime stops")


async def test_when_the_last_client_goes_the_store_feeds_nobody(ship: Ship) -> None:
    before = len(ship.runtime.store._subscriptions)
    async with served(ship) as server:
        for _ in range(3):
            async with listening(server) as client:
                await said(client)
                assert len(ship.runtime.store._subscriptions) == before + 1
            await until(lambda: server.clients == 0)
            await until(lambda: len(ship.runtime.store._subscriptions) == before)


class TestASlowReader:
    """One client stops reading; the others and the runtime do not notice."""

    TAGS = 300

    async def test_a_hundred_thousand_updates_flow_past_one_who_does_not_read(self) -> None:
        async with (
            a_running_ship(a_project(self.TAGS)) as ship,
            served(ship, RealtimeSettings(frame_s=0.0)) as server,
            listening(server, sock=stubborn(server), max_queue=1) as slow,
            listening(server) as quick,
        ):
            reading = asyncio.create_task(self.last_of(quick, "x0", 99_999))
            await until(lambda: server.clients == 2)
            await ship.raise_low()
            await flood(ship, self.TAGS, 100_000)
            hub = server._hub
            assert hub is not None
            waiting = [outbox.waiting for outbox in hub._clients]
            assert max(waiting) >= self.TAGS, "it really holds its breath"
            assert max(waiting) <= len(ship.runtime.store.definitions()) + 3, "bounded by the number of tags"
            async with asyncio.timeout(PATIENCE_S):
                await reading  # meanwhile the quick one has the last value

            occurrence = ship.runtime.alarms.record(LOW).occurrence
            alarms, last = await self.all_of(slow, "x0", 99_999)
            assert [alarm["occurrence"] for alarm in alarms] == [occurrence], "no transition is lost on the way"
            assert last == 99_999, "it gets the latest value"

    async def test_who_leaves_too_many_alarms_unread_is_sent_away_to_come_back(self) -> None:
        clock = FakeClock()
        settings = RealtimeSettings(frame_s=0.0, max_waiting_alarms=50)
        async with (
            a_running_ship(a_project(self.TAGS), clock) as ship,
            served(ship, settings) as server,
            listening(server, sock=stubborn(server), max_queue=1) as slow,
            listening(server) as quick,
        ):
            reading = asyncio.create_task(self.count_alarms(quick, 120))
            await until(lambda: server.clients == 2)
            await flood(ship, self.TAGS, 60_000)
            for _ in range(60):
                clock.advance(1.0)
                ship.put(1.0)
                await until(lambda: ship.runtime.alarms.record(LOW).active)
                await ship.runtime.alarms.ack(LOW, "ana")
                ship.put(5.0)
                await until(lambda: not ship.runtime.alarms.record(LOW).active)
            async with asyncio.timeout(PATIENCE_S):
                assert await reading >= 120
            with pytest.raises(ConnectionClosed):
                await read_to_the_end(slow)
            assert slow.close_code == TRY_AGAIN
            assert slow.close_reason == "more than 50 alarm messages were not read: connect again"

    async def test_who_takes_nothing_at_all_is_given_up(self) -> None:
        settings = RealtimeSettings(frame_s=0.0, send_timeout_s=0.05)
        async with (
            a_running_ship(a_project(self.TAGS)) as ship,
            served(ship, settings) as server,
            listening(server, sock=stubborn(server), max_queue=1, ping_interval=None),
        ):
            await until(lambda: server.clients == 1)
            flooding = asyncio.create_task(flood(ship, self.TAGS, 10_000_000))
            await until(lambda: server.clients == 0)
            flooding.cancel()
            await asyncio.gather(flooding, return_exceptions=True)

    @staticmethod
    async def last_of(client: ClientConnection, tag_id: str, value: float) -> None:
        while True:
            message = json.loads(await client.recv())
            if any(tag["id"] == tag_id and tag["value"] == value for tag in message.get("tags", ())):
                return

    @staticmethod
    async def all_of(client: ClientConnection, tag_id: str, value: float) -> tuple[list[dict[str, Any]], float | None]:
        """Read on until this value: the alarms on the way, raised ones only, and the last value."""
        alarms: list[dict[str, Any]] = []
        last: float | None = None
        async with asyncio.timeout(PATIENCE_S):
            while last != value:
                message = json.loads(await client.recv())
                if message["type"] == "alarm" and message["kind"] == "raised":
                    alarms.append(message["alarm"])
                for tag in message.get("tags", ()):
                    last = tag["value"] if tag["id"] == tag_id else last
        return alarms, last

    @staticmethod
    async def count_alarms(client: ClientConnection, wanted: int) -> int:
        seen = 0
        while seen < wanted:
            seen += json.loads(await client.recv())["type"] == "alarm"
        return seen
