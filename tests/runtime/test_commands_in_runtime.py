"""A runtime tells when commands cannot be written down, and names those whose outcome nobody knows."""

from pathlib import Path

from tests.support.builders import NOON
from tests.support.waiting import until
from vmshmi.config.loader import parse_project
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.values import TagId
from vmshmi.runtime.access import Claim
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.runtime.storage.audit_log import FILE, add_entry

PROJECT = parse_project(
    {
        "vmsproj": 1,
        "vessel": {"name": "MV Aurora"},
        "devices": [{"id": "sim", "driver": "simulator", "tick_s": 0.05}],
        "tags": [{"id": "set", "writable": True, "source": {"device": "sim", "signal": "constant"}}],
    }
)


def stands(runtime: RuntimeApp, alarm_id: str) -> bool:
    return alarm_id in [record.id for record in runtime.alarms.standing()]


async def test_a_command_that_a_crash_left_open_is_a_caution_that_names_it(tmp_path: Path) -> None:
    add_entry(tmp_path, AuditEntry(AuditKind.INTENT, NOON, "Chief", "ecr", "c1", "set", 1.0, 2.0))
    runtime = build_runtime(PROJECT, RuntimeOptions(database=tmp_path))
    await runtime.start()
    try:
        await until(lambda: stands(runtime, "system.commands.lost"))
        assert "nobody knows what became of set to 2.0 by Chief, 2026-11-22T12:00:00.000Z" in runtime.health().messages
    finally:
        await runtime.stop()
    again = build_runtime(PROJECT, RuntimeOptions(database=tmp_path))
    await again.start()
    try:
        await until(lambda: again.store.get(TagId("system.commands.lost")).value == 0)
        assert not [line for line in again.health().messages if "nobody knows" in line]
    finally:
        await again.stop()


async def test_a_log_that_cannot_be_written_is_an_alarm_and_ends_by_itself(tmp_path: Path) -> None:
    runtime = build_runtime(PROJECT, RuntimeOptions(database=tmp_path))
    await runtime.start()
    try:
        (tmp_path / FILE).rename(tmp_path / "away")
        report = await runtime.commands.write(TagId("set"), 7.0, Claim("Chief", here=True), None)
        assert report.reason == "audit"
        assert runtime.store.get(TagId("set")).value != 7.0
        await until(lambda: stands(runtime, "system.audit.failed"))
        assert any("audit log" in line for line in runtime.health().messages)
        (tmp_path / "away").rename(tmp_path / FILE)
        await until(lambda: runtime.store.get(TagId("system.audit.ok")).value == 1)
        await until(lambda: any(entry.result == "refused" for entry in runtime.audit._owed) is False)
        assert [entry.result for entry in await runtime.audit.entries()] == ["refused"]
    finally:
        await runtime.stop()
