"""The alarm engine in its place: between the store and the drivers of a whole runtime."""

import asyncio
from pathlib import Path

from vmshmi.config.loader import parse_project
from vmshmi.core.alarms.model import Suppression
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

PROJECT = {
    "vmsproj": 1,
    "vessel": {"name": "MV Aurora"},
    "devices": [],
    "tags": [
        {"id": "vessel.mode", "kind": "enum", "states": {"0": "harbour", "1": "sea"}, "initial": 0},
        {"id": "me_p.lo_press", "unit": "bar"},
        {"id": "bilge.level", "unit": "m"},
    ],
    "alarms": [
        {
            "id": "low", "tag": "me_p.lo_press", "operator": "<", "limit": 2.5,
            "enable_when": "vessel.mode == 1", "message": "Port ME lube oil pressure low",
        },
        {"id": "bilge", "tag": "bilge.level", "operator": ">", "limit": 0.3, "priority": "alarm", "message": "Bilge"},
    ],
}  # fmt: skip


def write(runtime: RuntimeApp, tag: str, value: float) -> None:
    runtime.store.update(TagId(tag), TagValue(value, Quality.GOOD, SystemClock().now(), value))


async def test_an_initial_value_that_nobody_ever_writes_again_enables_and_suppresses() -> None:
    runtime = build_runtime(parse_project(PROJECT))
    await runtime.start()
    try:
        await runtime.alarms.announced()
        assert runtime.alarms.record("low").suppression is Suppression.SUPPRESSED_BY_DESIGN
        write(runtime, "me_p.lo_press", 0.0)
        write(runtime, "vessel.mode", 1)
        await runtime.alarms.announced()
        assert runtime.alarms.record("low").active
    finally:
        await runtime.stop()


async def test_from_the_store_to_the_journal_and_back_after_a_restart(tmp_path: Path) -> None:
    first = build_runtime(parse_project(PROJECT), RuntimeOptions(database=tmp_path))
    await first.start()
    write(first, "bilge.level", 0.5)
    await first.alarms.announced()
    record = await first.alarms.ack("bilge", "chief", station="ecr")
    await first.stop()

    second = build_runtime(parse_project(PROJECT), RuntimeOptions(database=tmp_path))
    await second.start()
    try:
        back = second.alarms.record("bilge")
        assert (back.occurrence, back.acked_by, back.acked_station, back.held) == (
            record.occurrence, "chief", "ecr", True,
        )  # fmt: skip
        write(second, "bilge.level", 0.1)
        await second.alarms.announced()
        assert second.alarms.record("bilge").stands is False
        rows = [row.kind.value for row in await second.alarm_history() if row.record.id in ("", "bilge")]
        assert rows[::-1] == [
            "started", "raised", "acknowledged", "stopped", "started", "restored", "released", "cleared",
        ]  # fmt: skip
    finally:
        await second.stop()


async def test_the_engines_task_that_dies_is_told_to_the_supervision() -> None:
    runtime = build_runtime(parse_project(PROJECT))
    await runtime.start()
    try:

        def broken() -> None:
            raise RuntimeError("a bug")

        runtime.alarms.tick = broken
        async with asyncio.timeout(20):
            while not any("alarm scan" in line for line in runtime.health().messages):  # noqa: ASYNC110 - a task dies
                await asyncio.sleep(0.01)
    finally:
        await runtime.stop()
