"""The ports over a real API in the same loop: what a screen sees when the runtime answers, goes, comes back."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.api_ship import LOW, NAME, PATIENCE_S, PRESS, RUN, Ship, a_running_ship, served, until
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmState, AlarmTransition, TransitionKind
from vmshmi.core.errors import CommandRefused, StartError, StorageError
from vmshmi.core.history import HistoryQuery
from vmshmi.core.ports import RuntimePort, TagChanges
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.api.outbox import RealtimeSettings
from vmshmi.runtime.api.server import ApiServer
from vmshmi.runtime.remote import FeedTiming, RemoteRuntime

QUICK = FeedTiming(silence_s=2.0, retry_min_s=0.02, retry_max_s=0.05, poll_s=0.05)


@pytest.fixture
async def ship() -> AsyncIterator[Ship]:
    async with a_running_ship() as running:
        yield running


@asynccontextmanager
async def seen_from_afar(server: ApiServer, timing: FeedTiming = QUICK) -> AsyncIterator[RemoteRuntime]:
    """A screen's view of it, with values."""
    remote = RemoteRuntime(server.url, "bridge", FakeClock(), timing)
    await remote.start()
    try:
        yield remote
    finally:
        await remote.stop()


def as_port(remote: RemoteRuntime) -> RuntimePort:
    """For the type checker: it is what the screens ask for."""
    return remote


async def test_the_start_brings_project_definitions_and_values(ship: Ship) -> None:
    ship.put(4.2)
    async with served(ship) as server:
        remote = RemoteRuntime(server.url, "bridge", FakeClock(), QUICK)
        project = await remote.start()
        assert project == ship.runtime.project
        assert remote.system.connected()
        assert remote.tags.definitions() == ship.runtime.store.definitions()
        assert remote.alarms.definitions() == ship.runtime.alarms.definitions()
        assert remote.tags.value(PRESS) == ship.runtime.store.get(PRESS)
        with pytest.raises(KeyError):
            remote.tags.value(TagId("nope"))
        await until(lambda: remote.system.health() is not None)
        await remote.stop()
        await remote.stop()


@pytest.mark.parametrize("station", ["", " ", "puente de mando ñ", "a\r\nX-Evil: 1"])
async def test_any_name_of_a_station_will_do(ship: Ship, station: str) -> None:
    async with served(ship) as server:
        remote = RemoteRuntime(server.url, station, FakeClock(), QUICK)
        async with asyncio.timeout(PATIENCE_S):
            await remote.start()
        assert remote.system.connected()
        await remote.stop()


async def test_a_watcher_gets_all_at_once_and_then_what_changed(ship: Ship) -> None:
    async with served(ship) as server, seen_from_afar(server) as remote:
        seen: list[TagChanges] = []
        watch = as_port(remote).tags.watch([PRESS, RUN], seen.append)
        assert set(seen[0]) == {PRESS, RUN}
        ship.put(3.9)
        await until(lambda: seen[-1].get(PRESS) == ship.runtime.store.get(PRESS))
        watch.close()
        watch.close()
        count = len(seen)
        ship.put(4.0)
        await until(lambda: remote.tags.value(PRESS).value == 4.0)
        assert len(seen) == count
        with pytest.raises(KeyError):
            remote.tags.watch([TagId("nope")], seen.append)


async def test_many_changes_within_a_frame_are_one_call(ship: Ship) -> None:
    async with served(ship, RealtimeSettings(frame_s=0.0)) as server, seen_from_afar(server) as remote:
        calls: list[TagChanges] = []
        remote.tags.watch([PRESS], calls.append)
        for value in range(200):
            ship.put(float(value))
            await asyncio.sleep(0)
        await until(lambda: calls[-1][PRESS].value == 199.0)
        assert len(calls) < 100


async def test_a_screen_that_fails_keeps_nothing_from_the_others(ship: Ship, caplog: pytest.LogCaptureFixture) -> None:
    async with served(ship) as server, seen_from_afar(server) as remote:
        armed: list[bool] = []

        def broken(changes: TagChanges) -> None:
            if armed:
                raise ZeroDivisionError

        seen: list[TagChanges] = []
        remote.tags.watch([PRESS], broken)
        remote.tags.watch([PRESS], seen.append)
        armed.append(True)
        ship.put(3.1)
        await until(lambda: seen[-1][PRESS].value == 3.1)
    assert "a screen failed to take what changed" in caplog.text


async def test_every_transition_arrives_in_order(ship: Ship) -> None:
    async with served(ship) as server, seen_from_afar(server) as remote:
        seen: list[AlarmTransition] = []
        remote.alarms.watch(seen.extend)
        occurrence = await ship.raise_low()
        await ship.runtime.alarms.ack(LOW, "ana", "bridge", occurrence)
        ship.put(5.0)
        await until(lambda: len(seen) >= 3)
        kinds = [transition.kind for transition in seen]
        assert kinds == [TransitionKind.RAISED, TransitionKind.ACKNOWLEDGED, TransitionKind.CLEARED]
        assert (seen[1].user, seen[1].station) == ("ana", "bridge")
        assert remote.alarms.standing() == []


async def test_an_acknowledgement_goes_to_exactly_the_occurrence_that_was_seen(ship: Ship) -> None:
    async with served(ship) as server, seen_from_afar(server) as remote:
        await ship.raise_low()
        await until(remote.alarms.standing)
        (record,) = remote.alarms.standing()
        with pytest.raises(CommandRefused) as refused:
            await remote.alarms.acknowledge(LOW, record.occurrence - 1, "ana", "bridge")
        assert refused.value.reason == "stale_occurrence"
        after = await remote.alarms.acknowledge(LOW, record.occurrence, "ana", "bridge")
        assert (after.state, after.acked_by, after.acked_station) == (AlarmState.ACK, "ana", "bridge")
        with pytest.raises(CommandRefused, match="already acknowledged by ana"):
            await remote.alarms.acknowledge(LOW, record.occurrence, "ben", "bridge")
        with pytest.raises(CommandRefused, match="there is no alarm"):
            await remote.alarms.acknowledge("no such alarm", 1, "ben", "bridge")


async def test_silence_reaches_the_runtime(ship: Ship) -> None:
    async with served(ship) as server, seen_from_afar(server) as remote:
        await ship.raise_low()
        await remote.alarms.silence("ana", "bridge")
        assert ship.runtime.alarms.record(LOW).silenced_until is not None
        assert ship.runtime.alarms.record(LOW).acknowledged is False


async def test_the_journal_comes_newest_first(ship: Ship) -> None:
    async with served(ship) as server, seen_from_afar(server) as remote:
        await ship.raise_low()
        rows = await remote.alarms.history(limit=10)
        assert [row.kind for row in rows] == [TransitionKind.RAISED, TransitionKind.STARTED]
        assert await remote.alarms.history(until=datetime(2020, 1, 1, tzinfo=UTC)) == []


async def test_history_comes_as_columns_and_as_files(ship: Ship, tmp_path: Path) -> None:
    async with served(ship) as server, seen_from_afar(server) as remote:
        ship.put(4.0)
        ship.put(None, quality=Quality.BAD_SENSOR_FAILURE)
        ship.put("Vigo", NAME)
        series = await remote.history.query(HistoryQuery(PRESS))
        assert series.values[0] == 4.0
        assert math.isnan(series.values[1])
        assert list(series.qualities) == [Quality.GOOD, Quality.BAD]
        assert series.timestamps[0] == int(ship.clock.now().timestamp() * 1e6)
        assert (await remote.history.query(HistoryQuery(NAME))).texts == ("Vigo",)
        assert len(await remote.history.query(HistoryQuery(PRESS, limit=1))) == 1
        assert len(await remote.history.query(HistoryQuery(PRESS, points=1))) <= 2
        assert len(await remote.history.query(HistoryQuery(PRESS, until=datetime(2020, 1, 1, tzinfo=UTC)))) == 0
        ends = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
        name, press = await remote.history.query_many([NAME, PRESS], *ends, points=10)
        assert (name.tag_id, name.texts) == (NAME, ("Vigo",))
        assert (press.tag_id, press.values[0]) == (PRESS, 4.0)
        with pytest.raises(KeyError):
            await remote.history.query(HistoryQuery(TagId("nope")))
        with pytest.raises(KeyError):
            await remote.history.query_many([TagId("nope")], *ends, points=10)
        out = tmp_path / "press.csv"
        await remote.history.export([PRESS], *ends, out)
        assert [line.split(",")[1:3] for line in out.read_text().splitlines()[1:]] == [["4.0", "good"], ["", "bad"]]
        with pytest.raises(KeyError):
            await remote.history.export([TagId("nope")], *ends, out)
        with pytest.raises(StorageError, match="No such file"):
            await remote.history.export([PRESS], *ends, tmp_path / "nowhere" / "press.csv")
        assert list(tmp_path.glob("*press*")) == [out], "a draft stayed behind"


class TestALostRuntime:
    """What is shown must be visibly not true, and heal by itself."""

    async def test_every_value_is_bad_but_the_last_good_ones_are_kept(self, ship: Ship) -> None:
        ship.put(4.2)
        async with served(ship) as server, seen_from_afar(server) as remote:
            seen: list[TagChanges] = []
            remote.tags.watch([PRESS, RUN], seen.append)
            ship.put(4.3)
            await until(lambda: seen[-1][PRESS].value == 4.3)
            seen.clear()
            await server.stop()
            await until(lambda: not remote.system.connected())
            for tag_id in remote.tags.definitions():
                lost = remote.tags.value(tag_id)
                assert (lost.value, lost.quality) == (None, Quality.BAD_NO_COMMUNICATION)
            last = remote.tags.last_good(PRESS)
            assert last is not None
            assert last.value == 4.3
            await until(lambda: seen)
            assert {value.quality for value in seen[-1].values()} == {Quality.BAD_NO_COMMUNICATION}
            assert set(seen[-1]) == {PRESS, RUN}

    async def test_nothing_can_be_answered_and_history_says_why(self, ship: Ship) -> None:
        async with served(ship) as server, seen_from_afar(server) as remote:
            occurrence = await ship.raise_low()
            await until(remote.alarms.standing)
            await server.stop()
            await until(lambda: not remote.system.connected())
            with pytest.raises(CommandRefused) as refused:
                await remote.alarms.acknowledge(LOW, occurrence, "ana", "bridge")
            assert refused.value.reason == "not_connected"
            with pytest.raises(CommandRefused):
                await remote.alarms.silence("ana", "bridge")
            with pytest.raises(StorageError):
                await remote.history.query(HistoryQuery(PRESS))
            with pytest.raises(StorageError):
                await remote.alarms.history()
            assert [record.id for record in remote.alarms.standing()] == [LOW], "the last known ones stay listed"

    async def test_its_return_heals_everything_and_tells_what_happened_meanwhile(self, ship: Ship) -> None:
        ship.put(4.2)
        occurrence = await ship.raise_low()
        async with served(ship) as server, seen_from_afar(server) as remote:
            seen: list[TagChanges] = []
            told: list[AlarmTransition] = []
            remote.tags.watch([PRESS, RUN], seen.append)
            remote.alarms.watch(told.extend)
            await until(remote.alarms.standing)
            await server.stop()
            await until(lambda: not remote.system.connected())
            await ship.runtime.alarms.ack(LOW, "ana", "bridge", occurrence)
            ship.put(6.0)
            await until(lambda: not ship.runtime.alarms.record(LOW).stands)
            told.clear()
            async with served(ship, port=server.port):
                await until(remote.system.connected)
                await until(lambda: told)
                assert remote.tags.value(PRESS) == ship.runtime.store.get(PRESS)
                assert seen[-1][PRESS].value == 6.0
                assert [(t.kind, t.record.id) for t in told] == [(TransitionKind.CLEARED, LOW)]
                assert remote.alarms.standing() == []
                await ship.raise_low()
                await until(lambda: told[-1].kind is TransitionKind.RAISED)
                assert [record.id for record in remote.alarms.standing()] == [LOW]

    async def test_a_frozen_runtime_is_lost_although_its_port_is_open(self, ship: Ship) -> None:
        ship.put(4.2)
        frozen = RealtimeSettings(heartbeat_s=1000.0, frame_s=1000.0)
        impatient = FeedTiming(silence_s=1.0, retry_min_s=1000.0, retry_max_s=1000.0)
        async with served(ship, frozen) as server, seen_from_afar(server, impatient) as remote:
            assert remote.tags.value(PRESS).value == 4.2
            await until(lambda: not remote.system.connected())
            assert remote.tags.value(PRESS).quality is Quality.BAD_NO_COMMUNICATION

    async def test_heartbeats_alone_keep_it_believed(self, ship: Ship) -> None:
        lively = RealtimeSettings(heartbeat_s=0.02, frame_s=0.0)
        losses: list[bool] = []
        async with served(ship, lively) as server, seen_from_afar(server, FeedTiming(silence_s=2.0)) as remote:
            for _ in range(120):
                await asyncio.sleep(0.02)  # 2.4 s pass in which only heartbeats come
                losses.append(not remote.system.connected())
        assert not any(losses)

    async def test_loss_and_return_are_a_line_each(self, ship: Ship, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "vmshmi.runtime.remote")
        async with served(ship) as server, seen_from_afar(server) as remote:
            await server.stop()
            await until(lambda: not remote.system.connected())
            await until(lambda: "waiting for" in caplog.text)
            async with served(ship, port=server.port):
                await until(remote.system.connected)
                told = [record.getMessage() for record in caplog.records if "remote.feed" in record.name]
        lines = [line.split(" http")[0] for line in told]
        assert [line for line in lines if line != "waiting for"] == ["connected to", "lost", "connected to"]
        assert lines.count("waiting for") <= 2


class TestTheStart:
    """Before there is anything to show."""

    async def test_an_absent_runtime_is_waited_for(self, ship: Ship, caplog: pytest.LogCaptureFixture) -> None:
        async with served(ship) as placeholder:
            port = placeholder.port
        remote = RemoteRuntime(f"http://127.0.0.1:{port}", "bridge", FakeClock(), QUICK)
        starting = asyncio.create_task(remote.start())
        await until(lambda: f"waiting for http://127.0.0.1:{port}" in caplog.text)
        assert not starting.done()
        async with served(ship, port=port):
            async with asyncio.timeout(PATIENCE_S):
                assert (await starting).vessel.name == "MV Aurora"
            assert remote.system.connected()
            await remote.stop()

    async def test_waiting_can_be_given_up(self) -> None:
        remote = RemoteRuntime("http://127.0.0.1:1", "bridge", FakeClock(), QUICK)
        starting = asyncio.create_task(remote.start())
        await asyncio.sleep(0)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await remote.stop()

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "HOST:8765",
            "ftp://host",
            "http://",
            "http://host:port",
            "http://host:99999",
            "http://h/api",
            "http://u@h",
        ],
    )
    async def test_an_address_that_cannot_be_one_is_one_line(self, url: str) -> None:
        with pytest.raises(StartError) as refused:
            RemoteRuntime(url, "bridge", FakeClock())
        assert "http://HOST:8765" in str(refused.value) or "as http://HOST" in str(refused.value)
        assert "\n" not in str(refused.value)

    async def test_something_else_at_the_address_is_waited_past(self, caplog: pytest.LogCaptureFixture) -> None:
        async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n<htm>")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(web, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        remote = RemoteRuntime(url, "bridge", FakeClock(), QUICK)
        starting = asyncio.create_task(remote.start())
        await until(lambda: "is it a vmshmi runtime?" in caplog.text)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await remote.stop()
        server.close()
        await server.wait_closed()

    async def test_a_project_of_a_newer_program_is_refused_in_one_line(self) -> None:
        async def newer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            body = b'{"vmsproj":9}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(newer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        remote = RemoteRuntime(url, "bridge", FakeClock(), QUICK)
        with pytest.raises(StartError, match="does not understand") as refused:
            await remote.start()
        assert "\n" not in str(refused.value)
        await remote.stop()
        server.close()
        await server.wait_closed()
