"""The page of one device: values raw and engineering, what it says, whether it answers."""

from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.support.ui_alarms import Gate
from tests.support.ui_ship import a_ship
from tests.support.ui_window import Stage, a_window, settle, touch
from vmshmi.config.devices import ModbusSource, ModbusTcpDevice
from vmshmi.core.devices import DeviceState, DeviceStatus, MonitorLine, MonitorRow
from vmshmi.core.errors import CommandRefused, DeviceError
from vmshmi.ui.pages.device import DevicePage, View
from vmshmi.ui.pages.system import SystemPage

USUAL = a_ship()
SHIP = USUAL.model_copy(
    update={
        "devices": (
            ModbusTcpDevice(id="plc1", driver="modbus_tcp", host="10.0.0.5"),
            ModbusTcpDevice(id="plc2", driver="modbus_tcp", host="10.0.0.6"),
        ),
        "tags": tuple(
            tag.model_copy(update={"source": ModbusSource(device=device, table="holding", address=7, scale=0.1)})
            for tag, device in zip(USUAL.tags, ["plc1"] * 5 + ["plc2"], strict=True)
        ),
    }
)


def page_of(stage: Stage) -> DevicePage:
    page = stage.window.page("device")
    assert isinstance(page, DevicePage)
    return page


def a_row(stage: Stage, key: str, raw: str = "", meaning: str = "", count: int = 1) -> MonitorRow:
    now = stage.clock.now()
    return MonitorRow(MonitorLine(now, key, raw, meaning), count, now - timedelta(seconds=10))


def device_of(stage: Stage) -> str:
    return stage.project.devices[0].id


def words(page: DevicePage) -> str:
    return " ".join(f"{field.name} {field.value}" for field in page.fields.fields)


async def test_touching_a_device_opens_its_page_with_state_counters_and_error() -> None:
    with a_window(page="system", ship=SHIP) as stage:
        device = device_of(stage)
        stage.runtime.system.device_list = [
            DeviceStatus(
                device, "modbus_tcp", DeviceState.BACKOFF, "10.0.0.6:502", 7, None, "connection refused", 12.5,
                (("timeouts", 17), ("connect_failures", 3)),
            )
        ]  # fmt: skip
        stage.window.tick()
        system = stage.window.page("system")
        assert isinstance(system, SystemPage)
        await touch(system.devices.rows.viewport(), QPoint(200, 20))
        assert stage.window.page_id == "device"
        page = page_of(stage)
        assert page.device == device
        told = words(page)
        for word in (
            "LOST",
            "connection refused",
            "timeouts 17",
            "connect failures 3",
            "12.5 ms",
            "never",
            "10.0.0.6:502",
        ):
            assert word in told
        await touch(stage.child("device_back"))
        assert stage.window.page_id == "system"


async def test_raw_and_engineering_value_stand_side_by_side_with_their_source() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        page = page_of(stage)
        tag = next(tag for tag in stage.project.tags if tag.source and tag.source.device == page.device)
        stage.runtime.tags.set(tag.id, 4.5)
        assert {shown.device for shown in page.values.shown()} == {page.device}
        definition = stage.runtime.tags.definitions()[tag.id]  # type: ignore[index]
        sample = stage.runtime.tags.value(definition.id)
        texts = {key: page.values._text(definition, sample, page.values._state(definition, sample), key)
                 for key in ("raw", "value", "source")}  # fmt: skip
        assert texts["raw"] == "4.5"
        assert texts["value"].startswith("4.5")
        assert texts["source"] == "holding 7 scale 0.1"


async def test_a_test_of_the_connection_keeps_the_screen_alive_and_says_what_came_back() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        page, system = page_of(stage), stage.runtime.system
        button = stage.child("test_connection")
        system.probe_gate = Gate()
        await touch(button)
        assert system.probed == [page.device]
        assert not button.isEnabled()
        assert "Waiting for" in page.test.line.fields[0].value
        stage.window.tick()
        system.probe_gate.open()
        await settle()
        assert button.isEnabled()
        assert page.test.line.fields[0].value.endswith("UTC  answers in 3 ms")
        for error in (DeviceError("connection refused"), CommandRefused("not_connected", "connection refused")):
            system.probe_answer = error
            await touch(button)
            (line,) = page.test.line.fields
            assert line.value.endswith("FAILED: connection refused")
            assert line.marked


async def test_the_monitor_listens_only_while_it_is_looked_at() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        system = stage.runtime.system
        assert system.monitors == []
        await touch(stage.child("choice_monitor"))
        assert [monitor.device_id for monitor in system.monitors] == [page_of(stage).device]
        await touch(stage.child("choice_values"))
        assert system.monitors == []
        await touch(stage.child("choice_monitor"))
        stage.window.show_page("tags")
        assert system.monitors == []
        stage.window.show_page("device")
        assert len(system.monitors) == 1
        stage.window.shutdown()
        assert system.monitors == []


async def test_the_monitor_has_one_row_a_key_in_natural_order_found_by_words() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        page = page_of(stage)
        page.views.choose(View.MONITOR.value)
        say = stage.runtime.system.say
        say([a_row(stage, "holding 10", "01f4", "500"), a_row(stage, "holding 9", "0007")])
        say([a_row(stage, "holding 10", "01f5", "501", count=101)])
        table = page.monitor
        assert [table.row_key(row) for row in range(table.row_count())] == ["holding 9", "holding 10"]
        row = table.row("holding 10")
        assert row is not None
        texts = [table._text(row, column) for column in ("raw", "meaning", "count", "rate")]
        assert texts == ["01f5", "501", "101", "10.0/s"]
        page.search.setText("0007")
        assert [table.row_key(row) for row in range(table.row_count())] == ["holding 9"]
        say([a_row(stage, "holding 11", "0007")])
        assert table.count == (2, 3)
        say([a_row(stage, "holding 10", "0007")])
        assert table.count == (3, 3)
        page.search.setText("zzz")
        assert table.rows.empty_text == "Nothing matches"


async def test_a_paused_monitor_stands_still_and_goes_on_with_the_latest() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        page = page_of(stage)
        page.views.choose(View.MONITOR.value)
        say = stage.runtime.system.say
        say([a_row(stage, "a", "1")])
        await touch(stage.child("monitor_pause"))
        say([a_row(stage, "a", "2"), a_row(stage, "b", "3")])
        say([a_row(stage, "a", "4")])
        row = page.monitor.row("a")
        assert row is not None
        assert (row.latest.raw, page.monitor.row_count()) == ("1", 1)
        await touch(stage.child("monitor_pause"))
        row = page.monitor.row("a")
        assert row is not None
        assert (row.latest.raw, page.monitor.row_count()) == ("4", 2)


async def test_a_touched_line_is_told_in_full() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        page = page_of(stage)
        page.views.choose(View.MONITOR.value)
        raw = "ff " * 60
        stage.runtime.system.say([a_row(stage, "127489 from 3", raw.strip(), "oilPressure 413000")])
        await touch(page.monitor.rows.viewport(), QPoint(100, 20))
        assert raw.strip() in words(page)


async def test_an_answer_for_another_device_is_dropped() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        page, system = page_of(stage), stage.runtime.system
        system.probe_gate = Gate()
        await touch(stage.child("test_connection"))
        page.test.set_device("other")
        system.probe_gate.open()
        await settle()
        assert page.test.line.fields == ()
        assert stage.child("test_connection").isEnabled()


async def test_what_is_old_is_said_to_be_old() -> None:
    with a_window(page="device", ship=SHIP) as stage:
        stage.runtime.system.is_connected = False
        stage.window.tick()
        assert page_of(stage).fields.fields[0].value.startswith("NOT CONNECTED")


async def test_a_tag_of_a_device_can_be_dragged_from_its_row() -> None:
    with a_window(page="system", ship=SHIP) as stage:
        stage.window.context.navigate("device", {"device": "plc1"})
        page = page_of(stage)
        viewport = page.values.rows.viewport()
        assert page.values.tags_at(QPoint(20, 5)) == (page.values.shown()[0].id,)
        stage.window.context.drag._hold.setInterval(60_000)
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 5))
        assert stage.window.context.drag._hold.isActive()
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 5))
        assert not stage.window.context.drag._hold.isActive()
