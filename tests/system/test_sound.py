"""Played for real: what comes out of a sound server's sink has the tones and the rhythm that were asked for.

`make test-sound` installs PulseAudio and runs this. The bounds in time are what the program promises, plus the 20 ms
that the recorder is late.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support import pulse
from tests.support.pulse import RATE_HZ, PulseServer, Recorder
from tests.support.tones import bursts, loudest
from tests.support.waiting import until
from vmshmi.config.project import AlarmConfig, Project, StationConfig, TagConfig, VesselConfig
from vmshmi.core.alarms.model import Operator, Priority
from vmshmi.core.alarms.sounds import VOLUME_FLOOR, Signal, Sounding, figure_of
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.runtime.sound.player import LOOP_SILENT_S, SoundOptions, SoundPlayer
from vmshmi.runtime.supervision.tags import StationSound

pytestmark = [pytest.mark.sound, pytest.mark.timeout(180)]

TONES = (500.0, 620.0, 800.0, 1000.0, 1250.0)
FAINT = 0.01
SILENT_WITHIN_S = 0.2
RECORDER_S = 0.03
P = TagId("me_p.lo_press")
SOUND = TagId("system.station.ecr.sound")
PROJECT = Project(
    vmsproj=1,
    vessel=VesselConfig(name="MV Test"),
    tags=(TagConfig(id=P, unit="bar"),),
    stations=(StationConfig(id="ecr"),),
    alarms=(
        AlarmConfig(id="lo.low", tag=P, operator=Operator.LESS, limit=2.5, priority=Priority.ALARM, message="Low"),
    ),
)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    assert not pulse.missing(), f"install {pulse.missing()}: make test-sound does it"
    server = PulseServer(tmp_path)
    for name in ("XDG_RUNTIME_DIR", "HOME", "PULSE_SERVER"):
        monkeypatch.setenv(name, server.environment[name])
    yield server
    server.stop()


@pytest.fixture
def recorder(server: PulseServer) -> Iterator[Recorder]:
    with server.recorded() as recorder:
        yield recorder


@asynccontextmanager
async def playing(options: SoundOptions) -> AsyncIterator[SoundPlayer]:
    """A player that somebody keeps alive."""
    player = SoundPlayer(options, SystemClock())
    player.start()

    async def live() -> None:
        while True:
            player.alive()
            await asyncio.sleep(0.2)

    task = asyncio.create_task(live())
    try:
        await until(lambda: player.state.ok is True, 10)
        yield player
    finally:
        task.cancel()
        await asyncio.to_thread(player.stop)


async def listen(recorder: Recorder, seconds: float) -> pulse.Samples:
    return await asyncio.to_thread(recorder.after, seconds)


@pytest.mark.parametrize("signal", Signal)
async def test_each_signal_comes_out_with_its_tones_and_its_rhythm(recorder: Recorder, signal: Signal) -> None:
    figure = figure_of(signal, 3.0)
    async with playing(SoundOptions("ecr", volume=0.0 if signal.is_required else 1.0, warning_repeat_s=3.0)) as player:
        await asyncio.sleep(0.3)
        player.play(Sounding(signal, 1.0))
        samples = await listen(recorder, 7.0)
    found = bursts(samples, RATE_HZ, FAINT)
    begin = found[0][0]
    assert begin < 0.2
    for repetition in range(2):
        for tone in figure.tones:
            start = begin + repetition * figure.period_s + tone.start_s
            middle = samples[
                round((start + 0.03) * RATE_HZ) : round((start + tone.end_s - tone.start_s - 0.03) * RATE_HZ)
            ]
            assert loudest(middle, TONES, RATE_HZ, 0.5 * VOLUME_FLOOR) == tone.frequency_hz
    if signal is Signal.EMERGENCY_ALARM:
        assert len(found) == 1
    else:
        expected = [begin + n * figure.period_s + tone.start_s for n in range(2) for tone in figure.tones]
        assert [start for start, _ in found[: len(expected)]] == pytest.approx(expected, abs=0.03)
    assert abs(samples).max() <= 1.0
    assert abs(samples).max() >= VOLUME_FLOOR * 0.9  # although the station's volume is 0


async def test_silence_is_silent_within_200_ms_and_the_sound_is_back_after_30_s(recorder: Recorder) -> None:
    async with a_runtime() as runtime:
        await until(lambda: runtime.store.get(SOUND).value == StationSound.PLAYS, 10)
        fall(runtime)
        await until(lambda: bool(runtime.alarms.counts().sounding))
        assert bursts(await listen(recorder, 3.0), RATE_HZ, FAINT)
        asked = recorder.now
        await runtime.alarms.silence("Anna", "ecr")
        await listen(recorder, 28.0)
        quiet = recorder.since(asked + round((SILENT_WITHIN_S + RECORDER_S) * RATE_HZ))
        assert abs(quiet).max() < FAINT
        back = bursts(await listen(recorder, 5.0), RATE_HZ, FAINT)
        assert 1.5 < back[0][0] < 3.0
        asked = recorder.now
        await runtime.alarms.ack("lo.low", "Anna", "ecr")
        await listen(recorder, 3.0)
        assert abs(recorder.since(asked + round((SILENT_WITHIN_S + RECORDER_S) * RATE_HZ))).max() < FAINT


async def test_an_unplugged_loudspeaker_is_an_alarm_and_heals_by_itself(server: PulseServer) -> None:
    async with a_runtime() as runtime:
        await until(lambda: runtime.store.get(SOUND).value == StationSound.PLAYS, 10)
        server.unplug()
        await until(lambda: runtime.alarms.record("system.station.ecr.silent").active, 10)
        assert "no sound card" in runtime.stations.silent()[0][1]
        server.plug_in()
        await until(lambda: not runtime.alarms.record("system.station.ecr.silent").active, 15)
        server.stop()
        await until(lambda: runtime.alarms.record("system.station.ecr.silent").active, 15)


async def test_a_loop_that_stands_still_is_heard_as_an_alarm(recorder: Recorder) -> None:
    async with playing(SoundOptions("ecr")):
        assert not bursts(await listen(recorder, 0.5), RATE_HZ, FAINT)
        begun = recorder.now
        recorder.after(LOOP_SILENT_S + 3.0)  # in this loop: it stands still
        found = bursts(recorder.since(begun), RATE_HZ, FAINT)
        assert LOOP_SILENT_S - 0.5 < found[0][0] < LOOP_SILENT_S + 0.5
        await asyncio.sleep(0.5)
        assert not bursts(await listen(recorder, 1.0), RATE_HZ, FAINT)


@asynccontextmanager
async def a_runtime() -> AsyncIterator[RuntimeApp]:
    """A station with its runtime, sounding."""
    runtime = build_runtime(PROJECT, RuntimeOptions(sound=SoundOptions("ecr")))
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


def fall(runtime: RuntimeApp) -> None:
    """The pressure falls below its limit."""
    now = SystemClock().now()
    runtime.store.update(P, TagValue(1.0, Quality.GOOD, now, 1.0))
