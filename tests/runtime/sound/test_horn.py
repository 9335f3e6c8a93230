"""From what is announced to what is played: the priority an alarm has now, and every reason to be still."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, Priority, Suppression, TransitionKind
from vmshmi.core.alarms.sounds import Signal
from vmshmi.runtime.sound.horn import Horn
from vmshmi.runtime.sound.player import SoundOptions, SoundPlayer

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WARNING = AlarmRecord("low", occurrence=1, active=True, acknowledged=False, raised_at=NOON)


class Bridge:
    """A horn with a player that no device asks."""

    def __init__(self) -> None:
        definitions = {
            "low": an_alarm("low", priority=Priority.WARNING),
            "hot": an_alarm("hot", priority=Priority.ALARM),
        }
        clock = FakeClock()
        self.player = SoundPlayer(SoundOptions("bridge"), clock)
        self.horn = Horn(lambda: definitions, self.player, clock)

    def told(self, *records: AlarmRecord) -> Signal | None:
        """What is heard after these were announced."""
        self.horn.on_transitions([AlarmTransition(TransitionKind.RAISED, NOON, record) for record in records])
        key = self.player.key_now()
        return None if key is None else key[0]


def test_a_warning_that_was_left_unanswered_sounds_as_an_alarm() -> None:
    bridge = Bridge()
    assert bridge.told(WARNING) is Signal.WARNING
    assert bridge.told(replace(WARNING, occurrence=2, escalations=1)) is Signal.ALARM


@pytest.mark.parametrize(
    "quiet",
    [
        replace(WARNING, acknowledged=True),
        replace(WARNING, silenced_until=NOON),
        replace(WARNING, suppression=Suppression.SHELVED),
    ],
)
def test_what_is_answered_silenced_or_not_announced_is_not_heard(quiet: AlarmRecord) -> None:
    bridge = Bridge()
    assert bridge.told(WARNING) is Signal.WARNING
    assert bridge.told(quiet) is None


def test_what_returned_to_normal_unanswered_is_still_heard() -> None:
    assert Bridge().told(replace(WARNING, active=False)) is Signal.WARNING


def test_the_end_of_the_highest_lets_the_next_be_heard() -> None:
    bridge = Bridge()
    hot = replace(WARNING, id="hot")
    assert bridge.told(WARNING, hot) is Signal.ALARM
    assert bridge.told(replace(hot, acknowledged=True)) is Signal.WARNING


def test_an_alarm_that_is_not_defined_is_passed_over() -> None:
    assert Bridge().told(replace(WARNING, id="gone")) is None


def test_a_new_beginning_forgets_what_was_known_before() -> None:
    bridge = Bridge()
    bridge.told(WARNING)
    bridge.horn.begin([])
    assert bridge.told() is None
