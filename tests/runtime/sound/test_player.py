"""The player keeps a device open, and sounds the alarm by itself when nobody tells it anything any more."""

import logging
import sys

import pytest

from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.sounds import Signal, Sounding
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.sound.player import LOOP_SILENT_S, RETRY_S, STALLED_S, SoundOptions, SoundPlayer, SoundState

ALARM = Sounding(Signal.ALARM, 1.0)


class Machine:
    """A computer whose sound device can be taken away, and the player on it, looked at by hand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.missing = ""
        self.trouble_now = ""
        self.opened = 0
        self.closed = 0
        self.player = SoundPlayer(SoundOptions("ecr"), self.clock, self.open)

    name = "test"

    def open(self, _render: object) -> "Machine":
        if self.missing:
            raise DeviceError(self.missing)
        self.opened += 1
        return self

    def trouble(self) -> str:
        return self.trouble_now

    def close(self) -> None:
        self.closed += 1

    def run(self, seconds: float, *, takes: bool = True) -> SoundState:
        """Let time pass; a device that is well takes a block in each quarter of a second."""
        for _ in range(round(seconds * 4)):
            self.clock.advance(0.25)
            self.player.alive()
            if takes:
                self.player.render(1440)
            self.player.look()
        return self.player.state


def test_what_is_wanted_is_played_from_the_next_block_on() -> None:
    machine = Machine()
    machine.run(1)
    assert not any(machine.player.render(480))
    machine.player.play(ALARM)
    assert any(machine.player.render(480))
    machine.player.play(Sounding())
    machine.player.render(480)
    assert not any(machine.player.render(480))


def test_a_loop_that_says_nothing_for_five_seconds_is_an_alarm() -> None:
    machine = Machine()
    machine.player.play(Sounding())
    machine.clock.advance(LOOP_SILENT_S - 0.01)
    assert machine.player.key_now() is None
    machine.clock.advance(0.02)
    key = machine.player.key_now()
    assert key is not None
    assert key[0] is Signal.ALARM
    machine.clock.advance(3)
    assert machine.player.key_now() == key  # the figure goes on and does not begin anew with each block
    machine.player.alive()
    assert machine.player.key_now() is None


def test_a_person_can_silence_the_alarm_of_a_dead_loop_for_a_while() -> None:
    machine = Machine()
    machine.clock.advance(LOOP_SILENT_S + 1)
    machine.player.hush(30)
    assert machine.player.key_now() is None
    machine.clock.advance(29)
    assert machine.player.key_now() is None
    machine.clock.advance(1.1)
    assert machine.player.key_now() is not None


def test_a_silence_takes_nothing_from_what_a_living_loop_wants() -> None:
    machine = Machine()
    machine.player.play(ALARM)
    machine.player.hush(30)
    assert machine.player.key_now() == (Signal.ALARM, 1.0)


def test_nothing_is_said_of_a_device_until_it_has_taken_samples() -> None:
    machine = Machine()
    machine.player.look()
    assert machine.player.state == SoundState()
    assert machine.run(1) == SoundState(True)


def test_a_missing_device_is_told_once_and_found_when_it_is_there(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    machine.missing = "no sound device can be opened"
    with caplog.at_level(logging.INFO):
        assert machine.run(60) == SoundState(False, "no sound device can be opened")
        machine.missing = ""
        assert machine.run(RETRY_S + 1) == SoundState(True)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "no sound at this station: no sound device can be opened" in caplog.text


def test_a_device_that_takes_no_more_samples_is_given_back_and_opened_anew() -> None:
    machine = Machine()
    machine.run(2)
    state = machine.run(STALLED_S + 0.5, takes=False)
    assert state == SoundState(False, "the sound device does not take samples any more")
    assert machine.closed == 1
    assert machine.run(2) == SoundState(True)
    assert machine.opened == 2


def test_a_device_that_opens_and_takes_nothing_does_not_count_as_well() -> None:
    machine = Machine()
    machine.run(2)
    assert machine.run(60, takes=False).ok is False
    assert machine.opened > 5
    assert machine.closed in (machine.opened, machine.opened - 1)


def test_a_sound_server_without_a_card_is_silent_although_it_takes_samples() -> None:
    machine = Machine()
    machine.run(2)
    machine.trouble_now = "the sound server has no sound card"
    assert machine.run(3) == SoundState(False, "the sound server has no sound card")
    machine.trouble_now = ""
    assert machine.run(3) == SoundState(True)
    assert machine.opened == 1


def test_a_library_that_does_not_load_is_a_missing_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "vmshmi.runtime.sound.loudspeaker", raising=False)
    monkeypatch.setitem(sys.modules, "miniaudio", None)  # Python's own way to say that it cannot be imported
    player = SoundPlayer(SoundOptions("ecr"), FakeClock())
    player.look()
    assert player.state.ok is False
    assert "the sound library cannot be loaded" in player.state.why


def test_a_mistake_of_ours_in_the_players_thread_is_told_as_silence(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_render: object) -> Machine:
        raise RuntimeError("planted")

    player = SoundPlayer(SoundOptions("ecr"), FakeClock(), broken)
    player.start()
    player.stop()
    assert player.state == SoundState(False, "the sound player has died: planted")
    assert "planted" in caplog.text
