"""The real library and its real threads, on the backend that throws its samples away."""

import threading

import pytest

from tests.support.waiting import until
from vmshmi.core.alarms.sounds import Signal, Sounding
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.sound.loudspeaker import Loudspeaker
from vmshmi.runtime.sound.player import SoundOptions, SoundPlayer

NULL = SoundOptions("ecr", backends=("NULL",))


async def test_the_device_takes_what_the_player_gives_until_it_is_stopped() -> None:
    player = SoundPlayer(NULL, SystemClock())
    player.start()
    await until(lambda: player.state.ok is True)
    player.play(Sounding(Signal.ALARM, 1.0))
    player.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "sound"]


async def test_a_signal_is_handed_to_the_device_with_its_next_block() -> None:
    handed: list[bool] = []
    player = SoundPlayer(NULL, SystemClock())

    def render(frames: int) -> bytes:
        block = player.render(frames)
        handed.append(any(block))
        return block

    player.alive()
    speaker = Loudspeaker(render, ("NULL",))
    try:
        await until(lambda: len(handed) > 3)
        assert not any(handed)
        player.play(Sounding(Signal.EMERGENCY_ALARM, 1.0))
        count = len(handed)
        await until(lambda: len(handed) > count + 1)
    finally:
        speaker.close()
    assert all(handed[count + 1 :])


def test_a_backend_that_is_not_of_this_system_is_no_device() -> None:
    with pytest.raises(DeviceError, match="no sound device"):
        Loudspeaker(lambda frames: bytes(2 * frames), ("WEBAUDIO",))


def test_a_backend_that_nobody_knows_is_said_in_one_line() -> None:
    with pytest.raises(DeviceError, match=r"^there is no sound backend 'ALAS'; there are .*ALSA") as refused:
        Loudspeaker(lambda frames: bytes(2 * frames), ("ALAS",))
    assert "\n" not in str(refused.value)


def test_a_device_can_be_closed_twice() -> None:
    speaker = Loudspeaker(lambda frames: bytes(2 * frames), ("NULL",))
    assert speaker.name == "Null"
    assert speaker.trouble() == ""
    speaker.close()
    speaker.close()
