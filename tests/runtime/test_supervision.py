"""The runtime's own state becomes tags, and its alarms have an advice."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alarm_engine import running
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import Priority
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.health import HistorianStats
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.supervision import Observed, Supervision, device_tag, system_alarms, system_tags
from vmshmi.runtime.supervision.stations import FORGET_S, StationSounds
from vmshmi.runtime.supervision.tags import StationSound
from vmshmi.runtime.tag_store import TagStore


class Watched:
    """A runtime whose parts are told what to say."""

    def __init__(self, folder: Path | None = None) -> None:
        self.device = DeviceStatus("plc1", "modbus_tcp", DeviceState.CONNECTING)
        self.historian = HistorianStats(state="running")
        self.journal_error: str | None = None
        self.scan_age = 0.0
        self.queues: dict[str, float] = {}
        self.jumps: list[float] = []
        self.clock = FakeClock()
        self.store = TagStore(self.clock)
        self.store.register_many(system_tags(["plc1"], ["ecr"]))
        self.stations = StationSounds(["ecr"], self.clock)
        observed = Observed(
            lambda: [self.device],
            lambda: self.historian,
            lambda: self.journal_error,
            folder,
            scan_age_s=lambda: self.scan_age,
            queues=lambda: self.queues,
            clock_jumped=self.jumps.append,
        )
        self.supervision = Supervision(self.store, observed, {"plc1": 3.0}, self.clock, self.stations)

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
    tags = {tag.id for tag in system_tags(["plc1", "plc2"], ["ecr"])}
    alarms = system_alarms(["plc1", "plc2"], ["ecr"])
    assert {alarm.tag for alarm in alarms} == tags
    for alarm in alarms:
        assert alarm.message
        assert alarm.cause
        assert alarm.consequence
        assert alarm.action
    lost = [alarm for alarm in alarms if alarm.id.startswith("system.device.")]
    assert [alarm.priority for alarm in lost] == [Priority.ALARM, Priority.ALARM]


def test_a_scan_that_stops_ages() -> None:
    watched = Watched()
    watched.scan_age = 0.05
    assert watched.value("system.scan.age") == 0.1
    watched.scan_age = 7.0
    assert watched.value("system.scan.age") == 7.0


def test_the_fullest_queue_is_told_and_one_that_is_nearly_full_is_named() -> None:
    watched = Watched()
    assert watched.value("system.queue.fill") == 0
    watched.queues = {"history": 12.0, "alarm journal": 91.0}
    assert watched.value("system.queue.fill") == 91.0
    assert watched.supervision.messages == ("queue alarm journal is 91 % full",)


def test_history_that_cannot_be_read_is_told() -> None:
    watched = Watched()
    assert watched.value("system.historian.kept") is True
    watched.historian = HistorianStats(state="running", last_error="x", damage="journal set aside")
    assert watched.value("system.historian.kept") is False


def test_samples_that_are_about_to_be_dropped_are_told() -> None:
    watched = Watched()
    assert watched.value("system.historian.room") is True
    watched.historian = HistorianStats(state="running", shortage="2 % of the disk are free, 5 % must be")
    assert watched.value("system.historian.room") is False
    assert watched.supervision.messages == (
        "historian: the oldest samples are dropped: 2 % of the disk are free, 5 % must be",
    )


@pytest.mark.parametrize("by_s", [3600.0, -3600.0, 1.5, -1.5])
def test_a_clock_that_was_set_is_told_once_and_for_a_minute(by_s: float) -> None:
    watched = Watched()
    assert watched.value("system.clock.jump") == 0
    watched.clock.advance(0.25)
    watched.clock.step_wall(by_s)
    assert watched.value("system.clock.jump") == by_s
    watched.clock.advance(59)
    assert watched.value("system.clock.jump") == by_s
    watched.clock.advance(1.1)
    assert watched.value("system.clock.jump") == 0
    assert watched.jumps == [by_s]


@given(st.lists(st.floats(0.0, 30.0), max_size=20))
def test_time_that_passes_is_no_jump_however_late_it_is_looked_at(pauses: list[float]) -> None:
    watched = Watched()
    for pause in pauses:
        watched.clock.advance(pause)
        assert watched.value("system.clock.jump") == 0
    assert watched.jumps == []


def test_a_clock_that_is_drawn_to_the_right_time_in_small_steps_is_no_jump() -> None:
    watched = Watched()
    for _ in range(100):
        watched.clock.advance(0.25)
        watched.clock.step_wall(0.5)
        assert watched.value("system.clock.jump") == 0


async def test_a_loop_that_wakes_late_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    lates = iter([0.0, 1.6, 0.2])

    async def sleep(seconds: float) -> None:
        late = next(lates, None)
        if late is None:
            raise asyncio.CancelledError
        watched.clock.advance(seconds + late)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await watched.supervision.measure_lag()
    assert watched.supervision.lag_ms == pytest.approx(200)
    assert watched.value("system.loop.lag") == 1600.0


@pytest.mark.parametrize("word", StationSound)
def test_a_station_is_what_it_says_until_it_says_nothing_any_more(word: StationSound) -> None:
    watched = Watched()
    assert watched.value("system.station.ecr.sound") == StationSound.NOT_HERE
    watched.stations.tell("ecr", word, "no sound device")
    assert watched.value("system.station.ecr.sound") == word
    watched.clock.advance(FORGET_S)
    assert watched.value("system.station.ecr.sound") == StationSound.NOT_HERE


def test_a_silent_station_is_named_with_its_reason() -> None:
    watched = Watched()
    watched.stations.tell("ecr", StationSound.SILENT, "no sound device")
    assert watched.supervision.messages == ("station ecr is silent: no sound device",)
    with pytest.raises(KeyError):
        watched.stations.tell("attic", StationSound.PLAYS)


@pytest.mark.parametrize(
    ("alarm_id", "bad", "delay_s", "good"),
    [
        ("system.loop.slow", 1600.0, 2.0, 400.0),
        ("system.disk.low", 4.0, 5.0, 7.0),
        ("system.queue.full", 90.0, 2.0, 50.0),
        ("system.scan.stopped", 3.0, 0.0, 0.1),
        ("system.historian.failed", 0, 0.0, 1),
        ("system.historian.lost", 0, 0.0, 1),
        ("system.historian.space", 0, 0.0, 1),
        ("system.journal.failed", 0, 0.0, 1),
        ("system.journal.lost", 0, 0.0, 1),
        ("system.tasks.failed", 1, 0.0, 0),
        ("system.clock.jumped", -3600.0, 0.0, 0.0),
        ("system.station.ecr.silent", StationSound.SILENT, 1.0, StationSound.PLAYS),
        ("system.station.ecr.silent", StationSound.SILENT, 1.0, StationSound.NOT_HERE),
        ("system.device.plc1.lost", 0, 0.0, 1),
    ],
)
async def test_what_is_wrong_is_raised_and_what_is_well_again_ends_it(
    alarm_id: str, bad: float, delay_s: float, good: float
) -> None:
    (definition,) = [alarm for alarm in system_alarms(["plc1"], ["ecr"]) if alarm.id == alarm_id]
    async with running(definition) as rig:
        await rig.feed(rig.sample(definition.tag, good))
        told = await rig.feed(rig.sample(definition.tag, bad))
        if delay_s:
            assert told == []
            assert await rig.wait(delay_s - 0.1) == []
            told = await rig.wait(0.2)
        assert told == [f"raised {alarm_id}"]
        ended = "cleared" if definition.priority is Priority.CAUTION else "rectified"
        assert await rig.feed(rig.sample(definition.tag, good)) == [f"{ended} {alarm_id}"]
