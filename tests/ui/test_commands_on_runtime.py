"""A command from the screen through the real runtime to the simulator and back, and its rows in the audit log."""

from tests.support.ui_pump import a_pump_ship
from tests.support.ui_window import RESOURCES, settle
from tests.support.waiting import until
from vmshmi.app.bridge import Bridge
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime
from vmshmi.ui.commands.command_panel import CommandPanel
from vmshmi.ui.pages.mimic import MimicPage
from vmshmi.ui.shell.main_window import MainWindow


def words(panel: CommandPanel) -> str:
    panel.refresh()
    return " ".join(field.value for field in panel.words.fields)


async def test_a_pump_is_started_from_its_faceplate_and_a_refused_command_never_reaches_it() -> None:
    clock, project = SystemClock(), a_pump_ship()
    runtime = build_runtime(project, RuntimeOptions(), clock)
    thread = LoopThread("runtime")
    thread.start()
    await thread.run(runtime.start())
    bridge = Bridge(runtime, thread, clock)
    await bridge.open()
    window = MainWindow(bridge, project, project.station("ecr"), clock, RESOURCES, "day", "overview", False)
    window.show()
    try:
        (page,) = window.findChildren(MimicPage)
        panel = page.faceplate.detail.commands
        page.open_with({"tag": "pump.cmd"})
        await until(lambda: bridge.tags.value(TagId("pump.cmd")).quality.is_good)
        await until(lambda: "Asking" not in words(panel))
        panel._arm(1)
        panel._send()
        await until(lambda: "CONFIRMED" in words(panel))
        await until(lambda: bridge.tags.value(TagId("pump.cmd")).value == 1)

        page.open_with({"tag": "valve.set"})
        await until(lambda: "Asking" not in words(panel))
        panel._arm(95.0)  # beyond its range: the runtime is not only protected by the screen
        panel._send()
        await until(lambda: "REFUSED" in words(panel))
        assert "The number is outside its range." in words(panel)

        page.open_with({"tag": "breaker.cmd"})
        await until(lambda: "Only for the role Engineer." in words(panel))
        kinds = await thread.run(runtime.audit.entries())
        told = [f"{entry.tag} {entry.kind.value} {entry.result}".strip() for entry in reversed(kinds)]
        assert told[:3] == ["pump.cmd intent", "pump.cmd taken", "pump.cmd ended confirmed"]
        assert "valve.set ended refused" in told
        assert "valve.set taken" not in told
        await settle()
    finally:
        window.shutdown()
        window.hide()
        window.deleteLater()
        await bridge.close()
        await thread.run(runtime.stop())
        thread.close()
