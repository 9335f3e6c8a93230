"""Banner and list over the real runtime: a register too low becomes an alarm, a touch becomes a row in the journal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from tests.support.ui_ship import a_ship
from tests.support.ui_window import RESOURCES, settle, touch
from tests.support.waiting import until
from vmshmi.app.bridge import Bridge
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.alarms.model import AlarmState, TransitionKind
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.ui.alarms.order_dialog import OrderDialog
from vmshmi.ui.pages.alarms import AlarmsPage
from vmshmi.ui.shell.main_window import MainWindow
from vmshmi.ui.widgets.touch_button import TouchButton

TRIP = "me_p.lo_press.trip"
TAG = TagId("me_p.lo_press")


@asynccontextmanager
async def _ship(folder: Path) -> AsyncIterator[tuple[RuntimeApp, LoopThread, MainWindow]]:
    clock = SystemClock()
    project = a_ship()
    runtime = build_runtime(project, RuntimeOptions(database=folder), clock)
    thread = LoopThread("runtime")
    thread.start()
    await thread.run(runtime.start())
    bridge = Bridge(runtime, thread, clock)
    await bridge.open()
    window = MainWindow(bridge, project, project.station("ecr"), clock, RESOURCES, "day", "alarms", False)
    window.show()
    try:
        yield runtime, thread, window
    finally:
        window.shutdown()
        window.hide()
        window.deleteLater()
        await bridge.close()
        await thread.run(runtime.stop())
        thread.close()


async def test_a_value_beyond_its_limit_becomes_a_banner_and_a_touch_on_ack_a_row_in_the_journal(
    tmp_path: Path,
) -> None:
    async with _ship(tmp_path) as (runtime, thread, window):
        clock = SystemClock()

        async def write(value: float) -> None:
            runtime.store.update(TAG, TagValue(value, Quality.GOOD, clock.now(), value))

        banner = window.banner
        assert banner is not None
        await thread.run(write(1.2))
        await until(banner.isVisible)
        panel = window.banner_panel
        assert panel.facts.accessibleName() == "Port ME lube oil pressure very low"
        assert panel.facts.text.value == "1.20 bar"
        await until(panel.ack_button.isEnabled)
        await touch(panel.ack_button)
        await until(lambda: not banner.isVisible())
        await settle()
        journal = await thread.run(runtime.alarm_history(None, None, 100))
        answers = [row for row in journal if row.kind is TransitionKind.ACKNOWLEDGED]
        assert [(row.record.id, row.user, row.station) for row in answers] == [(TRIP, "Chief engineer", "ecr")]
        assert answers[0].record.state is AlarmState.ACK


async def test_a_shelving_by_touch_is_in_the_journal_on_the_list_and_ended_by_touch(tmp_path: Path) -> None:
    async with _ship(tmp_path) as (runtime, thread, window):
        clock = SystemClock()

        async def write(value: float) -> None:
            runtime.store.update(TAG, TagValue(value, Quality.GOOD, clock.now(), value))

        page = window.page("alarms")
        assert isinstance(page, AlarmsPage)
        await thread.run(write(2.2))  # a warning: no banner
        await until(lambda: page.table.row_count() == 1)
        rows = page.table.rows
        await touch(rows.viewport(), QPoint(400, rows.row_px // 2))
        await touch(page.detail.buttons.shelve)
        (dialog,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, OrderDialog)]
        for name in ("minutes_30", "reason_0", "confirm"):
            button = dialog.findChild(TouchButton, name)
            assert isinstance(button, TouchButton)
            await touch(button)
        await until(lambda: window.context.alarms.set_aside() == 1)
        page.filter.choose("shelved")
        assert "Sensor or cable faulty, Chief engineer, Control room" in page.set_aside.row_text(0)
        assert page.detail.buttons.shelve.text() == "UNSHELVE"
        await touch(page.detail.buttons.shelve)
        await until(lambda: window.context.alarms.set_aside() == 0)
        journal = await thread.run(runtime.alarm_history(None, None, 100))
        kinds = (TransitionKind.SHELVED, TransitionKind.UNSHELVED)
        lines = [(row.kind, row.user, row.station, row.reason) for row in reversed(journal) if row.kind in kinds]
        assert lines == [
            (TransitionKind.SHELVED, "Chief engineer", "ecr", "Sensor or cable faulty"),
            (TransitionKind.UNSHELVED, "Chief engineer", "ecr", ""),
        ]
