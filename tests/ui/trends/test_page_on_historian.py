"""The trends page over the real historian in memory."""

from datetime import timedelta

import numpy as np

from tests.support.fake_clock import FakeClock
from tests.support.history import HistorianPort, a_historian, a_value
from tests.support.ui_runtime import FakeRuntime
from tests.support.ui_ship import a_ship
from tests.support.ui_window import RESOURCES, settle
from tests.support.waiting import until
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.ui.shell.main_window import MainWindow
from vmshmi.ui.trends.trend_page import TrendPage

PRESS = TagId("me_p.lo_press")


async def until_drawn(page: TrendPage) -> None:
    """Wait for the storage thread's answer."""
    await until(lambda: not page._feed.busy)


async def test_an_hour_of_history_with_a_spike_and_a_gap_goes_over_into_live_values() -> None:
    clock = FakeClock()
    project = a_ship()
    async with a_historian(None, clock, project.tag_definitions()) as historian:
        begin = clock.now()
        for second in range(3600):
            at = begin + timedelta(seconds=second)
            value = 9.9 if second == 1800 else 4.0 + 0.5 * np.sin(second / 60)
            silent = 2400 <= second < 2700
            quality = Quality.BAD_NO_COMMUNICATION if silent else Quality.GOOD
            historian.record([(PRESS, a_value(None if silent else float(value), at, quality))])
        clock.advance(3600)
        runtime = FakeRuntime(project, clock)
        runtime.history = HistorianPort(historian)  # type: ignore[assignment]
        runtime.tags.set(PRESS, 4.25)
        historian.record([(PRESS, runtime.tags.value(PRESS))])
        window = MainWindow(runtime, project, project.station("ecr"), clock, RESOURCES, "day", "trends", False)
        window.resize(1280, 800)
        window.show()
        try:
            (page,) = window.findChildren(TrendPage)
            page._frame.stop()
            page._choose_span(3600.0)
            page.set_tags([PRESS])
            await until_drawn(page)
            clock.advance(1)
            runtime.tags.set(PRESS, 4.5)
            page.draw()
            x, y = page.parts.chart.drawn(0)
            assert len(x) < 4_000
            assert np.nanmax(y) == 9.9
            assert (np.diff(x) >= 0).all()
            assert y[-2:].tolist() == [4.25, 4.5]
            assert np.diff(x)[-1] == 1.0
            silent_from = begin.timestamp() + 2400
            inside = (x >= silent_from) & (x < silent_from + 299)
            assert inside.any()
            assert np.isnan(y[inside]).all()
            assert page.parts.legend.rows[0].extent_text("min", "max") == "min 3.50   max 9.90"
        finally:
            window.shutdown()
            window.hide()
            window.deleteLater()
            await settle()
