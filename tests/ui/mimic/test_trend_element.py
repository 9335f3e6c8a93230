"""A small trend on a page: history and live in one line, gaps as gaps, and asked for only while it is seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.ui_history import ScriptedHistory
from tests.support.ui_mimic import MimicStage, a_mimic
from tests.support.ui_window import settle
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.quality import Quality
from vmshmi.ui.mimic.trend_element import MiniTrend

pytestmark = pytest.mark.usefixtures("qapp")


def a_ship(*tags: str, **more: object) -> Project:
    known = ("press", "temp", "hot", "cold", "warm")
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora"},
            "tags": [{"id": tag, "unit": "bar" if tag == "press" else "°C", "decimals": 1} for tag in known],
            "alarms": [{"id": "press.low", "tag": "press", "operator": "<", "limit": 2.5, "priority": "alarm"}],
            "pages": [
                {
                    "id": "main",
                    "title": "Main",
                    "elements": [
                        {
                            "type": "trend",
                            "x": 20,
                            "y": 40,
                            "w": 400,
                            "h": 160,
                            "tags": list(tags),
                            "minutes": 10,
                            **more,
                        }
                    ],
                }
            ],
        }
    )


@contextmanager
def a_trend(*tags: str) -> Iterator[tuple[MimicStage, MiniTrend, ScriptedHistory]]:
    history = ScriptedHistory()
    with a_mimic(a_ship(*tags), history=history) as stage:
        ((_, trend),) = stage.page.canvas.trends
        yield stage, trend, history


def past(stage: MimicStage, history: ScriptedHistory, tag: str, values: list[float | None]) -> None:
    begin = stage.clock.now() - timedelta(seconds=10 * len(values))
    for number, value in enumerate(values):
        quality = Quality.BAD_NO_COMMUNICATION if value is None else Quality.GOOD
        history.write(tag, begin + timedelta(seconds=10 * number), value, quality)


async def test_history_and_live_are_one_line_and_a_bad_value_is_a_gap() -> None:
    with a_trend("press") as (stage, trend, history):
        past(stage, history, "press", [4.0, None, 4.2])
        trend._ask()
        await settle()
        stage.clock.advance(5)
        stage.runtime.tags.set("press", 4.3)
        (line,) = trend.lines
        seen = line.y[~np.isnan(line.y)].tolist()
        assert np.isnan(line.y).any()
        assert seen[0] == 4.0
        assert seen[-1] == 4.3
        assert line.x[-1] == stage.clock.now().timestamp()


async def test_hidden_it_asks_nothing_and_keeps_nothing() -> None:
    with a_trend("press") as (stage, trend, history):
        await settle()
        stage.page.hide()
        history.asked.clear()
        stage.clock.advance(60)
        stage.runtime.tags.set("press", 4.3)
        assert trend._pens[0].series.tail_length == 0
        assert not trend._frame.isActive()
        assert not history.asked
        stage.page.show()
        await settle()
        assert history.asked


async def test_a_touch_opens_the_trends_page_with_the_same_tags_and_minutes() -> None:
    with a_trend("press", "temp") as (stage, trend, _):
        QTest.mouseClick(trend, Qt.MouseButton.LeftButton)
        assert stage.navigated == [("trends", {"tags": "press temp", "span_s": "600"})]


async def test_dropped_tags_are_drawn_until_another_page_is_shown_four_at_most() -> None:
    with a_trend("press", "temp", "hot") as (stage, trend, _):
        trend.add_tags(["temp"])
        assert trend.tags == ("press", "temp", "hot")
        trend.add_tags(["cold", "warm"])
        assert trend.tags == ("press", "temp", "cold", "warm")
        stage.page.hide()
        assert trend.tags == ("press", "temp", "hot")


async def test_its_alarm_is_seen_on_it_and_flashes() -> None:
    with a_trend("press") as (stage, trend, _):
        await settle()
        red = stage.context.theme.alarm.rgb()
        stage.runtime.alarms.raise_alarm("press.low")
        await settle()

        def reds() -> int:
            image = trend.grab().toImage()
            return sum(image.pixel(x, y) == red for x in range(image.width()) for y in range(image.height()))

        while not stage.context.flash.lit:
            stage.clock.advance(0.1)
        assert reds() > 20


async def test_tags_of_one_unit_share_a_scale_others_fill_the_height() -> None:
    for tags, shared in ((("temp", "hot"), True), (("press", "temp"), False)):
        with a_trend(*tags) as (stage, trend, history):
            for tag, value in zip(tags, (4.0, 80.0), strict=True):
                past(stage, history, tag, [value, value + 1])
            trend._ask()
            await settle()
            first, second = (drawn.scale for drawn in trend._drawn(100))
            assert (first == second) is shared


def test_more_than_four_tags_are_a_mistake_of_the_project() -> None:
    with pytest.raises(Exception, match="tags"):
        a_ship("press", "temp", "hot", "cold", "warm")


def test_an_unknown_tag_is_named_with_a_suggestion() -> None:
    with pytest.raises(Exception, match="there is no tag 'pres'; did you mean 'press'"):
        a_ship("pres")
