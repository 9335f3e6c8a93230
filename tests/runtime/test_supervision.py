"""The runtime's own state becomes tags, and its alarms have an advice."""

from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import Priority
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.health import HistorianStats
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.supervision import Observed, Supervision, device_tag, system_alarms, system_tags
from vmshmi.runtime.tag_store import TagStore


class Watched:
    """A runtime whose parts are told what to say."""

    def __init__(self, folder: Path | None = None) -> None:
        self.device = DeviceStatus("plc1", "modbus_tcp", DeviceState.CONNECTING)
        self.historian = HistorianStats(state="running")
        self.journal_error: str | None = None
        self.clock = FakeClock()
        self.store = TagStore(self.clock)
        self.store.register_many(system_tags(["plc1"]))
        observed = Observed(lambda: [self.device], lambda: self.historian, lambda: self.journal_error, folder)
        self.supervision = Supervision(self.store, observed, {"plc1": 3.0}, self.clock)

    def value(self, tag_id: str) -> object:
        self.supervision.observe()
        return self.store.get(TagId(tag_id)).value


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        (DeviceState.ONLINE, True),
        (DeviceState.DEGRADED, True),
        (DeviceState.BACKOFF, False),
        (DeviceState.FAULTED, False),
        (DeviceState.CONNECTING, None),
        (DeviceState.STOPPED, None),
    ],
)
def test_a_devices_state_says_whether_it_answers(state: DeviceState, answers: bool | None) -> None:
    watched = Watched()
    watched.device = DeviceStatus("plc1", "modbus_tcp", state)
    assert watched.value("system.device.plc1.online") is answers


def test_a_device_that_never_answers_is_lost_after_its_time() -> None:
    watched = Watched()
    assert watched.value(device_tag("plc1")) is None
    assert watched.store.get(device_tag("plc1")).quality is Quality.BAD_WAITING_FOR_INITIAL_DATA
    watched.clock.advance(3.1)
    assert watched.value(device_tag("plc1")) is False


def test_lost_history_rows_are_told_for_a_minute() -> None:
    watched = Watched()
    assert watched.value("system.historian.ok") is True
    watched.historian = HistorianStats(state="running", dropped=5)
    assert watched.value("system.historian.ok") is False
    watched.clock.advance(59)
    assert watched.value("system.historian.ok") is False
    watched.clock.advance(2)
    assert watched.value("system.historian.ok") is True


def test_a_failing_historian_and_a_failing_journal_are_told() -> None:
    watched = Watched()
    watched.historian = HistorianStats(state="failing", last_error="No space left on device")
    watched.journal_error = "disk I/O error"
    assert watched.value("system.historian.ok") is False
    assert watched.value("system.journal.ok") is False
    assert watched.supervision.messages == (
        "historian: No space left on device",
        "alarm journal: disk I/O error",
    )


def test_a_dead_task_is_counted_and_named() -> None:
    watched = Watched()
    assert watched.value("system.tasks.dead") == 0
    watched.supervision.task_died("staleness", RuntimeError("broken"))
    assert watched.value("system.tasks.dead") == 1
    assert watched.supervision.messages == ("stopped: staleness: RuntimeError: broken",)


def test_free_space_is_measured_where_a_folder_is_kept(tmp_path: Path) -> None:
    free = Watched(tmp_path).value("system.disk.free")
    assert isinstance(free, float)
    assert 0 < free <= 100
    assert Watched(tmp_path / "gone").value("system.disk.free") is None


def test_every_system_alarm_watches_a_system_tag_and_has_an_advice() -> None:
    tags = {tag.id for tag in system_tags(["plc1", "plc2"])}
    alarms = system_alarms(["plc1", "plc2"])
    assert {alarm.tag for alarm in alarms} == tags
    for alarm in alarms:
        assert alarm.message
        assert alarm.cause
        assert alarm.consequence
        assert alarm.action
    lost = [alarm for alarm in alarms if alarm.id.startswith("system.device.")]
    assert [alarm.priority for alarm in lost] == [Priority.ALARM, Priority.ALARM]
