"""End to end on the screen: Victron's registers in a foreign server become the right numbers on the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.modbus_server import ServerProcess
from tests.support.ui_window import RESOURCES
from tests.support.victron import DEVICE, project, tag_ids
from tests.support.victron_map import Register, simulated_registers, value_of, writes
from tests.support.waiting import until
from vmshmi.app.bridge import Bridge
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.config.loader import parse_project
from vmshmi.core.display import NO_VALUE, value_text
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import build_runtime
from vmshmi.ui.mimic import indicators
from vmshmi.ui.shell.main_window import MainWindow


class Screen:
    """The window over a real runtime, and every value as it was last painted."""

    def __init__(self, window: MainWindow, bridge: Bridge, painted: dict[str, str]) -> None:
        self.window = window
        self.bridge = bridge
        self.painted = painted

    def system_alarms(self) -> list[str]:
        """The program's own alarms that stand."""
        return [record.id for record in self.bridge.alarms.standing() if record.id.startswith("system.")]

    def leaf_through(self) -> None:
        """Let every page of the project be painted."""
        self.bridge.frame()
        for page in self.window.context.project.pages:
            self.window.show_page(page.id)
            self.window.grab()


@asynccontextmanager
async def a_screen(port: int, rows: tuple[Register, ...], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Screen]:
    painted: dict[str, str] = {}
    draw = indicators.paint_value

    def watch(painter: object, box: object, shown: object, *others: object, **more: object) -> None:
        painted[shown.tag.id] = shown.text  # pyright: ignore[reportAttributeAccessIssue] - whatever it is, it has both
        draw(painter, box, shown, *others, **more)  # pyright: ignore[reportArgumentType] - handed on as it came

    monkeypatch.setattr(indicators, "paint_value", watch)
    clock = SystemClock()
    ship = parse_project(project(port, rows, poll_s=0.1, timeout_s=0.2, stale_after_s=1))
    thread = LoopThread("runtime")
    runtime = build_runtime(ship)
    thread.start()
    await thread.run(runtime.start())
    bridge = Bridge(runtime, thread, clock)
    await bridge.open()
    window = MainWindow(bridge, ship, ship.station("bridge"), clock, RESOURCES)
    window.resize(1600, 1400)  # with the strip of an alarm, room for the whole page
    window.show()
    try:
        yield Screen(window, bridge, painted)
    finally:
        window.shutdown()
        window.hide()
        window.deleteLater()
        await bridge.close()
        await thread.run(runtime.stop())
        thread.close()


async def test_the_screen_shows_every_expected_value_and_follows_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = simulated_registers()
    with ServerProcess(writes(rows)) as server:
        async with a_screen(server.port, rows, monkeypatch) as screen:
            tags = screen.bridge.tags.definitions()
            wanted = {
                tag_id: value_text(tags[TagId(tag_id)], row.readable(value_of(row)))
                for tag_id, row in tag_ids(rows).items()
            }
            assert len(wanted) == 198
            await until(lambda: screen.painted == wanted, 20, screen.leaf_through)

            server.put([(247, table, 259, [4611]) for table in ("holding", "input")])
            wanted["gx.battery.dc.0.voltage"] = "46.11"
            await until(lambda: screen.painted == wanted, 10, screen.leaf_through)

            server.kill()
            await until(lambda: set(screen.painted.values()) == {NO_VALUE}, 10, screen.leaf_through)
            await until(lambda: screen.system_alarms() == [f"system.device.{DEVICE}.lost"], 5, screen.bridge.frame)

            with ServerProcess(writes(rows), port=server.port):
                wanted["gx.battery.dc.0.voltage"] = "52.00"
                await until(lambda: screen.painted == wanted, 20, screen.leaf_through)
