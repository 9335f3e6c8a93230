"""The whole runtime: ordered start, reverse stop, what is true after each."""

import asyncio
import logging
from pathlib import Path

import pytest

from tests.support.waiting import until
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmState
from vmshmi.core.errors import StartError
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.runtime.supervision import device_tag

P = TagId("me_p.lo_press")
S = TagId("sim.level")


def a_ship(port: int = 9) -> Project:
    """A simulated device, and a Modbus device where nobody listens (port 9, discard, on loopback)."""
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Test"},
            "devices": [
                {"id": "sim", "driver": "simulator", "tick_s": 0.05},
                {
                    "id": "plc1",
                    "driver": "modbus_tcp",
                    "host": "127.0.0.1",
                    "port": port,
                    "poll_s": 0.05,
                    "timeout_s": 0.1,
                    "stale_after_s": 0.5,
                },
            ],
            "tags": [
                {"id": P, "unit": "bar", "source": {"device": "plc1", "table": "holding", "address": 0}},
                {"id": S, "unit": "%", "range_normal_min": 10, "range_normal_max": 90, "source": {"device": "sim"}},
                {"id": "set.point", "initial": 5.0},
            ],
        }
    )


async def test_values_come_and_an_absent_device_is_bad_on_its_own_tags_with_one_alarm() -> None:
    runtime = build_runtime(a_ship())
    assert runtime.store.get(TagId("set.point")).value == 5.0
    await runtime.start()
    try:
        await until(lambda: runtime.store.get(S).quality.is_good)
        await until(lambda: runtime.store.get(P).quality is Quality.BAD_NO_COMMUNICATION)
        await until(lambda: len(runtime.alarms.standing()) == 1)
        (lost,) = runtime.alarms.standing()
        assert (lost.id, lost.state) == ("system.device.plc1.lost", AlarmState.ACTIVE)
        assert runtime.store.get(device_tag("sim")).value is True
        assert runtime.store.get(S).quality.is_good
        health = runtime.health()
        assert health.status == "degraded"
        assert any("plc1" in line for line in health.messages)
        assert (health.alarms_standing, health.alarms_unanswered) == (1, 1)
    finally:
        await runtime.stop()


async def test_stopping_says_so_on_every_tag_of_a_device_and_in_history(tmp_path: Path) -> None:
    runtime = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
    await runtime.start()
    await until(lambda: runtime.store.get(S).quality.is_good)
    await runtime.stop()
    await runtime.stop()
    assert runtime.store.get(S).quality is Quality.BAD_OUT_OF_SERVICE
    again = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
    await again.start()
    try:
        rows = again.historian.query(S)
        assert any(row.quality is Quality.BAD_OUT_OF_SERVICE and row.value is None for row in rows)
        kinds = [transition.kind.value for transition in await again.alarm_history()]
        assert kinds.count("started") == 2
        assert kinds.count("stopped") == 1
    finally:
        await again.stop()


async def test_a_second_runtime_on_the_folder_is_refused_and_leaves_the_first_alone(tmp_path: Path) -> None:
    first = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
    await first.start()
    try:
        second = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
        with pytest.raises(StartError, match="in use by another vmshmi runtime"):
            await second.start()
        await until(lambda: first.store.get(S).quality.is_good)
    finally:
        await first.stop()


async def test_when_the_last_stage_fails_the_stages_before_it_are_stopped(tmp_path: Path) -> None:
    first = build_runtime(a_ship(), RuntimeOptions(api_port=0))
    await first.start()
    try:
        assert first.api is not None
        second = build_runtime(a_ship(), RuntimeOptions(database=tmp_path, api_port=first.api.port))
        with pytest.raises(StartError, match=str(first.api.port)):
            await second.start()
        third = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
        await third.start()
        await third.stop()
    finally:
        await first.stop()


async def test_a_stage_that_hangs_is_named_and_the_others_are_still_stopped(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    runtime = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
    await runtime.start()
    whole_stop = runtime.alarms.stop

    async def hang() -> None:
        await asyncio.Event().wait()

    runtime.stages.running = [  # the stage was taken at start: put the hanging one in its place
        stage if stage.name != "alarms" else type(stage)(stage.name, stage.start, hang, 0.01)
        for stage in runtime.stages.running
    ]
    with caplog.at_level(logging.ERROR):
        await runtime.stop()
    assert "alarms did not stop within 0.01 s" in caplog.text
    await whole_stop()
    again: RuntimeApp = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
    await again.start()
    await again.stop()


async def test_a_stage_that_does_not_start_in_its_time_is_named_and_the_rest_is_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runtime = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))

    async def hang() -> None:
        await asyncio.Event().wait()

    start_historian = runtime.historian.start

    async def historian_in_any_time() -> None:
        await start_historian()
        runtime.stages.start_budget_s = 0.5

    monkeypatch.setattr(runtime.historian, "start", historian_in_any_time)
    monkeypatch.setattr(runtime.alarms, "start", hang)
    with pytest.raises(StartError, match=r"alarms: did not start within 0\.5 s"):
        await runtime.start()
    again = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
    await again.start()
    await again.stop()


async def test_the_initial_value_of_a_tag_without_a_source_is_in_history(tmp_path: Path) -> None:
    runtime = build_runtime(a_ship(), RuntimeOptions(database=tmp_path))
    await runtime.start()
    try:
        assert [row.value for row in runtime.historian.query("set.point")] == [5.0]
    finally:
        await runtime.stop()
