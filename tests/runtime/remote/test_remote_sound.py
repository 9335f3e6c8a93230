"""A station elsewhere sounds what the runtime announces, tells how it sounds, and sounds by itself when alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.support.api_ship import LOW, PATIENCE_S, Ship, a_project, a_running_ship, served
from tests.support.fake_clock import FakeClock
from tests.support.waiting import until
from vmshmi.config.project import StationConfig
from vmshmi.core.alarms.sounds import Signal
from vmshmi.core.errors import CommandRefused
from vmshmi.core.values import TagId
from vmshmi.runtime.api.server import ApiServer
from vmshmi.runtime.remote import FeedTiming, RemoteRuntime
from vmshmi.runtime.remote.sound import BEAT_S, RemoteSound
from vmshmi.runtime.sound.player import LOOP_SILENT_S, SoundOptions
from vmshmi.runtime.supervision.tags import StationSound

QUICK = FeedTiming(silence_s=2.0, retry_min_s=0.02, retry_max_s=0.05, poll_s=0.05)
BRIDGE = SoundOptions("bridge", backends=("NULL",))
SOUND = TagId("system.station.bridge.sound")


@pytest.fixture
async def ship() -> AsyncIterator[Ship]:
    project = a_project().model_copy(update={"stations": (StationConfig(id="bridge"),)})
    async with a_running_ship(project) as running:
        yield running


@asynccontextmanager
async def sounding(server: ApiServer, options: SoundOptions = BRIDGE) -> AsyncIterator[RemoteSound]:
    """The loudspeaker of the bridge."""
    sound = RemoteSound(server.url, options, FakeClock(), QUICK)
    sound.start()
    try:
        yield sound
    finally:
        sound.stop()


def heard(sound: RemoteSound) -> Signal | None:
    key = sound._player.key_now()
    return None if key is None else key[0]


async def test_what_stands_and_what_comes_is_heard_and_an_answer_ends_it(ship: Ship) -> None:
    await ship.raise_low()
    async with served(ship) as server, sounding(server) as sound:
        await until(lambda: heard(sound) is Signal.ALARM, PATIENCE_S)
        await ship.runtime.alarms.silence("Anna", "bridge")
        await until(lambda: heard(sound) is None, PATIENCE_S)
        await ship.runtime.alarms.ack(LOW, "Anna", "bridge")
        ship.put(5.0)
        await ship.raise_low()
        await until(lambda: heard(sound) is Signal.ALARM, PATIENCE_S)


async def test_the_runtime_hears_how_the_loudspeaker_is(ship: Ship) -> None:
    assert ship.runtime.store.get(SOUND).value == StationSound.NOT_HERE
    async with served(ship) as server:
        async with sounding(server):
            await until(lambda: ship.runtime.store.get(SOUND).value == StationSound.PLAYS, PATIENCE_S)
        async with sounding(server, replace(BRIDGE, plays=False)):
            await until(lambda: ship.runtime.store.get(SOUND).value == StationSound.OWN_HORN, PATIENCE_S)
        async with sounding(server, replace(BRIDGE, backends=("WEBAUDIO",))):
            await until(lambda: ship.runtime.store.get(SOUND).value == StationSound.SILENT, PATIENCE_S)
    assert ship.runtime.stations.silent()[0][1].startswith("no sound device can be opened")


async def test_a_station_that_is_alone_for_five_seconds_sounds_the_alarm_until_a_person_silences_it(ship: Ship) -> None:
    clock = FakeClock()
    async with served(ship) as server:
        remote = RemoteRuntime(server.url, "bridge", clock, QUICK)
        await remote.start()
        remote.sound(BRIDGE)
        sound = remote._sound
        assert sound is not None
        await until(lambda: sound._connected, PATIENCE_S)
        assert heard(sound) is None
    try:
        await until(lambda: not sound._connected and not remote.system.connected(), PATIENCE_S)
        clock.advance(LOOP_SILENT_S + 1)
        assert sound._loop is not None
        two_beats = asyncio.run_coroutine_threadsafe(asyncio.sleep(2 * BEAT_S), sound._loop)
        await asyncio.wrap_future(two_beats)
        assert heard(sound) is Signal.ALARM
        with pytest.raises(CommandRefused):
            await remote.alarms.silence("Anna", "bridge")
        assert heard(sound) is None
    finally:
        await remote.stop()
    assert sound._thread is None


async def test_a_station_the_project_does_not_know_sounds_all_the_same(ship: Ship) -> None:
    await ship.raise_low()
    async with served(ship) as server, sounding(server, replace(BRIDGE, station="attic")) as sound:
        await until(lambda: heard(sound) is Signal.ALARM, PATIENCE_S)
