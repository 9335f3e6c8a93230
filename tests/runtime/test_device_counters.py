"""What a device counts is a tag: in the store, in history, and an alarm may watch it."""

import math

from tests.support.fake_clock import FakeClock
from vmshmi.config.loader import parse_project
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.recording import Recorder
from vmshmi.core.tags import TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.runtime_app import build_runtime
from vmshmi.runtime.supervision.device_counters import RECORDING, DeviceCounters, counter_tags
from vmshmi.runtime.tag_store import TagStore

PROJECT = {
    "vmsproj": 1,
    "vessel": {"name": "MV Aurora"},
    "devices": [
        {"id": "plc1", "driver": "modbus_tcp", "host": "127.0.0.1", "port": 1},
        {"id": "sim", "driver": "simulator", "tick_s": 0.05},
    ],
    "tags": [{"id": "t", "source": {"device": "sim"}}],
    "alarms": [
        {"id": "plc1.timeouts", "tag": "system.device.plc1.timeouts", "operator": ">", "limit": 100, "measure": "rate"}
    ],
}


async def test_every_counter_of_every_device_is_a_tag() -> None:
    runtime = build_runtime(parse_project(PROJECT))
    known = runtime.store.definitions()
    for device in runtime.devices():
        assert device.counters
        for name, _ in device.counters:
            tag = known[TagId(f"system.device.{device.id}.{name}")]
            assert tag.kind is TagKind.COUNTER
            assert tag.device == ""
    assert known[TagId("system.device.plc1.round_trip")].unit == "ms"
    assert "system.device.sim.round_trip" not in known


async def test_they_are_written_and_reach_history() -> None:
    runtime = build_runtime(parse_project(PROJECT))
    await runtime.start()
    try:
        runtime._counters.look()
        samples = dict(next(device for device in runtime.devices() if device.id == "sim").counters)
        value = runtime.store.get(TagId("system.device.sim.samples"))
        assert value.quality is Quality.GOOD
        assert 0 < value.value <= samples["samples"]  # type: ignore[operator]
        assert runtime.store.get(TagId("system.device.plc1.round_trip")).value is None
        series = await runtime.historian.read(HistoryQuery(TagId("system.device.sim.samples")))
        assert [value for value in series.values if not math.isnan(value)]
    finally:
        await runtime.stop()


def test_a_busy_counter_is_few_rows() -> None:
    clock, recorder, rows = FakeClock(), Recorder(RECORDING), 0
    for count in range(360):  # an hour
        rows += len(recorder.take(TagValue(count, Quality.GOOD, clock.now())))
        clock.advance(10)
    assert rows == 12


def test_a_counter_that_comes_later_is_passed_over() -> None:
    clock = FakeClock()
    store = TagStore(clock)
    status = [DeviceStatus("a", "fake", counters=(("requests", 1), ("bytes_sent", 12)), round_trip_ms=2.5)]
    store.register_many(counter_tags(status))
    counters = DeviceCounters(store, lambda: status, clock)
    status[0] = DeviceStatus("a", "fake", counters=(("requests", 2), ("surprises", 9)), round_trip_ms=2.5)
    counters.look()
    assert store.get(TagId("system.device.a.requests")).value == 2
    assert store.get(TagId("system.device.a.round_trip")).value == 2.5
