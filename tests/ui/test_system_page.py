"""The system page: devices, runtime, historian, told honestly."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.support.ui_window import Stage, a_window, settle, touch
from vmshmi.core.alarms.model import Priority
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.errors import CommandRefused
from vmshmi.ui.pages.system import SystemPage


def _page(stage: Stage) -> SystemPage:
    page = stage.window.page("system")
    assert isinstance(page, SystemPage)
    return page


def _health(stage: Stage) -> dict[str, str]:
    return {field.name: field.value for field in _page(stage).health.fields if field.name}


async def test_a_lost_device_is_named_with_its_error() -> None:
    with a_window(page="system") as stage:
        stage.runtime.system.device_list = [
            DeviceStatus("plc1", "modbus_tcp", DeviceState.ONLINE, "10.0.0.5:502", 12, stage.clock.now(), "", 2.4),
            DeviceStatus(
                "plc2",
                "modbus_tcp",
                DeviceState.BACKOFF,
                "10.0.0.6:502",
                7,
                None,
                "connection refused",
                None,
                (("timeouts", 17), ("connect_failures", 3)),
            ),
        ]
        stage.window.tick()
        page = _page(stage)
        assert [page.devices.row_text(row) for row in range(2)] == ["plc1 Online ", "plc2 LOST connection refused"]


async def test_health_is_shown_and_old_values_are_said_to_be_old() -> None:
    with a_window(page="system") as stage:
        fields = _health(stage)
        assert fields["Connection"] == "connected"
        assert (fields["All"], fields["Good"], fields["Bad"]) == ("6", "4", "2")
        assert fields["State"] == "running"
        stage.runtime.system.is_connected = False
        stage.window.tick()
        assert _health(stage)["Connection"].startswith("NOT CONNECTED")


async def test_what_history_takes_and_how_long_the_disk_will_do_is_shown() -> None:
    with a_window(page="system") as stage:
        assert "Days left" not in _health(stage)
        health = stage.runtime.system.health()
        assert health is not None
        historian = replace(
            health.historian, disk_bytes=1_234_000_000, oldest_day=datetime(2026, 11, 1, tzinfo=UTC), days_kept=21,
            days_left=1234.4, shortage="2 % are free",
        )  # fmt: skip
        stage.runtime.system.health = lambda: replace(health, historian=historian)
        stage.window.tick()
        fields = _health(stage)
        names = ("On disk", "Oldest day", "Days kept", "Days left", "Short of space")
        assert [fields[name] for name in names] == ["1.23 GB", "2026-11-01", "21", "1,234", "2 % are free"]


async def test_a_runtime_that_has_not_reported_yet_is_said_so() -> None:
    with a_window(page="tags") as stage:
        stage.runtime.system.health = lambda: None
        stage.window.show_page("system")
        assert any("has not reported" in field.value for field in _page(stage).health.fields)


async def test_a_touch_tests_the_alarms_of_a_priority_in_the_name_of_the_person_here() -> None:
    with a_window(page="system") as stage:
        buttons = [stage.child(f"test {priority.value}") for priority in Priority]
        assert all(button.height() == 56 for button in buttons)
        for button in buttons:
            await touch(button)
            await settle()
        session = stage.window.context.session
        assert session.user
        assert stage.runtime.alarms.tested == [(priority, session.user, "ecr") for priority in Priority]


async def test_a_test_that_is_refused_says_why() -> None:
    with a_window(page="system") as stage:
        stage.runtime.alarms.refuse_next = CommandRefused("not_running", "the alarm system is not running")
        await touch(stage.child("test alarm"))
        await settle()
        assert stage.runtime.alarms.tested == []
        assert "is not running" in stage.window._nav.notice
        assert stage.child("test alarm").isEnabled()
